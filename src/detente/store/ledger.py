"""The ledger of quotes: what was said once and printed in several places is one entry with its reports.

Statements are taken from the longest quote to the shortest, and each joins the entry whose longest printing it
matches best, or opens an entry. Nothing is joined over a third quote, so a slogan that occurs in two speeches does not
make them one, and the order in which articles were read has no influence.
"""

from __future__ import annotations

import gc
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from math import floor

from detente.store.rows import Row
from detente.store.words import ALIKE, LEAST_ALIKE, Gram, Words, normalised

DAYS = 3  # between what was said and the last report of it
SHORT = 3  # words; so short a quote is the same one only on the same day
LEADING = frozenset({"the", "a", "an", "its", "his", "her", "their", "our"})
PARTICLES = frozenset({"al", "bin", "ibn", "bint", "van", "von", "der", "de", "da", "di", "del", "la", "le", "el", "y"})
KINDS = ("direct", "mixed", "indirect")


@dataclass(frozen=True)
class Report:
    """`text`: the words as this article prints them."""

    article_id: str
    statement_id: str
    publisher: str | None
    published: datetime | None
    title: str | None
    url: str | None
    kind: str
    text: str
    speaker_text: str | None


@dataclass(frozen=True)
class LedgerEntry:
    """`id` changes when a longer printing of the quote turns up. `date`: the first day that a report gives.

    `cue`: the words of `text`'s article that say it was said ("warned of"), None where nothing does.
    """

    id: str
    date: date | None
    speaker: str | None
    speaker_country: str | None
    speaker_office: str | None
    kind: str
    cue: str | None
    text: str
    venue: str | None
    audience: str | None
    about_names: list[str]
    about_countries: list[str]
    publishers: list[str]
    reports: list[Report]


@dataclass(frozen=True)
class _Speaker:
    name: tuple[str, ...]
    named: bool
    country: str | None
    office: str | None

    @classmethod
    def of(cls, row: Row) -> _Speaker:
        text = row["speaker"] or row["speaker_text"] or ""
        printed = text.split()
        name = tuple(normalised(text))
        named = row["speaker_kind"] == "person" and all(
            word[:1].isupper() or word.casefold() in PARTICLES for word in printed
        )
        named = named and bool(name) and name[0] not in LEADING
        while name and name[0] in LEADING:
            name = name[1:]
        return cls(name, named, row["speaker_country"], row["speaker_office"])

    def may_be(self, other: _Speaker) -> bool:
        """By name, or by country and office where not both are named."""
        if self.country and other.country and self.country != other.country:
            return False
        if self.named and other.named:
            return set(self.name) <= set(other.name) or set(other.name) <= set(self.name)
        if self.name and self.name == other.name:
            return True
        return bool(self.country and self.office) and self.country == other.country and self.office == other.office


@dataclass(frozen=True)
class Statement:
    """A row of statements with `speaker_kind`, `title` and `url`, and what it is compared by."""

    row: Row
    words: Words
    speaker: _Speaker

    @classmethod
    def of(cls, row: Row) -> Statement:
        return cls(row, Words.of(row["text"], row["kind"]), _Speaker.of(row))

    @cached_property
    def day(self) -> int | None:
        """A month or a year says too little: then the day of publication counts."""
        said, published = self.row["statement_date"], self.row["published"]
        if said and (self.row["date_precision"] == "day" or not published):
            return int(said.toordinal())
        return int(published.toordinal()) if published else None

    @cached_property
    def order(self) -> tuple[object, ...]:
        """The longest quote first, then the most direct, the fullest and the earliest."""
        row, words = self.row, self.words
        return (
            -len(words.flat), KINDS.index(row["kind"]), -len(words.all), words.all, self.day or 0,
            not self.speaker.named, row["article_id"], row["id"],
        )  # fmt: skip


def alike(head: Statement, statement: Statement) -> float:
    """How much the words are those of a longer printing; 0 where it is another quote."""
    longer, words = head.words, statement.words
    if words.all and words.all == longer.all:
        return 2.0
    if not words.flat or not longer.flat:
        return 0.0
    if words.flat == longer.flat or words.is_part_of(longer):
        return 1.5
    likeness = words.likeness(longer)
    return likeness if likeness >= ALIKE else 0.0


@dataclass
class _Group:
    head: Statement
    speaker: _Speaker
    members: list[Statement] = field(default_factory=list)

    def closeness(self, statement: Statement) -> float:
        """0 where it is another quote or another speaker's."""
        apart = abs((self.head.day or 0) - (statement.day or 0))
        if apart > DAYS or not self.speaker.may_be(statement.speaker):
            return 0.0
        same = alike(self.head, statement)
        if apart and max(len(statement.words.all), len(statement.words.flat)) <= SHORT:
            return 0.0
        return same - apart / 100 if same else 0.0

    def add(self, statement: Statement) -> None:
        self.members.append(statement)
        if statement.speaker.named and not self.speaker.named:
            self.speaker = statement.speaker


