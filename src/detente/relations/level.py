"""Levels: decayed sums of weighted events on a fixed scale, their baseline and their interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from detente.relations.columns import Events
from detente.relations.parameters import Parameters

if TYPE_CHECKING:
    import numpy as np

FEW = 2000  # events up to which the bootstrap draws all of them
HALF_LIVES = 8  # an event that many half-lives ago weighs less than half a hundredth


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


def daily_sums(
    days: Sequence[int] | np.ndarray, weights: Sequence[float] | np.ndarray, first: date, last: date, half_life: float
) -> list[float]:
    """Decayed weight at the end of each day from `first` to `last`; older events count as far as they still weigh.

    `days` are the ordinals of events and `weights` what they weigh.
    """
    import numpy as np

    keep = 0.5 ** (1 / half_life)
    at, weights = np.asarray(days, dtype=np.int64) - first.toordinal(), np.asarray(weights, dtype=np.float64)
    length = max((last - first).days + 1, 0)
    inside, before = (at >= 0) & (at < length), at < 0
    total = float(np.sum(weights[before] * keep ** (-1.0 - at[before])))
    sums = []
    for amount in np.bincount(at[inside], weights[inside], length).tolist():
        total = total * keep + amount
        sums.append(total)
    return sums


def daily_levels(
    days: Sequence[int] | np.ndarray, weights: Sequence[float] | np.ndarray, first: date, last: date,
    parameters: Parameters,
) -> list[float]:  # fmt: skip
    return [on_scale(total, parameters) for total in daily_sums(days, weights, first, last, parameters.half_life)]


def level_on(days: np.ndarray, weights: np.ndarray, day: date, parameters: Parameters) -> float:
    return daily_levels(days, weights, day, day, parameters)[0]


def interval_on(events: Events, chosen: np.ndarray, day: date, parameters: Parameters) -> tuple[float, float] | None:
    """Percentiles of the level under a bootstrap over events and over publishers; None without events.

    Both are drawn anew, each by itself, and an event counts as often as it was drawn, times how often its publishers
    were, by their mean: the product bootstrap for crossed factors (Owen and Eckles 2012). Events are drawn with Poisson
    weights (Hanley and MacGibbon 2006), publishers with replacement. So an event that one publisher tells hangs on that
    publisher; where there is only one, it cannot be doubted and the interval is too narrow. Where there are many
    events, those that weigh next to nothing by now count once. The seed is fixed and events come in a fixed order, so
    the same record gives the same figures.
    """
    import numpy as np
    from scipy.sparse import csr_array

    past = chosen[events.day[chosen] <= day.toordinal()]
    if not len(past):
        return None
    weights = events.weight[past] * 0.5 ** ((day.toordinal() - events.day[past]) / parameters.half_life)
    drawn = np.arange(len(past))
    if len(past) > FEW:
        drawn = np.flatnonzero(day.toordinal() - events.day[past] <= HALF_LIVES * parameters.half_life)
    rest = float(weights.sum() - weights[drawn].sum())
    draw = np.random.default_rng(20210616)
    times = draw.poisson(1.0, size=(parameters.draws, len(drawn)))
    names, at, names_of = tellers(events, past)
    copies = draw.multinomial(len(names), [1 / len(names)] * len(names), size=parameters.draws)
    place = np.full(len(past), -1)
    place[drawn] = np.arange(len(drawn))
    told = place[at] >= 0
    share = (1 / np.bincount(at, minlength=len(past)))[at[told]]
    shares = csr_array((share, (names_of[told], place[at[told]])), shape=(len(names), len(drawn)))
    levels = 10 * np.tanh(((times * (copies @ shares)) @ weights[drawn] + rest) / parameters.scale)
    low, high = np.percentile(levels, parameters.interval)
    return float(low), float(high)


def tellers(events: Events, chosen: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names of publishers, and which of the events (by place among the chosen) each of them tells (by place of name).

    An article without a publisher is a teller by itself.
    """
    import numpy as np

    reports = events.reports
    rows = events.rows_of_all(chosen)
    at = np.repeat(np.arange(len(chosen)), events.count[chosen])
    named = (reports["publisher"][rows] >= 0) & ~reports["copy"][rows]
    keys = np.unique(at[named] * (len(reports.publishers) + 1) + reports["publisher"][rows[named]])
    at, publisher = keys // (len(reports.publishers) + 1), keys % (len(reports.publishers) + 1)
    alone = np.setdiff1d(np.arange(len(chosen)), at)
    articles = reports.article_ids(events.lead[chosen[alone]])
    unnamed, code = np.unique(np.array(articles, dtype=object), return_inverse=True)
    labels = [*reports.publishers, *(f"unnamed, {article}" for article in unnamed)]
    at = np.append(at, alone)
    label = np.append(publisher, len(reports.publishers) + code).astype(np.int64)
    names = sorted({labels[i] for i in np.unique(label)})
    place = {name: i for i, name in enumerate(names)}
    order = np.array([place.get(name, -1) for name in labels], dtype=np.int64)
    return names, at.astype(np.int64), order[label]


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
    published: Iterable[int], first: date, last: date, reach: int, looked: Iterable[date] = ()
) -> list[bool]:
    """For each day from `first` to `last` whether an article was published at most `reach` days from it.

    `published` are ordinals. Of `looked` each day counts for itself alone.
    """
    days = (last - first).days + 1
    seen = [False] * max(days, 0)
    for number in set(published):
        at = number - first.toordinal()
        for i in range(max(0, at - reach), min(days, at + reach + 1)):
            seen[i] = True
    for day in looked:
        if first <= day <= last:
            seen[(day - first).days] = True
    return seen


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
