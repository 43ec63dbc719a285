"""Events as files. The order of the rows is fixed, so that the same record gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from detente.store.queries import EVENT_COLUMNS, EventFilter, event_query, events
from detente.store.rows import Row
from detente.store.store import Store


def export_jsonl(store: Store, out: IO[str], where: EventFilter | None = None) -> int:
    """One event a line; gives the number of lines."""
    return write_jsonl(events(store, where), out)


def export_csv(store: Store, out: IO[str], where: EventFilter | None = None) -> int:
    """Lists are joined by ';'. Gives the number of rows without the header."""
    return write_csv(events(store, where), out, EVENT_COLUMNS)


def export_parquet(store: Store, path: Path | str, where: EventFilter | None = None) -> int:
    """Gives the number of rows. The file appears under its name only when it is complete."""
    path = Path(path)
    table = store.arrow(*event_query(where or EventFilter()))
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        pq.write_table(table, draft, compression="zstd")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return int(table.num_rows)


def stream_csv(batches: Iterable[list[Row]], columns: Iterable[str]) -> Iterator[bytes]:
    """As `write_csv`, piece by piece."""
    columns = list(columns)
    out = io.StringIO()
    write_csv([], out, columns)
    yield out.getvalue().encode()
    for rows in batches:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([_cell(row[column]) for column in columns] for row in rows)
        yield out.getvalue().encode("utf-8", "replace")


def stream_jsonl(batches: Iterable[list[Row]]) -> Iterator[bytes]:
    for rows in batches:
        out = io.StringIO()
        write_jsonl(rows, out)
        yield out.getvalue().encode("utf-8", "replace")


def stream_parquet(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[bytes]:
    """One file, a row group a batch; no more than a row group is held in memory."""
    sink = _Sink()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.take()
    yield sink.take()


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._written += len(part)
        return len(part)

    def take(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def write_jsonl(rows: Iterable[Row], out: IO[str]) -> int:
    number = 0
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False, default=iso) + "\n")
        number += 1
    return number


def write_csv(rows: Iterable[Row], out: IO[str], columns: Iterable[str], header: bool = True) -> int:
    columns = list(columns)
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
        number += 1
    return number


def iso(value: object) -> str:
    """Dates as ISO; times are UTC and say so."""
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _cell(value: object) -> object:
    if isinstance(value, list):
        return ";".join(map(str, value))
    return iso(value) if isinstance(value, date) else value


EXPORTS: dict[str, Callable[[Store, IO[str], EventFilter | None], int]] = {"jsonl": export_jsonl, "csv": export_csv}
