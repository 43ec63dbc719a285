"""From feeds to items that can be fetched, and from their pages to articles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from detente.config import Settings
from detente.errors import InputError, UnreadableText
from detente.fetching import Answer, FetchError
from detente.ingest.admission import Located, admit
from detente.ingest.archives import HTML_TYPES
from detente.ingest.decoding import decode
from detente.ingest.feeds import Feed, FeedItem, NoFeed, is_opml, parse_feed, parse_opml
from detente.ingest.pages import PageSource, extract_page
from detente.ingest.raw import Raw
from detente.ingest.records import Rejected
from detente.store.rows import naive_utc
from detente.store.watching import Item

# Reasons for which a page that was fetched gives no report, though the feed's own words may.
WITHOUT_REPORT = frozenset({"empty", "no_page", "unreadable_file", "undecodable", "binary"})


@dataclass(frozen=True)
class Polled:
    """What came of a poll: a feed, a list of feeds (`listed`), or an error; none of these where it is unchanged."""

    url: str
    answer: Answer | None = None
    feed: Feed | None = None
    listed: tuple[str, ...] | None = None
    error: FetchError | None = None


@dataclass(frozen=True)
class Fetched:
    """What became of fetching an item's page: an answer or an error."""

    item: Item
    answer: Answer | None = None
    error: FetchError | None = None


def feed_addresses(sources: Iterable[str]) -> tuple[list[str], list[Rejected]]:
    """Addresses of feeds, lists on disk (OPML) opened; what in a list cannot be watched is rejected.

    Raises InputError for a source that is neither an address nor a list.
    """
    found: dict[str, None] = {}
    rejected: list[Rejected] = []
    for source in sources:
        if address := web_address(source):
            found.setdefault(address)
            continue
        for number, listed in enumerate(_listed(source), 1):
            if address := web_address(listed):
                found.setdefault(address)
            else:
                rejected.append(Rejected(source, "refused_address", f"{listed}: only http and https", number))
    return list(found), rejected


def web_address(text: str) -> str | None:
    """The text as an http address; `feed:` before it is taken off. None for anything else."""
    if text.lower().startswith("feed:"):
        rest = text[len("feed:") :]
        text = f"http:{rest}" if rest.startswith("//") else rest
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname else None


def _listed(source: str) -> list[str]:
    try:
        data = Path(source).read_bytes()
    except OSError as error:
        message = "no address of a feed (http://..., https://...) and no list of feeds (OPML) on disk"
        raise InputError(f"{message} ({error.strerror})", path=source) from None
    try:
        listed = parse_opml(data) if is_opml(data) else []
    except NoFeed:
        listed = []
    if not listed:
        raise InputError("no list of feeds (OPML); files of articles are for `detente ingest`", path=source)
    return listed


def read_answer(url: str, answer: Answer) -> Polled:
    """The feed, or the list of feeds, in an answer. Raises FetchError where it is neither."""
    if answer.status == 304:
        return Polled(url, answer)
    try:
        if is_opml(answer.body):
            return Polled(url, answer, listed=tuple(urljoin(answer.url, each) for each in parse_opml(answer.body)))
        return Polled(url, answer, parse_feed(answer.body, answer.url))
    except NoFeed as error:
        raise FetchError("bad_feed", f"{url}: {error}") from None
    except Exception as error:  # feedparser raises whatever broken markup makes it stumble over
        raise FetchError("bad_feed", f"{url}: {type(error).__name__}: {error}") from None


def items_of(polled: Polled, now: datetime) -> list[Item]:
    """The feed's items as they are kept until they are fetched."""
    assert polled.feed is not None
    return [_item(polled.url, number, each, now) for number, each in enumerate(polled.feed.items)]


def _item(feed: str, position: int, item: FeedItem, now: datetime) -> Item:
    return Item(
        key=item_key(feed, item), feed=feed, host=host_of(item.url or feed), position=position, url=item.url,
        title=item.title, author=item.author, summary=item.text, published=naive_utc(item.published), found=now,
    )  # fmt: skip


def item_key(feed: str, item: FeedItem) -> str:
    """What an item is known by: its address without marks of tracking, in whatever feed it stands.

    Not its guid: too many feeds give several items the same. Only where there is no address, the guid or the words.
    """
    from courlan import normalize_url

    if item.url:
        address = urldefrag(item.url).url
        try:
            return str(normalize_url(address))
        except Exception:  # an address that courlan stumbles over is as good a key as it stands
            return address
    words = item.guid or f"{item.title}\x1f{item.text}"
    return hashlib.sha256(f"{feed}\x1f{words}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def articles_of(
    fetched: Fetched, publisher: str | None, summaries: bool, settings: Settings
) -> Iterator[Located | Rejected]:
    """The item as an article, or why not; `publisher`: name of the feed. With `summaries`, where the page gives nothing
    the feed's own words stand in, and a notice (`summary_only`) comes before the article.
    """
    raw = _page(fetched, publisher)
    if isinstance(raw, Rejected):
        item, lost = fetched.item, fetched.error is not None or raw.reason in WITHOUT_REPORT
        if not (summaries and lost and item.summary):
            yield raw
            return
        yield Rejected(raw.path, "summary_only", f"{raw.reason}: {raw.detail}" if raw.detail else raw.reason)
        raw = Raw({**_known(fetched, publisher), "text": item.summary}, raw.path)
    yield from admit(raw, settings)


def _page(fetched: Fetched, publisher: str | None) -> Raw | Rejected:
    item, answer = fetched.item, fetched.answer
    path = item.url or item.feed
    if answer is None:
        error = fetched.error or FetchError("unreachable", "")
        return Rejected(path, error.reason, error.detail)
    known = _known(fetched, publisher)
    if answer.media_type == "text/plain":
        try:
            return Raw({**known, "text": decode(answer.body), "url": answer.url}, path)
        except UnreadableText as error:
            return Rejected(path, "undecodable", str(error))
    if answer.media_type not in (*HTML_TYPES, ""):
        return Rejected(path, "no_page", answer.media_type)
    return extract_page(PageSource(answer.body, path, None, answer.url, answer.charset), known)


def _known(fetched: Fetched, publisher: str | None) -> dict[str, object]:
    item = fetched.item
    published = item.published.replace(tzinfo=UTC) if item.published else None
    return {
        "url": item.url, "title": item.title, "author": item.author, "publisher": publisher, "published": published,
        "retrieved": datetime.now(UTC).replace(microsecond=0),
    }  # fmt: skip
