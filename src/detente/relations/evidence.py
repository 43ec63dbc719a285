"""What the store holds on a pair: its events as each article tells them, statements, assessments and coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol

Direction = Literal["a>b", "b>a", "mutual"]
Row = dict[str, Any]
# Half the length of a period of which only the first day is kept; what is vaguer has no place in a daily series.
HALF_PERIOD = {"day": 0, "week": 3, "month": 15}


class Rows(Protocol):
    """What is asked of a store: `detente.store.Store` and anything that answers SQL on its tables."""

    def rows(self, sql: str, parameters: Any = ()) -> list[Row]: ...


@dataclass(frozen=True)
class Pair:
    """Two sides, each one or more country codes, so that a group of states can be a side as well."""

    a: tuple[str, ...]
    b: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """The article that something stands in."""

    article_id: str
    title: str | None
    url: str | None
    publisher: str | None
    published: datetime | None
    copy: bool
    """Whether it is a near duplicate of another article."""


@dataclass(frozen=True)
class Report:
    """One event as one article tells it. `day` is None where no day can be said."""

    source: Source
    event_id: str
    day: date | None
    guessed_day: bool
    direction: Direction
    type: str
    mode: str | None
    intended: str | None
    quad: int
    intensity: float
    confidence: float
    modality: str
    by: tuple[str, ...]
    to: tuple[str, ...]
    quote: str
    sentence: str
    teller: str | None
    teller_country: str | None
    statement_id: str | None


@dataclass(frozen=True)
class Said:
    """Words of one side that bear on the other."""

    source: Source
    statement_id: str
    side: Literal["a", "b"]
    kind: str
    text: str
    speaker: str
    office: str | None
    sectors: tuple[str, ...]
    day: date | None
    names_other: bool


@dataclass(frozen=True)
class Judged:
    """An assessment of the pair; `holder` is None where the article's author speaks."""

    source: Source
    descriptor: str
    direction: str | None
    holder: str | None
    holder_country: str | None
    text: str
    day: date | None


@dataclass(frozen=True)
class Evidence:
    """Everything in a fixed order, whatever the order of ingest."""

    reports: tuple[Report, ...]
    said: tuple[Said, ...]
    judged: tuple[Judged, ...]
    articles: tuple[Source, ...]
    """Articles that mention both sides."""


_ARTICLE = "ar.title, ar.url, ar.publisher, ar.published, ar.near_duplicate_of"
_EVENTS = f"""
    SELECT DISTINCT e.*, {_ARTICLE}, list_contains($a, p.source) AS from_a, p.reciprocal
    FROM current_event_pairs p
    JOIN current_events e
      ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id
    JOIN articles ar ON ar.id = p.article_id
    WHERE (list_contains($a, p.source) AND list_contains($b, p.target))
       OR (list_contains($b, p.source) AND list_contains($a, p.target))"""
_ALL_EVENTS = f"""
    SELECT DISTINCT e.*, {_ARTICLE}, least(p.source, p.target) AS a, greatest(p.source, p.target) AS b,
           p.source < p.target AS from_a, p.reciprocal
    FROM current_event_pairs p
    JOIN current_events e
      ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id
    JOIN articles ar ON ar.id = p.article_id
    WHERE p.source <> p.target AND NOT list_contains($without, p.source) AND NOT list_contains($without, p.target)
      AND e.event_date >= $since AND least(e.event_date, ar.published::DATE) <= $until
      AND (ar.published IS NULL OR ar.published::DATE <= $until)"""
_MENTIONING = """
    SELECT article_id FROM current_actors GROUP BY article_id
    HAVING bool_or(list_contains($a, country)) AND bool_or(list_contains($b, country))
    UNION
    SELECT article_id FROM current_event_pairs
    WHERE (list_contains($a, source) AND list_contains($b, target))
       OR (list_contains($b, source) AND list_contains($a, target))"""
_ARTICLES = f"""
    SELECT ar.id AS article_id, {_ARTICLE} FROM articles ar
    WHERE ar.id IN ({_MENTIONING}) ORDER BY ar.published NULLS LAST, ar.id"""
_SAID = f"""
    SELECT s.*, {_ARTICLE} FROM current_statements s JOIN articles ar ON ar.id = s.article_id
    WHERE s.article_id IN ({_MENTIONING}) AND (list_contains($a, speaker_country) OR list_contains($b, speaker_country))
    ORDER BY s.published NULLS LAST, s.article_id, s.position"""
