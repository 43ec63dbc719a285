"""Figures of a scorer on labelled pairs: F1 by type and quad, NONE, calibration, confusions. Needs numpy only."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detente.encoder.marking import LABELS, NONE, Pair
from detente.ontology import plover_quad


def macro_f1(gold: list[str], found: list[str]) -> tuple[float, dict[str, float]]:
    """Mean F1 over the labels of `gold`, and F1 by label."""
    by_label = {}
    for label in sorted(set(gold)):
        hit = sum(g == f == label for g, f in zip(gold, found, strict=True))
        total = gold.count(label) + found.count(label)
        by_label[label] = 2 * hit / total if total else 0.0
    return float(np.mean(list(by_label.values()))), by_label


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error over equally wide bins."""
    edges = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for index in range(bins):
        inside = edges == index
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return error


@dataclass(frozen=True)
class DevFigures:
    """`all_labels`: NONE counts as wrong; `events`: the best of the 16 types, whatever NONE got."""

    all_labels: float
    events: float
    quads_all: float
    quads: float
    none_said: float
    ece: float
    by_type: dict[str, float]
    confusions: list[tuple[tuple[str, str], int]]

    def __str__(self) -> str:
        types = ", ".join(f"{label} {value:.3f}" for label, value in self.by_type.items())
        pairs = "; ".join(f"{g} read as {f} {n}" for (g, f), n in self.confusions)
        return (
            f"types (a) {self.all_labels:.4f} (b) {self.events:.4f}; quads (a) {self.quads_all:.4f} "
            f"(b) {self.quads:.4f}; NONE said {self.none_said:.3f}; ECE {self.ece:.4f}\n{types}\n{pairs}"
        )


def merge_yield(scores: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Labels and probabilities with CONCEDE and RETREAT summed as YIELD."""
    labels = [label for label in LABELS if label not in ("CONCEDE", "RETREAT")] + ["YIELD"]
    columns = [scores[:, LABELS.index(label)] for label in labels[:-1]]
    columns.append(scores[:, LABELS.index("CONCEDE")] + scores[:, LABELS.index("RETREAT")])
    return labels, np.stack(columns, axis=1)


def read_pairs(path: Path) -> tuple[list[Pair], list[str], list[int]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    pairs = [Pair(row["text"], tuple(row["source"]), tuple(row["target"])) for row in rows]
    return pairs, [row["gold"] for row in rows], [row["quad"] for row in rows]


def dev_figures(scores: np.ndarray, gold: list[str], quads: list[int]) -> DevFigures:
    """Quads follow the type that was found; the dev set counts all of YIELD as quad 2."""
    labels, merged = merge_yield(scores)
    found = [labels[i] for i in merged.argmax(1)]
    event_columns = [i for i, label in enumerate(labels) if label != NONE]
    events = [labels[event_columns[i]] for i in merged[:, event_columns].argmax(1)]
    best_quad = [2 if event == "YIELD" else plover_quad(event) for event in events]
    quads_found = [0 if label == NONE else quad for label, quad in zip(found, best_quad, strict=True)]
    all_labels, _ = macro_f1(gold, found)
    by_event, by_type = macro_f1(gold, events)
    event_mass = merged[:, event_columns] / merged[:, event_columns].sum(1, keepdims=True)
    right = np.array([g == f for g, f in zip(gold, events, strict=True)])
    wrong = Counter((g, f) for g, f in zip(gold, events, strict=True) if g != f)
    return DevFigures(
        all_labels,
        by_event,
        macro_f1([str(q) for q in quads], [str(q) for q in quads_found])[0],
        macro_f1([str(q) for q in quads], [str(q) for q in best_quad])[0],
        float(np.mean([label == NONE for label in found])),
        calibration_error(event_mass.max(1), right),
        by_type,
        wrong.most_common(24),
    )
