"""The text as the encoder reads it: source and target in marker tokens, long texts cut around them.

Training and inference share this module, so that the model never meets a form it was not trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SOURCE_OPEN, SOURCE_CLOSE, TARGET_OPEN, TARGET_CLOSE = "[S]", "[/S]", "[T]", "[/T]"
MARKERS = (SOURCE_OPEN, SOURCE_CLOSE, TARGET_OPEN, TARGET_CLOSE)

TYPES = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
NONE = "NONE"
LABELS = (*TYPES, NONE)
MODALITIES = ("actual", "future", "conditional", "negated", "denied", "alleged", "historical")

MAX_CHARS = 600
"""Longer texts are cut around the two spans; 99 % of the training sentences are shorter."""
MAX_SPAN_CHARS = 160
"""A longer span keeps its beginning, where names stand."""


class SpanError(ValueError):
    """A span that is empty, out of the text, or overlaps the other one."""


@dataclass(frozen=True)
class Pair:
    """A text with the code-point spans of a source and a target, half-open: `text[start:end]`."""

    text: str
    source: tuple[int, int]
    target: tuple[int, int]


def check_spans(text: str, source: Sequence[int], target: Sequence[int]) -> None:
    """Raises SpanError with the reason where the spans cannot be marked."""
    for role, (start, end) in (("source", source), ("target", target)):
        if not 0 <= start < end <= len(text):
            raise SpanError(f"{role} [{start}, {end}] is empty or outside the text of {len(text)} characters")
        if not text[start:end].strip():
            raise SpanError(f"{role} [{start}, {end}] holds only white space")
    if source[0] < target[1] and target[0] < source[1] and _apart(source, target) is None:
        raise SpanError(f"source [{source[0]}, {source[1]}] and target [{target[0]}, {target[1]}] overlap")


def _apart(source: Sequence[int], target: Sequence[int]) -> tuple[Sequence[int], Sequence[int]] | None:
    """Both spans, the wider one cut to what lies outside the narrower; None where they are equal."""
    if not (source[0] < target[1] and target[0] < source[1]):
        return source, target
    if source[1] - source[0] < target[1] - target[0]:
        turned = _apart(target, source)
        return (turned[1], turned[0]) if turned is not None else None
    after, before = (target[1], source[1]), (source[0], target[0])
    rest = max((after, before), key=lambda span: span[1] - span[0])
    return (rest, target) if rest[1] > rest[0] else None


def mark(text: str, source: Sequence[int], target: Sequence[int], max_chars: int = MAX_CHARS) -> str:
    """The text with both spans in marker tokens, cut to about `max_chars`. Raises SpanError."""
    check_spans(text, source, target)
    source, target = _apart(source, target) or (source, target)
    source_first = source[0] < target[0]
    first, second = (source, target) if source_first else (target, source)
    before, between, after = text[: first[0]], text[first[1] : second[0]], text[second[1] :]
    spans = [text[start : min(end, start + MAX_SPAN_CHARS)] for start, end in (first, second)]
    room = max_chars - len(spans[0]) - len(spans[1])
    if len(before) + len(between) + len(after) > room:
        before, between, after = _cut(before, between, after, room)
    source_marks, target_marks = (SOURCE_OPEN, SOURCE_CLOSE), (TARGET_OPEN, TARGET_CLOSE)
    left, right = (source_marks, target_marks) if source_first else (target_marks, source_marks)
    return (f"{before} {left[0]} {spans[0]} {left[1]} {between} {right[0]} {spans[1]} {right[1]} {after}").strip()


def _cut(before: str, between: str, after: str, room: int) -> tuple[str, str, str]:
    """The three stretches around two spans in at most `room` characters: what stands between goes first."""
    middle = max(room * 2 // 3, room - len(before) - len(after))
    if len(between) > middle:
        half = middle // 2
        between = f"{between[:half]} … {between[-half:]}"
    outer = max(room - len(between), 0)
    left = min(len(before), max(outer // 2, outer - len(after)))
    right = outer - left
    return before[len(before) - left :], between, after[:right]
