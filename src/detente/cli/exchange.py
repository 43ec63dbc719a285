"""`detente import` and `detente export`: event data of others in, ours and theirs out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from detente.cli import arguments
from detente.cli.failures import DONE, FINISHED_WITH_FAILURES, WrongUsage
from detente.store.queries import EventFilter

if TYPE_CHECKING:
    from detente.formats import FileResult, ImportSummary

NAMED = 20


def import_events(paths: list[str], form: str, store: Path | None, rejects: Path | None, columns: str | None) -> int:
    """The exit code."""
    from detente.formats import import_files
    from detente.store import open_store

    if not any(Path(path).is_file() for path in paths):
        raise WrongUsage(f"{paths[0]}: no such file" + (", nor any of the others" if len(paths) > 1 else ""))
    mapping = _columns(columns, form)
    if rejects is not None:
        arguments.draft_of(rejects)
    path = arguments.store_path(store)
    with open_store(path) as opened, _progress() as progress:
        summary = import_files(opened, paths, form, rejects=rejects, columns=mapping, progress=progress)
    _name_failures(summary)
    for result in summary.files:
        if not result.failure:
            print(_result(result))
    if summary.rejects:
        print(f"rejected rows are in {summary.rejects}")
    return FINISHED_WITH_FAILURES if summary.failed else DONE


def _columns(value: str | None, form: str) -> dict[str, str]:
    """{"event_date": "day"} for "event_date=day"."""
    from detente.store.queries import ALL_EVENT_COLUMNS

    pairs = [part.partition("=") for part in (value or "").split(",") if part.strip()]
    if pairs and form not in ("csv", "parquet"):
        raise WrongUsage(f"--columns is for csv and parquet; the columns of {form} are fixed")
    for name, _, column in pairs:
        if name.strip() not in ALL_EVENT_COLUMNS or not column.strip():
            known = ", ".join(ALL_EVENT_COLUMNS)
            raise WrongUsage(f"--columns {value!r}: write FIELD=COLUMN,... with the fields {known}")
    return {name.strip(): column.strip() for name, _, column in pairs}


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Importing", total=None)

        def show(path: str, rows: int) -> None:
            bar.update(task, description=f"{path}: {rows:,} rows")

        yield show


def _name_failures(summary: ImportSummary) -> None:
    named = [line for result in summary.files for line in ([result.failure] if result.failure else result.named)]
    for line in named[:NAMED]:
        print(f"detente: {line}", file=sys.stderr)
    total = sum(1 if result.failure else result.rejected for result in summary.files)
    if total > len(named[:NAMED]):
        print(f"detente: and {total - len(named[:NAMED])} more", file=sys.stderr)


def _result(result: FileResult) -> str:
    if result.before:
        rejected = f", {result.rejected} rejected" if result.rejected else ""
        return f"{result.path}: imported before ({result.added} events{rejected}); nothing added"
    notes = (
        (result.present, "in the store already"), (result.rejected, "rejected"),
        (result.repeated, "repeat an id"), (result.mirrors, "tell a meeting from its other side"),
        (result.recoded, "no UTF-8, read as Windows-1252"),
    )  # fmt: skip
    events = "1 event" if result.added == 1 else f"{result.added} events"
    parts = [f"{events} imported", *(f"{number} {what}" for number, what in notes if number)]
    return f"{result.path}: {', '.join(parts)}"


def export_events(path: Path | None, where: EventFilter, form: str, output: Path | None, data: str | None) -> None:
    from detente.formats import export
    from detente.formats.writers import REASONS

    to_file = output is not None and str(output) != "-"
    if form == "parquet" and not to_file:
        raise WrongUsage("Parquet is written to a file or a folder; add --output FILE or --output FOLDER")
    if form == "parquet" and output is not None and (output.is_dir() or not output.suffix):
        _export_record(path, output, where, data)
        return
    with arguments.existing_store(path) as store:
        if form == "parquet" and output is not None:
            arguments.draft_of(output)
            summary = export(store, form, output, where, data)
        else:
            with arguments.output(output) as out:
                summary = export(store, form, out, where, data)
    split = f" ({summary.originals} as imported, {summary.made} made)" if summary.originals and summary.made else ""
    print(f"{summary.rows} events written{split}", file=sys.stderr)
    for reason, number in sorted(summary.left_out.items()):
        print(f"{number} left out: {REASONS[reason]}", file=sys.stderr)


def _export_record(path: Path | None, output: Path, where: EventFilter, data: str | None) -> None:
    """A name without an ending is a folder, and gets everything."""
    from detente.store.folder import write_folder

    if where != EventFilter() or data is not None:
        raise WrongUsage(
            f"{output} is a folder and gets the whole record: leave out the filters, or name a file such as "
            f"{output}.parquet"
        )
    arguments.draft_of(output)
    with arguments.existing_store(path) as store:
        number = write_folder(store, output)
    print(f"the whole record is in {output}, with {number} events; it can be named as a store", file=sys.stderr)
