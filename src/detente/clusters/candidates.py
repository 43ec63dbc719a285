"""Which tellings are worth comparing: those of the same two parties whose days lie near."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from detente.clusters.likeness import likeness
from detente.clusters.parameters import ClusterParameters
from detente.clusters.tellings import Telling

if TYPE_CHECKING:
    import numpy as np

SLIGHT = 1e-9  # a mean of likenesses that lie below the threshold by rounding alone
STAGES = ("other", "threat", "act")


def alike(items: Sequence[Telling], parameters: ClusterParameters) -> dict[tuple[int, int], float]:
    """Likeness of each two, by index, that reach the threshold, by whatever article; or fall short by rounding."""
    found = set(_promising(items, parameters)) | _open(items, parameters)
    points = {(i, j): likeness(items[i], items[j], parameters) for i, j in found}
    return {both: reached for both, reached in points.items() if reached >= parameters.threshold - SLIGHT}


def _promising(items: Sequence[Telling], parameters: ClusterParameters) -> Iterator[tuple[int, int]]:
    """Those of one pair that could reach the threshold if their sentences had all in common.

    Each is compared with the next one in the order of days, then with the next but one, until none is near enough.
    """
    if len(items) < 2:
        return
    import numpy as np

    entries = [(i, pair) for i, item in enumerate(items) for pair in item.pairs]
    table = _columns(items, entries)
    order = np.lexsort((table["index"], table["start"], table["block"]))
    table = {name: column[order] for name, column in table.items()}
    index, block, start = table["index"], table["block"], table["start"]
    reach = table["end"] + parameters.window
    at = np.arange(len(entries))
    step = 0
    while len(at):
        step += 1
        at = at[at + step < len(entries)]
        other = at + step
        near = (block[at] == block[other]) & (start[other] <= reach[at])
        at, other = at[near], other[near]
        hopeful = (table["ways"][at] & table["ways"][other]) > 0
        hopeful &= _at_most(table, at, other, parameters) >= parameters.threshold - SLIGHT
        first, second = index[at[hopeful]], index[other[hopeful]]
        yield from zip(np.minimum(first, second).tolist(), np.maximum(first, second).tolist(), strict=True)


def _columns(items: Sequence[Telling], entries: Sequence[tuple[int, tuple[str, str]]]) -> dict[str, np.ndarray]:
    """One row an item and pair. `block`: those that can be of one event as far as their natures and parties go."""
    import numpy as np

    blocks: dict[object, int] = {}
    types: dict[str, int] = {}
    rows: list[tuple[int, ...]] = []
    for i, pair in entries:
        item = items[i]
        block = blocks.setdefault((pair, item.hostile, item.standing), len(blocks))
        kind, stage = types.setdefault(item.type, len(types)), STAGES.index(item.stage)
        rows.append((i, block, item.number - item.slack, item.number + item.slack, item.dated, item.quad, kind, stage,
                     bool(item.sentence), _ways(item, pair)))  # fmt: skip
    names = ("index", "block", "start", "end", "dated", "quad", "type", "stage", "worded", "ways")
    return dict(zip(names, np.array(rows, dtype=np.int64).T, strict=True))


def _ways(item: Telling, pair: tuple[str, str]) -> int:
    """1 where the first acts on the second, 2 the other way, 3 for both ways or together."""
    if not item.to:
        return 3
    a, b = pair
    return (a in item.by and b in item.to) + 2 * (b in item.by and a in item.to)


def _at_most(table: dict[str, np.ndarray], at: Any, other: Any, parameters: ClusterParameters) -> np.ndarray:
    """What `likeness` cannot exceed for rows `at` and `other`, of which the second starts no earlier."""
    import numpy as np

    p = parameters
    (start, end, dated, quad, kind, stage, worded), others = (
        [table[name][rows] for name in ("start", "end", "dated", "quad", "type", "stage", "worded")]
        for rows in (at, other)
    )
    gap = np.maximum(0, np.maximum(others[0] - end, start - others[1]))
    lag = p.day_lag * np.maximum(0, gap - p.free_lag)
    both = (dated & others[2]).astype(bool)
    points = np.where(both, np.select([gap == 0, gap == 1], [0.0, p.a_day_apart], -np.inf), lag)
    # The guessed day is that of publication: who names a later day does not tell of what was published before.
    before = np.where(dated < others[2], end < others[0] - 1, (dated > others[2]) & (others[1] < start - 1))
    excluded = before | (gap > p.window) | ((stage + others[5] == 3) & (stage != 0) & (others[5] != 0))
    other_type = np.where(quad == others[3], p.same_quad, p.same_sign)
    points += np.where(kind == others[4], p.same_type + max(0.0, p.same_mode, p.other_mode), other_type)
    points += max(0.0, p.mutual_and_directed) + max(0.0, p.open_side)
    words = [(p.shared_object, p.other_object), (p.shared_act,), (p.shared_place, p.other_place),
             (p.shared_number, p.other_number), (p.shared_words,)]  # fmt: skip
    points += np.where(worded & others[6], sum(max(0.0, *each) for each in words), 0.0)
    return np.where(excluded, -np.inf, points)


def are_compared(first: Telling, second: Telling, parameters: ClusterParameters) -> bool:
    """Whether two are of the same two parties, or may be, and their days lie within the window."""
    if first.hostile != second.hostile:
        return False
    gap = abs(first.number - second.number) - first.slack - second.slack
    if gap > parameters.window:
        return False
    if not first.pairs.isdisjoint(second.pairs):
        return True
    shared = {side for side, own, other in (("by", first.by, second.by), ("to", first.to, second.to)) if own & other}
    return any(item.open_side and shared - {item.open_side} for item in (first, second))


def _open(items: Sequence[Telling], parameters: ClusterParameters) -> set[tuple[int, int]]:
    """Where one leaves a side open, those that share the other side."""
    sides: dict[tuple[object, ...], list[int]] = defaultdict(list)
    wanted = set()
    for i, item in enumerate(items):
        for side, codes in (("by", item.by), ("to", item.to)):
            keys = [(side, code, item.hostile) for code in codes]
            for key in keys:
                sides[key].append(i)
            if item.open_side and item.open_side != side:
                wanted.update(keys)
    near = (both for key in wanted for both in _near(sides[key], items, parameters))
    return {(i, j) for i, j in near if items[i].open_side or items[j].open_side}


def _near(block: list[int], items: Sequence[Telling], parameters: ClusterParameters) -> Iterator[tuple[int, int]]:
    block.sort(key=lambda i: (items[i].number - items[i].slack, i))
    for at, i in enumerate(block):
        last = items[i].number + items[i].slack + parameters.window
        for j in block[at + 1 :]:
            if items[j].number - items[j].slack > last:
                break
            yield (min(i, j), max(i, j))
