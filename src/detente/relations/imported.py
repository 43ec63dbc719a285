"""Events that others coded, as reports on a pair: which data a question is put to, and the rows that answer it.

A row has no article here: its file and line stand for the title, its cells for the sentence. Where a row does not say
when it was published, it counts as published on its event's day; where it has no modality it is taken as actual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from detente.placing import HALF_PERIOD
from detente.relations.narrow import NUMBER_OF
from detente.relations.parameters import RelationQuestion

if TYPE_CHECKING:
    import pyarrow as pa

OWN, ALL = "detente", "all"
CONFIDENCE = 0.7  # of a row that gives none
CELLS_SHOWN = 24
FEW = 3  # codes
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
_ARTICLE = "e.dataset || ':' || coalesce(e.story_id, e.id)"
_SOURCE = f"""
    e.dataset, {_ARTICLE} AS article_id, {_LINE} AS title, e.url, e.publisher,
    coalesce(e.published, e.event_date::TIMESTAMP) AS published, NULL AS near_duplicate_of"""
_COLUMNS = f"""
    {_SOURCE}, e.id, e.event_date,
    coalesce(e.date_precision, 'day') AS date_precision, 'words' AS dated_by, e.event, e.mode,
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
_WHOLE = """list_contains($datasets, e.dataset) AND NOT e.repeated AND NOT e.mirror AND e.event IS NOT NULL
      AND e.intensity IS NOT NULL AND e.plover_quad IS NOT NULL"""
_FROM = f"""
    FROM imported_events e JOIN imported_files f ON f.dataset = e.dataset AND f.number = e.file_number
    WHERE {_WHOLE}"""
_LONG = " ".join(f"WHEN '{name}' THEN {days}" for name, days in HALF_PERIOD.items())
_PUBLISHED = "coalesce(e.published, e.event_date::TIMESTAMP)"
_HALF = f"CASE coalesce(e.date_precision, 'day') {_LONG} ELSE 0 END"
_PLACED = ", ".join(f"'{name}'" for name in HALF_PERIOD)
_DAY = f"least(e.event_date + {_HALF}, {_PUBLISHED}::DATE)"
_NARROW = f"""
    {NUMBER_OF.format(f"CASE WHEN coalesce(e.date_precision, 'day') IN ({_PLACED}) THEN {_DAY} END")} AS day,
    ({_HALF})::BIGINT AS slack, e.event AS type,
    e.plover_quad::BIGINT AS quad, coalesce(e.modality, 'actual') AS modality, e.intensity,
    coalesce(e.confidence, {CONFIDENCE}) AS confidence, {NUMBER_OF.format(_PUBLISHED)} AS published,
    coalesce(epoch_us({_PUBLISHED}), 0) AS moment, nullif(e.publisher, '') AS publisher,
    coalesce(e.source_count, 1)::BIGINT AS voices, e.dataset, e.file_number, e.line, {_ARTICLE} AS article_id,
    hash({_ARTICLE}) AS article, e.id AS event_id"""
NUMBERS = ("day", "slack", "quad", "intensity", "confidence", "published", "voices", "article")
"""Those of the narrow columns that are numbers."""
_NAMES = r"array_to_string(list_transform(e.{0}_names, lambda n: translate(n, chr(30) || chr(31), '  ')), chr(30))"
_PARTIES = f"""
    concat_ws(chr(31), array_to_string(e.source_countries, chr(30)), array_to_string(e.target_countries, chr(30)),
        if(called, {_NAMES.format("source")}, ''), if(called, {_NAMES.format("target")}, ''),
        if(e.reciprocal, 'both', '')) AS parties"""
_BETWEEN = f"""
    SELECT {_NARROW}, {_PARTIES}
    FROM (SELECT *, list_has_any(list_concat(source_countries, target_countries), $named::VARCHAR[]) AS called
          FROM imported_events) e
    WHERE {_WHOLE} AND ({{meeting}}) ORDER BY day = 0, day, article_id, length(e.id), e.id"""
