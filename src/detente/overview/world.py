"""The world in one week: how each country's relations sound, which pairs moved, and where nobody is looking."""

from __future__ import annotations

from datetime import date, timedelta

from detente.overview.coverage import pair_state, rounded
from detente.overview.records import PairState, Place, World
from detente.overview.told import extent, heard, told
from detente.relations import movers
from detente.relations.imported import Origin, origin_of
from detente.relations.parameters import DEFAULTS, RelationQuestion
from detente.relations.words import COLLECTIVE, country_name
from detente.store import Store

WEEK = 7
YEAR = 365
MOVERS = 24
UNMONITORED = 12

# An event that several articles tell counts once, in the most hostile of its codings, as in the report on a pair.
_PLACES = """
    WITH heard AS (
        SELECT code, count(DISTINCT id) AS articles FROM ({heard}) WHERE day >= $since AND day <= $until GROUP BY 1
    ), told AS (
        SELECT unnest([p.source, p.target]) AS code, p.key, p.intensity FROM ({told}) p
        WHERE p.event_date >= $since AND p.event_date <= $until AND p.source <> p.target
          AND NOT list_contains($without, p.source) AND NOT list_contains($without, p.target)
    ), counted AS (
        SELECT code, count(*) AS events, avg(intensity) AS tone
        FROM (SELECT code, key, min(intensity) AS intensity FROM told GROUP BY 1, 2) GROUP BY 1
    )
    SELECT code, coalesce(articles, 0) AS articles, coalesce(events, 0) AS events, tone
    FROM heard FULL JOIN counted USING (code) WHERE NOT list_contains($without, code)
    ORDER BY articles DESC, events DESC, code"""
_UNMONITORED = """
    WITH known AS (
        SELECT least(p.source, p.target) AS a, greatest(p.source, p.target) AS b,
               count(DISTINCT p.key) AS events, NULL AS tone, min(p.event_date) AS first, max(p.seen) AS last
        FROM ({told}) p
        WHERE p.source <> p.target AND p.event_date >= $year AND p.seen <= $until
          AND NOT list_contains($without, p.source) AND NOT list_contains($without, p.target)
        GROUP BY 1, 2 HAVING max(p.seen) < $since
    )
    SELECT * FROM known WHERE NOT EXISTS (
        SELECT 1 FROM current_actors x JOIN current_actors y ON x.article_id = y.article_id
        JOIN articles ar ON ar.id = x.article_id
        WHERE x.country = known.a AND y.country = known.b
          AND ar.published >= $since AND ar.published < $until::DATE + 1)
    ORDER BY events DESC, a, b LIMIT $limit"""


def world(store: Store, until: date | None = None, data: str | None = None) -> World:
    """As of the end of `until`, by default the newest day. `data` as for `detente.relations.relation_report`."""
    origin = origin_of(store, data)
    known = extent(store, origin)
    last = until or known["newest"]
    days = DEFAULTS.reach
    if not isinstance(last, date):
        return World.model_validate({"since": None, "until": None, "days": days, "places": (), "movers": (),
                                     "unmonitored": (), "data": origin.name, **known})  # fmt: skip
    if last.year < 2:
        raise RelationQuestion(f"{last}: too early a day")
    return World.model_validate({
        "since": last - timedelta(days=WEEK - 1), "until": last, "days": days, "data": origin.name, **known,
        "places": _places(store, origin, last, days), "unmonitored": _unmonitored(store, origin, last, days),
        "movers": movers(store, last, days=WEEK, limit=MOVERS, data=origin.name),
    })  # fmt: skip


def _places(store: Store, origin: Origin, last: date, days: int) -> tuple[Place, ...]:
    asked = {"since": last - timedelta(days=days - 1), "until": last, "without": list(COLLECTIVE)}
    sql = _PLACES.format(heard=heard(origin), told=told(origin))
    return tuple(
        Place(code=row["code"], name=country_name(row["code"]), articles=row["articles"], events=row["events"],
              tone=rounded(row["tone"]))
        for row in store.rows(sql, asked)
    )  # fmt: skip


def _unmonitored(store: Store, origin: Origin, last: date, days: int) -> tuple[PairState, ...]:
    asked = {
        "since": last - timedelta(days=days), "until": last, "year": last - timedelta(days=YEAR),
        "without": list(COLLECTIVE), "limit": UNMONITORED,
    }  # fmt: skip
    return tuple(pair_state(row) for row in store.rows(_UNMONITORED.format(told=told(origin)), asked))
