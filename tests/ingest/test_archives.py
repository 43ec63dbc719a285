from __future__ import annotations

import gzip
import io
import json
import struct
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import zstandard

from detente.ingest import Rejected, read_articles
from detente.ingest import archives as archives_module
from detente.ingest.bodies import BrokenBody, decode_body, join_chunks
from detente.records import Article

WORDS = "Russia recalled its ambassador from Washington on Wednesday, the foreign ministry in Moscow said."


def page(number: int = 1, text: str = WORDS) -> bytes:
    return (
        f"<html><head><title>Recall {number}</title><meta name='author' content='Ann Clark'>"
        f"<meta property='og:site_name' content='Wire'><link rel='canonical' href='https://wire.example/{number}'>"
        f"</head><body><article><h1>Recall {number}</h1><p>{text} This is report {number}.</p></article></body></html>"
    ).encode()


def record(
    body: bytes, kind: str = "response", url: str = "http://wire.example/x", status: int = 200, **headers: str
) -> bytes:
    """A WARC record; `headers` are those of the HTTP answer, with _ for -."""
    media = "application/http; msgtype=response"
    if kind in ("conversion", "resource"):
        media = headers.pop("media", "text/plain")
    elif kind in ("response", "revisit"):
        lines = {"Content-Type": "text/html; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        body = f"HTTP/1.1 {status} OK\r\n{head}\r\n".encode() + body
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2021-03-18T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{zlib.crc32(body + url.encode())}>\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body + b"\r\n\r\n"  # fmt: skip


def zstd_with_dictionary(records: Iterable[bytes]) -> bytes:
    """As the WARC-zstd convention has it: the dictionary in a skippable frame at the beginning."""
    dictionary = zstandard.train_dictionary(2000, [record(page(i)) for i in range(300)])
    raw = dictionary.as_bytes()
    pack = zstandard.ZstdCompressor(dict_data=dictionary)
    return struct.pack("<II", 0x184D2A5D, len(raw)) + raw + b"".join(map(pack.compress, records))


RECORDS = [record(page(i), url=f"http://wire.example/{i}?a=b") for i in range(1, 4)]
PACKED = {
    "a.warc": b"".join(RECORDS),
    "a.warc.gz": b"".join(map(gzip.compress, RECORDS)),
    "b.warc.gz": gzip.compress(b"".join(RECORDS)),
    "a.warc.zst": b"".join(zstandard.ZstdCompressor().compress(each) for each in RECORDS),
    "b.warc.zst": zstd_with_dictionary(RECORDS),
    "no suffix": b"".join(RECORDS),
}


def read(folder: Path, data: bytes, name: str = "a.warc") -> list[Article | Rejected]:
    (folder / name).write_bytes(data)
    return list(read_articles([folder / name]))


def reasons(found: list[Article | Rejected]) -> list[tuple[str, int | None]]:
    return [(each.reason, each.line) for each in found if isinstance(each, Rejected)]


@pytest.mark.parametrize("name", PACKED)
def test_archive_is_read_however_it_is_packed(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, PACKED[name], name)
    articles = [each for each in found if isinstance(each, Article)]
    assert [article.title for article in articles] == ["Recall 1", "Recall 2", "Recall 3"]
    first = articles[0]
    assert (first.author, first.publisher, first.url) == ("Ann Clark", "Wire", "https://wire.example/1")
    assert first.retrieved == datetime(2021, 3, 18, 10, tzinfo=UTC)
    assert WORDS in first.text
    assert len(found) == 3


@pytest.mark.parametrize("data", [PACKED["a.warc"], PACKED["b.warc.gz"], PACKED["a.warc.zst"]])
def test_archive_is_read_from_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    class Pipe(io.RawIOBase):
        """Cannot be read backwards."""

        _content = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            part = self._content.read(min(len(buffer), 1000))
            buffer[: len(part)] = part
            return len(part)

    class Stdin:
        buffer = io.BufferedReader(Pipe())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert [isinstance(each, Article) for each in read_articles(["-"])] == [True] * 3


def test_what_is_no_page_is_counted_with_its_record(tmp_path: Path) -> None:
    data = [
        record(b"software: x", "warcinfo"),
        record(b"GET / HTTP/1.1", "request"),
        record(page(), status=404),
        record(b"\x89PNG", Content_Type="image/png"),
        record(b"", "revisit"),
        record(page(), "resource", media="text/html"),
        record(WORDS.encode() * 3, "conversion"),
        record(b"<html><body></body></html>"),
    ]
    found = read(tmp_path, b"".join(data))
    assert reasons(found) == [*(("no_page", number) for number in range(1, 6)), ("empty", 8)]
    assert sum(isinstance(each, Article) for each in found) == 2


def test_encodings_of_the_answer_are_undone(tmp_path: Path) -> None:
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (page()[:50], page()[50:], b""))
    data = [
        record(gzip.compress(page()), Content_Encoding="gzip"),
        record(zlib.compress(page()), Content_Encoding="deflate"),
        record(chunks, Transfer_Encoding="chunked"),
        record(page(), Content_Encoding="gzip", Transfer_Encoding="chunked"),  # header kept, encoding undone
    ]
    assert [isinstance(each, Article) for each in read(tmp_path, b"".join(data))] == [True] * 4