_BETWEEN_ALL = f"""
    SELECT DISTINCT ON (article_id, event_id, codes) *,
        concat(least(source, target), '-', greatest(source, target)) AS codes,
        CASE WHEN mutual THEN 2 WHEN source < target THEN 0 ELSE 1 END::BIGINT AS direction
    FROM (
        SELECT *, unnest(t) AS target,
            reciprocal OR (list_contains(s, target) AND list_contains(t, source)) AS mutual
        FROM (
            SELECT {_NARROW}, e.reciprocal, e.source_countries AS s, e.target_countries AS t,
                unnest(e.source_countries) AS source
            FROM imported_events e
            WHERE {_WHOLE} AND e.event_date BETWEEN $since AND $until
              AND (e.published IS NULL OR e.published::DATE <= $until)
              AND ($code IS NULL OR list_contains(e.source_countries, $code)
                   OR list_contains(e.target_countries, $code))))
    WHERE source <> target AND NOT list_contains($without, source) AND NOT list_contains($without, target)
      AND ($code IS NULL OR source = $code OR target = $code)
    ORDER BY day = 0, day, article_id, length(event_id), event_id"""
_AT = """SELECT {columns}, k.place FROM (SELECT unnest($datasets_at) AS dataset, unnest($files) AS file_number,
                 unnest($lines) AS line, unnest($places) AS place) k
          JOIN imported_events e ON e.dataset = k.dataset AND e.file_number = k.file_number AND e.line = k.line
          JOIN imported_files f ON f.dataset = e.dataset AND f.number = e.file_number ORDER BY k.place"""
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


def rows_between(
    store: Rows, datasets: Sequence[str], a: Sequence[str], b: Sequence[str], named: Sequence[str]
) -> pa.Table:
    """Rows in which codes of the one side meet codes of the other, and perhaps more, in narrow columns.

    `parties` says who acts on whom; names are there only where one of the `named` codes is. In the order of day,
    article and id.
    """
    few, many = sorted((a, b), key=len)
    meeting = f"{_any_of('source', few)} OR {_any_of('target', few)}"
    if len(many) <= FEW:  # DuckDB is slow to compare lists with long ones
        ways = (f"({_any_of('source', x)} AND {_any_of('target', y)})" for x, y in ((few, many), (many, few)))
        meeting = f"({meeting}) AND ({' OR '.join(ways)})"
    return store.arrow(_BETWEEN.format(meeting=meeting), {"datasets": list(datasets), "named": list(named)})


def _any_of(side: str, codes: Sequence[str]) -> str:
    """SQL: whether one of the codes stands on the side. Codes are those of our tables; none holds a quotation mark."""
    if len(codes) > FEW:
        return f"list_has_any(e.{side}_countries, [{', '.join(repr(code) for code in codes)}])"
    return "(" + " OR ".join(f"list_contains(e.{side}_countries, '{code}')" for code in codes) + ")"


def rows_between_all(
    store: Rows, datasets: Sequence[str], since: date, until: date, without: Sequence[str], code: str | None = None
) -> pa.Table:
    """Rows of all pairs of codes (`codes`, the first before the second), or of those of one code, in narrow columns.

    Of those days, as known on the last of them.
    """
    asked = {"datasets": list(datasets), "since": since, "until": until, "without": list(without), "code": code}
    return store.arrow(_BETWEEN_ALL, asked)


def rows_at(store: Rows, table: pa.Table, whole: bool = True) -> list[Row]:
    """The rows that narrow ones stand for, in their order: in the columns of our own events, or of articles alone."""
    asked = {key: table[name].to_pylist()
             for key, name in (("datasets_at", "dataset"), ("files", "file_number"), ("lines", "line"))}  # fmt: skip
    sql = _AT.format(columns=_COLUMNS if whole else _SOURCE)
    return store.rows(sql, {**asked, "places": list(range(table.num_rows))}) if table.num_rows else []


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
