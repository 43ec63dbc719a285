"""Rows of a file in blocks: their line numbers and cells as Arrow columns, and what could not be read.

A block is at most `BLOCK_BYTES` of text, so that memory stays the same whatever the size of the file. Lines are decoded
and split by whole blocks, which is what makes it quick.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from detente.errors import InputError
from detente.formats.layouts import COLUMNS, Layout, layout_of

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 8 << 20
BLOCK_ROWS = 20_000
DELIMITERS = ",\t;|"
WIDE_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
              (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


@dataclass(frozen=True)
class Reject:
    """A row that was not taken in. `row`: its text as far as it can be shown."""

    line: int
    reason: str
    detail: str
    row: str


@dataclass
class Block:
    """`rows` has the columns `line` (from 1, of the file), `cells`, and `text`: what tells the row from others."""

    rows: pa.Table
    rejects: list[Reject] = field(default_factory=list)
    recoded: int = 0
    """Lines that were no UTF-8."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where it is gzip or a zip with one file in it, as UTF-8 where it is UTF-16."""
    with path.open("rb") as raw:
        start = raw.read(4)
        raw.seek(0)
        if start.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(raw) as archive:
                names = [name for name in archive.namelist() if not name.endswith("/")]
                if len(names) != 1:
                    raise InputError(f"{len(names)} files in one archive; unpack it and import them", path=path)
                with archive.open(names[0]) as stream:
                    yield _as_utf8(stream)
        elif start.startswith(b"\x1f\x8b"):
            with gzip.open(raw) as stream:
                yield _as_utf8(cast(IO[bytes], stream))
        else:
            yield _as_utf8(raw)


READ_ERRORS = (OSError, EOFError, zlib.error, zipfile.BadZipFile, UnicodeError)


def _as_utf8(stream: IO[bytes]) -> IO[bytes]:
    start = stream.read(4)
    stream.seek(0)
    for mark, encoding in WIDE_MARKS:
        if start.startswith(mark):
            return cast(IO[bytes], codecs.EncodedFile(cast(Any, stream), "utf-8", encoding))
    return stream


