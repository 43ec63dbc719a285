"""Long relations, and parts of a page that come by themselves where they take longer than the rest."""

from __future__ import annotations

from pathlib import Path

import browser as browsers
import pytest
from api_clients import client_of, running
from browser import Browser
from fastapi.testclient import TestClient
from relation_stories import story
from test_pages import opened

from detente.api import Desk, make_app
from detente.store import open_store

PARTS = {"/relation/IND/PAK": "/relation/IND/PAK/said", "/country/PAK": "/country/PAK/said"}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.dashboard.showing.SOON", 0.0)


def quotes_in(text: str) -> int:
    return text.count("printed by")


@pytest.mark.parametrize("address", PARTS)
def test_part_that_takes_longer_has_a_place_a_link_and_an_address(
    address: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = opened(client_of(Desk(desk.store, desk.make_coder)), address)
    assert quotes_in(whole.text)
    monkeypatch.setattr("detente.dashboard.showing.SOON", 0.0)
    client = client_of(Desk(desk.store, desk.make_coder))
    page = opened(client, address)
    places = [found["data-part"] for _, found in page.elements if found.get("data-part")]
    (place,) = [place for place in places if place and place.startswith(PARTS[address])]
    assert "All quotes of Pakistan" in page.text
    assert not quotes_in(page.text)
    assert quotes_in(opened(client, place).text) == quotes_in(whole.text)


@pytest.mark.usefixtures("hurried")
@pytest.mark.skipif(not browsers.is_there(), reason="chromium and chromium-driver are not installed")
@pytest.mark.parametrize("address", PARTS)
def test_quotes_come_into_the_open_page(address: str, desk: Desk, tmp_path: Path) -> None:
    with running(make_app(Desk(desk.store, desk.make_coder))) as server:
        window = Browser(server, tmp_path / "profile")
        window.open(address)
        window.until(lambda: window.all("figure.said"))
        assert window.axe() == []
        assert window.errors() == []
        window.close()


def test_long_relation_shows_its_last_years_and_leads_to_all(tmp_path: Path) -> None:
    stories = [story(f"{2012 + i // 4}-{1 + 3 * (i % 4):02}-01", "ACCUSE") for i in range(38)]
    with open_store(tmp_path / "s.duckdb") as store:
        store.write(stories, "1.0")
    with open_store(tmp_path / "s.duckdb", read_only=True) as store:
        client: TestClient = client_of(Desk(store, lambda: pytest.fail("nothing is coded")))
        page = opened(client, "/relation/USA/RUS")
        assert "2 April 2018 to 1 April 2021" in page.text
        link = next(a for tag, a in page.elements if tag == "a" and "since=2012-01-01" in (a.get("href") or ""))
        whole = opened(client, link["href"] or "")
        assert "1 January 2012 to 1 April 2021" in whole.text
        assert "Events per month" in whole.text
        assert "Events per week" in page.text
        named = opened(client, "/relation/USA/RUS?since=2012-01-01&by=week")
        assert "Events per week" in named.text
        answer = client.get("/api/v1/relations/USA/RUS").json()
        assert answer["since"] == answer["known_since"] == "2012-01-01"
