"""The report within an HTML page: text by trafilatura, day by the page's own metadata, then htmldate."""

from __future__ import annotations

import re
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
PAGE_BYTES = 20_000_000


def read_html(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
    data = stream.read(PAGE_BYTES + 1)
    if len(data) > PAGE_BYTES:
        yield Rejected(path, "too_long", f"a page of more than {PAGE_BYTES} bytes")
        return
    try:
        page = _decode_page(data)
    except UnreadableText as error:
        yield Rejected(path, "binary" if "not text" in str(error) else "undecodable", str(error))
        return
    yield _extract(page, path)


def _extract(page: str, path: str) -> Raw | Rejected:
    import trafilatura

    options = {"original_date": True, "extensive_search": False}
    try:
        document = trafilatura.bare_extraction(
            page, with_metadata=True, include_comments=False, include_tables=False, date_extraction_params=options
        )
    except Exception as error:  # lxml and trafilatura raise whatever a broken page makes them stumble over
        return Rejected(path, "unreadable_file", f"no page that can be read ({type(error).__name__})")
    found = document if isinstance(document, dict) else document.as_dict() if document else {}
    if not found.get("text"):
        return Rejected(path, "empty", "no report found in the page")
    fields = {
        "text": found["text"], "title": found.get("title"), "publisher": found.get("sitename"),
        "url": found.get("url"), "published": published_meta(page) or found.get("date"),
    }  # fmt: skip
    return Raw(fields, path)


def published_meta(page: str) -> str | None:
    """The publication time that the page's metadata names, as it stands there."""
    for tag in _META.findall(page[:200_000]):
        if _PUBLISHED.search(tag) and (content := _CONTENT.search(tag)):
            return str(content[1])
    return None


def _decode_page(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if declared:
        try:
            return data.decode(declared[1].decode("ascii"))
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data)