class _Index:
    """Groups by the words of their heads and by spans of days; it misses no group that is close enough."""

    def __init__(self, statements: list[Statement]) -> None:
        self.frequency = Counter(gram for statement in statements for gram in statement.words.grams)
        self.whole: defaultdict[object, list[_Group]] = defaultdict(list)
        self.grams: defaultdict[tuple[Gram, int | None], list[_Group]] = defaultdict(list)

    def add(self, group: _Group) -> None:
        span = _span(group.head.day)
        words = group.head.words
        for key in {words.all, ("quoted", *words.flat)}:
            self.whole[key, span].append(group)
        for gram in words.grams:
            if self.frequency[gram] == 1:  # most are: nobody will look for it
                continue
            self.grams[gram, span].append(group)

    def candidates(self, statement: Statement) -> Iterator[_Group]:
        words = statement.words
        rare = sorted(words.grams, key=lambda gram: (self.frequency[gram], gram))
        # At least ALIKE of the runs must be shared, so one of so many rare ones is; one is enough for a part.
        needed = floor((1 - ALIKE) * len(rare)) + 1 if len(words.flat) >= LEAST_ALIKE else 1
        rare = [gram for gram in rare[:needed] if self.frequency[gram] > 1]
        seen: set[int] = set()
        for span in _near(_span(statement.day)):
            lists = [self.whole.get((words.all, span), ())]
            if words.flat:
                lists.append(self.whole.get((("quoted", *words.flat), span), ()))
            lists += [self.grams.get((gram, span), ()) for gram in rare]
            for groups in lists:
                for group in groups:
                    if id(group) not in seen:
                        seen.add(id(group))
                        yield group


def _span(day: int | None) -> int | None:
    return None if day is None else day // (DAYS + 1)


def _near(span: int | None) -> tuple[int | None, ...]:
    return (None,) if span is None else (span - 1, span, span + 1)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without cyclic garbage collection: it takes half the time of a large ledger, and there are no cycles here."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def entries(rows: Iterable[Row]) -> list[LedgerEntry]:
    """By date, then id. The rows are statements with `speaker_kind`, `title` and `url`."""
    with _no_collection():
        made = [_entry(group) for group in _groups(rows)]
    return sorted(made, key=lambda entry: (entry.date or date.max, entry.id))


def _groups(rows: Iterable[Row]) -> list[_Group]:
    statements = sorted((Statement.of(row) for row in rows), key=lambda statement: statement.order)
    index = _Index(statements)
    groups: list[_Group] = []
    for statement in statements:
        best, closest = None, 0.0
        for group in index.candidates(statement):
            close = group.closeness(statement)
            if close > closest or (close == closest and best and group.head.order < best.head.order):
                best, closest = group, close
        if best is None:
            best = _Group(statement, statement.speaker)
            groups.append(best)
            index.add(best)
        best.add(statement)
    return groups


def _entry(group: _Group) -> LedgerEntry:
    head = group.head.row
    rows = sorted((m.row for m in group.members), key=lambda r: (r["published"] or datetime.max, _key(r)))
    known = next((m.row for m in group.members if m.speaker == group.speaker), head)
    return LedgerEntry(
        id=hashlib.sha256("\x1f".join(_key(head)).encode()).hexdigest()[:12],
        date=min((row["statement_date"] for row in rows if row["statement_date"]), default=None),
        speaker=known["speaker"] or known["speaker_text"],
        speaker_country=known["speaker_country"] or _first(rows, "speaker_country"),
        speaker_office=known["speaker_office"] or _first(rows, "speaker_office"),
        kind=head["kind"], cue=head["cue"], text=head["text"], venue=_first(rows, "venue"),
        audience=_first(rows, "audience"),
        about_names=_all(rows, "about_names"), about_countries=_all(rows, "about_countries"),
        publishers=sorted({row["publisher"] for row in rows if row["publisher"]}),
        reports=[_report(row) for row in rows],
    )  # fmt: skip


def _key(row: Row) -> tuple[str, str]:
    return row["article_id"], row["id"]


def _first(rows: list[Row], column: str) -> str | None:
    return next((row[column] for row in rows if row[column]), None)


def _all(rows: list[Row], column: str) -> list[str]:
    return list(dict.fromkeys(value for row in rows for value in row[column]))


def _report(row: Row) -> Report:
    return Report(
        row["article_id"], row["id"], row["publisher"], row["published"], row["title"], row["url"], row["kind"],
        row["text"], row["speaker_text"],
    )  # fmt: skip
