"""RSS and Atom feeds by feedparser, OPML lists of feeds by lxml."""

from __future__ import annotations

import io
import os
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from detente.ingest.pages import fragment_text
from detente.ingest.raw import Raw
from detente.ingest.records import Rejected

if TYPE_CHECKING:
    from detente.config import Settings

FEED_BYTES = 50_000_000


class NoFeed(ValueError):
    """Bytes that are neither RSS nor Atom nor OPML."""


@dataclass(frozen=True)
class FeedItem:
    """An item as its feed tells it. `text` is the fullest text that the feed itself holds, without markup."""

    guid: str | None
    url: str | None
    title: str | None
    author: str | None
    text: str | None
    published: datetime | None


@dataclass(frozen=True)
class Feed:
    """`problem`: where the feed breaks its format, None if it does not."""

    title: str | None
    items: tuple[FeedItem, ...]
    problem: str | None = None


def parse_feed(data: bytes, url: str = "") -> Feed:
    """The items in the feed's order; `url` is what relative links start from. Raises NoFeed."""
    import feedparser

    # As a stream: bytes that happen to name a file would be opened as that file. Markup is stripped by us.
    data = _REFERENCE.sub(_no_half, data)  # feedparser gives up on the whole feed where one is half a character
    found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not found.get("version") and not found.entries:
        raise NoFeed(str(found.get("bozo_exception") or "no feed"))
    problem = str(found.get("bozo_exception")) if found.bozo and _matters(found.get("bozo_exception")) else None
    base = urljoin(url, found.feed.get("link") or "")
    items = tuple(_item(entry, base) for entry in found.entries)
    return Feed(_line(found.feed.get("title")), items, problem)


_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,9}));")


def _no_half(reference: re.Match[bytes]) -> bytes:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"&#xFFFD;" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else reference[0]


def _matters(error: object) -> bool:
    """A wrong media type or a charset that was mended takes nothing away."""
    return type(error).__name__ not in ("CharacterEncodingOverride", "NonXMLContentType")


def _item(entry: Any, base: str) -> FeedItem:
    texts = [content.get("value") or "" for content in entry.get("content", ())] + [entry.get("summary") or ""]
    text = max((fragment_text(_whole(each)) for each in texts), key=len)
    # Asked for one by one: feedparser warns where it takes one for the other.
    moment = next((entry[name] for name in ("published_parsed", "updated_parsed") if dict.get(entry, name)), None)
    try:
        published = datetime.fromtimestamp(timegm(moment), UTC) if moment else None
    except (ValueError, OverflowError, OSError):
        published = None
    return FeedItem(
        guid=_line(entry.get("id")), url=_link(entry.get("link"), base), title=_line(entry.get("title")),
        author=_line(entry.get("author")), text=text or None, published=published,
    )  # fmt: skip


def _line(value: object) -> str | None:
    return " ".join(fragment_text(_whole(str(value))).split()) or None if value else None


def _whole(text: str) -> str:
    """Without halves of characters, which references such as &#xD800; give."""
    return text.encode("utf-8", "replace").decode()


def _link(value: object, base: str) -> str | None:
    try:
        url = urljoin(base, _whole(str(value)).strip()) if value else ""
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def read_feed(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
    """A feed in a file: its items by their own words, as nothing is fetched. `line` counts the items.

    A list of feeds (OPML) gives those that lie beside it or below; addresses are named and not fetched.
    """
    data = stream.read(FEED_BYTES + 1)
    if len(data) > FEED_BYTES:
        yield Rejected(path, "too_long", f"a feed of more than {FEED_BYTES} bytes")
        return
    if is_opml(data):
        yield from _read_list(data, path, columns, settings)
        return
    try:
        feed = parse_feed(data)
    except NoFeed as error:
        yield Rejected(path, "bad_feed", str(error))
        return
    if feed.problem:
        yield Rejected(path, "malformed_feed", feed.problem)
    for number, item in enumerate(feed.items, 1):
        yield item_raw(item, feed.title, path, number)


def item_raw(item: FeedItem, publisher: str | None, path: str, line: int | None) -> Raw | Rejected:
    """The item by the feed's own words."""
    if not item.text:
        return Rejected(path, "no_text", f"{item.url or item.title or 'an item'}: the feed holds no text of it", line)
    fields = {
        "text": item.text, "url": item.url, "title": item.title, "author": item.author, "publisher": publisher,
        "published": item.published,
    }  # fmt: skip
    return Raw(fields, path, line)


def is_opml(data: bytes) -> bool:
    return b"<opml" in data[:2000].lower()


def parse_opml(data: bytes) -> list[str]:
    """Addresses of the feeds in the list, folders opened, each once. Raises NoFeed."""
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.LxmlError as error:
        raise NoFeed(str(error)) from None
    if root is None:
        raise NoFeed("no list of feeds")
    found: dict[str, None] = {}
    for outline in root.iter("{*}outline"):
        for name, value in outline.attrib.items():
            if str(name).lower() == "xmlurl" and str(value).strip():
                found.setdefault(str(value).strip())
    return list(found)


def _read_list(data: bytes, path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
    try:
        addresses = parse_opml(data)
    except NoFeed as error:
        yield Rejected(path, "bad_feed", str(error))
        return
    if not addresses:
        yield Rejected(path, "bad_feed", "a list without feeds")
    folder = os.path.realpath(os.path.dirname(path) or ".")
    for number, address in enumerate(addresses, 1):
        file = os.path.realpath(os.path.join(folder, address))
        if urlsplit(address).scheme in ("http", "https", "feed"):
            yield Rejected(path, "not_fetched", address, number)
        elif os.path.commonpath([folder, file]) != folder:
            yield Rejected(path, "refused_address", f"{address}: not in the list's own folder", number)
        elif not os.path.isfile(file):
            yield Rejected(path, "missing_file", address, number)
        else:
            yield from _read_listed(os.path.normpath(os.path.join(os.path.dirname(path), address)), columns, settings)


def _read_listed(path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
    with open(path, "rb") as stream:
        if is_opml(stream.read(2000)):
            yield Rejected(path, "bad_feed", "a list within a list")  # which could name the first one again
            return
        stream.seek(0)
        yield from read_feed(stream, path, columns, settings)
