"""Floors of the shipped weights on the held-out part of the training text, which is in the repository only."""

import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from training.corpus import read_files, split  # noqa: E402
from training.measure import calibration_error, macro_f1  # noqa: E402

from detente.encoder import LABELS, NONE, Pair, load_encoder  # noqa: E402 (the path first)

FLOORS = {"macro_f1": 0.72, "none_precision": 0.85, "none_recall": 0.86, "modality": 0.73}
CALIBRATION = 0.05


@pytest.fixture(scope="module")
def answers():
    _, held = split(read_files((ROOT / "training" / "text" / "hand").glob("*.txt"))[0])
    pairs = [pair for sentence in held for pair in sentence.pairs()]
    return pairs, load_encoder(1).score([Pair(pair.text, pair.source, pair.target) for pair in pairs])


def test_held_out_types(answers):
    pairs, found = answers
    held = [(pair, scores) for pair, scores in zip(pairs, found, strict=True) if pair.relations]
    gold = [scores.best_event if scores.best_event in pair.types else pair.type for pair, scores in held]
    assert macro_f1(gold, [scores.best_event for _, scores in held])[0] >= FLOORS["macro_f1"]


def test_held_out_none(answers):
    pairs, found = answers
    said = np.array([scores.best == NONE for scores in found])
    true = np.array([pair.type == NONE for pair in pairs])
    assert (said & true).sum() / said.sum() >= FLOORS["none_precision"]
    assert (said & true).sum() / true.sum() >= FLOORS["none_recall"]


def test_held_out_modality(answers):
    pairs, found = answers
    rows = [(pair.modality, scores.best_modality) for pair, scores in zip(pairs, found, strict=True) if pair.relations]
    assert macro_f1([gold for gold, _ in rows], [said for _, said in rows])[0] >= FLOORS["modality"]


def test_held_out_calibration(answers):
    pairs, found = answers
    likeliest = [max(LABELS, key=scores.types.__getitem__) for scores in found]
    confidence = np.array([max(scores.types.values()) for scores in found])
    right = np.array([label in pair.types for pair, label in zip(pairs, likeliest, strict=True)])
    assert calibration_error(confidence, right) <= CALIBRATION
