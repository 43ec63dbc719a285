"""The pairs that moved most in a week."""

from __future__ import annotations

from datetime import date

import pytest
from relation_stories import story

from detente.relations import RelationQuestion, movers, relation_report


def week():
    return [
        story("2021-03-01", "CONSULT", target=None),
        *[story("2021-03-16", "SANCTION", publisher=name) for name in ("Harbor Wire", "Baltic Courier")],
        story("2021-03-17", "AGREE", "IND", "PAK"),
        story("2021-03-18", "ACCUSE", "RUS", "USA"),
    ]


def test_movers_rank_pairs_by_change_and_name_the_events(make_store):
    found = movers(make_store(week()), date(2021, 3, 20))
    assert [(m.a.code, m.b.code, m.direction) for m in found] == [("RUS", "USA", "worse"), ("IND", "PAK", "better")]
    first = found[0]
    assert first.change == pytest.approx(first.level - first.before, abs=0.002)
    assert [event.event for event in first.events] == ["SANCTION", "ACCUSE"]
    assert first.line.startswith("United States → Russia: sanctioned")
    assert first.line.endswith("(and 1 more)")


def test_movers_level_is_that_of_the_report(make_store):
    store = make_store(week())
    report = relation_report(store, "RUS", "USA", until=date(2021, 3, 20))
    assert movers(store, date(2021, 3, 20))[0].level == pytest.approx(report.states[0].level, abs=0.01)


def test_movers_know_nothing_of_later_days(make_store):
    store = make_store([*week(), story("2021-03-19", "ASSAULT", "PAK", "IND", published="2021-03-28")])
    assert movers(store, date(2021, 3, 20)) == movers(make_store(week()), date(2021, 3, 20))


def test_movers_leave_out_what_only_fades(make_store):
    assert [m.a.code for m in movers(make_store(week()), date(2021, 3, 30))] == []


def test_movers_take_the_newest_day_and_the_limit(make_store):
    store = make_store(week())
    assert movers(store)[0].until == date(2021, 3, 18)
    assert len(movers(store, limit=1)) == 1


def test_movers_of_an_empty_store_are_none(make_store):
    assert movers(make_store([])) == ()


def test_movers_refuse_an_empty_span(make_store):
    with pytest.raises(RelationQuestion, match="days=0"):
        movers(make_store([]), days=0)


def test_movers_leave_out_codes_that_many_share(make_store):
    stories = [story("2021-03-16", "ASSAULT", "IMG", "USA"), story("2021-03-16", "ASSAULT", "USA", "IMG")]
    assert movers(make_store(stories)) == ()
    assert [mover.a.code for mover in movers(make_store([*stories, *week()]))] == ["RUS", "IND"]
