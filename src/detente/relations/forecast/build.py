"""From a store to next month's counts of a pair, and to the backtest that says what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from detente.relations.columns import Events
from detente.relations.forecast.models import (
    LEAST_MONTHS,
    NAIVE,
    NOMINAL,
    Score,
    backtest_series,
    beats,
    best_naive,
    chance_of,
    next_step,
    origins_of,
    winner,
)  # fmt: skip
from detente.relations.forecast.records import Backtest, Forecast, ModelScore, MonthCounts, QuadForecast
from detente.relations.imported import Rows, origin_of
from detente.relations.level import monitored_days
from detente.relations.material import material_of
from detente.relations.movers import newest_day
from detente.relations.parameters import DEFAULTS, Parameters
from detente.relations.parties import Pair, Party, resolve
from detente.relations.periods import cut
from detente.relations.report import SeriesName, Side
from detente.relations.words import QUADS

if TYPE_CHECKING:
    import numpy as np

SERIES_QUADS = (1, 2, 3, 4)
Who = str | Party


def backtest(
    store: Rows, a: Who, b: Who, until: date | None = None, directed: bool = False, parameters: Parameters = DEFAULTS,
    data: str | None = None,
) -> Backtest:  # fmt: skip
    """How naive models and those of statsmodels would have forecast the months of a pair, each from those before.

    Sides are those of `relation_report`. Only months that are complete by `until` (without it, by the newest article)
    are used, the last ones without a gap. Raises RelationQuestion as `relation_report` does.
    """
    made, _ = _backtest(store, resolve(a, b), until, directed, parameters, data)
    return made


def forecast(
    store: Rows, a: Who, b: Who, until: date | None = None, directed: bool = False, parameters: Parameters = DEFAULTS,
    data: str | None = None,
) -> Forecast:  # fmt: skip
    """The events of the next month by quad, where a model beats the naive ones in the backtest; options as there."""
    made, scores = _backtest(store, resolve(a, b), until, directed, parameters, data)
    if made.until is None or not scores:
        return Forecast(month=None, quads=(), summary=made.summary, backtest=made)
    stretch = _stretch(made.months)
    quads = tuple(_quad(quad, [(m.quads or {})[quad] for m in stretch], scores[quad]) for quad in SERIES_QUADS)
    month = (made.until + timedelta(days=31)).replace(day=1)
    return Forecast(month=month, quads=quads, summary=_outlook(quads, month), backtest=made)


def _backtest(
    store: Rows, pair: Pair, until: date | None, directed: bool, parameters: Parameters, data: str | None
) -> tuple[Backtest, dict[int, list[Score]]]:
    months = monthly_counts(store, pair, until, directed, parameters, data)
    stretch = _stretch(months)
    scores: dict[int, list[Score]] = {}
    if len(stretch) >= LEAST_MONTHS:
        scores = {quad: backtest_series([(m.quads or {})[quad] for m in stretch]) for quad in SERIES_QUADS}
    origins = len(origins_of([0] * len(stretch)))
    made = Backtest(
        a=_side(pair.a, until), b=_side(pair.b, until), direction="a>b" if directed else "both", months=tuple(months),
        since=stretch[0].month if stretch else None, until=stretch[-1].month if stretch else None, origins=origins,
        nominal=NOMINAL,
        scores=tuple(record for quad, mine in scores.items() for record in _records(quad, mine)),
        summary=_verdict(pair, months, stretch, scores),
    )  # fmt: skip
    return made, scores


def _side(party: Party, day: date | None) -> Side:
    members = party.on(day) if party.kind in ("group", "list") else ()
    return Side(code=party.code, name=party.name, said=party.said, members=members)


def monthly_counts(
    store: Rows, pair: Pair, until: date | None, directed: bool, parameters: Parameters, data: str | None = None
) -> list[MonthCounts]:
    """Complete months from the first article on the pair on, as known on the last day."""
    last = until or newest_day(store, data)
    if last is None:
        return []
    material = material_of(store, pair, origin_of(store, data)).known(last)
    days = material.seen.days
    read = [*days, *(day for day in set(material.reports["day"].tolist()) if day)]
    if not days:
        return []
    direction: SeriesName = "a>b" if directed else "both"
    events = material.events(parameters)
    chosen = events.of_direction(direction)
    first = date.fromordinal(min(days)).replace(day=1)
    months = [(s, e) for s, e in cut("month", first, last) if (e + timedelta(days=1)).day == 1]
    return [_month(start, end, (events, chosen), read, material.looked, parameters) for start, end in months]


def _month(
    start: date, end: date, told: tuple[Events, np.ndarray], read: Sequence[int], looked: Sequence[date],
    parameters: Parameters,
) -> MonthCounts:  # fmt: skip
    import numpy as np

    seen = monitored_days(read, start, end, parameters.reach, looked)
    if sum(seen) < len(seen) / 2:
        return MonthCounts(month=start, quads=None)
    events, chosen = told
    low, high = np.searchsorted(events.day[chosen], (start.toordinal(), end.toordinal() + 1))
    counts = np.bincount(events.quad[chosen[low:high]], minlength=5)
    return MonthCounts(month=start, quads={quad: int(counts[quad]) for quad in SERIES_QUADS})


def _stretch(months: Sequence[MonthCounts]) -> list[MonthCounts]:
    """The last months without a gap; none where the last month is one."""
    kept: list[MonthCounts] = []
    for month in reversed(months):
        if month.quads is None:
            break
        kept.insert(0, month)
    return kept


def _records(quad: int, scores: Sequence[Score]) -> list[ModelScore]:
    naive = best_naive(scores)
    return [
        ModelScore(
            quad=quad, model=score.model, naive=score.naive, mae=round(score.mae, 3),
            skill=None if score.naive or not naive.mae else round(1 - score.mae / naive.mae, 3),
            p=None if score.naive else round(chance_of(score, naive), 4),
            coverage=None if score.coverage is None else round(score.coverage, 3),
            beats_naive=not score.naive and beats(score, naive, len(scores) - len(NAIVE)),
        )
        for score in scores
    ]  # fmt: skip


def _quad(quad: int, values: list[int], scores: Sequence[Score]) -> QuadForecast:
    naive, best = best_naive(scores), winner(scores)
    step = next_step(best.model, values) if best else None
    return QuadForecast(
        quad=quad, last=values[-1], naive=naive.model, naive_value=round(NAIVE[naive.model](values), 2),
        model=best.model if best else None, value=round(step.value, 2) if step else None,
        low=step.low if step else None, high=step.high if step else None,
        coverage=round(best.coverage, 3) if best and best.coverage is not None else None,
    )  # fmt: skip


def _verdict(
    pair: Pair, months: Sequence[MonthCounts], stretch: Sequence[MonthCounts], scores: dict[int, list[Score]]
) -> tuple[str, ...]:
    who = f"{pair.a.said} and {pair.b.said}"
    if not months:
        return (f"No complete month of {who} is on record; there is nothing to forecast from.",)
    if not stretch:
        return (f"{months[-1].month:%B %Y}, the last complete month, is unmonitored for {who}; no forecast is made.",)
    if len(stretch) < LEAST_MONTHS:
        had = f"{len(stretch)} complete month{'s' if len(stretch) > 1 else ''} without a gap"
        return (f"{had} of {who}; {LEAST_MONTHS} are needed to say what a forecast is worth. None is made.",)
    return tuple(_compared(QUADS[quad].capitalize(), mine) for quad, mine in scores.items())


def _compared(name: str, scores: Sequence[Score]) -> str:
    naive, best = best_naive(scores), winner(scores)
    if best is None:
        return f"{name}: nothing beats “{naive.model}” (off by {naive.mae:.1f} on average)."
    gain = 1 - best.mae / naive.mae
    return f"{name}: {best.model} errs {gain:.0%} less than “{naive.model}”, the best naive model."


def _outlook(quads: Sequence[QuadForecast], month: date) -> tuple[str, ...]:
    lines = []
    for quad in quads:
        name = QUADS[quad.quad].capitalize()
        if quad.model is None:
            lines.append(f"{name}: nothing beats “{quad.naive}”, which gives {quad.naive_value:g} for {month:%B %Y}.")
        else:
            lines.append(f"{name}: {quad.value:.1f} in {month:%B %Y}, most likely {quad.low:g} to {quad.high:g} "
                         f"({quad.model}; last month {quad.last}).")  # fmt: skip
    return tuple(lines)
