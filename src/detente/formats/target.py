"""The store's side of an import: what one file adds to it, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detente.formats.layouts import Layout

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FIXED = ("dataset", "file_number", "repeated", "reciprocal", "mirror")


@dataclass
class FileResult:
    """What became of one file. `present`: rows that the store had from another file, `repeated`: of a known id.

    `before`: the file was imported by an earlier run; its figures are of then. `failure`: why nothing of it was taken.
    """

    path: str
    added: int = 0
    present: int = 0
    rejected: int = 0
    repeated: int = 0
    mirrors: int = 0
    recoded: int = 0
    before: bool = False
    failure: str | None = None
    named: list[str] = field(default_factory=list)
    """The first rejected rows, as "file, line 3: reason: detail"."""


class Target:
    """`number`: the place of the file in the order of imports; `schema`: the columns of the rows that it wants."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, dataset: str, file_id: str, path: str) -> None:
        self.dataset, self.added = dataset, 0
        self._connection, self._id, self._path = connection, file_id, path
        ((number,),) = self._rows("SELECT coalesce(max(number), 0) + 1 FROM imported_files")
        self.number = int(number)
        excluded = ", ".join(FIXED)
        sql = f"SELECT * EXCLUDE ({excluded}) FROM imported_events LIMIT 0"
        self.schema: pa.Schema = connection.sql(sql).to_arrow_table().schema
        self._mine = f"dataset = '{dataset}' AND file_number = {self.number}"

    def recall(self, result: FileResult) -> bool:
        """Whether the file was imported before; then its figures are filled in."""
        sql = "SELECT added, present, rejected, recoded FROM imported_files WHERE id = ?"
        found = self._rows(sql, [self._id])
        if found:
            result.before = True
            result.added, result.present, result.rejected, result.recoded = map(int, found[0])
        return bool(found)

    def insert(self, batches: Iterator[pa.RecordBatch]) -> None:
        """Adds the rows that no other file of the dataset has brought."""
        import pyarrow as pa

        others = f"SELECT row_key FROM imported_events WHERE dataset = '{self.dataset}'"
        ((known,),) = self._rows(f"SELECT count(*) FROM ({others})")
        new = f"WHERE row_key NOT IN ({others})" if known else ""
        reader = pa.RecordBatchReader.from_batches(self.schema, batches)
        ((added,),) = self._insert(
            f"""INSERT INTO imported_events BY NAME
                SELECT '{self.dataset}' AS dataset, {self.number} AS file_number, false AS repeated,
                    false AS reciprocal, false AS mirror, * FROM incoming {new}""",
            reader,
        )
        self.added = int(added)

    def reject(self, rows: pa.RecordBatchReader) -> None:
        self._insert(f"INSERT INTO imported_rejections BY NAME SELECT '{self._id}' AS file_id, * FROM incoming", rows)

    def rejections(self, limit: int) -> list[str]:
        """The first ones in words."""
        sql = "SELECT line, reason, detail FROM imported_rejections WHERE file_id = ? ORDER BY line LIMIT ?"
        found = self._rows(sql, [self._id, limit])
        return [f"{self._path}, line {line}: {reason}: {detail}" for line, reason, detail in found]

    def mark_repeated(self, with_date: bool) -> int:
        """Rows whose id (and date) an earlier row has, in this file or another of the dataset; gives their number."""
        key = "id, event_date" if with_date else "id"
        all_ = f"imported_events WHERE dataset = '{self.dataset}'"
        twice = f"""SELECT {key} FROM {all_} AND ({key}) IN (SELECT ({key}) FROM imported_events WHERE {self._mine})
                    GROUP BY {key} HAVING count(*) > 1"""
        later = f"""SELECT file_number, line FROM {all_} AND ({key}) IN (SELECT ({key}) FROM ({twice}))
                    QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY file_number, line) > 1"""
        return self._update(
            f"""UPDATE imported_events SET repeated = true
                WHERE {self._mine} AND line IN (SELECT line FROM ({later}) WHERE file_number = {self.number})"""
        )

    def mark_mirrors(self, candidates: pa.Table) -> int:
        """A meeting that the file tells from both sides is one event; the first row stands for it.

        Where one side visits and the other hosts, the visitor's row stands, and keeps its direction. Gives the number
        of the rows that stand for nothing.
        """
        if not candidates.num_rows:
            return 0
        self._connection.register("incoming", candidates)
        try:
            self._connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE imported_mirrors AS
                    SELECT line, coalesce(min(line) FILTER (NOT hosts) OVER pair, min(line) OVER pair) AS head,
                        NOT bool_or(hosts) OVER pair AS reciprocal FROM incoming
                    WHERE line IN (SELECT line FROM imported_events WHERE {self._mine} AND NOT repeated)
                    WINDOW pair AS (PARTITION BY key)
                    QUALIFY bool_or(forward) OVER pair AND bool_or(NOT forward) OVER pair"""
            )
        finally:
            self._connection.unregister("incoming")
        self._update(self._marking("reciprocal", "line = head AND reciprocal"))
        return self._update(self._marking("mirror", "line <> head"))

    def _marking(self, column: str, condition: str) -> str:
        lines = f"SELECT line FROM imported_mirrors WHERE {condition}"
        return f"UPDATE imported_events SET {column} = true WHERE {self._mine} AND line IN ({lines})"

    def finish(self, layout: Layout, present: int, rejected: int, recoded: int) -> None:
        """Notes the file as imported."""
        self._connection.execute(
            "INSERT INTO imported_files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [self._id, self.number, self.dataset, self._path, list(layout.names), list(layout.types), layout.header,
             self.added, present, rejected, recoded],
        )  # fmt: skip

    def _insert(self, sql: str, rows: object) -> list[tuple[Any, ...]]:
        self._connection.register("incoming", rows)
        try:
            return self._rows(sql)
        finally:
            self._connection.unregister("incoming")

    def _update(self, sql: str) -> int:
        return int(self._rows(sql)[0][0])

    def _rows(self, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters).fetchall()
