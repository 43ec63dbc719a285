"""What one epoch trains on: labelled pairs, NONE sampled down, actors swapped for others of the same kind."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from detente.encoder.marking import LABELS, MODALITIES, NONE, SpanError, mark
from detente.ontology.tables import read_table
from training.corpus import LabelledPair, Sentence


@dataclass(frozen=True)
class Example:
    """A marked text with its label distribution, its modality (-1: none) and its weight in the loss."""

    marked: str
    types: tuple[float, ...]
    modality: int
    weight: float
    key: str = field(default="", compare=False)
    """Of the pair before its actors were renamed, see `pair_key`."""


@dataclass(frozen=True)
class Sampling:
    none_ratio: float = 0.6
    """At most so many NONE pairs for one that holds a relation, in each epoch drawn anew."""
    mirrored_share: float = 0.5
    """Share of the NONE pairs whose other direction holds a relation."""
    swap: float = 0.3
    """How often a country, demonym or capital is put in another's place."""
    balance: float = 0.5
    """Exponent of the class weights: 0 leaves classes as they are, 1 makes them equal."""


COUNTRY_COLUMNS = (
    "code", "iso2", "fips", "cow", "name", "names", "demonyms", "adjectives", "capital", "cities", "metonyms",
    "valid_from", "valid_to",
)  # fmt: skip


def country_rows() -> list[dict[str, str]]:
    """The package's own country table."""
    return read_table("detente.actors", "countries.tsv", COUNTRY_COLUMNS)


class Names:
    """Names of the country table that may stand for each other."""

    def __init__(self) -> None:
        rows = country_rows()
        current = [row for row in rows if not row["valid_to"]]
        self.kinds: list[list[str]] = []
        for column in ("name", "adjectives", "capital"):
            values = {row[column].split(";")[0].strip() for row in current}
            self.kinds.append(sorted(value for value in values if value))
        self.kind_of = {value: kind for kind, values in enumerate(self.kinds) for value in values}

    def other(self, name: str, rng: random.Random) -> str:
        kind = self.kind_of.get(name)
        return name if kind is None else rng.choice(self.kinds[kind])


def swapped(pair: LabelledPair, names: Names, rate: float, rng: random.Random) -> LabelledPair:
    """The pair with its actors renamed (each with probability `rate`), where the table knows their kind."""
    text, source, target = pair.text, pair.source, pair.target
    for role in ("source", "target"):
        start, end = source if role == "source" else target
        name = text[start:end]
        fresh = names.other(name, rng) if rng.random() < rate else name
        if fresh == name:
            continue
        shift = len(fresh) - len(name)
        text = text[:start] + fresh + text[end:]
        if role == "source":
            source = (start, end + shift)
            target = (target[0] + shift, target[1] + shift) if target[0] > start else target
        else:
            target = (start, end + shift)
            source = (source[0] + shift, source[1] + shift) if source[0] > start else source
    return replace(pair, text=text, source=source, target=target)


def class_weights(pairs: list[LabelledPair], balance: float, none_ratio: float) -> dict[str, float]:
    counts = Counter(pair.type for pair in pairs)
    events = sum(count for type_, count in counts.items() if type_ != NONE)
    counts[NONE] = min(counts[NONE], int(none_ratio * events))
    mean = events / max(len(counts) - 1, 1)
    weights = {type_: (mean / max(count, 1)) ** balance for type_, count in counts.items()}
    weights[NONE] = 1.0
    return weights


def pair_key(pair: LabelledPair) -> str:
    """A name for text and spans, under which a teacher's word on the pair is kept."""
    return hashlib.sha256(repr((pair.text, pair.source, pair.target)).encode()).hexdigest()[:16]


def example(pair: LabelledPair, weights: dict[str, float], scale: float = 1.0, key: str = "") -> Example:
    """Raises SpanError where the pair's spans cannot be marked."""
    vector = np.zeros(len(LABELS))
    for type_ in pair.types:
        vector[LABELS.index(type_)] += 1 / len(pair.types)
    modality = MODALITIES.index(pair.modality) if pair.modality else -1
    marked = mark(pair.text, pair.source, pair.target)
    return Example(marked, tuple(vector), modality, scale * weights.get(pair.type, 1.0), key)


def epoch(sentences: list[Sentence], sampling: Sampling, names: Names, rng: random.Random) -> list[Example]:
    """All relations and a fresh draw of NONE pairs, in random order."""
    pairs = [pair for sentence in sentences for pair in sentence.pairs()]
    held = [pair for pair in pairs if pair.relations]
    mirrored = [pair for pair in pairs if pair.mirrored]
    bystanders = [pair for pair in pairs if not pair.relations and not pair.mirrored]
    weights = class_weights(pairs, sampling.balance, sampling.none_ratio)
    wanted = int(sampling.none_ratio * len(held))
    hard = rng.sample(mirrored, min(len(mirrored), int(wanted * sampling.mirrored_share)))
    easy = rng.sample(bystanders, min(len(bystanders), wanted - len(hard)))
    examples = []
    for pair in held + hard + easy:
        fresh = swapped(pair, names, sampling.swap, rng)
        try:
            scale = 0.5 if pair.origin.startswith("generated") else 1.0
            examples.append(example(fresh, weights, scale, pair_key(pair)))
        except SpanError:
            continue
    rng.shuffle(examples)
    return examples
