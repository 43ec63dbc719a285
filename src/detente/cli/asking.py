"""Questions to the store: events, quotes, articles, relation, export."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from detente.cli import arguments
from detente.records import EventType, Modality, StatementKind
from detente.store import Store
from detente.store.export import write_csv, write_jsonl
from detente.store.queries import (
    ALL_EVENT_COLUMNS,
    ARTICLE_COLUMNS,
    EVENT_COLUMNS,
    QUOTE_COLUMNS,
    ArticleFilter,
    EventFilter,
    QuoteFilter,
    articles,
    events,
    quotes,
    rejections,
)
from detente.store.rows import Row
from detente.store.search import folder, has_index

QUOTATION_MARKS = "“”‘’\"'« »"
REJECTION_COLUMNS = ("path", "line", "reason", "detail")


def event_filter(
    since: str | None, until: str | None, *, source: str | None = None, target: str | None = None,
    pair: tuple[str, str] | None = None, type_: str | None = None, modality: str | None = None,
    min_confidence: float | None = None, publisher: str | None = None, search: str | None = None,
    article: str | None = None, limit: int | None = None, offset: int = 0, data: str = "detente",
) -> EventFilter:  # fmt: skip
    return EventFilter(
        since=arguments.day(since, "--since"), until=arguments.day(until, "--until"),
        source=arguments.party(source), target=arguments.party(target),
        pair=(arguments.country(pair[0]), arguments.country(pair[1])) if pair else None,
        type=arguments.one_of(type_, get_args(EventType), "--type"),
        modality=arguments.one_of(modality, get_args(Modality), "--modality"),
        min_confidence=min_confidence, publisher=publisher, search=search, article=article, limit=limit, offset=offset,
        data=data,
    )  # fmt: skip


def quote_filter(
    since: str | None, until: str | None, *, speaker: str | None, about: str | None, venue: str | None,
    kind: str | None, publisher: str | None, search: str | None, article: str | None, limit: int | None, offset: int,
) -> QuoteFilter:  # fmt: skip
    return QuoteFilter(
        since=arguments.day(since, "--since"), until=arguments.day(until, "--until"),
        speaker=arguments.party(speaker), about=arguments.party(about),
        venue=venue, kind=arguments.one_of(kind, get_args(StatementKind), "--kind"),
        publisher=publisher, search=search, article=article, limit=limit, offset=offset,
    )  # fmt: skip


def article_filter(
    since: str | None, until: str | None, *, country: str | None, publisher: str | None, search: str | None,
    duplicates: bool, limit: int | None, offset: int,
) -> ArticleFilter:  # fmt: skip
    return ArticleFilter(
        since=arguments.day(since, "--since"), until=arguments.day(until, "--until"),
        country=arguments.country(country) if country else None,
        publisher=publisher, search=search, duplicates=duplicates, limit=limit, offset=offset,
    )  # fmt: skip


def print_events(path: Path | None, where: EventFilter, form: str) -> None:
    with arguments.existing_store(path) as store:
        columns = EVENT_COLUMNS if where.data == "detente" else ALL_EVENT_COLUMNS
        _print(events(store, where), columns, form, _event_line, "events")


def print_merged(path: Path | None, where: EventFilter, form: str) -> None:
    from detente.relations.merged import MERGED_COLUMNS, merged_events

    with arguments.existing_store(path) as store:
        rows = [event.row() for event in merged_events(store, where)]
        _print(rows, MERGED_COLUMNS, form, _merged_line, "events")


def print_quotes(path: Path | None, where: QuoteFilter, form: str) -> None:
    with arguments.existing_store(path) as store:
        _print(quotes(store, where), QUOTE_COLUMNS, form, _quote_line, "quotes")
        _say_where_index_is(store, where.search)


def print_ledger(path: Path | None, where: QuoteFilter, form: str) -> None:
    from detente.cli.quoting import write_entries
    from detente.store.ledger_pages import first_entries

    with arguments.existing_store(path) as store:
        write_entries(first_entries(store, where), form)
        _say_where_index_is(store, where.search)


def print_articles(path: Path | None, where: ArticleFilter, form: str) -> None:
    with arguments.existing_store(path) as store:
        _print(articles(store, where), ARTICLE_COLUMNS, form, _article_line, "articles")
        _say_where_index_is(store, where.search)


def print_rejections(path: Path | None, form: str) -> None:
    with arguments.existing_store(path) as store:
        _print(rejections(store), REJECTION_COLUMNS, form, _rejection_line, "rejected inputs")


def _say_where_index_is(store: Store, searched: str | None) -> None:
    """On standard error, where each search makes its index anew."""
    if searched is not None and not has_index(store):
        print(f"no index can be kept in {folder(store)}; it was made in memory for this search", file=sys.stderr)


def _print(rows: list[Row], columns: Sequence[str], form: str, line: Callable[[Row], str], what: str) -> None:
    if form == "csv":
        write_csv(rows, sys.stdout, columns)
    elif form == "json":
        write_jsonl(rows, sys.stdout)
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        for row in rows:
            text = " ".join(line(row).split("\n"))
            print(text if width is None or len(text) <= width else text[: width - 1] + "…")
    if not rows:
        print(f"no {what} match", file=sys.stderr)


def _event_line(row: Row) -> str:
    day = str(row["event_date"] or "no date   ")
    mark = {"day": " ", None: " "}.get(row["date_precision"], "~") if row["dated_by"] == "words" else "p"
    parties = f"{_names(row, 'source')} → {_names(row, 'target')}" if row["target_names"] else _names(row, "source")
    told = f" (on {row['attribution_speaker']}'s word)" if row["attribution_speaker"] else ""
    # What others coded may lack a type, a modality, a confidence and words.
    event = row["event"] or f"CAMEO {row['cameo']}"
    confidence = "   -" if row["confidence"] is None else f"{row['confidence']:.2f}"
    quote = f": “{row['quote']}”" if row["quote"] else ""
    head = f"{day}{mark} {event:<9} {row['modality'] or '-':<11} {confidence}"
    return f"{head}  {parties}{quote}{told} [{row['article_id']} {row['id']}]"


def _merged_line(row: Row) -> str:
    parties = f"{_names(row, 'source')} → {_names(row, 'target')}" if row["target_names"] else _names(row, "source")
    told = f"{row['reports']} report{'s' if row['reports'] != 1 else ''}"
    when = "" if row["first_day"] == row["last_day"] else f" until {row['last_day']}"
    head = f"{row['day'] or 'no date   '}  {row['event']:<9} {row['modality']:<11} {told:<10}"
    sources = f" ({', '.join(row['publishers'])}{when})" if row["publishers"] else ""
    return f"{head}  {parties}: “{row['quote']}”{sources} [{row['id']}]"


def _names(row: Row, role: str) -> str:
    countries = ", ".join(row[f"{role}_countries"]) or "?"
    return f"{countries} ({', '.join(row[f'{role}_names']) or '?'})"


def _quote_line(row: Row) -> str:
    day = str(row["statement_date"] or "no date   ")
    speaker = row["speaker"] or row["speaker_text"] or "unnamed"
    country = f" ({row['speaker_country']})" if row["speaker_country"] else ""
    venue = f", {row['venue']}" if row["venue"] else ""
    text = f"“{row['text'].strip(QUOTATION_MARKS)}”" if row["kind"] == "direct" else row["text"]
    return f"{day}  {row['kind']:<8}  {speaker}{country}{venue}: {text} [{row['article_id']} {row['id']}]"


def _article_line(row: Row) -> str:
    day = str(row["published"] or "no date")[:10].ljust(10)
    copy = f" (near duplicate of {row['near_duplicate_of']})" if row["near_duplicate_of"] else ""
    found = f"{row['events']:>3} events {row['statements']:>3} statements"
    return f"{day}  {found}  {row['publisher'] or '-'}: {row['title'] or '-'}{copy} [{row['id']}]"


def _rejection_line(row: Row) -> str:
    where = f"{row['path']}, line {row['line']}" if row["line"] is not None else row["path"]
    return f"{where}: {row['reason']}" + (f": {row['detail']}" if row["detail"] else "")
