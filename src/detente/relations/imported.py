"""Events that others coded, as reports on a pair: which data a question is put to, and the rows that answer it.

A row has no article here: its file and line stand for the title, its cells for the sentence. Where a row does not say
when it was published, it counts as published on its event's day; where it has no modality it is taken as actual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from detente.relations.parameters import RelationQuestion

OWN, ALL = "detente", "all"
CONFIDENCE = 0.7  # of a row that gives none
CELLS_SHOWN = 24
Row = dict[str, Any]


class Rows(Protocol):
    """What is asked of a store: `detente.store.Store` and anything that answers SQL on its tables."""

    def rows(self, sql: str, parameters: Any = ()) -> list[Row]: ...

    def arrow(self, sql: str, parameters: Any = ()) -> Any: ...


@dataclass(frozen=True)
class Origin:
    """`name` as it was asked for or chosen; `own`: what was coded here counts; `datasets`: imported data that do."""

    name: str
    own: bool
    datasets: tuple[str, ...]


def datasets(store: Rows) -> tuple[str, ...]:
    """Imported data that the store holds."""
    return tuple(row["dataset"] for row in store.rows("SELECT DISTINCT dataset FROM imported_files ORDER BY dataset"))


def origin_of(store: Rows, data: str | None) -> Origin:
    """Where events are taken from: "detente" (coded here), a dataset such as "gdelt2", or "all".

    None is what was coded here where the store holds an article, else all that was imported. Raises RelationQuestion
    for data that the store does not hold.
    """
    held = datasets(store)
    if data is None:
        has_articles = not held or bool(store.rows("SELECT 1 FROM articles LIMIT 1"))
        data = OWN if has_articles else held[0] if len(held) == 1 else ALL
    if data == OWN:
        return Origin(OWN, True, ())
    if data == ALL:
        return Origin(ALL, True, held)
    if data not in held:
        raise RelationQuestion(f"data={data!r}: the store holds {', '.join((OWN, *held))}; `detente import` adds more")
    return Origin(data, False, (data,))


_LINE = "reverse(split_part(reverse(f.path), '/', 1)) || ', line ' || e.line"
_CELLS = f"""array_to_string(list_transform(list_filter(list_zip(f.columns, e.cells),
    lambda c: coalesce(trim(c[2]), '') <> '' AND c[1] NOT IN ('MonthYear', 'Year', 'FractionDate'))[:{CELLS_SHOWN}],
    lambda c: c[1] || ' ' || trim(c[2])), ' · ')"""
_COLUMNS = f"""
    e.dataset, e.dataset || ':' || coalesce(e.story_id, e.id) AS article_id, e.id, {_LINE} AS title, e.url,
    e.publisher, coalesce(e.published, e.event_date::TIMESTAMP) AS published, NULL AS near_duplicate_of,
    e.event_date, coalesce(e.date_precision, 'day') AS date_precision, 'words' AS dated_by, e.event, e.mode,
    e.intended, e.plover_quad, e.intensity, coalesce(e.confidence, {CONFIDENCE}) AS confidence,
    coalesce(e.modality, 'actual') AS modality, coalesce(e.source_count, 1) AS voices,
    CASE WHEN e.reciprocal THEN list_concat(e.source_names, e.target_names) ELSE e.source_names END AS source_names,
    CASE WHEN e.reciprocal THEN list_sort(list_distinct(list_concat(e.source_countries, e.target_countries)))
        ELSE e.source_countries END AS source_countries,
    CASE WHEN e.reciprocal THEN [] ELSE e.target_names END AS target_names,
    CASE WHEN e.reciprocal THEN [] ELSE e.target_countries END AS target_countries,
    CASE WHEN e.reciprocal THEN [] ELSE list_concat(e.target_names, e.target_countries) END AS target_ids,
    coalesce(e.text, {_CELLS}) AS sentence, coalesce(e.text, {_CELLS}) AS quote,
    NULL AS attribution_speaker, NULL AS attribution_country, NULL AS attribution_id"""
_FROM = """
    FROM imported_events e JOIN imported_files f ON f.dataset = e.dataset AND f.number = e.file_number
    WHERE list_contains($datasets, e.dataset) AND NOT e.repeated AND NOT e.mirror AND e.event IS NOT NULL
      AND e.intensity IS NOT NULL AND e.plover_quad IS NOT NULL"""
_OF_PAIR = f"""SELECT {_COLUMNS} {_FROM}
      AND ((list_has_any(e.source_countries, $a) AND list_has_any(e.target_countries, $b))
        OR (list_has_any(e.source_countries, $b) AND list_has_any(e.target_countries, $a)))"""
_OF_ALL = f"""
    SELECT DISTINCT ON (article_id, id, a, b) *, least(source, target) AS a, greatest(source, target) AS b FROM (
        SELECT *, unnest(t) AS target FROM (
            SELECT {_COLUMNS}, e.target_countries AS t, unnest(e.source_countries) AS source {_FROM}
              AND e.event_date BETWEEN $since AND $until
              AND (e.published IS NULL OR e.published::DATE <= $until)))
    WHERE source <> target AND NOT list_contains($without, source) AND NOT list_contains($without, target)"""


def rows_of_pair(store: Rows, datasets: Sequence[str], a: Sequence[str], b: Sequence[str]) -> list[Row]:
    """Rows in which codes of the one side meet codes of the other, in the columns of our own events."""
    return store.rows(_OF_PAIR, {"datasets": list(datasets), "a": list(a), "b": list(b)}) if datasets else []


def rows_of_all(store: Rows, datasets: Sequence[str], since: date, until: date, without: Sequence[str]) -> list[Row]:
    """Rows of all pairs of codes (`a` before `b`) of those days, as known on the last of them."""
    asked = {"datasets": list(datasets), "since": since, "until": until, "without": list(without)}
    return store.rows(_OF_ALL, asked) if datasets else []


def days_of(store: Rows, datasets: Sequence[str]) -> tuple[date, ...]:
    """Days of which the data tell anything at all, of whatever pair: on these somebody was looking."""
    if not datasets:
        return ()
    sql = """SELECT DISTINCT event_date AS day FROM imported_events
             WHERE list_contains(?, dataset) AND event_date IS NOT NULL ORDER BY day"""
    return tuple(row["day"] for row in store.rows(sql, [list(datasets)]))


def newest_day_of(store: Rows, origin: Origin) -> date | None:
    """The last day that is known of: of the articles, and of imported rows."""
    days = []
    if origin.own:
        days += store.rows("SELECT max(published)::DATE AS day FROM articles")
    if origin.datasets:
        sql = "SELECT max(event_date) AS day FROM imported_events WHERE list_contains(?, dataset)"
        days += store.rows(sql, [list(origin.datasets)])
    return max((row["day"] for row in days if row["day"]), default=None)
