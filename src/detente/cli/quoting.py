"""The ledger of quotes as text, JSON Lines and CSV."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable
from dataclasses import asdict

from detente.cli.render import QUOTATION_MARKS, WIDTH
from detente.store.export import write_csv, write_jsonl
from detente.store.ledger import LedgerEntry, Report
from detente.store.rows import Row

REPORT_COLUMNS = (
    "entry", "date", "speaker", "speaker_country", "speaker_office", "kind", "text", "venue", "audience", "about_names",
    "about_countries", "reports", "article_id", "statement_id", "publisher", "published", "title", "url", "report_kind",
    "report_text", "report_speaker_text",
)  # fmt: skip


def write_entries(entries: list[LedgerEntry], form: str) -> None:
    """CSV has one row a report; `entry` tells which belong together."""
    if form == "csv":
        write_csv(_report_rows(entries), sys.stdout, REPORT_COLUMNS)
    elif form == "json":
        write_jsonl(map(asdict, entries), sys.stdout)
    else:
        width = min(WIDTH, shutil.get_terminal_size().columns) if sys.stdout.isatty() else WIDTH
        print("\n\n".join(_shown(entry, width) for entry in entries), end="\n" if entries else "")
    if not entries:
        print("no quotes match", file=sys.stderr)


def _report_rows(entries: Iterable[LedgerEntry]) -> Iterable[Row]:
    for entry in entries:
        said = {**asdict(entry), "entry": entry.id, "reports": len(entry.reports)}
        for report in entry.reports:
            told = asdict(report)
            own = {f"report_{name}": told.pop(name) for name in ("kind", "text", "speaker_text")}
            yield {**said, **told, **own}


def _shown(entry: LedgerEntry, width: int) -> str:
    speaker = ", ".join(fact for fact in (entry.speaker_country, entry.speaker_office) if fact)
    facts = [
        str(entry.date or "no date"),
        f"{entry.speaker or 'unnamed'}{f' ({speaker})' if speaker else ''}",
        entry.venue,
        f"to {entry.audience}" if entry.audience else None,
        f"about {', '.join(entry.about_names)}" if entry.about_names else None,
        None if entry.kind == "direct" else entry.kind,
    ]
    words = " ".join(entry.text.split())
    if entry.kind == "direct":
        words = f"“{words.strip(QUOTATION_MARKS)}”"
    body = textwrap.fill(words, width, initial_indent="  ", subsequent_indent="  ")
    head = " · ".join(" ".join(fact.split()) for fact in facts if fact)
    return "\n".join([head, body, *(f"    {_told(report)}" for report in entry.reports)])


def _told(report: Report) -> str:
    day = report.published.date().isoformat() if report.published else None
    facts = [report.publisher, day, report.url or report.title]
    known = " · ".join(" ".join(fact.split()) for fact in facts if fact)
    return f"{known} [{report.article_id} {report.statement_id}]".lstrip()
