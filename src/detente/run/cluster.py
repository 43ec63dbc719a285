"""Coding a corpus on a Ray cluster into a dataset of Parquet.

The steps are those of `shards`. Ray Data spreads them: reading over tasks, coding over a pool of actors, each with a
process that holds the coder. A machine or process that dies costs the shard that it was at, which is done again; an
article that its process dies of is found by coding each alone, as on one machine, and named.
"""

from __future__ import annotations

import fcntl
import functools
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detente.config import Settings
from detente.errors import DetenteError, EngineMissing, StoreError, StoreLocked
from detente.ingest.records import Rejected
from detente.run.local import IngestSummary, default_coder
from detente.run.pool import MakeCoder, WorkerPool
from detente.run.shards import Job, Planner, absorb, code_shard, digest, manifest, read_part
from detente.store.dataset import RUNS, Dataset
from detente.store.rows import Row

MOST_BLOCKS = 2000


@dataclass(frozen=True)
class Resources:
    """What one actor and one reading task reserve of the cluster."""

    cpus: float = 1.0


def ingest_on_ray(
    paths: Iterable[str | Path],
    dataset: Dataset | Path | str,
    *,
    workers: int | None = None,
    columns: Mapping[str, str] | None = None,
    settings: Settings | None = None,
    make_coder: MakeCoder | None = None,
    resources: Resources | None = None,
    progress: Callable[[IngestSummary], None] | None = None,
) -> IngestSummary:
    """Reads, codes and writes all articles of the paths; `workers` actors code.

    A Ray cluster that is connected is used, else the one that RAY_ADDRESS names, else one is started on this machine.
    Paths and dataset must be reached from all machines: a shared folder, or addresses of object storage (s3://, gs://).
    A run that was cut off goes on when the same is asked for again. `make_coder` must be importable on all machines.
    """
    settings = settings or Settings.load(workers=workers)
    dataset = dataset if isinstance(dataset, Dataset) else Dataset(dataset)
    paths = list(paths)
    if "-" in map(str, paths):
        raise DetenteError("standard input cannot be read from many machines; save it to a file for --engine ray")
    make_coder = make_coder or functools.partial(default_coder, True)
    connect()
    dataset.create()
    with _only_writer(dataset):
        job = Job(dataset.root, "", _version(make_coder), make_coder, dict(columns) if columns else None, settings)
        run = _Run(job, manifest(paths, job), workers or settings.workers, resources or Resources())
        return run.carry_out(progress)


