"""Values of options: days, countries, columns, output files, stores."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING

from detente.cli.failures import WrongUsage

if TYPE_CHECKING:
    from detente.store import Store

BODIES = {"UNO": ("un", "u.n.", "united nations"), "EUR": ("eu", "e.u.", "european union")}


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


def country(value: str) -> str:
    """ISO 3166 alpha-3 code of a code or name; raises WrongUsage with the nearest names."""
    code = find_country(value)
    if code:
        return code
    import difflib

    near = difflib.get_close_matches(value.casefold(), _countries(), n=3)
    hint = f"did you mean {', '.join(sorted({_countries()[name] for name in near}))}?" if near else "try USA or Russia"
    raise WrongUsage(f"unknown country {value!r}; {hint}")


def party(value: str | None) -> str | None:
    """The code where the value is a country, else the value itself: part of an actor's name."""
    return (find_country(value) or value) if value else None


def find_country(value: str) -> str | None:
    return _countries().get(value.strip().casefold())


@cache
def _countries() -> dict[str, str]:
    """Code by code, alpha-2 code and name, in small letters; names of states that are no more give way."""
    table = (files("detente.actors") / "data" / "countries.tsv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for row in sorted(csv.DictReader(io.StringIO(table), delimiter="\t"), key=lambda row: bool(row["valid_to"])):
        code = row["code"]
        for name in (code, row["iso2"], row["name"], *row["names"].split(";")):
            if name:
                found.setdefault(name.strip().casefold(), code)
    for code, names in BODIES.items():
        found.update(dict.fromkeys((code.casefold(), *names), code))
    return found


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


def existing_store(value: Path | None) -> Store:
    """The store opened for reading."""
    from detente.store import open_store

    path = store_path(value)
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
