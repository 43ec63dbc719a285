"""Where actors, acts and words of a coded article stand in its text, for views that mark them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from detente.records import CodedArticle, Span

LAYERS = ("quote", "actor", "trigger", "date")  # the outer ones first


@dataclass(frozen=True)
class Segment:
    """A piece of text in which nothing begins or ends. `ids`: the actors, statements and events that it belongs to."""

    start: int
    text: str
    layers: tuple[str, ...]
    ids: tuple[str, ...]


def layers(coded: CodedArticle) -> dict[str, list[tuple[int, int]]]:
    """Spans of each layer, joined where they overlap."""
    found: dict[str, list[Span]] = {layer: [] for layer in LAYERS}
    for layer, span, _ in _spans(coded):
        found[layer].append(span)
    return {layer: _joined(spans) for layer, spans in found.items()}


def segments(coded: CodedArticle) -> list[Segment]:
    """The whole text in pieces."""
    text = coded.article.text
    spans = [each for each in _spans(coded) if each[1].start < each[1].end]
    spans += [("", span, id_) for span, id_ in _sentences(coded)]
    edges = sorted({0, len(text), *(edge for _, span, _ in spans for edge in (span.start, span.end))})
    pieces = []
    open_: list[tuple[str, Span, str]] = []
    coming = sorted(spans, key=lambda each: each[1].start, reverse=True)
    for start, end in pairwise(edges):
        open_ = [each for each in open_ if each[1].end > start]
        while coming and coming[-1][1].start <= start:
            open_.append(coming.pop())
        here = {layer for layer, _, _ in open_}
        ids = tuple(dict.fromkeys(id_ for _, _, id_ in open_))
        pieces.append(Segment(start, text[start:end], tuple(layer for layer in LAYERS if layer in here), ids))
    return pieces


def _spans(coded: CodedArticle) -> Iterator[tuple[str, Span, str]]:
    """Layer, span and the id of what it belongs to."""
    for statement in coded.statements:
        yield from (("quote", span, statement.id) for span in statement.content)
    for actor in coded.actors:
        yield from (("actor", span, actor.id) for span in actor.mentions)
    for event in coded.events:
        for each in (event.evidence, *event.mentions):
            yield from (("trigger", span, event.id) for span in each.trigger)
            if each.date is not None:
                yield "date", each.date, event.id


def _sentences(coded: CodedArticle) -> Iterator[tuple[Span, str]]:
    """The sentences of the events, which are not marked but belong to them."""
    return ((event.evidence.sentence, event.id) for event in coded.events)


def _joined(spans: Iterable[Span]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for span in sorted((span for span in spans if span.start < span.end), key=lambda span: span.start):
        if found and span.start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], span.end))
        else:
            found.append((span.start, span.end))
    return found
