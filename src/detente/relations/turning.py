"""Turning points: where the course of a pair changes, and the events that carry the change.

Breaks are those of PELT (Killick, Fearnhead and Eckley 2012) with a squared-error cost, by the ruptures library, on two
series at once: the decayed weights of cooperation and of conflict. Apart they show a summit amid quarrels, which their
sum hides. A break counts where the events around it differ from the pair's own course in the weeks before, and where
events carry it: a level that only fades turns nowhere. The events must be heavy by the pair's own measure, and a turn
that goes on in the direction of the last one counts only where more than one article appeared: a step is no turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from detente.relations.columns import Events, day_of
from detente.relations.level import daily_sums
from detente.relations.parameters import Parameters

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Turn:
    day: date
    direction: Literal["worse", "better"]
    weight: float
    """Weight of the events in the window less what the weeks before led to expect."""
    expected: float
    carriers: tuple[int, ...]
    """Events by index, the heaviest first."""
    carried: float
    """What the carriers weigh together, without a sign."""


def find_turns(
    events: Events, chosen: np.ndarray, read: np.ndarray, first: date, last: date, parameters: Parameters
) -> list[Turn]:
    """Turning points in the order of their days, among the events `chosen` by index and in the order of days.

    `read`: the day of publication (ordinal) of each article on the pair.
    """
    turns: dict[tuple[date, str], Turn] = {}
    days = events.day[chosen]
    inside = chosen[(days >= first.toordinal()) & (days <= last.toordinal())]
    for day in _breaks(events, chosen, first, last, parameters):
        turn = _carried(day, events, chosen, parameters)
        if turn is None or not first <= turn.day <= last:
            continue
        if turn.carried >= _usual_most(turn, events, inside, (last - first).days + 1, parameters):
            turns.setdefault((turn.day, turn.direction), turn)
    kept = _apart(sorted(turns.values(), key=lambda turn: (turn.day, turn.direction)), parameters)
    return _noticed(kept, read, first, last, parameters)


def _breaks(events: Events, chosen: np.ndarray, first: date, last: date, parameters: Parameters) -> list[date]:
    """First days of new stretches. Some days before `first` are added, so that its events have a before."""
    import numpy as np

    start = first - timedelta(days=2 * parameters.turn_window + 1)
    days, weights = events.day[chosen], events.weight[chosen]
    inside = (days >= start.toordinal()) & (days <= last.toordinal())
    if not inside.any():
        return []
    import ruptures

    friendly, hostile = inside & (weights > 0), inside & (weights < 0)
    cooperation = daily_sums(days[friendly], weights[friendly], start, last, parameters.turn_half_life)
    conflict = daily_sums(days[hostile], weights[hostile], start, last, parameters.turn_half_life)
    signal = np.array([cooperation, conflict]).T
    spread = float(signal.var(axis=0).sum())
    if spread < 1e-9 or len(signal) < 4:
        return []
    search = ruptures.KernelCPD(kernel="linear", min_size=2)  # the squared-error cost, in C
    found = search.fit(signal).predict(pen=parameters.turn_penalty * spread * math.log(len(signal)))
    return [start + timedelta(days=int(at)) for at in found[:-1]]


def _carried(day: date, events: Events, chosen: np.ndarray, parameters: Parameters) -> Turn | None:
    """The turn at a break, dated to the day whose events weigh most in its direction."""
    import numpy as np

    window, at = parameters.turn_window, day.toordinal()
    bounds = (at - window - parameters.recent_days, at - window, at + window + 1)
    start, middle, end = np.searchsorted(events.day[chosen], bounds)
    near, before = chosen[middle:end], chosen[start:middle]
    expected = sum(events.weight[before].tolist()) * (2 * window + 1) / parameters.recent_days
    change = sum(events.weight[near].tolist()) - expected
    carriers = events.heaviest(near[events.weight[near] * change > 0])
    weights = np.abs(events.weight[carriers])
    carried = sum(weights.tolist())
    if min(abs(change), carried) < parameters.turn_least:
        return None
    by_day = np.bincount(events.day[carriers] - (at - window), weights)
    heaviest = day_of(at - window + int(by_day.argmax()))
    direction: Literal["worse", "better"] = "worse" if change < 0 else "better"
    return Turn(heaviest, direction, change, expected, tuple(carriers.tolist()), carried)


def _usual_most(turn: Turn, events: Events, inside: np.ndarray, days: int, parameters: Parameters) -> float:
    """Weight that the pair's other events in this direction bring together in a window by chance, not often exceeded.

    They are taken as a compound Poisson process: mean plus `turn_deviations` standard deviations.
    """
    import numpy as np

    carriers = np.array(turn.carriers)
    low, high = (events.day[inside[0]], events.day[inside[-1]]) if len(inside) else (1, 0)
    weights = events.weight[inside]
    weights[np.searchsorted(inside, carriers[(events.day[carriers] >= low) & (events.day[carriers] <= high)])] = 0.0
    weights = weights[(weights < 0) if turn.direction == "worse" else (weights > 0)]
    share = (2 * parameters.turn_window + 1) / days
    mean = share * float(np.abs(weights).sum())
    return mean + parameters.turn_deviations * math.sqrt(share * float((weights**2).sum()))


def _noticed(turns: Sequence[Turn], read: np.ndarray, first: date, last: date, parameters: Parameters) -> list[Turn]:
    """Turns around which more articles appeared than the pair is used to; a mere step needs two at least."""
    window = parameters.turn_window + 2
    inside = read[(read >= first.toordinal()) & (read <= last.toordinal())]
    usual = len(inside) * window / ((last - first).days + 1)
    kept: list[Turn] = []
    for turn in turns:
        after = inside - turn.day.toordinal()
        reports = int(((after >= -1) & (after <= parameters.turn_window)).sum())
        is_step = bool(kept) and kept[-1].direction == turn.direction
        if reports >= max(parameters.turn_notice * usual, parameters.turn_step_reports if is_step else 0):
            kept.append(turn)
    return kept


def _apart(turns: list[Turn], parameters: Parameters) -> list[Turn]:
    """Of turns in one direction whose windows touch, the heavier stays."""
    kept: list[Turn] = []
    for turn in turns:
        last = kept[-1] if kept else None
        if last and last.direction == turn.direction and (turn.day - last.day).days <= 2 * parameters.turn_window:
            if abs(turn.weight) > abs(last.weight):
                kept[-1] = turn
            continue
        kept.append(turn)
    return kept
