"""A folder of Parquet as a store: DuckDB reads the files in place, through views that are named as a store's tables.

A file belongs to the table that its folder (`events/year=2021/part-0.parquet`) or its own name (`articles.parquet`,
`articles-2.parquet`) says; any other holds events, as `detente export --format parquet --output FILE` writes them. What
the files lack is worked out from the events where it can be, and is empty where it cannot.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from detente.errors import StoreError
from detente.store.migrations import migrations

if TYPE_CHECKING:
    from detente.store.store import Store

ENDINGS = (".parquet", ".pq")
BOOK = "schema_migrations"  # of the file that a store is, not of the record
ROW_GROUP = 100_000
# Of tables that are sorted by pairs: so few that what is read for a pair is little more than its own rows.
ROW_GROUPS = {"events": 20_480, "event_pairs": 20_480, "article_pairs": 20_480}
BY_YEAR = ("events", "event_pairs")
NUMBERED = ("codings", "alerts")  # tables of which the place of a row is asked: a view has no rowid of its own
VERSIONED = (
    "actors", "statements", "events", "event_pairs", "article_pairs", "assessments", "links", "rejections",
)  # fmt: skip
# What tells the files' order, so that the same record gives the same bytes and row groups can be passed over.
ORDERS = {
    "codings": "article_id, version_order, coder_version", "articles": "id", "signatures": "article_id",
    "events": "dyad NULLS LAST, event_date NULLS LAST, article_id, version_order, coder_version, position",
    "article_pairs": "a, b, published NULLS LAST, article_id, coder_version",
    "event_pairs": "source, target, event_date NULLS LAST, article_id, coder_version, event_id",
    "imported_events": "file_number, line",
}  # fmt: skip
_DYAD = """list_min(flatten(list_transform(source_countries, lambda s: list_transform(
    CASE WHEN len(target_names) = 0 THEN list_filter(source_countries, lambda t: t <> s) ELSE target_countries END,
    lambda t: concat(least(s, t), '-', greatest(s, t))))))"""
# Columns that an export of events leaves out, as far as others tell them.
_STAND_INS = {
    "events": {
        "position": "file_row_number", "source_ids": "source_names", "target_ids": "target_names",
        "trigger_text": "quote", "coder": "''", "coder_version": "''", "dyad": _DYAD,
    },
    "articles": {"text": "''"},
}  # fmt: skip
_EVENTS_ALONE = {
    "codings": """SELECT article_id, coder_version, list_transform(
                      string_split(regexp_extract(coder_version, '^[0-9.]*[0-9]'), '.'),
                      lambda part: coalesce(try_cast(part AS INTEGER), 0)) AS version_order, '{}' AS record
                  FROM (SELECT DISTINCT article_id, coder_version FROM events)""",
    "articles": """SELECT article_id AS id, any_value(publisher) AS publisher, any_value(published) AS published,
                       '' AS text FROM events GROUP BY article_id""",
    "event_pairs": """SELECT *, min(concat(least(source, target), '-', greatest(source, target)))
                             OVER (PARTITION BY article_id, coder_version, event_id) AS dyad
                      FROM (
                          SELECT article_id, coder_version, id AS event_id, source, len(target_ids) = 0 AS reciprocal,
                                 unnest(CASE WHEN len(target_ids) = 0 THEN source_countries
                                        ELSE target_countries END) AS target, event_date,
                                 reciprocal OR (list_contains(source_countries, target)
                                                AND list_contains(target_countries, source)) AS mutual,
                                 CASE WHEN date_precision IN ('day', 'week', 'month') THEN least(event_date
                                     + CASE date_precision WHEN 'day' THEN 0 WHEN 'week' THEN 3 ELSE 15 END,
                                     published::DATE) END AS day,
                                 CASE date_precision WHEN 'week' THEN 3 WHEN 'month' THEN 15 ELSE 0 END AS slack,
                                 dated_by IS DISTINCT FROM 'words' AS guessed, event, mode, plover_quad, modality,
                                 intensity, confidence, attribution_id,
                                 coalesce(attribution_country = target, false) AS on_targets_word, published, publisher,
                                 near_duplicate_of AS original
                          FROM (SELECT events.*, near_duplicate_of, unnest(source_countries) AS source
                                FROM events LEFT JOIN articles ON articles.id = article_id))
                      WHERE NOT (reciprocal AND source = target)""",
    "article_pairs": """SELECT DISTINCT p.*, published, publisher, near_duplicate_of AS original FROM (
                            SELECT article_id, coder_version, least(source, target) AS a, greatest(source, target) AS b
                            FROM event_pairs WHERE source <> target
                            UNION
                            SELECT x.article_id, x.coder_version, x.country, y.country FROM actors x JOIN actors y
                              ON y.article_id = x.article_id AND y.coder_version = x.coder_version
                             AND x.country < y.country) p
                        LEFT JOIN articles ON articles.id = article_id""",
}


def connect_folder(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection for reading. Raises StoreError where the folder holds no record, or a file is not as it must be."""
    found = _files(path)
    if not found:
        raise StoreError(
            f"{path}: the folder holds no Parquet files; write a record as one with "
            "`detente export --format parquet --output FOLDER`, or name another store"
        )
    connection = duckdb.connect()
    try:
        connection.execute("SET parquet_metadata_cache = true")
        for _, _, sql in migrations():
            connection.execute(sql)
        _show(connection, path, found)
    except duckdb.Error as error:
        connection.close()
        raise StoreError(f"{path}: the files cannot be read as a record ({str(error).splitlines()[0]})") from error
    except BaseException:
        connection.close()
        raise
    return connection


