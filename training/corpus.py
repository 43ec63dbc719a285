"""The training text: marked sentences, their relations, and the labelled pairs they yield.

    [a|The Kremlin] ordered [b|Polish] diplomats to leave. ## a>b SANCTION.expel; b>a ACCUSE alleged

Every ordered pair of marks that is not listed is NONE; `a>b ?` leaves a pair out. `python -m training.corpus --check`
names every bad line and prints what the corpus holds.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from detente.encoder.marking import MODALITIES, NONE, TYPES
from detente.errors import DataError
from detente.ontology import modes

HAND = Path(__file__).parent / "text" / "hand"
HELD_OUT_PER_MILLE = 80
MARK = re.compile(r"\[([a-z])\|([^\[\]|]+)\]")
RELATION = re.compile(r"^([a-z])(<>|>)([a-z])\s+(?:(\?)|([A-Z]+)(?:\.([a-z-]+))?(?:\s+([a-z]+))?)$")
TRAINED_AS = {("SANCTION", "convict"): ("ACCUSE", None)}
"""PLOVER's mode list puts verdicts under SANCTION; the codebook (rule 9) counts findings of guilt as ACCUSE."""


@dataclass(frozen=True)
class Relation:
    type: str
    mode: str | None
    modality: str


@dataclass(frozen=True)
class Sentence:
    """One line: its text without the marks, spans by letter, relations by ordered pair, pairs left out."""

    text: str
    spans: dict[str, tuple[int, int]]
    relations: dict[tuple[str, str], tuple[Relation, ...]]
    unsure: frozenset[tuple[str, str]]
    origin: str

    @cached_property
    def held_out(self) -> bool:
        return int(hashlib.sha256(plain(self.text).encode()).hexdigest()[:8], 16) % 1000 < HELD_OUT_PER_MILLE

    def pairs(self) -> Iterator[LabelledPair]:
        for a in self.spans:
            for b in self.spans:
                if a == b or (a, b) in self.unsure:
                    continue
                held = self.relations.get((a, b), ())
                reverse = self.relations.get((b, a), ())
                yield LabelledPair(
                    self.text, self.spans[a], self.spans[b], held, not held and bool(reverse), self.origin
                )


@dataclass(frozen=True)
class LabelledPair:
    """An ordered pair of marks; no relations means NONE; `mirrored`: only the other direction holds something."""

    text: str
    source: tuple[int, int]
    target: tuple[int, int]
    relations: tuple[Relation, ...]
    mirrored: bool
    origin: str

    @property
    def type(self) -> str:
        return self.relations[0].type if self.relations else NONE

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(relation.type for relation in self.relations)) or (NONE,)

    @property
    def modality(self) -> str | None:
        return self.relations[0].modality if self.relations else None


def plain(text: str) -> str:
    """The text in lower case without punctuation: equal for sentences that differ only in those."""
    return " ".join(re.findall(r"\w+", text.lower()))


def parse_line(line: str, origin: str) -> Sentence:
    """The sentence of one line. Raises ValueError with every reason why it is none."""
    body, separator, tail = line.rstrip("\n").rpartition("##")
    if not separator:
        raise ValueError("no ' ## ' before the relations")
    text, spans, problems = read_marks(body.strip())
    relations, unsure, more = read_relations(tail.strip(), spans)
    problems += more
    if problems:
        raise ValueError("; ".join(problems))
    return Sentence(text, spans, {pair: tuple(held) for pair, held in relations.items()}, frozenset(unsure), origin)


def read_marks(body: str) -> tuple[str, dict[str, tuple[int, int]], list[str]]:
    problems: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    pieces: list[str] = []
    length = last = 0
    for found in MARK.finditer(body):
        letter, content = found.groups()
        pieces.append(body[last : found.start()])
        length += len(pieces[-1])
        if letter in spans:
            problems.append(f"letter {letter} marks two spans")
        if content != content.strip():
            problems.append(f"mark {letter} begins or ends with white space")
        spans[letter] = (length, length + len(content))
        pieces.append(content)
        length += len(content)
        last = found.end()
    pieces.append(body[last:])
    text = "".join(pieces)
    if re.search(r"\[[a-z]\||\|[^ ]*\]", text):
        problems.append("a mark is nested, empty or not closed")
    if len(spans) < 2:
        problems.append(f"{len(spans)} marks, at least two expected")
    return text, spans, problems


