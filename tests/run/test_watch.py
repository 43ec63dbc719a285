from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import fake_coder
import pytest
from web_site import Request, Site

from detente.config import Settings
from detente.errors import InputError
from detente.fetching import FetchError
from detente.ingest.feeds import FeedItem
from detente.run.feed_items import feed_addresses, item_key
from detente.run.polling import WatchSummary, backoff
from detente.run.watch import watch
from detente.store import Store, open_store
from detente.store.queries import rejections

HERE = Path(__file__).parent
SETTINGS = Settings(
    fetch_delay=0, fetch_timeout=2.0, fetch_backoff=0.1, fetch_allow_networks="127.0.0.1/32", watch_interval=0.2
)
WORDS = "Russia recalled its ambassador from Washington on Wednesday, the foreign ministry said in Moscow."


def page(number: int, text: str = WORDS, head: str = "") -> bytes:
    return (
        f"<html><head><title>Recall {number}</title>{head}</head><body><article><h1>Recall {number}</h1>"
        f"<p>{text} This was report {number} of the day.</p></article></body></html>"
    ).encode()


def feed(*items: str, title: str = "Wire") -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>"


def item(link: str, title: str = "Recall", text: str = "", guid: str = "") -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><description>{text}</description><guid>{guid}</guid>"
        f"<pubDate>Thu, 18 Mar 2021 15:30:00 GMT</pubDate></item>"
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def once(tmp_path: Path) -> Callable[..., WatchSummary]:
    """Watches once with the fake coder, into `tmp_path / "s"`."""

    def run(*sources: str, settings: Settings = SETTINGS, **options: bool) -> WatchSummary:
        return watch(
            sources,
            tmp_path / "s",
            once=True,
            settings=settings,
            make_coder=fake_coder.make,
            **options,  # type: ignore[arg-type]
        )

    return run


Once = Callable[..., WatchSummary]


def publish(site: Site, number: int, path: str = "/feed") -> str:
    """A feed of so many items with their pages; its address."""
    for each in range(number):
        site.add(f"/{each}", page(each))
    return site.add(path, feed(*(item(f"/{each}?utm_source=rss", f"Recall {each}") for each in range(number))))


def titles(path: Path) -> list[str]:
    with open_store(path) as store:
        return sorted(row["title"] for row in store.rows("SELECT title FROM articles"))


def item_states(path: Path) -> Counter[str]:
    with open_store(path) as store:
        return Counter(row["state"] + (f" {row['reason']}" if row["reason"] else "") for row in items(store))


def items(store: Store) -> list[dict[str, object]]:
    return store.rows("SELECT * FROM watch_items ORDER BY position")


def test_what_a_feed_announces_is_fetched_coded_and_stored(site: Site, once: Once, tmp_path: Path) -> None:
    site.add(
        "/0",
        page(0, head="<meta name='author' content='Ann Clark'><link rel='canonical' href='https://wire.example/0'>"),
    )
    site.add("/1", page(1))
    summary = once(site.add("/feed", feed(item("/0?utm_source=rss"), item("/1", "The feed's title"))))
    assert (summary.polls, summary.found, summary.ingest.coded, summary.failed) == (1, 2, 2, False)
    assert (summary.ingest.events, summary.waiting) == (4, 0)
    with open_store(tmp_path / "s") as store:
        first, second = (store.get(str(row["article_id"])) for row in items(store))
    assert first is not None
    assert second is not None
    article = first.article
    assert (article.title, article.author, article.publisher) == ("Recall 0", "Ann Clark", "Wire")
    assert article.url == "https://wire.example/0"
    assert article.published == datetime(2021, 3, 18, 15, 30, tzinfo=UTC)
    assert article.retrieved is not None
    assert second.article.url == site.url("/1")


