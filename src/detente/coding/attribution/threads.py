"""Gives each quotation its draft: the clause that covers it, a cue beside it, or the speaker of the words before."""

from __future__ import annotations

from bisect import bisect_right

from detente.coding.attribution.direct import STOPS, Binder, Place
from detente.coding.attribution.lexicon import load_lexicon
from detente.coding.attribution.quotes import Quote
from detente.coding.attribution.records import Draft, Span
from detente.coding.attribution.roles import speaker_of
from detente.coding.attribution.tree import Tree

WHOLE = frozenset({"c", "host", "q"})


def overlap(runs: list[Span], place: Place) -> int:
    """How many tokens of a quotation the runs hold."""
    return sum(max(0, min(end, place.last) - max(start, place.first)) for start, end in runs)


class Threader:
    """Walks the quotations in order and remembers who spoke last in which paragraph."""

    def __init__(self, tree: Tree, quotes: list[Quote], drafts: list[Draft]) -> None:
        self.tree, self.quotes = tree, quotes
        self.binder = Binder(tree, quotes)
        self.firsts = [place.first for place in self.binder.places]
        self.drafts = [draft for draft in drafts if self.clip(draft)]
        self.line = self._lines()
        self.last_quoted: dict[int, int] = {}
        self.rounds: list[tuple[int, int]] = []
        """Speaker and number of the quotations so far, the newest last."""
        self.tellers = sorted(
            draft.speaker
            for draft in self.drafts
            if draft.speaker is not None
            and draft.cue_class == "report"
            and draft.frame in WHOLE
            and draft.speaker not in self.binder.inside
        )

    def _lines(self) -> list[int]:
        number, found = 0, []
        for word in self.tree.low:
            found.append(number)
            number += "\n" in word
        return found

    def quote_at(self, token: int) -> int | None:
        """The quotation that a token lies in."""
        n = bisect_right(self.firsts, token) - 1
        return n if n >= 0 and token < self.binder.places[n].last else None

    def clip(self, draft: Draft) -> bool:
        """Keeps what is told inside a quotation inside it; False where nothing is left."""
        n = self.quote_at(draft.cue) if draft.cue is not None else None
        if n is None or draft.frame == "transcript":
            return True
        if not self.is_told(draft):
            return False
        place = self.binder.places[n]
        draft.runs = [
            (max(start, place.first), min(end, place.last))
            for start, end in draft.runs
            if min(end, place.last) > max(start, place.first)
        ]
        return bool(draft.runs)

    def is_told(self, draft: Draft) -> bool:
        """Whether a draft inside a quotation is worth its own record: another's words, not the speaker's own wishes."""
        if draft.cue_class == "stance" or draft.speaker is None or draft.frame not in {"c", "p"}:
            return False
        return self.tree.tag[draft.speaker] in {"NNP", "NNPS"} and self.quote_at(draft.speaker) is not None

    def run(self) -> list[Draft]:
        """All drafts, each quotation added to the one that it belongs to."""
        by_cue: dict[int, Draft] = {}
        for draft in self.drafts:
            if draft.cue is not None:
                by_cue.setdefault(draft.cue, draft)
        covers = self.coverage()
        last: Draft | None = None
        for n in range(len(self.quotes)):
            bound = self.place(n, covers[n], by_cue, last)
            if bound is not None:
                self.remember(bound)
                last = bound
                if bound.speaker is not None:
                    self.rounds.append((bound.speaker, n))
        return self.drafts

    def remember(self, draft: Draft) -> None:
        """Keeps the speaker of the last quotation of each line."""
        if draft.speaker is not None and draft.quotes and draft.speaker not in self.binder.inside:
            line = self.line[draft.speaker]
            self.last_quoted[line] = max(draft.speaker, self.last_quoted.get(line, 0))

    def coverage(self) -> list[list[Draft]]:
        """For each quotation the drafts that hold a part of it and whose cue stands outside."""
        found: list[list[Draft]] = [[] for _ in self.quotes]
        for draft in self.drafts:
            for start, end in draft.runs:
                n = max(0, bisect_right(self.firsts, start) - 1)
                while n < len(self.quotes) and self.firsts[n] < end:
                    place = self.binder.places[n]
                    if place.last > start and not (
                        draft.cue is not None and place.first <= draft.cue < place.last and draft.frame != "transcript"
                    ):
                        found[n].append(draft)
                    n += 1
        return found

    def place(self, n: int, covers: list[Draft], by_cue: dict[int, Draft], last: Draft | None) -> Draft | None:
        """The draft of a quotation, new or extended; None where it is no statement."""
        place, quote = self.binder.places[n], self.quotes[n]
        best = self.cover(place, covers)
        if quote.follows and last is not None and (best is None or best.frame != "transcript"):
            last.quotes.append(n)
            return last
        bound = self.binder.bind(n) if best is None else self.binder.tag(n)
        if best is not None and (bound is None or bound.cue == best.cue):
            return self.extend(best, n)
        if best is not None and best.frame == "c" and self.holds_only(best, place):
            self.drafts.remove(best)
        if bound is not None and bound.cue is not None:
            known = by_cue.get(bound.cue)
            if known is not None and known.frame in WHOLE and not self.starts_anew(known, n):
                if known.speaker is None or known.speaker in self.binder.inside:
                    known.speaker = bound.speaker
                known.quotes.append(n)
                return known
            bound.quotes.append(n)
            self.drafts.append(bound)
            by_cue[bound.cue] = bound
            return bound
        return self.alone(n, last)

    def starts_anew(self, known: Draft, n: int) -> bool:
        """Whether a colon sets a quotation off from a clause before the cue: `It is late, Lee said: "Go."`"""
        before = self.binder.places[n].before
        is_set_off = before[1] > before[0] and self.tree.low[before[1] - 1] == ":"
        return is_set_off and known.cue is not None and any(end <= known.cue for _, end in known.runs)

    def cover(self, place: Place, covers: list[Draft]) -> Draft | None:
        """The draft whose content holds most of a quotation, or lies mostly in it."""
        best, most = None, 0
        for draft in covers:
            shared = overlap(draft.runs, place)
            size = sum(end - start for start, end in draft.runs)
            if shared * 2 >= min(place.last - place.first, size) and shared > most:
                best, most = draft, shared
        return best

    def holds_only(self, draft: Draft, place: Place) -> bool:
        """Whether a draft tells nothing but the quotation, marks and a copula aside: `the terms he cited are "..."`."""
        return overlap(draft.runs, place) >= sum(end - start for start, end in draft.runs) - 3

    def extend(self, draft: Draft, n: int) -> Draft:
        """A whole quotation belongs to a clause that the parse cut short."""
        place = self.binder.places[n]
        if overlap(draft.runs, place) < place.last - place.first and draft.frame in WHOLE:
            draft.quotes.append(n)
        if draft.speaker is not None and draft.speaker in self.binder.inside and draft.frame in WHOLE:
            bound = self.binder.bind(n)
            if bound is not None:
                draft.speaker = bound.speaker
        return draft

    def alone(self, n: int, last: Draft | None) -> Draft | None:
        """A quotation without a cue: a sentence of its own goes on with the last speaker."""
        place = self.binder.places[n]
        start, end = place.before
        speaker = self.other_side(n)
        if start < end or (speaker is None and (place.words < 2 or self.is_title(n))):
            return None
        at = place.first
        line = self.line[at]
        if speaker is None:
            speaker = self.speaker_before(at, line, last)
        draft = Draft(None, speaker, [], "report", "q", quotes=[n])
        self.drafts.append(draft)
        return draft

    def other_side(self, n: int) -> int | None:
        """Whose turn it is in an exchange of lines: after a question the other's, and who asks again asked before."""
        if len(self.rounds) < 2 or not self.is_line(n) or not self.is_line(n - 1, with_cue=True):
            return None
        (asker, _), (speaker, number) = self.rounds[-2:]
        if number != n - 1 or self.name(asker) == self.name(speaker):
            return None
        return asker if self.asks(n - 1) or (n > 1 and self.asks(n) and self.asks(n - 2)) else None

    def asks(self, n: int) -> bool:
        """Whether a quotation ends in a question."""
        return self.tree.text[self.quotes[n].start : self.quotes[n].end].rstrip()[-1:] == "?"

    def is_line(self, n: int, with_cue: bool = False) -> bool:
        """Whether a quotation begins a line and, unless its cue may follow, is all of it."""
        quote, text = self.quotes[n], self.tree.text
        begins = not text[: quote.outer_start].rpartition("\n")[2].strip()
        return begins and (with_cue or not text[quote.outer_end :].partition("\n")[0].strip())

    def name(self, speaker: int) -> str:
        return self.tree.low[speaker]

    def is_title(self, n: int) -> bool:
        """Whether a quotation is no sentence: without a mark at its end, short or with capitals throughout."""
        place, quote = self.binder.places[n], self.quotes[n]
        inside = self.tree.text[quote.start : quote.end].rstrip()
        if inside[-1:] in {".", "?", "!", "…", "-", "—", ","}:
            return False
        return place.words < 4 or all(word[:1].isupper() for word in inside.split() if len(word) > 3)

    def speaker_before(self, at: int, line: int, last: Draft | None) -> int | None:
        """The last speaker before a token in its paragraph, else the subject of the sentence before."""
        quoted = self.last_quoted.get(line)
        if quoted is not None:
            return quoted
        n = bisect_right(self.tellers, at) - 1
        if n >= 0 and self.line[self.tellers[n]] == line:
            return self.tellers[n]
        subject = self.subject_before(at, line)
        if subject is not None:
            return subject
        if last is None:
            return self.speaker_after(at)
        return last.speaker

    def speaker_after(self, at: int) -> int | None:
        """The possessor in the next sentence of the line: `"..." Lee's remarks came after`."""
        tree, n = self.tree, self.quote_at(at)
        if n is None:
            return None
        nouns, venues = load_lexicon().nouns, load_lexicon().words["venue.nouns"]
        start = self.binder.places[n].after[0]
        for i in range(start, min(start + 12, tree.size)):
            if "\n" in tree.low[i] or tree.low[i] in STOPS:
                break
            if tree.dep[i] == "poss" and tree.low[tree.head[i]] in nouns.keys() | venues:
                return i
        return None

    def subject_before(self, at: int, line: int) -> int | None:
        """The subject of the main verb of the sentence before, in the same paragraph."""
        tree = self.tree
        for i in range(at - 1, max(-1, at - 60), -1):
            if self.line[i] != line:
                return None
            if tree.dep[i] == "ROOT" and tree.is_verb(i) and i not in self.binder.inside:
                found = speaker_of(tree, i)
                return found if found is not None and found not in self.binder.inside else None
        return None
