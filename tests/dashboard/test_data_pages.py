"""Imported events beside our own: a choice on the pages, and the same choice in the API."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from api_clients import client_of
from fastapi.testclient import TestClient

from detente.api import Desk
from detente.api.asking import DataName
from detente.cli.options import Data
from detente.coding import Coder
from detente.formats import import_files
from detente.store import open_store

ROWS = Path(__file__).parents[2] / "examples" / "gdelt2.CSV"


@pytest.fixture(scope="module", params=["beside articles", "alone"])
def client(
    request: pytest.FixtureRequest, sample_store: Path, coder: Coder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    path = tmp_path_factory.mktemp("data") / "record.duckdb"
    if request.param == "beside articles":
        shutil.copy(sample_store, path)
    with open_store(path) as store:
        import_files(store, [ROWS], "gdelt2")
    with open_store(path, read_only=True) as store:
        yield client_of(Desk(store, lambda: coder))


def test_the_choices_are_those_of_the_commands() -> None:
    assert set(get_args(DataName)) == {data.value for data in Data}


def text_of(client: TestClient, address: str) -> str:
    """Of a page, however long it takes."""
    answer = client.get(address)
    while answer.status_code == 202:
        time.sleep(0.1)
        answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text


def busiest(client: TestClient) -> tuple[str, str]:
    pair = client.get("/api/v1/relations?data=gdelt2").json()["items"][0]
    return pair["a"], pair["b"]


def test_pages_offer_the_choice_and_keep_it(client: TestClient) -> None:
    a, b = busiest(client)
    for address in ("/", f"/relation/{a}/{b}", "/matrix", f"/country/{a}", f"/relation/{a}/{b}/forecast"):
        text = text_of(client, f"{address}?data=gdelt2")
        kept = re.findall(r'href="(/(?:api/v1/)?(?:relations?|country|countries|world|matrix)[^"]*)"', text)
        assert len(kept) > 1, address
        assert all("data=" in link for link in kept if link != "/matrix"), (address, kept)  # that is the menu's
        if "forecast" not in address:
            assert 'aria-current="true">GDELT 2.0' in text, address
    assert "imported, as gdelt2" in text_of(client, f"/relation/{a}/{b}?data=gdelt2")


def test_imported_events_name_their_row_and_lead_to_no_article(client: TestClient) -> None:
    a, b = busiest(client)
    shown = text_of(client, f"/relation/{a}/{b}?data=gdelt2")
    assert "gdelt2.CSV, line" in shown
    assert "/article/gdelt2" not in shown


def test_figures_of_the_api_are_those_of_the_rows(client: TestClient) -> None:
    a, b = busiest(client)
    rows = client.get("/api/v1/events", params={"data": "gdelt2", "pair": f"{a},{b}"}).json()["items"]
    assert {row["dataset"] for row in rows} == {"gdelt2"}
    report = client.get(f"/api/v1/relations/{a}/{b}?data=gdelt2").json()
    assert report["data"] == "gdelt2"
    assert report["coverage"]["reports"] <= len(rows)
    world = client.get("/api/v1/world?data=gdelt2").json()
    assert (world["data"], world["articles"]) == ("gdelt2", 0)
    assert world["rows"] > 0
    assert {a, b} <= {place["code"] for place in world["places"]}
    matrix = client.get(f"/api/v1/matrix?countries={a},{b}&days=3660&data=gdelt2").json()
    assert sum(cell["events"] for cell in matrix["cells"]) > 0
    country = client.get(f"/api/v1/countries/{a}?data=gdelt2").json()
    assert b in {partner["code"] for partner in country["partners"]}
    assert client.get(f"/api/v1/relations/{a}/{b}/forecast?data=gdelt2").status_code == 200
    assert client.get("/api/v1/exports/events.csv?data=gdelt2").text.startswith("dataset,")


def test_without_articles_the_imported_rows_are_shown_at_once(client: TestClient) -> None:
    has_articles = client.get("/api/v1/health").json()["articles"] > 0
    shown = text_of(client, "/")
    assert "This record is empty" not in shown
    assert client.get("/api/v1/world").json()["data"] == ("detente" if has_articles else "gdelt2")


def test_data_that_is_not_there_is_told(client: TestClient) -> None:
    refused = client.get("/api/v1/world?data=icews")
    assert (refused.status_code, "icews" in refused.json()["error"]["message"]) == (400, True)
    assert client.get("/?data=nothing").status_code == 400
    assert client.get("/api/v1/world?data=nothing").status_code == 422
