"""Floors of actor resolution and coreference on our own marked texts; the targets stand in docs/evaluation.md."""

from __future__ import annotations

from pathlib import Path

from detente.evaluation.actors import evaluate_actors
from detente.evaluation.coreference import evaluate_coreference

DATA = Path(__file__).parents[1] / "data"


def test_actors_stay_above_their_floors() -> None:
    figures = evaluate_actors(DATA / "actors.jsonl")
    assert figures["mentions"] >= 600
    assert figures["country_right"] >= 0.88
    assert figures["country_wrong"] <= 0.035
    assert figures["sector_right"] >= 0.93
    assert figures["person_right"] >= 0.86


def test_coreference_stays_above_its_floor() -> None:
    assert evaluate_coreference(DATA / "coreference.jsonl")["f1"] >= 0.78
