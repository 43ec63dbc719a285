"""The commands under `detente alerts`; each calls one function of `alerting`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.options import AlertFormat, EventsOf, Limit, Since, StoreOption, Until

alerts_app = typer.Typer(invoke_without_command=True)
PairOption = Annotated[tuple[str, str] | None, typer.Option(metavar="A B", help="Two countries.")]
RuleId = Annotated[str | None, typer.Option(help="Id of a rule.")]
Note = Annotated[str | None, typer.Option(help="Why, for whoever reads it later.")]


@alerts_app.callback()
def alerts(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    rule: RuleId = None,
    kind: Annotated[str | None, typer.Option(help="level, baseline, change, new-type, actor or ladder.")] = None,
    severity: Annotated[str | None, typer.Option(help="low, medium or high.")] = None,
    pair: PairOption = None,
    state: Annotated[str, typer.Option(help="new, acknowledged, silenced or all.")] = "new",
    limit: Limit = None,
    format: Annotated[AlertFormat, typer.Option("--format", help="json gives one object a line.")] = AlertFormat.text,
    store: StoreOption = None,
) -> None:
    """List alerts: where rules noticed a change, with the events behind it. `check` looks for new ones."""
    if context.invoked_subcommand is not None:
        return
    from detente.cli import alerting

    where = alerting.alert_filter(since, until, rule, kind, severity, pair, state, limit)
    alerting.print_alerts(store, where, format.value)


@alerts_app.command("check")
def alerts_check(
    rules: Annotated[Path | None, typer.Option(help="TOML file of rules; see `detente alerts rules`.")] = None,
    since: Annotated[str | None, typer.Option(help="First day; if not given, 30 days before the last.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day; if not given, that of the newest article.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help="File to which each new alert is added as a line.")] = None,
    rss: Annotated[Path | None, typer.Option(help="File that is written as an RSS feed.")] = None,
    webhook: Annotated[str | None, typer.Option(metavar="URL", help="Address to which new alerts are posted.")] = None,
    secret: Annotated[
        str | None, typer.Option(metavar="NAME", help="Environment variable with the secret that signs the posts.")
    ] = None,
    data: EventsOf = None,
    format: Annotated[AlertFormat, typer.Option("--format")] = AlertFormat.text,
    store: StoreOption = None,
) -> None:
    """Hold the rules against the record, keep and deliver what is new. What is known is not told again."""
    from detente.cli import alerting

    targets = alerting.Targets(jsonl, rss, webhook, secret)
    raise typer.Exit(alerting.check(store, rules, since, until, targets, format.value, data.value if data else None))


@alerts_app.command("acknowledge")
def alerts_acknowledge(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of alerts.")],
    by: Annotated[str | None, typer.Option(help="Who.")] = None,
    note: Note = None,
    store: StoreOption = None,
) -> None:
    """Take alerts off the list of new ones."""
    from detente.cli import alerting

    alerting.acknowledge(store, ids, by, note)


@alerts_app.command("silence")
def alerts_silence(
    rule: RuleId = None,
    pair: PairOption = None,
    until: Annotated[str | None, typer.Option(help="Last day of alerts that are held back.")] = None,
    note: Note = None,
    store: StoreOption = None,
) -> None:
    """Hold back alerts of a rule, of a pair, or of a rule on a pair; they are kept, and not told."""
    from detente.cli import alerting

    alerting.silence(store, rule, pair, until, note)


@alerts_app.command("silences")
def alerts_silences(
    end: Annotated[str | None, typer.Option(metavar="ID", help="End this silence instead of listing.")] = None,
    store: StoreOption = None,
) -> None:
    """List what is silent, or end a silence."""
    from detente.cli import alerting

    alerting.print_silences(store, end)


@alerts_app.command("rules")
def alerts_rules() -> None:
    """Print the rules that hold if none are given, as a file to begin one's own with."""
    from detente.cli import alerting

    alerting.print_rules()
