"""Binds quotations to the cue that stands before, after or between them, by the words around the marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from detente.coding.attribution.lexicon import load_lexicon
from detente.coding.attribution.quotes import Quote
from detente.coding.attribution.records import Draft
from detente.coding.attribution.roles import is_passive, speaker_of
from detente.coding.attribution.tree import Tree

DASH = re.compile(r"\s*[―—–-]+\s*(?=\w)")
STOPS = frozenset({".", "?", "!", ";"})
REACH = 45
TAG = 7
NOUNS = ("NN", "PRP", "CD")
QUOTE_MARKS = frozenset({'"', "“", "”", "``", "''", "«", "»", "„", "‘", "’", "'"})


@dataclass(slots=True)
class Place:
    """A quotation by tokens: its inside, the words in it, and the gaps before and after as half-open ranges."""

    first: int
    last: int
    words: int
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)


def places(tree: Tree, quotes: list[Quote]) -> list[Place]:
    """Where each quotation stands; a gap ends at a sentence's end, a line end or the next quotation."""
    found = []
    for quote in quotes:
        first, last = tree.tokens_between(quote.start, quote.end)
        found.append(Place(first, last, sum(tree.is_word(i) for i in range(first, last))))
    for n, place in enumerate(found):
        floor = found[n - 1].last if n else 0
        ceiling = found[n + 1].first if n + 1 < len(found) else tree.size
        place.before = gap_before(tree, place.first, floor)
        place.after = gap_after(tree, place.last, ceiling)
    return found


def gap_before(tree: Tree, first: int, floor: int) -> tuple[int, int]:
    end = first
    while end > floor and tree.low[end - 1] in QUOTE_MARKS:
        end -= 1
    start = end
    while start > floor and end - start < REACH:
        word = tree.low[start - 1]
        if word in STOPS or "\n" in word:
            break
        start -= 1
    while start < end and (tree.low[start] in QUOTE_MARKS or tree.low[start].isspace()):
        start += 1
    return start, end


def gap_after(tree: Tree, last: int, ceiling: int) -> tuple[int, int]:
    start = last
    while start < ceiling and tree.low[start] in QUOTE_MARKS:
        start += 1
    end = start
    while end < ceiling and end - start < REACH:
        word = tree.low[end]
        if word in STOPS or "\n" in word or word in QUOTE_MARKS:
            break
        end += 1
    return start, end


