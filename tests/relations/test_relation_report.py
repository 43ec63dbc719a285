"""What the report says of hand-made records."""

from __future__ import annotations

from datetime import date

import pytest
from relation_stories import story, thaw_and_quarrel

from detente.relations import RelationQuestion, RelationReport, relation_report


def test_report_of_empty_store_says_unmonitored(make_store):
    report = relation_report(make_store([]), "RUS", "USA")
    assert not report.monitored
    assert report.summary[0].startswith("Unmonitored")
    assert report.states == ()
    assert report.turning_points == ()
    assert "Unmonitored" in report.to_text()
    assert "Unmonitored" in report.to_html()
    assert report.to_csv().count("\n") == 1


def test_report_of_pair_without_articles_in_given_period_has_no_zeros(make_store):
    report = relation_report(make_store(thaw_and_quarrel()), "IND", "PAK", "2021-01-01", "2021-01-31", by="week")
    assert not report.monitored
    assert {period.monitored for period in report.periods} == {False}
    assert {counts.events for period in report.periods for counts in period.counts} == {None}
    assert report.coverage.unmonitored == ((date(2021, 1, 1), date(2021, 1, 31)),)


def test_report_tells_unmonitored_stretches_from_calm(make_store):
    report = relation_report(make_store([story("2020-01-01", "ACCUSE"), story("2020-12-31", "ACCUSE")]), "USA", "RUS")
    assert report.coverage.unmonitored == ((date(2020, 1, 30), date(2020, 12, 2)),)
    levels = {day.day: day.both for day in report.days}
    assert levels[date(2020, 6, 1)] is None
    assert levels[date(2020, 1, 20)] is not None


def test_report_keeps_directions_apart(make_store):
    store = make_store([story("2021-03-01", "SANCTION", "USA", "RUS"), story("2021-03-01", "AID", "RUS", "USA")])
    states = {state.direction: state for state in relation_report(store, "USA", "RUS").states}
    assert states["a>b"].level < 0 < states["b>a"].level


def test_report_keeps_words_and_deeds_apart(make_store):
    store = make_store([story("2021-03-01", "SANCTION"), story("2021-03-01", "SUPPORT")])
    state = relation_report(store, "USA", "RUS").states[0]
    assert state.deeds < 0 < state.words


def test_report_mutual_event_counts_in_both_directions_and_once_together(make_store):
    report = relation_report(make_store([story("2021-03-01", "CONSULT", target=None)]), "USA", "RUS")
    counted = {counts.direction: counts.events for counts in report.periods[0].counts}
    assert counted == {"both": 1, "a>b": 1, "b>a": 1}


def test_report_directed_leaves_out_the_other_direction(make_store):
    store = make_store([story("2021-03-01", "SANCTION"), story("2021-03-02", "ASSAULT", "RUS", "USA")])
    report = relation_report(store, "USA", "RUS", directed=True)
    assert [state.direction for state in report.states] == ["a>b"]
    assert [event.event for event in report.top_events] == ["SANCTION"]


@pytest.mark.parametrize("modality", ["negated", "denied", "historical"])
def test_report_leaves_out_what_did_not_happen_and_says_so(make_store, modality):
    store = make_store([story("2021-03-01", "CONSULT", target=None), story("2021-03-01", "ASSAULT", modality=modality)])
    report = relation_report(store, "USA", "RUS")
    assert [event.event for event in report.top_events] == ["CONSULT"]
    assert report.coverage.left_out == {modality: 1}


def test_report_weighs_alleged_and_announced_less(make_store):
    levels = [
        relation_report(make_store([story("2021-03-01", "ASSAULT", modality=modality)]), "USA", "RUS").states[0].level
        for modality in ("actual", "future", "alleged", "conditional")
    ]
    assert levels == sorted(levels)
    assert levels[0] < levels[-1] < 0


def test_report_does_not_know_what_was_published_later(make_store):
    store = make_store([story("2021-03-01", "CONSULT"), story("2021-03-01", "ASSAULT", published="2021-03-20")])
    report = relation_report(store, "USA", "RUS", until="2021-03-10")
    assert [event.event for event in report.top_events] == ["CONSULT"]