def write_folder(store: Store, path: Path) -> int:
    """Writes the whole record, every coder version of it, and gives the number of events.

    The folder appears under its name only when it is complete. Raises StoreError where something stands there.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise StoreError(f"{path}: there is something here already; choose another folder, or remove this one")
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for table in _tables(store):
            for part, where in _parts(store, table):
                file = draft / table / part / "part-0.parquet"
                file.parent.mkdir(parents=True)
                store.rows(
                    f"""COPY ({_selected(table, where)}) TO {_quoted(str(file))}
                        (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUPS.get(table, ROW_GROUP)})"""
                )
        if path.exists():
            path.rmdir()
        os.replace(draft, path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return int(store.rows("SELECT count(*) AS n FROM events")[0]["n"])


def _tables(store: Store) -> list[str]:
    """Also where the store is a folder itself and its tables are views."""
    rows = store.rows(
        """SELECT table_name AS name FROM duckdb_tables() WHERE database_name = current_database()
           UNION SELECT view_name FROM duckdb_views() WHERE database_name = current_database() AND NOT internal"""
    )
    return sorted(row["name"] for row in rows if not re.match(rf"current_|all_|{BOOK}$", row["name"]))


def _parts(store: Store, table: str) -> Iterator[tuple[str, str]]:
    """Folder and condition of each part of a table: events and their pairs stand by years."""
    if table not in BY_YEAR:
        yield "", ""
        return
    rows = store.rows(f"SELECT DISTINCT year(event_date) AS year FROM {table} ORDER BY year")
    years = [row["year"] for row in rows]
    for year in years or [0]:
        known = year is not None
        yield f"year={year if known else 'unknown'}", f"WHERE year(event_date) {f'= {year}' if known else 'IS NULL'}"


def _selected(table: str, where: str) -> str:
    if table == "events":
        order, versions = ORDERS["events"], "codings USING (article_id, coder_version)"
        return f"SELECT events.* FROM events LEFT JOIN {versions} {where} ORDER BY {order}"
    columns = "COLUMNS(lambda name: name <> 'rowid')" if table in NUMBERED else "*"
    return f"SELECT {columns} FROM {table} {where} ORDER BY {ORDERS.get(table, 'ALL')}"


def _files(path: Path) -> dict[str, list[Path]]:
    """The files of each table, in the order of their names; of a run's shards those that are complete.

    What begins with a dot or a line is no part of the record, as Spark and Hive have it.
    """
    tables = {
        match for _, _, sql in migrations() for match in re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", sql)
    }
    found: dict[str, list[Path]] = {}
    for file in sorted(path.rglob("*")):
        if file.suffix.lower() not in ENDINGS or not file.is_file() or not _counts(file.relative_to(path), path):
            continue
        names = [*file.relative_to(path).parts[:-1], re.sub(r"[-_.]?\d+$", "", file.stem)]
        table = next((name for name in names if name in tables and name != BOOK), "events")
        found.setdefault(table, []).append(file)
    return found


def _counts(file: Path, root: Path) -> bool:
    """Whether a file is of the record: not hidden, and if a shard of `--engine ray`, one that has its mark."""
    if any(part.startswith(("_", ".")) for part in file.parts):
        return False
    shard = re.fullmatch(r"(\d{4})-(\d{6})", file.stem)
    run = root / "_runs" / shard[1] if shard else root
    return shard is None or not run.is_dir() or (run / "done" / f"{shard[2]}.json").exists()


def _show(connection: duckdb.DuckDBPyConnection, path: Path, found: dict[str, list[Path]]) -> None:
    """Puts a view in the place of each table that has files, or that events can tell."""
    if "event_pairs" in found and not _has(connection, found["event_pairs"], "mutual"):
        del found["event_pairs"]  # an older version wrote it, with the pairs alone
    for table, files in sorted(found.items(), key=lambda item: item[0] != "events"):
        _replace(connection, table, _selection(connection, path, table, files))
    if "events" in found:
        for table, sql in _EVENTS_ALONE.items():
            if table not in found:
                columns = _columns(connection, table)
                told = {name for name, *_ in connection.execute(f"DESCRIBE {sql}").fetchall()}
                cells = ", ".join(f"{n if n in told else 'NULL'}::{kind} AS {n}" for n, kind, _ in columns)
                number = ", row_number() OVER () - 1 AS rowid" if table in NUMBERED else ""
                _replace(connection, table, f"SELECT {cells}{number} FROM ({sql})")
    files = found.get("codings") or found.get("events") or []
    if files and _one_version(connection, files):
        connection.execute("CREATE OR REPLACE VIEW current_codings AS SELECT article_id, coder_version FROM codings")
        for table in VERSIONED:
            connection.execute(f"CREATE OR REPLACE VIEW current_{table} AS SELECT * FROM {table}")


def _replace(connection: duckdb.DuckDBPyConnection, table: str, sql: str) -> None:
    connection.execute(f"CREATE VIEW incoming AS {sql}")
    connection.execute(f"DROP TABLE {table}")
    connection.execute(f"ALTER VIEW incoming RENAME TO {table}")


def _selection(connection: duckdb.DuckDBPyConnection, path: Path, table: str, files: list[Path]) -> str:
    """The files with the columns of the table, in its order and its types."""
    listed = _list(files)
    options = "union_by_name = true, hive_partitioning = true, file_row_number = true"
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({listed}, {options})").fetchall()
    present = {name.lower() for name, *_ in described}
    stand_ins = _STAND_INS.get(table, {})
    cells, missing = [], []
    for name, kind, needed in _columns(connection, table):
        if name not in present and name not in stand_ins and needed:
            missing.append(name)
        cell = f'"{name}"' if name in present else stand_ins.get(name, "NULL")
        cells.append(f'{cell}::{kind} AS "{name}"')
    if missing:
        raise StoreError(
            f"{files[0]}: read as {table} of the record in {path}, and has no column {', '.join(missing)}; "
            "a folder is a store as `detente export --format parquet` writes it"
        )
    if table not in NUMBERED:
        return f"SELECT {', '.join(cells)} FROM read_parquet({listed}, {options})"
    starts, total = [], 0
    for file in files:
        starts.append(total)
        sql = f"SELECT num_rows FROM parquet_file_metadata({_list([file])})"
        total += int(connection.execute(sql).fetchall()[0][0])
    names = f"[{', '.join(_quoted(str(file)) for file in files)}]"
    number = f"file_row_number + {starts}[list_position({names}, filename)] AS rowid"
    return f"SELECT {', '.join(cells)}, {number} FROM read_parquet({listed}, {options}, filename = true)"


def _has(connection: duckdb.DuckDBPyConnection, files: list[Path], column: str) -> bool:
    sql = f"DESCRIBE SELECT * FROM read_parquet({_list(files)}, union_by_name = true)"
    return any(name == column for name, *_ in connection.execute(sql).fetchall())


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, bool]]:
    """Name, type, and whether it must have a value."""
    rows = connection.execute(f"DESCRIBE {table}").fetchall()
    return [(name, kind, null == "NO") for name, kind, null, *_ in rows]


def _one_version(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> bool:
    """Whether the files' own statistics say that one coder version made them all: then everything is current."""
    sql = f"""SELECT min(stats_min_value), max(stats_max_value), count(*), count(stats_min_value)
              FROM parquet_metadata({_list(files)}) WHERE path_in_schema = 'coder_version'"""
    ((least, most, groups, known),) = connection.execute(sql).fetchall()
    return bool(least == most and groups == known)


def _list(files: list[Path]) -> str:
    """For read_parquet, which takes names as patterns."""
    patterns = [re.sub(r"([*?[])", r"[\1]", str(file)) for file in files]
    return f"[{', '.join(map(_quoted, patterns))}]"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
