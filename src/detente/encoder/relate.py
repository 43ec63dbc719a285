"""Records in, relations out: the library function behind `detente relate`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from detente.encoder.marking import NONE, Pair
from detente.encoder.model import RelationEncoder, load_encoder
from detente.encoder.scores import Scores
from detente.ontology import plover_quad

Record = dict[str, Any]


def relate(items: Iterable[Any], *, encoder: RelationEncoder | None = None, chunk: int = 512) -> Iterator[Record]:
    """`{"id", "text", "source": [start, end], "target": [start, end]}` to `{"id", "event", "quad", ...}`, in order.

    A record that cannot be read gives `{"id", "error", "line"}` in its place; lines count from 1. An item may be an
    exception or a string instead of a record (a line that was no JSON): it is passed on as an error.
    """
    model = encoder or load_encoder()
    line = 0
    for block in _blocks(items, chunk):
        pairs: list[Pair] = []
        read: list[tuple[Any, str | None]] = []
        for item in block:
            identity = item.get("id") if isinstance(item, dict) else None
            try:
                pairs.append(to_pair(item))
                read.append((identity, None))
            except ValueError as error:
                read.append((identity, str(error)))
        scored = iter(model.score(pairs))
        for identity, problem in read:
            line += 1
            scores = next(scored) if problem is None else None
            if scores is None or scores.error:
                yield {"id": identity, "error": problem or (scores.error if scores else None), "line": line}
            else:
                yield answer(identity, scores)


def to_pair(item: Any) -> Pair:
    """Raises ValueError with what is wrong with the record."""
    if not isinstance(item, dict):
        raise ValueError(f"no JSON object: {item}" if isinstance(item, Exception | str) else "no JSON object")
    missing = [name for name in ("text", "source", "target") if name not in item]
    if missing:
        raise ValueError(f"no {', '.join(missing)}")
    if not isinstance(item["text"], str):
        raise ValueError(f"text is {type(item['text']).__name__}, a string expected")
    spans = []
    for role in ("source", "target"):
        span = item[role]
        if not (isinstance(span, list | tuple) and len(span) == 2 and all(type(place) is int for place in span)):
            raise ValueError(f"{role} is {span!r}, [start, end] in code points expected")
        spans.append((span[0], span[1]))
    return Pair(item["text"], spans[0], spans[1])


def answer(identity: Any, scores: Scores) -> Record:
    event = scores.best or NONE
    return {
        "id": identity,
        "event": event,
        "quad": None if event == NONE else plover_quad(event),
        "modality": None if event == NONE else scores.best_modality,
        "confidence": round(scores.confidence, 4),
        "scores": {name: round(value, 4) for name, value in scores.types.items()},
    }


def _blocks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block
