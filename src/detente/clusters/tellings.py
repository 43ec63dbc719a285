"""One event as one article tells it, reduced to what is compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from detente.clusters.content import Content, content_of


@dataclass(frozen=True)
class Telling:
    """`day`: that of the words if `dated`, the middle of a period of `slack` days on either side; else publication."""

    article_id: str
    event_id: str
    original: str
    """The article that this one is a near duplicate of, or the article itself."""
    published: datetime | None
    day: date
    dated: bool
    slack: int
    type: str
    mode: str | None
    quad: int
    modality: str
    by: frozenset[str]
    to: frozenset[str]
    """Empty where the parties act together."""
    sentence: str
    open_side: Literal["by", "to"] | None = None
    """The side on which the article names nobody whose country is known ("three banks"): it may be the other's."""

    @property
    def key(self) -> tuple[str, int, str]:
        return (self.article_id, len(self.event_id), self.event_id)

    @property
    def order(self) -> tuple[str, str, int, str]:
        """The earliest published first; what has no time of publication counts by the day of the event."""
        return (str(self.published or self.day), *self.key)

    @cached_property
    def number(self) -> int:
        return self.day.toordinal()

    @cached_property
    def content(self) -> Content:
        return content_of(self.sentence)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Unordered pairs of the codes that the event is between; a lone party is paired with nobody."""
        others = self.to or self.by
        pairs = {(min(a, b), max(a, b)) for a in self.by for b in others if a != b or self.to}
        return frozenset(pairs or {(code, "") for code in self.by})

    @cached_property
    def hostile(self) -> bool:
        return self.quad >= 3

    @property
    def standing(self) -> str:
        """What is said not to have happened, is denied or long past is no report of what happens."""
        return self.modality if self.modality in ("negated", "denied", "historical") else "told"

    @cached_property
    def stage(self) -> str:
        """Words, deeds announced, and deeds done are different events."""
        if self.type == "THREATEN" or (self.quad == 4 and self.modality in ("future", "conditional")):
            return "threat"
        return "act" if self.quad == 4 else "other"
