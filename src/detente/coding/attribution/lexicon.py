"""The English lexicons of attribution, loaded once a process from the data files beside `detente.coding.lang.en`."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Verb:
    """A cue verb; `report` and `stance` are its frames, as the head of `attribution_verbs.tsv` explains them."""

    lemma: str
    report: frozenset[str]
    stance: frozenset[str]
    prepositions: dict[str, str]
    """Preposition or particle → cue class."""

    def frame_class(self, frame: str) -> str | None:
        """`report`, `stance`, or None where the verb lacks the frame."""
        if frame in self.report:
            return "report"
        return "stance" if frame in self.stance else None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Verbs by each of their forms, cue nouns by lemma, and word lists by name (`section.key`)."""

    verbs: dict[str, Verb]
    nouns: dict[str, str]
    words: dict[str, frozenset[str]]


def regular_forms(lemma: str) -> Iterator[str]:
    """The forms that English spelling rules make of a verb."""
    yield lemma
    if lemma.endswith(("s", "x", "z", "ch", "sh")):
        yield lemma + "es"
    elif lemma.endswith("y") and lemma[-2] not in VOWELS:
        yield lemma[:-1] + "ies"
    else:
        yield lemma + "s"
    if lemma.endswith("e"):
        yield lemma + "d"
        yield (lemma if lemma.endswith("ee") else lemma[:-1]) + "ing"
    else:
        is_y = lemma.endswith("y") and lemma[-2] not in VOWELS
        yield lemma[:-1] + "ied" if is_y else lemma + "ed"
        yield lemma + "ing"


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("detente.coding.lang.en").joinpath(name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    yield from csv.DictReader(lines, delimiter="\t")


def _verb(row: dict[str, str]) -> Verb:
    report, stance = frozenset((row["report"] or "").split()), frozenset((row["stance"] or "").split())
    prepositions = {
        frame[2:]: name
        for name, frames in (("stance", stance), ("report", report))
        for frame in frames
        if frame.startswith("p:")
    }
    return Verb(row["lemma"], report, stance, prepositions)


def _verbs(irregular: dict[str, list[str]]) -> dict[str, Verb]:
    found: dict[str, Verb] = {}
    for row in _rows("attribution_verbs.tsv"):
        verb = _verb(row)
        for form in (*regular_forms(verb.lemma), *irregular.get(verb.lemma, ())):
            found.setdefault(form, verb)
    return found


@cache
def load_lexicon() -> Lexicon:
    """The lexicon of the English data files."""
    source = resources.files("detente.coding.lang.en").joinpath("attribution.toml")
    tables: dict[str, dict[str, Any]] = tomllib.loads(source.read_text(encoding="utf-8"))
    words = {
        f"{section}.{key}": frozenset(values)
        for section, table in tables.items()
        for key, values in table.items()
        if section != "irregular"
    }
    nouns: dict[str, str] = {}
    for row in _rows("attribution_nouns.tsv"):
        nouns[row["noun"]] = nouns[row["noun"] + "s"] = row["class"]
    return Lexicon(_verbs(tables["irregular"]), nouns, words)
