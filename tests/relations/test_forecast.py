"""Forecasts of monthly counts, on generated series whose make is known."""

from __future__ import annotations

import csv
import io
import math
from datetime import date

import numpy as np
import pytest
from relation_stories import story, thirty_months

from detente.cli import main
from detente.relations import relation_report
from detente.relations.forecast import Forecast, backtest, forecast
from detente.relations.forecast.models import (
    LAST,
    LEAST_MONTHS,
    MODELS,
    NONE,
    Score,
    backtest_series,
    best_naive,
    chance_of,
    next_step,
    winner,
)

MONTHS = 72


def series(kind: str, seed: int = 3) -> list[int]:
    draw, at = np.random.default_rng(seed), np.arange(MONTHS)
    values = {
        "seasons": 60 + 25 * np.sin(2 * np.pi * at / 12) + np.cumsum(draw.normal(0, 3, MONTHS)),
        "trend": 5 + 4 * at + draw.normal(0, 3, MONTHS),
        "walk": 60 + np.cumsum(draw.normal(0, 4, MONTHS)),
        "sparse": draw.poisson(0.3, MONTHS),
    }[kind]
    return [max(0, round(float(value))) for value in values]


def test_seasons_and_trend_are_found_and_forecast():
    scores = backtest_series(series("seasons"))
    best = winner(scores)
    assert best is not None
    assert best.model == "seasons"
    assert best.mae < 0.7 * best_naive(scores).mae
    step = next_step("seasons", series("seasons"))
    assert step.low < step.value < step.high
    scores = backtest_series(series("trend"))
    best = winner(scores)
    assert best is not None
    assert best.model == "damped trend"
    assert best_naive(scores).model == LAST
    assert abs(next_step("damped trend", series("trend")).value - (5 + 4 * MONTHS)) < 12


@pytest.mark.parametrize(("kind", "naive"), [("walk", LAST), ("sparse", NONE)])
def test_nothing_beats_the_naive_ones_where_there_is_nothing_to_learn(kind: str, naive: str):
    scores = backtest_series(series(kind))
    assert winner(scores) is None
    assert best_naive(scores).model == naive


def test_intervals_hold_about_as_many_months_as_they_say():
    coverage = {score.model: score.coverage for score in backtest_series(series("walk", 5)) if not score.naive}
    assert all(0.75 <= share <= 1 for share in coverage.values() if share is not None)
    assert set(coverage) == {model.name for model in MODELS}


def test_backtest_knows_nothing_of_the_month_that_it_forecasts():
    values = series("walk")[:30]
    before, after = backtest_series(values), backtest_series([*values[:-1], values[-1] + 500])
    for old, new in zip(before, after, strict=True):
        assert old.errors[:-1] == pytest.approx(new.errors[:-1])
        assert new.errors[-1] > old.errors[-1] + 300


def test_short_and_unchanging_series_have_no_model():
    assert backtest_series([3] * (LEAST_MONTHS - 1)) == []
    assert [score.model for score in backtest_series([3] * LEAST_MONTHS) if not score.naive] == []


def test_chance_is_small_for_a_steady_lead_only():
    naive = Score(LAST, True, (2.0, 3.0, 2.5, 3.5) * 6)
    assert chance_of(Score("m", False, (1.0, 1.5, 1.0, 2.5) * 6), naive) < 0.01
    assert chance_of(naive, naive) == 1.0
    assert chance_of(Score("m", False, (0.0, 6.0, 0.0, 4.5) * 6), naive) > 0.2


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory):
    from detente.store import open_store

    path = tmp_path_factory.mktemp("forecast") / "detente.duckdb"
    with open_store(path) as store:
        store.write(thirty_months(), "1.0")
    with open_store(path, read_only=True) as store:
        yield store


def test_forecast_of_a_pair_counts_complete_months_and_names_its_backtest(stored):
    made = forecast(stored, "USA", "RUS")
    assert made.month == date(2021, 7, 1)
    counts = [month.quads[3] for month in made.backtest.months]
    assert counts == [min(25, month) for month in range(30)]
    assert (made.backtest.since, made.backtest.until) == (date(2019, 1, 1), date(2021, 6, 1))
    assert {quad.quad: quad.last for quad in made.quads} == {1: 1, 2: 0, 3: 25, 4: 0}
    assert all(quad.model is None for quad in made.quads if quad.quad != 3)
    assert "nothing beats “same as last month”, which gives 1" in made.summary[0]
    assert {score.quad for score in made.backtest.scores} == {1, 2, 3, 4}
    assert Forecast.model_validate_json(made.to_json()) == made


def test_forecast_shows_its_backtest_beside_it(stored):
    text = forecast(stored, "USA", "RUS").to_text()
    assert "Backtest: the last 18 of the months 2019-01 to 2021-06" in text
    assert text.count("same as last month (naive)") == 4
    report = relation_report(stored, "USA", "RUS").model_copy(update={"forecast": forecast(stored, "USA", "RUS")})
    assert "Backtest: the last 18" in report.to_text()
    assert "same as last month" in report.to_html()


def test_backtest_as_csv_has_a_row_for_each_model_and_quad(stored):
    rows = list(csv.DictReader(io.StringIO(backtest(stored, "USA", "RUS").to_csv())))
    assert {row["quad"] for row in rows} == {"1", "2", "3", "4"}
    assert all(math.isfinite(float(row["mae"])) for row in rows)


def test_forecast_needs_months_that_somebody_watched(make_store):
    store = make_store([story("2021-01-05", "ACCUSE"), story("2021-03-05", "ACCUSE")])
    made = forecast(store, "USA", "RUS")
    assert made.month is None
    assert "24 are needed" in made.summary[0]
    late = forecast(
        make_store([story("2021-01-05", "ACCUSE"), story("2021-12-05", "AGREE", "IND", "PAK")]), "USA", "RUS"
    )
    assert "unmonitored" in late.summary[0]
    assert [month.quads for month in late.backtest.months][1:] == [None] * 10
    assert "nothing to forecast from" in forecast(make_store([]), "USA", "RUS").summary[0]


def test_forecast_knows_only_what_was_published(stored):
    assert backtest(stored, "USA", "RUS", date(2021, 3, 15)).until == date(2021, 2, 1)


@pytest.mark.parametrize("command", ["forecast", "backtest"])
def test_commands_print_what_the_library_gives(stored, command: str, capsys: pytest.CaptureFixture[str]):
    expected = {"forecast": forecast, "backtest": backtest}[command](stored, "USA", "RUS")
    path = str(stored.path)
    for form, text in (("text", expected.to_text()), ("json", expected.to_json()), ("csv", expected.to_csv())):
        with pytest.raises(SystemExit) as stop:
            main([command, "USA", "Russia", "--store", path, "--format", form])
        assert (stop.value.code or 0) == 0
        assert capsys.readouterr().out == text
