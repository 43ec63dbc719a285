"""Why and after what: links between events and statements, from the words that join them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from detente.coding.words import word_list
from detente.records import Event, Link, LinkKind, Span, Statement

KINDS: tuple[LinkKind, ...] = ("response", "cause", "sequence")
# The effect stands before these words and the cause after; for the others it is the other way round.
FORWARD = frozenset({"led to", "resulted in", "prompted", "triggered", "provoked", "sparked", "caused"})


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    start: int
    end: int
    is_event: bool


@cache
def _pattern(kind: LinkKind) -> re.Pattern[str]:
    phrases = sorted(word_list("links", kind), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(p) for p in phrases) + r")\b", re.IGNORECASE)


SideAfter = Callable[[int, int], str | None]


def find_links(
    text: str,
    sentences: list[tuple[int, int]],
    events: list[Event],
    statements: list[Statement],
    sides: dict[str, frozenset[str]],
    side_after: SideAfter,
) -> list[Link]:
    """Links in text order; an end that no event or statement stands at is None, but never both.

    `sides` are the countries that act in each event or statement; `side_after` gives the first country named between
    two offsets.
    """
    items = [_Item(e.id, e.evidence.trigger[0].start, e.evidence.trigger[-1].end, True) for e in events]
    for statement in statements:
        span = statement.cue or statement.content[0]
        items.append(_Item(statement.id, span.start, span.end, False))
    items.sort(key=lambda i: (i.start, not i.is_event))
    linker = _Linker(text, sentences, items, sides, side_after)
    return sorted(linker.run(), key=lambda link: link.evidence.start)


@dataclass
class _Linker:
    text: str
    sentences: list[tuple[int, int]]
    items: list[_Item]
    sides: dict[str, frozenset[str]]
    side_after: SideAfter

    def run(self) -> Iterator[Link]:
        for number, (start, end) in enumerate(self.sentences):
            taken: list[tuple[int, int]] = []
            for kind in KINDS:
                for match in _pattern(kind).finditer(self.text, start, end):
                    if any(a < match.end() and match.start() < b for a, b in taken):
                        continue
                    link = self._link(kind, match, number)
                    if link is not None:
                        taken.append(match.span())
                        yield link

    def _link(self, kind: LinkKind, match: re.Match[str], number: int) -> Link | None:
        start, end = self.sentences[number]
        before = [i for i in self.items if start <= i.start and i.end <= match.start() + 1]
        after = [i for i in self.items if match.end() - 1 <= i.start < end]
        if kind == "response":
            effect, cause = self._response(match, number, before, after)
        else:
            effect, cause = self._cause(kind, match, number, before, after)
        if match.group().lower() in FORWARD:
            effect, cause = cause, effect
        if (effect is None and cause is None) or (effect is not None and cause is not None and effect.id == cause.id):
            return None
        stop = cause.end if cause is not None and match.end() - 1 <= cause.start < end else match.end()
        evidence = Span(start=match.start(), end=max(match.end(), min(stop, end)))
        return Link(kind=kind, from_=cause.id if cause else None, to=effect.id if effect else None, evidence=evidence)

    def _cause(
        self, kind: LinkKind, match: re.Match[str], number: int, before: list[_Item], after: list[_Item]
    ) -> tuple[_Item | None, _Item | None]:
        """What came of it and what it came from; "the decision" that no event stands at is the one told before."""
        cause = next((i for i in after if i.is_event), None)
        effect = next((i for i in reversed(before) if i.is_event), None)
        if effect is None and number and kind == "cause":
            effect = next((i for i in reversed(self._within(number - 1)) if i.is_event), None)
        if effect is None and match.start() - self.sentences[number][0] < 12 and cause is not None:
            effect = next((i for i in after if i.is_event and i.start > cause.end), None)
        if effect is None and before:
            effect = before[-1]
        return effect, cause

    def _response(
        self, match: re.Match[str], number: int, before: list[_Item], after: list[_Item]
    ) -> tuple[_Item | None, _Item | None]:
        """What was done in answer, in this sentence, and the last act of the side that is named as answered."""
        effect = after[0] if after else before[-1] if before else None
        side = self.side_after(match.end(), self.sentences[number][1])
        earlier = [i for i in self.items if i.start < self.sentences[number][0] and side in self.sides.get(i.id, ())]
        events = [i for i in earlier if i.is_event]
        told = events or earlier
        cause = told[-1] if side and told else None
        return effect, cause

    def _within(self, number: int) -> list[_Item]:
        start, end = self.sentences[number]
        return [i for i in self.items if start <= i.start < end]
