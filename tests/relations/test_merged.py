"""One row an event, with all its reports."""

from __future__ import annotations

from datetime import date

from relation_stories import story, thaw_and_quarrel

from detente.relations import relation_report
from detente.relations.merged import merged_events
from detente.store.queries import EventFilter

TOLD = ("imposed sanctions on banks of", "blacklisted lenders of", "froze the funds of three banks of")
PAPERS = ("Harbor Wire", "Baltic Courier", "Lakeside Gazette")


def one_event():
    return [
        story("2021-03-16", "SANCTION", told=told, publisher=paper, published=f"2021-03-{17 + i}")
        for i, (told, paper) in enumerate(zip(TOLD, PAPERS, strict=True))
    ]


def test_reports_in_other_words_are_one_row(make_store):
    reports = one_event()
    store = make_store([*reports, story("2021-03-16", "SANCTION", "RUS", "USA")])
    (event,) = merged_events(store, EventFilter(source="USA"))
    assert (event.event, event.day, event.reports) == ("SANCTION", date(2021, 3, 16), 3)
    assert event.publishers == sorted(PAPERS)
    assert (event.first_day, event.last_day) == (date(2021, 3, 17), date(2021, 3, 19))
    assert event.report_ids == [f"{coded.article.id} e1" for coded in reports]


def test_an_event_is_given_whole_if_one_report_matches(make_store):
    (event,) = merged_events(make_store([*thaw_and_quarrel(), *one_event()]), EventFilter(publisher="Baltic Courier"))
    assert event.reports == 3 + 1  # the story of that day tells it too, in words that say nothing


def test_every_report_is_in_one_event(make_store):
    stories = [*thaw_and_quarrel(), *one_event()]
    events = merged_events(make_store(stories))
    ids = [id_ for event in events for id_ in event.report_ids]
    assert sorted(ids) == sorted(f"{coded.article.id} e1" for coded in stories)
    assert [event.id for event in events] == [event.id for event in merged_events(make_store(stories[::-1]))]
    assert [event.day for event in events] == sorted(event.day for event in events)


def test_limit_and_offset_count_events(make_store):
    store = make_store(thaw_and_quarrel())
    events = merged_events(store)
    assert merged_events(store, EventFilter(limit=2, offset=1)) == events[1:3]
    assert merged_events(store, EventFilter(source="IND")) == []


def test_the_relation_and_the_list_agree(make_store):
    store = make_store([*thaw_and_quarrel(), *one_event()])
    listed = {event.id: event.reports for event in merged_events(store, EventFilter(pair=("USA", "RUS")))}
    report = relation_report(store, "USA", "RUS")
    assert {event.id: event.reports for event in report.events} == listed


def test_reports_in_other_words_do_not_raise_the_tension(make_store):
    first, *others = one_event()
    stores = [make_store(told) for told in ([first], [first, *others])]
    once, often = (relation_report(store, "USA", "RUS", until="2021-03-25") for store in stores)
    assert once.coverage.events == often.coverage.events == 1
    assert often.states[0].level > 1.5 * once.states[0].level  # three publishers, but not three events


def test_a_later_report_without_a_day_does_not_move_the_event(make_store):
    def undated(day, **fields):
        coded = story(day, "SANCTION", told="imposed sanctions on banks of", **fields)
        event = coded.events[0].model_copy(update={"date": None})
        return coded.model_copy(update={"events": (event,)})

    later = undated("2021-03-18", publisher="Baltic Courier", confidence=0.95)
    store = make_store([undated("2021-03-16"), later])
    (event,) = relation_report(store, "USA", "RUS").events
    (row,) = merged_events(store)
    assert event.day == row.day == date(2021, 3, 16)
    assert event.reports == row.reports == 2