def read_relations(
    tail: str, spans: Iterable[str]
) -> tuple[dict[tuple[str, str], list[Relation]], set[tuple[str, str]], list[str]]:
    relations: dict[tuple[str, str], list[Relation]] = {}
    unsure: set[tuple[str, str]] = set()
    problems: list[str] = []
    if tail == NONE:
        return relations, unsure, problems
    for item in filter(None, (piece.strip() for piece in tail.split(";"))):
        found = RELATION.match(item)
        if not found:
            problems.append(f"unreadable relation {item!r}")
            continue
        a, arrow, b, doubt, type_, mode, modality = found.groups()
        problems += [f"{item!r}: no mark {letter}" for letter in (a, b) if letter not in spans]
        pairs = [(a, b), (b, a)] if arrow == "<>" else [(a, b)]
        if a == b:
            problems.append(f"{item!r}: an actor cannot relate to itself")
        elif doubt:
            unsure.update(pairs)
        elif not (wrong := label_problem(type_, mode, modality)):
            read_as = TRAINED_AS.get((type_, mode), (type_, mode))
            for pair in pairs:
                relations.setdefault(pair, []).append(Relation(*read_as, modality or "actual"))
        else:
            problems.append(f"{item!r}: {wrong}")
    if not relations and not unsure and not problems:
        problems.append("no relations; write NONE where none is meant")
    problems += [f"{a}>{b} is both listed and left out" for a, b in sorted(set(relations) & unsure)]
    return relations, unsure, problems


def label_problem(type_: str, mode: str | None, modality: str | None) -> str | None:
    if type_ not in TYPES:
        return f"unknown type {type_}"
    if mode is not None and (type_, mode) not in modes():
        return f"{type_} has no mode {mode}; known are {sorted(m for t, m in modes() if t == type_)}"
    if modality is not None and modality not in MODALITIES:
        return f"unknown modality {modality}; known are {', '.join(MODALITIES)}"
    return None


def read_files(paths: Iterable[Path]) -> tuple[list[Sentence], list[str]]:
    """All good sentences, and the problems as `file:line: reason`; the second of two equal texts is a problem."""
    sentences: list[Sentence] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    for path in sorted(paths):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            origin = f"{path.name}:{number}"
            try:
                sentence = parse_line(line, origin)
            except ValueError as error:
                problems.append(f"{origin}: {error}")
                continue
            key = plain(sentence.text)
            if key in seen:
                problems.append(f"{origin}: same text as {seen[key]}")
                continue
            seen[key] = origin
            sentences.append(sentence)
    return sentences, problems


def near_duplicates(sentences: list[Sentence], threshold: float = 0.8) -> list[str]:
    """Pairs of sentences that share `threshold` of their word trigrams, as `file:line: near file:line`."""
    grams = []
    for sentence in sentences:
        words = plain(sentence.text).split()
        grams.append({tuple(words[i : i + 3]) for i in range(max(len(words) - 2, 1))})
    where: dict[tuple[str, ...], list[int]] = {}
    found = []
    for i, mine in enumerate(grams):
        shared = Counter(j for gram in mine for j in where.get(gram, ()))
        for j, count in shared.items():
            if count / len(mine | grams[j]) >= threshold:
                found.append(f"{sentences[i].origin}: nearly the same text as {sentences[j].origin}")
        for gram in mine:
            where.setdefault(gram, []).append(i)
    return found


def load(folder: Path = HAND) -> list[Sentence]:
    """The sentences of all files of a folder. Raises DataError that names every bad line."""
    sentences, problems = read_files(folder.glob("*.txt"))
    problems += near_duplicates(sentences)
    if problems:
        raise DataError(folder, problems)
    return sentences


def split(sentences: Iterable[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    """Training and held-out sentences: by a hash of the text, so that a sentence never changes sides."""
    held, kept = [], []
    for sentence in sentences:
        (held if sentence.held_out else kept).append(sentence)
    return kept, held


def report(sentences: list[Sentence]) -> str:
    pairs = [pair for sentence in sentences for pair in sentence.pairs()]
    by_type = Counter(type_ for pair in pairs for type_ in pair.types)
    by_modality = Counter(pair.modality for pair in pairs if pair.modality)
    by_mode = Counter(f"{r.type}.{r.mode}" for pair in pairs for r in pair.relations if r.mode)
    lines = [f"{len(sentences)} sentences, {len(pairs)} pairs, {sum(s.held_out for s in sentences)} sentences held out"]
    for name, counts in (("types", by_type), ("modality", by_modality), ("modes", by_mode)):
        lines.append(f"{name}: " + ", ".join(f"{key} {count}" for key, count in counts.most_common()))
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a line is bad")
    parser.add_argument("--folder", type=Path, default=HAND)
    options = parser.parse_args()
    sentences, problems = read_files(options.folder.glob("*.txt"))
    problems += near_duplicates(sentences)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(report(sentences))
    return 1 if options.check and problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
