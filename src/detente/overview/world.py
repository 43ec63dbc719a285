"""The world in one week: how each country's relations sound, which pairs moved, and where nobody is looking."""

from __future__ import annotations

from datetime import date, timedelta

from detente.overview.coverage import pair_state, rounded
from detente.overview.records import PairState, Place, World
from detente.relations import movers
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
        SELECT c.country AS code, count(DISTINCT c.article_id) AS articles
        FROM current_actors c JOIN articles a ON a.id = c.article_id
        WHERE a.published >= $since AND a.published < $until::DATE + 1 AND c.country IS NOT NULL GROUP BY 1
    ), told AS (
        SELECT unnest([p.source, p.target]) AS code, e.event_key, e.intensity
        FROM current_event_pairs p
        JOIN current_events e
          ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id
        WHERE e.event_date >= $since AND e.event_date <= $until AND p.source <> p.target
          AND NOT list_contains($without, p.source) AND NOT list_contains($without, p.target)
    ), counted AS (
        SELECT code, count(*) AS events, avg(intensity) AS tone
        FROM (SELECT code, event_key, min(intensity) AS intensity FROM told GROUP BY 1, 2) GROUP BY 1
    )
    SELECT code, coalesce(articles, 0) AS articles, coalesce(events, 0) AS events, tone
    FROM heard FULL JOIN counted USING (code) WHERE NOT list_contains($without, code)
    ORDER BY articles DESC, events DESC, code"""
_UNMONITORED = """
    WITH known AS (
        SELECT least(p.source, p.target) AS a, greatest(p.source, p.target) AS b,
               count(DISTINCT e.event_key) AS events, NULL AS tone, min(e.event_date) AS first,
               max(ar.published)::DATE AS last
        FROM current_event_pairs p
        JOIN current_events e
          ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id
        JOIN articles ar ON ar.id = p.article_id
        WHERE p.source <> p.target AND e.event_date >= $year AND ar.published < $until::DATE + 1
          AND NOT list_contains($without, p.source) AND NOT list_contains($without, p.target)
        GROUP BY 1, 2 HAVING max(ar.published) < $since
    )
    SELECT * FROM known WHERE NOT EXISTS (
        SELECT 1 FROM current_actors x JOIN current_actors y ON x.article_id = y.article_id
        JOIN articles ar ON ar.id = x.article_id
        WHERE x.country = known.a AND y.country = known.b
          AND ar.published >= $since AND ar.published < $until::DATE + 1)
    ORDER BY events DESC, a, b LIMIT $limit"""


def world(store: Store, until: date | None = None) -> World:
    """As of the end of `until`, by default the day of the newest article."""
    extent = store.rows(
        "SELECT max(published)::DATE AS newest, count(*) AS n, count(DISTINCT publisher) AS p FROM articles"
    )[0]
    newest: date | None = extent["newest"]
    last = until or newest
    days = DEFAULTS.reach
    if last is None:
        return World(since=None, until=None, days=days, newest=None, articles=extent["n"], publishers=extent["p"],
                     places=(), movers=(), unmonitored=())  # fmt: skip
    if last.year < 2:
        raise RelationQuestion(f"{last}: too early a day")
    return World(
        since=last - timedelta(days=WEEK - 1), until=last, days=days, newest=newest, articles=extent["n"],
        publishers=extent["p"], places=_places(store, last, days),
        movers=movers(store, last, days=WEEK, limit=MOVERS), unmonitored=_unmonitored(store, last, days),
    )  # fmt: skip


def _places(store: Store, last: date, days: int) -> tuple[Place, ...]:
    asked = {"since": last - timedelta(days=days - 1), "until": last, "without": list(COLLECTIVE)}
    return tuple(
        Place(code=row["code"], name=country_name(row["code"]), articles=row["articles"], events=row["events"],
              tone=rounded(row["tone"]))
        for row in store.rows(_PLACES, asked)
    )  # fmt: skip


def _unmonitored(store: Store, last: date, days: int) -> tuple[PairState, ...]:
    asked = {
        "since": last - timedelta(days=days), "until": last, "year": last - timedelta(days=YEAR),
        "without": list(COLLECTIVE), "limit": UNMONITORED,
    }  # fmt: skip
    return tuple(pair_state(row) for row in store.rows(_UNMONITORED, asked))
