"""What the record holds as a whole, and which pairs."""

from __future__ import annotations

from detente.overview.records import PairState, StoreCoverage
from detente.overview.told import months, told
from detente.relations.imported import OWN, Origin, origin_of
from detente.relations.words import COLLECTIVE, country_name
from detente.store import Store
from detente.store.queries import counts

PUBLISHERS_SHOWN = 50

_PAIRS = """
    SELECT a, b, count(*) AS events, avg(intensity) AS tone, min(day) AS first, max(last) AS last FROM (
    SELECT least(p.source, p.target) AS a, greatest(p.source, p.target) AS b, min(p.intensity) AS intensity,
           min(p.event_date) AS day, max(p.seen) AS last
    FROM ({told}) p
    WHERE p.source <> p.target AND NOT list_contains($without, p.source) AND NOT list_contains($without, p.target)
      AND ($code IS NULL OR p.source = $code OR p.target = $code)
    GROUP BY 1, 2, p.key) GROUP BY 1, 2 ORDER BY events DESC, a, b LIMIT $limit OFFSET $offset"""


def pairs(
    store: Store, code: str | None = None, limit: int = 500, offset: int = 0, data: str | None = None
) -> list[PairState]:
    """All pairs with events, those with most first; with `code` those of one country.

    `data` as for `detente.relations.relation_report`.
    """
    sql = _PAIRS.format(told=told(origin_of(store, data)))
    asked = {"without": list(COLLECTIVE), "code": code, "limit": limit, "offset": offset}
    return [pair_state(row) for row in store.rows(sql, asked)]


def pair_state(row: dict[str, object]) -> PairState:
    a, b = str(row["a"]), str(row["b"])
    tone = row["tone"]
    return PairState.model_validate(
        {**row, "a_name": country_name(a), "b_name": country_name(b), "tone": rounded(tone)}
    )


def rounded(value: object) -> float | None:
    return None if value is None else round(float(value), 3) + 0.0  # type: ignore[arg-type]


def coverage(store: Store) -> StoreCoverage:
    facts = store.rows(
        """SELECT count(near_duplicate_of) AS copies, count(*) - count(published) AS undated,
                  min(published)::DATE AS first, max(published)::DATE AS last FROM articles"""
    )[0]
    publishers = store.rows(
        """SELECT publisher, count(*) AS n FROM articles WHERE publisher IS NOT NULL
           GROUP BY 1 ORDER BY n DESC, publisher LIMIT ?""",
        [PUBLISHERS_SHOWN],
    )
    versions = store.rows("SELECT coder_version AS v, count(*) AS n FROM codings GROUP BY 1 ORDER BY 1")
    rejected = store.rows("SELECT count(*) AS n FROM input_rejections")[0]["n"]
    return StoreCoverage(
        **counts(store), **facts, inputs_rejected=rejected,
        publishers={row["publisher"]: row["n"] for row in publishers},
        months=months(store, Origin(OWN, True, ())), coder_versions={row["v"]: row["n"] for row in versions},
    )  # fmt: skip
