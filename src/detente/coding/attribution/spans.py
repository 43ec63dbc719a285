"""Turns drafts into attributions: character spans, kind, nesting and order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from detente.coding.attribution.context import audience, date_words, venue
from detente.coding.attribution.lexicon import load_lexicon
from detente.coding.attribution.quotes import Quote
from detente.coding.attribution.records import Attribution, Draft, Kind, Span
from detente.coding.attribution.roles import noun_phrase
from detente.coding.attribution.tree import Tree

EDGES = frozenset({",", ";", ":", "-", "--", "–", "—", ".", "(", ")", "…"})
DEEPEST = 50  # how many contents one place is looked for in: text made to nest deeper must not cost squares


class Builder:
    """Holds which words stand in quotation marks, and makes attributions one at a time."""

    def __init__(self, tree: Tree, quotes: list[Quote]) -> None:
        self.tree, self.quotes = tree, quotes
        self.starts = [quote.start for quote in quotes]
        self.words, self.quoted = [0], [0]  # how many before each token
        for i in range(tree.size):
            is_word = tree.is_word(i)
            self.words.append(self.words[-1] + is_word)
            self.quoted.append(self.quoted[-1] + (is_word and self.quote_of(tree.start[i]) is not None))

    def quote_of(self, at: int) -> Quote | None:
        """The quotation around a character."""
        n = bisect_right(self.starts, at) - 1
        return self.quotes[n] if n >= 0 and at < self.quotes[n].end else None

    def trimmed(self, run: Span) -> Span | None:
        """A token run as characters, without the `that`, commas and stop at its edges that no quotation holds."""
        tree, (start, end) = self.tree, run
        while start < end and (self.is_edge(start) or (tree.low[start] == "that" and self.is_conjunction(start))):
            start += 1
        while start < end and self.is_edge(end - 1):
            end -= 1
        if start >= end:
            return None
        return self.balanced(tree.start[start], tree.end[end - 1])

    def is_conjunction(self, i: int) -> bool:
        """Whether a `that` opens a clause; the tagger takes some for determiners."""
        tag, after = self.tree.tag[i], self.tree.tag[min(i + 1, self.tree.size - 1)]
        return tag == "IN" or (tag in {"DT", "WDT"} and after in {"NNP", "NNPS", "PRP", "DT", "PRP$"})

    def is_edge(self, i: int) -> bool:
        word = self.tree.low[i]
        return word.isspace() or (word in EDGES and self.quote_of(self.tree.start[i]) is None)

    def balanced(self, start: int, end: int) -> Span:
        """Without a mark at an edge whose partner stands outside, and without the marks of one whole quotation."""
        n = bisect_left(self.starts, start)
        if n < len(self.quotes) and self.quotes[n].outer_start == start and self.quotes[n].outer_end == end:
            return self.quotes[n].start, self.quotes[n].end
        first, last = self.quote_of(start), self.quote_of(max(start, end - 1))
        if n < len(self.quotes) and self.quotes[n].outer_start == start:
            first = self.quotes[n]
        if last is None and n < len(self.quotes):
            m = bisect_left(self.starts, end) - 1
            last = self.quotes[m] if m >= 0 and self.quotes[m].end <= end <= self.quotes[m].outer_end else None
        if last is not None and not any(c.isalnum() for c in self.tree.text[end : last.end]):
            end = last.end if last is first or last.outer_start < start else last.outer_end
        if first is not None and (last is not first or end < first.end):
            at_mark = first.outer_start <= start <= first.start
            start = (first.outer_start if end > first.outer_end else first.start) if at_mark else start
        elif first is not None:
            start = max(start, first.start)
        return start, end

    def content(self, draft: Draft) -> tuple[Span, ...]:
        """The spans of a draft in order, those that touch made one."""
        spans = [span for run in draft.runs if (span := self.trimmed(run)) is not None]
        spans += [self.inner(self.quotes[n]) for n in draft.quotes]
        merged: list[Span] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def inner(self, quote: Quote) -> Span:
        text = self.tree.text[quote.start : quote.end]
        return quote.start + len(text) - len(text.lstrip()), quote.end - (len(text) - len(text.rstrip()))

    def kind(self, spans: tuple[Span, ...], woven: bool) -> Kind:
        """indirect where no word is quoted, direct where all are and the sentence around them does not need them."""
        ranges = [self.tree.tokens_between(start, end) for start, end in spans]
        words = sum(self.words[last] - self.words[first] for first, last in ranges)
        quoted = sum(self.quoted[last] - self.quoted[first] for first, last in ranges)
        if not quoted:
            return "indirect"
        return "direct" if quoted == words and not woven else "mixed"

    def is_woven(self, draft: Draft) -> bool:
        """Whether the grammar of the sentence runs into the quotation: `said that "nobody wins"`."""
        if draft.frame not in {"c", "host", "q", "headline"}:
            return True
        return any(self.tree.low[start] in {"that", "whether", "if", "how", "why"} for start, _ in draft.runs)

    def is_speech(self, draft: Draft) -> bool:
        """Whether a cue that judges can quote as well: `hailed "a new era"`, but not `wants "peace"`."""
        entry = load_lexicon().verbs.get(self.tree.low[draft.cue]) if draft.cue is not None else None
        return entry is not None and "q" in entry.report and draft.frame != "i"

    def attribution(self, draft: Draft) -> Attribution | None:
        tree, spans = self.tree, self.content(draft)
        if not any(tree.text[start:end].strip() for start, end in spans):
            return None
        speaker = None
        if draft.speaker is not None:
            first, last = self.label(draft) or noun_phrase(tree, draft.speaker)
            speaker = (tree.start[first], tree.end[last - 1])
        cue = None
        if draft.cue is not None:
            last = draft.cue_end if draft.cue_end is not None and draft.cue_end > draft.cue else draft.cue + 1
            cue = (tree.start[draft.cue], tree.end[last - 1])
        kind = "direct" if draft.frame == "transcript" else self.kind(spans, self.is_woven(draft))
        is_told = draft.cue_class == "report" or (kind != "indirect" and self.is_speech(draft))
        return Attribution(
            content=spans,
            kind=kind,
            speaker=speaker,
            speaker_head=draft.speaker,
            cue=cue,
            cue_class="report" if is_told else draft.cue_class,
            audience=audience(tree, draft),
            venue=venue(tree, draft),
            date_words=date_words(tree, draft),
        )

    def label(self, draft: Draft) -> Span | None:
        """The whole name before the colon of a headline or transcript."""
        if draft.frame not in {"headline", "transcript"} or draft.cue is None or draft.cue_end is None:
            return None
        return draft.cue_end, draft.cue


def nested(found: list[Attribution]) -> list[Attribution]:
    """Each attribution with its parent: the smallest one whose content holds its cue or, without a cue, its words."""
    sizes = [sum(end - start for start, end in item.content) for item in found]
    spans = sorted((start, end, m) for m, item in enumerate(found) for start, end in item.content)
    places = sorted((item.cue or item.content[0], n) for n, item in enumerate(found))
    made, at, open_spans = list(found), 0, list[tuple[int, int]]()
    for (start, end), n in places:
        while at < len(spans) and spans[at][0] <= start:
            open_spans.append(spans[at][1:])
            at += 1
        open_spans = [span for span in open_spans[-DEEPEST:] if span[0] >= end]
        holders = [m for _, m in open_spans if m != n and sizes[m] > sizes[n]]
        if holders:
            made[n] = replace(found[n], parent=min(holders, key=lambda m: (sizes[m], m)))
    return made


def carried(tree: Tree, found: list[Attribution]) -> list[Attribution]:
    """Hands the venue on to the next sentence where the same speaker adds something: `He added that`."""
    made: list[Attribution] = []
    for item in found:
        last = made[-1] if made else None
        if last is not None and last.venue and not item.venue and item.cue and last.cue and goes_on(tree, last, item):
            item = replace(item, venue=last.venue)
        made.append(item)
    return made


def goes_on(tree: Tree, last: Attribution, item: Attribution) -> bool:
    """Whether a pronoun in the next sentence of the paragraph goes on with what was said before."""
    if item.cue is None or last.cue is None or item.speaker_head is None:
        return False
    words = tree.text[last.cue[1] : item.cue[0]]
    return (
        tree.tag[item.speaker_head] == "PRP"
        and "\n" not in words
        and item.cue_class == "report"
        and tree.text[slice(*item.cue)].lower() in {"added", "adds", "continued", "went", "said", "stressed", "noted"}
    )


def build(tree: Tree, quotes: list[Quote], drafts: list[Draft]) -> list[Attribution]:
    """The attributions of all drafts in the order of their words, doubles left out."""
    builder, found = Builder(tree, quotes), dict[tuple[object, ...], Attribution]()
    for draft in drafts:
        item = builder.attribution(draft)
        if item is not None:
            found.setdefault((item.content, item.speaker), item)
    ordered = sorted(found.values(), key=lambda item: (item.content[0], item.cue or (0, 0), item.content))
    ordered = carried(tree, ordered)
    told = [item for item in nested(ordered) if item.parent is None or item.cue_class == "report"]
    return nested([replace(item, parent=None) for item in told])
