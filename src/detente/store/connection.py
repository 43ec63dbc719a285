"""Opening a store: creation, migrations, and a clear word where it cannot be opened."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb

from detente.errors import StoreError, StoreFull, StoreLocked, StoreReadOnly
from detente.store.folder import connect_folder
from detente.store.migrations import migrations


def connect(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection to the store at `path`, made if it is not there, at the newest schema version."""
    if path.is_dir():
        if not read_only:
            raise StoreReadOnly(
                f"{path}: a folder of Parquet is a store for reading; write to a DuckDB file, with --store FILE"
            )
        return connect_folder(path)
    if not path.exists() or path.stat().st_size == 0:
        if read_only:
            raise StoreError(f"{path}: no store here; make one with `detente ingest PATH --store {path}`")
        _create(path)
    if not read_only and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise StoreReadOnly(f"{path}: the file or its folder is not writable; copy it or open it read-only")
    connection = _open(path, read_only)
    try:
        _migrate(connection, path, read_only)
    except duckdb.Error as error:
        connection.close()
        raise named(path, str(error)) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _create(path: Path) -> None:
    """A complete empty store under a temporary name, then renamed: a store half made is never seen."""
    if not path.parent.is_dir():
        raise StoreError(f"{path}: the folder {path.parent} does not exist")
    if not os.access(path.parent, os.W_OK):
        raise StoreReadOnly(f"{path}: the folder {path.parent} is not writable; choose another place with --store")
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(draft)) as connection:
            _migrate(connection, draft, read_only=False)
        if path.exists():  # an empty file, as mktemp makes it
            os.replace(draft, path)
        else:
            _place(draft, path)
    except duckdb.Error as error:
        raise named(path, str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
        draft.with_name(draft.name + ".wal").unlink(missing_ok=True)


def _place(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was faster; its store is as good
    except OSError:  # file systems without hard links
        os.replace(draft, path)


def _open(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        raise named(path, str(error)) from error


FULL = re.compile(r"No space left on device|File too large|Disk quota exceeded")


def named(path: Path, message: str) -> StoreError:
    """What DuckDB says, as an error that names the store and what to try."""
    if FULL.search(message):
        return StoreFull(
            f"{path}: no room to write ({FULL.findall(message)[0]}); what was written before is kept. "
            "Free some space, or copy the store to another disk and name it with --store; the same command goes on"
        )
    if "Could not set lock" in message or "different configuration" in message:
        holder = re.search(r"PID (\d+)", message)
        who = f"process {holder[1]}" if holder else "another connection"
        return StoreLocked(f"{path}: {who} has the store open for writing; wait for it to end, or use another --store")
    if "Permission denied" in message or "read-only" in message:
        return StoreReadOnly(f"{path}: no permission to open the store; check the file's and the folder's rights")
    if "not a valid DuckDB" in message:
        return StoreError(f"{path}: this file is not a Detente store; choose another with --store")
    first_line = message.strip().splitlines()[0] if message.strip() else "unknown reason"
    return StoreError(f"{path}: the store cannot be opened ({first_line})")


def _migrate(connection: duckdb.DuckDBPyConnection, path: Path, read_only: bool) -> None:
    """Brings the schema to the newest version, each step in its own transaction."""
    present = _schema_version(connection, path)
    steps = migrations()
    newest = steps[-1][0]
    if present > newest:
        raise StoreError(
            f"{path}: the store has schema version {present}, this Detente knows up to {newest}; "
            "upgrade with `pip install -U detente`"
        )
    done = _applied(connection) if present else set()
    missing = [step for step in steps if step[0] not in done]
    if missing and read_only:
        raise StoreError(
            f"{path}: the store has schema version {present} of {newest} and lacks {missing[0][1]}; "
            "open it once for writing, as `detente ingest` does"
        )
    for version, name, sql in missing:
        connection.execute("BEGIN")
        connection.execute(sql)
        connection.execute("INSERT INTO schema_migrations VALUES (?, ?)", [version, name])
        connection.execute("COMMIT")


def _applied(connection: duckdb.DuckDBPyConnection) -> set[int]:
    """A step can be missing below the newest: branches that were merged later bring lower numbers."""
    return {int(version) for (version,) in connection.execute("SELECT version FROM schema_migrations").fetchall()}


def _schema_version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "schema_migrations" in tables:
        # All rows are fetched: DuckDB 2 refuses other work on a connection while a result is open.
        ((version,),) = connection.execute("SELECT max(version) FROM schema_migrations").fetchall()
        return int(version or 0)
    if tables:
        raise StoreError(f"{path}: a DuckDB file, but not a Detente store; choose another with --store")
    return 0
