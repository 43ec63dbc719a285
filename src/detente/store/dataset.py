"""The record as a folder of Parquet: one folder a table of the store, one file a shard of each run that wrote it.

`events/0001-000007.parquet` holds the events of shard 7 of the first run. A shard counts once its mark is there
(`_runs/0001/done/000007.json`), which is written last: files without one are of a run that was cut off, and left out.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from detente.errors import StoreError
from detente.store.migrations import migrations
from detente.store.rows import Row
from detente.store.storage import Folder
from detente.store.store import Store

TABLES = (
    "articles", "signatures", "codings", "actors", "statements", "events", "event_pairs", "article_pairs",
    "assessments", "links", "rejections", "input_rejections",
)  # fmt: skip
FORMAT = "_detente.json"
RUNS = "_runs"


@functools.cache
def schemas() -> dict[str, pa.Schema]:
    """The columns of each table, those of the store."""
    with duckdb.connect() as connection:
        for _, _, sql in migrations():
            connection.execute(sql)
        return {name: connection.sql(f"FROM {name} LIMIT 0").to_arrow_table().schema for name in TABLES}


class Dataset:
    """A folder of Parquet, on disk or in object storage."""

    def __init__(self, root: str | Path) -> None:
        self.folder = Folder(root)
        self.root = self.folder.root

    def create(self) -> None:
        """Makes the folder with an empty file for each table, unless it is there."""
        if self.folder.exists(FORMAT):
            return
        local = self.folder.local
        if local is not None and local.exists() and (not local.is_dir() or any(local.iterdir())):
            kind = "holds other files" if local.is_dir() else "is a file"
            raise StoreError(f"{self.root}: {kind}; --engine ray writes a folder of its own, name one with --store")
        for name, schema in schemas().items():
            self.folder.write_table(f"{name}/schema.parquet", schema.empty_table())
        self.folder.write_json(FORMAT, {"format": 1, "tables": TABLES})

    def check(self) -> None:
        if not self.folder.exists(FORMAT):
            raise StoreError(f"{self.root}: no dataset here; make one with `detente ingest PATH --engine ray --store`")

    def write_shard(self, run: str, shard: int, tables: Mapping[str, list[Row]], report: object) -> None:
        """Writes the shard's rows and then its mark; a shard that is written again is the same afterwards."""
        for name, schema in schemas().items():
            if rows := tables.get(name):
                table = pa.Table.from_pylist(rows, schema=schema)
                self.folder.write_table(f"{name}/{shard_file(run, shard)}", table)
        self.folder.write_json(f"{RUNS}/{run}/done/{shard:06}.json", report)

    def runs(self) -> list[str]:
        return self.folder.folders(RUNS)

    def done(self, run: str) -> list[int]:
        """Shards of the run that are complete."""
        return [int(name[:6]) for name in self.folder.names(f"{RUNS}/{run}/done")]

    def files(self, table: str) -> list[str]:
        """Names of the table's files that count, in the order in which they were planned."""
        done = {shard_file(run, shard) for run in self.runs() for shard in self.done(run)}
        return [f"{table}/{name}" for name in self.folder.names(table) if name in done]

    def tables(self, name: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """The rows of a table, file by file."""
        for file in self.files(name):
            yield self.folder.parquet(file).read(columns)

    def drop_unfinished(self, run: str) -> None:
        """Deletes the files of shards of a run that were never completed."""
        done = {shard_file(run, shard) for shard in self.done(run)}
        for table in TABLES:
            for name in self.folder.names(table):
                if name.startswith(f"{run}-") and name not in done:
                    self.folder.delete(f"{table}/{name}")


def shard_file(run: str, shard: int) -> str:
    return f"{run}-{shard:06}.parquet"


def gather(dataset: Dataset | Path | str, store: Store) -> dict[str, int]:
    """Copies a dataset into an empty store; rows written by table.

    For search, and for who prefers one file. All or nothing is kept.
    """
    dataset = dataset if isinstance(dataset, Dataset) else Dataset(dataset)
    dataset.check()
    if store.rows("SELECT 1 FROM codings LIMIT 1"):
        raise StoreError(f"{store.path}: not empty; gather a dataset into a new store")
    written: dict[str, int] = {}
    with store.transaction() as connection:
        for name in TABLES:
            written[name] = sum(_copy(connection, name, table) for table in dataset.tables(name))
    from detente.relations.settling import settle

    settle(store)
    return written


def _copy(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> int:
    connection.register("gathered", table)
    try:
        # The same rejection can stand in several runs; a store keeps it once.
        extra = "OR IGNORE " if name == "input_rejections" else ""
        found: Any = connection.execute(f"INSERT {extra}INTO {name} BY NAME SELECT * FROM gathered").fetchall()
    finally:
        connection.unregister("gathered")
    return int(found[0][0])