def test_damaged_record_costs_itself_only(tmp_path: Path) -> None:
    broken = record(gzip.compress(page())[:-20], Content_Encoding="gzip")
    strange = record(page(), Content_Encoding="br")
    found = read(tmp_path, RECORDS[0] + broken + strange + RECORDS[2])
    assert reasons(found) == [("broken_record", 2), ("broken_record", 3)]
    assert sum(isinstance(each, Article) for each in found) == 2


def test_archive_that_is_cut_off_or_breaks_is_named(tmp_path: Path) -> None:
    cut = read(tmp_path, b"".join(RECORDS)[:-60])
    assert reasons(cut) == [("broken_record", 3)]
    junk = read(tmp_path, RECORDS[0] + b"JUNK\r\n\r\n" + RECORDS[1])
    assert reasons(junk) == [("broken_archive", 2)]
    assert isinstance(junk[0], Article)
    assert reasons(read(tmp_path, b"")) == [("broken_archive", 1)]
    assert reasons(read(tmp_path, b"no archive at all\n" * 9)) == [("broken_archive", 1)]


def test_page_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives_module, "PAGE_BYTES", 100_000)
    bomb = record(gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")
    before = psutil.Process().memory_info().rss
    found = read(tmp_path, bomb + record(b"x" * 200_000) + RECORDS[0])
    assert reasons(found) == [("too_long", 1), ("too_long", 2)]
    assert isinstance(found[2], Article)
    assert psutil.Process().memory_info().rss - before < 30_000_000


def test_large_archive_is_streamed(tmp_path: Path) -> None:
    """60 MB of records that are no pages: memory stays where it was."""
    picture = record(b"x" * 1_000_000, Content_Type="image/png")
    with open(tmp_path / "a.warc", "wb") as stream:
        for _ in range(60):
            stream.write(picture)
    found = read_articles([tmp_path / "a.warc"])
    next(found)
    before = psutil.Process().memory_info().rss
    assert sum(1 for _ in found) == 59
    assert psutil.Process().memory_info().rss - before < 20_000_000


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_compressed_table_is_read(tmp_path: Path, suffix: str) -> None:
    import bz2
    import lzma

    packers = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    pack = packers.get(suffix) or zstandard.ZstdCompressor().compress
    lines = "".join(json.dumps({"id": f"n{i}", "text": f"{WORDS} {i}"}) + "\n" for i in range(2000)).encode()
    found = read(tmp_path, pack(lines), f"a.jsonl{suffix}")
    assert [each.id for each in found if isinstance(each, Article)] == [f"n{i}" for i in range(2000)]
    found = read(tmp_path, pack(lines)[:-100], f"a.jsonl{suffix}")
    assert reasons(found)[-1][0] in ("unreadable_file", "bad_json")


def test_body_is_never_unpacked_beyond_the_limit() -> None:
    assert decode_body(gzip.compress(b"x" * 10), "gzip", 10) == b"x" * 10
    assert decode_body(gzip.compress(b"x" * 11), "gzip", 10) is None
    assert decode_body(gzip.compress(b"ab") + gzip.compress(b"c"), "x-gzip", 10) == b"abc"
    raw = zlib.compressobj(wbits=-15)
    assert decode_body(raw.compress(b"abc") + raw.flush(), "deflate", 10) == b"abc"
    for broken in (gzip.compress(b"abc" * 100)[:-12], gzip.compress(b"abc")[:12] + b"\xff" * 20):
        with pytest.raises(BrokenBody, match="broken gzip"):
            decode_body(broken, "gzip", 1000)


def test_chunks_are_joined() -> None:
    assert join_chunks(b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n") == b"abcde"
    assert join_chunks(b"<html>") == b"<html>"
    for broken in (b"3\r\nabc\r\nnot a size\r\n", b"3\r\nabc\r\n9\r\nab"):
        with pytest.raises(BrokenBody):
            join_chunks(broken)
