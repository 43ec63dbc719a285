from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detente.ingest import Rejected, read_articles
from detente.ingest.feeds import NoFeed, parse_feed, parse_opml
from detente.ingest.pages import fragment_text, published_meta
from detente.records import Article

WORDS = "Russia recalled its ambassador from Washington on Wednesday, the ministry said."
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Wire &amp; Co</title><link>https://wire.example/</link>
<item><title>One</title><link>/1</link><guid>g1</guid><pubDate>Thu, 18 Mar 2021 17:30:00 +0200</pubDate>
<dc:creator>Ann Clark</dc:creator><description>Short.</description>
<content:encoded><![CDATA[<p>{WORDS}</p><p>“We&#8217;ll answer.”<br>It did not say how.</p><script>x()</script>]]>
</content:encoded></item>
<item><title>Two</title><link>https://wire.example/2</link><pubDate>some day</pubDate>
<description>{WORDS} Two.</description></item>
<item><title>Three</title><link>javascript:alert(1)</link></item></channel></rss>"""
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Agency</title>
<entry><title type="html">&lt;b&gt;Talks&lt;/b&gt; end</title><id>tag:1</id><link rel="self" href="https://a.example/self"/>
<link href="https://a.example/1"/><updated>2021-03-18T15:30:00Z</updated><author><name>Bo Reed</name></author>
<summary type="html">&lt;p&gt;{WORDS}&lt;/p&gt;</summary></entry></feed>"""


def test_rss_gives_items_with_their_fullest_text() -> None:
    feed = parse_feed(RSS.encode(), "https://wire.example/rss")
    one, two, three = feed.items
    assert (feed.title, feed.problem) == ("Wire & Co", None)
    assert (one.guid, one.url, one.title, one.author) == ("g1", "https://wire.example/1", "One", "Ann Clark")
    assert one.text == f"{WORDS}\n“We’ll answer.”\nIt did not say how."
    assert one.published == datetime(2021, 3, 18, 15, 30, tzinfo=UTC)
    assert (two.text, two.published) == (f"{WORDS} Two.", None)
    assert (three.url, three.text) == (None, None)


def test_atom_gives_the_page_and_plain_words() -> None:
    (item,) = parse_feed(ATOM.encode()).items
    assert (item.title, item.url, item.author, item.text) == ("Talks end", "https://a.example/1", "Bo Reed", WORDS)
    assert item.published == datetime(2021, 3, 18, 15, 30, tzinfo=UTC)


def test_bytes_that_name_a_file_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_text(RSS)
    with pytest.raises(NoFeed):
        parse_feed(str(tmp_path / "secret.xml").encode())


def test_entities_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("TOP SECRET")
    doctype = f'<!DOCTYPE rss [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    feed = parse_feed(
        f"{doctype}<rss version='2.0'><channel><item><title>&e; x</title></item></channel></rss>".encode()
    )
    assert "SECRET" not in repr(feed)
    opml = f"{doctype}<opml><body><outline xmlUrl='https://a.example/&e;'/></body></opml>"
    assert "SECRET" not in repr(parse_opml(opml.encode()))


def test_halves_of_characters_are_replaced() -> None:
    title = "<title>Half &#xD800; &#56320; &#99999999; &amp; &amp;#xD800; &#x41; title</title>"
    rss = f"<rss version='2.0'><channel><item>{title}<description>&#xDC00;</description>"
    (item,) = parse_feed(f"{rss}<link>http://a.example/&#xD800;</link></item></channel></rss>".encode()).items
    assert item.title == "Half \ufffd \ufffd \ufffd & \ufffd A title"
    for text in (item.text, item.url):
        (text or "").encode()


def test_cut_feed_gives_what_is_there_and_says_so() -> None:
    cut = RSS[: RSS.index("<item><title>Three")].encode()
    feed = parse_feed(cut)
    assert [item.title for item in feed.items][:2] == ["One", "Two"]
    assert feed.problem


@pytest.mark.parametrize("data", [b"", b"<html><body>404</body></html>", b"plain words", b"\x00\x01\x02", b"{}"])
def test_no_feed_is_named(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NoFeed):
        parse_feed(data)
    (tmp_path / "a.rss").write_bytes(data)
    (found,) = read_articles([tmp_path / "a.rss"])
    assert isinstance(found, Rejected)
    assert found.reason == "bad_feed"


@pytest.mark.parametrize("name", ["a.rss", "a.xml", "-"])
def test_feed_is_an_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    if name == "-":
        monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BufferedReader(io.BytesIO(RSS.encode()))}))  # type: ignore[arg-type]
    else:
        (tmp_path / name).write_text(RSS, encoding="utf-8")
    one, two, three = read_articles([name if name == "-" else tmp_path / name])
    assert isinstance(one, Article)
    assert (one.title, one.author, one.publisher) == ("One", "Ann Clark", "Wire & Co")
    assert one.text.startswith(WORDS)
    assert isinstance(two, Article)
    assert isinstance(three, Rejected)
    assert (three.reason, three.line) == ("no_text", 3)


def test_list_gives_the_feeds_beside_it_and_names_addresses(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "wire.xml").write_text(RSS, encoding="utf-8")
    (tmp_path / "outside.xml").write_text(ATOM, encoding="utf-8")
    outlines = "".join(
        f"<outline text='x' {name}='{url}'/>"
        for name, url in (
            ("xmlUrl", "wire.xml"), ("xmlUrl", "https://a.example/feed"), ("xmlurl", "../outside.xml"),
            ("xmlUrl", "none.xml"), ("xmlUrl", "feeds.opml"),
        )
    )  # fmt: skip
    list_ = f"<opml version='2.0'><body><outline text='folder'>{outlines}</outline></body></opml>"
    (folder / "feeds.opml").write_text(list_)
    found = list(read_articles([folder / "feeds.opml"]))
    assert sum(isinstance(each, Article) for each in found) == 2
    assert [each.reason for each in found if isinstance(each, Rejected)] == [
        "no_text", "not_fetched", "refused_address", "missing_file", "bad_feed",
    ]  # fmt: skip
    (folder / "feeds.opml").write_text("<opml><body/></opml>")
    assert [each.reason for each in read_articles([folder / "feeds.opml"]) if isinstance(each, Rejected)] == [
        "bad_feed"
    ]


def test_fragment_text_keeps_words_and_breaks() -> None:
    assert fragment_text("A &amp; B") == "A & B"
    assert fragment_text("<ul><li>One</li><li>Two</li></ul>") == "One\nTwo"
    assert fragment_text("no markup") == "no markup"
    assert fragment_text("<") == "<"


def test_day_of_publication_is_read_from_linked_data() -> None:
    page = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2021-03-18T15:30:00Z"}</script>'
    )
    assert published_meta(page) == "2021-03-18T15:30:00Z"
    assert published_meta("<html>") is None
