"""`detente relation`: the report on a pair, and the events behind its figures."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.cli import arguments
from detente.cli.failures import WrongUsage
from detente.countries import side

if TYPE_CHECKING:
    from detente.relations import Excerpt, RelationReport
    from detente.relations.parties import Party
    from detente.relations.report import PairEventRecord

LISTED = 200  # assessments and events at most, where not all are asked for
EVENT_COLUMNS = ("id", "day", "direction", "by", "to", "event", "mode", "modality", "quad", "intensity", "weight",
                 "reports", "publishers", "article_ids", "told", "sentence", "teller", "title", "url")  # fmt: skip


@dataclass(frozen=True)
class Question:
    """What `detente relation` was asked, as its options give it."""

    a: str
    b: str
    since: str | None
    until: str | None
    by: str
    directed: bool
    groups: Path | None
    data: str | None = None


@dataclass(frozen=True)
class Figure:
    """Which events are asked for: those of a direction, quad and type."""

    direction: str
    quad: int | None
    type: str | None


def sides(question: Question) -> tuple[str | Party, str | Party]:
    from detente.relations.parties import read_groups

    if question.groups and not question.groups.is_file():
        raise WrongUsage(f"--groups {question.groups}: no such file")
    groups = read_groups(question.groups) if question.groups else {}
    return side(question.a, groups), side(question.b, groups)


def report(
    path: Path | None, question: Question, forecast: bool = False, excerpt: Excerpt | None = None
) -> RelationReport:
    from detente.relations import relation_report

    a, b = sides(question)
    start, end = arguments.day(question.since, "--since"), arguments.day(question.until, "--until")
    with arguments.existing_store(path) as store:
        made = relation_report(
            store, a, b, start, end, question.by, question.directed, data=question.data, excerpt=excerpt,  # type: ignore[arg-type]
        )  # fmt: skip
        if forecast:
            from detente.relations.forecast import forecast as next_month

            made = made.model_copy(
                update={"forecast": next_month(store, a, b, made.until, question.directed, data=question.data)}
            )
        return made


def print_forecast(path: Path | None, question: Question, form: str) -> None:
    from detente.relations.forecast import forecast

    a, b = sides(question)
    with arguments.existing_store(path) as store:
        made = forecast(store, a, b, arguments.day(question.until, "--until"), question.directed, data=question.data)
    print({"text": made.to_text, "json": made.to_json, "csv": made.to_csv}[form](), end="")


def print_backtest(path: Path | None, question: Question, form: str) -> None:
    from detente.relations.forecast import backtest

    a, b = sides(question)
    with arguments.existing_store(path) as store:
        made = backtest(store, a, b, arguments.day(question.until, "--until"), question.directed, data=question.data)
    print({"text": made.to_text, "json": made.to_json, "csv": made.to_csv}[form](), end="")


def print_relation(
    path: Path | None, question: Question, form: str, output: Path | None, forecast: bool = False
) -> None:
    if form == "png" and _to_terminal(output):
        raise WrongUsage("a picture cannot be shown on the terminal; add --output FILE")
    from detente.relations import Excerpt

    shown = Excerpt(listed=LISTED) if form in ("text", "png") else None  # these list no events and no articles
    made = report(path, question, forecast, shown)
    if form == "png":
        _write_bytes(made.to_png(), output)
        return
    if form == "text":
        text = made.to_text(color=_to_terminal(output) and not os.environ.get("NO_COLOR"))
    else:
        text = {"json": made.to_json, "csv": made.to_csv, "html": made.to_html}[form]()
    with arguments.output(output) as out:
        out.write(text if text.endswith("\n") else text + "\n")


def print_events_behind(path: Path | None, question: Question, figure: Figure, form: str, output: Path | None) -> None:
    """The events that a figure of the report is made of, each with its reports."""
    from detente.records import EventType
    from detente.store.export import write_csv, write_jsonl

    if form not in ("text", "json", "csv"):
        raise WrongUsage(f"--events lists as text, json or csv, not as {form}")
    type_ = arguments.one_of(figure.type, EventType.__args__, "--type")  # type: ignore[attr-defined]
    made = report(path, question)
    events = made.events_behind(figure.direction, figure.quad, type_)  # type: ignore[arg-type]
    rows: list[dict[str, Any]] = [{name: _listed(getattr(event, name)) for name in EVENT_COLUMNS} for event in events]
    with arguments.output(output) as out:
        if form == "csv":
            write_csv(rows, out, EVENT_COLUMNS)
        elif form == "json":
            write_jsonl(rows, out)
        else:
            out.writelines(_line(event) + "\n" for event in events)
    if not events:
        print("no events match", file=sys.stderr)


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _line(event: PairEventRecord) -> str:
    from detente.relations.words import clean

    told = f" ({event.reports} reports)" if event.reports > 1 else ""
    where = ", ".join(event.article_ids)
    return clean(f"{event.day} {event.weight:+5.1f} {event.told}: “{event.sentence}”{told} [{event.id}: {where}]")


def _to_terminal(output: Path | None) -> bool:
    return (output is None or str(output) == "-") and sys.stdout.isatty()


def _write_bytes(data: bytes, output: Path | None) -> None:
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    draft = arguments.draft_of(output)
    draft.write_bytes(data)
    os.replace(draft, output)
