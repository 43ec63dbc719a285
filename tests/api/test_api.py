"""What the API answers: the record as it is, in pages that fit together, with one shape of error."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pyarrow.parquet as pq
import pytest
from api_clients import TOKEN
from fastapi.testclient import TestClient

from detente.api import Desk, schemas
from detente.api.answers import cursor_of
from detente.coding import Coder
from detente.records import CodedArticle
from detente.relations import relation_report
from detente.store import Store, queries

TEXT = "France condemned the arrest of two journalists in Belarus on Tuesday."
BEARER = {"Authorization": f"Bearer {TOKEN}"}
LISTS = ("articles", "events", "statements", "quotes", "assessments", "relations")


def good(client: TestClient, path: str, **asked: object) -> Any:
    answer = client.get(f"/api/v1/{path}", params=asked or None)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return answer.json()


def all_pages(client: TestClient, path: str, **asked: object) -> list[Any]:
    items: list[Any] = []
    cursor = None
    while True:
        page = good(client, path, **asked, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


def refused(client: TestClient, path: str, **asked: object) -> tuple[int, dict[str, Any]]:
    answer = client.get(f"/api/v1/{path}", params=asked or None)  # type: ignore[arg-type]
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "detail"}
    return answer.status_code, body["error"]


def test_health_says_what_is_there(client: TestClient) -> None:
    health = good(client, "health")
    assert (health["status"], health["articles"], health["writable"]) == ("ok", 114, False)


def test_code_gives_the_record_of_a_text(client: TestClient, coder: Coder) -> None:
    answer = client.post("/api/v1/code", json={"text": TEXT, "published": "2021-05-25"})
    assert answer.status_code == 200
    coded = CodedArticle.model_validate(answer.json())
    assert coded == coder.code(TEXT, published="2021-05-25")
    assert {event.event for event in coded.events} >= {"ACCUSE"}


@pytest.mark.parametrize("path", LISTS)
def test_pages_fit_together(client: TestClient, path: str) -> None:
    whole = good(client, path, limit=1000)
    assert whole["next"] is None
    assert len(whole["items"]) > 14
    assert all_pages(client, path, limit=7) == whole["items"]


@pytest.mark.parametrize("path", ["articles", "statements"])
def test_pages_of_a_search_fit_together(client: TestClient, path: str) -> None:
    whole = good(client, path, limit=1000, search="ambassador")["items"]
    assert len(whole) > 5
    assert all_pages(client, path, limit=3, search="ambassador") == whole


def test_a_page_goes_on_where_it_ended_when_the_store_has_grown(writable: tuple[Store, TestClient]) -> None:
    _, client = writable
    for day in (1, 3, 5):
        _add(client, f"France condemned Belarus on the {day}th.", published=f"2021-05-0{day}")
    first = good(client, "articles", limit=2)
    _add(client, "Norway condemned Belarus long before.", published="2021-04-01")
    second = good(client, "articles", limit=2, cursor=first["next"])
    assert [item["published"][:10] for item in first["items"] + second["items"]] == [
        "2021-05-01", "2021-05-03", "2021-05-05",
    ]  # fmt: skip


def test_events_are_filtered_as_by_the_command(client: TestClient, desk: Desk) -> None:
    found = good(client, "events", pair="Russia,USA", type="SANCTION", since="2021-03-01", limit=1000)["items"]
    where = queries.EventFilter(pair=("RUS", "USA"), type="SANCTION", since=_day("2021-03-01"))
    with desk.handle() as store:
        rows = queries.events(store, where)
    assert len(rows) > 3
    assert [(item["article_id"], item["id"]) for item in found] == [(row["article_id"], row["id"]) for row in rows]


def test_rows_are_described_as_they_are() -> None:
    described = (
        (schemas.EventRow, queries.ALL_EVENT_COLUMNS), (schemas.StatementRow, queries.QUOTE_COLUMNS),
        (schemas.ArticleRow, queries.ARTICLE_COLUMNS), (schemas.AssessmentRow, queries.ASSESSMENT_COLUMNS),
    )  # fmt: skip
    for model, columns in described:
        assert set(model.model_fields) == set(columns), model


def test_article_comes_with_its_text_and_record(client: TestClient, desk: Desk) -> None:
    coded = CodedArticle.model_validate(good(client, "articles/in-pk-pulwama"))
    with desk.handle() as store:
        assert coded == store.get("in-pk-pulwama")


def test_quotes_are_told_once_with_their_reports(client: TestClient) -> None:
    entries = good(client, "quotes", search="killer", limit=100)["items"]
    assert max(len(entry["reports"]) for entry in entries) > 1


def test_search_finds_articles_and_quotes(client: TestClient) -> None:
    found = good(client, "search", q="ambassador")
    assert found["articles"]
    assert found["quotes"]


def test_relation_is_that_of_the_library(client: TestClient, desk: Desk) -> None:
    with desk.handle() as store:
        report = relation_report(store, "RUS", "USA", "2021-01-01", "2021-07-31", "week")
    asked = {"since": "2021-01-01", "until": "2021-07-31", "by": "week"}
    assert good(client, "relations/Russia/us", **asked) == json.loads(report.to_json())
    page = client.get("/api/v1/relations/RUS/USA", params={**asked, "format": "csv"})
    assert page.text == report.to_csv()
    assert client.get("/api/v1/relations/RUS/USA", params={"format": "png"}).content.startswith(b"\x89PNG")
    assert "<svg" in client.get("/api/v1/relations/RUS/USA", params={"format": "html"}).text


@pytest.mark.parametrize("sides", ["RUS/USA", "NATO/RUS"])
def test_all_events_of_a_relation_come_in_pages(sides: str, client: TestClient, desk: Desk) -> None:
    with desk.handle() as store:
        report = relation_report(store, *sides.split("/"))
    found = all_pages(client, f"relations/{sides}/events", limit=40)
    assert len(found) == report.coverage.events > 80
    assert found == [event.model_dump(mode="json") for event in report.events if report.since <= event.day]
    assert found[0]["day"] == str(report.events[0].day)


def test_a_page_of_events_goes_on_where_its_event_is_gone(client: TestClient) -> None:
    first = good(client, "relations/RUS/USA/events", limit=40)["items"]
    day = date.fromisoformat(first[20]["day"])
    behind = good(client, "relations/RUS/USA/events", limit=1, cursor=cursor_of(day.toordinal(), "0" * 12))["items"]
    assert behind[0]["day"] == next(event["day"] for event in first if event["day"] > str(day))
    for bad in (cursor_of(day.toordinal(), "zz"), cursor_of(0, "0" * 12), cursor_of(str(day), "0" * 12)):
        assert client.get("/api/v1/relations/RUS/USA/events", params={"cursor": bad}).status_code == 422


def test_groups_are_sides_and_rows(client: TestClient) -> None:
    report = good(client, "relations/EU/Russia")
    assert (report["a"]["code"], report["coverage"]["events"] > 0) == ("EU", True)
    countries = [code for code, _ in good(client, "matrix", countries="NATO,Russia", until="2021-07-01")["countries"]]
    assert {"USA", "FRA", "RUS"} <= set(countries)
    assert "FIN" not in countries


def test_world_matrix_and_country_as_csv(client: TestClient) -> None:
    for path, least in (("world?until=2021-04-18", 2), ("matrix", 10), ("countries/Russia", 10)):
        whole = good(client, path)
        assert whole
        joint = "&" if "?" in path else "?"
        rows = list(csv.DictReader(io.StringIO(client.get(f"/api/v1/{path}{joint}format=csv").text)))
        assert len(rows) >= least, path


@pytest.mark.parametrize("name", ["events", "statements", "articles", "assessments"])
def test_exports_hold_what_the_lists_hold(client: TestClient, name: str) -> None:
    items = good(client, name, limit=1000)["items"]
    lines = client.get(f"/api/v1/exports/{name}.jsonl").text.splitlines()
    assert [json.loads(line) for line in lines] == items
    rows = list(csv.DictReader(io.StringIO(client.get(f"/api/v1/exports/{name}.csv").text)))
    assert [row["publisher"] for row in rows] == [item["publisher"] or "" for item in items]
    table = pq.read_table(io.BytesIO(client.get(f"/api/v1/exports/{name}.parquet").content))
    assert table.column("publisher").to_pylist() == [item["publisher"] for item in items]


def test_an_unchanged_answer_is_not_sent_again(writable: tuple[Store, TestClient]) -> None:
    _, client = writable
    tag = client.get("/api/v1/articles").headers["etag"]
    assert client.get("/api/v1/articles", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/api/v1/articles?limit=5", headers={"If-None-Match": tag}).status_code == 200
    _add(client, TEXT)
    fresh = client.get("/api/v1/articles", headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert len(fresh.json()["items"]) == 1


def test_an_article_is_coded_and_kept(writable: tuple[Store, TestClient]) -> None:
    store, client = writable
    answer = _add(client, TEXT, published="2021-05-25", publisher="Harbor Wire", id="x 1")
    assert (answer.status_code, answer.json()) == (201, {"id": "x 1", "status": "coded"})
    assert _add(client, TEXT, published="2021-05-25", publisher="Harbor Wire", id="x 1").json()["status"] == "present"
    coded = store.get("x 1")
    assert coded is not None
    assert coded.article.publisher == "Harbor Wire"
    assert coded.events
    copy = _add(client, TEXT, id="x2").json()["id"]
    assert good(client, f"articles/{copy}")["article"]["near_duplicate_of"] == "x 1"


def test_an_article_that_cannot_be_kept_says_why(writable: tuple[Store, TestClient]) -> None:
    store, client = writable
    _add(client, TEXT, id="x1")
    taken = _add(client, "Spain condemned the arrest of two journalists in Belarus.", id="x1")
    assert (taken.status_code, taken.json()["error"]["detail"]) == (409, [{"reason": "id_taken"}])
    short = _add(client, "No.")
    assert (short.status_code, short.json()["error"]["detail"]) == (422, [{"reason": "too_short"}])
    assert queries.counts(store)["articles"] == 1


def test_writing_needs_the_token(client: TestClient, writable: tuple[Store, TestClient]) -> None:
    store, own = writable
    body = {"text": TEXT}
    assert client.post("/api/v1/articles", json=body, headers=BEARER).status_code == 403
    assert own.post("/api/v1/articles", json=body).status_code == 401
    wrong = own.post("/api/v1/articles", json=body, headers={"Authorization": "Bearer no"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "no_token")
    cross = {**BEARER, "Sec-Fetch-Site": "cross-site"}
    assert own.post("/api/v1/articles", json=body, headers=cross).status_code == 403
    assert queries.counts(store)["articles"] == 0


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("articles/nothing", 404, "nothing"),
        ("nowhere", 404, ""),
        ("relations/RUS/RUS", 400, "two"),
        ("relations/RUS/Rusia", 400, "did you mean"),
        ("events?type=HUG", 422, "AGREE"),
        ("events?since=yesterday", 422, "since"),
        ("events?since=2021-02-01&until=2021-01-01", 422, "empty"),
        ("events?since=0001-01-01", 422, "1900"),
        ("events?pair=RUS", 422, "comma"),
        ("events?cursor=xyz", 422, "cursor"),
        ("quotes?cursor=Wy0xXQ", 422, "cursor"),
        ("events?limit=100000", 422, "limit"),
        ("exports/events.xlsx", 422, "form"),
        ("matrix?countries=RUS,Atlantis", 400, "Atlantis"),
    ],
)
def test_errors_have_one_shape(client: TestClient, path: str, status: int, word: str) -> None:
    found, error = refused(client, path)
    assert found == status
    assert word in error["message"]


def test_other_methods_are_refused_in_the_same_shape(client: TestClient) -> None:
    answer = client.put("/api/v1/code", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")


def _add(client: TestClient, text: str, **fields: object) -> Any:
    return client.post("/api/v1/articles", json={"text": text, **fields}, headers=BEARER)


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)
