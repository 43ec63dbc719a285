"""Cross-border events of whole articles against two readings of them.

Per article the set of directed triples (source country, type, target country). Recall counts what all readers marked,
precision accepts what any of them marked. Negated, denied and conditional events are left out; future cooperation
counts as AGREE and future hostility as THREATEN; intergovernmental bodies are one code; actors that are no country or
body are left out; parties without a target act on each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from detente.ontology import plover_quad
from detente.records import CodedArticle

BODIES = frozenset({"UN", "UNO", "EU", "EUR", "NATO", "ARL", "OPCW", "IGO"})
NO_STATE = frozenset({"NGO", "MNC", "ISM", "IMG"})
LEFT_OUT = frozenset({"negated", "denied", "conditional"})
Key = Callable[[str], object]
KEYS: dict[str, Key] = {"type": lambda event: event, "quad": plover_quad, "dyad": lambda event: "-"}
Triple = tuple[str, object, str]


def as_scored(coded: CodedArticle) -> list[dict[str, Any]]:
    """The coded events with country codes for actors, as the gold files write them."""
    country = {a.id: a.country for a in coded.actors}
    return [
        {
            "source": [country[a] for a in e.sources],
            "target": [country[a] for a in e.targets],
            "event": e.event,
            "modality": e.modality,
        }
        for e in coded.events
    ]


def _type_of(event: dict[str, Any]) -> str:
    quad = plover_quad(event["event"])
    if event.get("modality") == "future":
        return "AGREE" if quad in (1, 2) else "THREATEN" if quad == 4 else str(event["event"])
    return str(event["event"])


def _states(codes: Iterable[str | None]) -> set[str]:
    return {"IGO" if c in BODIES else c for c in codes if c and not c.startswith("NSA") and c not in NO_STATE}


def triples(events: Iterable[dict[str, Any]], key: Key) -> set[Triple]:
    found: set[Triple] = set()
    for event in events:
        if event.get("modality") in LEFT_OUT:
            continue
        sources, targets = _states(event["source"]), _states(event["target"])
        pairs = itertools.product(sources, targets) if event["target"] else itertools.permutations(sources, 2)
        found |= {(a, key(_type_of(event)), b) for a, b in pairs if a != b}
    return found


def readings(gold: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The gold events by reader; one reading where no reader is named."""
    names = sorted({str(e.get("reader")) for e in gold["events"]})
    return [[e for e in gold["events"] if str(e.get("reader")) == name] for name in names] or [[]]


def score_events(golds: list[dict[str, Any]], made: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 by type, quad and dyad."""
    result = {}
    for name, key in KEYS.items():
        hit = need = right = total = 0
        for gold in golds:
            got = triples(made.get(str(gold["id"]), []), key)
            marked = [triples(reading, key) for reading in readings(gold)]
            by_all, by_any = set.intersection(*marked), set.union(*marked)
            hit, need = hit + len(got & by_all), need + len(by_all)
            right, total = right + len(got & by_any), total + len(got)
        precision, recall = right / max(total, 1), hit / max(need, 1)
        result[name] = {**prf(precision, recall), "made": total, "need": need}
    return result


def prf(precision: float, recall: float) -> dict[str, float]:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"p": round(precision, 4), "r": round(recall, 4), "f1": round(f1, 4)}
