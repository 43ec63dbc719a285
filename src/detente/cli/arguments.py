"""Values of options: days, countries, columns, output files, stores."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from detente.cli.failures import WrongUsage
from detente.countries import country, find_country, party

if TYPE_CHECKING:
    from detente.store import Store

__all__ = ["country", "find_country", "party"]


def day(value: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise WrongUsage(f"{option} {value!r} is no date; write it as 2021-03-18") from None


def moment(value: str | None, option: str) -> datetime | None:
    from detente.ingest.dates import parse_published

    try:
        return parse_published(value)
    except ValueError as error:
        raise WrongUsage(f"{option}: {error}") from None


def one_of(value: str | None, allowed: tuple[str, ...], option: str) -> str | None:
    """The value as `allowed` spells it."""
    if value is None:
        return None
    spelled = {name.casefold(): name for name in allowed}
    if value.casefold() not in spelled:
        raise WrongUsage(f"{option} {value!r} is unknown; known are {', '.join(allowed)}")
    return spelled[value.casefold()]


def columns(value: str | None) -> dict[str, str]:
    """{"text": "body"} for "text=body"."""
    from detente.ingest.raw import COLUMNS

    pairs = [part.partition("=") for part in (value or "").split(",") if part.strip()]
    for name, _, column in pairs:
        if name.strip() not in COLUMNS or not column.strip():
            raise WrongUsage(f"--columns {value!r}: write FIELD=COLUMN,... with the fields {', '.join(COLUMNS)}")
    return {name.strip(): column.strip() for name, _, column in pairs}


def store_path(value: Path | None) -> Path:
    from detente.config import Settings

    return Path(Settings.load(store=str(value) if value else None).store)


REMOTE = tuple(f"{scheme}:" for scheme in ("s3", "gs", "gcs", "abfs", "abfss", "hdfs"))


def existing_store(value: Path | None) -> Store:
    """The store opened for reading."""
    from detente.store import open_store

    path = store_path(value)
    if path.parts and path.parts[0] in REMOTE:
        raise WrongUsage(
            f"{path}: a record in object storage is not read in place; copy the folder to a disk, or mount it, and "
            "name it there with --store"
        )
    if not path.exists():
        raise WrongUsage(f"{path}: no store here; make one with `detente ingest PATH`, or name it with --store")
    return open_store(path, read_only=True)


@contextmanager
def output(path: Path | None) -> Iterator[IO[str]]:
    """Standard output for None or "-"; else a file that appears under its name only when it is complete."""
    if path is None or str(path) == "-":
        yield sys.stdout
        sys.stdout.flush()
        return
    draft = draft_of(path)
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def draft_of(path: Path) -> Path:
    if not path.parent.is_dir():
        raise WrongUsage(f"{path}: the folder {path.parent} does not exist")
    return path.with_name(f"{path.name}.{os.getpid()}.part")
