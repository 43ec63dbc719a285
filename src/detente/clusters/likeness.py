"""How much speaks for two tellings being of one event: a sum of points, minus infinity where they cannot be."""

from __future__ import annotations

from math import inf

from detente.clusters.content import Content
from detente.clusters.parameters import ClusterParameters
from detente.clusters.tellings import Telling


def likeness(first: Telling, second: Telling, parameters: ClusterParameters) -> float:
    if not same_nature(first, second):
        return -inf
    apart = days_apart(first, second, parameters)
    if apart is None:
        return -inf
    if not same_parties(first, second):
        return parameters.other_parties
    return apart + kind(first, second, parameters) + meaning(first.content, second.content, parameters)


def same_nature(first: Telling, second: Telling) -> bool:
    """Both said to be so or both not, both friendly or both hostile, not a threat and a deed."""
    if first.standing != second.standing or first.hostile != second.hostile:
        return False
    return {first.stage, second.stage} != {"threat", "act"}


def same_parties(first: Telling, second: Telling) -> bool:
    """Somebody on each side in common, and not the other way round; an open side may be anybody."""
    if first.to and second.to:
        open_sides = {first.open_side, second.open_side}
        acts, acted_on = bool(first.by & second.by), bool(first.to & second.to)
        return (acts or "by" in open_sides) and (acted_on or "to" in open_sides) and (acts or acted_on)
    return not first.pairs.isdisjoint(second.pairs)


def days_apart(first: Telling, second: Telling, parameters: ClusterParameters) -> float | None:
    gap = max(0, abs(first.number - second.number) - first.slack - second.slack)
    if gap > parameters.window:
        return None
    if first.dated and second.dated:
        return (None, 0.0, parameters.a_day_apart)[(gap == 0) + 2 * (gap == 1)]
    if first.dated != second.dated:
        known, guessed = (first, second) if first.dated else (second, first)
        if guessed.number + guessed.slack < known.number - known.slack - 1:
            return None  # told of before the day on which it happened
    return parameters.day_lag * max(0, gap - parameters.free_lag)


def kind(first: Telling, second: Telling, parameters: ClusterParameters) -> float:
    if first.type == second.type:
        points = parameters.same_type
        if first.mode and second.mode:
            points += parameters.same_mode if first.mode == second.mode else parameters.other_mode
    else:
        points = parameters.same_quad if first.quad == second.quad else parameters.same_sign
    if bool(first.to) != bool(second.to):
        points += parameters.mutual_and_directed
    return points + (parameters.open_side if first.pairs.isdisjoint(second.pairs) else 0.0)


def meaning(first: Content, second: Content, parameters: ClusterParameters) -> float:
    points = _points(first.objects, second.objects, parameters.shared_object, parameters.other_object)
    points += _points(first.acts, second.acts, parameters.shared_act, 0.0)
    points += _points(first.places, second.places, parameters.shared_place, parameters.other_place)
    points += _points(first.numbers, second.numbers, parameters.shared_number, parameters.other_number)
    shorter = min(len(first.words), len(second.words))
    if shorter:
        points += parameters.shared_words * len(first.words & second.words) / (shorter + 2)
    return points


def _points(some: frozenset[str], others: frozenset[str], shared: float, other: float) -> float:
    if not some or not others:
        return 0.0
    return other if some.isdisjoint(others) else shared
