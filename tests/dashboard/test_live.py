"""The record grows while somebody looks: the server watches a feed of this machine, and the open page follows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy

import browser as browsers
import pytest
from api_clients import TOKEN, client_of, running
from browser import Browser
from fastapi.testclient import TestClient
from web_site import Site

from detente.api import Desk, make_app
from detente.api.live import Watch, Watching
from detente.coding import Coder
from detente.config import Settings
from detente.relations.alerts import check_alerts, list_alerts, read_rules
from detente.store import open_store

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
SETTINGS = Settings(fetch_delay=0, fetch_allow_networks="127.0.0.1/32", watch_interval=0.3)
RULES = '[[rule]]\nid = "chile"\nkind = "actor"\nactor = "Chile"\nseverity = "high"\nquiet = 0\n'
seen_in_browser = pytest.mark.skipif(not browsers.is_there(), reason="chromium and chromium-driver are not installed")


class Wire:
    """A feed to which a test adds."""

    def __init__(self, site: Site) -> None:
        self._site, self._items = site, ""
        self.address = site.url("/feed.xml")
        self._show()

    def _show(self) -> None:
        whole = f"<rss version='2.0'><channel><title>Andes Wire</title>{self._items}</channel></rss>"
        self._site.add("/feed.xml", whole, Content_Type="application/rss+xml")

    def report(self, name: str, text: str) -> None:
        filler = "The report did not say more about what had come before, and nobody else commented on it. " * 3
        link = self._site.add(
            f"/{name}", f"<html><head><title>{name}</title></head><body><article><h1>Report {name}</h1>"
            f"<p>{text}</p><p>{filler}</p></article></body></html>",
        )  # fmt: skip
        day = "Thu, 29 Jul 2021 10:00:00 GMT"
        self._items += f"<item><title>Report {name}</title><link>{link}</link><pubDate>{day}</pubDate></item>"
        self._show()


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Site() as site:
        yield Wire(site)


@pytest.fixture
def watched(wire: Wire, sample_store: Path, coder: Coder, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose watch runs."""
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES)
    with open_store(Path(copy(sample_store, tmp_path / "live.duckdb"))) as store:
        desk = Desk(store, lambda: coder, TOKEN)
        watch = Watch(desk, Watching((wire.address,), SETTINGS, read_rules(rules)))
        watch.start()
        yield desk
        watch.stop()


def until(happens: Callable[[], object]) -> object:
    for _ in range(600):
        if found := happens():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def changed(client: TestClient, cursor: str) -> dict[str, object] | None:
    answer = client.get("/api/v1/changes", params={"cursor": cursor}).json()
    return answer if answer["events"] and answer["alerts"] else None


def test_what_comes_in_is_told_once(wire: Wire, watched: Desk) -> None:
    client = client_of(watched)
    first = client.get("/api/v1/changes").json()
    assert (first["events"], first["newest"], first["alerts"], first["live"]) == (0, [], [], True)
    wire.report("expelled", "Chile on Thursday expelled two Peruvian diplomats after a dispute over fishing rights.")
    found = until(lambda: changed(client, first["cursor"]))
    assert isinstance(found, dict)
    assert found["articles"] == 1
    assert {row["event"] for row in found["newest"]} >= {"SANCTION"}
    assert {alert["rule"] for alert in found["alerts"]} == {"chile"}
    assert client.get("/api/v1/changes", params={"cursor": found["cursor"]}).json()["events"] == 0
    assert client.get("/api/v1/changes", params={"cursor": "nonsense"}).status_code == 422


def test_the_token_writes_while_the_watch_runs(wire: Wire, watched: Desk) -> None:
    """Both write into the one store, and near duplicates are known across them."""
    client = client_of(watched)
    text = "Chile on Thursday expelled two Peruvian diplomats after a dispute over fishing rights in the south."
    wire.report("one", text)
    until(lambda: client.get("/api/v1/articles?publisher=Andes Wire").json()["items"])
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    body = {"text": "Norway condemned the arrest of two journalists in Belarus on Tuesday.", "published": "2021-07-28"}
    for number in range(3):
        wire.report(f"more{number}", text.replace("two", f"{number + 3}"))
        kept = client.post("/api/v1/articles", json={**body, "id": f"own-{number}"}, headers=bearer)
        assert kept.status_code == 201
    until(lambda: len(client.get("/api/v1/articles?publisher=Andes Wire").json()["items"]) == 4)
    assert client.get("/api/v1/health").json()["articles"] == 114 + 4 + 3


