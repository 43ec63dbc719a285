"""`detente alerts`: list, check, acknowledge, silence."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from detente.cli import arguments
from detente.cli.failures import DONE, FINISHED_WITH_FAILURES, WrongUsage

if TYPE_CHECKING:
    from detente.relations.alerts import Alert, AlertFilter, Delivery
    from detente.store import Store

SEVERITIES = ("low", "medium", "high")
KINDS = ("level", "baseline", "change", "new-type", "actor", "ladder")
WIDTH = 100


@dataclass(frozen=True)
class Targets:
    """Where new alerts go besides the terminal, as options give them."""

    jsonl: Path | None = None
    rss: Path | None = None
    webhook: str | None = None
    secret: str | None = None


def alert_filter(
    since: str | None, until: str | None, rule: str | None, kind: str | None, severity: str | None,
    pair: tuple[str, str] | None, state: str, limit: int | None,
) -> AlertFilter:  # fmt: skip
    from detente.relations.alerts import AlertFilter
    from detente.relations.alerts.book import STATES

    return AlertFilter(
        since=arguments.day(since, "--since"), until=arguments.day(until, "--until"), rule=rule,
        kind=arguments.one_of(kind, KINDS, "--kind"), severity=arguments.one_of(severity, SEVERITIES, "--severity"),
        pair=_codes(pair), state=arguments.one_of(state, STATES, "--state") or "new", limit=limit,
    )  # fmt: skip


def _codes(pair: tuple[str, str] | None) -> tuple[str, str] | None:
    return (arguments.country(pair[0]), arguments.country(pair[1])) if pair else None


def print_alerts(path: Path | None, where: AlertFilter, form: str) -> None:
    from detente.relations.alerts import list_alerts

    with arguments.existing_store(path) as store:
        alerts = list_alerts(store, where)
    _print(alerts, form)
    if not alerts:
        print("no alerts match; `detente alerts check` looks for new ones", file=sys.stderr)


def check(
    path: Path | None,
    rules_file: Path | None,
    since: str | None,
    until: str | None,
    targets: Targets,
    form: str,
    data: str | None = None,
) -> int:
    """The exit code: 1 if an alert did not reach a target."""
    from detente.relations.alerts import check_alerts, deliver, read_rules

    if rules_file and not rules_file.is_file():
        raise WrongUsage(f"--rules {rules_file}: no such file")
    rules = read_rules(rules_file)
    first, last = arguments.day(since, "--since"), arguments.day(until, "--until")
    deliveries = [*rules.deliveries, *_deliveries(targets)]
    with _writable(path) as store:
        result = check_alerts(store, rules, first, last, data=data)
        if result is None:
            print("the store holds no dated article and no imported event; nothing to check", file=sys.stderr)
            return DONE
        outcomes = deliver(store, deliveries)
    shown = [alert for alert in result.new if not alert.silenced]
    _print(shown, form)
    held = len(result.new) - len(shown)
    looked = f"{len(rules.rules)} rules, {result.pairs} pairs with events, {result.since} to {result.until}"
    print(f"{looked}: {len(shown)} new alerts" + (f", {held} silenced" if held else ""), file=sys.stderr)
    for outcome in outcomes:
        print(f"{outcome.target}: {outcome.delivered} delivered", file=sys.stderr)
        if outcome.failure:
            print(f"detente: {outcome.failure}; what is missing is sent at the next check", file=sys.stderr)
    return FINISHED_WITH_FAILURES if any(outcome.failure for outcome in outcomes) else DONE


def _deliveries(targets: Targets) -> list[Delivery]:
    from detente.relations.alerts import Delivery

    if targets.webhook and not targets.webhook.startswith(("https://", "http://")):
        raise WrongUsage(f"--webhook {targets.webhook}: no web address")
    if targets.secret and not targets.webhook:
        raise WrongUsage("--secret signs the posts of --webhook; name that too")
    files = [("jsonl", targets.jsonl), ("rss", targets.rss)]
    found = [Delivery(to=to, path=str(path)) for to, path in files if path]
    for delivery in found:
        arguments.draft_of(Path(delivery.path or ""))
    if targets.webhook:
        found.append(Delivery(to="webhook", url=targets.webhook, secret=targets.secret))
    return found


def _writable(path: Path | None) -> Store:
    from detente.store import open_store

    place = arguments.store_path(path)
    if not place.exists():
        raise WrongUsage(f"{place}: no store here; make one with `detente ingest PATH`, or name it with --store")
    return open_store(place)


def acknowledge(path: Path | None, ids: list[str], by: str | None, note: str | None) -> None:
    from detente.relations.alerts import acknowledge as acknowledged

    with _writable(path) as store:
        for alert in acknowledged(store, ids, by, note):
            print(f"{alert.id} acknowledged: {alert.title}")


def silence(
    path: Path | None, rule: str | None, pair: tuple[str, str] | None, until: str | None, note: str | None
) -> None:
    from detente.relations.alerts import silence as silenced

    if rule is None and pair is None:
        raise WrongUsage("name what is to be silent: --rule, --pair, or both")
    with _writable(path) as store:
        made = silenced(store, rule, _codes(pair), arguments.day(until, "--until"), note)
    print(f"{made.id} silences {made.scope}{f' until {made.until}' if made.until else ''}")


def print_silences(path: Path | None, end: str | None) -> None:
    from detente.relations.alerts import end_silence, list_silences

    if end:
        with _writable(path) as store:
            ended = end_silence(store, end)
        print(f"{ended.id} ended: {ended.scope}")
        return
    with arguments.existing_store(path) as store:
        held = list_silences(store)
    for each in held:
        facts = [each.scope, f"until {each.until}" if each.until else "no end", each.note]
        print(f"{each.id}  " + ", ".join(fact for fact in facts if fact))
    if not held:
        print("nothing is silenced", file=sys.stderr)


def print_rules() -> None:
    from detente.relations.alerts import default_text

    print(default_text(), end="")


def _print(alerts: Sequence[Alert], form: str) -> None:
    from detente.relations.alerts import ALERT_COLUMNS, feed
    from detente.relations.alerts.deliver import as_json
    from detente.store.export import write_csv

    if form == "json":
        sys.stdout.writelines(as_json(alert) + "\n" for alert in alerts)
    elif form == "csv":
        write_csv([alert.row() for alert in alerts], sys.stdout, ALERT_COLUMNS)
    elif form == "rss":
        print(feed(alerts), end="")
    elif alerts:
        width = min(WIDTH, shutil.get_terminal_size().columns) if sys.stdout.isatty() else WIDTH
        print("\n\n".join(_shown(alert, width) for alert in alerts))


def _shown(alert: Alert, width: int) -> str:
    state = "" if alert.state == "new" else f", {alert.state}"
    by = f" by {alert.acknowledged_by}" if alert.acknowledged_by else ""
    note = f" ({alert.note})" if alert.note else ""
    head = f"{alert.day}  {alert.severity.upper():<6} {alert.title}  [{alert.id} {alert.rule}{state}{by}{note}]"
    sources = f"articles: {', '.join(alert.article_ids)}"
    lines = [(head, "", "  "), (alert.text, "  ", "  "), (sources, "  ", "    ")]
    return "\n".join(
        textwrap.fill(text, width, initial_indent=first, subsequent_indent=hang, break_on_hyphens=False)
        for text, first, hang in lines
    )
