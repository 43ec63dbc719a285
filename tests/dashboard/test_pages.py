"""What the pages show, without a browser: the record, as text, with addresses that can be shared."""

from __future__ import annotations

import csv
import io
import re
import time
from concurrent.futures import Future
from datetime import date
from html import escape
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from api_clients import client_of
from fastapi.testclient import TestClient
from hostile import IMAGE, NAME, SCRIPT

from detente.api import Desk
from detente.dashboard import charts, showing, texts, worldmap
from detente.dashboard.charts import tone_class
from detente.overview.records import Place
from detente.relations import movers, relation_report
from detente.relations.page import signed
from detente.store import open_store, queries

HOSTILE = "/article/hostile%2F..%2F" + "%3Cscript%3Edocument.title%3D%27broken%27%3C%2Fscript%3E"
PAGES = {
    "world": "/?until=2021-04-18",
    "hostile world": "/?until=2031-05-04",
    "relation": "/relation/RUS/USA",
    "relation, events opened": "/relation/RUS/USA?start=2021-04-12&end=2021-04-18",
    "hostile relation": "/relation/NOR/CHL?start=2031-05-04&end=2031-05-04",
    "relation of a group": "/relation/EU/Russia",
    "unread relation": "/relation/FJI/TON",
    "forecast": "/relation/RUS/USA/forecast",
    "forecast of nothing": "/relation/FJI/TON/forecast",
    "matrix": "/matrix?until=2021-04-30",
    "matrix of a group": "/matrix?countries=NATO,RUS&until=2021-07-01&days=200",
    "country": "/country/Russia",
    "hostile country": "/country/NOR",
    "unread country": "/country/FJI",
    "alerts": "/alerts?severity=high",
    "alerts of a pair": "/alerts?country=RUS&other=USA&state=all",
    "no alerts": "/alerts?since=2031-01-01&until=2031-01-02",
    "articles": "/articles",
    "articles found": "/articles?search=ambassador&country=Russia",
    "article": "/article/ru-us-recall-brief?mark=SANCTION",
    "hostile article": HOSTILE,
    "quotes": "/quotes",
    "quotes found": "/quotes?search=ambassador",
    "hostile quotes": "/quotes?about=CHL",
    "no quotes": "/quotes?search=zebra",
    "search": "/search?q=ambassador",
    "empty search": "/search",
    "try": "/try",
    "try an example": "/try?example=1",
}
TEMPLATES = Path(str(files("detente.dashboard").joinpath("templates")))


