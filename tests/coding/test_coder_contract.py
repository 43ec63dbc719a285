"""What holds for every text, whatever stands in it."""

from __future__ import annotations

import pickle
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente import ontology
from detente.coding import Coder
from detente.errors import DetenteError
from detente.records import Article, CodedArticle, Event, EventType, Modality, Record, Span

PUBLISHED = "2024-05-16"
SENTENCES = [
    "Norway expelled two Russian diplomats on Tuesday.",
    "Ukraine accused Russia of bombing a hospital in Kharkiv, Moscow denied it.",
    "“We condemn the attack on our embassy,” said the Iranian ambassador to Iraq.",
    "“Your government,” the Zambian president told reporters, “has broken its word.",
    'Serbia said: "Kosovo must withdraw its police."',
    "The presidents of Kenya and Uganda met in Nairobi on 31 June 2024.",
    "Relations between Poland and Belarus are at their worst in decades, Duda said on Thursday.",
    "Sudan recalled its ambassador from Ethiopia in response to the border raid of 12 March 1887.",
    "The Turkish foreign minister said that Greece had told him that Cyprus had refused the offer.",
    "China warned Japan that it would impose sanctions if Tokyo went ahead.",
    "It rained 😀 all day — “really”, ‘really’.",
    "Spain\u00a0imposed sanctions on\u200b Venezuela be\u0301cause of the arrest.",
    "\ufeffEgypt\ttold Israel: «no».",
]
ODD = [
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "  ",
    "\t",
    "\u2028",
    "”",
    '"',
    "“ ",
    " — ",
    "\u00a0",
    "\u202e",
    "e\u0301",
    "\x00",
    "(((",
    "…",
]
TEXTS = st.lists(st.sampled_from(SENTENCES + ODD) | st.text(max_size=8), min_size=1, max_size=9).map("".join)


def spans(record: Any) -> Iterator[Span]:
    """Every span in a record."""
    if isinstance(record, Span):
        yield record
    elif isinstance(record, Record):
        for name in type(record).model_fields:
            yield from spans(getattr(record, name))
    elif isinstance(record, tuple):
        for item in record:
            yield from spans(item)


def check(coded: CodedArticle, text: str) -> None:
    assert coded.article.text == text
    for span in spans(coded):
        assert 0 <= span.start < span.end <= len(text)
        assert span.of(text).strip(), "a span covers more than white space"
    _check_references(coded)
    for event in coded.events:
        _check_event(event, coded)
    for statement in coded.statements:
        assert statement.content
    for dated in (*coded.events, *coded.statements):
        if dated.date is not None:
            assert "1900" <= dated.date.value[:4] <= "2199"


def _check_references(coded: CodedArticle) -> None:
    for letter, records in (
        ("a", coded.actors),
        ("s", coded.statements),
        ("e", coded.events),
        ("x", coded.assessments),
    ):
        assert [r.id for r in records] == [f"{letter}{n + 1}" for n in range(len(records))]
    actors, statements = {a.id for a in coded.actors}, {s.id for s in coded.statements}
    events = {e.id for e in coded.events}
    for statement in coded.statements:
        assert {statement.speaker, statement.reported_by} <= actors | statements | {None}
        assert statement.reported_by != statement.id
        assert set(statement.about) <= actors | events
        assert len(set(statement.about)) == len(statement.about)
    for assessment in coded.assessments:
        assert assessment.holder in statements | {None}
        assert assessment.pair[0] < assessment.pair[1]
    for link in coded.links:
        assert {link.from_, link.to} <= events | statements | {None}
        assert link.from_ != link.to


def _check_event(event: Event, coded: CodedArticle) -> None:
    actors = {a.id for a in coded.actors}
    assert event.sources
    assert set(event.sources) | set(event.targets) <= actors
    assert event.targets or len(event.sources) >= 2, "an event has two sides"
    assert not set(event.sources) & set(event.targets)
    assert event.attribution in {s.id for s in coded.statements} | {None}
    assert event.event in get_args(EventType)
    assert event.intended in (None, *get_args(EventType))
    assert event.modality in get_args(Modality)
    assert event.mode is None or (event.event, event.mode) in ontology.modes()
    assert event.plover_quad == ontology.plover_quad(event.event)
    assert event.intensity == ontology.intensity(event.event, event.mode)
    assert set(event.contexts) <= ontology.contexts().keys()
    assert (event.cameo is None) == (event.cameo_quad is None) == (event.goldstein is None)
    if event.cameo is not None:
        assert event.goldstein == ontology.goldstein(event.cameo)
    sentence = event.evidence.sentence
    assert event.evidence.trigger
    assert all(sentence.start <= t.start and t.end <= sentence.end for t in event.evidence.trigger)
    assert event.produced_by.rule or event.produced_by.encoder


@settings(max_examples=60)
@given(TEXTS)
def test_every_span_and_reference_holds(coder: Coder, text: str) -> None:
    check(coder.code(text, published=PUBLISHED), text)


@settings(max_examples=15)
@given(TEXTS)
def test_same_input_gives_same_bytes(coder: Coder, text: str) -> None:
    first = coder.code(text, published=PUBLISHED).model_dump_json(by_alias=True)
    assert coder.code(text, published=PUBLISHED).model_dump_json(by_alias=True) == first


