"""The steps of an ingest as work on shards, for engines that spread them over machines; none is named here.

1. The manifest is frozen: which files, in parts of some megabytes, read how, coded by which version.
2. Each part is read, cleaned and checked on its own, and kept in shards of so many articles.
3. One pass over ids and signatures, in the order of the manifest, decides what is coded and what it nearly repeats.
4. Each shard is coded on its own, and its rows are written.

Every step leaves files that a rerun finds and goes on from; what is written twice is the same.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from detente.config import Settings
from detente.ingest.duplicates import DuplicateIndex, minhash, packed
from detente.ingest.records import Rejected
from detente.ingest.remote import described, is_remote
from detente.ingest.sources import expand, read_located
from detente.records import Article, CodedArticle
from detente.run.local import IngestSummary
from detente.run.pool import MakeCoder, Outcome, WorkerPool
from detente.store.dataset import RUNS, Dataset
from detente.store.rows import Projection, Row
from detente.store.store import article_row, input_rejection_row

PART_BYTES = 32_000_000
PART_FILES = 1000
# Both are kept as Parquet, under another ending: whoever reads the folder should not take them for the record.
READ = pa.schema(
    [("path", pa.string()), ("line", pa.int64()), ("id", pa.string()), ("content_hash", pa.string()),
     ("signature", pa.binary()), ("article", pa.string()), ("reason", pa.string()), ("detail", pa.string())]
)  # fmt: skip
PLAN = pa.schema(
    [("part", pa.int64()), ("group", pa.int64()), ("rows", pa.list_(pa.int64())), ("first", pa.list_(pa.string())),
     ("known", pa.list_(pa.string())), ("taken", pa.list_(pa.int64())), ("present", pa.int64())]
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """What every step needs to know; it travels to the machines that do them."""

    root: str
    run: str
    coder_version: str
    make_coder: MakeCoder
    columns: dict[str, str] | None
    settings: Settings

    @property
    def dataset(self) -> Dataset:
        return Dataset(self.root)

    def place(self, name: str) -> str:
        """Name of a file of this run within the dataset."""
        return f"{RUNS}/{self.run}/{name}"

    def read_file(self, part: int) -> str:
        return self.place(f"read/{part:06}.shards")


def manifest(paths: Iterable[str | Path], job: Job) -> dict[str, Any]:
    """What a run is about to do; the same inputs, coder and settings give the same."""
    settings = asdict(job.settings)
    used = ("shard_articles", "max_article_chars", "min_article_chars", "languages", "near_duplicate_threshold")
    files = [_described(found) for path in paths for found in expand(path)]
    return {
        "coder_version": job.coder_version, "columns": job.columns, "settings": {name: settings[name] for name in used},
        "parts": [list(part) for part in _parts(files)],
    }  # fmt: skip


def digest(manifest: object) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _described(found: str | Rejected) -> Row:
    """A file with what tells whether it has changed; what is no file is read as none on its machine, and rejected."""
    name = found.path if isinstance(found, Rejected) else found
    row: Row = {"name": name, "path": name if "://" in name else os.path.abspath(name)}
    if is_remote(name):
        size, changed = described(name)
        return {**row, "bytes": size, "changed": changed}
    try:
        status = os.stat(row["path"])
    except (OSError, ValueError):
        return {**row, "bytes": 0, "changed": None}
    return {**row, "bytes": status.st_size, "changed": status.st_mtime_ns}


def _parts(files: list[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for file in files:
        if part and (len(part) >= PART_FILES or sum(each["bytes"] for each in part) + file["bytes"] > PART_BYTES):
            yield part
            part = []
        part.append(file)
    if part:
        yield part


def read_part(job: Job, number: int, files: list[Row]) -> None:
    """Keeps the part's articles with their signatures, and what was rejected; a shard a row group."""
    with job.dataset.folder.writing(job.read_file(number)) as stream, pq.ParquetWriter(stream, READ) as writer:
        rows = (row for file in files for row in _read_file(job, file))
        while batch := list(itertools.islice(rows, job.settings.shard_articles)):
            writer.write_table(pa.Table.from_pylist(batch, schema=READ))


def _read_file(job: Job, file: Row) -> Iterator[Row]:
    for found in read_located([file["path"]], job.columns, job.settings):
        # Where the file lies on its machine is not what the user called it.
        named = replace(found, path=found.path.replace(file["path"], file["name"], 1))
        if isinstance(named, Rejected):
            yield dict(zip(("path", "line", "reason", "detail"), named.row, strict=True))
        else:
            article = named.article
            path, *_ = Rejected(named.path, "").row
            yield {
                "path": path, "line": named.line, "id": article.id, "content_hash": article.content_hash,
                "signature": packed(minhash(article.text)), "article": article.model_dump_json(),
            }  # fmt: skip


