"""Forecasts and the backtests that they rest on, as records that render themselves."""

from __future__ import annotations

import csv
import io
from datetime import date

from detente.records import Record
from detente.relations.sides import SeriesName, Side


class MonthCounts(Record):
    """Events of one month by quad; `quads` is None where nobody was looking for half of it."""

    month: date
    quads: dict[int, int] | None


class ModelScore(Record):
    """How one model did on one quad, one month ahead, each time knowing only what came before.

    `mae`: mean absolute error, in events. `skill`: by what share it is lower than that of the best naive model. `p`:
    that so great a lead over the best naive model comes by chance (Diebold and Mariano 1995, one-sided, corrected for
    short series by Harvey, Leybourne and Newbold 1997). `coverage`: share of months inside the interval. Naive models
    have neither `skill`, `p` nor `coverage`.
    """

    quad: int
    model: str
    naive: bool
    mae: float
    skill: float | None
    p: float | None
    coverage: float | None
    beats_naive: bool


class Backtest(Record):
    """`origins` months, each forecast from the months before it. Empty `scores` where there are too few months."""

    a: Side
    b: Side
    direction: SeriesName
    months: tuple[MonthCounts, ...]
    since: date | None
    until: date | None
    """First and last month of the stretch without gaps that is used."""
    origins: int
    nominal: float
    scores: tuple[ModelScore, ...]
    summary: tuple[str, ...]

    def of_quad(self, quad: int) -> tuple[ModelScore, ...]:
        return tuple(score for score in self.scores if score.quad == quad)

    def to_json(self) -> str:
        return self.model_dump_json(indent=2) + "\n"

    def to_text(self) -> str:
        from detente.relations.forecast.text import backtest_text

        return backtest_text(self)

    def to_csv(self) -> str:
        return _csv([score.model_dump() for score in self.scores], tuple(ModelScore.model_fields))


class QuadForecast(Record):
    """Next month's events of one quad. `model` and what belongs to it are None where nothing beats the naive ones."""

    quad: int
    last: int
    naive: str
    naive_value: float
    model: str | None
    value: float | None
    low: float | None
    high: float | None
    coverage: float | None


class Forecast(Record):
    """The month after the last complete one, with its backtest. `quads` is empty where too little is known."""

    month: date | None
    quads: tuple[QuadForecast, ...]
    summary: tuple[str, ...]
    backtest: Backtest

    def to_json(self) -> str:
        return self.model_dump_json(indent=2) + "\n"

    def to_text(self) -> str:
        from detente.relations.forecast.text import forecast_text

        return forecast_text(self)

    def to_csv(self) -> str:
        rows = [{"month": self.month, **quad.model_dump()} for quad in self.quads]
        return _csv(rows, ("month", *QuadForecast.model_fields))


def _csv(rows: list[dict[str, object]], columns: tuple[str, ...]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
