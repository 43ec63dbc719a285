"""What an attribution is, and the draft that the finders fill in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["direct", "indirect", "mixed"]
CueClass = Literal["report", "stance"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Words that the text puts in somebody's mouth or mind; offsets are code points of `doc.text`, half-open."""

    content: tuple[Span, ...]
    kind: Kind
    speaker: Span | None
    """The whole noun phrase that names the speaker here, titles included, an apposition after a comma not."""
    speaker_head: int | None
    """Index of a token of the Doc."""
    cue: Span | None
    """None where a quotation stands alone and its speaker is taken from before."""
    cue_class: CueClass
    """stance: a belief, wish, plan or judgement that is not told in words."""
    audience: str | None = None
    venue: str | None = None
    date_words: Span | None = None
    parent: int | None = None
    """Index, in the same list, of the attribution in which this one is told."""


@dataclass(slots=True)
class Draft:
    """An attribution in the making, by token indices; `runs` are half-open token ranges."""

    cue: int | None
    speaker: int | None
    runs: list[Span]
    cue_class: CueClass = "report"
    frame: str = "c"
    cue_end: int | None = None
    quotes: list[int] = field(default_factory=list)
    """Indices of the quotations that belong to it."""

    def holds(self, token: int) -> bool:
        """Whether a token lies in the content."""
        return any(start <= token < end for start, end in self.runs)