def test_which_reports_tell_one_event_is_settled_when_all_is_done(site: Site, once: Once, tmp_path: Path) -> None:
    for number in range(2):
        site.add(f"/{number}", page(number))
    once(site.add("/feed", feed(item("/0"), item("/1"))))
    with open_store(tmp_path / "s") as store:
        pairs = store.rows("SELECT telling FROM event_pairs WHERE day IS NOT NULL")
    assert pairs
    assert all(row["telling"] is not None for row in pairs)


def test_second_watch_repeats_nothing(site: Site, once: Once, tmp_path: Path) -> None:
    url = publish(site, 3)
    once(url)
    asked = len(site.seen)
    again = once(url)
    assert (again.found, again.ingest.coded, again.ingest.read, again.failed) == (0, 0, 0, False)
    assert [seen.path for seen in site.seen[asked:]] == ["/robots.txt", "/feed"]
    site.add("/feed", feed(item("/2"), item("/3")))
    site.add("/3", page(3))
    assert once(url).ingest.coded == 1
    assert titles(tmp_path / "s") == [f"Recall {number}" for number in range(4)]


def test_feed_is_asked_for_changes_only(site: Site, once: Once) -> None:
    data = feed(item("/0")).encode()
    site.add("/0", page(0))

    def answer(request: Request) -> None:
        if request.headers.get("If-None-Match") == '"v1"':
            request.send(status=304)
        else:
            request.send(data, ETag='"v1"', Last_Modified="Thu, 18 Mar 2021 15:30:00 GMT")

    site.pages["/feed"] = answer
    assert once(site.url("/feed")).unchanged == 0
    summary = once(site.url("/feed"))
    assert (summary.polls, summary.unchanged, summary.failed) == (1, 1, False)
    headers = site.asked("/feed")[1].headers
    assert headers["if-modified-since"] == "Thu, 18 Mar 2021 15:30:00 GMT"


def test_one_bad_feed_stops_nothing(site: Site, once: Once, tmp_path: Path) -> None:
    good = publish(site, 2, "/good")

    def endless(request: Request) -> None:
        request.begin()
        while not site.ended.is_set():
            request.wfile.write(b"<item>" * 1000)

    site.pages["/endless"] = endless
    site.pages["/slow"] = lambda request: site.ended.wait(30) and None
    site.add("/busy", "", 429, Retry_After="70")
    bad = [
        site.url("/busy", "localhost"),  # another host: it asks to be left alone
        site.add("/500", "", 500), site.add("/404", "", 404), site.add("/page", page(9)), site.add("/empty", ""),
        site.add("/gzip", b"\x1f\x8b\x08 broken", Content_Encoding="gzip"), site.url("/endless"), site.url("/slow"),
        site.add("/inside", "", 302, Location="http://127.0.0.2/feed"), "http://127.0.0.3/feed",
        "http://127.0.0.1:1/feed",
    ]  # fmt: skip
    settings = replace(SETTINGS, feed_max_bytes=100_000, watch_interval=1000.0)
    summary = once(*bad, good, settings=settings)
    assert (summary.ingest.coded, summary.polls, summary.failed) == (2, 1, True)
    assert set(summary.failed_feeds) == set(bad)
    reasons = {row["reason"] for row in rejected(tmp_path / "s")}
    assert reasons >= {"http_error", "bad_feed", "broken_body", "page_too_large", "timed_out", "refused_address"}


def rejected(path: Path) -> list[dict[str, object]]:
    with open_store(path) as store:
        return rejections(store)


def test_malformed_feed_gives_what_can_be_read_and_is_asked_in_full_again(
    site: Site, once: Once, tmp_path: Path
) -> None:
    site.add("/0", page(0))
    site.add("/1", page(1))
    whole = feed(item("/0"), item("/1"))
    url = site.add("/feed", whole[: whole.index("</item>") + 10], ETag='"v1"')
    summary = once(url)
    assert (summary.ingest.coded, summary.ingest.rejected, summary.failed) == (1, {"malformed_feed": 1}, False)
    site.add("/feed", whole, ETag='"v1"')
    assert once(url).ingest.coded == 1
    assert "if-none-match" not in site.asked("/feed")[1].headers
    assert titles(tmp_path / "s") == ["Recall 0", "Recall 1"]


