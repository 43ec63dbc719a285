"""The forecast of a relation: on a page of its own, and taken in by the page of the relation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import browser as browsers
import pytest
from api_clients import client_of, running
from browser import Browser
from fastapi.testclient import TestClient
from relation_stories import thirty_months
from test_pages import opened

from detente.api import Desk, make_app
from detente.relations.forecast.build import forecast
from detente.store import open_store

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.fixture(scope="module")
def long_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    path = tmp_path_factory.mktemp("long") / "long.duckdb"
    with open_store(path) as store:
        store.write(thirty_months(), "1.0")
    with open_store(path, read_only=True) as store:
        yield Desk(store, lambda: pytest.fail("nothing is coded"))


@pytest.fixture(scope="module")
def long(long_desk: Desk) -> TestClient:
    return client_of(long_desk)


def test_forecast_is_that_of_the_library(long: TestClient, long_desk: Desk) -> None:
    page = opened(long, "/relation/USA/RUS/forecast")
    with long_desk.handle() as store:
        made = forecast(store, "USA", "RUS")
    assert made.backtest.scores
    assert all(sentence in page.text for sentence in made.summary)
    assert "Events expected in July 2021" in page.text
    assert "nothing beats “same as last month”, which gives 1" in page.text
    assert "Each of the last 18 months from January 2019 to June 2021" in page.text
    assert sum(tag == "tr" for tag, _ in page.elements) == 2 + len(made.quads) + len(made.backtest.scores)
    answer = long.get("/api/v1/relations/USA/RUS/forecast").json()
    assert answer["summary"] == list(made.summary)
    rows = long.get("/api/v1/relations/USA/RUS/backtest?format=csv").text.splitlines()
    assert len(rows) - 1 == len(made.backtest.scores)


def test_too_few_months_are_told(client: TestClient) -> None:
    page = opened(client, "/relation/FJI/TON/forecast")
    assert "No complete month of Fiji and Tonga is on record" in page.text
    short = opened(client, "/relation/NOR/CHL/forecast")
    assert not any(tag == "table" for tag, _ in short.elements)


def test_relation_takes_the_forecast_in(long: TestClient) -> None:
    """At once where it is known; else its place says where it will come from."""
    parts = [f["data-part"] for _, f in opened(long, "/relation/RUS/USA").elements if f.get("data-part")]
    for place in (part for part in parts if part and "/forecast" in part):
        assert place is not None
        assert "Events expected in" in opened(long, place).text
    assert "Events expected in" in opened(long, "/relation/RUS/USA").text


@pytest.mark.skipif(not browsers.is_there(), reason="chromium and chromium-driver are not installed")
def test_forecast_comes_into_the_open_page(long_desk: Desk, tmp_path: Path) -> None:
    fresh = Desk(long_desk.store, long_desk.make_coder)
    with running(make_app(fresh)) as address:
        window = Browser(address, tmp_path / "profile")
        window.open("/relation/USA/RUS")
        window.until(lambda: window.all("table.forecast"))
        assert "July 2021" in window.one("table.forecast").text
        window.click("section[aria-labelledby=h-forecast] summary")
        assert "same as last month" in window.one("section[aria-labelledby=h-forecast] details table").text
        assert window.axe() == []
        for device, theme in (("desktop", "light"), ("phone", "dark")):
            window.look(device, theme)
            window.open("/relation/USA/RUS/forecast")
            assert not window.is_too_wide()
            heights = window.run("return [...document.querySelectorAll('tbody tr')].map((row) => row.offsetHeight)")
            assert max(heights) < 120, "words are not broken into letters"
            assert window.axe() == []
            window.picture(PICTURES / f"forecast-known-{device}-{theme}.png")
        assert window.errors() == []
        window.close()
