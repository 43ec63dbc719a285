"""A coder that finds one event and one statement wherever a text names Russia, and fails on demand."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detente.records import (
    Actor,
    Article,
    Assessment,
    CodedArticle,
    Date,
    Event,
    Evidence,
    Link,
    ProducedBy,
    Rejection,
    Span,
    Statement,
)  # fmt: skip


@dataclass
class FakeCoder:
    version: str = "1.0.0"

    def stream(self, articles: Iterable[Article]) -> Iterator[CodedArticle]:
        for article in articles:
            yield self.code_article(article)

    def code_article(self, article: Article) -> CodedArticle:
        if "FAIL NOW" in article.text:
            raise ValueError("told to fail")
        if "DIE NOW" in article.text:
            os.kill(os.getpid(), signal.SIGKILL)
        return coded_article(article, self.version)


def make() -> FakeCoder:
    return FakeCoder()


@dataclass
class SlowCoder(FakeCoder):
    """Takes its time, so that a run can be met in the middle."""

    def code_article(self, article: Article) -> CodedArticle:
        time.sleep(0.005)
        return super().code_article(article)


def make_slow() -> FakeCoder:
    return SlowCoder()


def make_newer() -> FakeCoder:
    return FakeCoder("1.10.0")


def coded_article(article: Article, version: str = "1.0.0") -> CodedArticle:
    start = article.text.find("Russia")
    if start < 0:
        return CodedArticle(article=article, rejections=(Rejection(reason="no_actor_pair"),))
    name, whole = Span(start=start, end=start + 6), Span(start=0, end=len(article.text))
    russia = Actor(id="a1", name="Russia", country="RUS", sectors=("GOV",), kind="state", mentions=(name,))
    usa = Actor(id="a2", name="United States", country="USA", kind="state")
    statement = Statement(id="s1", speaker="a1", speaker_mention=name, content=(whole,), kind="indirect", about=("a2",))
    event = Event(
        id="e1", event="ACCUSE", plover_quad=3, cameo_quad=3, intensity=-2.0, sources=("a1",), targets=("a2",),
        date=Date(value="2021-03-18"), attribution="s1", confidence=0.75,
        evidence=Evidence(sentence=whole, trigger=(name,), source=(name,)), produced_by=ProducedBy(coder=version),
    )  # fmt: skip
    talks = event.model_copy(update={"id": "e2", "event": "CONSULT", "sources": ("a1", "a2"), "targets": ()})
    return CodedArticle(
        article=article, actors=(russia, usa), statements=(statement,), events=(event, talks),
        assessments=(Assessment(id="x1", pair=("USA", "RUS"), descriptor="strained", holder="s1", evidence=name),),
        links=(Link(kind="cause", **{"from": "e1"}, to="e2", evidence=name),),
        rejections=(Rejection(reason="no_target", evidence=name),),
    )  # fmt: skip