def test_report_places_announced_act_on_the_day_of_the_announcement(make_store):
    store = make_store([story("2021-06-16", "AGREE", published="2021-05-25", modality="future")])
    assert relation_report(store, "USA", "RUS").top_events[0].day == date(2021, 5, 25)


def test_report_finds_and_explains_turning_points(report: RelationReport):
    turns = {(turn.direction, turn.day.month) for turn in report.turning_points}
    assert {("worse", 3), ("better", 6)} <= turns
    worse = next(turn for turn in report.turning_points if turn.direction == "worse")
    assert "acted on" in worse.events[0].sentence
    assert worse.events[0].told.startswith(("United States → Russia", "Russia → United States"))
    assert worse.quotes


def test_report_gives_quotes_of_both_sides_and_assessments_with_their_holders(report: RelationReport):
    assert {quote.side for quote in report.quotes} == {"a", "b"}
    assert all(quote.text == "We mean every word of it" for quote in report.quotes)
    assert {item.holder for item in report.assessments} == {"Russia", "United States"}


def test_report_baseline_needs_enough_days(make_store, report: RelationReport):
    assert report.states[0].baseline is not None
    assert relation_report(make_store([story("2021-03-01", "ACCUSE")]), "USA", "RUS").states[0].baseline is None


@pytest.mark.parametrize(
    ("pair", "options"),
    [
        (("USA", "USA"), {}),
        (("USA", "Atlantis"), {}),
        (("USA", "RUS"), {"since": "yesterday"}),
        (("USA", "RUS"), {"since": "2021-02-01", "until": "2021-01-01"}),
        (("USA", "RUS"), {"by": "year"}),
    ],
)
def test_report_refuses_questions_without_sense(make_store, pair, options):
    with pytest.raises(RelationQuestion):
        relation_report(make_store([]), *pair, **options)


def test_every_figure_names_the_events_that_make_it(report: RelationReport):
    known = {event.id: event for event in report.events}
    for period in report.periods:
        for counts in period.counts:
            mine = [known[id_] for id_ in counts.event_ids]
            assert len(mine) == counts.events
            assert sum(e.weight for e in mine if e.quad in (1, 3)) == pytest.approx(counts.words, abs=0.01)
            assert {e.event for e in mine} == set(counts.types)
            assert all(period.start <= e.day <= period.end for e in mine)
    assert set(report.states[0].event_ids) <= known.keys()


def test_shares_add_up_and_are_unknown_without_events(report: RelationReport):
    every = [counts for period in report.periods for counts in period.counts]
    assert any(counts.events == 0 for counts in every)
    for counts in every:
        if counts.events:
            assert sum(counts.quad_shares.values()) == pytest.approx(1, abs=0.001)
            assert sum(counts.type_shares.values()) == pytest.approx(1, abs=0.001)
        else:
            assert (counts.quad_shares, counts.type_shares, counts.intensity) == (None, None, None)


def test_threats_are_told_from_acts(make_store):
    store = make_store(
        [
            story("2021-03-01", "THREATEN"), story("2021-03-02", "ASSAULT", modality="conditional"),
            story("2021-03-03", "SANCTION"), story("2021-03-04", "COERCE", modality="alleged"),
            story("2021-03-05", "ACCUSE"),
        ]
    )  # fmt: skip
    counts = relation_report(store, "USA", "RUS", by="month").periods[0].counts[0]
    assert (counts.threats, counts.acts) == (2, 2)


def test_events_behind_a_figure_can_be_asked_for(report: RelationReport):
    assert [e.event for e in report.events_behind("a>b", quad=4)] == ["SANCTION"]
    assert [e.day.month for e in report.events_behind(type_="SUPPORT")] == [6]
    march = report.events_behind(since=date(2021, 3, 16), until=date(2021, 3, 16))
    assert {e.event for e in march} == {"SANCTION", "ACCUSE"}
