"""What a sentence is about, apart from who and when: objects, acts, places, numbers and the words that are left."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from detente.actors.gazetteer import COUNTRY_COLUMNS
from detente.ontology.tables import read_table

WORD = re.compile(r"\w+(?:[-.]\w+)*")
PLACE = re.compile(r"\b(?:in|at|near|outside|over|on)\s+((?:[A-Z][\w'’-]+\s?)+)")
NUMBER = re.compile(r"(?<![\w.,])(\d[\d,.]*)(?![\w])")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TIME = re.compile(rf"\s*(?:(?:hour|day|week|month|year|minute)s?|{'|'.join(MONTHS)})\b")
CALENDAR = frozenset(name.casefold() for name in MONTHS + WEEKDAYS)
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SPELLED = {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
SPELLED |= {f"{ten}-{unit}": 10 * n + u for n, ten in enumerate(_TENS, 2) for u, unit in enumerate(_UNITS[:10])}
LEAST_NUMBER = 3  # "one" and "two" are said of anything
SHORT_STEM = 4


@dataclass(frozen=True)
class Content:
    objects: frozenset[str]
    acts: frozenset[str]
    places: frozenset[str]
    numbers: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=200_000)
def content_of(text: str) -> Content:
    """Names of countries and their capitals are left out of all but the places: every report of a pair has them."""
    lexicon = _lexicon()
    lowered = [word.casefold() for word in WORD.findall(text.replace("’s", "").replace("'s", ""))]
    found: dict[str, set[str]] = defaultdict(set)
    joined = f" {' '.join(lowered)} "
    for phrase, (slot, concept) in lexicon.phrases.items():
        if f" {phrase} " in joined:
            found[slot].add(concept)
    for word in lowered:
        concepts = lexicon.of(word)
        for slot, concept in concepts:
            found[slot].add(concept)
        if not concepts and not _is_plain(word):
            found["word"].add(stem(word))
    places = {re.sub(r"['’]s?$", "", place.strip().casefold()) for place in PLACE.findall(text)}
    places = {place for place in places if place.split()[0] not in CALENDAR | _country_words()}
    return Content(
        frozenset(found["object"]), frozenset(found["act"]), frozenset(places), frozenset(_numbers(text)),
        frozenset(found["word"]),
    )  # fmt: skip


def _is_plain(word: str) -> bool:
    """Numbers, days, names of states, and what is said in any report."""
    plain = _lexicon().plain
    if word in SPELLED or word in CALENDAR or word[0].isdigit():
        return True
    return word in plain or stem(word) in plain or word in _party_words()


def stem(word: str) -> str:
    """Without the endings of number and tense; crude, but the same for all forms of most words."""
    for ending in ("ies", "ied", "ing", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= SHORT_STEM - 1:
            return word[: -len(ending)]
    return word


def _numbers(text: str) -> set[str]:
    """Amounts, in digits; no years, and no hours or days."""
    found = set()
    for match in NUMBER.finditer(text):
        bare = match[1].replace(",", "").rstrip(".")
        if not TIME.match(text, match.end()) and not re.fullmatch(r"(?:19|20)\d\d", bare) and _is_amount(bare):
            found.add(bare)
    for match in WORD.finditer(text):
        value = SPELLED.get(match[0].casefold(), 0)
        if value >= LEAST_NUMBER and not TIME.match(text, match.end()):
            found.add(str(value))
    return found


def _is_amount(text: str) -> bool:
    try:
        return float(text) >= LEAST_NUMBER
    except ValueError:
        return False


@dataclass(frozen=True)
class _Lexicon:
    exact: dict[str, tuple[tuple[str, str], ...]]
    prefixes: dict[str, tuple[tuple[str, str], ...]]
    phrases: dict[str, tuple[str, str]]
    plain: frozenset[str]

    def of(self, word: str) -> tuple[tuple[str, str], ...]:
        if word in self.exact:
            return self.exact[word]
        for end in range(len(word), 2, -1):
            if word[:end] in self.prefixes:
                return self.prefixes[word[:end]]
        return ()


@cache
def _lexicon() -> _Lexicon:
    exact: dict[str, list[tuple[str, str]]] = defaultdict(list)
    prefixes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    phrases = {}
    for row in read_table("detente.clusters", "concepts.tsv", ("slot", "concept", "words")):
        entry = (row["slot"], row["concept"])
        for quoted, word in re.findall(r'"([^"]+)"|(\S+)', row["words"]):
            if quoted:
                phrases[quoted] = entry
            elif word.endswith("*"):
                prefixes[word[:-1]].append(entry)
            else:
                for form in (word, word + "s", word + "es", word[:-1] + "ies" if word.endswith("y") else word):
                    if entry not in exact[form]:
                        exact[form].append(entry)
    plain = (files("detente.clusters") / "data" / "plain_words.txt").read_text(encoding="utf-8").split()
    return _Lexicon(
        {word: tuple(found) for word, found in exact.items()},
        {word: tuple(found) for word, found in prefixes.items()},
        phrases,
        frozenset(plain),
    )


@cache
def _party_words() -> frozenset[str]:
    """Words of the names, peoples, capitals and seats of states."""
    columns = ("name", "names", "demonyms", "adjectives", "capital", "metonyms")
    cells = (
        row[column] for row in read_table("detente.actors", "countries.tsv", COUNTRY_COLUMNS) for column in columns
    )
    return frozenset(word.casefold() for cell in cells for word in WORD.findall(cell))


@cache
def _country_words() -> frozenset[str]:
    """Without the capitals, which are places."""
    columns = ("name", "names", "demonyms", "adjectives")
    cells = (
        row[column] for row in read_table("detente.actors", "countries.tsv", COUNTRY_COLUMNS) for column in columns
    )
    return frozenset(word.casefold() for cell in cells for word in WORD.findall(cell))
