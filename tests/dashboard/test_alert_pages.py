"""The page of alerts: what it lists, what may be done on it, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copy

import pytest
from api_clients import TOKEN, client_of
from fastapi.testclient import TestClient
from test_pages import opened

from detente.api import Desk
from detente.coding import Coder
from detente.relations.alerts import AlertFilter, check_alerts, list_alerts
from detente.store import Store, open_store

BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def own(sample_store: Path, coder: Coder, tmp_path: Path) -> Iterator[tuple[Store, TestClient]]:
    with open_store(Path(copy(sample_store, tmp_path / "own.duckdb"))) as store:
        check_alerts(store, since=date(2021, 3, 1), until=date(2021, 5, 1))
        yield store, client_of(Desk(store, lambda: coder, TOKEN))


def test_alerts_are_those_of_the_library(client: TestClient, desk: Desk) -> None:
    page = opened(client, "/alerts?country=RUS&other=USA&state=all")
    with desk.handle() as store:
        found = list_alerts(store, AlertFilter(pair=("RUS", "USA"), state="all"))
    assert len(found) > 3
    for alert in found[:10]:
        assert alert.title in page.text
        assert alert.evidence[0].sentence[:60] in page.text
    assert f"{len(found)} alerts found." in page.text
    assert "This server only reads." in page.text
    assert not any(tag == "button" and "Acknowledge" in (f.get("aria-label") or "") for tag, f in page.elements)
    severe = opened(client, "/alerts?severity=high")
    classes = [f["class"] for tag, f in severe.elements if tag == "li" and (f.get("class") or "").startswith("alert ")]
    assert set(classes) == {"alert high"}


def test_exports_hold_what_the_page_lists(client: TestClient) -> None:
    page = opened(client, "/alerts?severity=high&country=RUS")
    addresses = [link for link in page.links() if link.startswith("/api/v1/alerts")]
    rows, items = (client.get(address) for address in addresses)
    assert rows.text.startswith("id,day,severity,rule,")
    assert len(rows.text.splitlines()) - 1 == len(items.json()["items"]) > 2
    assert {item["severity"] for item in items.json()["items"]} == {"high"}


def test_pages_of_alerts_fit_together(client: TestClient) -> None:
    got, cursor = [], None
    while True:
        asked = {"limit": 7, **({"cursor": cursor} if cursor else {})}
        answer = client.get("/api/v1/alerts", params=asked).json()
        got += [item["id"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    whole = client.get("/api/v1/alerts?limit=1000").json()["items"]
    assert got == [item["id"] for item in whole]
    assert len(set(got)) == len(got) > 14


def test_an_alert_is_acknowledged_and_gone(own: tuple[Store, TestClient]) -> None:
    store, client = own
    first = list_alerts(store)[0]
    tag = client.get("/alerts").headers["etag"]
    body = {"do": "acknowledge", "id": first.id, "back": "/alerts?state=all"}
    refused = client.post("/alerts", data=body, follow_redirects=False)
    assert (refused.status_code, "Basic" in refused.headers["www-authenticate"]) == (401, True)
    done = client.post("/alerts", data=body, headers=BEARER, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/alerts?state=all")
    assert first.id not in {alert.id for alert in list_alerts(store)}
    again = client.get("/alerts", headers={"If-None-Match": tag})
    assert again.status_code == 200, "the page is not the same any more"
    assert f'id="alert-{first.id}"' not in again.text
    assert client.get("/alerts?state=acknowledged").text.count(f'id="alert-{first.id}"') == 1


def test_a_rule_is_silenced_for_a_pair_and_heard_again(own: tuple[Store, TestClient]) -> None:
    store, client = own
    first = list_alerts(store)[0]
    body = {"do": "silence", "rule": first.rule, "a": first.a, "b": first.b, "until": str(first.day)}
    client.post("/alerts", data=body, headers=BEARER)
    assert f'id="alert-{first.id}"' not in client.get("/alerts").text
    (held,) = client.get("/api/v1/silences").json()["items"]
    assert f"rule {first.rule} on" in opened(client, "/alerts").text
    client.post("/alerts", data={"do": "end", "id": held["id"]}, headers=BEARER)
    assert f'id="alert-{first.id}"' in client.get("/alerts").text


def test_new_ones_are_looked_for(sample_store: Path, coder: Coder, tmp_path: Path) -> None:
    with open_store(Path(copy(sample_store, tmp_path / "own.duckdb"))) as store:
        client = client_of(Desk(store, lambda: coder, TOKEN))
        assert "No alert was raised yet." in opened(client, "/alerts").text
        client.post("/alerts", data={"do": "check", "all": "1"}, headers=BEARER)
        assert list_alerts(store)
        assert "No alert was raised yet." not in opened(client, "/alerts").text


def test_the_interface_for_programs_does_the_same(own: tuple[Store, TestClient]) -> None:
    store, client = own
    first, second = list_alerts(store)[:2]
    path = "/api/v1/alerts/acknowledge"
    unknown = client.post(path, json={"ids": [first.id, "nought"]}, headers=BEARER)
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")
    assert list_alerts(store)[0].id == first.id, "none is acknowledged where one is unknown"
    done = client.post(path, json={"ids": [first.id], "by": "desk", "note": "seen"}, headers=BEARER).json()
    assert (done["items"][0]["acknowledged_by"], done["items"][0]["note"]) == ("desk", "seen")
    made = client.post("/api/v1/silences", json={"pair": [second.a, second.b]}, headers=BEARER).json()
    assert second.id not in {alert.id for alert in list_alerts(store)}
    assert client.delete(f"/api/v1/silences/{made['id']}", headers=BEARER).status_code == 200
    assert client.delete(f"/api/v1/silences/{made['id']}", headers=BEARER).status_code == 404
    assert client.post("/api/v1/silences", json={}, headers=BEARER).status_code == 422
    checked = client.post("/api/v1/alerts/check?since=2021-05-01&until=2021-07-01", headers=BEARER).json()
    assert len(checked["new"]) > 0


@pytest.mark.parametrize(("fields", "status"), [({"do": "dance"}, 422), ({"do": "acknowledge", "id": "x"}, 404)])
def test_what_makes_no_sense_is_refused(own: tuple[Store, TestClient], fields: dict[str, str], status: int) -> None:
    assert own[1].post("/alerts", data=fields, headers=BEARER).status_code == status
    assert own[1].post("/alerts", data=fields, headers={**BEARER, "Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_server_that_only_reads_says_so(client: TestClient) -> None:
    answer = client.post("/alerts", data={"do": "check"}, headers=BEARER)
    assert answer.status_code == 403
    assert "DETENTE_TOKEN" in answer.text
