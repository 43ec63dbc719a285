"""Imported data read in columns answer as the same rows in memory do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from detente.formats import import_files
from detente.relations import build, relation_report
from detente.relations.evidence import gather, gather_reports
from detente.relations.foreign import Foreign
from detente.relations.held import Held
from detente.relations.imported import origin_of
from detente.relations.material import material_of
from detente.relations.movers import movers
from detente.relations.parties import resolve
from detente.store import Store, open_store

TYPES = {"CONSULT": (1, 1.0), "AGREE": (1, 3.0), "AID": (2, 6.0), "ACCUSE": (3, -3.0), "ASSAULT": (4, -9.0)}
NAMES = {"IGO": ("NATO", "African Union"), "USA": ("Washington",), "RUS": ("Moscow",), "MNE": ("Podgorica",)}


def rows(seed: int, count: int) -> list[dict[str, object]]:
    """Of all shapes that imports have: several parties, reciprocal rows, bodies by name, vague days, stories."""
    dice = random.Random(seed)
    made = []
    printed: dict[int, tuple[datetime, str]] = {}
    for i in range(count):
        a, b = (dice.sample(["USA", "RUS", "IND", "MNE", "IGO"], dice.choice((1, 1, 2))) for _ in "ab")
        kind = dice.choice(sorted(TYPES))
        day = date(2017, 5, 1) + timedelta(days=dice.randrange(90))
        precision = dice.choice((None, "day", "day", "week", "month", "year"))
        story = i // 3
        at = printed.setdefault(story, (datetime(2017, 5, 1) + timedelta(days=dice.randrange(100)), f"Post {i % 4}"))
        told = dice.random() < 0.5
        made.append({
            "dataset": "polecat", "file_number": 1, "line": i + 2, "row_key": i, "repeated": dice.random() < 0.05,
            "reciprocal": dice.random() < 0.2, "mirror": dice.random() < 0.05, "id": f"p{i}", "event_date": day,
            "date_precision": precision, "event": kind, "plover_quad": TYPES[kind][0], "intensity": TYPES[kind][1],
            "modality": dice.choice((None, "actual", "alleged", "denied")),
            "confidence": dice.choice((None, dice.random())), "contexts": [],
            "source_names": [dice.choice(NAMES.get(code, ("somebody",))) for code in a], "source_countries": a,
            "source_sectors": [], "target_names": [dice.choice(NAMES.get(code, ("somebody",))) for code in b],
            "target_countries": b, "target_sectors": [], "story_id": f"s{story}" if told else None,
            "publisher": at[1] if told else dice.choice((None, "Post 2")), "published": at[0] if told else None,
            "source_count": dice.choice((None, 1, 4)), "cells": ["x", kind],
        })  # fmt: skip
    return made


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "empty.csv").write_text("event_date,event,source_countries,target_countries\n", encoding="utf-8")
    with open_store(folder / "s.duckdb") as store:
        import_files(store, [folder / "empty.csv"], "csv")
        store.rows("UPDATE imported_files SET dataset = 'polecat', columns = ['one', 'two']")
        store.load("imported_events", pa.Table.from_pylist(rows(5, 400)))
    return folder / "s.duckdb"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


SIDES = (("USA", "RUS"), ("RUS", "USA"), ("NATO", "RUS"), ("IND,USA", "RUS,MNE"), ("RUS", "all"))


@pytest.mark.parametrize("sides", SIDES)
@pytest.mark.parametrize("until", [None, date(2017, 6, 10)])
def test_columns_answer_as_rows_in_memory(
    sides: tuple[str, str], until: date | None, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(material_of(store, resolve(*sides), origin_of(store, None)), Foreign)
    found = relation_report(store, *sides, until=until, by="month")
    assert found.coverage.events > 5
    monkeypatch.setattr(build, "material_of", lambda store, pair, origin: Held(gather(store, pair, origin.name)))
    assert found == relation_report(store, *sides, until=until, by="month")


def test_member_counts_from_the_day_on_which_it_joined(store: Store) -> None:
    """Montenegro joined NATO on 5 June 2017."""
    events = relation_report(store, "NATO", "RUS").events
    days = {event.day for event in events if "MNE" in (*event.by, *event.to)}
    assert days
    assert min(days) >= date(2017, 6, 5)


@pytest.mark.parametrize("until", [None, date(2017, 6, 10)])
@pytest.mark.parametrize("code", [None, "RUS"])
def test_movers_are_those_of_the_rows_in_memory(store: Store, until: date | None, code: str | None) -> None:
    from detente.relations.movers import _held, _moves, _shown
    from detente.relations.parameters import DEFAULTS

    found = movers(store, until, days=20, limit=9, code=code)
    assert found
    last, since = found[0].until, found[0].since
    held = _held(store, since - timedelta(days=round(8 * DEFAULTS.half_life)), last, DEFAULTS, None, code)
    moves = sorted((move for field in held for move in _moves(field, since, last, DEFAULTS)),
                   key=lambda move: (-abs(move.change), *move.codes))  # fmt: skip
    assert found == _shown(moves[:9], since, last)
    assert gather_reports(store, since, last, ())
