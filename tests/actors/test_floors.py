"""Floors of actor resolution and coreference on our own marked texts; the figures stand in docs/evaluation.md.

Two sets each: the first, which the resolver was mended on, and a second with other names, written later.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from detente.evaluation import evaluate

DATA = Path(__file__).parents[1] / "data"
# Mentions, country right at least, country wrong at most, sector and person right at least.
ACTORS = {
    "actors": (847, 0.98, 0.005, 0.98, 0.985),
    "actors_fresh": (771, 0.97, 0.005, 0.975, 0.97),
}
COREFERENCE = {"coreference": (42, 0.92), "coreference_fresh": (15, 0.9)}


@pytest.mark.parametrize("name", ACTORS)
def test_actors_stay_above_their_floors(name: str) -> None:
    mentions, country, wrong, sector, person = ACTORS[name]
    figures = evaluate("actors", DATA / f"{name}.jsonl")
    assert figures["mentions"] == mentions
    assert figures["country_right"] >= country
    assert figures["country_wrong"] <= wrong
    assert figures["sector_right"] >= sector
    assert figures["person_right"] >= person


@pytest.mark.parametrize("name", COREFERENCE)
def test_coreference_stays_above_its_floor(name: str) -> None:
    articles, floor = COREFERENCE[name]
    figures = evaluate("coreference", DATA / f"{name}.jsonl")
    assert figures["articles"] == articles
    assert figures["lea"]["f1"] >= floor


def test_gold_is_what_the_marked_texts_build() -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("build", DATA / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    for name, make in build.SETS:
        built = build.lines(name, make)
        assert hashlib.sha256(built.encode()).digest() == hashlib.sha256((DATA / f"{name}.jsonl").read_bytes()).digest()
