"""One country: whom it deals with and how, over the whole record."""

from __future__ import annotations

from datetime import date

from detente.overview.coverage import rounded
from detente.overview.records import Country, Partner
from detente.overview.told import heard, told
from detente.relations import movers
from detente.relations.imported import origin_of
from detente.relations.words import COLLECTIVE, country_name
from detente.store import Store

WEEK = 7
EVERY_PAIR = 100_000

_PARTNERS = """
    WITH told AS (
        SELECT CASE WHEN p.source = $code THEN p.target ELSE p.source END AS other, p.source = $code AS given,
               p.key, min(p.intensity) AS intensity, min(least(p.event_date, p.seen)) AS event_date
        FROM ({told}) p
        WHERE (p.source = $code OR p.target = $code) AND p.source <> p.target
        GROUP BY 1, 2, 3
    )
    SELECT other AS code, count(DISTINCT key) AS events, avg(intensity) AS tone,
           count(*) FILTER (given) AS to_events, avg(intensity) FILTER (given) AS to_tone,
           count(*) FILTER (NOT given) AS by_events, avg(intensity) FILTER (NOT given) AS by_tone,
           max(event_date) AS last
    FROM told WHERE NOT list_contains($without, other) GROUP BY 1 ORDER BY events DESC, code"""


def country(store: Store, code: str, until: date | None = None, data: str | None = None) -> Country:
    """`until` bounds the week of the movers; it is the newest day by default. `data` as for `relation_report`."""
    origin = origin_of(store, data)
    spoken = f"SELECT count(DISTINCT id) AS articles, min(day) AS first, max(day) AS last FROM ({heard(origin)})"
    (extent,) = store.rows(f"{spoken} WHERE code = ?", [code])
    rows = store.rows(_PARTNERS.format(told=told(origin)), {"code": code, "without": list(COLLECTIVE)})
    partners = tuple(
        Partner.model_validate({
            **row, "name": country_name(row["code"]),
            **{name: rounded(row[name]) for name in ("tone", "to_tone", "by_tone")},
        })
        for row in rows
    )  # fmt: skip
    moved = movers(store, until, days=WEEK, limit=EVERY_PAIR, code=code, data=origin.name)
    return Country(
        code=code, name=country_name(code), partners=partners, movers=moved, data=origin.name, **extent
    )  # fmt: skip