def test_bad_pages_are_counted_by_their_reasons(site: Site, once: Once, tmp_path: Path) -> None:
    site.pages["/slow"] = lambda request: site.ended.wait(30) and None
    site.add("/robots.txt", "User-agent: *\nDisallow: /secret")
    paths = {
        site.add("/good", page(0)): None,
        site.add("/404", "", 404): "http_error",
        site.add("/500", "", 500): "http_error",
        site.url("/slow"): "timed_out",
        site.add("/gzip", b"\x1f\x8b\x08 broken", Content_Encoding="gzip"): "broken_body",
        site.add("/inside", "", 302, Location="http://169.254.169.254/"): "refused_address",
        site.add("/large", b"x" * 300_000): "page_too_large",
        site.add("/secret", page(1)): "robots_txt",
        site.add("/picture", b"\x89PNG", Content_Type="image/png"): "no_page",
        site.add("/nothing", "<html></html>"): "empty",
        site.add("/german", page(2, "Der Kanzler sagte am Mittwoch, dass er keine Reise nach Moskau plant. " * 5)):
            "other_language",
        "": "no_link",
    }  # fmt: skip
    settings = replace(SETTINGS, fetch_timeout=0.5, fetch_max_bytes=200_000, fetch_attempts=2)
    summary = once(site.add("/feed", feed(*(item(url) for url in paths))), settings=settings)
    assert summary.ingest.coded == 1
    assert summary.ingest.rejected == Counter(reason for reason in paths.values() if reason)
    assert sum(item_states(tmp_path / "s").values()) == len(paths)
    assert len(site.asked("/500")) == 2
    assert len(site.asked("/404")) == 1
    kept = {row["path"]: row["reason"] for row in rejected(tmp_path / "s")}
    assert kept == {url or site.url("/feed"): reason for url, reason in paths.items() if reason}


def test_charset_that_is_wrong_is_seen_through(site: Site, once: Once, tmp_path: Path) -> None:
    text = "“We’ll answer,” said Russia’s envoy, Zoë Krüger, after the embassy in Washington was closed on Tuesday."
    site.add("/0", page(0, text), Content_Type="text/html; charset=iso-8859-5")
    site.add("/1", page(1, text).decode().encode("cp1252"), Content_Type="text/html; charset=utf-8")
    site.add("/2", page(2, text).decode().encode("cp1252"), Content_Type="text/html; charset=windows-1252")
    once(site.add("/feed", feed(*(item(f"/{number}") for number in range(3)))))
    with open_store(tmp_path / "s") as store:
        texts = [row["text"] for row in store.rows("SELECT text FROM articles")]
    assert len(texts) == 3
    assert all(text in each for each in texts)


def test_page_that_fails_for_a_time_is_fetched_later(site: Site, once: Once, tmp_path: Path) -> None:
    left = Counter({"/busy": 1, "/broken": 2})

    def failing(request: Request) -> None:
        left[request.path] -= 1
        if left[request.path] < 0:
            request.send(page(len(request.path)))
        elif request.path == "/busy":
            request.send(status=429, Retry_After="1")
        else:
            request.send(status=500)

    site.pages |= {"/busy": failing, "/broken": failing}
    summary = once(site.add("/feed", feed(item("/busy"), item("/broken"))))
    assert (summary.ingest.coded, summary.failed) == (2, False)
    first, second = site.asked("/busy")
    assert second.moment - first.moment >= 1.0
    assert item_states(tmp_path / "s") == {"stored": 2}


