"""One country: whom it deals with and how, over the whole record."""

from __future__ import annotations

from datetime import date

from detente.overview.coverage import rounded
from detente.overview.records import Country, Partner
from detente.relations import movers
from detente.relations.words import COLLECTIVE, country_name
from detente.store import Store

WEEK = 7
EVERY_PAIR = 100_000

_PARTNERS = """
    WITH told AS (
        SELECT CASE WHEN p.source = $code THEN p.target ELSE p.source END AS other, p.source = $code AS given,
               e.event_key, min(e.intensity) AS intensity, min(e.event_date) AS event_date
        FROM current_event_pairs p
        JOIN current_events e
          ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id
        WHERE (p.source = $code OR p.target = $code) AND p.source <> p.target
        GROUP BY 1, 2, 3
    )
    SELECT other AS code, count(DISTINCT event_key) AS events, avg(intensity) AS tone,
           count(*) FILTER (given) AS to_events, avg(intensity) FILTER (given) AS to_tone,
           count(*) FILTER (NOT given) AS by_events, avg(intensity) FILTER (NOT given) AS by_tone,
           max(event_date) AS last
    FROM told WHERE NOT list_contains($without, other) GROUP BY 1 ORDER BY events DESC, code"""


def country(store: Store, code: str, until: date | None = None) -> Country:
    """`until` bounds the week of the movers; it is the day of the newest article by default."""
    extent = store.rows(
        """SELECT count(*) AS articles, min(published)::DATE AS first, max(published)::DATE AS last FROM articles
           WHERE id IN (SELECT article_id FROM current_actors WHERE country = ?)""",
        [code],
    )[0]
    rows = store.rows(_PARTNERS, {"code": code, "without": list(COLLECTIVE)})
    partners = tuple(
        Partner.model_validate({
            **row, "name": country_name(row["code"]),
            **{name: rounded(row[name]) for name in ("tone", "to_tone", "by_tone")},
        })
        for row in rows
    )  # fmt: skip
    moved = [m for m in movers(store, until, days=WEEK, limit=EVERY_PAIR) if code in (m.a.code, m.b.code)]
    return Country(code=code, name=country_name(code), partners=partners, movers=tuple(moved), **extent)
