"""How far the tension index and the turning points hang on each parameter: `python -m benchmarks.sensitivity [STORE]`.

Each parameter is halved and doubled by itself. Shown, over the pairs of the sample corpus: how the course of the level
goes along with the default one (correlation of the monitored days), how far it lies off by the mean, and how many of
the listed turning points are still found, of how many. Without STORE the sample corpus is coded by the frames alone.
The output is the table of docs/sensitivity.md.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from detente.relations import Parameters, RelationReport, relation_report
from detente.store import Store, open_store

NEAR = 5  # days between a listed turning point and one that is found
NUMBERS = (
    "half_life", "scale", "other_side_weight", "guessed_day_weight", "publisher_bonus", "reach", "recent_days",
    "turn_half_life", "turn_penalty", "turn_window", "turn_least", "turn_deviations", "turn_notice",
    "turn_step_reports",
)  # fmt: skip
PAGE = """# Sensitivity

How far the tension index and the turning points hang on each parameter, on the sample corpus coded by the frames.
Made by `python -m benchmarks.sensitivity`, which halves and doubles one parameter at a time. *Along* is the correlation
of the daily level with the default one, the lowest of the three pairs; *off* the mean distance on the scale from −10 to
+10; *listed* the turning points of `samples/expected.json` that are found; *in all* how many turns are found.
"""


@dataclass(frozen=True)
class Effect:
    name: str
    value: str
    along: float
    off: float
    listed: int
    found: int


def listed() -> dict[tuple[str, str], list[tuple[date, str]]]:
    points = json.loads(files("detente.samples").joinpath("expected.json").read_text(encoding="utf-8"))
    pairs: dict[tuple[str, str], list[tuple[date, str]]] = {}
    for point in points["turning_points"]:
        a, b = point["pair"]
        pairs.setdefault((a, b), []).append((date.fromisoformat(point["date"]), point["direction"]))
    return pairs


def variants(default: Parameters) -> Iterator[tuple[str, str, Parameters]]:
    yield "default", "", default
    for name in NUMBERS:
        value = getattr(default, name)
        for factor in (0.5, 2):
            changed = type(value)(value * factor)
            yield name, f"{changed:g}", replace(default, **{name: changed})
    for modality, weight in default.modality_weight.items():
        for factor in (0.5, 2):
            weights = MappingProxyType({**default.modality_weight, modality: weight * factor})
            yield f"modality {modality}", f"{weight * factor:g}", replace(default, modality_weight=weights)


def effects(store: Store, default: Parameters | None = None) -> list[Effect]:
    """One entry a variant, the default first. Few draws: the interval is not looked at."""
    default = default or Parameters(draws=1)
    pairs = listed()
    usual = {pair: relation_report(store, *pair, parameters=default) for pair in pairs}
    made = []
    for name, value, parameters in variants(default):
        reports = {pair: relation_report(store, *pair, parameters=parameters) for pair in pairs}
        along = min(_along(usual[pair], reports[pair]) for pair in pairs)
        off = statistics.fmean(_off(usual[pair], reports[pair]) for pair in pairs)
        hits = sum(_hits(reports[pair], points) for pair, points in pairs.items())
        found = sum(len(report.turning_points) for report in reports.values())
        made.append(Effect(name, value, along, off, hits, found))
    return made


def _both(usual: RelationReport, other: RelationReport) -> tuple[list[float], list[float]]:
    known = {day.day: day.both for day in usual.days if day.both is not None}
    pairs = [(known[day.day], day.both) for day in other.days if day.both is not None and day.day in known]
    return [first for first, _ in pairs], [second for _, second in pairs]


def _along(usual: RelationReport, other: RelationReport) -> float:
    xs, ys = _both(usual, other)
    return statistics.correlation(xs, ys) if len(set(xs)) > 1 and len(set(ys)) > 1 else float("nan")


def _off(usual: RelationReport, other: RelationReport) -> float:
    return statistics.fmean([abs(x - y) for x, y in zip(*_both(usual, other), strict=True)] or [0.0])


def _hits(report: RelationReport, points: list[tuple[date, str]]) -> int:
    turns = [(turn.day, turn.direction) for turn in report.turning_points]
    return sum(any(way == w and abs((day - d).days) <= NEAR for d, w in turns) for day, way in points)


def page(made: list[Effect]) -> str:
    rows = [f"| {e.name} | {e.value} | {e.along:.3f} | {e.off:.2f} | {e.listed} | {e.found} |" for e in made]
    return "\n".join(
        [PAGE, "| parameter | value | along | off | listed | in all |", "|---|---|---|---|---|---|", *rows, ""]
    )


@contextmanager
def sample_store() -> Iterator[Store]:
    from detente.run import ingest

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.duckdb"
        ingest([str(files("detente.samples").joinpath("corpus.jsonl"))], path, encoder=False)
        with open_store(path, read_only=True) as store:
            yield store


def main() -> None:
    named = open_store(sys.argv[1], read_only=True) if len(sys.argv) > 1 else sample_store()
    with named as store:
        print(page(effects(store)), end="")


if __name__ == "__main__":
    main()