def test_what_has_to_wait_is_kept_for_the_next_watch(site: Site, once: Once, tmp_path: Path) -> None:
    site.add("/0", "", 503, Retry_After="3600")
    url = site.add("/feed", feed(item("/0")))
    summary = once(url)
    assert (summary.waiting, summary.ingest.rejected, summary.failed) == (1, {}, True)
    site.add("/0", page(0))
    assert once(url).waiting == 1
    assert len(site.asked("/0")) == 1
    with duckdb.connect(str(tmp_path / "s")) as connection:
        connection.execute("UPDATE watch_items SET not_before = NULL")
    assert once(url).ingest.coded == 1


def test_feed_that_asks_to_wait_is_not_asked_by_the_next_watch(site: Site, once: Once) -> None:
    url = site.add("/feed", "", 429, Retry_After="3600")
    once(url)
    again = once(url)
    assert len(site.asked("/feed")) == 1
    assert "not asked before" in again.failed_feeds[url]


def test_feed_that_failed_is_asked_by_the_next_watch(site: Site, once: Once) -> None:
    url = site.add("/feed", "", 500)
    assert list(once(url).failed_feeds) == [url]
    assert len(site.asked("/feed")) == 1
    publish(site, 1)
    assert once(url).ingest.coded == 1


def test_failing_feed_is_asked_less_and_less(site: Site, tmp_path: Path) -> None:
    stopped = threading.Event()

    def fail(request: Request) -> None:
        request.send(status=500)
        if len(site.asked("/feed")) == 4:
            stopped.set()

    site.pages["/feed"] = fail
    watch([site.url("/feed")], tmp_path / "s", settings=SETTINGS, make_coder=fake_coder.make, stopped=stopped)
    moments = [seen.moment for seen in site.asked("/feed")]
    for waited, (earlier, later) in zip((0.2, 0.4, 0.8), pairwise(moments), strict=True):
        assert later - earlier > waited


def test_odd_feeds_and_items_end_nothing(site: Site, once: Once, tmp_path: Path) -> None:
    """Halves of characters, addresses that are none, pages of nonsense."""
    site.add("/0", page(0))
    odd = [
        "http://[",
        "http://a b/",
        "http://127.0.0.1:99999/",
        "//",
        "http://%00/",
        "\x01",
        "/0?q=&#xD800;",
        "/" + "x" * 5000,
    ]
    rows = [item(link, "Half &#xDC00; title", "&#xD800; words") for link in odd]
    url = site.add("/feed", feed(*rows, item("/0"), title="Wire &#xD800;"))
    summary = once(url)
    assert summary.ingest.coded >= 1
    assert item_states(tmp_path / "s")["stored"] >= 1
    assert summary.waiting == 0


def test_summaries_stand_in_only_where_asked_for_and_say_so(site: Site, once: Once, tmp_path: Path) -> None:
    site.add("/gone", "", 404)
    site.add("/bare", "<html></html>")
    site.add("/good", page(1))
    text = f"&lt;p&gt;{WORDS}&lt;/p&gt;"
    whole = feed(item("/gone", "Gone", text), item("/bare", "Bare", f"{text} Bare."), item("/good", "Good", text))
    url = site.add("/feed", whole)
    assert once(url).ingest.coded == 1
    (tmp_path / "s").unlink()
    summary = once(url, summaries=True)
    assert (summary.ingest.coded, summary.ingest.rejected, summary.failed) == (3, {"summary_only": 2}, False)
    with open_store(tmp_path / "s") as store:
        rows = store.rows(
            "SELECT title, url, articles.text, detail FROM articles JOIN current_rejections ON id = article_id "
            "WHERE reason = 'summary_only' ORDER BY articles.title"
        )
        assert [(row["title"], row["url"]) for row in rows] == [
            ("Bare", site.url("/bare")),
            ("Gone", site.url("/gone")),
        ]
        assert rows[0]["detail"].startswith("empty")
        assert rows[1]["text"] == WORDS
        assert "404" in rows[1]["detail"]
        assert {row["reason"] for row in rejections(store)} == {"summary_only"}