_JUDGED = f"""
    SELECT j.*, {_ARTICLE} FROM current_assessments j JOIN articles ar ON ar.id = j.article_id
    WHERE (list_contains($a, country_a) AND list_contains($b, country_b))
       OR (list_contains($b, country_a) AND list_contains($a, country_b))
    ORDER BY assessed_on NULLS LAST, j.article_id, j.position"""


def gather(store: Rows, pair: Pair) -> Evidence:
    """All that the newest coding of each article says on the pair."""
    sides = {"a": list(pair.a), "b": list(pair.b)}
    return Evidence(
        reports=_reports(store.rows(_EVENTS, sides)),
        said=tuple(_said(row, pair) for row in store.rows(_SAID, sides)),
        judged=tuple(_judged(row) for row in store.rows(_JUDGED, sides)),
        articles=tuple(_source(row) for row in store.rows(_ARTICLES, sides)),
    )


def gather_reports(
    store: Rows, since: date, until: date, without: Sequence[str]
) -> dict[tuple[str, str], tuple[Report, ...]]:
    """Reports of every pair of codes (in the order of the alphabet) of those days, as known on the last of them.

    `without` names codes that stand for no single actor.
    """
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in store.rows(_ALL_EVENTS, {"since": since, "until": until, "without": list(without)}):
        found[row["a"], row["b"]].append(row)
    return {pair: _reports(rows) for pair, rows in sorted(found.items())}


def _reports(rows: Iterable[Row]) -> tuple[Report, ...]:
    """One report an event of an article; one that goes both ways is mutual."""
    reports: dict[tuple[str, str], Report] = {}
    for row in rows:
        report = _report(row)
        key = (row["article_id"], row["id"])
        if key in reports and reports[key].direction != report.direction:
            report = replace(report, direction="mutual")
        reports[key] = report
    return tuple(sorted(reports.values(), key=_report_order))


def _report_order(report: Report) -> tuple[str, str, int, str]:
    return (str(report.day), report.source.article_id, len(report.event_id), report.event_id)


def _source(row: Row) -> Source:
    copy = row["near_duplicate_of"] is not None
    return Source(row["article_id"], row["title"], row["url"], row["publisher"], row["published"], copy)


def _report(row: Row) -> Report:
    side: Direction = "a>b" if row["from_a"] else "b>a"
    return Report(
        source=_source(row), event_id=row["id"], day=placed(row), guessed_day=row["dated_by"] != "words",
        direction="mutual" if row["reciprocal"] else side,
        type=row["event"], mode=row["mode"], intended=row["intended"], quad=row["plover_quad"],
        intensity=row["intensity"], confidence=row["confidence"], modality=row["modality"],
        by=tuple(row["source_names"]), to=tuple(row["target_names"]),
        quote=row["quote"], sentence=row["sentence"],
        teller=row["attribution_speaker"], teller_country=row["attribution_country"],
        statement_id=row["attribution_id"],
    )  # fmt: skip


def placed(row: Row) -> date | None:
    """The day of the series that an event belongs to: never after its publication, None if known to the year only.

    An act still to come moves the relation on the day on which it is announced; of a week or month the middle is taken.
    """
    day: date | None = row["event_date"]
    published: date | None = row["published"].date() if row["published"] else None
    if day is None or row["date_precision"] not in HALF_PERIOD:
        return None
    day += timedelta(days=HALF_PERIOD[row["date_precision"]])
    return min(day, published) if published else day


def _said(row: Row, pair: Pair) -> Said:
    side: Literal["a", "b"] = "a" if row["speaker_country"] in pair.a else "b"
    other: Sequence[str] = pair.b if side == "a" else pair.a
    return Said(
        source=_source(row), statement_id=row["id"], side=side, kind=row["kind"], text=row["text"],
        speaker=row["speaker"] or row["speaker_text"] or "", office=row["speaker_office"],
        sectors=tuple(row["speaker_sectors"]), day=row["statement_date"],
        names_other=any(country in other for country in row["about_countries"]),
    )  # fmt: skip


def _judged(row: Row) -> Judged:
    return Judged(
        _source(row), row["descriptor"], row["direction"], row["holder_speaker"], row["holder_country"],
        row["text"], row["assessed_on"],
    )  # fmt: skip
