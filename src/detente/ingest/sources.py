"""Files, folders, globs and standard input as articles.

A new kind of input is a reader in READERS: (stream, path, columns, settings) → Raw fields and rejections.
"""

from __future__ import annotations

import glob
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from detente.config import Settings
from detente.errors import ArticleTooLong, InputError, UnreadableText
from detente.ingest.admission import Located, admit
from detente.ingest.archives import read_warc
from detente.ingest.compressed import SUFFIXES, unpacked, unpacking_errors
from detente.ingest.decoding import SAMPLE, decode, encoding_of
from detente.ingest.feeds import read_feed
from detente.ingest.pages import read_html
from detente.ingest.raw import Raw, check_columns
from detente.ingest.records import Rejected
from detente.ingest.remote import expand_remote, is_remote, name_of, open_remote
from detente.ingest.tables import is_table, read_csv, read_json, read_jsonl, read_parquet
from detente.records import Article

Reader = Callable[[IO[bytes], str, Mapping[str, str], Settings], Iterator[Raw | Rejected]]
STDIN = "-"


def read_text(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
    """The whole file as one article."""
    limit = 4 * settings.max_article_chars + 4
    data = stream.read(limit + 1)
    try:
        encoding_of(data[:SAMPLE])
        if len(data) > limit:
            yield Rejected(path, "too_long", f"more than {settings.max_article_chars} characters")
            return
        yield Raw({"text": decode(data)}, path)
    except UnreadableText as error:
        yield Rejected(path, "binary" if "not text" in str(error) else "undecodable", str(error))


READERS: dict[str, Reader] = {
    ".txt": read_text, ".text": read_text, ".md": read_text,
    ".jsonl": read_jsonl, ".ndjson": read_jsonl, ".json": read_json,
    ".csv": read_csv, ".tsv": read_csv, ".parquet": read_parquet, ".pq": read_parquet,
    ".html": read_html, ".htm": read_html, ".xhtml": read_html,
    ".warc": read_warc, ".wet": read_warc,
    ".rss": read_feed, ".atom": read_feed, ".opml": read_feed,
}  # fmt: skip


FEED_ROOT = re.compile(rb"<(rss|feed|rdf:rdf|opml)[\s>]")


def read_articles(
    paths: Iterable[str | Path], columns: Mapping[str, str] | None = None, settings: Settings | None = None
) -> Iterator[Article | Rejected]:
    """Articles of files, folders (with what is below them), globs and "-" for standard input, cleaned and checked.

    `columns` maps a field (id, url, title, author, text, publisher, published) to the column of a table that holds it,
    or, as "body.text", to a field within it.
    What cannot be read comes as a Rejected in its place; nothing is raised for one bad input.
    """
    for found in read_located(paths, columns, settings):
        yield found.article if isinstance(found, Located) else found


def read_located(
    paths: Iterable[str | Path], columns: Mapping[str, str] | None = None, settings: Settings | None = None
) -> Iterator[Located | Rejected]:
    """As `read_articles`, with the place of each article."""
    settings = settings or Settings.load()
    mapping = check_columns(columns)
    for path in paths:
        for file in expand(path):
            for raw in [file] if isinstance(file, Rejected) else _read(file, mapping, settings):
                if isinstance(raw, Rejected):
                    yield raw
                else:
                    yield from admit(raw, settings)


def read_article(path: str | Path, settings: Settings | None = None) -> Article:
    """The one article in a file of text or HTML, or in standard input.

    Raises InputError (ArticleTooLong, UnreadableText) where there is none.
    """
    problem: Rejected | None = None
    article: Article | None = None
    for found in read_articles([path], settings=settings):
        if isinstance(found, Article):
            if article is not None:
                raise InputError("holds more than one article; use `detente ingest`", path=path)
            article = found
        elif not found.notice:
            problem = found
    if article is not None:
        return article
    if problem is None:
        raise InputError("no article in it", path=path)
    kinds = {"too_long": ArticleTooLong, "binary": UnreadableText, "undecodable": UnreadableText}
    raise kinds.get(problem.reason, InputError)(problem.message, path=path, line=problem.line)


def expand(path: str | Path) -> Iterator[str | Rejected]:
    """The files that a path, folder or glob stands for, in sorted order; hidden ones in folders are passed over."""
    name = str(path)
    if is_remote(name):
        yield from expand_remote(name)
    elif name == STDIN or os.path.isfile(name):
        yield name
    elif os.path.isdir(name):
        yield from _below(name)
    elif glob.has_magic(name):
        matches = sorted(glob.glob(name, recursive=True))
        for match in matches:
            yield from expand(match)
        if not matches:
            yield Rejected(name, "missing_file", "no file matches")
    elif os.path.exists(name):  # pipes and devices
        yield name
    else:
        yield Rejected(name, "missing_file")


def _below(folder: str) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield os.path.join(parent, name)


def _read(path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
    name = "stdin" if path == STDIN else path
    try:
        if path == STDIN:
            yield from _read_stream(sys.stdin.buffer, name, columns, settings)
            return
        with open_remote(path) if is_remote(path) else open(path, "rb") as stream:
            yield from _read_stream(stream, name, columns, settings)
    except OSError as error:
        yield Rejected(name, "unreadable_file", error.strerror or str(error))
    except unpacking_errors() as error:
        yield Rejected(name, "unreadable_file", f"damaged compressed data ({error})")


def _read_stream(
    stream: IO[bytes], name: str, columns: Mapping[str, str], settings: Settings
) -> Iterator[Raw | Rejected]:
    suffix = suffix_of(name)
    if READERS.get(suffix) is not read_warc and isinstance(stream, io.BufferedReader):
        stream = unpacked(stream) or stream  # archives are unpacked by their reader: theirs can hold a dictionary
    reader = READERS.get(suffix) or _by_content(stream, columns)
    if reader is read_parquet and not stream.seekable():
        reader = _seekable(reader)
    yield from reader(stream, name, columns, settings)


def suffix_of(name: str) -> str:
    """ ".warc" of "news.warc.gz"."""
    path = Path((name_of(name) if is_remote(name) else name).lower())
    return Path(path.stem).suffix if path.suffix in SUFFIXES else path.suffix


def _by_content(stream: IO[bytes], columns: Mapping[str, str]) -> Reader:
    """The reader for what the stream begins with."""
    head = stream.peek(4096)[:4096] if isinstance(stream, io.BufferedReader) else b""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"PAR1"):
        return read_parquet
    if head.startswith(b"WARC/"):
        return read_warc
    if start.startswith((b"<!doctype html", b"<html")):
        return read_html
    if start.startswith(b"<") and FEED_ROOT.search(start):
        return read_feed
    if start.startswith(b"<?xml") and b"<html" in start:
        return read_html
    if start.startswith((b'{"', b"{ ", b"{}")):
        return read_jsonl
    if is_table(head, columns["text"]):
        return read_csv
    return read_text


def _seekable(reader: Reader) -> Reader:
    """The reader on a copy on disk, as standard input cannot be read backwards."""

    def read(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(stream, copy)
            copy.seek(0)
            yield from reader(cast(IO[bytes], copy), path, columns, settings)

    return read
