"""Marked pairs: macro-F1 over types and over quads, and calibration.

Gold lines are `{"id", "text", "source": [s, e], "target": [s, e], "gold": type}`; gold YIELD stands for CONCEDE and
RETREAT together. Where the gold file holds no NONE, `among_types` tells what remains when NONE is not an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from detente.ontology import plover_quad

YIELD = frozenset({"CONCEDE", "RETREAT"})
BINS = 15


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean over the gold labels of their F1; `pairs` are (gold, answer)."""
    hits, golds, answers = Counter[str](), Counter[str](), Counter[str]()
    for gold, answer in pairs:
        golds[gold] += 1
        answers[answer] += 1
        hits[gold] += gold == answer
    return sum(2 * hits[g] / (golds[g] + answers[g]) for g in golds) / max(len(golds), 1)


def calibration_error(confident: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over 15 equal bins (Guo et al. 2017)."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for probability, right in confident:
        bins.setdefault(min(int(probability * BINS), BINS - 1), []).append((probability, right))
    total = max(len(confident), 1)
    return sum(abs(sum(p for p, _ in b) - sum(r for _, r in b)) for b in bins.values()) / total


def _quad_of(label: str) -> str:
    return "0" if label == "NONE" else str(plover_quad(label))


def score_relations(golds: list[dict[str, Any]], answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures for `answers`, the output of `relate` in the order of the golds."""
    merges = any(g["gold"] == "YIELD" for g in golds)
    # A file that merges the two also says in which quad it counts them.
    yield_quad = next((str(g["quad"]) for g in golds if g["gold"] == "YIELD" and "quad" in g), "yield")
    full, among, quads, confident = [], [], [], []
    for gold, answer in zip(golds, answers, strict=True):
        label = gold["gold"]
        event = _merge(answer.get("event") or "NONE", merges)
        best = _merge(_best_type(answer.get("scores") or {}), merges)
        full.append((label, event))
        among.append((label, best))
        gold_quad = str(gold["quad"]) if "quad" in gold else "yield" if label == "YIELD" else _quad_of(label)
        found = _best_type(answer.get("scores") or {})
        quads.append((gold_quad, yield_quad if best == "YIELD" else _quad_of(found)))
        confident.append((float(answer.get("confidence") or 0.0), event == label))
    return {
        "pairs": len(golds),
        "type_macro_f1": round(macro_f1(full), 4),
        "type_macro_f1_among_types": round(macro_f1(among), 4),
        "quad_macro_f1_among_types": round(macro_f1(quads), 4),
        "accuracy": round(sum(g == a for g, a in full) / max(len(full), 1), 4),
        "answered_none": sum(a == "NONE" for _, a in full),
        "calibration_error": round(calibration_error(confident), 4),
    }


def _merge(label: str, merges: bool) -> str:
    return "YIELD" if merges and label in YIELD else label


def _best_type(scores: dict[str, float]) -> str:
    """The likeliest type with CONCEDE and RETREAT competing by their sum."""
    types = {k: v for k, v in scores.items() if k != "NONE"}
    if not types:
        return "NONE"
    yielding = sum(types.get(name, 0.0) for name in YIELD)
    others = max((k for k in types if k not in YIELD), key=lambda k: types[k])
    if types[others] >= yielding:
        return others
    return max(YIELD, key=lambda k: (types.get(k, 0.0), k))
