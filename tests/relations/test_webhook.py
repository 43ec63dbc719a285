"""Webhooks against a real server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from relation_stories import story

from detente.relations.alerts import Delivery, check_alerts, deliver
from detente.relations.alerts.rules import parse_rules
from detente.relations.alerts.webhook import DELIVERY, SIGNATURE, Webhook, WebhookFailed, sign, verify

SECRET = "between us"


@dataclass
class Receiver:
    """Answers with `answers` in turn, then 200; keeps what it got."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@contextmanager
def receiving(*answers: int | tuple[int, dict[str, str]]) -> Iterator[Receiver]:
    receiver = Receiver([answer if isinstance(answer, tuple) else (answer, {}) for answer in answers])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((dict(self.headers.items()), body))
            status, headers = receiver.answers.pop(0) if receiver.answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def store(make_store):
    return make_store([story("2021-03-08", "ASSAULT"), story("2021-04-08", "ASSAULT", "IND", "PAK")])


@pytest.fixture
def alerts(store):
    text = '[[rule]]\nid = "low"\nkind = "level"\nbelow = -1.0\n'
    return check_alerts(store, parse_rules(text, "rules.toml"), date(2021, 1, 1)).new


def test_webhook_posts_the_alert_signed(alerts):
    with receiving() as receiver:
        assert Webhook(receiver.url, SECRET).send(alerts[0]) == 1
    ((headers, body),) = receiver.got
    assert json.loads(body)["id"] == headers[DELIVERY] == alerts[0].id
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert verify(SECRET, body, headers[SIGNATURE])
    assert not verify("another", body, headers[SIGNATURE])
    assert not verify(SECRET, body + b" ", headers[SIGNATURE])


def test_webhook_without_secret_is_not_signed(alerts):
    with receiving() as receiver:
        Webhook(receiver.url).send(alerts[0])
    assert SIGNATURE not in receiver.got[0][0]


def test_webhook_tries_again_with_growing_pauses(alerts):
    pauses: list[float] = []
    with receiving(503, 500, (429, {"Retry-After": "7"})) as receiver:
        assert Webhook(receiver.url, pause=pauses.append).send(alerts[0]) == 4
    assert pauses == [0.5, 1.0, 7.0]
    assert len({body for _, body in receiver.got}) == 1


def test_webhook_gives_up_after_its_tries(alerts):
    with receiving(*[500] * 9) as receiver, pytest.raises(WebhookFailed, match=r"answered 500 .*\(3 tries\)") as error:
        Webhook(receiver.url, tries=3, pause=lambda _: None).send(alerts[0])
    assert error.value.status == 500
    assert len(receiver.got) == 3


def test_webhook_does_not_insist_where_it_is_refused(alerts):
    with receiving(403) as receiver, pytest.raises(WebhookFailed, match=r"403 Forbidden \(1 try\)"):
        Webhook(receiver.url, pause=lambda _: pytest.fail("no pause is due")).send(alerts[0])


def test_webhook_that_is_not_there_is_named(alerts):
    with receiving() as receiver:
        url = receiver.url
    with pytest.raises(WebhookFailed, match="cannot be reached") as error:
        Webhook(url, tries=2, pause=lambda _: None).send(alerts[0])
    assert error.value.status is None


def test_old_signatures_are_refused():
    signature = sign(SECRET, b"{}", 1_000_000)
    assert verify(SECRET, b"{}", signature, now=1_000_100)
    assert not verify(SECRET, b"{}", signature, now=1_001_000)
    assert not verify(SECRET, b"{}", "v1=nothing")


def test_deliver_goes_on_where_a_refusal_stopped_it(store, alerts):
    with receiving(200, 403) as receiver:
        target = Delivery(to="webhook", url=receiver.url, secret="HOOK")
        (first,) = deliver(store, [target], {"HOOK": SECRET})
        assert first.delivered == 1
        assert "403" in (first.failure or "")
        (second,) = deliver(store, [target], {"HOOK": SECRET})
        assert (second.delivered, second.failure) == (1, None)
        assert deliver(store, [target], {"HOOK": SECRET})[0].delivered == 0
    ids = [headers[DELIVERY] for headers, _ in receiver.got]
    assert ids == [alerts[0].id, alerts[1].id, alerts[1].id]


def test_deliver_without_its_secret_sends_nothing(store, alerts):
    with receiving() as receiver:
        (outcome,) = deliver(store, [Delivery(to="webhook", url=receiver.url, secret="HOOK")], {})
    assert "environment variable HOOK" in (outcome.failure or "")
    assert receiver.got == []
