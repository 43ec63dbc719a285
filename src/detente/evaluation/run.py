"""Scores the coder against a gold file of one task."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.errors import InputError, UnknownCode

Gold = list[dict[str, Any]]
NEEDED = {
    "events": ("id", "text", "events"),
    "relations": ("text", "source", "target", "gold"),
    "quotes": ("id", "text", "attributions"),
    "actors": ("id", "text", "mentions"),
    "coreference": ("id", "text", "chains"),
    "clusters": ("id", "text", "event", "told"),
}
# What each item of a list in a gold line needs.
NEEDED_WITHIN = {"actors": ("mentions", ("start", "end", "country")), "coreference": ("chains", ("mentions",))}
TASKS = tuple(NEEDED)


def read_gold(path: Path, task: str) -> Gold:
    """Lines of a gold file; raises InputError that names the line that is no JSON or lacks a field."""
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"not JSON: {error.msg}", path=path, line=number) from error
        missing = [name for name in NEEDED[task] if name not in record] or _missing_within(record, task)
        if missing:
            raise InputError(f"a gold line for {task} needs {', '.join(missing)}", path=path, line=number)
        found.append(record)
    return found


def _missing_within(record: dict[str, Any], task: str) -> list[str]:
    """Fields that items of a gold line lack, as "mentions.start"."""
    name, needed = NEEDED_WITHIN.get(task, ("", ()))
    return [f"{name}.{each}" for each in needed if any(each not in item for item in record.get(name, ()))]


def evaluate(task: str, path: str | Path, encoder: bool = True) -> dict[str, Any]:
    """Figures of a task (one of TASKS) on a gold file; without the encoder, frames decide alone."""
    if task not in NEEDED:
        raise UnknownCode("task", task, list(TASKS))
    golds = read_gold(Path(path), task)
    return {"task": task, "encoder": encoder, **_SCORERS[task](golds, encoder)}


def _events(golds: Gold, encoder: bool) -> dict[str, Any]:
    from detente.coding import Coder
    from detente.evaluation.events import as_scored, score_events

    coder = Coder(encoder=encoder)
    made = {str(g["id"]): as_scored(coder.code(g["text"], published=g.get("published"))) for g in golds}
    return dict(score_events(golds, made))


def _relations(golds: Gold, encoder: bool) -> dict[str, Any]:
    from detente.encoder.relate import relate
    from detente.evaluation.relations import score_relations

    items = [{k: g[k] for k in ("id", "text", "source", "target") if k in g} for g in golds]
    return score_relations(golds, list(relate(items)))


def _quotes(golds: Gold, encoder: bool) -> dict[str, Any]:
    from detente.coding.attribution import find_attributions
    from detente.evaluation.quotes import score_quotes
    from detente.reading import read

    made = {}
    for gold in golds:
        made[gold["id"]] = [
            {"speaker": a.speaker, "content": list(a.content)} for a in find_attributions(read(gold["text"]))
        ]
    return score_quotes(golds, made, _reporting_words())


def _actors(golds: Gold, encoder: bool) -> dict[str, Any]:
    from detente.evaluation.actors import score_actors

    return score_actors(golds)


def _coreference(golds: Gold, encoder: bool) -> dict[str, Any]:
    from detente.evaluation.coreference import score_coreference

    return score_coreference(golds)


def _clusters(golds: Gold, encoder: bool) -> dict[str, Any]:
    from detente.coding import Coder
    from detente.evaluation.clusters import grouped, score_clusters
    from detente.records import Article

    names = ("id", "publisher", "published", "near_duplicate_of")
    articles = [Article.of(g["text"], **{name: g[name] for name in names if name in g}) for g in golds]
    return score_clusters(golds, grouped(golds, list(Coder(encoder=encoder).stream(articles))))


def _reporting_words() -> frozenset[str]:
    from detente.coding.words import words

    return words("speech", "reporting")


_SCORERS: dict[str, Callable[[Gold, bool], dict[str, Any]]] = {
    "events": _events,
    "relations": _relations,
    "quotes": _quotes,
    "actors": _actors,
    "coreference": _coreference,
    "clusters": _clusters,
}
