"""What a newcomer must understand at once: scales, dates, how things were said, and pages with nothing on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from api_clients import client_of
from fastapi.testclient import TestClient
from test_pages import opened

from detente.api import Desk
from detente.dashboard import charts, texts
from detente.records import Date
from detente.relations import relation_report
from detente.store import open_store
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


def test_the_world_names_what_moved_most(client: TestClient) -> None:
    page = opened(client, "/?until=2021-04-18")
    first = client.get("/api/v1/world?until=2021-04-18").json()["movers"][0]
    assert f"Most of all: {first['a']['name']} – {first['b']['name']}" in page.text
