"""All that is known of an article before events are looked for: its parse, who speaks, who is who, what time it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from detente.actors.gazetteer import gazetteer
from detente.coding.attribution import Attribution, find_attributions
from detente.coding.cast import Cast, Mention
from detente.coding.coreference import Resolver, Voice
from detente.coding.dates import TimeWords, find_dates
from detente.coding.joining import QUOTES
from detente.coding.mentions import MentionFinder
from detente.reading import read
from detente.records import (
    Article,
    Rejection,
)

if TYPE_CHECKING:
    pass

# Conjunctions that set another's deed beside what somebody says.
CONTRASTS = frozenset({"while", "whereas"})
_SPEECH = re.compile(
    r"[\"“”„«‘]|\b(?:said|says|told|according|warned|added|statement|asked|claim(?:s|ed)?|den(?:y|ies|ied)|insist(?:s|ed)"
    r"|announced|argue[sd]|urge[sd]|replied|wrote|accuse[sd]|declared|vowed|promised|critici[sz]ed|condemned|demand(?:s|ed))\b"
)


def can_hold_event(text: str) -> bool:
    """Whether a line is worth parsing: it names an actor or reports speech."""
    return gazetteer().mentions_any(text) or _SPEECH.search(text) is not None


class Desk:
    """Everything known of one article while it is coded."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.published: date | None = article.published.date() if article.published else None
        self.day = self.published.isoformat() if self.published else ""
        self.doc: Doc = read(article.text, can_hold_event)
        self.times: list[TimeWords] = find_dates(article.text, self.published)
        self.attributions: list[Attribution] = self._attributions()
        self.cast: Cast = self._cast()
        self.region_of = self._regions()
        self.statements: list[int] = []
        self.rejections: list[Rejection] = []

    def _cast(self) -> Cast:
        finder = MentionFinder(self.doc, self.day)
        cast = finder.find()
        for attribution in self.attributions:
            if attribution.speaker_head is not None:
                finder.ensure(attribution.speaker_head, attribution.speaker)
        voices = [
            Voice(*self.tokens(start, end), attribution.speaker_head)
            for attribution in sorted(self.attributions, key=lambda a: sum(e - s for s, e in a.content))
            for start, end in attribution.content
        ]
        Resolver(cast, self.day, voices).resolve()
        return cast

    def _attributions(self) -> list[Attribution]:
        """Attributions with words of their own: a time alone ("called on Tuesday") is nobody's statement."""
        found = find_attributions(self.doc)
        spans = {(t.start, t.end) for t in self.times}
        kept = [n for n, a in enumerate(found) if not all(self._is_time(span, spans) for span in a.content)]
        number = {old: new for new, old in enumerate(kept)}
        return [
            replace(found[n], parent=None if (parent := found[n].parent) is None else number.get(parent)) for n in kept
        ]

    def _is_time(self, span: tuple[int, int], times: set[tuple[int, int]]) -> bool:
        text = self.article.text[slice(*span)]
        return any(s <= span[0] + 4 and span[1] <= e for s, e in times) and len(text) < 30

    def tokens(self, start: int, end: int) -> tuple[int, int]:
        span = self.doc.char_span(start, end, alignment_mode="expand")
        return (span.start, span.end) if span is not None else (0, 0)

    def _regions(self) -> list[int]:
        """For each token the innermost attribution whose content holds it, -1 for the author's words."""
        region = [-1] * len(self.doc)
        order = sorted(
            range(len(self.attributions)), key=lambda i: -sum(e - s for s, e in self.attributions[i].content)
        )
        for index in order:
            if self.attributions[index].cue_class != "report":
                continue
            for start, end in self.attributions[index].content:
                for i in self._said(index, *self.tokens(start, end)):
                    region[i] = index
        return region

    def _said(self, index: int, start: int, end: int) -> range:
        """Tokens of a stretch of content without what the sentence only sets beside it.

        Not in quotations: what stands before a semicolon that the cue follows, and a "while" clause with a subject of
        its own ("Rwanda denied it, while Kinshasa expelled an envoy").
        """
        cue = self.attributions[index].cue
        is_quoted = any(t.orth_ in QUOTES for t in self.doc[max(start - 1, 0) : start + 1])
        if cue is None or start >= end or is_quoted:
            return range(start, end)
        at = self.tokens(*cue)[0]
        for i in range(end - 1, start, -1):
            token = self.doc[i]
            if i < at and token.text == ";":
                return range(i + 1, end)
            if i > at and token.lower_ in CONTRASTS and token.dep_ == "mark" and self.doc[i - 1].text == ",":
                end = i
        return range(start, end)

    def speaker(self, attribution: int) -> Mention | None:
        head = self.attributions[attribution].speaker_head
        mention = self.cast.covering(head) if head is not None else None
        return mention if mention is not None and mention.actor >= 0 else None

    def mentions_in(self, start: int, end: int) -> list[Mention]:
        """Mentions whose head is one of these tokens."""
        mentions, heads = self._by_head
        return mentions[bisect_left(heads, start) : bisect_left(heads, end)]

    @cached_property
    def _by_head(self) -> tuple[list[Mention], list[int]]:
        mentions = sorted(self.cast.mentions, key=lambda mention: mention.head)
        return mentions, [mention.head for mention in mentions]

    def content_tokens(self, attribution: int) -> tuple[tuple[int, int], ...]:
        return tuple(self.tokens(s, e) for s, e in self.attributions[attribution].content)

    def speakers_by_sentence(self) -> dict[int, Mention]:
        """For each sentence that is wholly somebody's words, who speaks; by the sentence's first token."""
        found = {}
        for sentence in self.doc.sents:
            region = self.region_of[sentence.start] if len(sentence) else -1
            if region < 0 and len(sentence) > 1:
                region = self.region_of[sentence.start + 1]
            speaker = self.speaker(region) if region >= 0 else None
            if speaker is not None and not sentence.start <= speaker.head < sentence.end:
                found[sentence.start] = speaker
        return found

    def cue_tokens(self, attribution: int, sentence: TokenSpan) -> list[Token]:
        """The cue's tokens where it stands in this sentence: with them an act of speech is shown."""
        cue = self.attributions[attribution].cue
        start, end = self.tokens(*cue) if cue is not None else (0, 0)
        return [self.doc[i] for i in range(start, end) if sentence.start <= i < sentence.end]

    def cue_statement(self, index: int) -> int | None:
        """The attribution whose cue covers this token."""
        at = self.doc[index].idx
        for number, attribution in enumerate(self.attributions):
            if attribution.cue is not None and attribution.cue[0] <= at < attribution.cue[1]:
                return number
        return None