class Binder:
    """Finds the cue of a quotation that no clause of the parse claims."""

    def __init__(self, tree: Tree, quotes: list[Quote]) -> None:
        self.tree, self.quotes = tree, quotes
        self.places = places(tree, quotes)
        self.inside: set[int] = set()
        for place in self.places:
            self.inside.update(range(place.first, place.last))

    def bind(self, n: int) -> Draft | None:
        """The draft of a quotation with a cue of its own, or None."""
        return self.signature(n) or self.cue_after(n) or self.cue_before(n)

    def tag(self, n: int) -> Draft | None:
        """The draft of a short clause that closes the sentence, `..., Lee said.`: it has the last word."""
        start, end = self.places[n].after
        if self.ending(n) != "," or end - start > TAG or end >= self.tree.size or self.tree.low[end] != ".":
            return None
        found = self.cue_after(n)
        return found if found is not None and found.speaker is not None and found.speaker >= start else None

    def ending(self, n: int) -> str:
        """The last mark within a quotation, or the comma right after its closing mark."""
        place, quote = self.places[n], self.quotes[n]
        if place.after[0] < self.tree.size and self.tree.low[place.after[0]] in {",", "–", "—", "-"}:
            return ","
        return self.tree.text[quote.start : quote.end].rstrip()[-1:]

    def cue_after(self, n: int) -> Draft | None:
        start, end = self.places[n].after
        tree, mark = self.tree, self.ending(n)
        while start < end and not tree.is_word(start):
            start += 1
        if start >= end:
            return None
        lower = tree.text[tree.start[start]].islower()
        if (mark.isalnum() or mark == ".") and not lower:
            return None
        if mark in {".", ""} or mark.isalnum():
            return self.inverted(start, end) if tree.tag[start].startswith("V") else None
        cue = self.quote_verb(start, end, strict=mark != ",")
        if cue is None:
            return None
        if mark != "," and not lower and not self.is_bare(cue, end):
            return None
        return self.draft(cue, start, end)

    def inverted(self, start: int, end: int) -> Draft | None:
        """`"..." said X` where the comma is missing."""
        entry = load_lexicon().verbs.get(self.tree.low[start])
        return self.draft(start, start, end) if entry and "q" in entry.report else None

    def is_bare(self, cue: int, end: int) -> bool:
        """Whether the cue has no object or clause of its own after it."""
        tree, entry = self.tree, load_lexicon().verbs.get(self.tree.low[cue])
        taken = {"ccomp", "xcomp"} if entry is not None and "t" in entry.report else {"ccomp", "dobj", "xcomp"}
        return not any(k > cue and tree.dep[k] in taken and tree.right[k] < end for k in tree.kids[cue])

    def quote_verb(self, start: int, end: int, strict: bool) -> int | None:
        """The first verb of a gap that can introduce a quotation; unless strict, any first finite verb."""
        tree, verbs = self.tree, load_lexicon().verbs
        known = [
            i
            for i in range(start, end)
            if (entry := verbs.get(tree.low[i])) and "q" in entry.report and (tree.tag[i].startswith("V") or i == start)
        ]
        main = [i for i in known if tree.dep[i] not in {"relcl", "acl", "amod"}]
        if main or known:
            return (main or known)[0]
        if strict:
            return None
        finite = [
            i
            for i in range(start, end)
            if tree.tag[i] in {"VBD", "VBZ", "VBP"} and tree.dep[i] not in {"relcl", "aux", "auxpass"}
        ]
        return finite[0] if finite else None

    def cue_before(self, n: int) -> Draft | None:
        start, end = self.places[n].before
        tree, verbs = self.tree, load_lexicon().verbs
        if start >= end:
            start, end = self.line_before(n)
        if start >= end:
            return None
        mark = tree.low[end - 1]
        known = [
            i
            for i in range(start, end)
            if (entry := verbs.get(tree.low[i])) and "q" in entry.report and tree.tag[i].startswith("V")
        ]
        if mark in {",", ":"}:
            if known:
                return self.draft(known[-1], start, end)
            return self.introduced(start, end) if mark == ":" else None
        near = [i for i in known if end - i <= 4]
        if near and self.places[n].words > 2:
            return self.draft(near[-1], start, end)
        return None

    def line_before(self, n: int) -> tuple[int, int]:
        """The last sentence of the paragraph before, where it ends with a colon."""
        tree, at = self.tree, self.places[n].first
        least = at - REACH
        while at > max(0, least) and (tree.low[at - 1] in QUOTE_MARKS or tree.low[at - 1].isspace()):
            at -= 1
        if not at or tree.low[at - 1] != ":" or at - 1 in self.inside:
            return 0, 0
        return gap_before(tree, at, 0)

    def introduced(self, start: int, end: int) -> Draft | None:
        """`X was blunt: "..."` and `X: "..."`."""
        tree = self.tree
        for i in range(end - 1, start - 1, -1):
            if tree.tag[i] in {"VBD", "VBZ", "VBP"} and tree.dep[i] not in {"relcl", "aux", "auxpass"}:
                speaker = speaker_of(tree, i)
                if speaker is not None and speaker not in self.inside:
                    return Draft(i, speaker, [], "report", "q")
        for i in range(start, end):
            if tree.low[i] in {"—", "–", "-"} and tree.text[tree.start[i] - 1] == " ":
                start = i + 1
        if end - start <= 8 and not any(tree.is_verb(i) for i in range(start, end)):
            speaker = self.noun_in(start, end - 1)
            return Draft(end - 1, speaker, [], "report", "q") if speaker is not None else None
        return None

    def signature(self, n: int) -> Draft | None:
        """`"..." — Name` at the end of a line."""
        tree = self.tree
        dash = DASH.match(tree.text, self.quotes[n].outer_end)
        if dash is None:
            return None
        start = tree.tokens_between(dash.end(), dash.end())[0]
        end = gap_after(tree, start, tree.size)[1]
        if start >= end or end - start > 12 or self.has_verb(start, end):
            return None
        if end < tree.size and "\n" not in tree.low[end] and tree.low[end] != ".":
            return None
        speaker = self.noun_in(start, end)
        return Draft(start - 1, speaker, [], "report", "q") if speaker is not None else None

    def has_verb(self, start: int, end: int) -> bool:
        return any(self.tree.tag[i] in {"VBD", "VBZ", "VBP", "MD"} for i in range(start, end))

    def draft(self, cue: int, start: int, end: int) -> Draft | None:
        """A draft with the cue's speaker; where the parse lost it, the noun beside the cue."""
        tree = self.tree
        speaker = speaker_of(tree, cue)
        if speaker is None or speaker in self.inside or not self.plausible(speaker, cue, start, end):
            passive = is_passive(tree, cue) and speaker is None
            speaker = None if passive else self.noun_in(start, cue, last=True)
            if speaker is None:
                speaker = self.noun_in(cue + 1, end)
        return Draft(cue, speaker, [], "report", "q")

    def plausible(self, speaker: int, cue: int, start: int, end: int) -> bool:
        """Whether the parse's speaker stands in the gap or before it, not past the quotation."""
        return speaker < end or speaker < cue

    def noun_in(self, start: int, end: int, last: bool = False) -> int | None:
        """The head of the first (or last) noun phrase that lies in a range."""
        tree = self.tree
        order = range(end - 1, start - 1, -1) if last else range(start, end)
        for i in order:
            if tree.tag[i].startswith(NOUNS) and i not in self.inside:
                while (
                    start <= tree.head[i] < end
                    and tree.head[i] != i
                    and (tree.tag[tree.head[i]].startswith(NOUNS) or tree.dep[tree.head[i]] == "prep")
                ):
                    i = tree.head[i]
                if tree.tag[i].startswith(NOUNS):
                    return i
        return None