def test_a_record_that_nobody_writes_to_is_not_polled(client: TestClient) -> None:
    assert "data-cursor" not in client.get("/alerts").text
    assert client.get("/api/v1/changes").json()["live"] is False


@pytest.fixture
def window(watched: Desk, tmp_path: Path) -> Iterator[Browser]:
    with running(make_app(watched)) as address:
        window = Browser(address, tmp_path / "profile")
        yield window
        assert window.errors() == []
        window.close()


def text(window: Browser, selector: str) -> str:
    """Read in one go: what is shown may be replaced at any moment."""
    return str(window.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector))


@seen_in_browser
def test_events_and_alerts_appear_on_open_pages(wire: Wire, window: Browser) -> None:
    window.open("/")
    window.run("window.stays = true")
    assert "Peruvian" not in text(window, "#new")
    assert "nothing new" in text(window, "aside.live [role=status]")
    wire.report("expelled", "Chile on Thursday expelled two Peruvian diplomats after a dispute over fishing rights.")
    window.until(lambda: "expelled two Peruvian diplomats" in text(window, "#new"))
    window.until(lambda: "1 alert" in text(window, "aside.live [role=status]"))
    assert "event" in text(window, "aside.live [role=status]")
    assert window.run("return window.stays"), "the page was not loaded again"
    assert window.axe() == []
    for device, theme in (("desktop", "light"), ("phone", "dark")):
        window.look(device, theme)
        assert not window.is_too_wide()
        window.picture(PICTURES / f"live-{device}-{theme}.png")
    window.look("desktop", "light")
    window.open("/alerts")
    window.run("window.stays = true")
    wire.report(
        "recalled", "Chile on Thursday recalled its ambassador from Bolivia over the border dispute, officials said."
    )
    window.until(lambda: "Bolivia" in text(window, "main"))
    assert window.run("return window.stays")


@seen_in_browser
def test_the_reader_keeps_place_and_can_pause(wire: Wire, window: Browser) -> None:
    window.open("/relation/RUS/USA")
    window.run("document.querySelector('#h-says').scrollIntoView()")
    window.run("window.top0 = document.querySelector('#h-says').getBoundingClientRect().top")
    wire.report("spy", "Russia on Thursday expelled three American diplomats in Moscow, the foreign ministry said.")
    window.until(lambda: "event" in text(window, "aside.live [role=status]"))
    assert window.until(lambda: "29 July 2021" in text(window, ".titled") or "29 Jul" in text(window, "main"))
    moved = window.run("return document.querySelector('#h-says').getBoundingClientRect().top - window.top0")
    assert abs(moved) < 60, "the text under the eyes stays there"
    window.click("[data-pause]")
    assert "paused" in text(window, "aside.live [role=status]")
    told = text(window, "main")
    wire.report("again", "Russia on Thursday accused the United States of meddling in its elections in Moscow.")
    time.sleep(6)
    assert text(window, "main") == told
    window.click("[data-pause]")
    window.until(lambda: text(window, "main") != told)


@seen_in_browser
def test_an_alert_is_acknowledged_on_the_page(watched: Desk, window: Browser) -> None:
    with watched.writing() as store:
        check_alerts(store, since=None)
    with watched.handle() as store:
        first = list_alerts(store)[0]
    window.driver.execute_cdp_cmd("Network.enable", {})
    window.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Authorization": f"Bearer {TOKEN}"}})
    window.open("/alerts")
    assert window.axe() == []
    window.picture(PICTURES / "alerts-writable-desktop-light.png")
    window.click(f"#alert-{first.id} .acts button")
    window.until(lambda: not window.all(f"#alert-{first.id}"))
    window.open("/alerts?state=acknowledged")
    assert window.one(f"#alert-{first.id}").is_displayed()
