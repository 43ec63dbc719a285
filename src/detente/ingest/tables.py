"""Rows of JSON Lines, JSON, CSV and Parquet. A bad row is rejected with its line; the rest is read."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, cast

from detente.errors import UnreadableText
from detente.ingest.decoding import SAMPLE, decode, encoding_of
from detente.ingest.raw import Raw, pick
from detente.ingest.records import Rejected

if TYPE_CHECKING:
    from detente.config import Settings

Found = Iterator[Raw | Rejected]
WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
DELIMITERS = ",\t;|"
MAX_JSON = 500_000_000  # bytes of a document that is read as a whole
PARQUET_BUFFER = 1 << 20  # bytes of a column held at a time; by default a row group's whole columns are


def read_jsonl(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Found:
    """One object a line; empty lines are passed over."""
    for number, line in enumerate(_lines(stream, _line_limit(settings)), 1):
        if line is None:
            yield Rejected(path, "too_long", "", number)
        elif line.strip():
            yield _json_row(line, path, columns, number)


def read_json(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Found:
    """A list of objects or one object; else the file is read as JSON Lines."""
    data = stream.read(MAX_JSON + 1)
    if len(data) > MAX_JSON:
        if data.lstrip()[:1] != b"[" and stream.seekable():
            stream.seek(0)
            yield from read_jsonl(stream, path, columns, settings)
        else:
            yield Rejected(path, "too_long", f"a document of more than {MAX_JSON} bytes; write it as JSON Lines")
        return
    try:
        content = json.loads(decode(data), strict=False)
    except UnreadableText as error:
        yield Rejected(path, "undecodable", str(error))
    except (ValueError, RecursionError):
        yield from read_jsonl(io.BytesIO(data), path, columns, settings)
    else:
        rows = content if isinstance(content, list) else [content]
        for number, row in enumerate(rows, 1):
            if isinstance(row, dict):
                yield pick(row, columns, path, number)
            else:
                yield Rejected(path, "bad_json", f"item {number} is no object", number)


def _json_row(line: str, path: str, columns: Mapping[str, str], number: int) -> Raw | Rejected:
    try:
        row = json.loads(line, strict=False)
    except RecursionError:
        return Rejected(path, "bad_json", "nested too deeply", number)
    except ValueError as error:
        return Rejected(path, "bad_json", str(error), number)
    if not isinstance(row, dict):
        return Rejected(path, "bad_json", f"a {type(row).__name__}, not an object", number)
    return pick(row, columns, path, number)


def _line_limit(settings: Settings) -> int:
    """Bytes of a line of JSON that may still hold an article: up to six bytes a character as \\u escape, and more."""
    return 6 * settings.max_article_chars + 1_000_000


def _lines(stream: IO[bytes], limit: int) -> Iterator[str | None]:
    """Lines as text, bytes that are no UTF-8 kept as surrogates; None for a line above the limit."""
    first = stream.readline(limit)
    if first.startswith(WIDE_BOMS):
        rest = first + stream.read()
        yield from rest.decode("utf-32" if rest[:4] in BOM32 else "utf-16", "surrogatepass").splitlines()
        return
    line = first.removeprefix(codecs.BOM_UTF8)
    while line:
        if len(line) >= limit and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(limit)
            yield None
        else:
            yield line.decode("utf-8", "surrogateescape")
        line = stream.readline(limit)


BOM32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def read_csv(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Found:
    """Columns by the header; comma, tab, semicolon or bar, whichever the header has most of."""
    csv.field_size_limit(_line_limit(settings))  # so that a quotation mark never closed does not take in all the rest
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
    try:
        encoding = encoding_of(buffered.peek(SAMPLE)[:SAMPLE])
    except UnreadableText as error:
        yield Rejected(path, "binary" if "not text" in str(error) else "undecodable", str(error))
        return
    text = io.TextIOWrapper(buffered, encoding=encoding, errors="surrogateescape", newline="")
    try:
        yield from _csv_table(text, path, columns)
    finally:
        text.detach()  # the stream is its opener's to close


def delimiter_of(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def is_table(head: bytes, column: str) -> bool:
    """True where the first line is a table's header with that column."""
    line = head.removeprefix(codecs.BOM_UTF8).partition(b"\n")[0].decode("utf-8", "replace").strip()
    try:
        return column in next(csv.reader([line], delimiter=delimiter_of(line)), [])
    except csv.Error:
        return False


def _csv_table(text: IO[str], path: str, columns: Mapping[str, str]) -> Found:
    header_line = text.readline()
    delimiter = delimiter_of(header_line)
    header = next(csv.reader([header_line], delimiter=delimiter), [])
    if columns["text"] not in header:
        yield Rejected(path, "no_text", f"no column {columns['text']!r} among {', '.join(header)[:200] or 'none'}")
        return
    yield from _csv_rows(text, header, delimiter, path, columns)


def _csv_rows(text: IO[str], header: list[str], delimiter: str, path: str, columns: Mapping[str, str]) -> Found:
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        line = reader.line_num + 2
        try:
            values = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeError) as error:
            yield Rejected(path, "unreadable_table", str(error), line)
            if isinstance(error, UnicodeError):
                return
            continue
        if any(values):
            row: dict[str, object] = {name: value or None for name, value in zip(header, values, strict=False)}
            yield pick(row, columns, path, line)


def read_parquet(stream: IO[bytes], path: str, columns: Mapping[str, str], settings: Settings) -> Found:
    """Only the columns that are needed are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(stream, buffer_size=PARQUET_BUFFER, pre_buffer=False)
        present = [name for name in columns.values() if _holds(table.schema_arrow, name)]
        if columns["text"] not in present:
            names = ", ".join(table.schema_arrow.names)[:200]
            yield Rejected(path, "no_text", f"no column {columns['text']!r} among {names}")
            return
        number = 0
        for batch in table.iter_batches(batch_size=64, columns=present):
            for row in batch.to_pylist():
                number += 1
                yield pick(row, columns, path, number)
    except (pa.ArrowException, OSError) as error:
        yield Rejected(path, "unreadable_table", str(error).splitlines()[0])


def _holds(schema: Any, column: str) -> bool:
    """True for a column, and for the path of one within it ("meta.title")."""
    import pyarrow as pa

    if column in schema.names:
        return True
    first, *rest = column.split(".")
    if first not in schema.names:
        return False
    kind = schema.field(first).type
    for name in rest:
        if not pa.types.is_struct(kind) or kind.get_field_index(name) < 0:
            return False
        kind = kind.field(name).type
    return True
