"""Relations, forecasts and alerts on imported event data: a GDELT file of several years that is generated here."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from detente.cli import main
from detente.formats import import_files
from detente.formats.layouts import COLUMNS
from detente.relations import relation_report
from detente.relations.alerts import check_alerts
from detente.relations.forecast import forecast
from detente.relations.movers import movers
from detente.relations.parameters import RelationQuestion
from detente.store import Store, open_store

FIRST, YEARS = date(2015, 1, 1), 6
LAST = date(2020, 12, 31)
QUARREL = date(2020, 11, 10)


def gdelt_row(number: int, day: date, code: str, a: str = "USA", b: str = "RUS", **cells: str) -> str:
    stamp = f"{day:%Y%m%d}"
    known = {
        "GLOBALEVENTID": str(number), "SQLDATE": stamp, "Actor1Code": a, "Actor1Name": a, "Actor1CountryCode": a,
        "Actor2Code": b, "Actor2Name": b, "Actor2CountryCode": b, "IsRootEvent": "1", "EventCode": code,
        "EventBaseCode": code[:3], "EventRootCode": code[:2], "QuadClass": "1", "GoldsteinScale": "1.0",
        "NumMentions": "4", "NumSources": "1", "NumArticles": "4", "AvgTone": "0.5", "DATEADDED": stamp,
        "SOURCEURL": f"https://news{number % 7}.example.org/{number}", **cells,
    }  # fmt: skip
    return "\t".join(known.get(column, "") for column in COLUMNS["gdelt1"])


def generated() -> list[str]:
    """Talks that come with the seasons and grow, now and then a reproach, and at the end three days of sanctions.

    Another pair, on whose account somebody was looking, is told of each day; July 2016 has no row at all.
    """
    dice, talks = random.Random(11), 0
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    days = [day for day in days if (day.year, day.month) != (2016, 7)]
    made: list[tuple[date, str, str, str]] = []
    for day in days:
        if day.day == 1:
            month = 12 * (day.year - FIRST.year) + day.month
            talks = round(11 + 6 * math.sin(2 * math.pi * month / 12) + 0.13 * month + dice.uniform(-1, 1))
        if day.day <= talks:
            made.append((day, "036", "USA", "RUS"))
        if dice.random() < 0.04:
            made.append((day, "112", "RUS", "USA"))
        made.append((day, "010", "NOR", "CHL"))
    made += [(QUARREL + timedelta(days=n), code, "USA", "RUS") for n in range(3) for code in ("163", "1621", "161")]
    return [gdelt_row(n, *row) for n, row in enumerate(made, 1)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    lines = [*generated(), gdelt_row(999_999, QUARREL, "190", "IND", "PAK", NumSources="x")]
    (folder / "generated.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with open_store(folder / "store.duckdb") as store:
        (result,) = import_files(store, [folder / "generated.tsv"], "gdelt1").files
        assert (result.rejected, result.added) == (1, len(lines) - 1)
    return folder / "store.duckdb"


def ran(*arguments: str) -> int:
    try:
        return main([*arguments])
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


def test_a_report_rests_on_imported_rows_and_names_them(store: Store):
    report = relation_report(store, "USA", "RUS", "2020-10-01", "2020-12-31", by="month")
    assert report.data == "gdelt1"
    assert "imported, as gdelt1" in report.to_text()
    assert "imported, as gdelt1" in report.to_html()
    harsh = next(event for event in report.top_events if event.event == "SANCTION")
    assert harsh.data == ("gdelt1",)
    assert harsh.title is not None
    assert harsh.title.startswith("generated.tsv, line ")
    assert "EventCode 16" in harsh.sentence
    rows = [
        store.rows("SELECT url, event_date FROM all_events WHERE article_id = ?", [a])[0] for a in harsh.article_ids
    ]
    assert harsh.url in {row["url"] for row in rows}
    assert {row["event_date"] for row in rows} == {harsh.day}
    turns = [turn for turn in report.turning_points if abs((turn.day - QUARREL).days) <= 3]
    assert [(turn.direction, turn.events[0].event) for turn in turns] == [("worse", "SANCTION")]
    figures = {period.start.month: period.counts[0] for period in report.periods}
    assert figures[11].types == {
        kind: len(report.events_behind("both", None, kind, date(2020, 11, 1), date(2020, 11, 30)))
        for kind in figures[11].types
    }


def test_days_without_any_row_of_the_data_are_unmonitored(store: Store):
    report = relation_report(store, "NOR", "USA", "2016-06-01", "2016-08-31")
    assert report.coverage.events == 0
    assert report.coverage.unmonitored == ((date(2016, 7, 1), date(2016, 7, 31)),)


def test_rows_of_one_day_type_and_parties_are_one_event(tmp_path: Path):
    def level(*rows: str) -> tuple[int, int, float]:
        file = tmp_path / f"{len(rows)}.tsv"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        with open_store(tmp_path / f"{len(rows)}.duckdb") as opened:
            import_files(opened, [file], "gdelt1")
            report = relation_report(opened, "USA", "RUS", until="2020-03-03")
            return report.coverage.events, report.coverage.reports, report.states[0].level or 0.0

    rows = [gdelt_row(n, date(2020, 3, 3), "163", SOURCEURL="https://one.example.org/a") for n in range(1, 5)]
    once, often = level(rows[0]), level(*rows)
    assert often == (once[0], 4, once[2])
    more = level(*rows[:2], gdelt_row(9, date(2020, 3, 3), "163", SOURCEURL="https://two.example.org/b"))
    assert more[0] == 1
    assert more[2] < once[2]


def test_next_month_is_forecast_with_its_backtest_beside_it(path: Path, capsys: pytest.CaptureFixture):
    with open_store(path) as store:
        made = forecast(store, "USA", "RUS")
    assert made.month == date(2021, 1, 1)
    assert made.backtest.since == FIRST
    talks = {quad.quad: quad for quad in made.quads}[1]
    assert talks.model is not None
    assert talks.low <= talks.value <= talks.high
    scores = [score for score in made.backtest.scores if not score.naive]
    assert scores
    assert all(score.coverage is not None for score in scores)
    assert ran("forecast", "USA", "RUS", "--data", "gdelt1", "--store", str(path)) == 0
    said = capsys.readouterr().out
    assert "January 2021" in said
    assert "Backtest:" in said
    assert "in 90%" in said
    assert ran("backtest", "USA", "RUS", "--store", str(path)) == 0
    assert "seasons" in capsys.readouterr().out


def test_alerts_and_movers_look_at_imported_events(store: Store):
    checked = check_alerts(store, since=date(2020, 11, 1), until=date(2020, 11, 30))
    assert checked is not None
    kinds = {alert.rule for alert in checked.new if (alert.a, alert.b) == ("RUS", "USA")}
    assert {"sharp-fall", "escalation"} <= kinds
    assert all(event.data == ("gdelt1",) for alert in checked.new for event in alert.evidence)
    (first, *_) = movers(store, until=QUARREL + timedelta(days=3))
    assert (first.a.code, first.b.code, first.direction) == ("RUS", "USA", "worse")


def test_data_that_the_store_does_not_hold_is_named(path: Path, capsys: pytest.CaptureFixture):
    with open_store(path) as store:
        with pytest.raises(RelationQuestion, match="holds detente, gdelt1"):
            relation_report(store, "USA", "RUS", data="icews")
        assert not relation_report(store, "USA", "RUS", data="detente").monitored
    assert ran("relation", "USA", "RUS", "--data", "icews", "--store", str(path)) != 0
    assert "holds detente, gdelt1" in capsys.readouterr().err
