"""Forecasts and backtests for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from detente.relations.forecast.records import Backtest, Forecast, ModelScore
from detente.relations.words import QUADS


def forecast_text(forecast: Forecast) -> str:
    test = forecast.backtest
    month = f": {forecast.month:%B %Y}" if forecast.month else ""
    lines = [f"{_who(test)}{month}", "", *forecast.summary]
    if forecast.quads:
        lines += ["", f"{'':20} {'last':>6} {'forecast':>9} {'interval':>11}  model"]
        for quad in forecast.quads:
            value = (
                f"{quad.value:>9.1f} {f'{quad.low:g} to {quad.high:g}':>11}" if quad.model else f"{'–':>9} {'–':>11}"
            )
            model = quad.model or f"none (naive: {quad.naive}, {quad.naive_value:g})"
            lines.append(f"{QUADS[quad.quad]:20} {quad.last:>6} {value}  {model}")
        lines += ["", *backtest_table(test)]
    return "\n".join(lines) + "\n"


def backtest_text(test: Backtest) -> str:
    return "\n".join([_who(test), "", *test.summary, *(["", *backtest_table(test)] if test.scores else [])]) + "\n"


def _who(test: Backtest) -> str:
    sign = "→" if test.direction == "a>b" else "–"
    return f"{test.a.name} {sign} {test.b.name}"


def backtest_table(test: Backtest) -> Iterator[str]:
    within = f"in {test.nominal:.0%}"
    span = f"{test.since:%Y-%m} to {test.until:%Y-%m}"
    """One line a model and quad; nothing where there was too little to test on."""
    if not test.scores:
        return
    yield f"Backtest: the last {test.origins} of the months {span}, each forecast from those before it."
    yield f"{'':18} {'model':35} {'error':>6} {'gain':>6} {'chance':>7} {within:>7}"
    for quad in QUADS:
        for i, score in enumerate(test.of_quad(quad)):
            yield f"{QUADS[quad] if i == 0 else '':18} {_row(score)}"
    yield "error: mean absolute error in events. gain: on the best naive model; * where it is more than chance."
    yield f"in {test.nominal:.0%}: share of months that fell inside the {test.nominal:.0%} interval."


def _row(score: ModelScore) -> str:
    name = score.model + (" (naive)" if score.naive else "")
    gain = "" if score.skill is None else f"{score.skill:+.0%}{'*' if score.beats_naive else ''}"
    chance = "" if score.p is None else f"{score.p:.2f}"
    inside = "" if score.coverage is None else f"{score.coverage:.0%}"
    return f"{name:35.35} {score.mae:>6.2f} {gain:>6} {chance:>7} {inside:>7}".rstrip()
