"""One client's size, slowness or number harms nobody else; strangers are turned away."""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from api_clients import TOKEN, client_of, running
from fastapi.testclient import TestClient

from detente.api import Desk, make_app
from detente.api.asking import InStore
from detente.api.limits import Gate, Limits
from detente.api.server import Place, UnsafeAddress, make_desk
from detente.errors import StoreError
from detente.store import Store

SLOW_SQL = "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range * b.range % 7 = 3"


def limited(desk: Desk, limits: Limits, **routes: Any) -> AbstractContextManager[str]:
    """A server with these limits and some more routes."""
    app = make_app(desk, limits)
    for path, endpoint in routes.items():
        app.add_api_route(f"/api/v1/{path}", endpoint)
    return running(app)


def test_a_huge_body_is_refused_before_it_is_read(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65536

    answer = client.post("/api/v1/code", content=b"x", headers={"Content-Length": "9" * 12})
    assert answer.status_code == 413
    with limited(client.app.state.desk, Limits(body=100_000)) as address:  # type: ignore[attr-defined]
        with pytest.raises((httpx.HTTPError, AssertionError)), httpx.Client() as browser:
            assert browser.post(f"{address}/api/v1/code", content=endless()).status_code != 413
        assert httpx.get(f"{address}/api/v1/health").status_code == 200


def test_a_slow_body_is_given_up(desk: Desk) -> None:
    with limited(desk, Limits(body_seconds=0.3)) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(b"POST /api/v1/code HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            assert httpx.get(f"{address}/api/v1/health").status_code == 200
            line.settimeout(20)
            assert line.recv(1000).startswith(b"HTTP/1.1 408")


def test_what_takes_too_long_is_ended_and_its_query_too(desk: Desk) -> None:
    ended = threading.Event()

    def slow(store: InStore) -> str:
        try:
            store.rows(SLOW_SQL)
        except StoreError:
            ended.set()
            raise
        return "never"

    with limited(desk, Limits(seconds=0.5), slow=slow) as address:
        answer = httpx.get(f"{address}/api/v1/slow", timeout=30)
        assert (answer.status_code, answer.json()["error"]["code"]) == (504, "took_too_long")
        assert ended.wait(20)
        assert httpx.get(f"{address}/api/v1/events?limit=1").status_code == 200


def test_more_requests_than_places_wait_and_more_than_may_wait_are_told(desk: Desk) -> None:
    answers: list[int] = []
    hold, inside = asyncio.Event(), 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal inside
        inside += 1
        await hold.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask(gate: Gate) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answers.append(message["status"])

        scope = {"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": []}
        await gate(scope, receive, send)

    async def run() -> None:
        gate = Gate(app, desk, Limits(at_work=2, waiting=3))
        asks = [asyncio.ensure_future(ask(gate)) for _ in range(8)]
        await asyncio.sleep(0.1)
        assert inside == 2
        assert answers == [503, 503, 503]
        hold.set()
        await asyncio.gather(*asks)
        assert sorted(answers) == [200] * 5 + [503] * 3

    asyncio.run(run())


def test_exports_at_a_time_are_few(client: TestClient) -> None:
    from detente.api import exports

    for _ in range(exports.AT_A_TIME):
        assert exports._places.acquire(blocking=False)
    try:
        assert client.get("/api/v1/exports/events.csv").status_code == 503
        assert client.get("/api/v1/events").status_code == 200
    finally:
        for _ in range(exports.AT_A_TIME):
            exports._places.release()
    for _ in range(3 * exports.AT_A_TIME):
        assert client.get("/api/v1/exports/events.csv").status_code == 200


def test_an_unknown_name_of_the_host_is_refused(desk: Desk, coder: Any) -> None:
    """So that a page of the web whose name is made to lead here (DNS rebinding) reads nothing."""
    own = make_desk(desk.store, Place("127.0.0.1", 80), None)
    client = client_of(own)
    assert client.get("/api/v1/health", headers={"Host": "localhost:8600"}).status_code == 200
    assert client.get("/api/v1/health", headers={"Host": "[::1]:8600"}).status_code == 200
    assert client.get("/api/v1/health", headers={"Host": "evil.example"}).status_code == 421


def test_another_address_needs_a_token(desk: Desk) -> None:
    for host in ("0.0.0.0", "192.0.2.1", "::", "example.org"):
        with pytest.raises(UnsafeAddress, match="DETENTE_TOKEN"):
            make_desk(desk.store, Place(host, 80), None)
    assert make_desk(desk.store, Place("::1", 80), None).open_reading


def test_with_a_token_on_another_address_nothing_is_open(desk: Desk) -> None:
    client = client_of(make_desk(desk.store, Place("0.0.0.0", 80), TOKEN))
    refused = client.get("/api/v1/events")
    assert (refused.status_code, "Basic" in refused.headers["www-authenticate"]) == (401, True)
    assert client.post("/api/v1/code", json={"text": "x"}).status_code == 401
    assert client.get("/api/v1/events", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.get("/api/v1/events", auth=("anybody", TOKEN)).status_code == 200
    wrong = base64.b64encode(b"\xff\xfe").decode()
    assert client.get("/api/v1/events", headers={"Authorization": f"Basic {wrong}"}).status_code == 401


def test_who_gives_no_token_sees_a_page_in_a_browser_and_json_elsewhere(desk: Desk) -> None:
    client = client_of(make_desk(desk.store, Place("0.0.0.0", 80), TOKEN))
    browser = {"Accept": "text/html,application/xhtml+xml"}
    for address, headers in (("/", {}), ("/alerts?state=all", browser), ("/api/v1/exports/events.csv", browser)):
        shown = client.get(address, headers=headers)
        assert (shown.status_code, shown.headers["www-authenticate"]) == (401, 'Basic realm="detente"')
        assert "This needs the token" in shown.text
        assert f'href="{address}"' in shown.text
        assert "data-cursor" not in shown.text
        assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert client.get("/static/app.css").status_code == 200
    told = client.get("/api/v1/events", headers={"Accept": "*/*"})
    assert (told.status_code, told.json()["error"]["code"]) == (401, "no_token")


def test_what_the_gate_refuses_is_a_page_for_people(desk: Desk) -> None:
    own = make_desk(desk.store, Place("127.0.0.1", 80), None)
    assert "<h1>" in client_of(own).get("/", headers={"Host": "evil.example"}).text
    client = client_of(desk, limits=Limits(body=10))
    assert "<h1>" in client.post("/try", content=b"text=" + b"x" * 100).text
    assert client.post("/api/v1/code", content=b"x" * 100).json()["error"]["code"] == "too_large"


def test_texts_are_coded_one_after_the_other(sample_store: Any, coder: Any) -> None:
    turns: list[int] = []
    inside = 0

    class Slow:
        version = "x"

        def code_article(self, article: Any) -> Any:
            nonlocal inside
            inside += 1
            turns.append(inside)
            time.sleep(0.05)
            inside -= 1
            return coder.code_article(article)

    with Store(sample_store, read_only=True) as store:
        client = client_of(Desk(store, Slow))  # type: ignore[arg-type]
        asks = [
            threading.Thread(target=client.post, args=("/api/v1/code",), kwargs={"json": {"text": "Hi."}})
            for _ in range(4)
        ]
        for ask in asks:
            ask.start()
        for ask in asks:
            ask.join(60)
    assert turns == [1, 1, 1, 1]
