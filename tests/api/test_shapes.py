"""Real answers against the OpenAPI document: our own rows and imported ones, whole and with what others leave out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from api_clients import TOKEN, client_of
from fastapi.testclient import TestClient

from detente.api import Desk
from detente.coding import Coder
from detente.formats import import_files
from detente.relations.alerts import check_alerts
from detente.store import open_store

EXAMPLES = Path(__file__).parents[2] / "examples"
IMPORTED = {"gdelt1": "gdelt1.CSV", "gdelt2": "gdelt2.CSV", "icews": "icews.tab", "polecat": "polecat.txt",
            "plover": "plover.jsonl", "csv": "events.csv"}  # fmt: skip
BARE = ("event_date,event,cameo,source_countries,target_countries\n2021-04-12,ACCUSE,,NOR,ROU\n,,112,NOR,\n"
        "2021-04-13,AID,,,CHE\n")  # fmt: skip
LISTS = (
    "events", "events?data=all", *(f"events?data={name}" for name in IMPORTED), "statements", "quotes",
    "quotes?search=ambassador", "articles", "articles?search=ambassador", "assessments", "relations",
    "relations?data=all", "relations?data=gdelt2", "alerts?state=all", "relations/RUS/USA/events",
    "relations/NOR/ROU/events?data=gdelt2",
)  # fmt: skip
SINGLE = (
    "coverage", "health", "changes", "search?q=ambassador", "silences", "world", "world?data=all", "world?data=gdelt1",
    "matrix", "matrix?data=all", "matrix?data=icews", "countries/RUS", "countries/NOR?data=polecat",
    "relations/RUS/USA", "relations/RUS/USA?data=all&by=month", "relations/NOR/ROU?data=gdelt2",
    "relations/RUS/USA/forecast", "relations/RUS/USA/backtest", "relations/NOR/ROU/forecast?data=all",
    "articles/ru-us-recall-brief",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(sample_store: Path, coder: Coder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path = tmp_path_factory.mktemp("shapes") / "record.duckdb"
    shutil.copy(sample_store, path)
    bare = path.with_name("bare.csv")
    bare.write_text(BARE, encoding="utf-8")
    with open_store(path) as store:
        for form, name in IMPORTED.items():
            import_files(store, [EXAMPLES / name], form)
        import_files(store, [bare], "csv")
        check_alerts(store, since=date(2020, 6, 1), until=date(2021, 8, 1))
        check_alerts(store, since=date(2020, 6, 1), until=date(2021, 8, 1), data="all")
        yield client_of(Desk(store, lambda: coder, TOKEN))


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    """As it is given, and with no field in rows beyond those that it names."""
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    for name in ("EventRow", "StatementRow", "ArticleRow", "AssessmentRow", "Alert"):
        found["components"]["schemas"][name]["additionalProperties"] = False
    return found


def validator(document: dict[str, Any], address: str, method: str = "get", status: str = "200") -> Any:
    asked = "/api/v1/" + address.partition("?")[0]
    path = max((known for known in document["paths"] if _fits(known, asked)), key=lambda known: -known.count("{"))
    shape = document["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]
    assert shape, path
    return jsonschema_rs.validator_for({**shape, "components": document["components"]}, validate_formats=True)


def _fits(known: str, asked: str) -> bool:
    parts, given = known.split("/"), asked.split("/")
    return len(parts) == len(given) and all(p.startswith("{") or p == g for p, g in zip(parts, given, strict=True))


def faults(found: Any, check: Any) -> list[str]:
    return [f"{'.'.join(map(str, e.instance_path))}: {e.message[:160]}" for e in check.iter_errors(found)][:5]


@pytest.mark.parametrize("address", LISTS)
def test_every_row_is_as_described(client: TestClient, document: dict[str, Any], address: str) -> None:
    check = validator(document, address)
    seen, cursor = 0, ""
    while cursor is not None:
        more = f"{'&' if '?' in address else '?'}limit=200" + (f"&cursor={cursor}" if cursor else "")
        answer = client.get(f"/api/v1/{address}{more}").json()
        assert faults(answer, check) == []
        seen += len(answer["items"])
        cursor = answer["next"]
    assert seen


@pytest.mark.parametrize("address", SINGLE)
def test_every_answer_is_as_described(client: TestClient, document: dict[str, Any], address: str) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.text
    assert faults(answer.json(), validator(document, address)) == []


def test_the_rows_lack_what_others_leave_out(client: TestClient) -> None:
    """Else the tests above would prove little."""
    rows = client.get("/api/v1/events?data=all&limit=1000").json()["items"]
    assert {row["dataset"] for row in rows} == {"detente", *IMPORTED}
    for name in ("event", "modality", "confidence", "mode", "quote", "published", "publisher", "event_date"):
        assert any(row[name] is None for row in rows), name


def test_what_is_written_is_answered_as_described(client: TestClient, document: dict[str, Any]) -> None:
    own = {"Authorization": f"Bearer {TOKEN}"}
    coded = client.post(
        "/api/v1/code", json={"text": "Norway expelled two Russian diplomats.", "published": "2021-04-15"}
    )
    assert faults(coded.json(), validator(document, "code", "post")) == []
    ids = [alert["id"] for alert in client.get("/api/v1/alerts?limit=2").json()["items"]]
    for address, body in (
        ("alerts/acknowledge", {"ids": ids, "by": "desk"}), ("silences", {"pair": ["RUS", "USA"]}),
        ("alerts/check", None),
    ):  # fmt: skip
        answer = client.post(f"/api/v1/{address}", json=body, headers=own)
        assert answer.status_code == 200, answer.text
        assert faults(answer.json(), validator(document, address, "post")) == []
    assert faults(client.get("/api/v1/silences").json(), validator(document, "silences")) == []
    news = client.get("/api/v1/changes?cursor=WzAsMF0").json()
    assert news["newest"]
    assert news["alerts"]
    assert faults(news, validator(document, "changes")) == []


def test_failures_are_as_described(client: TestClient, document: dict[str, Any]) -> None:
    for address, status in (("articles/none", 404), ("events?since=then", 422), ("relations/RUS/Rusia", 400)):
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == status
        assert faults(answer.json(), validator(document, address, status=str(status))) == []