def test_samples_hold_the_contract(coder: Coder, samples: list[dict[str, str]]) -> None:
    for row in samples[::4]:
        check(coder.code(row["text"], published=row["published"]), row["text"])


def test_article_says_the_same_alone_and_after_others(coder: Coder, samples: list[dict[str, str]]) -> None:
    rows = samples[:6]
    together = [coder.code(row["text"], published=row["published"]) for row in rows]
    fresh = Coder(encoder=False)
    assert [fresh.code(row["text"], published=row["published"]) for row in reversed(rows)] == together[::-1]


def test_mention_covers_its_actor(coder: Coder) -> None:
    text = "😀 Norway expelled two Russian diplomats on Tuesday."
    (event,) = coder.code(text, published=PUBLISHED).events
    assert [s.of(text) for s in event.evidence.source] == ["Norway"]
    assert [s.of(text) for s in event.evidence.target] == ["two Russian diplomats"]
    assert [s.of(text) for s in event.evidence.trigger] == ["expelled"]
    assert event.evidence.date is not None
    assert event.evidence.date.of(text).endswith("Tuesday")


@pytest.mark.parametrize("text", ["", " ", "\n\n\t "])
def test_text_without_words_is_rejected_as_empty(coder: Coder, text: str) -> None:
    coded = coder.code(text)
    assert [r.reason for r in coded.rejections] == ["empty"]
    assert not coded.events


LONG = {
    "quotation marks": '"' * 200_000,
    "typographic quotation marks": "“" * 100_000 + "”" * 100_000,
    "spaced quotation marks": '" ' * 100_000,
    "full stops": ". " * 50_000,
    "one word": "a" * 200_000,
    "line ends": "a\n" * 20_000,
    "brackets": "(" * 50_000,
}


@pytest.mark.parametrize("name", LONG)
def test_senseless_text_ends_soon(coder: Coder, name: str) -> None:
    started = time.perf_counter()
    coded = coder.code(LONG[name], published=PUBLISHED)
    # No measure of speed: a step that is quadratic would take minutes here.
    assert time.perf_counter() - started < 60
    assert not coded.events


def test_one_huge_line_is_coded(coder: Coder) -> None:
    text = "Norway expelled two Russian diplomats. It rained all day in the hills. " * 300
    coded = coder.code(text, published=PUBLISHED)
    check(coded, text)
    assert coded.events


@pytest.mark.parametrize(
    "text",
    [
        "Россия отозвала своего посла из Вашингтона.",
        "俄罗斯召回驻美国大使。美国驱逐了十名俄罗斯外交官。",
        "استدعت روسيا سفيرها من واشنطن للتشاور.",
        "रूस ने अमेरिका से अपने राजदूत को वापस बुलाया।",
        "ประเทศไทย 🇹🇭 🇰🇭",
        "R\u0301u\u0308ssia e\u0301xpelled F\u0301rance",
    ],
)
def test_other_scripts_hold_the_contract(coder: Coder, text: str) -> None:
    check(coder.code(text, published=PUBLISHED), text)


def test_lone_surrogate_is_a_named_error_or_a_record(coder: Coder) -> None:
    text = "Norway \ud800 expelled two Russian diplomats."
    with suppress(DetenteError):
        assert coder.code(text, published=PUBLISHED).rejections


def test_stream_never_raises_and_keeps_the_order(coder: Coder) -> None:
    texts = [SENTENCES[0], "", "\ud800", '"', SENTENCES[1], "\x00"]
    coded = list(coder.stream(texts))
    assert len(coded) == len(texts)
    assert [c.article.text for c in coded if c.events] == [SENTENCES[0], SENTENCES[1]]
    assert coded[1].rejections[0].reason == "empty"
    assert coded[2].rejections


def test_stream_takes_articles_and_leaves_them_as_they_are(coder: Coder) -> None:
    article = Article.of(SENTENCES[0], title="A title", publisher="Harbor Wire", published="2024-05-16T10:00:00Z")
    before = article.model_dump_json()
    (coded,) = coder.stream([article])
    assert coded.article == article
    assert article.model_dump_json() == before
    assert coded.events[0].date is not None
    assert coded.events[0].date.value == "2024-05-14"


def test_stream_names_what_failed(coder: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Article) -> CodedArticle:
        raise RuntimeError("no luck")

    monkeypatch.setattr(coder, "code_article", fail)
    (coded,) = coder.stream([SENTENCES[0]])
    assert [(r.reason, r.detail) for r in coded.rejections] == [("coder_failed", "RuntimeError: no luck")]


def test_coder_pickles(coder: Coder) -> None:
    other = pickle.loads(pickle.dumps(coder))
    assert other.version == coder.version
    assert other.code(SENTENCES[0], published=PUBLISHED) == coder.code(SENTENCES[0], published=PUBLISHED)


def test_version_tells_frames_from_encoder(coder: Coder) -> None:
    assert coder.version != Coder().version
    assert re.fullmatch(r"\d+\.\d+\.\d+-frames", coder.version)


@pytest.mark.parametrize("published", ["2024-05-16", "2024-05-16T23:30:00+02:00", None])
def test_publication_time_has_any_form(coder: Coder, published: str | None) -> None:
    (event,) = coder.code(SENTENCES[0], published=published).events
    assert (event.date is None) == (published is None)
