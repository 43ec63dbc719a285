"""Hand-made coded articles: one event each, told in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from detente.ontology.tables import intensity, plover_quad
from detente.records import (
    Actor,
    Article,
    Assessment,
    CodedArticle,
    Date,
    Event,
    Evidence,
    ProducedBy,
    Span,
    Statement,
)

NAMES = {"RUS": "Russia", "USA": "United States", "IND": "India", "PAK": "Pakistan", "IMG": "Rebels"}


def story(
    day: str,
    type_: str,
    source: str = "USA",
    target: str | None = "RUS",
    *,
    published: str | None = None,
    publisher: str = "Harbor Wire",
    modality: str = "actual",
    confidence: float = 0.8,
    copy_of: str | None = None,
    told: str = "acted on",
    other: str | None = None,
    **article: Any,
) -> CodedArticle:
    """An article in which `source` does `type_` to `target`; with `target` None, `source` and `other` act together."""
    parties = [source, target or other or "RUS"]
    names = [NAMES[code] for code in parties]
    text = f"{names[0]} {told} {names[1]}. “We mean every word of it,” said {names[0]} of {names[1]}."
    first, second = Span(start=0, end=len(names[0])), _find(text, names[1])
    said = _find(text, "“We mean every word of it,”")
    sentence = Span(start=0, end=text.index(". ") + 1)
    moment = datetime.fromisoformat(published or day).replace(hour=12, tzinfo=UTC)
    fields = {"title": f"{names[0]} {type_} {day}", "publisher": publisher, "near_duplicate_of": copy_of, **article}
    event = Event(
        id="e1", event=type_, plover_quad=plover_quad(type_), intensity=intensity(type_),
        sources=("a1",) if target else ("a1", "a2"), targets=("a2",) if target else (), modality=modality,
        date=Date(value=day), confidence=confidence, produced_by=ProducedBy(coder="test"),
        evidence=Evidence(
            sentence=sentence, trigger=(_find(text, told),), source=(first,), target=(second,), date=first
        ),
    )  # fmt: skip
    return CodedArticle(
        article=Article.of(text, published=moment, **fields),
        actors=tuple(
            Actor(id=f"a{i + 1}", name=name, country=code, kind="state", mentions=(span,))
            for i, (name, code, span) in enumerate(zip(names, parties, (first, second), strict=True))
        ),
        statements=(Statement(id="s1", speaker="a1", content=(said,), kind="direct", about=("a2",)),),
        events=(event,),
        assessments=(
            Assessment(id="x1", pair=(parties[0], parties[1]), descriptor="in crisis", direction="worse", holder="s1",
                       evidence=sentence),
        ),
    )  # fmt: skip


def _find(text: str, words: str) -> Span:
    at = text.index(words)
    return Span(start=at, end=at + len(words))


def thaw_and_quarrel() -> list[CodedArticle]:
    """Talks through January, sanctions and accusations in the middle of March, a summit in June."""
    stories = [story(f"2021-01-{day:02}", "CONSULT", target=None) for day in (5, 12, 19, 26)]
    stories += [story(f"2021-02-{day:02}", "AGREE", target=None) for day in (2, 16)]
    stories += [story(f"2021-03-{day:02}", kind) for day in (15, 16, 17) for kind in ("SANCTION", "ACCUSE")]
    stories += [story("2021-03-17", "SANCTION", "RUS", "USA"), story("2021-04-20", "ACCUSE", "RUS", "USA")]
    stories += [story("2021-06-16", kind, target=None) for kind in ("CONSULT", "AGREE", "COOPERATE", "SUPPORT")]
    return stories


def thirty_months() -> list[CodedArticle]:
    """Accusations that grow by one a month, a visit each month; the month after the last is not complete."""
    stories = []
    for month in range(31):
        year, at = 2019 + month // 12, month % 12 + 1
        stories.append(story(f"{year}-{at:02}-02", "CONSULT", target=None))
        if month < 30:
            stories += [story(f"{year}-{at:02}-{day + 3:02}", "ACCUSE") for day in range(min(25, month))]
    return stories
