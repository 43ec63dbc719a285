"""The store as an object: idempotent writes, lossless reads."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa

from detente.errors import StoreError
from detente.records import Article, CodedArticle
from detente.store.connection import FULL, connect, named
from detente.store.rows import Projection, Row, naive_utc

ARTICLE_COLUMNS = tuple(Article.model_fields)
_VERSIONS = "SELECT min(coder_version), max(coder_version) FROM codings"
_VIEWS = re.compile(
    r"\bcurrent_(?=(?:codings|actors|statements|events|event_pairs|article_pairs|assessments|links|rejections)\b)"
)


@dataclass
class WriteResult:
    """Ids of articles: newly coded, already there in this version, and of a known id but another text."""

    added: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    conflicting: list[str] = field(default_factory=list)


class Store:
    """A DuckDB file with everything that was read and coded. One process writes at a time."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self.path = path.resolve() if path.is_dir() else path
        self.read_only = read_only
        self._connection = connect(path, read_only)
        self._schemas: dict[str, pa.Schema] = {}
        self._in_transaction = False

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def handle(self) -> Store:
        """Another way into the open file, for one other thread; it is closed by itself and sees what is written."""
        other = copy.copy(self)
        other._connection = self._connection.cursor()
        other._schemas = {}
        other._in_transaction = False
        return other

    def interrupt(self) -> None:
        """Ends the query that another thread is running on this handle; there it raises StoreError."""
        with suppress(duckdb.Error):  # it was closed in this moment
            self._connection.interrupt()

    def fingerprint(self) -> str:
        """The same as long as nothing was written, whichever process asks."""
        sql = """SELECT count(*) AS n, bit_xor(hash(article_id, coder_version)) AS h,
                 (SELECT bit_xor(hash(id)) FROM input_rejections) AS r,
                 (SELECT count(*) FROM imported_events) AS i FROM codings"""
        row = self.rows(sql)[0]
        return hashlib.sha256(f"{row['n']} {row['h']} {row['r']} {row['i']}".encode()).hexdigest()[:16]

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[Row]:
        """Each row as a dictionary; times are naive UTC."""
        cursor = self._execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def row_batches(self, sql: str, parameters: Sequence[object] = (), size: int = 1000) -> Iterator[list[Row]]:
        """The rows of a long answer, so many at a time. Until the last is taken the handle answers nothing else."""
        cursor = self._execute(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        while found := cursor.fetchmany(size):
            yield [dict(zip(names, values, strict=True)) for values in found]

    def arrow(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> pa.Table:
        try:
            return self._connection.sql(self._read(sql), params=parameters or None).to_arrow_table()
        except duckdb.Error as error:
            raise StoreError(f"{self.path}: {error}") from error

    def batches(
        self, sql: str, parameters: Sequence[object] | Mapping[str, object] = (), size: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """The rows of a query in batches, for answers that do not fit in memory."""
        try:
            yield from self._connection.sql(self._read(sql), params=parameters or None).to_arrow_reader(size)
        except duckdb.Error as error:
            raise StoreError(f"{self.path}: {error}") from error

    def write(
        self, coded: Iterable[CodedArticle], coder_version: str, signatures: Mapping[str, bytes] | None = None
    ) -> WriteResult:
        """Adds articles and their codings in one transaction; what is there already stays as it is."""
        result, batch = self._sift(list(coded), coder_version)
        tables: dict[str, list[Row]] = {"articles": [], "signatures": []}
        known = self.article_hashes([item.article.id for item in batch])
        for item in batch:
            article = item.article
            if article.id not in known:
                tables["articles"].append(article_row(article))
                if signatures and article.id in signatures:
                    tables["signatures"].append({"article_id": article.id, "minhash": signatures[article.id]})
            for table, rows in Projection(item, coder_version).rows().items():
                tables.setdefault(table, []).extend(rows)
            result.added.append(article.id)
        self.append(tables)
        return result

    def reject(self, rejections: Iterable[tuple[str, int | None, str, str | None]]) -> None:
        """Keeps what never became an article: (path, line, reason, detail); the same one twice is kept once."""
        rows: dict[str, Row] = {}
        for path, line, reason, detail in rejections:
            row = input_rejection_row((path, line, reason, detail))
            rows[row["id"]] = row
        sql = "SELECT id FROM input_rejections WHERE id IN (SELECT unnest(?))"
        known = {row["id"] for row in self.rows(sql, [list(rows)])}
        self.append({"input_rejections": [row for id_, row in rows.items() if id_ not in known]})

    def article_hashes(self, ids: Iterable[str]) -> dict[str, str | None]:
        """Content hash of each of these articles that the store has."""
        found = self.rows("SELECT id, content_hash FROM articles WHERE id IN (SELECT unnest(?))", [list(ids)])
        return {row["id"]: row["content_hash"] for row in found}

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Those of these articles that the store has, as they were first read."""
        found = self.rows("SELECT * FROM articles WHERE id IN (SELECT unnest(?))", [list(ids)])
        return {row["id"]: Article.model_validate(row) for row in found}

    def coded_ids(self, ids: Iterable[str], coder_version: str) -> set[str]:
        """Those of `ids` that this coder version has coded."""
        sql = "SELECT article_id FROM codings WHERE coder_version = ? AND article_id IN (SELECT unnest(?))"
        return {row["article_id"] for row in self.rows(sql, [coder_version, list(ids)])}

    def signatures(self) -> list[tuple[str, str | None, bytes]]:
        """Id, near_duplicate_of and MinHash of each article."""
        sql = """SELECT id, near_duplicate_of, minhash FROM signatures JOIN articles ON id = article_id
                 ORDER BY signatures.rowid"""
        return [(row["id"], row["near_duplicate_of"], row["minhash"]) for row in self.rows(sql)]

    def get(self, article_id: str, coder_version: str | None = None) -> CodedArticle | None:
        """The coding of an article exactly as it was written, by the newest coder version unless one is named."""
        version = "(SELECT coder_version FROM current_codings c WHERE c.article_id = codings.article_id)"
        sql = f"""SELECT articles.*, record FROM articles JOIN codings ON id = codings.article_id
                  WHERE id = ? AND coder_version = {"?" if coder_version else version}"""
        found = self.rows(sql, [article_id, coder_version] if coder_version else [article_id])
        if not found:
            return None
        article = {name: found[0][name] for name in ARTICLE_COLUMNS}
        return CodedArticle.model_validate({"article": article, **json.loads(found[0]["record"])})

    def _sift(self, coded: list[CodedArticle], coder_version: str) -> tuple[WriteResult, list[CodedArticle]]:
        """Sets apart what is there already and what has a known id but another text."""
        result = WriteResult()
        ids = [item.article.id for item in coded]
        done = self.coded_ids(ids, coder_version)
        hashes = self.article_hashes(ids)
        batch: list[CodedArticle] = []
        for item in coded:
            article = item.article
            if hashes.setdefault(article.id, article.content_hash) != article.content_hash:
                result.conflicting.append(article.id)
            elif article.id in done:
                result.present.append(article.id)
            else:
                done.add(article.id)
                batch.append(item)
        return result, batch

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """All that is written within it is kept, or nothing is; one within another is part of that."""
        if self._in_transaction:
            yield self._connection
            return
        self._in_transaction = True
        try:
            self._connection.execute("BEGIN")
            yield self._connection
            self._connection.execute("COMMIT")
        except (duckdb.Error, pa.ArrowException, UnicodeEncodeError) as error:
            self._rollback()
            if FULL.search(str(error)):
                raise named(self.path, str(error)) from error
            raise StoreError(f"{self.path}: nothing of this batch was written ({error})") from error
        except BaseException:
            self._rollback()
            raise
        finally:
            self._in_transaction = False

    def append(self, tables: Mapping[str, list[Row]]) -> None:
        """Adds rows to tables, all or none."""
        if any(tables.values()):
            with self.transaction():
                for name, rows in tables.items():
                    if rows:
                        self._append(name, rows)

    def _append(self, name: str, rows: list[Row]) -> None:
        if name not in self._schemas:
            self._schemas[name] = self.arrow(f"SELECT * FROM {name} LIMIT 0").schema
        self.load(name, pa.Table.from_pylist(rows, schema=self._schemas[name]))

    def load(self, name: str, table: pa.Table) -> None:
        """Adds the rows of an Arrow table to one of the store."""
        self._connection.register("incoming", table)
        try:
            self._connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
        finally:
            self._connection.unregister("incoming")

    def _rollback(self) -> None:
        with suppress(duckdb.Error):  # where DuckDB has ended the transaction itself
            self._connection.execute("ROLLBACK")

    def _read(self, sql: str) -> str:
        """With the tables themselves in place of the views on them, where one coder version wrote all that is there.

        To look for the newest version of each article takes a multiple of the time of most questions.
        """
        if self.path.is_dir() or not _VIEWS.search(sql):  # a folder's views know already
            return sql
        ((first, last),) = self._connection.execute(_VERSIONS).fetchall()
        return _VIEWS.sub("", sql) if first == last else sql

    def _execute(self, sql: str, parameters: object) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(self._read(sql), parameters or None)
        except duckdb.Error as error:
            raise StoreError(f"{self.path}: {error}") from error


def input_rejection_row(rejection: tuple[str, int | None, str, str | None]) -> Row:
    """Path, line, reason and detail of what never became an article, with an id made of the first three."""
    path, line, reason, detail = rejection
    id_ = hashlib.sha256(f"{path}\x1f{line}\x1f{reason}".encode()).hexdigest()[:16]
    return {"id": id_, "path": path, "line": line, "reason": reason, "detail": detail}


def article_row(article: Article) -> dict[str, Any]:
    row = {name: getattr(article, name) for name in ARTICLE_COLUMNS}
    return {**row, "published": naive_utc(article.published), "retrieved": naive_utc(article.retrieved)}


def open_store(path: Path | str, read_only: bool = False) -> Store:
    """The store at `path`; made first if it is not there, unless `read_only`. A folder of Parquet is one for reading.

    Raises StoreLocked while another process writes, StoreReadOnly where the file cannot be written, StoreError where
    it is no store.
    """
    return Store(Path(path), read_only)