def _text_blocks(stream: IO[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Number of the first line and the lines of each block, without their ends and the byte order mark."""
    number, rest, begun = 1, b"", False
    while data := stream.read(BLOCK_BYTES):
        if not begun:
            data, begun = data.removeprefix(codecs.BOM_UTF8), True
        data = rest + data
        cut = data.rfind(b"\n")
        if cut < 0:
            rest = data
            continue
        rest = data[cut + 1 :]
        lines = data[:cut].split(b"\n")
        yield number, lines
        number += len(lines)
    if rest:
        yield number, [rest]


def _decoded(lines: list[bytes]) -> tuple[list[str], int]:
    """The lines as text, and how many were no UTF-8."""
    recoded = 0
    try:
        texts = b"\n".join(lines).decode("utf-8").split("\n")
    except UnicodeDecodeError:
        pairs = [_decode_line(line) for line in lines]
        texts, recoded = [text for text, _ in pairs], sum(other for _, other in pairs)
    return [text[:-1] if text[-1:] == "\r" else text for text in texts], recoded


def _decode_line(line: bytes) -> tuple[str, bool]:
    """UTF-8, else Windows-1252, else ISO 8859-1, in which every byte is a character; and whether it was not UTF-8."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding), encoding != "utf-8"
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1"), True


def _chunks(first: int, lines: list[str]) -> Iterator[tuple[Sequence[int], list[str]]]:
    """Numbers and texts of the lines that are not empty, so many that a block of rows is not too long."""
    numbers: Sequence[int] = range(first, first + len(lines))
    if not all(lines):
        kept = [(number, line) for number, line in zip(numbers, lines, strict=True) if line]
        numbers, lines = [number for number, _ in kept], [line for _, line in kept]
    for start in range(0, len(lines), BLOCK_ROWS):
        yield numbers[start : start + BLOCK_ROWS], lines[start : start + BLOCK_ROWS]


def _table(numbers: Sequence[int], cells: pa.Array, texts: pa.Array | None = None) -> pa.Table:
    """Without `texts`, staging makes them of the cells."""
    import pyarrow as pa

    columns = {"line": pa.array(numbers, pa.int64()), "cells": cells}
    return pa.table(columns if texts is None else {**columns, "text": texts})


def read_tabs(stream: IO[bytes], format: str) -> Iterator[Layout | Block]:
    """First the layout, then the rows of a tab-separated file. Quotes are letters like any other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    layout: Layout | None = None
    for first, raw in _text_blocks(stream):
        lines, recoded = _decoded(raw)
        if layout is None:
            head = [line.split("\t") for line in islice((line for line in lines if line), 2)]
            layout = layout_of(format, head[0] if head else [], head[1] if len(head) > 1 else None)
            yield layout
            if layout.header and head:
                lines[next(i for i, line in enumerate(lines) if line)] = ""
        for numbers, texts in _chunks(first, lines):
            column = pa.array(texts, pa.string())
            yield Block(_table(numbers, pc.split_pattern(column, "\t"), column), [], recoded)
            recoded = 0
    if layout is None:
        yield layout_of(format, [], None)


def read_lines(stream: IO[bytes]) -> Iterator[Layout | Block]:
    """JSON Lines: each line is one cell. A file that is one JSON list is read as well, item by item."""
    import pyarrow as pa

    yield Layout(COLUMNS["plover"], (1,))
    listed = pa.list_(pa.string())
    start = stream.read(1024)
    stream.seek(0)
    if re.match(rb"\s*\[\s*\{", start.removeprefix(codecs.BOM_UTF8)):
        yield from _json_list(stream.read())
        return
    for first, raw in _text_blocks(stream):
        lines, recoded = _decoded(raw)
        for numbers, texts in _chunks(first, [line if line.strip() else "" for line in lines]):
            yield Block(_table(numbers, pa.array([[text] for text in texts], listed)), [], recoded)
            recoded = 0


def _json_list(data: bytes) -> Iterator[Block]:
    """The line of an item is its number in the list."""
    import pyarrow as pa

    try:
        items = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"neither JSON Lines nor a JSON list ({error})") from error
    for start in range(0, len(items), BLOCK_ROWS):
        part = [[json.dumps(item, ensure_ascii=False)] for item in items[start : start + BLOCK_ROWS]]
        numbers = range(start + 1, start + 1 + len(part))
        yield Block(_table(list(numbers), pa.array(part, pa.list_(pa.string()))))


def read_commas(stream: IO[bytes], path: Path) -> Iterator[Layout | Block]:
    """CSV by its header; comma, tab, semicolon or bar, whichever the header has most of. A cell may span lines."""
    import pyarrow as pa

    csv.field_size_limit(2**31 - 1)
    recoded = [0]
    lines = _csv_lines(stream, recoded)
    head = next(lines, "")
    delimiter = max(DELIMITERS, key=head.count)
    names = next(csv.reader([head], delimiter=delimiter), [])
    if not names:
        raise InputError("no header line", path=path)
    yield Layout(tuple(names), (len(names),), header=True)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        before = reader.line_num
        rows, reject = _csv_rows(reader)
        numbers = _row_lines(rows, before + 2, reader.line_num - before)
        kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if row]
        cells = pa.array([row for _, row in kept], pa.list_(pa.string()))
        yield Block(_table([number for number, _ in kept], cells), reject, recoded[0])
        recoded[0] = 0
        if not reject and len(rows) < BLOCK_ROWS:
            return


def _csv_rows(reader: Any) -> tuple[list[list[str]], list[Reject]]:
    """The next rows, up to one that cannot be read."""
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, BLOCK_ROWS))
    except csv.Error as error:
        return rows, [Reject(reader.line_num + 1, "unreadable_row", str(error), "")]
    return rows, []


def _csv_lines(stream: IO[bytes], recoded: list[int]) -> Iterator[str]:
    """Lines with their ends; `recoded[0]` counts those that are no UTF-8."""
    for _, raw in _text_blocks(stream):
        try:
            text = b"\n".join(raw).decode("utf-8").split("\n")
        except UnicodeDecodeError:
            pairs = [_decode_line(line) for line in raw]
            text = [line for line, _ in pairs]
            recoded[0] += sum(other for _, other in pairs)
        for line in text:
            yield line + "\n"


def _row_lines(rows: list[list[str]], first: int, lines: int) -> list[int]:
    """The line that each row begins on: one a row, unless cells span lines."""
    if lines == len(rows):
        return list(range(first, first + lines))
    numbers, number = [], first
    for row in rows:
        numbers.append(number)
        number += 1 + sum(cell.count("\n") for cell in row)
    return numbers


def read_parquet(path: Path) -> Iterator[Layout | pa.RecordBatch]:
    """First the layout, then the rows as the file types them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as table:
            yield Layout(tuple(table.schema_arrow.names))
            yield from table.iter_batches(batch_size=BLOCK_ROWS)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"no readable Parquet file ({str(error).splitlines()[0]})", path=path) from error
