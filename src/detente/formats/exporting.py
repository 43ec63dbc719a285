"""Events out of the store in a format: what was imported in it as it came, what was coded here after its rules."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from detente.errors import InputError
from detente.formats.layouts import ALIASES, FORMATS
from detente.formats.own import told
from detente.formats.writers import left_out, plover_record, row_writer
from detente.store.export import export_parquet, write_csv, write_jsonl
from detente.store.queries import ALL_EVENT_COLUMNS, EVENT_COLUMNS, EventFilter, event_query, imported_query

if TYPE_CHECKING:
    import pyarrow as pa

    from detente.store import Store

DATA = ("detente", *FORMATS, "all")
WITH_HEADER = ("icews", "polecat")


@dataclass
class ExportSummary:
    """Rows written: `originals` as they were imported, `made` from events; `left_out` by reason (writers.REASONS)."""

    originals: int = 0
    made: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        return self.originals + self.made


@dataclass(frozen=True)
class _Source:
    """One imported file: its place in the order of imports, its columns and (of Parquet) their types."""

    number: int
    columns: tuple[str, ...]
    types: tuple[str, ...]


def export(
    store: Store, format: str, out: IO[str] | Path, where: EventFilter | None = None, data: str | None = None
) -> ExportSummary:
    """Writes events; Parquet goes to a path, everything else to an open text file.

    `data`: whose events, see EventFilter; None for what was coded here and what was imported in this very format.
    jsonl takes what was coded here where `data` is None. Filters other than days and confidence do not touch rows that
    are written as they were imported.
    """
    where = where or EventFilter()
    if data is not None and data not in DATA:
        raise InputError(f"unknown data {data!r}; known are {', '.join(DATA)}")
    files = _files(store, format) if data in (None, format, "all") else []
    others = [] if data == format else ["detente"] if data in (None, "detente") else [data]
    if data == "all":
        others = ["detente", *(name for name in _datasets(store) if name != format)]
    job = _Job(store, format, where, files, [str(name) for name in others if name])
    if format == "parquet":
        assert isinstance(out, Path)
        return _parquet(job, out)
    assert not isinstance(out, Path)
    if format in ("csv", "jsonl"):
        return _tables(job, out)
    return _plover(job, out) if format == "plover" else _tabs(job, out)


@dataclass(frozen=True)
class _Job:
    """`files`: imports that are written as they came; `others`: data that is written after the format's rules."""

    store: Store
    format: str
    where: EventFilter
    files: list[_Source]
    others: list[str]

    def originals(self) -> Iterator[pa.RecordBatch]:
        if self.files:
            yield from self.store.batches(*imported_query(self.format, self.where))

    def wheres(self) -> Iterator[EventFilter]:
        for name in self.others:
            yield replace(self.where, data=name)


def _files(store: Store, format: str) -> list[_Source]:
    sql = "SELECT number, columns, types FROM imported_files WHERE dataset = ? AND added > 0 ORDER BY number"
    return [_Source(row["number"], tuple(row["columns"]), tuple(row["types"])) for row in store.rows(sql, [format])]


def _datasets(store: Store) -> list[str]:
    return [row["dataset"] for row in store.rows("SELECT DISTINCT dataset FROM imported_files ORDER BY dataset")]


def _tabs(job: _Job, out: IO[str]) -> ExportSummary:
    """Rows keep their number of cells where all files have the same columns, as they mostly do."""
    standard, write = row_writer(job.format)
    columns = _common_columns(job, standard)
    if job.format in WITH_HEADER:
        out.write("\t".join(columns) + "\n")
    summary = ExportSummary()
    for cells, _ in _original_cells(job, columns):
        out.writelines("\t".join(row) + "\n" for row in cells)
        summary.originals += len(cells)
    for where in job.wheres():
        for event in told(job.store, where):
            reason = left_out(job.format, event)
            if reason:
                summary.left_out[reason] += 1
                continue
            for row in write(event):
                out.write("\t".join(_placed(row, standard, columns)) + "\n")
                summary.made += 1
    return summary


def _common_columns(job: _Job, standard: Sequence[str]) -> tuple[str, ...]:
    """The columns of the files where all have the same; else the format's own with what is beyond them."""
    kinds = {source.columns for source in job.files}
    if len(kinds) == 1:
        return kinds.pop()
    beyond = [ALIASES.get(name, name) for source in job.files for name in source.columns]
    return tuple(dict.fromkeys([*standard, *beyond]))


