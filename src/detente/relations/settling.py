"""Which reports of a pair tell of one event: settled once, and kept beside the pairs of the store.

What one article more or less can change is told by neighbourhoods (`detente.clusters.linkage.neighbourhoods`): the
groups of one are what they are whatever stands elsewhere. So a report that came later, or one that a question leaves
out, unsettles no more than the neighbourhoods that it touches. Where much is written of a pair, its years are one
neighbourhood; of such a large one what lies far from the report stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detente.clusters import Telling
from detente.clusters.linkage import neighbourhoods
from detente.clusters.parameters import DEFAULTS
from detente.placing import HALF_PERIOD
from detente.relations.events import event_number
from detente.relations.imported import Row, Rows
from detente.relations.narrow import PAIRED, text_list
from detente.relations.parameters import DEFAULTS as FIGURES

if TYPE_CHECKING:
    from detente.store import Store

TOLD = tuple(FIGURES.modality_weight)
"""Modalities whose reports are settled: others stand in no series unless a question asks for them."""
MARGIN = DEFAULTS.window + 2 * max(HALF_PERIOD.values())
"""Days beyond which no report has a bearing on another, but for near duplicates of one article."""
NUMBER_BITS = 48
"""Bits of the number of an event."""
LARGE = 500
"""Rows of a neighbourhood beyond which only what lies near a report is settled anew."""
AT_ONCE = 100_000  # rows of events that are held in memory

_SIDES = "least(p.source, p.target) AS a, greatest(p.source, p.target) AS b"
TELLINGS = f"""
    SELECT {_SIDES}, p.article_id, p.coder_version, p.event_id, p.original, p.published, p.day, p.guessed, p.slack,
        p.event, p.mode, p.plover_quad, p.modality, p.mutual, p.source, p.target, p.area, p.area_size, e.sentence
    FROM current_event_pairs p
    JOIN events e ON e.article_id = p.article_id AND e.coder_version = p.coder_version AND e.id = p.event_id
    WHERE {PAIRED} AND p.day IS NOT NULL"""
_OPEN = f"""
    SELECT {_SIDES}, p.day, coalesce(p.original, p.article_id) AS family FROM current_event_pairs p
    WHERE {PAIRED} AND p.day IS NOT NULL AND p.telling IS NULL AND list_contains($told, p.modality)"""
# Groups near those without a number, and their neighbourhoods.
_UNSETTLED = f"""
    SELECT {_SIDES}, p.area, p.area_size, p.telling FROM current_event_pairs p
    WHERE p.area IS NOT NULL AND {PAIRED} AND (
        (least(p.source, p.target), greatest(p.source, p.target), p.day) IN (
            SELECT (a, b, (day + i::INTEGER)::DATE) FROM (SELECT DISTINCT a, b, day FROM ({_OPEN})),
                                                         range(-{MARGIN}, {MARGIN + 1}) r(i))
        OR (least(p.source, p.target), greatest(p.source, p.target), coalesce(p.original, p.article_id)) IN (
            SELECT (a, b, family) FROM ({_OPEN})))"""

_TO_SETTLE = """list_contains($told, p.modality) AND (
    p.telling IS NULL
    OR (least(p.source, p.target), greatest(p.source, p.target), p.area) IN (
        SELECT (a, b, area) FROM touched WHERE area_size <= $large)
    OR (least(p.source, p.target), greatest(p.source, p.target), p.telling) IN (
        SELECT (a, b, telling) FROM touched WHERE area_size > $large))"""


@dataclass(frozen=True)
class Settled:
    """A report's event and neighbourhood; see the table event_pairs."""

    telling: int
    place: int
    area: int
    area_size: int


def settle(store: Store) -> int:
    """Settles what was written since the last time; the number of rows whose event was decided anew.

    All or nothing is kept. Until then a question works it out for itself.
    """
    done = 0
    with store.transaction() as connection:
        _forget_replaced(store)
        connection.execute("CREATE OR REPLACE TEMP TABLE settled (a VARCHAR, b VARCHAR, article_id VARCHAR, "
                           "coder_version VARCHAR, event_id VARCHAR, telling BIGINT, place INTEGER, area BIGINT, "
                           "area_size INTEGER)")  # fmt: skip
        connection.execute("CREATE OR REPLACE TEMP TABLE grown (a VARCHAR, b VARCHAR, old BIGINT, area BIGINT, "
                           "area_size INTEGER)")  # fmt: skip
        told = {"told": list(TOLD)}
        connection.execute(f"CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT * FROM ({_UNSETTLED})", told)
        for pairs in _portions(store):
            rows = store.rows(
                f"{TELLINGS} AND {_TO_SETTLE} AND ({_PAIR_IN})",
                {**told, "large": LARGE, "a": [a for a, _ in pairs], "b": [b for _, b in pairs]},
            )
            _keep(store, rows)
            done += len(rows)
        connection.execute("""
            UPDATE event_pairs SET area = g.area, area_size = g.area_size FROM grown g
            WHERE event_pairs.area = g.old AND g.a = least(event_pairs.source, event_pairs.target)
              AND g.b = greatest(event_pairs.source, event_pairs.target)""")
        connection.execute("""
            UPDATE event_pairs SET telling = s.telling, place = s.place, area = s.area, area_size = s.area_size
            FROM settled s WHERE s.article_id = event_pairs.article_id AND s.coder_version = event_pairs.coder_version
              AND s.event_id = event_pairs.event_id AND s.a = least(event_pairs.source, event_pairs.target)
              AND s.b = greatest(event_pairs.source, event_pairs.target)""")
        connection.execute("DROP TABLE settled; DROP TABLE grown; DROP TABLE touched")
    return done


_PAIR_IN = "(least(p.source, p.target), greatest(p.source, p.target)) IN (SELECT (unnest($a), unnest($b)))"