class Planner:
    """Decides in the order of the manifest; knows what the dataset held when the plan was made."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._dataset = job.dataset
        self._hashes: dict[str, str | None] = {}
        self._files: dict[str, str] = {}
        self._coded: set[str] = set()
        self._index = DuplicateIndex(job.settings.near_duplicate_threshold, self._seen())
        for table in self._dataset.tables("codings", ["article_id", "coder_version"]):
            rows = table.to_pylist()
            self._coded |= {row["article_id"] for row in rows if row["coder_version"] == job.coder_version}

    def _seen(self) -> Iterator[tuple[str, str | None, bytes]]:
        for file in self._dataset.files("articles"):
            near: dict[str, str | None] = {}
            for row in self._read(file, ["id", "content_hash", "near_duplicate_of"]):
                self._hashes[row["id"]], self._files[row["id"]] = row["content_hash"], file
                near[row["id"]] = row["near_duplicate_of"]
            for row in self._read(file.replace("articles/", "signatures/", 1), ["article_id", "minhash"]):
                yield row["article_id"], near[row["article_id"]], row["minhash"]

    def _read(self, file: str, columns: list[str]) -> list[Row]:
        rows: list[Row] = self._dataset.folder.parquet(file).read(columns).to_pylist()
        return rows

    def write(self, parts: int) -> None:
        """The plan, a shard a row group; it appears when it is complete."""
        place = self._job.place("plan.shards")
        with self._dataset.folder.writing(place) as stream, pq.ParquetWriter(stream, PLAN) as writer:
            for row in (row for part in range(parts) for row in self._part(part)):
                writer.write_table(pa.Table.from_pylist([row], schema=PLAN))

    def _part(self, part: int) -> Iterator[Row]:
        file = self._dataset.folder.parquet(self._job.read_file(part))
        for group in range(file.num_row_groups):
            found = file.read_row_group(group, ["id", "content_hash", "signature"]).to_pylist()
            yield {"part": part, "group": group, **self._shard(found)}

    def _shard(self, found: list[Row]) -> Row:
        shard: Row = {"rows": [], "first": [], "known": [], "taken": [], "present": 0}
        for number, row in enumerate(found):
            id_ = row["id"]
            if id_ is None:
                continue
            if self._hashes.get(id_, row["content_hash"]) != row["content_hash"]:
                shard["taken"].append(number)
            elif id_ in self._coded:
                shard["present"] += 1
            else:
                self._hashes[id_] = row["content_hash"]
                self._coded.add(id_)
                shard["rows"].append(number)
                shard["first"].append(self._index.place(id_, row["signature"]))
                shard["known"].append(self._known(id_))
        return shard

    def _known(self, id_: str) -> str | None:
        """An article that an older version has coded is coded again as it was first read."""
        if id_ not in self._files:
            return None
        rows = self._dataset.folder.parquet(self._files[id_]).read().to_pylist()
        return next(Article.model_validate(row).model_dump_json() for row in rows if row["id"] == id_)


def code_shard(job: Job, pool: WorkerPool, number: int, plan: Row) -> IngestSummary:
    """Codes what the plan wants of the shard and writes it with its mark."""
    found = job.dataset.folder.parquet(job.read_file(plan["part"])).read_row_group(plan["group"]).to_pylist()
    summary = IngestSummary(job.coder_version, present=plan["present"])
    tables = _Tables(job.coder_version, summary)
    for row in found:
        if row["id"] is None:
            tables.reject(Rejected(row["path"], row["reason"], row["detail"] or "", row["line"]))
        else:
            summary.read += 1
    for index in plan["taken"]:
        tables.refuse(found[index], "id_taken", found[index]["id"])
    tables.known = {found[i]["id"] for i, known in zip(plan["rows"], plan["known"], strict=True) if known}
    tables.read = {found[index]["id"]: found[index] for index in plan["rows"]}
    for outcomes in pool.code(_chunks(job, found, plan)):
        for outcome in outcomes:
            tables.add(outcome)
    job.dataset.write_shard(job.run, number, tables.rows, report(summary))
    return summary


def _chunks(job: Job, found: list[Row], plan: Row) -> Iterator[list[Article]]:
    chunk: list[Article] = []
    for index, first, known in zip(plan["rows"], plan["first"], plan["known"], strict=True):
        article = Article.model_validate_json(known or found[index]["article"])
        chunk.append(article.model_copy(update={"near_duplicate_of": first}) if first and not known else article)
        if len(chunk) >= job.settings.chunk_size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class _Tables:
    """The rows of a shard."""

    def __init__(self, coder_version: str, summary: IngestSummary) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.known: set[str] = set()
        self.read: dict[str, Row] = {}
        self._version = coder_version
        self._summary = summary

    def add(self, outcome: Outcome) -> None:
        article = outcome.article
        row = self.read[article.id]
        if not isinstance(outcome, CodedArticle):
            self.refuse(row, outcome.reason, outcome.detail)
            return
        if article.id not in self.known:
            self._extend("articles", [article_row(article)])
            self._extend("signatures", [{"article_id": article.id, "minhash": row["signature"]}])
        for table, rows in Projection(outcome, self._version).rows().items():
            self._extend(table, rows)
        summary = self._summary
        summary.coded += 1
        summary.events += len(outcome.events)
        summary.statements += len(outcome.statements)
        summary.near_duplicates += article.near_duplicate_of is not None

    def refuse(self, row: Row, reason: str, detail: str) -> None:
        self.reject(Rejected(row["path"], reason, detail, row["line"]), counted=True)

    def reject(self, rejected: Rejected, counted: bool = False) -> None:
        self._summary.reject(rejected, counted)
        self._extend("input_rejections", [input_rejection_row(rejected.row)])

    def _extend(self, table: str, rows: list[Row]) -> None:
        self.rows.setdefault(table, []).extend(rows)


def report(summary: IngestSummary) -> dict[str, Any]:
    """A summary as JSON."""
    return {**asdict(summary), "rejected": dict(summary.rejected)}


def absorb(total: IngestSummary, part: dict[str, Any], before: bool) -> None:
    """Adds a shard's report; `before`: an earlier run has coded it."""
    total.read += part["read"]
    total.present += part["present"] + (part["coded"] if before else 0)
    if not before:
        total.coded += part["coded"]
        total.near_duplicates += part["near_duplicates"]
        total.events += part["events"]
        total.statements += part["statements"]
    total.rejected.update(part["rejected"])
    total.failures += part["failures"]
    for named in part["named"]:
        total.name(Rejected(**named))
