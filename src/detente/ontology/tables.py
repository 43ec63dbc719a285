"""PLOVER types, modes and contexts, CAMEO codes with Goldstein values, and the crosswalk, read from `data/`.

PLOVER scores are those of the PLOVER manual, Goldstein values those of the CAMEO scale. The two quad schemes differ
for CAMEO roots 08, 09 and 14 and are never derived from each other: `cameo_quad` goes by root, `plover_quad` by type.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from detente.errors import DataError, UnknownCode

YIELD_TYPES = frozenset({"CONCEDE", "RETREAT"})
RECIPROCAL_TYPES = frozenset({"CONSULT", "AGREE", "COOPERATE", "SUPPORT", "ASSAULT"})


@dataclass(frozen=True)
class PloverType:
    name: str
    quad: int
    intensity: float
    description: str
    note: str


@dataclass(frozen=True)
class PloverMode:
    type: str
    name: str
    intensity: float | None
    description: str


@dataclass(frozen=True)
class Context:
    name: str
    description: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class CameoCode:
    """One CAMEO code; `plover`, `mode`, `contexts` are the mended crosswalk, `mend` says what was changed and why."""

    code: str
    name: str
    goldstein: float
    plover: str | None
    mode: str | None
    contexts: tuple[str, ...]
    mend: str

    @property
    def root(self) -> str:
        return self.code[:2]


def read_table(package: str, name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a tab-separated table in `package`'s data; raises DataError where the header or a row is off."""
    path = files(package).joinpath("data", name)
    with io.StringIO(path.read_text(encoding="utf-8"), newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(reader.fieldnames or ()) != columns:
            raise DataError(str(path), [f"line 1: columns {reader.fieldnames}, expected {list(columns)}"])
        rows, problems = [], []
        for row in reader:
            if None in row or None in row.values():
                problems.append(f"line {reader.line_num}: {len(columns)} fields expected")
            rows.append(row)
    if problems:
        raise DataError(str(path), problems)
    return rows


def listed(cell: str) -> tuple[str, ...]:
    """The values of a `;`-separated cell."""
    return tuple(value.strip() for value in cell.split(";") if value.strip())


@cache
def types() -> dict[str, PloverType]:
    rows = read_table(__package__, "plover_types.tsv", ("type", "quad", "intensity", "description", "note"))
    return {
        r["type"]: PloverType(r["type"], int(r["quad"]), float(r["intensity"]), r["description"], r["note"])
        for r in rows
    }


@cache
def modes() -> dict[tuple[str, str], PloverMode]:
    rows = read_table(__package__, "plover_modes.tsv", ("type", "mode", "intensity", "description"))
    return {
        (r["type"], r["mode"]): PloverMode(
            r["type"], r["mode"], float(r["intensity"]) if r["intensity"] else None, r["description"]
        )
        for r in rows
    }


@cache
def contexts() -> dict[str, Context]:
    rows = read_table(__package__, "contexts.tsv", ("context", "description", "words"))
    return {r["context"]: Context(r["context"], r["description"], listed(r["words"])) for r in rows}


@cache
def cameo_codes() -> dict[str, CameoCode]:
    columns = ("code", "name", "goldstein", "plover", "mode", "contexts", "mend")
    rows = read_table(__package__, "cameo.tsv", columns)
    codes = {
        r["code"]: CameoCode(
            r["code"],
            r["name"],
            float(r["goldstein"]),
            r["plover"] or None,
            r["mode"] or None,
            listed(r["contexts"]),
            r["mend"],
        )
        for r in rows
    }
    problems = []
    for code in codes.values():
        if code.plover is not None and code.plover not in types():
            problems.append(f"{code.code}: unknown type {code.plover}")
        elif code.mode is not None and (code.plover or "", code.mode) not in modes():
            problems.append(f"{code.code}: {code.plover} has no mode {code.mode}")
        problems += [f"{code.code}: unknown context {name}" for name in code.contexts if name not in contexts()]
    if problems:
        raise DataError("ontology/data/cameo.tsv", problems)
    return codes


def plover_quad(event: str) -> int:
    """1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict."""
    try:
        return types()[event].quad
    except KeyError:
        raise UnknownCode("PLOVER type", event, sorted(types())) from None


def cameo_quad(code: str) -> int:
    """GDELT's quad class by CAMEO root: 01-05 are 1, 06-09 are 2, 10-14 are 3, 15-20 are 4."""
    root = int(code[:2])
    if not 1 <= root <= 20:
        raise UnknownCode("CAMEO code", code)
    return 1 if root <= 5 else 2 if root <= 9 else 3 if root <= 14 else 4


def intensity(event: str, mode: str | None = None) -> float:
    """PLOVER's score, -10 to 10, of a type in a mode; the type's own where the manual gives the mode none."""
    if mode is not None:
        found = modes().get((event, mode))
        if found is None:
            raise UnknownCode(f"mode of {event}", mode, sorted(m for t, m in modes() if t == event))
        if found.intensity is not None:
            return found.intensity
    plover_quad(event)
    return types()[event].intensity


def goldstein(code: str) -> float:
    """Goldstein value, -10 to 10, of a CAMEO code."""
    try:
        return cameo_codes()[code].goldstein
    except KeyError:
        raise UnknownCode("CAMEO code", code) from None
