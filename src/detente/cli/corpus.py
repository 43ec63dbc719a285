"""`detente ingest`: progress while it runs, then what became of the inputs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from detente.cli import arguments
from detente.cli.failures import DONE, FINISHED_WITH_FAILURES, WrongUsage
from detente.config import Settings
from detente.ingest.records import DECISIONS, FAILURES, NOTICES

if TYPE_CHECKING:
    from detente.run import IngestSummary

NAMED = 20


def ingest_paths(paths: list[str], store: Path | None, workers: int | None, columns: str | None, encoder: bool) -> int:
    """The exit code."""
    from detente.run import ingest
    from detente.store import open_store

    mapping = arguments.columns(columns)
    settings = Settings.load(workers=workers)
    _check_paths(paths)
    path = arguments.store_path(store)
    with open_store(path) as opened, _progress(paths) as progress:
        summary = ingest(
            paths, opened, workers=settings.workers, columns=mapping, encoder=encoder, settings=settings,
            progress=progress,
        )  # fmt: skip
    name_rejections(summary, path)
    print(summary_text(summary, path))
    return FINISHED_WITH_FAILURES if summary.failed else DONE


def ingest_on_cluster(
    paths: list[str], store: str | None, workers: int | None, columns: str | None, encoder: bool
) -> int:
    """The exit code; `store` is a folder or an address of object storage."""
    import functools

    from detente.run.cluster import connect, ingest_on_ray
    from detente.run.local import default_coder

    mapping = arguments.columns(columns)
    settings = Settings.load(workers=workers, store=store)
    if settings.store == Settings.store:
        raise WrongUsage("--engine ray writes a folder of Parquet; name it with --store, as --store news")
    _check_paths(paths)
    connect()
    with _progress(None) as progress:
        summary = ingest_on_ray(
            paths, settings.store, workers=settings.workers, columns=mapping, settings=settings,
            make_coder=functools.partial(default_coder, encoder), progress=progress,
        )  # fmt: skip
    name_rejections(summary, settings.store)
    print(summary_text(summary, settings.store))
    return FINISHED_WITH_FAILURES if summary.failed else DONE


def _check_paths(paths: list[str]) -> None:
    from detente.ingest.records import Rejected
    from detente.ingest.sources import expand

    found = [next(expand(path), None) for path in paths]
    if all(isinstance(file, Rejected) for file in found):
        if paths[0].startswith(("http://", "https://")):
            raise WrongUsage(f"{paths[0]}: an address, and ingest reads files; feeds are for `detente watch`")
        raise WrongUsage(f"{paths[0]}: no such file or folder" + (", nor any of the others" if len(paths) > 1 else ""))


@contextmanager
def _progress(paths: list[str] | None) -> Iterator[Callable[[IngestSummary], None]]:
    """`paths`: what is counted before, so that the time left can be told; None where that would take too long."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from detente.ingest.counting import count_articles

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("articles"),
        TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Coding", total=count_articles(paths) if paths else None)

        def show(summary: IngestSummary) -> None:
            missed = sum(number for reason, number in summary.rejected.items() if reason not in NOTICES)
            done = summary.coded + summary.present + missed
            bar.update(task, completed=done)

        yield show
        bar.update(task, total=bar.tasks[0].completed)


def name_rejections(summary: IngestSummary, path: Path | str) -> None:
    for rejected in sorted(summary.named, key=lambda rejected: not rejected.failed)[:NAMED]:
        print(f"detente: {rejected}", file=sys.stderr)
    total = sum(summary.rejected.values())
    if total > NAMED:
        where = f"list them with `detente articles --rejected --store {path}`"
        if isinstance(path, str):
            where = f"all are in {path}/input_rejections"
        print(f"detente: and {total - NAMED} more; {where}", file=sys.stderr)


def summary_text(summary: IngestSummary, path: Path | str) -> str:
    lines = [
        f"{path}: {summary.coded} articles coded ({summary.near_duplicates} near duplicates), "
        f"{summary.events} events, {summary.statements} statements"
    ]
    if summary.present:
        lines.append(f"{summary.present} were coded before by version {summary.coder_version}")
    meanings = FAILURES | DECISIONS
    for reason, number in sorted(summary.rejected.items()):
        lines.append(f"{number} {reason}: {meanings.get(reason, reason)}")
    return "\n".join(lines)