def _original_cells(job: _Job, columns: tuple[str, ...]) -> Iterator[tuple[list[list[str]], int]]:
    """Rows in the order of `columns`, batch by batch, with the number of their file."""
    sources = {source.number: source for source in job.files}
    for batch in job.originals():
        numbers = batch.column("file_number").to_pylist()
        rows = batch.column("cells").to_pylist()
        start = 0
        while start < len(rows):
            number, end = numbers[start], start
            while end < len(rows) and numbers[end] == number:
                end += 1
            part = rows[start:end]
            names = sources[number].columns
            yield (part if names == columns else [_placed(row, names, columns) for row in part]), number
            start = end


def _placed(row: Sequence[str], names: Sequence[str], columns: Sequence[str]) -> list[str]:
    if tuple(names) == tuple(columns):
        return list(row)
    cells = dict(zip((ALIASES.get(name, name) for name in names), row, strict=False))
    return [cells.get(ALIASES.get(column, column), "") for column in columns]


def _plover(job: _Job, out: IO[str]) -> ExportSummary:
    summary = ExportSummary()
    for batch in job.originals():
        out.writelines(f"{cells[0]}\n" for cells in batch.column("cells").to_pylist())
        summary.originals += batch.num_rows
    for where in job.wheres():
        for event in told(job.store, where):
            reason = left_out("plover", event)
            if reason:
                summary.left_out[reason] += 1
            else:
                out.write(plover_record(event) + "\n")
                summary.made += 1
    return summary


def _own_columns(job: _Job) -> tuple[str, ...]:
    return EVENT_COLUMNS if set(job.others) <= {"detente"} else ALL_EVENT_COLUMNS


def _tables(job: _Job, out: IO[str]) -> ExportSummary:
    """JSON Lines and CSV. Beside imported tables of other columns, all columns stand side by side."""
    summary, ours = ExportSummary(), _own_columns(job)
    if job.format == "jsonl":
        for where in job.wheres():
            summary.made += write_jsonl(_event_rows(job.store, where), out)
        return summary
    if not job.files:
        rows = (row for where in job.wheres() for row in _event_rows(job.store, where))
        summary.made = write_csv(({name: row.get(name) for name in ours} for row in rows), out, ours)
        return summary
    made = [row for where in job.wheres() for row in _event_rows(job.store, where)]
    beside = [*(ours if made else ()), *(name for source in job.files for name in source.columns)]
    kinds = {source.columns for source in job.files}
    columns = kinds.pop() if len(kinds) == 1 and not made else tuple(dict.fromkeys(beside))
    writer = csv.writer(out, lineterminator="\n")
    quoting = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for cells, _ in _original_cells(job, columns):
        for row in cells:
            # The csv module leaves a lone return bare, and cannot read it back.
            (quoting if any("\r" in cell for cell in row) else writer).writerow(row)
        summary.originals += len(cells)
    summary.made = write_csv(({name: row.get(name) for name in columns} for row in made), out, columns, header=False)
    return summary


def _event_rows(store: Store, where: EventFilter) -> Iterator[dict[str, Any]]:
    for batch in store.batches(*event_query(where)):
        yield from batch.to_pylist()


def _parquet(job: _Job, path: Path) -> ExportSummary:
    """Imported columns get their types back. The file appears under its name only when it is complete."""
    import pyarrow.parquet as pq

    summary = ExportSummary()
    if not job.files and job.others == ["detente"]:
        summary.made = export_parquet(job.store, path, job.where)
        return summary
    sql, parameters = _parquet_query(job)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        schema = job.store.arrow(f"SELECT * FROM ({sql}) LIMIT 0", parameters).schema
        with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
            for batch in job.store.batches(sql, parameters):
                writer.write_batch(batch)
                summary.made += batch.num_rows
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    for source in job.files:
        ((count,),) = [tuple(row.values()) for row in job.store.rows(*_count_query(job, source))]
        summary.originals += int(count)
    summary.made -= summary.originals
    return summary


def _count_query(job: _Job, source: _Source) -> tuple[str, list[object]]:
    sql, parameters = imported_query(job.format, job.where)
    return f"SELECT count(*) FROM ({sql}) WHERE file_number = {source.number}", parameters


def _parquet_query(job: _Job) -> tuple[str, list[object]]:
    parts, parameters = [], []
    for source in job.files:
        sql, values = imported_query(job.format, job.where)
        casts = ", ".join(
            f'CAST(cells[{i}] AS {kind}) AS "{name.replace(chr(34), chr(34) * 2)}"'
            for i, (name, kind) in enumerate(zip(source.columns, source.types, strict=True), 1)
        )
        parts.append(f"SELECT {casts} FROM ({sql}) WHERE file_number = {source.number}")
        parameters += values
    for where in job.wheres():
        sql, values = event_query(where)
        if not parts or job.store.rows(f"SELECT count(*) AS n FROM ({sql})", values)[0]["n"]:
            parts.append(f"SELECT * FROM ({sql})")
            parameters += values
    return " UNION ALL BY NAME ".join(parts), parameters