class Page(HTMLParser):
    """The elements of a page, and its visible text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self._hidden = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self._texts).split())

    def links(self) -> list[str]:
        return [found["href"] or "" for tag, found in self.elements if tag == "a" and "href" in found]


def opened(client: TestClient, address: str, status: int = 200) -> Page:
    answer = client.get(address)
    for _ in range(100):
        if answer.status_code != 202:
            break
        time.sleep(0.1)
        answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    return Page(answer.text)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole_and_safe(client: TestClient, name: str) -> None:
    page = opened(client, PAGES[name])
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("h1"), tags.count("main")) == (1, 1)
    for tag, found in page.elements:
        assert "style" not in found, (tag, found)
        assert not any(attribute.startswith("on") for attribute in found), (tag, found)
        for attribute in ("src", "href", "action"):
            value = found.get(attribute) or ""
            assert not value.startswith("javascript:"), value
            if tag != "a":
                assert not value.startswith(("http", "//")), "everything comes from this server"
    scripts = [found for tag, found in page.elements if tag == "script" and found.get("type") != "application/json"]
    assert [found.get("src") for found in scripts] == ["/static/theme.js", "/static/app.js"]
    ids = [found["id"] for _, found in page.elements if found.get("id")]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", PAGES)
def test_page_says_what_it_is_made_of_and_gives_its_figures(client: TestClient, name: str) -> None:
    page = opened(client, PAGES[name])
    assert "What this is made of" in page.text
    if PAGES[name].startswith("/try") or PAGES[name] == "/search":  # nothing was asked for yet
        return
    files = [link for link in page.links() if link.startswith("/api/v1/") and "openapi" not in link]
    assert any("csv" in link for link in files)
    assert any("csv" not in link for link in files), "JSON"


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(client: TestClient, name: str) -> None:
    own = {link.partition("#")[0] for link in opened(client, PAGES[name]).links() if link.startswith("/")}
    for link in sorted(own)[:: max(1, len(own) // 12)]:
        if ".parquet" not in link and "format=png" not in link:
            assert client.get(link).status_code in (200, 202), link


def test_policy_lets_nothing_else_in(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_world_tells_who_moved_and_why(client: TestClient, desk: Desk) -> None:
    page = opened(client, "/?until=2021-04-18")
    with desk.handle() as store:
        moved = movers(store, date(2021, 4, 18), limit=24)
    better = sum(mover.direction == "better" for mover in moved)
    assert f"{len(moved)} relations moved: {better} for the better, {len(moved) - better} for the worse." in page.text
    assert f"{moved[0].a.name} – {moved[0].b.name} {signed(moved[0].change)}" in page.text
    assert moved[0].line in page.text
    assert "Russia on Sunday expelled 20 employees of the Czech embassy in Moscow" in page.text
    assert any(link.startswith("/article/") and link.endswith("#marked") for link in page.links())
    assert "Israel – Palestine last heard of 15 Sep 2020" in page.text


def test_relation_is_that_of_the_library(client: TestClient, desk: Desk) -> None:
    page = opened(client, "/relation/RUS/USA?by=week")
    with desk.handle() as store:
        report = relation_report(store, "RUS", "USA", by="week")
    assert report.summary[0] in page.text
    assert sum(found.get("class") == "peak a" for _, found in page.elements) > 0
    numbers = [found["id"] for _, found in page.elements if (found.get("id") or "").startswith("turn-")]
    assert len(numbers) == len(report.turning_points) > 2


def test_a_day_of_a_relation_opens_its_events(client: TestClient, desk: Desk) -> None:
    page = opened(client, "/relation/RUS/USA?start=2021-04-15&end=2021-04-15")
    with desk.handle() as store:
        events = [e for e in relation_report(store, "RUS", "USA").events if str(e.day) == "2021-04-15"]
    assert len(events) >= 2
    assert "Events of 15 April 2021" in page.text
    assert all(event.sentence[:80] in page.text for event in events)


def test_marked_words_are_those_of_the_record(client: TestClient, desk: Desk) -> None:
    source = client.get("/article/ru-us-recall-brief?mark=SANCTION").text
    body = re.search(r'<div class="body"[^>]*>(.*?)</div>', source, re.DOTALL)
    assert body
    with desk.handle() as store:
        coded = store.get("ru-us-recall-brief")
    assert coded is not None
    assert Page(body[1]).text == " ".join(coded.article.text.split())
    triggers = re.findall(r'<span data-ids="[^"]*" class="[^"]*m-trigger[^"]*"[^>]*>([^<]*)</span>', body[1])
    assert "recalled" in triggers
    assert 'id="marked"' in body[1]


def test_hostile_text_is_shown_as_text(client: TestClient) -> None:
    for name in ("hostile world", "hostile relation", "hostile country", "hostile article", "hostile quotes"):
        source = client.get(PAGES[name]).text
        assert SCRIPT not in source, name
        assert IMAGE not in source, name
        assert "\u202e" not in source, name
        assert "\u0007" not in source, name
    page = opened(client, HOSTILE)
    assert "condemned Chile \ufffdgnp.exe\ufffd" in page.text
    assert NAME in page.text
    titles = [found for tag, found in page.elements if tag == "h1"]
    assert len(titles) == 1


def test_text_can_be_tried_without_a_script(client: TestClient) -> None:
    text = "France condemned the arrest of two journalists in Belarus on Tuesday."
    answer = client.post("/try", data={"text": text, "published": "2021-05-25"})
    page = Page(answer.text)
    assert answer.status_code == 200
    assert "ACCUSE disapprove France FRA" in page.text
    fragment = client.post("/try", data={"text": text}, headers={"X-Fragment": "1"}).text
    assert "<html" not in fragment
    assert "ACCUSE" in fragment
    assert "longer than 50,000" in client.post("/try", data={"text": "x" * 60_000}).text
    assert "no state acts on another" in client.post("/try", data={"text": "The rain fell."}).text


def test_what_was_tried_can_be_taken_away(client: TestClient) -> None:
    """As JSON, and as the rows that the commands and exports give; by an address where the text is short."""
    text = "Norway expelled two Russian diplomats. “We will answer”, the Russian ministry said."
    fields = {"text": text, "published": "2021-04-15"}
    shown = client.post("/try", data=fields).text
    record = client.post("/try", data={**fields, "as": "json"})
    assert record.headers["content-disposition"] == 'attachment; filename="coded.json"'
    assert record.json()["events"] == client.post("/api/v1/code", json=fields).json()["events"]
    events = list(csv.DictReader(io.StringIO(client.post("/try", data={**fields, "as": "events"}).text)))
    assert tuple(events[0]) == queries.EVENT_COLUMNS
    assert [(row["event"], row["source_countries"], row["event_date"]) for row in events][:1] == [
        ("SANCTION", "NOR", "2021-04-15")
    ]
    said = list(csv.DictReader(io.StringIO(client.post("/try", data={**fields, "as": "statements"}).text)))
    assert tuple(said[0]) == queries.QUOTE_COLUMNS
    assert said[0]["text"] == "We will answer"
    (address,) = [link for link in Page(shown).links() if link.startswith("/try?text=")]
    again = client.get(address)
    assert escape(text) in again.text
    assert 'value="2021-04-15"' in again.text
    assert "data-at-once" in again.text


def test_a_long_text_has_no_address(client: TestClient) -> None:
    page = Page(client.post("/try", data={"text": "Norway expelled two Russian diplomats. " * 60}).text)
    assert "too long for an address" in page.text
    assert [link for link in page.links() if link.startswith("/try?text=")] == []
    refused = client.get("/try", params={"text": "x" * 2_001})
    assert "longer than 2,000 characters" in refused.text
    assert client.get("/try", params={"text": "Hi.", "published": "then"}).status_code == 422


def test_an_empty_store_says_so(tmp_path: Path) -> None:
    with open_store(tmp_path / "empty.duckdb") as store:
        client = client_of(Desk(store, lambda: pytest.fail("nothing is coded")))
        for address in (
            "/",
            "/matrix",
            "/country/USA",
            "/relation/RUS/USA",
            "/quotes",
            "/articles",
            "/alerts",
            "/search?q=war",
        ):
            opened(client, address)
        assert "This record is empty" in opened(client, "/").text


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/nowhere", 404, "There is no such page"),
        ("/article/none", 404, "No article"),
        ("/relation/RUS/Rusia", 400, "did you mean"),
        ("/?until=soon", 422, "write it as 2021-03-18"),
        ("/quotes?since=2021-02-01&until=2021-01-01", 422, "is empty"),
        ("/matrix?days=99999", 400, "Days"),
    ],
)
def test_errors_are_pages(client: TestClient, address: str, status: int, word: str) -> None:
    page = opened(client, address, status)
    assert word in page.text
    assert "/" in page.links()


def test_a_fault_of_the_server_is_a_page_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from detente import overview

    monkeypatch.setattr(overview, "country", lambda *_: 1 / 0)
    answer = client_of(desk).get("/country/ISL")
    assert answer.status_code == 500
    assert "The server stumbled" in answer.text
    assert "division" not in answer.text


def test_what_takes_long_says_so_and_comes_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    slow: Future[Any] = Future()
    monkeypatch.setattr(showing, "PATIENCE", 0.01)
    monkeypatch.setattr(type(desk), "answer", lambda *_: slow)
    answer = client_of(desk).get("/matrix")
    assert (answer.status_code, answer.headers["refresh"]) == (202, "2")
    assert "etag" not in answer.headers
    assert "Working on it" in answer.text


def test_every_word_stands_in_the_texts() -> None:
    """Templates hold tags and names; whatever a reader reads comes from texts.toml."""
    for template in TEMPLATES.glob("*.j2"):
        source = template.read_text(encoding="utf-8")
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", source, flags=re.DOTALL)
        seen = " ".join(re.sub(r"<[^>]*>", " ", bare).split())
        assert re.findall(r"[A-Za-z]{2,}", seen) in ([], ["OpenAPI"]), (template.name, seen)


def test_every_text_is_used_and_there() -> None:
    folder = TEMPLATES.parent
    code = "\n".join(p.read_text(encoding="utf-8") for p in [*TEMPLATES.glob("*.j2"), *folder.glob("*.py")])
    asked = set(re.findall(r"say\(\s*[\"']([a-z]+\.[a-z_0-9]+)[\"']", code))
    known = {f"{section}.{name}" for section, entries in texts._texts().items() for name in entries}
    assert {key for key in asked if not key.endswith("_")} <= known
    built = ("common.", "errors.", "quad.", "count.", "relation.by_", "quotes.kind_", "article.", "world.nothing_",
             "world.worse", "world.better", "alerts.", "data.")  # fmt: skip
    unused = {key for key in known - asked if not key.startswith(built) and key not in code}
    assert unused == set()


def test_counts_have_their_nouns() -> None:
    assert [texts.count("article", n) for n in (0, 1, 1204)] == ["0 articles", "1 article", "1,204 articles"]


def test_tones_have_shades() -> None:
    assert [tone_class(t) for t in (-9.0, -1.0, 0.0, 1.0, 9.0, None)] == ["h5", "h1", "t0", "c1", "c5", "none"]


def test_map_holds_the_world() -> None:
    places = {outline.code: outline for outline in worldmap.outlines()}
    assert len(places) > 230
    assert sum(outline.path is not None for outline in places.values()) > 160
    assert all(0 <= p.x <= worldmap.WIDTH for p in places.values())
    assert places["USA"].x < places["FRA"].x < places["RUS"].x < places["JPN"].x
    assert places["NOR"].y < places["EGY"].y < places["ZAF"].y
    assert worldmap.project(0, 0) == (pytest.approx(worldmap.WIDTH / 2), pytest.approx(233.6, abs=0.2))


def test_small_and_unknown_places_are_not_lost() -> None:
    drawn = str(charts.world_map([], "map", lambda code: code, lambda code: code))
    assert drawn.count('<circle class="unseen"') == sum(outline.path is None for outline in worldmap.outlines()) > 20
    nowhere = Place(code="XXY", name="Nowhere", events=1, tone=-2.0, articles=1)
    assert [place.name for place in charts.off_map([nowhere])] == ["Nowhere"]


def test_matrix_tells_the_period_before(client: TestClient) -> None:
    labels = [f.get("aria-label") or "" for _, f in opened(client, PAGES["matrix"]).elements]
    assert any(re.search(r": tone .+, \d+ events?; before .+, \d+ events?$", label) for label in labels)
