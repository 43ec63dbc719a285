"""Measures the turning points of the sample corpus: `python tests/relations/turning_recall.py [STORE]`.

Recall and precision within five days and in the right direction, by pair, beside what the same number of turns would
reach by chance: the turns found, moved together around the period by a random number of days.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

from detente.relations import RelationReport, relation_report
from detente.store import Store, open_store

NEAR = timedelta(days=5)
Point = tuple[date, str]


@dataclass(frozen=True)
class Score:
    pair: tuple[str, str]
    listed: list[Point]
    found: list[Point]
    chance: float
    """Expected recall of the same turns at random places."""

    @property
    def hits(self) -> list[Point]:
        return [point for point in self.listed if matched(point, self.found)]

    @property
    def right(self) -> list[Point]:
        return [point for point in self.found if matched(point, self.listed)]


def matched(point: Point, others: list[Point]) -> bool:
    return any(direction == point[1] and abs(day - point[0]) <= NEAR for day, direction in others)


def expected() -> dict[tuple[str, str], list[Point]]:
    listed: dict[tuple[str, str], list[Point]] = {}
    text = files("detente.samples").joinpath("expected.json").read_text(encoding="utf-8")
    for point in json.loads(text)["turning_points"]:
        a, b = point["pair"]
        listed.setdefault((a, b), []).append((date.fromisoformat(point["date"]), point["direction"]))
    return listed


def measure(store: Store) -> list[Score]:
    scores = []
    for pair, listed in expected().items():
        report = relation_report(store, *pair)
        found: list[Point] = [(turn.day, turn.direction) for turn in report.turning_points]
        scores.append(Score(pair, listed, found, _chance(report, listed, found)))
    return scores


def _chance(report: RelationReport, listed: list[Point], found: list[Point], draws: int = 2000) -> float:
    if not found or report.since is None or report.until is None:
        return 0.0
    days = (report.until - report.since).days + 1
    draw = random.Random(7)
    hits = 0
    for _ in range(draws):
        shift = draw.randrange(days)
        moved = [(report.since + timedelta(days=((day - report.since).days + shift) % days), way) for day, way in found]
        hits += sum(matched(point, moved) for point in listed)
    return hits / draws / len(listed)


def sample_store(folder: Path) -> Store:
    """The sample corpus, read and coded by the frames alone, so that no model is needed."""
    from detente.run import ingest

    path = folder / "sample.duckdb"
    ingest([str(files("detente.samples").joinpath("corpus.jsonl"))], path, encoder=False)
    return open_store(path, read_only=True)


def main() -> None:
    folder = tempfile.TemporaryDirectory()
    named = open_store(sys.argv[1], read_only=True) if len(sys.argv) > 1 else None
    with folder as path, named or sample_store(Path(path)) as store:
        for score in measure(store):
            hits = f"{len(score.hits)}/{len(score.listed)}"
            print(f"{'-'.join(score.pair)}: recall {hits}, by chance {score.chance:.2f}, ", end="")
            print(f"of {len(score.found)} found {len(score.right)} are listed")
            for day, direction in sorted(set(score.listed) - set(score.hits)):
                print(f"  missed {day} {direction}")


if __name__ == "__main__":
    main()