def _forget_replaced(store: Store) -> None:
    """Neighbourhoods with reports of an article that a newer version has coded are to be settled again."""
    replaced = """SELECT a.area FROM event_pairs a WHERE a.area IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM current_codings c WHERE c.article_id = a.article_id AND c.coder_version = a.coder_version)"""
    store.rows(f"UPDATE event_pairs SET telling = NULL, place = NULL, area = NULL, area_size = NULL "
               f"WHERE area IN ({replaced})")  # fmt: skip


def _portions(store: Store) -> Iterator[list[tuple[str, str]]]:
    """Pairs with something to settle, so many at once as memory allows."""
    sql = f"""SELECT {_SIDES}, count(*) AS n FROM current_event_pairs p
              WHERE {PAIRED} AND p.day IS NOT NULL AND {_TO_SETTLE}
              GROUP BY 1, 2 ORDER BY 1, 2"""
    portion: list[tuple[str, str]] = []
    size = 0
    for row in store.rows(sql, {"told": list(TOLD), "large": LARGE}):
        portion.append((row["a"], row["b"]))
        size += row["n"]
        if size >= AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _keep(store: Store, rows: Sequence[Row]) -> None:
    import pyarrow as pa

    found, grown = _grown(rows, settled_rows(rows))
    if grown:
        names = ("a", "b", "old", "area", "area_size")
        store.load("grown", pa.table(dict(zip(names, map(list, zip(*grown, strict=True)), strict=True))))
    keys = ("a", "b", "article_id", "coder_version", "event_id")
    columns: dict[str, list[object]] = {name: [row[name] for row in rows] for name in keys}
    for name in ("telling", "place", "area", "area_size"):
        columns[name] = [getattr(each, name) for each in found]
    store.load("settled", pa.table(columns))


def _grown(rows: Sequence[Row], found: Sequence[Settled]) -> tuple[list[Settled], list[tuple[str, str, int, int, int]]]:
    """What the rows are settled to be, and codes, old number, new number and size of large neighbourhoods.

    Of those only a part is among the rows: what was settled near a new report goes into them, and makes one of several.
    """
    root: dict[tuple[object, ...], tuple[object, ...]] = {}

    def find(node: tuple[object, ...]) -> tuple[object, ...]:
        while root.setdefault(node, node) != node:
            root[node] = node = root[root[node]]
        return node

    sizes: dict[tuple[str, str, int], int] = {}
    for row, each in zip(rows, found, strict=True):
        if _is_large(row):
            old = (row["a"], row["b"], row["area"])
            sizes[old] = row["area_size"]
            root[find(("new", row["a"], row["b"], each.area))] = find(old)
    if not sizes:
        return list(found), []
    largest = {find(old): old for old in sorted(sizes, key=lambda old: (sizes[old], old))}
    total: dict[tuple[object, ...], int] = defaultdict(int)
    for old, size in sizes.items():
        total[find(old)] += size
    homes = [find(("new", row["a"], row["b"], each.area)) for row, each in zip(rows, found, strict=True)]
    for row, home in zip(rows, homes, strict=True):
        total[home] += home in largest and not _is_large(row)
    placed = [
        replace(each, area=largest[home][2], area_size=total[home]) if home in largest else each
        for each, home in zip(found, homes, strict=True)
    ]
    return placed, [(*old, largest[find(old)][2], total[find(old)]) for old in sizes]


def _is_large(row: Row) -> bool:
    return row["area_size"] is not None and row["area_size"] > LARGE


def settled_rows(rows: Sequence[Row]) -> list[Settled]:
    """For each of the rows (of `TELLINGS`, of any pairs) what it is settled to be, as far as these rows go."""
    tellings = [telling_of_pair(row) for row in rows]
    at = {id(telling): i for i, telling in enumerate(tellings)}
    found: list[Settled | None] = [None] * len(rows)
    for area in neighbourhoods(tellings):
        number, size = _number(area[0]), sum(map(len, area))
        for group in area:
            telling = _number(group)
            for place, item in enumerate(group):
                found[at[id(item)]] = Settled(telling, place, number, size)
    return [each for each in found if each is not None]


def _number(group: Iterable[Telling]) -> int:
    first = next(iter(group))
    return event_number((first.article_id, first.event_id))


def telling_of_pair(row: Row) -> Telling:
    """Of an event as it bears on one pair of countries."""
    both = frozenset((row["a"], row["b"]))
    return Telling(
        article_id=row["article_id"], event_id=row["event_id"], original=row["original"] or row["article_id"],
        published=row["published"], day=row["day"], dated=not row["guessed"], slack=row["slack"], type=row["event"],
        mode=row["mode"], quad=row["plover_quad"], modality=row["modality"],
        by=both if row["mutual"] else frozenset((row["source"],)),
        to=frozenset() if row["mutual"] else frozenset((row["target"],)), sentence=row["sentence"],
    )  # fmt: skip


def rows_to_settle(store: Rows, keys: Sequence[tuple[str, str, str, str]], modalities: Iterable[str]) -> list[Row]:
    """Rows of `TELLINGS`: of these pairs, articles and events."""
    codes = text_list(code for a, b, _, _ in keys for code in (a, b))
    sql = f"""{TELLINGS} AND list_contains($told, p.modality) AND p.source IN ({codes}) AND p.target IN ({codes})
              AND (least(p.source, p.target), greatest(p.source, p.target), p.article_id, p.event_id)
                  IN (SELECT (unnest($a), unnest($b), unnest($articles), unnest($events)))"""
    columns = zip(*keys, strict=True)
    asked = dict(zip(("a", "b", "articles", "events"), map(list, columns), strict=True))
    return store.rows(sql, {"told": list(modalities), **asked})
