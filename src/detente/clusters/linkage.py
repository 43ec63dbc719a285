"""Groups of tellings by average linkage: a chain of reports that each resemble the next does not make one event."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import inf

from detente.clusters.likeness import likeness, same_nature, same_parties
from detente.clusters.parameters import DEFAULTS, ClusterParameters
from detente.clusters.tellings import Telling

Group = list[Telling]


def cluster_tellings(
    tellings: Iterable[Telling], parameters: ClusterParameters = DEFAULTS
) -> list[tuple[Telling, ...]]:
    """Each telling in one group; groups and their members in the order of publication, whatever order they come in.

    Near duplicates are one group from the start. Then the two groups with the highest mean likeness are joined, as long
    as it reaches the threshold and no two of their members exclude each other, as two events of one article do. Of
    events of one article that are alike the first one takes part; the others then go to the group that they fit best:
    else two groups that hold one each could never become one.
    """
    seeds = _copies(sorted(tellings, key=lambda telling: telling.order))
    spoken = [next((item for item in seed if item.dated), seed[0]) for seed in seeds]
    late = _further(spoken, parameters)
    early = [i for i in range(len(seeds)) if i not in late]
    links = _links([seeds[i] for i in early], [spoken[i] for i in early], parameters)
    groups = [[early[i] for i in group] for group in _joined(len(early), links, parameters)]
    _place(late, groups, seeds, spoken, parameters)
    found = (sorted((item for i in group for item in seeds[i]), key=lambda item: item.order) for group in groups)
    return sorted(map(tuple, found), key=lambda group: group[0].order)


def _further(spoken: Sequence[Telling], parameters: ClusterParameters) -> list[int]:
    """Indices of events that are alike to an earlier one of their article."""
    first: dict[str, list[Telling]] = defaultdict(list)
    late = []
    for i, item in sorted(enumerate(spoken), key=lambda pair: pair[1].key):
        if any(likeness(item, other, parameters) >= parameters.threshold for other in first[item.article_id]):
            late.append(i)
        else:
            first[item.article_id].append(item)
    return late


def _place(
    late: Iterable[int], groups: list[list[int]], seeds: Sequence[Group], spoken: Sequence[Telling],
    parameters: ClusterParameters,
) -> None:  # fmt: skip
    """Each into the group of highest mean likeness that holds nothing of its articles, or one of its own."""
    by_code: dict[str, list[list[int]]] = defaultdict(list)
    for group in groups:
        for code in {code for i in group for code in spoken[i].by | spoken[i].to}:
            by_code[code].append(group)

    def fit(i: int, group: Sequence[int]) -> float:
        articles = {item.article_id for item in seeds[i]}
        if any(item.article_id in articles for j in group for item in seeds[j]):
            return -inf
        return sum(likeness(spoken[i], spoken[j], parameters) for j in group) / len(group)

    for i in late:
        near = {id(group): group for code in spoken[i].by | spoken[i].to for group in by_code[code]}
        fits = [(fit(i, group), -min(group), group) for group in near.values()]
        best = max(fits, default=(-inf, 0, []))
        if best[0] >= parameters.threshold:
            best[2].append(i)
        else:
            groups.append([i])
            for code in spoken[i].by | spoken[i].to:
                by_code[code].append(groups[-1])


def _copies(items: Sequence[Telling]) -> list[Group]:
    """The same event of an article and of its near duplicates in one group, every other telling by itself."""
    seeds: list[Group] = []
    by_original: dict[tuple[object, ...], list[Group]] = defaultdict(list)
    for item in items:
        alike = by_original[item.original, item.type, item.by, item.to]
        fitting = (seed for seed in alike if all(item.article_id != held.article_id for held in seed))
        seed = next((seed for seed in fitting if same_nature(seed[0], item) and same_parties(seed[0], item)), None)
        if seed is None:
            seed = []
            seeds.append(seed)
            alike.append(seed)
        seed.append(item)
    return seeds


def _links(
    seeds: Sequence[Group], spoken: Sequence[Telling], parameters: ClusterParameters
) -> dict[tuple[int, int], float]:
    """Likeness of each two seeds that are near."""
    articles = [{item.article_id for item in seed} for seed in seeds]
    links = {}
    for i, j in sorted(_candidates(spoken, parameters)):
        apart = articles[i].isdisjoint(articles[j])
        links[i, j] = likeness(spoken[i], spoken[j], parameters) if apart else -inf
    return links


def _candidates(items: Sequence[Telling], parameters: ClusterParameters) -> set[tuple[int, int]]:
    """Indices of each two of the same two parties whose days lie within the window."""
    blocks: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for i, item in enumerate(items):
        for pair in item.pairs:
            blocks[pair, item.hostile].append(i)
    found = {both for block in blocks.values() for both in _near(block, items, parameters)}
    return found | _open(items, parameters)


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


def _joined(count: int, links: dict[tuple[int, int], float], parameters: ClusterParameters) -> list[list[int]]:
    """Average linkage; what is not linked counts as of other parties. A group is named by its least member."""
    members = {i: [i] for i in range(count)}
    sums: dict[int, dict[int, float]] = {i: {} for i in range(count)}
    queue: list[tuple[float, int, int, int, int]] = []

    def offer(a: int, b: int) -> None:
        mean = sums[a][b] / (len(members[a]) * len(members[b]))
        if mean >= parameters.threshold:
            heapq.heappush(queue, (-mean, min(a, b), max(a, b), len(members[min(a, b)]), len(members[max(a, b)])))

    for (i, j), points in links.items():
        sums[i][j] = sums[j][i] = points
    for i, j in links:
        offer(i, j)
    while queue:
        _, a, b, size_a, size_b = heapq.heappop(queue)
        if a not in members or b not in members or (len(members[a]), len(members[b])) != (size_a, size_b):
            continue
        _join(a, b, members, sums, parameters.other_parties)
        for c in sorted(sums[a]):
            offer(a, c)
    return list(members.values())


def _join(a: int, b: int, members: dict[int, list[int]], sums: dict[int, dict[int, float]], unlinked: float) -> None:
    of_a, of_b = sums[a], sums.pop(b)
    for c in {*of_a, *of_b} - {a, b}:
        rest = unlinked * len(members[c])
        total = of_a.get(c, rest * len(members[a])) + of_b.get(c, rest * len(members[b]))
        of_a[c] = sums[c][a] = total
        sums[c].pop(b, None)
    of_a.pop(b, None)
    members[a] += members.pop(b)
