"""What every coded article keeps to, whatever its text."""

from __future__ import annotations

import json
import pickle
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente import ontology
from detente.coding import Coder
from detente.coding.dates import find_dates
from detente.errors import UnreadableText
from detente.records import CodedArticle, Span

CODER = Coder(encoder=False)
SENTENCES = [
    "Norway expelled two Belarusian diplomats on Friday.",
    "“We shall not accept this,” Kenya’s foreign minister said.",
    "Peru and Chile signed a trade pact in Lima.",
    "Officials in Hanoi said that Chinese ships had rammed a Vietnamese boat.",
    "He denied it.",
    'The two countries "must talk," she told reporters',
    "— (“ ” „ « » ‘",
    "\n\n",
    "日本とロシア",
    "Mali threatened to close its border with Senegal if talks failed.\t",
]
text = st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=30)), max_size=6).map(" ".join)
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def spans_of(coded: CodedArticle) -> list[Span]:
    found = [m for a in coded.actors for m in a.mentions]
    for s in coded.statements:
        found += [*s.content, *(x for x in (s.cue, s.speaker_mention) if x is not None)]
    for e in coded.events:
        for evidence in (e.evidence, *e.mentions):
            found += [evidence.sentence, *evidence.trigger, *evidence.source, *evidence.target]
            found += [evidence.date] if evidence.date else []
    found += [x.evidence for x in coded.assessments] + [x.evidence for x in coded.links]
    return found + [r.evidence for r in coded.rejections if r.evidence]


def check(coded: CodedArticle) -> None:
    whole = coded.article.text
    for span in spans_of(coded):
        assert 0 <= span.start < span.end <= len(whole)
        assert span.of(whole).strip()
    actors, statements = {a.id for a in coded.actors}, {s.id for s in coded.statements}
    items = statements | {e.id for e in coded.events}
    for event in coded.events:
        assert event.sources
        assert set(event.sources) | set(event.targets) <= actors
        assert event.attribution is None or event.attribution in statements
        assert event.mode is None or (event.event, event.mode) in ontology.modes()
        assert event.cameo is None or event.cameo in ontology.cameo_codes()
        assert event.plover_quad == ontology.plover_quad(event.event)
        assert event.date is None or event.date.value >= "1900"
        inside = event.evidence.sentence
        assert all(inside.start <= t.start and t.end <= inside.end for t in event.evidence.trigger)
    for link in coded.links:
        assert {link.from_, link.to} - {None} <= items
    for statement in coded.statements:
        assert statement.speaker is None or statement.speaker in actors


@given(text)
@quick
def test_spans_and_references_hold_on_any_text(words: str) -> None:
    try:
        coded = CODER.code(words, published="2021-03-18")
    except UnreadableText:
        return
    assert coded.article.text == words
    check(coded)


@given(text)
@quick
def test_same_input_gives_same_bytes(words: str) -> None:
    try:
        first = CODER.code(words, published="2021-03-18").model_dump_json()
    except UnreadableText:
        return
    assert Coder(encoder=False).code(words, published="2021-03-18").model_dump_json() == first


def test_samples_hold_to_the_contract() -> None:
    lines = files("detente.samples").joinpath("corpus.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines[::6]:
        record = json.loads(line)
        check(CODER.code(record["text"], published=record["published"][:10]))


def test_coder_pickles() -> None:
    again = pickle.loads(pickle.dumps(CODER))
    assert again.code("Norway thanked Chile.").events == CODER.code("Norway thanked Chile.").events


@pytest.mark.parametrize("odd", ["", " \n ", '"' * 200_000, '" ' * 50_000, "x" * 300_000, "Russia " * 20_000])
def test_odd_text_is_coded_or_rejected(odd: str) -> None:
    check(CODER.code(odd))


def test_lone_surrogates_are_refused_by_code_and_counted_by_stream() -> None:
    with pytest.raises(UnreadableText):
        CODER.code("Norway \ud800")
    (coded,) = CODER.stream(["Norway \ud800"])
    assert [r.reason for r in coded.rejections] == ["undecodable"]


def events(words: str, published: str | None = "2021-03-18") -> list[tuple[str, str | None, str]]:
    return [(e.event, e.intended, e.modality) for e in CODER.code(words, published=published).events]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Norway expelled two Belarusian diplomats.", ("SANCTION", None, "actual")),
        ("Norway will visit Chile, whose president will meet Norway.", ("AGREE", "CONSULT", "future")),
        ("Kenya threatened to bomb Eritrea.", ("THREATEN", "ASSAULT", "actual")),
        ("Kenya promised to send Somalia food.", ("AGREE", "AID", "actual")),
        ("Kenya refused to send Somalia food.", ("REJECT", None, "actual")),
        ("Kenya did not bomb Eritrea.", ("ASSAULT", None, "negated")),
        ("Kenya denied that it had attacked Eritrea.", ("ASSAULT", None, "denied")),
        ("Kenya reportedly bombed Eritrea.", ("ASSAULT", None, "alleged")),
        ("In 2004 Kenya bombed Eritrea.", ("ASSAULT", None, "historical")),
        ("Kenya may bomb Eritrea.", ("ASSAULT", None, "conditional")),
    ],
)
def test_modality_and_typing(words: str, expected: tuple[str, str | None, str]) -> None:
    assert expected in events(words)


def test_talks_are_one_event_with_all_parties() -> None:
    coded = CODER.code("The foreign ministers of Peru and Chile held talks in Quito on Monday.", published="2021-03-18")
    (event,) = [e for e in coded.events if e.event == "CONSULT"]
    assert not event.targets
    assert {a.country for a in coded.actors if a.id in event.sources} == {"PER", "CHL"}


@pytest.mark.parametrize(
    ("words", "value", "precision"),
    [
        ("on Thursday", "2021-03-18", "day"),
        ("last week", "2021-03-08", "week"),
        ("on March 20", "2021-03-20", "day"),
        ("in 2016", "2016-01-01", "year"),
        ("Yesterday", "2021-03-17", "day"),
        ("in March 2019", "2019-03-01", "month"),
        ("three years ago", "2018-01-01", "year"),
    ],
)
def test_time_words_count_from_publication(words: str, value: str, precision: str) -> None:
    (found,) = find_dates(words, date(2021, 3, 18))
    assert (found.date.value, found.date.precision) == (value, precision)


@pytest.mark.parametrize("words", ["in 1812", "days after", "on June 31", "the 500 troops"])
def test_no_time_is_invented(words: str) -> None:
    assert find_dates(words, date(2021, 3, 18)) == []


def test_relative_words_need_a_publication_day() -> None:
    assert find_dates("on Thursday", None) == []


def test_chain_of_statements_names_its_teller() -> None:
    coded = CODER.code("Kenya's minister said that Uganda had told Rwanda that the border would stay shut.")
    inner = [s for s in coded.statements if s.reported_by]
    assert inner
    assert inner[0].reported_by in {s.id for s in coded.statements}


def test_cause_links_decision_to_what_drove_it() -> None:
    words = "Peru recalled its ambassador from Chile. The decision was prompted by Chile's seizure of a Peruvian boat."
    coded = CODER.code(words, published="2021-03-18")
    assert any(link.kind == "cause" and link.from_ and link.to for link in coded.links)


def test_assessment_has_pair_and_direction() -> None:
    coded = CODER.code("Relations between Peru and Chile are strained, diplomats said.", published="2021-03-18")
    (found,) = coded.assessments
    assert found.pair == ("CHL", "PER")
    assert found.direction == "worse"
