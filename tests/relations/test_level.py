"""The tension index: its scale, its decay and its interval."""

from __future__ import annotations

from datetime import date

import pytest
from relation_stories import story

from detente.relations import Parameters, relation_report

DAY = "2021-03-16"


def width(make_store, stories) -> float:
    state = relation_report(make_store(stories), "USA", "RUS").states[0]
    return state.high - state.low


def test_interval_holds_the_level(make_store):
    stories = [story(f"2021-03-{day:02}", "ACCUSE", publisher=f"Paper {day % 3}") for day in range(1, 17)]
    state = relation_report(make_store(stories), "USA", "RUS").states[0]
    assert state.low < state.level < state.high


def test_interval_is_wider_where_all_hangs_on_one_of_two_publishers(make_store):
    days = range(1, 13)
    spread = [story(f"2021-03-{day:02}", "ACCUSE", publisher=f"Paper {day}") for day in days]
    lumped = [story(f"2021-03-{day:02}", "ACCUSE", publisher="Paper 1" if day > 1 else "Paper 2") for day in days]
    assert width(make_store, lumped) > 1.3 * width(make_store, spread)


def test_interval_is_narrower_for_events_that_many_tell(make_store):
    few = [story(f"2021-03-{day:02}", "ACCUSE", publisher=f"Paper {day % 2}") for day in range(1, 13)]
    many = [
        story(f"2021-03-{day:02}", "ACCUSE", publisher=f"Paper {paper}") for day in range(1, 13) for paper in range(8)
    ]
    few_state = relation_report(make_store(few), "USA", "RUS").states[0]
    many_state = relation_report(make_store(many), "USA", "RUS").states[0]
    spread = [(s.high - s.low) / abs(s.level) for s in (few_state, many_state)]
    assert spread[1] < spread[0]


def test_level_halves_in_a_half_life_and_stays_on_its_scale(make_store):
    weak = relation_report(make_store([story(DAY, "ACCUSE", confidence=0.2)]), "USA", "RUS", until="2021-03-30")
    levels = {day.day: day.both for day in weak.days}
    assert levels[date(2021, 3, 30)] == pytest.approx(levels[date(2021, 3, 16)] / 2, abs=0.002)
    harsh = [story(f"2021-03-{day:02}", "ASSAULT", confidence=1.0) for day in range(1, 28)]
    assert -10 <= relation_report(make_store(harsh), "USA", "RUS").states[0].level < -9.5


def test_level_follows_its_parameters(make_store):
    store = make_store([story(DAY, "ACCUSE")])
    mild = relation_report(store, "USA", "RUS", parameters=Parameters(scale=100.0)).states[0].level
    assert 0 > mild > relation_report(store, "USA", "RUS").states[0].level
