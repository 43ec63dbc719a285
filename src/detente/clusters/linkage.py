"""Groups of tellings by average linkage: a chain of reports that each resemble the next does not make one event."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf

from detente.clusters.candidates import alike, are_compared
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
    groups = (group for neighbourhood in neighbourhoods(tellings, parameters) for group in neighbourhood)
    return sorted(groups, key=lambda group: group[0].order)


def neighbourhoods(
    tellings: Iterable[Telling], parameters: ClusterParameters = DEFAULTS
) -> list[list[tuple[Telling, ...]]]:
    """The groups of `cluster_tellings`, by what has a bearing on each other.

    A mean reaches the threshold only where a likeness does. So whoever is tied to nobody by such likenesses, over
    however many others, changes nothing for them: neighbourhoods are settled one by one, and a telling that is added
    or taken away moves no group outside its own.
    """
    seeds = _copies(sorted(tellings, key=lambda telling: telling.order))
    spoken = [next((item for item in seed if item.dated), seed[0]) for seed in seeds]
    ties = alike(spoken, parameters)
    found = []
    for members, inside in _tied(len(seeds), ties):
        mine, said = [seeds[i] for i in members], [spoken[i] for i in members]
        at = {i: place for place, i in enumerate(members)}
        near = {(at[i], at[j]): ties[i, j] for i, j in inside}
        groups = [[0]] if len(members) == 1 else _grouped(mine, said, near, parameters)
        parts = (sorted((item for i in group for item in mine[i]), key=lambda item: item.order) for group in groups)
        found.append([tuple(part) for part in parts])
    return found


def _tied(count: int, ties: Iterable[tuple[int, int]]) -> Iterator[tuple[list[int], list[tuple[int, int]]]]:
    """Indices that ties lead from one to the other, in order, and these ties."""
    root = list(range(count))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    ties = list(ties)
    for i, j in ties:
        a, b = find(i), find(j)
        root[max(a, b)] = min(a, b)
    inside: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for both in ties:
        inside[find(both[0])].append(both)
    members: dict[int, list[int]] = defaultdict(list)
    for i in range(count):
        members[find(i)].append(i)
    for first, mine in members.items():
        yield mine, inside[first]


def _grouped(
    seeds: Sequence[Group], spoken: Sequence[Telling], ties: dict[tuple[int, int], float], parameters: ClusterParameters
) -> list[list[int]]:
    articles = [{item.article_id for item in seed} for seed in seeds]
    firm = sum(points >= parameters.threshold for points in ties.values())
    if firm == len(seeds) * (len(seeds) - 1) // 2 and len(set().union(*articles)) == sum(map(len, seeds)):
        return [list(range(len(seeds)))]  # everything is like everything else
    late = _further(spoken, parameters)
    groups = _joined(sorted({*range(len(seeds))}.difference(late)), spoken, articles, ties, parameters)
    _place(late, groups, seeds, spoken, ties, parameters)
    return groups


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
    ties: Iterable[tuple[int, int]], parameters: ClusterParameters,
) -> None:  # fmt: skip
    """Each into the group of highest mean likeness that holds nothing of its articles, or one of its own.

    Only a group with somebody tied to it can reach the threshold.
    """
    tied: dict[int, list[int]] = defaultdict(list)
    for i, j in ties:
        tied[i].append(j)
        tied[j].append(i)
    home = {i: group for group in groups for i in group}

    def fit(i: int, group: Sequence[int]) -> float:
        articles = {item.article_id for item in seeds[i]}
        if any(item.article_id in articles for j in group for item in seeds[j]):
            return -inf
        return sum(likeness(spoken[i], spoken[j], parameters) for j in group) / len(group)

    for i in late:
        near = {id(home[j]): home[j] for j in tied[i] if j in home}
        fits = [(fit(i, group), -min(group), group) for group in near.values()]
        best = max(fits, default=(-inf, 0, []))
        group = best[2] if best[0] >= parameters.threshold else []
        if not group:
            groups.append(group)
        group.append(i)
        home[i] = group


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


def _joined(
    indices: Sequence[int], spoken: Sequence[Telling], articles: Sequence[set[str]],
    ties: dict[tuple[int, int], float], parameters: ClusterParameters,
) -> list[list[int]]:  # fmt: skip
    """Average linkage of these indices; what is not compared counts as of other parties. A group is named by its least
    member. Two groups are looked at where a tie leads from one to the other: else their mean is below the threshold.
    """

    def between(i: int, j: int) -> float:
        if not are_compared(spoken[i], spoken[j], parameters):
            return parameters.other_parties
        if not articles[i].isdisjoint(articles[j]):
            return -inf
        return ties[i, j] if (i, j) in ties else likeness(spoken[i], spoken[j], parameters)

    members = {i: [i] for i in indices}
    near: dict[int, set[int]] = {i: set() for i in indices}
    sums = _Sums(between, len(spoken))
    queue: list[tuple[float, int, int, int, int]] = []

    def offer(a: int, b: int) -> None:
        a, b = min(a, b), max(a, b)
        mean = sums.of(a, b) / (len(members[a]) * len(members[b]))
        if mean >= parameters.threshold:
            heapq.heappush(queue, (-mean, a, b, len(members[a]), len(members[b])))

    for i, j in sorted(ties):
        if i in members and j in members:
            near[i].add(j)
            near[j].add(i)
            offer(i, j)
    while queue:
        _, a, b, size_a, size_b = heapq.heappop(queue)
        if a not in members or b not in members or (len(members[a]), len(members[b])) != (size_a, size_b):
            continue
        members[a] += members.pop(b)
        sums.join(a, b)
        for c in near.pop(b):
            near[c].discard(b)
            if c != a:
                near[c].add(a)
                near[a].add(c)
        for c in sorted(near[a]):
            offer(a, c)
    return list(members.values())


class _Sums:
    """Sums of the likenesses between groups, each worked out when it is asked for, from the sums of their parts."""

    def __init__(self, between: Callable[[int, int], float], count: int) -> None:
        self._between = between
        self._node = list(range(count))  # of each group as it is now; groups of one are their own node
        self._parts: dict[int, tuple[int, int]] = {}
        self._known: dict[tuple[int, int], float] = {}
        self._leaves = count

    def join(self, a: int, b: int) -> None:
        node = self._leaves + len(self._parts)
        self._parts[node] = (self._node[a], self._node[b])
        self._node[a] = node

    def of(self, a: int, b: int) -> float:
        whole = _ordered(self._node[a], self._node[b])
        waiting = [whole]
        while waiting:
            both = waiting[-1]
            if both in self._known:
                waiting.pop()
            elif both[1] < self._leaves:
                self._known[both] = self._between(*both)
            else:  # the later node is taken apart
                parts = [_ordered(part, both[0]) for part in self._parts[both[1]]]
                missing = [part for part in parts if part not in self._known]
                waiting += missing
                if not missing:
                    self._known[both] = self._known[parts[0]] + self._known[parts[1]]
        return self._known[whole]


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