def test_page_in_two_feeds_is_fetched_once(site: Site, once: Once, tmp_path: Path) -> None:
    site.add("/0", page(0))
    first = site.add("/a", feed(item("/0?utm_source=a", guid="1"), item("/0#part", guid="2"), title="A"))
    second = site.add("/b", feed(item(site.url("/0?utm_campaign=b")), title="B"))
    summary = once(first, second)
    assert (summary.found, summary.ingest.coded) == (1, 1)
    assert len([seen for seen in site.seen if seen.path.startswith("/0")]) == 1


def test_feed_of_ten_thousand_items_is_kept_at_once(site: Site, tmp_path: Path) -> None:
    url = site.add("/feed", feed(*(item(f"/news/{number}", f"Item {number}") for number in range(10_000))))
    for found in (10_000, 0):
        stopped = threading.Event()
        summary = watch(
            [url], tmp_path / "s", settings=SETTINGS, make_coder=fake_coder.make, stopped=stopped,
            report=lambda message, stopped=stopped: stopped.set() if "of 10000" in message else None,
        )  # fmt: skip
        assert (summary.found, summary.waiting) == (found, 10_000)
        with duckdb.connect(str(tmp_path / "s")) as connection:
            connection.execute("UPDATE watch_feeds SET polled = NULL")
    assert item_states(tmp_path / "s") == {"pending": 10_000}


def test_lists_of_feeds_are_opened_on_disk_and_on_the_web(site: Site, once: Once, tmp_path: Path) -> None:
    site.add("/0", page(0))
    site.add("/1", page(1))
    first, second = site.add("/a", feed(item("/0"))), site.add("/b", feed(item("/1")))
    (tmp_path / "a.opml").write_text(f"<opml><body><outline xmlUrl='{first}'/><outline xmlUrl='a.xml'/></body></opml>")
    there = site.add("/list", "<opml><body><outline text='x'><outline xmlUrl='b'/></outline></body></opml>", ETag='"v"')
    summary = once(str(tmp_path / "a.opml"), there)
    assert (summary.polls, summary.ingest.coded) == (3, 2)
    assert summary.ingest.rejected == {"refused_address": 1}
    assert once(there).polls == 2
    assert "if-none-match" not in site.asked("/list")[1].headers
    with open_store(tmp_path / "s") as store:
        assert {row["url"] for row in store.rows("SELECT url FROM watch_feeds")} == {first, second, there}


def test_source_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no list")
    (tmp_path / "a.opml").write_text("<opml><body/></opml>")
    for source in (
        "none.opml",
        str(tmp_path / "a.txt"),
        str(tmp_path / "a.opml"),
        "ftp://x.example/feed",
        str(tmp_path),
    ):
        with pytest.raises(InputError, match=r"OPML"):
            feed_addresses([source])
    assert feed_addresses(["feed://a.example/x", "feed:https://a.example/y", "http://a.example/x"])[0] == [
        "http://a.example/x",
        "https://a.example/y",
    ]


def test_item_without_address_is_known_by_its_guid_or_words() -> None:
    bare = FeedItem(None, None, "Title", None, "Words", None)
    assert item_key("f", bare) == item_key("f", replace(bare, published=datetime(2021, 1, 1)))
    assert len({item_key("f", each) for each in (bare, replace(bare, text="Others"), replace(bare, guid="g"))}) == 3
    assert item_key("f", replace(bare, guid="g")) != item_key("g", replace(bare, guid="g"))
    linked = replace(bare, url="https://A.example:443/x?utm_source=rss&b=1#top", guid="g")
    assert item_key("f", linked) == item_key("other", replace(linked, url="https://a.example/x?b=1", guid="h"))


def test_backoff_grows_and_obeys_the_server() -> None:
    error = FetchError("http_error", "500", temporary=True)
    for attempts, least in ((1, 30), (2, 60), (5, 480), (60, 86_400)):
        assert least <= backoff(30.0, attempts, error) <= 1.25 * least
    assert len({backoff(30.0, 1, error) for _ in range(20)}) > 1
    assert 600 <= backoff(30.0, 9, FetchError("http_error", "429", retry_after=600)) <= 750


