"""The report within an HTML page: text by trafilatura, day by the page's own metadata, then htmldate."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from detente.errors import UnreadableText
from detente.ingest.decoding import decode
from detente.ingest.raw import Raw
from detente.ingest.records import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detente.config import Settings

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
_META = re.compile(r"<meta\b[^>]{0,500}>", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"(?:property|name|itemprop)\s*=\s*[\"'](?:article:published_time|datePublished|date|dc\.date|pubdate)[\"']",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"content\s*=\s*[\"']([^\"']{8,40})[\"']", re.IGNORECASE)
_LINKED_DATA = re.compile(r"\"datePublished\"\s*:\s*(\"[^\"\n]{8,40}\")")
PAGE_BYTES = 20_000_000
HEAD_CHARS = 200_000
BLOCKS = ("p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article")


@dataclass(frozen=True)
class PageSource:
    """A page as it came. `path` names it in rejections; `url` is where it lay, `charset` what its server called it."""

    data: bytes
    path: str
    line: int | None = None
    url: str | None = None
    charset: str | None = None


def read_html(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
    data = stream.read(PAGE_BYTES + 1)
    if len(data) > PAGE_BYTES:
        yield Rejected(path, "too_long", f"a page of more than {PAGE_BYTES} bytes")
        return
    yield extract_page(PageSource(data, path))


def extract_page(source: PageSource, fallbacks: Mapping[str, object] | None = None) -> Raw | Rejected:
    """The report in the page. `fallbacks`: fields for what the page itself does not tell, as a feed gives them.

    A time of publication in the page's metadata comes before the fallback's, which comes before one that is guessed
    from the page's text and address.
    """
    try:
        page = _decode_page(source.data, source.charset)
    except UnreadableText as error:
        reason = "binary" if "not text" in str(error) else "undecodable"
        return Rejected(source.path, reason, str(error), source.line)
    try:
        found = _extract(page, source.url)
    except Exception as error:  # lxml and trafilatura raise whatever a broken page makes them stumble over
        detail = f"no page that can be read ({type(error).__name__})"
        return Rejected(source.path, "unreadable_file", detail, source.line)
    if not found.get("text"):
        return Rejected(source.path, "empty", "no report found in the page", source.line)
    fallbacks = fallbacks or {}
    fields = {
        "text": found["text"], "title": found.get("title"), "author": found.get("author"),
        "publisher": _site(found), "url": _address(found.get("url")) or source.url,
    }  # fmt: skip
    fields = {name: value or fallbacks.get(name) for name, value in fields.items()}
    fields["publisher"] = fields["publisher"] or found.get("sitename")
    fields["published"] = published_meta(page) or fallbacks.get("published") or found.get("date")
    return Raw({**fallbacks, **fields}, source.path, source.line)


def _extract(page: str, url: str | None) -> Mapping[str, object]:
    import trafilatura

    options = {"original_date": True, "extensive_search": False}
    document = trafilatura.bare_extraction(
        page, url=url, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params=options
    )
    found: Mapping[str, object] = document if isinstance(document, dict) else document.as_dict() if document else {}
    return found


def _site(found: Mapping[str, object]) -> object:
    """The site's name, if it has one: trafilatura gives the host where the page says none."""
    name = found.get("sitename")
    return None if name and str(name).lower() in str(found.get("hostname") or found.get("url") or "").lower() else name


def _address(value: object) -> str | None:
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else None


def published_meta(page: str) -> str | None:
    """The publication time that the page's metadata (meta elements, then linked data) names, as it stands there."""
    head = page[:HEAD_CHARS]
    for tag in _META.findall(head):
        if _PUBLISHED.search(tag) and (content := _CONTENT.search(tag)):
            return str(content[1])
    if linked := _LINKED_DATA.search(head):
        return str(json.loads(linked[1])) if "\\" not in linked[1] else None
    return None


def fragment_text(markup: str) -> str:
    """Words of a piece of HTML as feeds hold it, a line a block. Text without markup comes back as it is."""
    if "<" not in markup and "&" not in markup:
        return markup
    from lxml import etree, html

    try:
        root = html.fragment_fromstring(_INVALID.sub("", markup), create_parent="div")
    except (etree.LxmlError, ValueError):
        return ""
    for element in root.iter("script", "style"):
        element.text = None
    for element in root.iter(*BLOCKS):
        element.text = "\n" + (element.text or "")
        element.tail = "\n" + (element.tail or "")
    return "\n".join(line for each in root.text_content().split("\n") if (line := each.strip()))


_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def _decode_page(data: bytes, charset: str | None = None) -> str:
    """By a byte order mark or as UTF-8, if it is that; else as the page, then its server says; else as it looks."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(data[:4096])
    for name in (declared[1].decode("ascii", "replace") if declared else None, charset):
        try:
            if name:
                return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return decode(data)
