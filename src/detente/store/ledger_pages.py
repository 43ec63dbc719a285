"""One page of the ledger, however long the record is.

Only statements that may be the same quote as one on the page are compared: those of the days around it that share a run
of words with it, those that share one with these, and so on. What is found is what the whole ledger would say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from detente.store import queries
from detente.store.ledger import DAYS, LedgerEntry, Statement, alike, entries
from detente.store.queries import QUOTE_COLUMNS, SAID_ON, QuoteFilter
from detente.store.rows import Row
from detente.store.search import key as search_key
from detente.store.search import search
from detente.store.words import GRAM

if TYPE_CHECKING:
    from detente.store.store import Store

Key = tuple[str, str]

ROUNDS = 4  # of at most DAYS: a quote that is printed on and on for longer falls into several entries
AT_ONCE = 40  # statements in the order of days: many may be of one quote
MOST_FOUND = 10_000  # statements that a search puts in order; of more, the best so many
MOST_PAGED = 1000  # entries up to which pages are quicker than the whole
SAME_DAY = 25  # entries that are looked at for the rest of a day
NO_DAY = "DATE '0001-01-01'"
_DAY = f"coalesce({SAID_ON}, {NO_DAY})"
# As `words.normalised` does it, but for rare letters: what shares a run there shares one here.
_PLAIN = r"""string_split(trim(regexp_replace(strip_accents(lower(regexp_replace(regexp_replace(
    text, '[''’‘ʼ`´­]', '', 'g'), '(\d),(\d{3})', '\1\2', 'g'))), '[^\p{L}\p{N}]+', ' ', 'g')), ' ')"""
# Keys first: what is current is looked up for their articles only.
_FULL = f"""
    WITH k AS MATERIALIZED (SELECT unnest(?) AS article_id, unnest(?) AS id), c AS MATERIALIZED (
        SELECT article_id, arg_max(coder_version, {{'o': version_order, 'v': coder_version}}) AS coder_version
        FROM codings SEMI JOIN k USING (article_id) GROUP BY 1
    ), s AS MATERIALIZED (
        SELECT * FROM statements SEMI JOIN k USING (article_id, id) SEMI JOIN c USING (article_id, coder_version)
    ), a AS MATERIALIZED (SELECT * FROM actors SEMI JOIN (SELECT article_id, coder_version, speaker_id AS id FROM s) x
                          USING (article_id, coder_version, id))
    SELECT {", ".join(f"s.{name}" for name in QUOTE_COLUMNS)}, s.position, s.matched, articles.title, articles.url,
           a.kind AS speaker_kind
    FROM (SELECT *, coalesce(%s, false) AS matched FROM s) s JOIN articles ON articles.id = s.article_id
    LEFT JOIN a ON a.article_id = s.article_id AND a.id = s.speaker_id"""


@dataclass(frozen=True)
class LedgerPage:
    """`next`: where the next page starts, None on the last. `matched`: how many statements match in all."""

    entries: list[LedgerEntry]
    next: int | None
    matched: int


def ledger_page(
    store: Store, where: QuoteFilter | None = None, limit: int = 25, start: int = 0, newest: bool = False
) -> LedgerPage:
    """`limit` entries, in the order of the first statement of each that matches: by date, or the best match first.

    `start` is the `next` of the page before: so many statements that match were passed. `limit` and `offset` of the
    filter count for nothing here.
    """
    found = _Found(store, where or QuoteFilter(), newest)
    shown: list[LedgerEntry] = []
    while len(shown) < limit and start < found.number:
        hits = found.statements(start, found.at_once(limit))
        if not hits:
            break
        told = _told(found, hits)
        first = found.order(hits[0])
        for hit in hits:
            if len(shown) == limit:
                break
            start += 1
            entry, begins = told[_key(hit)]
            if begins == found.order(hit) and begins >= first:  # else an earlier page has it
                shown.append(entry)
    return LedgerPage(shown, start if start < found.number else None, found.number)


def first_entries(store: Store, where: QuoteFilter) -> list[LedgerEntry]:
    """What `queries.ledger` gives. Where a few of all quotes or of a search are wanted, only these are read.

    Entries are in the order of their first reports, whether these match or not; so with other conditions the whole
    ledger of what matches is needed to know which are first.
    """
    whole, wanted = replace(where, limit=None, offset=0), where.offset + (where.limit or 0)
    if where.limit is None or wanted > MOST_PAGED or whole != QuoteFilter(search=where.search):
        return queries.ledger(store, where)
    page = ledger_page(store, whole, wanted)
    found = page.entries
    if where.search is None:  # a page ends in the middle of a day, whose entries are in the order of their ids
        while page.next is not None and found and found[-1].date == found[wanted - 1].date:
            page = ledger_page(store, whole, SAME_DAY, page.next)
            found = found + page.entries
        found = sorted(found, key=lambda entry: (entry.date or date.max, entry.id))
    return found[where.offset : wanted]


class _Found:
    """The statements that match, in their order."""

    def __init__(self, store: Store, where: QuoteFilter, newest: bool) -> None:
        self.store, self._newest = store, newest
        clause = queries.quote_clause(where)
        self._condition = " AND ".join(clause.conditions) or "true"
        self._parameters = clause.parameters
        self._places: dict[str, int] | None = None
        self._ranked: list[Row] = []
        if where.search is None:
            sql = f"SELECT count(*) AS n FROM current_statements{clause.sql()}"
            self.number = int(store.rows(sql, self._parameters)[0]["n"])
            return
        self._places = search(store, "statement", where.search, None if clause.conditions else MOST_FOUND)
        self._ranked = self._in_order(self._places)
        self.number = len(self._ranked)

    def _in_order(self, places: dict[str, int]) -> list[Row]:
        names = [name.split("\x1f") for name in places]
        keys = {"articles": [n[0] for n in names], "ids": [n[-1] for n in names], "places": list(places.values())}
        sql = f"""SELECT s.article_id, s.id, k.place FROM (SELECT * FROM current_statements WHERE {self._condition}) s
                  JOIN (SELECT unnest(?) AS article_id, unnest(?) AS id, unnest(?) AS place) k
                    ON k.article_id = s.article_id AND k.id = s.id ORDER BY k.place"""
        return self.store.rows(sql, [*self._parameters, *keys.values()]) if names else []

    def at_once(self, limit: int) -> int:
        """How many are looked at together. What a search finds lies on many days, and each costs time."""
        return limit if self._places is not None else max(limit, AT_ONCE)

    def statements(self, start: int, number: int) -> list[Row]:
        if self._places is not None:
            return self.rows([_key(row) for row in self._ranked[start : start + number]])
        sql = f"""SELECT article_id, id FROM current_statements WHERE {self._condition}
                  ORDER BY statement_date {"DESC" if self._newest else ""} NULLS LAST, article_id, position
                  LIMIT {int(number)} OFFSET {int(start)}"""
        return self.rows([_key(row) for row in self.store.rows(sql, self._parameters)])

    def rows(self, keys: list[Key]) -> list[Row]:
        """Those that are current, with all that the ledger needs; `matched` says which the filter wants."""
        given = [[article for article, _ in keys], [id_ for _, id_ in keys]]
        rows = {_key(row): row for row in self.store.rows(_FULL % self._condition, [*given, *self._parameters])}
        return [rows[key] for key in keys if key in rows]

    def matches(self, row: Row) -> bool:
        return bool(row["matched"]) and (self._places is None or self._place(row) is not None)

    def _place(self, row: Row) -> int | None:
        assert self._places is not None
        return self._places.get(search_key(row["article_id"], row["coder_version"], row["id"]))

    def order(self, row: Row) -> tuple[object, ...]:
        if self._places is not None:
            return (self._place(row),)
        day: date | None = row["statement_date"]
        number = day.toordinal() if day else 0
        return (day is None, -number if self._newest else number, row["article_id"], row["position"])


def _told(found: _Found, hits: list[Row]) -> dict[Key, tuple[LedgerEntry, tuple[object, ...]]]:
    """Of each statement: its entry, and the place of the first statement of that entry that matches."""
    rows = _kin(found, hits)
    told: dict[Key, tuple[LedgerEntry, tuple[object, ...]]] = {}
    for entry in entries(rows.values()):
        keys = [(report.article_id, report.statement_id) for report in entry.reports]
        places = [found.order(rows[key]) for key in keys if found.matches(rows[key])]
        if places:
            told |= dict.fromkeys(keys, (entry, min(places)))
    return told


def _kin(found: _Found, hits: list[Row]) -> dict[Key, Row]:
    """The hits, and all statements that may stand in one entry with them, over a few days and steps."""
    rows = {_key(row): row for row in hits}
    fresh = [Statement.of(row) for row in hits]
    spoken = {row["speaker_country"] for row in hits}
    countries = None if None in spoken else sorted(spoken)
    for _ in range(ROUNDS):
        keys = [key for key in _near(found.store, fresh, countries) if key not in rows]
        near = [Statement.of(row) for row in found.rows(keys)] if keys else []
        by_day: dict[int, list[Statement]] = {}
        for statement in fresh:
            by_day.setdefault(statement.day or 0, []).append(statement)
        fresh = [statement for statement in near if _joins(statement, by_day)]
        if not fresh:
            break
        rows |= {_key(statement.row): statement.row for statement in fresh}
    return rows


def _joins(statement: Statement, by_day: dict[int, list[Statement]]) -> bool:
    day = statement.day or 0
    around = (other for i in range(day - DAYS, day + DAYS + 1) for other in by_day.get(i, ()))
    return any(alike(*sorted((statement, other), key=lambda each: each.order)) for other in around)


def _near(store: Store, statements: Iterable[Statement], countries: list[str] | None) -> list[Key]:
    """Keys of statements that share a run of words with one of these, at most DAYS from it.

    No entry has speakers of two countries: those of other `countries` are left out.
    """
    runs: dict[int, set[tuple[str, int]]] = {}
    for statement in statements:
        for run in _runs(statement):
            runs.setdefault(len(run), set()).add((" ".join(run), statement.day or 1))
    found: dict[Key, None] = {}
    for length, needles in sorted(runs.items()):
        ordered = sorted(needles)
        asked = [
            countries,
            countries,
            sorted({day for _, day in ordered}),
            [run for run, _ in ordered],
            [day for _, day in ordered],
        ]
        found |= dict.fromkeys(_key(row) for row in store.rows(_sharing(length), asked))
    return list(found)


def _runs(statement: Statement) -> set[tuple[str, ...]]:
    """One of these occurs in whatever is the same quote: three words on end, or all where there are fewer."""
    words = statement.words
    if not words.flat:
        return {words.all[:GRAM]} if words.all else set()
    return set(words.grams) or {words.flat}


def _sharing(length: int) -> str:
    run = " || ' ' || ".join(f"t[i + {i}]" for i in range(length)) or "''"
    return f"""
        WITH near AS MATERIALIZED (
            SELECT article_id, id, {_PLAIN} AS t, {_DAY} AS day FROM statements
            WHERE (?::VARCHAR[] IS NULL OR speaker_country IS NULL OR list_contains(?::VARCHAR[], speaker_country))
              AND {_DAY} IN (SELECT ({NO_DAY} + (d - 1 + i)::INTEGER)::DATE
                             FROM unnest(?::INTEGER[]) d(d), range(-{DAYS}, {DAYS + 1}) r(i))
        ), runs AS (
            SELECT article_id, id, day,
                   unnest(list_transform(range(1, len(t) - {length - 2}), lambda i: {run})) AS run
            FROM near
        )
        SELECT DISTINCT article_id, id FROM runs
        JOIN (SELECT unnest(?) AS run, ({NO_DAY} + (unnest(?::INTEGER[]) - 1))::DATE AS said) n USING (run)
        WHERE day - said BETWEEN -{DAYS} AND {DAYS}"""


def _key(row: Row) -> Key:
    return row["article_id"], row["id"]