def test_watch_goes_on_until_it_is_stopped(site: Site, tmp_path: Path) -> None:
    """New items are found by later polls; the store can be read in between."""
    url, stopped, published = publish(site, 1), threading.Event(), Counter[str]()

    def report(message: str) -> None:
        if "items done" in message:
            published["items"] += 1
            site.add(f"/{published['items']}", page(published["items"]))
            site.add("/feed", feed(item(f"/{published['items']}")))
        if "not changed" in message or "0 new" in message or published["items"] == 3:
            assert titles(tmp_path / "s")
        if published["items"] == 3:
            stopped.set()

    summary = watch(
        [url], tmp_path / "s", settings=SETTINGS, make_coder=fake_coder.make, report=report, stopped=stopped
    )
    assert summary.ingest.coded == 3
    assert titles(tmp_path / "s") == ["Recall 0", "Recall 1", "Recall 2"]


def test_store_in_use_is_waited_for(site: Site, tmp_path: Path) -> None:
    url, held = publish(site, 1), open_store(tmp_path / "s")
    script = "import sys; sys.path.insert(0, sys.argv[1]); from test_watch import *; run(*sys.argv[2:])"
    arguments = [sys.executable, "-c", script, str(HERE), url, str(tmp_path / "s")]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent / "fetching")}
    with subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "has the store open" in process.stdout.readline()
        held.close()
        process.wait()
    assert titles(tmp_path / "s") == ["Recall 0"]


def run(url: str, store: str) -> None:
    """What the child processes of the tests do."""

    def report(message: str) -> None:
        print(message, flush=True)

    watch([url], store, once=True, settings=replace(SETTINGS, chunk_size=3), make_coder=fake_coder.make, report=report)


def test_watch_killed_at_any_moment_loses_and_repeats_nothing(site: Site, tmp_path: Path) -> None:
    url = publish(site, 120)
    script = "import sys; sys.path.insert(0, sys.argv[1]); from test_watch import *; run(*sys.argv[2:])"
    arguments = [sys.executable, "-c", script, str(HERE), url, str(tmp_path / "s")]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent / "fetching")}
    killed = 0
    for lines in (1, 1, 2, 2):
        with subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(lines):
                process.stdout.readline()
            time.sleep(0.02 * killed)
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += process.returncode == -signal.SIGKILL
    assert killed == 4
    watch([url], tmp_path / "s", once=True, settings=SETTINGS, make_coder=fake_coder.make)
    assert titles(tmp_path / "s") == sorted(f"Recall {number}" for number in range(120))
    assert item_states(tmp_path / "s") == {"stored": 120}
    with open_store(tmp_path / "s") as store:
        (row,) = store.rows("SELECT count(*) AS n, count(DISTINCT article_id) AS d FROM codings")
        assert (row["n"], row["d"]) == (120, 120)


def test_near_duplicates_are_marked_across_polls(site: Site, once: Once, tmp_path: Path) -> None:
    text = " ".join(f"Russia said word{number} and other{number} to the envoy." for number in range(40))
    site.add("/0", page(0, text))
    site.add("/1", page(1, text))
    once(site.add("/feed", feed(item("/0"))))
    site.add("/feed", feed(item("/1")))
    assert once(site.url("/feed")).ingest.near_duplicates == 1


def test_workers_code_what_is_fetched(site: Site, tmp_path: Path) -> None:
    url = publish(site, 5)
    summary = watch([url], tmp_path / "s", once=True, workers=2, settings=SETTINGS, make_coder=fake_coder.make)
    assert summary.ingest.coded == 5


def test_compressed_feed_is_read(site: Site, once: Once) -> None:
    site.add("/0", page(0))
    assert once(site.add("/feed", gzip.compress(feed(item("/0")).encode()), Content_Encoding="gzip")).ingest.coded == 1
