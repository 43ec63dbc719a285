"""Turning points: where the course of a pair changes, and the events that carry the change.

Breaks are those of PELT (Killick, Fearnhead and Eckley 2012) with a squared-error cost, by the ruptures library, on two
series at once: the decayed weights of cooperation and of conflict. Apart they show a summit amid quarrels, which their
sum hides. A break counts where the events around it differ from the pair's own course in the weeks before, and where
events carry it: a level that only fades turns nowhere. The events must be heavy by the pair's own measure, and a turn
that goes on in the direction of the last one counts only where more than one article appeared: a step is no turn.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from detente.relations.events import PairEvent
from detente.relations.level import daily_sums
from detente.relations.parameters import Parameters


@dataclass(frozen=True)
class Turn:
    day: date
    direction: Literal["worse", "better"]
    weight: float
    """Weight of the events in the window less what the weeks before led to expect."""
    expected: float
    carriers: tuple[PairEvent, ...]

    @property
    def carried(self) -> float:
        return sum(abs(event.weight) for event in self.carriers)


def find_turns(
    events: Sequence[PairEvent], read: Sequence[date], first: date, last: date, parameters: Parameters
) -> list[Turn]:
    """Turning points in the order of their days. `read`: the day of publication of each article on the pair."""
    turns: dict[tuple[date, str], Turn] = {}
    inside = [event for event in events if first <= event.day <= last]
    for day in _breaks(events, first, last, parameters):
        turn = _carried(day, events, parameters)
        if turn is None or not first <= turn.day <= last:
            continue
        if turn.carried >= _usual_most(turn, inside, (last - first).days + 1, parameters):
            turns.setdefault((turn.day, turn.direction), turn)
    kept = _apart(sorted(turns.values(), key=lambda turn: (turn.day, turn.direction)), parameters)
    return _noticed(kept, read, first, last, parameters)


def _breaks(events: Sequence[PairEvent], first: date, last: date, parameters: Parameters) -> list[date]:
    """First days of new stretches. Some days before `first` are added, so that its events have a before."""
    start = first - timedelta(days=2 * parameters.turn_window + 1)
    inside = [event for event in events if start <= event.day <= last]
    if not inside:
        return []
    import numpy as np
    import ruptures

    cooperation = daily_sums([e for e in inside if e.weight > 0], start, last, parameters.turn_half_life)
    conflict = daily_sums([e for e in inside if e.weight < 0], start, last, parameters.turn_half_life)
    signal = np.array([cooperation, conflict]).T
    spread = float(signal.var(axis=0).sum())
    if spread < 1e-9 or len(signal) < 4:
        return []
    search = ruptures.KernelCPD(kernel="linear", min_size=2)  # the squared-error cost, in C
    found = search.fit(signal).predict(pen=parameters.turn_penalty * spread * math.log(len(signal)))
    return [start + timedelta(days=int(at)) for at in found[:-1]]


def _carried(day: date, events: Sequence[PairEvent], parameters: Parameters) -> Turn | None:
    """The turn at a break, dated to the day whose events weigh most in its direction."""
    window = parameters.turn_window
    near = [event for event in events if abs((event.day - day).days) <= window]
    before = [event for event in events if window < (day - event.day).days <= window + parameters.recent_days]
    expected = sum(event.weight for event in before) * (2 * window + 1) / parameters.recent_days
    change = sum(event.weight for event in near) - expected
    carriers = sorted((e for e in near if e.weight * change > 0), key=lambda e: (-abs(e.weight), e.key))
    carried = sum(abs(event.weight) for event in carriers)
    if min(abs(change), carried) < parameters.turn_least:
        return None
    by_day: dict[date, float] = defaultdict(float)
    for event in carriers:
        by_day[event.day] += abs(event.weight)
    heaviest = max(sorted(by_day), key=lambda d: by_day[d])
    return Turn(heaviest, "worse" if change < 0 else "better", change, expected, tuple(carriers))


def _usual_most(turn: Turn, events: Sequence[PairEvent], days: int, parameters: Parameters) -> float:
    """Weight that the pair's other events in this direction bring together in a window by chance, not often exceeded.

    They are taken as a compound Poisson process: mean plus `turn_deviations` standard deviations.
    """
    own = {event.id for event in turn.carriers}
    others = [e.weight for e in events if e.id not in own and (e.weight < 0) == (turn.direction == "worse")]
    share = (2 * parameters.turn_window + 1) / days
    mean = share * sum(abs(weight) for weight in others)
    return mean + parameters.turn_deviations * math.sqrt(share * sum(weight**2 for weight in others))


def _noticed(
    turns: Sequence[Turn], read: Sequence[date], first: date, last: date, parameters: Parameters
) -> list[Turn]:
    """Turns around which more articles appeared than the pair is used to; a mere step needs two at least."""
    window = parameters.turn_window + 2
    inside = [day for day in read if first <= day <= last]
    usual = len(inside) * window / ((last - first).days + 1)
    kept: list[Turn] = []
    for turn in turns:
        reports = sum(-1 <= (day - turn.day).days <= parameters.turn_window for day in inside)
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
