"""The two sides of a pair inside SQL: who belongs to which of them from when to when, and what speaks of both.

The members stand in a table `members` (side, code, actors, since, until); `actors` are the names of which one must
stand where a code is shared by many bodies, and empty where the code says enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from detente.relations.parties import Member, Pair

MEMBERS = """members AS MATERIALIZED (
    SELECT unnest($side) AS side, unnest($code) AS code, unnest($actors::VARCHAR[][]) AS actors,
           unnest($since) AS since, unnest($until) AS until)"""
KNOWN = "($last IS NULL OR {0}.published IS NULL OR {0}.published::DATE <= $last)"
_NAMED = """(SELECT c.article_id, c.country, x.side FROM current_actors c
             JOIN members x ON x.code = c.country AND list_contains(x.actors, c.name))"""


def members_of(pair: Pair) -> dict[str, list[Any]]:
    """The parameters of `MEMBERS`."""
    rows = [
        (side, member.code, list(member.actors), member.since, member.until)
        for side, party in (("a", pair.a), ("b", pair.b))
        for member in _merged(party.members)
    ]
    return {name: [row[i] for row in rows] for i, name in enumerate(("side", "code", "actors", "since", "until"))}


def is_plain(pair: Pair) -> bool:
    """Whether both sides are one code each, whoever acts for it and whenever."""
    sides = (pair.a.members, pair.b.members)
    return all(
        len(side) == 1 and not side[0].actors and (side[0].since, side[0].until) == (date.min, date.max)
        for side in sides
    )


def has_names(pair: Pair) -> bool:
    """Whether a member is told by its name."""
    return any(member.actors for side in (pair.a, pair.b) for member in side.members)


def mention_of(pair: Pair) -> str:
    """A table `mention`: articles (as known on `$last`) in which each side has a member of the day of publication."""
    by_name = ""
    if has_names(pair):
        by_name = f"""AND (len(s.actors) = 0 OR (m.article_id, m.a, s.side) IN {_NAMED})
                      AND (len(t.actors) = 0 OR (m.article_id, m.b, t.side) IN {_NAMED})"""
    return f"""mention AS MATERIALIZED (
        SELECT {"" if is_plain(pair) else "DISTINCT"} m.article_id, m.published, m.publisher, m.original
        FROM current_article_pairs m
        JOIN members s ON s.code = m.a JOIN members t ON t.code = m.b AND t.side <> s.side
        WHERE (m.published IS NULL OR (m.published::DATE BETWEEN s.since AND s.until
                                       AND m.published::DATE BETWEEN t.since AND t.until))
          AND {KNOWN.format("m")} {by_name})"""


def _merged(members: Sequence[Member]) -> list[Member]:
    """Each code and list of names once on each day."""
    found: list[Member] = []
    for member in sorted(members, key=lambda m: (m.code, m.actors, m.since)):
        before = found[-1] if found else None
        if before and (before.code, before.actors) == (member.code, member.actors) and member.since <= before.until:
            found[-1] = replace(before, until=max(before.until, member.until))
        else:
            found.append(member)
    return found
