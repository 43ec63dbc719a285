"""Attributions: found contents and right speakers against marked articles.

Gold lines are `{"id", "text", "attributions": [{"source": spans, "cue": spans, "content": spans}]}`. Measured in words.
A predicted content is right where half of its words lie in one gold content; a gold content is found where its right
predictions cover half of it. The speaker is right where its span covers the head word of the gold source or shares its
last name. `joint` counts what is right in both. `reporting` are the golds whose cue is one that reports speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from detente.evaluation.events import prf

Spans = list[tuple[int, int]]
_WORD = re.compile(r"\w+(?:['’\-]\w+)*")
_HEAD_ENDS = frozenset(
    [
        "of",
        "for",
        "in",
        "from",
        "at",
        "with",
        "who",
        "whom",
        "whose",
        "which",
        "that",
        "on",
        "by",
        "to",
        "about",
        "among",
        "and",
        "or",
        "as",
    ]
)
_DIRECT_SHARE = 0.8


@dataclass
class _Item:
    words: set[int]
    source: Spans
    kind: str
    match: _Item | None = None
    found: bool = False
    speaker_ok: bool = False


class _Text:
    def __init__(self, text: str) -> None:
        self.text = text
        self.words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
        quoted = quoted_stretches(text)
        self.quoted = {i for i, (s, e) in enumerate(self.words) if any(a <= s and e <= b for a, b in quoted)}

    def indices(self, spans: Spans) -> set[int]:
        return {i for i, (s, e) in enumerate(self.words) if any(s < b and e > a for a, b in spans)}

    def kind(self, words: set[int]) -> str:
        share = len(words & self.quoted) / len(words) if words else 0.0
        return "direct" if share >= _DIRECT_SHARE else "mixed" if share else "indirect"

    def head(self, spans: Spans) -> int | None:
        """The last word of the phrase before a comma, preposition or relative word."""
        last = None
        for index in sorted(self.indices(spans[:1])):
            if last is not None:
                gap = self.text[self.words[index - 1][1] : self.words[index][0]]
                if re.search(r"[,;:(—–]", gap) or self.word(index).lower() in _HEAD_ENDS:
                    break
            last = index
        return last

    def word(self, index: int) -> str:
        start, end = self.words[index]
        return re.sub(r"['’]s?$", "", self.text[start:end])


def quoted_stretches(text: str) -> Spans:
    """What stands in double quotation marks, paragraph by paragraph; an open quotation runs to the paragraph's end."""
    found: Spans = []
    for line in re.finditer(r"[^\n]+", text):
        opened: int | None = None
        for mark in re.finditer(r'[“”"„«»]', line.group()):
            at = line.start() + mark.start()
            if opened is None and mark.group() not in "”»":
                opened = at + 1
            elif opened is not None and mark.group() not in "“„«":
                found.append((opened, at))
                opened = None
        if opened is not None:
            found.append((opened, line.end()))
    return found


def _spans(value: Any) -> Spans:
    if not value:
        return []
    if isinstance(value[0], int):
        return [(value[0], value[1])]
    return [(s, e) for s, e in value]


def _speaker_ok(text: _Text, gold: Spans, made: Spans) -> bool:
    if not gold:
        return not made
    head, other = text.head(gold), text.head(made)
    if head is None or other is None:
        return False
    if head in text.indices(made) or other in text.indices(gold):
        return True
    one, two = text.word(head), text.word(other)
    return one[:1].isupper() and one == two


def score_quotes(
    golds: list[dict[str, Any]], made: dict[str, list[dict[str, Any]]], reporting: frozenset[str]
) -> dict[str, Any]:
    """Figures by all, direct and reporting attributions; `made` has {"speaker", "content"} spans by article."""
    tallies = {name: _Tally() for name in ("all", "direct", "reporting")}
    for gold in golds:
        text = _Text(gold["text"])
        wanted, cues = [], []
        for attribution in gold["attributions"]:
            words = text.indices(_spans(attribution["content"]))
            if words:
                wanted.append(_Item(words, _spans(attribution.get("source")), text.kind(words)))
                cues.append(" ".join(gold["text"][s:e] for s, e in _spans(attribution.get("cue"))).lower())
        got = [
            _Item(text.indices(_spans(q["content"])), _spans(q.get("speaker")), "") for q in made.get(gold["id"], [])
        ]
        got = [item for item in got if item.words]
        _match(text, wanted, got)
        tallies["all"].add(wanted, got)
        direct = [w for w in wanted if w.kind == "direct"]
        tallies["direct"].add(
            direct, [g for g in got if g.kind == "direct" and (g.match is None or g.match.kind == "direct")]
        )
        said = [w for w, cue in zip(wanted, cues, strict=True) if not cue or set(cue.split()) & reporting]
        tallies["reporting"].add(said, [g for g in got if g.match is None or g.match in said])
    return {"articles": len(golds), **{name: tally.figures() for name, tally in tallies.items()}}


def _match(text: _Text, wanted: list[_Item], got: list[_Item]) -> None:
    for item in got:
        item.kind = text.kind(item.words)
        best = max(wanted, key=lambda w: len(w.words & item.words), default=None)
        if best is not None and 2 * len(best.words & item.words) >= len(item.words):
            item.match = best
            item.speaker_ok = _speaker_ok(text, best.source, item.source)
    for gold in wanted:
        mine = [g for g in got if g.match is gold]
        covered = set().union(*(g.words & gold.words for g in mine)) if mine else set()
        gold.found = 2 * len(covered) >= len(gold.words)
        if gold.found:
            gold.speaker_ok = max(mine, key=lambda g: len(g.words & gold.words)).speaker_ok


@dataclass
class _Tally:
    made: int = 0
    need: int = 0
    right: int = 0
    found: int = 0
    right_speaker: int = 0
    found_speaker: int = 0
    with_source: int = 0
    source_ok: int = 0

    def add(self, wanted: Iterable[_Item], got: Iterable[_Item]) -> None:
        for item in got:
            self.made += 1
            self.right += item.match is not None
            self.right_speaker += item.speaker_ok
        for gold in wanted:
            self.need += 1
            self.found += gold.found
            self.found_speaker += gold.found and gold.speaker_ok
            if gold.found and gold.source:
                self.with_source += 1
                self.source_ok += gold.speaker_ok

    def figures(self) -> dict[str, Any]:
        return {
            "content": prf(self.right / max(self.made, 1), self.found / max(self.need, 1)),
            "joint": prf(self.right_speaker / max(self.made, 1), self.found_speaker / max(self.need, 1)),
            "speaker_given_content": round(self.source_ok / max(self.with_source, 1), 4),
            "made": self.made,
            "need": self.need,
        }