class _Run:
    """A run from its manifest to its end; where an earlier one with the same manifest was cut off, that one."""

    def __init__(self, job: Job, plan: dict[str, Any], workers: int, resources: Resources) -> None:
        self._dataset = job.dataset
        self._folder = self._dataset.folder
        self._parts: list[list[Row]] = plan["parts"]
        self._workers, self._cpus = workers, resources.cpus
        self._job = Job(**{**vars(job), "run": self._freeze(plan)})

    def _freeze(self, plan: dict[str, Any]) -> str:
        runs = self._dataset.runs()
        last = f"{RUNS}/{runs[-1]}" if runs else ""
        if runs and not self._folder.exists(f"{last}/finished.json"):
            there = self._folder.exists(f"{last}/manifest.json") and self._folder.read_json(f"{last}/manifest.json")
            if there and digest(there) == digest(plan):
                return runs[-1]
            self._dataset.drop_unfinished(runs[-1])
            self._folder.delete_folder(f"{last}/read")
        run = f"{int(runs[-1]) + 1 if runs else 1:04}"
        self._folder.write_json(f"{RUNS}/{run}/manifest.json", plan)
        return run

    def carry_out(self, progress: Callable[[IngestSummary], None] | None) -> IngestSummary:
        total = IngestSummary(self._job.coder_version)
        if not self._folder.exists(self._job.place("plan.shards")):
            self._read()
            Planner(self._job).write(len(self._parts))
        shards = self._folder.parquet(self._job.place("plan.shards")).num_row_groups
        done = set(self._dataset.done(self._job.run))
        for shard in sorted(done):
            absorb(total, self._folder.read_json(self._job.place(f"done/{shard:06}.json")), before=True)
        todo = [shard for shard in range(shards) if shard not in done]
        failed: dict[int, str] = {}
        for answer in self._code(todo) if todo else ():
            if "error" in answer:
                failed[answer["shard"]] = answer["error"]
            else:
                absorb(total, answer, before=False)
            if progress:
                progress(total)
        self._finish(total, todo, failed)
        return total

    def _finish(self, total: IngestSummary, todo: list[int], failed: Mapping[int, str]) -> None:
        """Names every shard that is missing, whatever the engine said; without any the run is closed."""
        done = self._dataset.done(self._job.run)
        missing = sorted(set(todo) - set(done))
        for shard in missing:
            told = failed.get(shard, "nothing was heard of it")
            total.reject(Rejected(f"{self._dataset.root}, shard {shard}", "shard_failed", told))
        if not missing:
            self._folder.write_json(self._job.place("finished.json"), {"shards": len(done)})
            self._folder.delete_folder(self._job.place("read"))

    def _read(self) -> None:
        import ray.data

        there = set(self._folder.names(self._job.place("read")))
        todo = [n for n in range(len(self._parts)) if f"{n:06}.shards" not in there]
        if not todo:
            return
        items = [{"part": n, "files": json.dumps(self._parts[n])} for n in todo]
        read = functools.partial(_read_row, self._job)
        rows = ray.data.from_items(items, override_num_blocks=min(len(items), MOST_BLOCKS))
        for answer in _rows(rows.map(read, num_cpus=self._cpus)):
            if answer["error"]:
                raise StoreError(answer["error"])

    def _code(self, todo: list[int]) -> Iterator[dict[str, Any]]:
        import ray.data

        rows = ray.data.from_items([{"shard": n} for n in todo], override_num_blocks=min(len(todo), MOST_BLOCKS))
        coded = rows.map_batches(
            ShardCoder, fn_constructor_args=(self._job,), batch_size=1, num_cpus=self._cpus,
            compute=ray.data.ActorPoolStrategy(size=min(self._workers, len(todo))),
        )  # fmt: skip
        for answer in _rows(coded):
            yield json.loads(answer["report"])


def _rows(data: Any) -> Iterator[Row]:
    """What a Ray dataset gives; where Ray itself gives up, that is said as an error of ours."""
    import ray.exceptions

    try:
        yield from data.iter_rows()
    except ray.exceptions.RayError as error:
        first = str(error).strip().splitlines()[0]
        raise DetenteError(f"Ray gave up ({first}); what is complete is kept, the same command goes on") from error


def _read_row(job: Job, row: Row) -> Row:
    try:
        read_part(job, int(row["part"]), json.loads(row["files"]))
    except (DetenteError, OSError) as error:
        return {"part": row["part"], "error": str(error)}
    return {"part": row["part"], "error": ""}


class ShardCoder:
    """An actor: codes shards one after the other. Its coder lives in a process of its own, whose death it survives."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._pool = WorkerPool(job.make_coder, 1)
        self._plan = job.dataset.folder.parquet(job.place("plan.shards"))

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[str]]:
        return {"report": [json.dumps(self._code(int(shard))) for shard in batch["shard"]]}

    def _code(self, shard: int) -> dict[str, Any]:
        """The shard's report. Whatever goes wrong with one is told, and the others go on."""
        try:
            (plan,) = self._plan.read_row_group(shard).to_pylist()
            code_shard(self._job, self._pool, shard, plan)
            report: dict[str, Any] = self._job.dataset.folder.read_json(self._job.place(f"done/{shard:06}.json"))
            return report
        except Exception as error:
            return {"shard": shard, "error": str(error) if isinstance(error, DetenteError) else repr(error)}


def _version(make_coder: MakeCoder) -> str:
    return make_coder().version


def connect() -> None:
    """To the cluster that is there, or to a new one; standard output stays free of Ray's words.

    Raises EngineMissing where Ray is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
        import ray.data
    except ImportError:
        raise EngineMissing("--engine ray needs Ray; install it with `pip install 'detente[ray]'`") from None
    if not ray.is_initialized():
        ray.init(log_to_driver=False, logging_level="ERROR", include_dashboard=False)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False


@contextmanager
def _only_writer(dataset: Dataset) -> Iterator[None]:
    """Raises StoreLocked while another run writes; on object storage, which has no locks, nothing is held."""
    folder = dataset.folder.local
    if folder is None:
        yield
        return
    with open(folder / "_lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreLocked(
                f"{dataset.root}: another run writes to the dataset; wait for it to end, or use another --store"
            ) from None
        yield
