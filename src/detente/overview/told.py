"""What happened between pairs of countries, whoever coded it, in one shape for the overviews.

A row a directed pair of codes and event: `source`, `target`, `key` (the same for all reports of one event),
`intensity`, `event_date`, and `seen`, the day on which it was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from detente.overview.records import Month
from detente.relations.imported import Origin
from detente.store import Store

_OWN = """
    SELECT p.source, p.target, e.event_key AS key, e.intensity, e.event_date,
           coalesce(e.published::DATE, e.event_date) AS seen
    FROM current_event_pairs p
    JOIN current_events e ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id"""
_COUNTED = "NOT repeated AND NOT mirror AND event IS NOT NULL AND intensity IS NOT NULL"
# Rows of one day, type and parties are one event, as for our own.
_ROWS = f"""
    SELECT source_countries AS s, target_countries AS t, reciprocal, intensity, event_date,
           coalesce(published::DATE, event_date) AS seen,
           hash(event, event_date, list_sort(source_countries), list_sort(target_countries))::VARCHAR AS key
    FROM imported_events WHERE dataset IN (%s) AND {_COUNTED}"""
_PAIRED = """
    SELECT source, unnest(t) AS target, key, intensity, event_date, seen FROM (SELECT *, unnest(s) AS source FROM ({0}))
    UNION ALL
    SELECT source, unnest(s), key, intensity, event_date, seen
    FROM (SELECT *, unnest(t) AS source FROM ({0}) WHERE reciprocal)"""


def told(origin: Origin) -> str:
    """The SQL of these rows, to stand in brackets."""
    parts = [_OWN] if origin.own else []
    if origin.datasets:
        parts.append(_PAIRED.format(_ROWS % _named(origin)))
    return " UNION ALL ".join(parts)


def heard(origin: Origin) -> str:
    """SQL of what was read: `code` of a country, `id` of the article or imported row that speaks of it, `day`."""
    parts = []
    if origin.own:
        parts.append("""SELECT c.country AS code, c.article_id AS id, a.published::DATE AS day
                        FROM current_actors c JOIN articles a ON a.id = c.article_id WHERE c.country IS NOT NULL""")
    if origin.datasets:
        parts.append(f"""SELECT unnest(list_concat(source_countries, target_countries)) AS code, dataset || id AS id,
                                event_date AS day
                         FROM imported_events WHERE dataset IN ({_named(origin)}) AND {_COUNTED}""")
    return " UNION ALL ".join(parts)


def _named(origin: Origin) -> str:
    """Names of formats, which the store has checked; none holds a quotation mark."""
    return ", ".join(f"'{name}'" for name in origin.datasets)


def extent(store: Store, origin: Origin) -> dict[str, object]:
    """`newest` day, number of `articles` and of imported `rows`, number of `publishers`."""
    found: dict[str, object] = {"newest": None, "articles": 0, "rows": 0, "publishers": 0}
    if origin.own:
        sql = """SELECT max(published)::DATE AS newest, count(*) AS articles, count(DISTINCT publisher) AS publishers
                 FROM articles"""
        found |= store.rows(sql)[0]
    if origin.datasets:
        sql = f"""SELECT max(event_date) AS newest, count(*) AS n, count(DISTINCT publisher) AS p FROM imported_events
                  WHERE dataset IN ({_named(origin)}) AND {_COUNTED}"""
        (row,) = store.rows(sql)
        days = [day for day in (found["newest"], row["newest"]) if isinstance(day, date)]
        found |= {"newest": max(days, default=None), "rows": row["n"]}
        found["publishers"] = int(str(found["publishers"])) + row["p"]
    return found


def months(store: Store, origin: Origin) -> tuple[Month, ...]:
    """Articles and imported rows by month, with their events."""
    parts = []
    if origin.own:
        parts.append("""SELECT a.published AS day, 1 AS articles, coalesce(e.n, 0) AS events FROM articles a
                        LEFT JOIN (SELECT article_id, count(*) AS n FROM current_events GROUP BY 1) e
                          ON a.id = e.article_id WHERE a.published IS NOT NULL""")
    if origin.datasets:
        parts.append(f"""SELECT event_date AS day, 1 AS articles, 1 AS events FROM imported_events
                         WHERE dataset IN ({_named(origin)}) AND {_COUNTED} AND event_date IS NOT NULL""")
    rows: Sequence[dict[str, object]] = store.rows(
        f"""SELECT date_trunc('month', day)::DATE AS start, count(*) AS articles, sum(events)::BIGINT AS events
            FROM ({" UNION ALL ".join(parts)}) GROUP BY 1 ORDER BY 1"""
    )
    return tuple(Month.model_validate(row) for row in rows)
