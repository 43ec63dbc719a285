"""Pages in web archives (WARC), one record at a time, whatever the archive's size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from detente.errors import UnreadableText
from detente.ingest.bodies import BrokenBody, decode_body, join_chunks
from detente.ingest.decoding import decode
from detente.ingest.pages import PAGE_BYTES, PageSource, extract_page
from detente.ingest.raw import Raw
from detente.ingest.records import Rejected

if TYPE_CHECKING:
    from detente.config import Settings

HTML_TYPES = ("text/html", "application/xhtml+xml")
MAX_HEADER = 1 << 20


def read_warc(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
    """Pages of `response` and `resource` records, texts of `conversion` records (WET); plain, gzip, zstd or LZ4.

    `line` counts the archive's records, all kinds of them. Nothing is fetched; a page's time of retrieval is its
    record's date.
    """
    from fastwarc.warc import ArchiveIterator

    number = 0
    try:
        # Bodies are decoded by us: a damaged one would end FastWARC's iteration, and a small one can unpack to much.
        forward = cast(BinaryIO, _Forward(stream))
        records = ArchiveIterator(forward, parse_http=False, auto_decode="none", max_header_len=MAX_HEADER)
        for record in records:
            number += 1
            try:
                yield _read(record, path, number)
            except (BrokenBody, UnreadableText, UnicodeError) as error:
                yield Rejected(path, "broken_record", f"{_url(record)}: {error}", number)
    except (OSError, ValueError) as error:
        yield Rejected(path, "broken_archive", str(error), number + 1)
        return
    if not number:
        yield Rejected(path, "broken_archive", "no record in it", 1)


class _Forward:
    """Reads forward and tells how far: FastWARC panics on a stream that has to say that it cannot seek, as a pipe."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._place = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._place += len(data)
        return data

    def tell(self) -> int:
        return self._place


def _read(record: Any, path: str, number: int) -> Raw | Rejected:
    kind, url = str(record.record_type), _url(record)
    if kind not in ("response", "resource", "conversion"):
        return Rejected(path, "no_page", f"a {kind} record", number)
    media = (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    http: dict[str, str] = {}
    charset = None
    if record.is_http:
        record.parse_http(auto_decode="none", max_header_len=MAX_HEADER)
        status = record.http_headers.status_code
        if status != 200:
            return Rejected(path, "no_page", f"{url}: status {status}", number)
        http = {name.lower(): value for name, value in record.http_headers}
        media, charset = (record.http_content_type or "").lower(), record.http_charset
    if kind != "conversion" and media not in HTML_TYPES:
        return Rejected(path, "no_page", f"{url}: {media or 'no media type'}", number)
    data = _body(record, http)
    if data is None:
        return Rejected(path, "too_long", f"{url}: a page of more than {PAGE_BYTES} bytes", number)
    date = record.record_date
    if kind == "conversion":
        return Raw({"text": decode(data), "url": url, "retrieved": date}, path, number)
    return extract_page(PageSource(data, path, number, url, charset), {"retrieved": date})


def _body(record: Any, http: Mapping[str, str]) -> bytes | None:
    """The record's payload without its encodings; None where it is larger than a page may be."""
    length = record.content_length
    data = bytes(record.reader.read(PAGE_BYTES + 1))
    if len(data) > PAGE_BYTES:
        return None
    if len(data) < length:
        raise BrokenBody(f"{len(data)} of {length} bytes are there")
    if http.get("transfer-encoding", "").lower() == "chunked":
        data = join_chunks(data)
    return decode_body(data, http.get("content-encoding", ""), PAGE_BYTES)


def _url(record: Any) -> str | None:
    url = record.headers.get("WARC-Target-URI")
    return str(url).strip("<> ") if url else None
