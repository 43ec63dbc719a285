"""Who acts on whom in a group of countries, against the period before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from detente.overview.coverage import rounded
from detente.overview.records import Cell, Matrix
from detente.overview.told import told
from detente.relations.imported import Origin, newest_day_of, origin_of
from detente.relations.parameters import RelationQuestion
from detente.relations.words import COLLECTIVE, country_name
from detente.store import Store

DAYS = 90
MOST_DAYS = 3660
BUSIEST = 8
MOST_COUNTRIES = 60

_CELLS = """
    SELECT source, target,
           count(*) FILTER (now) AS events, avg(intensity) FILTER (now) AS tone,
           count(*) FILTER (NOT now) AS events_before, avg(intensity) FILTER (NOT now) AS before
    FROM (SELECT p.source, p.target, min(p.intensity) AS intensity, min(p.event_date) >= $since AS now
          FROM ({told}) p
          WHERE list_contains($codes, p.source) AND list_contains($codes, p.target) AND p.source <> p.target
            AND p.event_date >= $before AND p.event_date <= $until
          GROUP BY p.source, p.target, p.key)
    GROUP BY 1, 2 ORDER BY 1, 2"""
_BUSIEST = """
    SELECT code FROM (
        SELECT unnest([p.source, p.target]) AS code FROM ({told}) p
        WHERE p.source <> p.target AND p.event_date >= $since AND p.event_date <= $until)
    WHERE NOT list_contains($without, code)
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT $limit"""


def matrix(
    store: Store,
    codes: Sequence[str] = (),
    until: date | None = None,
    days: int = DAYS,
    data: str | None = None,
) -> Matrix:
    """The `days` days up to `until` (by default the newest day); without `codes` the busiest countries of them.

    `data` as for `detente.relations.relation_report`.

    Raises RelationQuestion for a number of days or of countries that makes no matrix.
    """
    if not 1 <= days <= MOST_DAYS:
        raise RelationQuestion(f"days={days}: 1 to {MOST_DAYS} can be compared")
    if len(codes) > MOST_COUNTRIES:
        raise RelationQuestion(f"{len(codes)} countries; at most {MOST_COUNTRIES} fit into a matrix")
    origin = origin_of(store, data)
    last = until or newest_day_of(store, origin)
    if last is None:
        named = tuple((code, country_name(code)) for code in codes)
        return Matrix(since=None, until=None, days=days, countries=named, cells=(), data=origin.name)
    since = last - timedelta(days=days - 1)
    chosen = list(dict.fromkeys(codes)) or _busiest(store, origin, since, last)
    asked = {"codes": chosen, "since": since, "until": last, "before": since - timedelta(days=days)}
    cells = [
        Cell(**{**row, "tone": rounded(row["tone"]), "before": rounded(row["before"])})
        for row in store.rows(_CELLS.format(told=told(origin)), asked)
    ]
    named = tuple((code, country_name(code)) for code in chosen)
    return Matrix(since=since, until=last, days=days, countries=named, cells=tuple(cells), data=origin.name)


def _busiest(store: Store, origin: Origin, since: date, until: date) -> list[str]:
    asked = {"since": since, "until": until, "without": list(COLLECTIVE), "limit": BUSIEST}
    return [row["code"] for row in store.rows(_BUSIEST.format(told=told(origin)), asked)]
