"""Reports and rows of the store as what is compared to find the reports of one event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from detente.clusters import Telling
from detente.placing import HALF_PERIOD
from detente.relations.evidence import Report, placed
from detente.relations.imported import Row
from detente.relations.words import COLLECTIVE


def telling_of(report: Report) -> Telling:
    """Of a report on a pair; it must have a day."""
    assert report.day is not None
    return Telling(
        article_id=report.source.article_id, event_id=report.event_id,
        original=report.source.original or report.source.article_id, published=report.source.published,
        day=report.day, dated=not report.guessed_day, slack=report.slack, type=report.type, mode=report.mode,
        quad=report.quad, modality=report.modality, by=frozenset(report.by_codes), to=frozenset(report.to_codes),
        sentence=report.sentence,
    )  # fmt: skip


def telling_of_row(row: Row) -> Telling | None:
    """Of an event whatever its parties, from a row of events with its article's columns; None without a day."""
    day = placed(row)
    if day is None:
        return None
    return Telling(
        article_id=row["article_id"], event_id=row["id"], original=row["near_duplicate_of"] or row["article_id"],
        published=row["published"], day=day, dated=row["dated_by"] == "words",
        slack=HALF_PERIOD[row["date_precision"]], type=row["event"], mode=row["mode"], quad=row["plover_quad"],
        modality=row["modality"], by=_codes(row["source_countries"], row["source_names"]),
        to=_codes(row["target_countries"], row["target_names"]), sentence=row["sentence"], open_side=_open_side(row),
    )  # fmt: skip


def _open_side(row: Row) -> Literal["by", "to"] | None:
    if not row["target_ids"]:
        return None
    if bool(row["source_countries"]) == bool(row["target_countries"]):
        return None
    return "to" if row["source_countries"] else "by"


def _codes(countries: Sequence[str], names: Sequence[str]) -> frozenset[str]:
    """Codes of states; names where there is none, or where the code stands for no single actor."""
    codes = {code for code in countries if code not in COLLECTIVE}
    if len(codes) == len(countries) and codes:
        return frozenset(codes)
    return frozenset(codes | {name.casefold() for name in names})
