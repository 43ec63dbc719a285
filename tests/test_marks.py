"""Marks cut a text without losing a character, and name what stands where."""

from __future__ import annotations

from typing import Any

import pytest

from detente import marks
from detente.coding import Coder
from detente.records import Actor, Article, CodedArticle, Span


@pytest.fixture(scope="module")
def coded(coder: Coder, samples: list[dict[str, Any]]) -> list[CodedArticle]:
    return [coder.code(sample["text"], published=sample["published"][:10]) for sample in samples[:12]]


def test_segments_are_the_whole_text(coded: list[CodedArticle]) -> None:
    for item in coded:
        pieces = marks.segments(item)
        assert "".join(piece.text for piece in pieces) == item.article.text
        assert [piece.start for piece in pieces] == [sum(len(p.text) for p in pieces[:i]) for i in range(len(pieces))]


def test_segments_carry_what_stands_there(coded: list[CodedArticle]) -> None:
    checked = 0
    for item in coded:
        pieces = marks.segments(item)
        spans = [("actor", span, actor.id) for actor in item.actors for span in actor.mentions]
        spans += [("trigger", span, event.id) for event in item.events for span in event.evidence.trigger]
        spans += [("quote", span, statement.id) for statement in item.statements for span in statement.content]
        for layer, span, id_ in spans:
            inside = [piece for piece in pieces if span.start <= piece.start < span.end]
            assert "".join(piece.text for piece in inside) == span.of(item.article.text)
            assert all(layer in piece.layers and id_ in piece.ids for piece in inside)
            checked += 1
    assert checked > 200


def test_layers_are_joined_where_they_overlap() -> None:
    mentions = (Span(start=0, end=4), Span(start=2, end=6), Span(start=8, end=9), Span(start=5, end=5))
    actor = Actor(id="a1", name="x", mentions=mentions)
    coded = CodedArticle(article=Article.of("0123456789"), actors=(actor,))
    assert marks.layers(coded)["actor"] == [(0, 6), (8, 9)]


def test_a_text_without_a_record_is_one_piece() -> None:
    (piece,) = marks.segments(CodedArticle(article=Article.of("Nothing here.")))
    assert (piece.text, piece.layers, piece.ids) == ("Nothing here.", (), ())
    assert marks.segments(CodedArticle(article=Article.of(""))) == []
