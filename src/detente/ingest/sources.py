"""Files, folders, globs and standard input as articles.

A new kind of input is a reader in READERS: (stream, path, columns, settings) → Raw fields and rejections.
"""

from __future__ import annotations

import glob
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from detente.config import Settings
from detente.errors import ArticleTooLong, InputError, UnreadableText
from detente.ingest.admission import Located, admit
from detente.ingest.decoding import SAMPLE, decode, encoding_of
from detente.ingest.pages import read_html
from detente.ingest.raw import Raw, check_columns
from detente.ingest.records import Rejected
from detente.ingest.tables import read_csv, read_json, read_jsonl, read_parquet
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
}  # fmt: skip


def read_articles(
    paths: Iterable[str | Path], columns: Mapping[str, str] | None = None, settings: Settings | None = None
) -> Iterator[Article | Rejected]:
    """Articles of files, folders (with what is below them), globs and "-" for standard input, cleaned and checked.

    `columns` maps a field (id, url, title, text, publisher, published) to the column of a table that holds it.
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
        elif found.reason != "unknown_date":
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
    if name == STDIN or os.path.isfile(name):
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
    try:
        if path == STDIN:
            stream = sys.stdin.buffer
            yield from _reader("", stream)(stream, "stdin", columns, settings)
            return
        with open(path, "rb") as stream:
            yield from _reader(Path(path).suffix.lower(), stream)(stream, path, columns, settings)
    except OSError as error:
        yield Rejected(path, "unreadable_file", error.strerror or str(error))


def _reader(suffix: str, stream: IO[bytes]) -> Reader:
    """By suffix, or else by what the stream begins with."""
    if suffix in READERS:
        return READERS[suffix]
    head = stream.peek(4096)[:4096] if isinstance(stream, io.BufferedReader) else b""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith(b"PAR1"):
        return _seekable(read_parquet)
    if start.startswith((b"<!doctype html", b"<html")):
        return read_html
    if start.startswith((b'{"', b"{ ")):
        return read_jsonl
    return read_text


def _seekable(reader: Reader) -> Reader:
    """The reader on a copy in memory, as standard input cannot be read backwards."""

    def read(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Iterator[Raw | Rejected]:
        return reader(cast(IO[bytes], io.BytesIO(stream.read())), path, columns, settings)

    return read
