"""Turning points on generated courses whose breaks are known; none of them took part in choosing the parameters."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from detente.ontology.tables import intensity, plover_quad
from detente.relations.columns import events_of
from detente.relations.events import columns_of, placed_in
from detente.relations.evidence import Report, Source
from detente.relations.parameters import DEFAULTS
from detente.relations.turning import Turn, find_turns

FIRST, DAYS = date(2022, 1, 1), 365
MILD = ("CONSULT", "AGREE", "REQUEST", "ACCUSE")
SHOCKS = {"worse": ("SANCTION", "ACCUSE", "COERCE"), "better": ("SUPPORT", "CONSULT", "RETREAT")}


def told(day: date, type_: str, number: int) -> Report:
    source = Source(f"r{number}", None, None, f"Paper {number % 4}", datetime(day.year, day.month, day.day), False)
    return Report(
        source=source, event_id="e1", day=day, guessed_day=False, direction="a>b", type=type_, mode=None,
        intended=None, quad=plover_quad(type_), intensity=intensity(type_), confidence=0.8, modality="actual",
        by=("A",), to=("B",), by_codes=("USA",), to_codes=("RUS",), quote="", sentence="", teller=None,
        teller_country=None, statement_id=None,
    )  # fmt: skip


def course(seed: int, shocks: dict[int, str], rate: float = 0.15) -> list[Report]:
    """Mild events at random, and on each day of `shocks` three grave ones, each told by one article."""
    draw = random.Random(seed)
    reports = []
    for at in range(DAYS):
        kinds = [draw.choice(MILD)] if draw.random() < rate else []
        kinds += SHOCKS[shocks[at]] if at in shocks else ()
        reports += [told(FIRST + timedelta(days=at), kind, len(reports) + i) for i, kind in enumerate(kinds)]
    return reports


def turns_of(reports: list[Report]) -> list[Turn]:
    columns = columns_of(reports, {})
    events = events_of(columns.with_columns(placed_in(reports, DEFAULTS)), DEFAULTS)
    read, last = columns["published"], FIRST + timedelta(days=DAYS - 1)
    return find_turns(events, events.of_direction("both"), read, FIRST, last, DEFAULTS)


def test_known_breaks_are_found_and_few_others():
    hits, found = 0, 0
    for seed in range(12):
        draw = random.Random(seed + 100)
        shocks = {draw.randint(30, 110): "worse", draw.randint(150, 220): "better", draw.randint(260, 330): "worse"}
        turns = turns_of(course(seed, shocks))
        near = {(at, way) for at, way in shocks.items() for t in turns
                if t.direction == way and abs((t.day - FIRST).days - at) <= 5}  # fmt: skip
        hits, found = hits + len(near), found + len(turns)
    assert hits >= 34  # of 36
    assert found <= 100  # 88; without weighing against the pair's own chance it was 227


def test_no_events_no_turns():
    assert turns_of([]) == []


def test_a_level_that_fades_turns_nowhere():
    turns = turns_of([told(FIRST + timedelta(days=40), "ASSAULT", 0)])
    assert [(t.direction, t.day) for t in turns] == [("worse", FIRST + timedelta(days=40))]


@pytest.mark.parametrize(("articles", "number"), [(1, 1), (3, 2)])
def test_one_more_step_counts_only_where_several_articles_tell_it(articles: int, number: int):
    reports = [told(FIRST + timedelta(days=40), "ASSAULT", i) for i in range(2)]
    reports += [told(FIRST + timedelta(days=120), "ASSAULT", 10 + i) for i in range(articles)]
    assert len(turns_of(reports)) == number


def test_a_break_that_fewer_articles_than_usual_tell_is_none():
    quiet = [told(FIRST + timedelta(days=200), kind, 1000 + i) for i, kind in enumerate(SHOCKS["worse"][:1])]
    busy = [told(FIRST + timedelta(days=at), "CONSULT", at) for at in range(0, 180)]
    busy += [told(FIRST + timedelta(days=at), "CONSULT", at) for at in range(220, 365)]
    assert not [t for t in turns_of(busy + quiet) if abs((t.day - FIRST).days - 200) <= 5]
    assert [t for t in turns_of(quiet) if (t.day - FIRST).days == 200]
