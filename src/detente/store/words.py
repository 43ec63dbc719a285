"""The words of a quote as printed in one place, for telling whether another place printed the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

Gram = tuple[str, str, str]

GRAM = 3
LEAST_CONTAINED = 4  # words; a shorter piece ("a red line") occurs in too many quotes
LEAST_ALIKE = 8  # words; below it one other word is another quote
ALIKE = 0.6
APOSTROPHES = re.compile(r"(?<=\w)['’‘ʼ`´](?=\w)")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
CUT = re.compile(r"…|\.\s?\.\s?\.|\[\s*\]")
# Straight single marks are left out: between words they are apostrophes and plural possessives.
MARKED = re.compile(r"[“”„«»\"]([^“”„«»\"]+)(?:[“”«»\"]|$)|(?<!\w)‘([^‘]+?)’(?!\w)")
DECISIVE = frozenset({"not", "no", "never", "none", "nothing", "nobody", "neither", "nor", "cannot", "without"})


@dataclass(frozen=True)
class Words:
    """`quoted`: the words between quotation marks (all of a direct quote), cut where something was left out."""

    all: tuple[str, ...]
    quoted: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, text: str, kind: str) -> Words:
        """Indirect speech has nothing quoted."""
        words = tuple(normalised(text))
        if kind == "indirect":
            return cls(words, ())
        parts = [text]
        if kind == "mixed":
            parts = [first or second for first, second in MARKED.findall(text)] or [text]
        pieces = (tuple(normalised(piece)) for part in parts for piece in CUT.split(part))
        return cls(words, tuple(piece for piece in pieces if piece))

    @cached_property
    def flat(self) -> tuple[str, ...]:
        return tuple(word for piece in self.quoted for word in piece)

    @cached_property
    def grams(self) -> frozenset[Gram]:
        return frozenset(grams(self.flat))

    @cached_property
    def _decisive(self) -> frozenset[str]:
        return frozenset(w for w in self.flat if w in DECISIVE or w.endswith("nt") or any(c.isdigit() for c in w))

    def is_part_of(self, other: Words) -> bool:
        """All pieces occur there whole and in the same order."""
        if len(self.flat) < LEAST_CONTAINED or max(map(len, self.quoted)) < GRAM:
            return False
        text, place = f" {' '.join(other.flat)} ", 0
        for piece in self.quoted:
            place = text.find(f" {' '.join(piece)} ", place)
            if place < 0:
                return False
            place += 1
        return True

    def likeness(self, other: Words) -> float:
        """Shared three-word runs of all; 0 where a number or a negation differs."""
        if min(len(self.flat), len(other.flat)) < LEAST_ALIKE or self._decisive != other._decisive:
            return 0.0
        return len(self.grams & other.grams) / len(self.grams | other.grams)


def normalised(text: str) -> list[str]:
    """Words in small letters without marks, accents and punctuation: "don’t" is "dont", "2,000" is "2000"."""
    text = unicodedata.normalize("NFKD", THOUSANDS.sub("", APOSTROPHES.sub("", text)))
    text = "".join(char for char in text if not unicodedata.combining(char) and char != "\u00ad")
    return re.findall(r"[^\W_]+", text.casefold())


def grams(words: tuple[str, ...]) -> list[Gram]:
    return list(zip(words, words[1:], words[2:], strict=False))
