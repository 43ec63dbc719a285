"""Typed questions to a store: events, quotes, articles. Rows come as dictionaries in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from detente.store.ledger import LedgerEntry, entries
from detente.store.rows import Row
from detente.store.search import article_of, key, search

if TYPE_CHECKING:
    from detente.store.store import Store

T = TypeVar("T")

LEDGER_MARGIN = 21  # days on either side of what matches; a quote is joined to others over a few days only
SAID_ON = """CASE WHEN statement_date IS NOT NULL AND (date_precision = 'day' OR published IS NULL)
              THEN statement_date ELSE published::DATE END"""

EVENT_COLUMNS = (
    "event_date", "date_precision", "dated_by", "event", "intended", "mode", "contexts", "cameo", "plover_quad",
    "cameo_quad", "intensity", "goldstein", "source_countries", "source_names", "source_sectors", "target_countries",
    "target_names", "target_sectors", "modality", "confidence", "attribution_speaker", "attribution_country", "place",
    "quote", "sentence", "date_text", "start_offset", "end_offset", "mention_count", "article_id", "id", "event_key",
    "publisher", "published", "rule", "encoder", "coder_version",
)  # fmt: skip
ALL_EVENT_COLUMNS = ("dataset", *EVENT_COLUMNS, "url", "source_count", "article_count")
QUOTE_COLUMNS = (
    "statement_date", "date_precision", "dated_by", "speaker", "speaker_country", "speaker_sectors", "speaker_office",
    "speaker_text", "cue", "kind", "text", "audience", "venue", "about_names", "about_countries", "reporting_speaker",
    "start_offset", "end_offset", "article_id", "id", "publisher", "published", "coder_version",
)  # fmt: skip
ASSESSMENT_COLUMNS = (
    "assessed_on", "country_a", "country_b", "descriptor", "direction", "holder_speaker", "holder_country", "text",
    "article_id", "id", "publisher", "published", "coder_version",
)  # fmt: skip
_COUNTS = ("events", "statements", "assessments", "rejections")
_OF_ARTICLE = ("id", "published", "publisher", "title", "url", "language")
ARTICLE_COLUMNS = (*_OF_ARTICLE, "characters", *_COUNTS, "near_duplicate_of", "coder_version")


@dataclass(frozen=True)
class EventFilter:
    """`source`, `target`: ISO country code or part of an actor's name. `pair`: two countries, either direction.

    `after`: article id and id of the row to go on behind, so that pages fit together while the store grows.
    `data`: "detente" for what was coded here, a format's name for what was imported in it, "all" for both; rows of
    other data have `ALL_EVENT_COLUMNS`.
    """

    since: date | None = None
    until: date | None = None
    source: str | None = None
    target: str | None = None
    pair: tuple[str, str] | None = None
    type: str | None = None
    modality: str | None = None
    min_confidence: float | None = None
    publisher: str | None = None
    search: str | None = None
    article: str | None = None
    limit: int | None = None
    offset: int = 0
    after: tuple[str, str] | None = None
    data: str = "detente"


@dataclass(frozen=True)
class QuoteFilter:
    """`speaker`, `about`: ISO country code or part of an actor's name. `venue`: part of it. `verbatim`: in the
    speaker's own words, in part at least.

    `search`: words and "phrases" that all occur, in any of their forms; the best match comes first. `after` as in
    EventFilter; a search has no fixed order to go on in and is paged by its offset.
    """

    since: date | None = None
    until: date | None = None
    speaker: str | None = None
    about: str | None = None
    venue: str | None = None
    kind: str | None = None
    verbatim: bool = False
    publisher: str | None = None
    search: str | None = None
    article: str | None = None
    limit: int | None = None
    offset: int = 0
    after: tuple[str, str] | None = None


@dataclass(frozen=True)
class ArticleFilter:
    """`country`: an actor of the article has this code. `search`: words and "phrases" of title and text.

    `after`: the id of the article to go on behind, where the oldest come first.
    """

    since: date | None = None
    until: date | None = None
    country: str | None = None
    publisher: str | None = None
    search: str | None = None
    duplicates: bool = True
    newest_first: bool = False
    limit: int | None = None
    offset: int = 0
    after: str | None = None


@dataclass(frozen=True)
class AssessmentFilter:
    """`country`, `other`: codes; with both, what was said of that pair. `holder`: code or part of a name."""

    since: date | None = None
    until: date | None = None
    country: str | None = None
    other: str | None = None
    direction: str | None = None
    holder: str | None = None
    limit: int | None = None
    after: tuple[str, str] | None = None


class _Where:
    """Conditions with their parameters, joined by AND."""

    def __init__(self) -> None:
        self.conditions: list[str] = []
        self.parameters: list[object] = []

    def add(self, condition: str, *parameters: object) -> None:
        """Nothing where the first parameter is None."""
        if parameters and parameters[0] is None:
            return
        self.conditions.append(condition)
        self.parameters += parameters

    def sql(self) -> str:
        return " WHERE " + " AND ".join(self.conditions) if self.conditions else ""


def events(store: Store, where: EventFilter | None = None) -> list[Row]:
    """Events of the newest coder version by date, then article; the newest last."""
    sql, parameters = event_query(where or EventFilter())
    return store.rows(sql, parameters)


def event_query(where: EventFilter) -> tuple[str, list[object]]:
    """The SQL of `events`, for exports that need no Python rows."""
    own = where.data == "detente"
    clause = _event_clause(where)
    order = "event_date NULLS LAST, article_id, position"
    columns, table = (EVENT_COLUMNS, "current_events") if own else (ALL_EVENT_COLUMNS, "all_events")
    return _select(columns, table, clause, order, where.limit, where.offset)


def imported_query(dataset: str, where: EventFilter) -> tuple[str, list[object]]:
    """The rows of a dataset as they were imported (`file_number`, `cells`), in their old order."""
    clause = _Where()
    clause.add("dataset = ?", dataset)
    clause.add("event_date >= ?", where.since)
    clause.add("event_date <= ?", where.until)
    clause.add("confidence >= ?", where.min_confidence)
    return _select(("file_number", "cells"), "imported_events", clause, "file_number, line", where.limit, where.offset)


def _event_clause(where: EventFilter) -> _Where:
    own = where.data == "detente"
    clause = _Where()
    clause.add("dataset = ?", None if where.data in ("detente", "all") else where.data)
    clause.add("event_date >= ?", where.since)
    clause.add("event_date <= ?", where.until)
    _party(clause, "source", where.source)
    _party(clause, "target", where.target)
    if where.pair:
        first, second = where.pair
        pairs = "event_pairs" if own else "all_event_pairs"
        clause.add(
            f"""(article_id, coder_version, id) IN (SELECT (article_id, coder_version, event_id) FROM {pairs}
                WHERE (source = ? AND target = ?) OR (source = ? AND target = ?))""",
            first, second, second, first,
        )  # fmt: skip
    clause.add("event = upper(?)", where.type)
    clause.add("modality = lower(?)", where.modality)
    clause.add("confidence >= ?", where.min_confidence)
    clause.add("lower(publisher) = lower(?)", where.publisher)
    clause.add("contains(lower(sentence), lower(?))", where.search)
    clause.add("article_id = ?", where.article)
    _behind(clause, "current_events" if own else "all_events", "event_date", where.after)
    return clause


def quotes(store: Store, where: QuoteFilter | None = None) -> list[Row]:
    """Statements of the newest coder version by date, then article; those that a search finds, the best first."""
    where = where or QuoteFilter()
    places = None if where.search is None else search(store, "statement", where.search)
    rows = store.rows(*quote_query(where, places))
    if places is None:
        return rows
    return _cut(_ranked(rows, {id(row): places.get(_statement_key(row)) for row in rows}), where)


def quote_query(where: QuoteFilter, places: dict[str, int] | None = None) -> tuple[str, list[object]]:
    """The SQL of `quotes`; `places` is what a search found."""
    clause = quote_clause(where)
    if places is None:
        _behind(clause, "current_statements", "statement_date", where.after)
    else:
        clause.add("concat_ws(chr(31), article_id, coder_version, id) IN (SELECT unnest(?))", sorted(places))
    order = "statement_date NULLS LAST, article_id, position"
    return _select(QUOTE_COLUMNS, "current_statements", clause, order, *_page(where))


def ledger(store: Store, where: QuoteFilter | None = None) -> list[LedgerEntry]:
    """What was said, each quote once with all its reports, where any of them matches; by date or as it was found."""
    where = where or QuoteFilter()
    clause = quote_clause(where)
    places = _searched(store, clause, where)
    rows = store.rows(*_ledger_query(store, clause))
    matched: dict[tuple[str, str], int] = {}
    for row in rows:
        place = 0 if places is None else places.get(_statement_key(row))
        if row["matched"] and place is not None:
            matched[row["article_id"], row["id"]] = place
    found: list[tuple[int, LedgerEntry]] = []
    for entry in entries(rows) if matched else []:
        ranks = [matched.get((report.article_id, report.statement_id)) for report in entry.reports]
        if any(rank is not None for rank in ranks):
            found.append((min(rank for rank in ranks if rank is not None), entry))
    found.sort(key=lambda pair: pair[0])
    return _cut([entry for _, entry in found], where)


def _ledger_query(store: Store, clause: _Where) -> tuple[str, list[object]]:
    """Every statement that may be in one entry with a match: no entry has speakers of two countries or spans weeks."""
    sql = f"""SELECT list(DISTINCT speaker_country) AS countries, bool_or(speaker_country IS NULL) AS some_unknown,
                     list(DISTINCT {SAID_ON}) AS days FROM current_statements{clause.sql()}"""
    (found,) = store.rows(sql, clause.parameters)
    condition = " AND ".join(clause.conditions) or "true"
    columns = ", ".join(f"s.{name}" for name in QUOTE_COLUMNS)
    among = _Where()
    if not found["some_unknown"]:
        among.add("(speaker_country IS NULL OR speaker_country IN (SELECT unnest(?)))", found["countries"] or [])
    near = f"(SELECT day + i::INTEGER FROM unnest(?::DATE[]) d(day), range(-{LEDGER_MARGIN}, {LEDGER_MARGIN + 1}) r(i))"
    among.add(f"({SAID_ON} IS NULL OR {SAID_ON} IN {near})", found["days"] or [])
    return (
        f"""SELECT {columns}, articles.title, articles.url, a.kind AS speaker_kind, s.matched
            FROM (SELECT *, coalesce({condition}, false) AS matched FROM current_statements{among.sql()}) s
            JOIN articles ON articles.id = s.article_id
            LEFT JOIN current_actors a ON a.article_id = s.article_id AND a.id = s.speaker_id""",
        [*clause.parameters, *among.parameters],
    )


def quote_clause(where: QuoteFilter) -> _Where:
    """All but the search and the page."""
    clause = _Where()
    clause.add("statement_date >= ?", where.since)
    clause.add("statement_date <= ?", where.until)
    if where.speaker:
        clause.add(
            """(speaker_country = upper(?) OR contains(lower(speaker), lower(?))
                OR contains(lower(speaker_text), lower(?)))""",
            where.speaker, where.speaker, where.speaker,
        )  # fmt: skip
    if where.about:
        clause.add(
            """(list_contains(about_countries, upper(?))
                OR contains(lower(array_to_string(about_names, '; ')), lower(?)))""",
            where.about, where.about,
        )  # fmt: skip
    clause.add("contains(lower(venue), lower(?))", where.venue)
    clause.add("kind = lower(?)", where.kind)
    if where.verbatim:
        clause.add("kind IN ('direct', 'mixed')")
    clause.add("lower(publisher) = lower(?)", where.publisher)
    clause.add("article_id = ?", where.article)
    return clause


def _searched(store: Store, clause: _Where, where: QuoteFilter) -> dict[str, int] | None:
    """The places of what a search finds; the clause then asks for its articles only."""
    if where.search is None:
        return None
    places = search(store, "statement", where.search)
    clause.add("article_id IN (SELECT unnest(?))", sorted({article_of(name) for name in places}))
    return places


def _statement_key(row: Row) -> str:
    return key(row["article_id"], row["coder_version"], row["id"])


def articles(store: Store, where: ArticleFilter | None = None) -> list[Row]:
    """Articles by publication, without their text, with the number of what the newest coder version found.

    Those that a search finds, the best first.
    """
    where = where or ArticleFilter()
    places = None if where.search is None else search(store, "article", where.search, _wanted(where))
    return store.rows(*article_query(where, places))


def _wanted(where: ArticleFilter) -> int | None:
    """How many of what a search finds are needed: all where more is asked of them."""
    alone = where == ArticleFilter(search=where.search, newest_first=where.newest_first, limit=where.limit,
                                   offset=where.offset)  # fmt: skip
    return where.offset + where.limit if alone and where.limit is not None else None


def article_query(where: ArticleFilter, places: dict[str, int] | None = None) -> tuple[str, list[object]]:
    """The SQL of `articles`; `places` is what a search found."""
    clause = _Where()
    clause.add("published >= ?", where.since)
    clause.add("published < ?::DATE + 1", where.until)
    clause.add("id IN (SELECT article_id FROM current_actors WHERE country = upper(?))", where.country)
    clause.add("lower(publisher) = lower(?)", where.publisher)
    if not where.duplicates:
        clause.add("near_duplicate_of IS NULL")
    if places is None:
        clause.add(
            f"""row(coalesce(published, {_LAST_TIME}), id) >
                (SELECT row(coalesce(published, {_LAST_TIME}), id) FROM articles WHERE id = ?)""",
            where.after,
        )
    order = f"published {'DESC' if where.newest_first else ''} NULLS LAST, id"
    if places is None:
        chosen, asked = _select(("articles.*",), "articles", clause, order, where.limit, where.offset)
        return _COUNTED.format(chosen=chosen, order=order), asked
    given: list[object] = [list(places), list(places.values())]
    found = "(SELECT unnest(?) AS found, unnest(?) AS place) found JOIN articles ON articles.id = found.found"
    chosen, asked = _select(("articles.*", "place"), found, clause, "place", where.limit, where.offset)
    return _COUNTED.format(chosen=chosen, order="place"), [*given, *asked]


def _page(where: QuoteFilter) -> tuple[int | None, int]:
    """A search is cut when it is ranked."""
    return (where.limit, where.offset) if where.search is None else (None, 0)


def _ranked(rows: list[Row], places: dict[int, int | None]) -> list[Row]:
    found = [(place, row) for row in rows if (place := places[id(row)]) is not None]
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def _cut(found: list[T], where: QuoteFilter) -> list[T]:
    end = None if where.limit is None else where.offset + where.limit
    return found[where.offset : end]


# What was found in an article is counted for those that are chosen only.
_COUNT = """LEFT JOIN (SELECT article_id, count(*) AS n FROM {0} SEMI JOIN coded USING (article_id, coder_version)
                       GROUP BY 1) {0} ON {0}.article_id = chosen.id"""
_COUNTED = f"""
    WITH chosen AS MATERIALIZED ({{chosen}}), coded AS MATERIALIZED (
        SELECT c.article_id, c.coder_version FROM current_codings c SEMI JOIN chosen ON chosen.id = c.article_id
    )
    SELECT {", ".join(f"chosen.{name}" for name in _OF_ARTICLE)}, length(chosen.text) AS characters,
           {", ".join(f"coalesce({name}.n, 0) AS {name}" for name in _COUNTS)}, near_duplicate_of, coder_version
    FROM chosen LEFT JOIN coded ON coded.article_id = chosen.id {" ".join(map(_COUNT.format, _COUNTS))}
    ORDER BY {{order}}"""


def counts(store: Store) -> dict[str, int]:
    """Number of articles, events, statements, assessments and rejections (newest coder version)."""
    names = ("articles", "current_events", "current_statements", "current_assessments", "current_rejections")
    columns = ", ".join(f"(SELECT count(*) FROM {name}) AS {name.removeprefix('current_')}" for name in names)
    return {name: int(n) for name, n in store.rows(f"SELECT {columns}")[0].items()}


def rejections(store: Store) -> list[Row]:
    """What never became an article, by file and line."""
    return store.rows("SELECT path, line, reason, detail FROM input_rejections ORDER BY path, line NULLS FIRST, reason")


def assessments(store: Store, where: AssessmentFilter | None = None) -> list[Row]:
    """What was said of how relations stand, by date, then article."""
    return store.rows(*assessment_query(where or AssessmentFilter()))


def assessment_query(where: AssessmentFilter) -> tuple[str, list[object]]:
    clause = _Where()
    clause.add("assessed_on >= ?", where.since)
    clause.add("assessed_on <= ?", where.until)
    for code in (where.country, where.other):
        clause.add("? IN (country_a, country_b)", code)
    clause.add("direction = lower(?)", where.direction)
    if where.holder:
        clause.add("(holder_country = upper(?) OR contains(lower(holder_speaker), lower(?)))", *[where.holder] * 2)
    _behind(clause, "current_assessments", "assessed_on", where.after)
    order = "assessed_on NULLS LAST, article_id, position"
    return _select(ASSESSMENT_COLUMNS, "current_assessments", clause, order, where.limit, 0)


_LAST_DAY, _LAST_TIME = "DATE '9999-12-31'", "TIMESTAMP '9999-12-31'"


def _behind(clause: _Where, table: str, day: str, after: tuple[str, str] | None) -> None:
    """What stands behind one row in the order of day, article and position; nothing where that row is not there."""
    if after is not None:
        place = f"row(coalesce({day}, {_LAST_DAY}), article_id, position)"
        clause.add(f"{place} > (SELECT {place} FROM {table} WHERE article_id = ? AND id = ? LIMIT 1)", *after)


def _party(clause: _Where, role: str, wanted: str | None) -> None:
    """A reciprocal event has its parties among the sources: they are targets too."""
    if not wanted:
        return
    countries, names = f"{role}_countries", f"{role}_names"
    condition = f"list_contains({countries}, upper(?)) OR contains(lower(array_to_string({names}, '; ')), lower(?))"
    if role == "target":
        condition += (
            " OR (len(target_ids) = 0 AND len(source_ids) > 1 AND (list_contains(source_countries, upper(?))"
            " OR contains(lower(array_to_string(source_names, '; ')), lower(?))))"
        )
    clause.add(f"({condition})", *[wanted] * condition.count("?"))


def _select(
    columns: Sequence[str], table: str, clause: _Where, order: str, limit: int | None, offset: int
) -> tuple[str, list[object]]:
    sql = f"SELECT {', '.join(columns)} FROM {table}{clause.sql()} ORDER BY {order}"
    if limit is not None:
        sql += f" LIMIT {int(limit)}"
    if offset:
        sql += f" OFFSET {int(offset)}"
    return sql, clause.parameters
