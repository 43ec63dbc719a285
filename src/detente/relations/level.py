"""Levels: decayed sums of weighted events on a fixed scale, their baseline and their interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from detente.relations.events import PairEvent
from detente.relations.parameters import Parameters


@dataclass(frozen=True)
class Baseline:
    """The pair's own past: median, 10th and 90th percentile of its daily level on monitored days."""

    median: float
    low: float
    high: float
    days: int


def on_scale(total: float, parameters: Parameters) -> float:
    """From -10 to 10; near 0 it grows in step with the sum, far from it less and less."""
    return 10 * math.tanh(total / parameters.scale)


def daily_sums(events: Iterable[PairEvent], first: date, last: date, half_life: float) -> list[float]:
    """Decayed weight at the end of each day from `first` to `last`; older events count as far as they still weigh."""
    keep = 0.5 ** (1 / half_life)
    days = (last - first).days + 1
    added = [0.0] * max(days, 0)
    total = 0.0
    for event in events:
        at = (event.day - first).days
        if 0 <= at < days:
            added[at] += event.weight
        elif at < 0:
            total += event.weight * keep ** (-1 - at)
    sums = []
    for amount in added:
        total = total * keep + amount
        sums.append(total)
    return sums


def daily_levels(events: Iterable[PairEvent], first: date, last: date, parameters: Parameters) -> list[float]:
    return [on_scale(total, parameters) for total in daily_sums(events, first, last, parameters.half_life)]


def level_on(events: Iterable[PairEvent], day: date, parameters: Parameters) -> float:
    return daily_levels(events, day, day, parameters)[0]


def interval_on(events: Sequence[PairEvent], day: date, parameters: Parameters) -> tuple[float, float] | None:
    """Percentiles of the level under a bootstrap over events and over publishers; None without events.

    Both are drawn anew, each by itself, and an event counts as often as it was drawn, times how often its publishers
    were, by their mean: the product bootstrap for crossed factors (Owen and Eckles 2012). Events are drawn with Poisson
    weights (Hanley and MacGibbon 2006), publishers with replacement. So an event that one publisher tells hangs on that
    publisher; where there is only one, it cannot be doubted and the interval is too narrow. The seed is fixed and
    events come in a fixed order, so the same record gives the same figures.
    """
    past = [event for event in events if event.day <= day]
    if not past:
        return None
    import numpy as np

    draw = np.random.default_rng(20210616)
    weights = np.array([event.weight * 0.5 ** ((day - event.day).days / parameters.half_life) for event in past])
    times = draw.poisson(1.0, size=(parameters.draws, len(past)))
    tellers = [event.publishers or (f"unnamed, {event.lead.source.article_id}",) for event in past]
    names = {name: i for i, name in enumerate(sorted({name for told in tellers for name in told}))}
    drawn = draw.multinomial(len(names), [1 / len(names)] * len(names), size=parameters.draws)
    shares = np.zeros((len(names), len(past)))
    for i, told in enumerate(tellers):
        shares[[names[name] for name in told], i] = 1 / len(told)
    levels = 10 * np.tanh((times * (drawn @ shares)) @ weights / parameters.scale)
    low, high = np.percentile(levels, parameters.interval)
    return float(low), float(high)


def baseline_of(levels: Sequence[float | None], parameters: Parameters) -> Baseline | None:
    """Of the last `baseline_days` entries of a daily series; None where too few of them were monitored."""
    known = sorted(level for level in levels[-parameters.baseline_days :] if level is not None)
    if len(known) < parameters.baseline_least:
        return None
    return Baseline(_quantile(known, 0.5), _quantile(known, 0.1), _quantile(known, 0.9), len(known))


def _quantile(ordered: Sequence[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def monitored_days(
    published: Iterable[date], first: date, last: date, reach: int, looked: Iterable[date] = ()
) -> list[bool]:
    """For each day from `first` to `last` whether an article was published at most `reach` days from it.

    Of `looked` each day counts for itself alone.
    """
    days = (last - first).days + 1
    seen = [False] * max(days, 0)
    for day in set(published):
        at = (day - first).days
        for i in range(max(0, at - reach), min(days, at + reach + 1)):
            seen[i] = True
    for day in looked:
        if first <= day <= last:
            seen[(day - first).days] = True
    return seen


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
