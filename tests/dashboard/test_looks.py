"""What a newcomer must understand at once: scales, dates, how things were said, and pages with nothing on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from api_clients import client_of
from fastapi.testclient import TestClient
from relation_stories import thirty_months
from test_pages import opened

from detente.api import Desk
from detente.dashboard import charts, texts
from detente.formats import import_files
from detente.records import Date
from detente.relations import relation_report
from detente.store import Store, open_store
from detente.store.ledger_pages import ledger_page
from detente.store.queries import QuoteFilter


@pytest.mark.parametrize(
    ("value", "precision", "told"),
    [
        ("2021-03-18", "day", "18 Mar 2021"), ("2021-03-15", "week", "week of 15 Mar 2021"),
        ("2021-03-01", "month", "March 2021"), ("2021-03", "month", "March 2021"), ("1998-01-01", "year", "1998"),
        ("1998", "year", "1998"), ("2021-06-01", "season", "2021-06-01"), ("soon", "unknown", "soon"),
    ],
)  # fmt: skip
def test_a_date_is_told_as_exactly_as_it_is_known(value: str, precision: str, told: str) -> None:
    assert texts.told_date(Date(value=value, precision=precision)) == told  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_each_side_of_words_and_deeds_is_as_high_as_it_needs(desk: Desk, by: str) -> None:
    with desk.handle() as store:
        report = relation_report(store, "RUS", "USA", by=by)  # type: ignore[arg-type]
    drawn = str(charts.deeds(report, "deeds", charts.WIDE, lambda first, last: "/"))
    labels = [int(text.replace(",", "")) for text in re.findall(r'text-anchor="end">([\d,]+)</text>', drawn)]
    quads = [period.counts[0].quads for period in report.periods]
    zero = labels.index(0)
    low, high = labels[:zero], labels[zero + 1 :]
    assert low == sorted(low, reverse=True)
    assert high == sorted(high)
    step = high[0]
    assert 4 <= len(labels) <= 8
    for drawn_to, most in ((low[0], max(q[3] + q[4] for q in quads)), (high[-1], max(q[1] + q[2] for q in quads))):
        assert drawn_to - step < max(most, 1) <= drawn_to
    assert "↑ cooperative" in drawn
    assert "↓ hostile" in drawn


@pytest.mark.parametrize("events", [1, 5, 6, 18, 40, 99, 250, 1_234, 700_000])
def test_a_scale_has_few_lines_at_round_numbers(events: int) -> None:
    step = charts._step(events)
    assert str(step).strip("0") in ("1", "2", "5")
    assert 1 <= events / step <= 5 or step == 1


@pytest.fixture(scope="module")
def long_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A relation that turned thirty times."""
    path = tmp_path_factory.mktemp("long") / "long.duckdb"
    with open_store(path) as store:
        store.write(thirty_months(), "1.0")
    with open_store(path, read_only=True) as store:
        yield store


@pytest.mark.parametrize("size", [charts.WIDE, charts.NARROW])
def test_signs_of_many_turning_points_do_not_touch(long_store: Store, size: charts.Size) -> None:
    report = relation_report(long_store, "USA", "RUS", by="week")
    drawn = str(charts.course(report, "course", size, lambda first, last: "/"))
    assert drawn.count('href="#turn-') == len(report.turning_points) > 20
    signs = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="middle">[▲▼](\d+)</text>', drawn)
    assert 5 < len(signs) <= len(report.turning_points)
    rows: dict[str, list[tuple[float, int]]] = {}
    for x, y, number in signs:
        rows.setdefault(y, []).append((float(x), len(number)))
    for row in rows.values():
        for (x, digits), (later, more) in pairwise(row):
            assert later - x > size.font * (1.1 + 0.33 * (digits + more)) - 0.2


def test_the_newest_turning_points_are_in_sight_and_all_are_there(long_store: Store) -> None:
    client = client_of(Desk(long_store, lambda: pytest.fail("nothing is coded")))
    page = opened(client, "/relation/USA/RUS?by=week")
    numbers = [
        int((f["id"] or "").removeprefix("turn-")) for _, f in page.elements if (f.get("id") or "")[:5] == "turn-"
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert f"Turning points before these ({len(numbers) - 8})" in page.text


def test_reported_speech_says_how_it_was_said(client: TestClient, desk: Desk) -> None:
    with desk.handle() as store:
        entries = ledger_page(store, QuoteFilter(kind="indirect"), 10, newest=True).entries
        known = {(r["article_id"], r["id"]): r["cue"] for r in store.rows("SELECT * FROM current_statements")}
    assert any(entry.cue for entry in entries)
    for entry in entries:
        assert entry.cue in {known[report.article_id, report.statement_id] for report in entry.reports}
    page = opened(client, "/quotes?kind=indirect")
    said = next(entry for entry in entries if entry.cue)
    assert f"{said.cue} {' '.join(said.text.split())[:40]}" in page.text


def test_what_nobody_wrote_about_is_one_box_that_leads_on(client: TestClient) -> None:
    relation = opened(client, "/relation/FJI/TON")
    assert [tag for tag, _ in relation.elements].count("h2") == 1  # what the page is made of
    assert {"/country/FJI", "/country/TON", "/"} <= set(relation.links())
    country = opened(client, "/country/FJI")
    assert [tag for tag, _ in country.elements].count("h2") == 1
    assert "/search?q=Fiji" in country.links()


def test_an_empty_record_is_not_told_as_a_search_without_a_hit(tmp_path: Path) -> None:
    with open_store(tmp_path / "empty.duckdb") as store:
        client = client_of(Desk(store, lambda: pytest.fail("nothing is coded")))
        for address in ("/", "/matrix", "/articles"):
            assert "This record is empty" in opened(client, address).text, address


def test_a_record_of_imported_events_alone_says_so(tmp_path: Path) -> None:
    """A row of a table is shown as one, not as somebody's words."""
    with open_store(tmp_path / "imported.duckdb") as store:
        import_files(store, [Path(__file__).parents[2] / "examples" / "gdelt2.CSV"], "gdelt2")
        client = client_of(Desk(store, lambda: pytest.fail("nothing is coded")))
        assert "holds imported events only" in opened(client, "/articles").text
        world = opened(client, "/")
        assert any(f.get("class") == "cells" for _, f in world.elements)
        assert "q" not in [tag for tag, _ in world.elements]


def test_the_world_names_what_moved_most(client: TestClient) -> None:
    page = opened(client, "/?until=2021-04-18")
    first = client.get("/api/v1/world?until=2021-04-18").json()["movers"][0]
    assert f"Most of all: {first['a']['name']} – {first['b']['name']}" in page.text
