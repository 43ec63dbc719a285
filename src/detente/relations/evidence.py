"""What the store holds on a pair: its events as each article tells them, statements, assessments and coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from detente.placing import HALF_PERIOD, series_day
from detente.relations.imported import Origin, Row, Rows, days_of, origin_of, rows_of_all, rows_of_pair
from detente.relations.parties import Pair, countries

Direction = Literal["a>b", "b>a", "mutual"]


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
    original: str | None = None
    """The article of which it is one."""


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
    by_codes: tuple[str, ...]
    """Codes of the acting side; of both sides for a mutual event, and then `to_codes` is empty."""
    to_codes: tuple[str, ...]
    quote: str
    sentence: str
    teller: str | None
    teller_country: str | None
    statement_id: str | None
    slack: int = 0
    """Days before and after `day` where the words give a week or a month."""
    origin: str = "detente"
    """Who coded it: Detente, or the dataset that it was imported with."""
    voices: int = 1
    """Independent sources that an imported row stands for."""


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
    """Articles that mention both sides, and rows of imported data on the pair."""
    looked: tuple[date, ...] = ()
    """Days of which imported data tell anything, of whatever pair."""


ARTICLE = "ar.title, ar.url, ar.publisher, ar.published, ar.near_duplicate_of"
# The members of both sides as a table; lists that stand beside each other are unnested in step.
_MEMBERS = """
    SELECT unnest($side) AS side, unnest($code) AS code, unnest($actor) AS actor, unnest($since) AS since,
           unnest($until) AS until"""
_EVENTS = f"""
    SELECT e.*, {ARTICLE}
    FROM current_events e JOIN articles ar ON ar.id = e.article_id
    SEMI JOIN (
        SELECT p.article_id, p.coder_version, p.event_id FROM current_event_pairs p
        JOIN ({_MEMBERS}) s ON s.code = p.source JOIN ({_MEMBERS}) t ON t.code = p.target AND t.side <> s.side
    ) x ON x.article_id = e.article_id AND x.coder_version = e.coder_version AND x.event_id = e.id"""
_ALL_EVENTS = f"""
    SELECT DISTINCT e.*, {ARTICLE}, least(p.source, p.target) AS a, greatest(p.source, p.target) AS b
    FROM current_event_pairs p
    JOIN current_events e
      ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id
    JOIN articles ar ON ar.id = p.article_id
    WHERE p.source <> p.target AND NOT list_contains($without, p.source) AND NOT list_contains($without, p.target)
      AND e.event_date >= $since AND least(e.event_date, ar.published::DATE) <= $until
      AND (ar.published IS NULL OR ar.published::DATE <= $until)
      AND ($fresh IS NULL OR (least(p.source, p.target), greatest(p.source, p.target)) IN (
          SELECT (least(q.source, q.target), greatest(q.source, q.target)) FROM current_event_pairs q
          WHERE q.event_date >= $fresh OR q.day >= $fresh))"""
# Articles in which somebody of each side stands who belonged to it on the day of publication.
_MENTIONING = f"""
    SELECT m.article_id FROM (
        SELECT DISTINCT c.article_id, s.side FROM current_actors c JOIN articles ar ON ar.id = c.article_id
        JOIN ({_MEMBERS}) s ON s.code = c.country AND (s.actor IS NULL OR s.actor = c.name)
         AND (ar.published IS NULL OR ar.published::DATE BETWEEN s.since AND s.until)) m
    GROUP BY m.article_id HAVING count(*) = 2
    UNION
    SELECT p.article_id FROM current_event_pairs p JOIN articles ar ON ar.id = p.article_id
    JOIN ({_MEMBERS}) s ON s.code = p.source AND s.actor IS NULL
    JOIN ({_MEMBERS}) t ON t.code = p.target AND t.actor IS NULL AND t.side <> s.side
    WHERE ar.published IS NULL OR (ar.published::DATE BETWEEN s.since AND s.until
                                   AND ar.published::DATE BETWEEN t.since AND t.until)"""
_ARTICLES = f"""
    SELECT ar.id AS article_id, {ARTICLE} FROM articles ar
    WHERE ar.id IN ({_MENTIONING}) ORDER BY ar.published NULLS LAST, ar.id"""
_SAID = f"""
    SELECT s.*, {ARTICLE} FROM current_statements s JOIN articles ar ON ar.id = s.article_id
    WHERE s.article_id IN ({_MENTIONING})
      AND s.speaker_country IN (SELECT code FROM ({_MEMBERS}))
    ORDER BY s.published NULLS LAST, s.article_id, s.position"""
_JUDGED = f"""
    SELECT j.*, {ARTICLE} FROM current_assessments j JOIN articles ar ON ar.id = j.article_id
    SEMI JOIN (
        SELECT s.code AS a, t.code AS b FROM ({_MEMBERS}) s, ({_MEMBERS}) t
        WHERE s.side <> t.side AND s.actor IS NULL AND t.actor IS NULL
    ) x ON x.a = j.country_a AND x.b = j.country_b
    ORDER BY assessed_on NULLS LAST, j.article_id, j.position"""


def gather(store: Rows, pair: Pair, data: str | None = None) -> Evidence:
    """All that is known of the pair from the data that `detente.relations.imported.origin_of` describes."""
    origin = origin_of(store, data)
    own = _gather_own(store, pair) if origin.own else Evidence((), (), (), ())
    if not origin.datasets:
        return own
    told = _reports(rows_of_pair(store, origin.datasets, pair.a.codes, pair.b.codes), pair)
    sources = {report.source.article_id: report.source for report in reversed(told)}
    articles = sorted((*own.articles, *sources.values()), key=lambda s: (str(s.published), s.article_id))
    reports = tuple(sorted((*own.reports, *told), key=_report_order))
    return Evidence(reports, own.said, own.judged, tuple(articles), days_of(store, origin.datasets))


def _gather_own(store: Rows, pair: Pair) -> Evidence:
    """All that the newest coding of each article says on the pair."""
    sides = _members(pair)
    return Evidence(
        reports=_reports(store.rows(_EVENTS, sides), pair),
        said=tuple(said for row in store.rows(_SAID, sides) if (said := said_of(row, pair))),
        judged=tuple(judged_of(row) for row in store.rows(_JUDGED, sides)),
        articles=tuple(source_of(row) for row in store.rows(_ARTICLES, sides)),
    )


def _members(pair: Pair) -> dict[str, list[object]]:
    rows = [
        (side, member.code, actor, member.since, member.until)
        for side, party in (("a", pair.a), ("b", pair.b))
        for member in party.members
        for actor in member.actors or (None,)
    ]
    return {name: [row[i] for row in rows] for i, name in enumerate(("side", "code", "actor", "since", "until"))}


def gather_reports(
    store: Rows, since: date, until: date, without: Sequence[str], data: str | None = None, fresh: date | None = None
) -> dict[tuple[str, str], tuple[Report, ...]]:
    """Reports of every pair of codes (in the order of the alphabet) of those days, as known on the last of them.

    `without` names codes that stand for no single actor. What was coded here is read for those pairs alone of which
    something is told from the `fresh` day on.
    """
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    origin: Origin = origin_of(store, data)
    asked = {"since": since, "until": until, "without": list(without)}
    own = store.rows(_ALL_EVENTS, {**asked, "fresh": fresh}) if origin.own else []
    for row in (*own, *rows_of_all(store, origin.datasets, since, until, without)):
        found[row["a"], row["b"]].append(row)
    return {codes: _reports(rows, countries(*codes)) for codes, rows in sorted(found.items())}


def _reports(rows: Iterable[Row], pair: Pair) -> tuple[Report, ...]:
    """In a fixed order; rows of parties that were not members on the day are passed over."""
    reports = (report_of(row, pair) for row in rows)
    return tuple(sorted((report for report in reports if report), key=_report_order))


def _report_order(report: Report) -> tuple[str, str, int, str]:
    return (str(report.day), report.source.article_id, len(report.event_id), report.event_id)


def source_of(row: Row) -> Source:
    original = row["near_duplicate_of"]
    facts = (row["article_id"], row["title"], row["url"], row["publisher"], row["published"])
    return Source(*facts, copy=original is not None, original=original)


def report_of(row: Row, pair: Pair) -> Report | None:
    day = placed(row)
    direction, by_codes, to_codes = direction_of(row, pair, day)
    if direction is None:
        return None
    return Report(
        source=source_of(row), event_id=row["id"], day=day, guessed_day=row["dated_by"] != "words",
        direction=direction,
        type=row["event"], mode=row["mode"], intended=row["intended"], quad=row["plover_quad"],
        intensity=row["intensity"], confidence=row["confidence"], modality=row["modality"],
        by=tuple(row["source_names"]), to=tuple(row["target_names"]), by_codes=by_codes, to_codes=to_codes,
        quote=row["quote"], sentence=row["sentence"],
        teller=row["attribution_speaker"], teller_country=row["attribution_country"],
        statement_id=row["attribution_id"], slack=HALF_PERIOD.get(row["date_precision"], 0),
        origin=row.get("dataset", "detente"), voices=row.get("voices", 1),
    )  # fmt: skip


def direction_of(row: Row, pair: Pair, day: date | None) -> tuple[Direction | None, tuple[str, ...], tuple[str, ...]]:
    """Which way an event goes between the sides, and the codes on its two ends; None where it is not theirs."""
    sources = [side.among(row["source_countries"], row["source_names"], day) for side in (pair.a, pair.b)]
    if not row["target_ids"]:
        return ("mutual" if all(sources) else None), tuple(sorted({*sources[0], *sources[1]})), ()
    targets = [side.among(row["target_countries"], row["target_names"], day) for side in (pair.a, pair.b)]
    forth, back = bool(sources[0] and targets[1]), bool(sources[1] and targets[0])
    if forth and back:
        return "mutual", tuple(sorted({*sources[0], *sources[1], *targets[0], *targets[1]})), ()
    if forth:
        return "a>b", sources[0], targets[1]
    return ("b>a" if back else None), sources[1], targets[0]


def placed(row: Row) -> date | None:
    return series_day(row["event_date"], row["date_precision"], row["published"])


def said_of(row: Row, pair: Pair) -> Said | None:
    day, names = row["statement_date"], [row["speaker"]]
    is_a, is_b = (bool(side.among([row["speaker_country"]], names, day)) for side in (pair.a, pair.b))
    if not is_a and not is_b:
        return None
    side: Literal["a", "b"] = "a" if is_a else "b"
    other = pair.b if is_a else pair.a
    return Said(
        source=source_of(row), statement_id=row["id"], side=side, kind=row["kind"], text=row["text"],
        speaker=row["speaker"] or row["speaker_text"] or "", office=row["speaker_office"],
        sectors=tuple(row["speaker_sectors"]), day=day,
        names_other=bool(other.among(row["about_countries"], row["about_names"], day)),
    )  # fmt: skip


def judged_of(row: Row) -> Judged:
    return Judged(
        source_of(row), row["descriptor"], row["direction"], row["holder_speaker"], row["holder_country"],
        row["text"], row["assessed_on"],
    )  # fmt: skip
