"""Which reports are joined and which are kept apart, one rule a test."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hand_made import telling

from detente.clusters import ClusterParameters, Telling, cluster_tellings
from detente.clusters.parameters import ClusterQuestion

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.clusters import generated


def groups_of(*tellings: Telling) -> list[list[str]]:
    return [[member.article_id for member in group] for group in cluster_tellings(tellings)]


def test_reports_in_other_words_are_one_event() -> None:
    reports = (
        telling("1", "SANCTION", "India on Wednesday banned the import of Pakistani cement and fruit."),
        telling("2", "COERCE", "NEW DELHI: Fruit from Pakistan barred."),
        telling("3", "SANCTION", "Pakistani mango growers lose a market to the Indian ban.", "2020-02-28", dated=False),
    )
    assert groups_of(*reports) == [["1", "2", "3"]]


def test_two_acts_of_one_day_are_two_events() -> None:
    first = telling("1", "SANCTION", "India imposed sanctions on Pakistani banks.")
    second = telling("2", "SANCTION", "India imposed sanctions on Pakistani shipyards.")
    assert groups_of(first, second) == [["1"], ["2"]]


def test_an_act_and_its_reversal_are_two_events() -> None:
    closed = telling("1", "SANCTION", "India closed the border to Pakistan.")
    opened = telling("2", "CONCEDE", "India reopened the border to Pakistan.", "2020-02-27")
    assert groups_of(closed, opened) == [["1"], ["2"]]


def test_an_attack_and_the_answer_to_it_are_two_events() -> None:
    attack = telling("1", "ASSAULT", "India bombed Pakistan near Balakot.")
    answer = telling("2", "ASSAULT", "Pakistan bombed India.", by=attack.to, to=attack.by)
    assert groups_of(attack, answer) == [["1"], ["2"]]


@pytest.mark.parametrize("done", ["actual", "alleged"])
def test_a_threat_and_its_carrying_out_are_two_events(done: str) -> None:
    threat = telling("1", "ASSAULT", "India will strike Pakistan near Balakot.", modality="future")
    deed = telling("2", "ASSAULT", "India struck Pakistan near Balakot.", modality=done)
    assert groups_of(threat, deed) == [["1"], ["2"]]


@pytest.mark.parametrize("modality", ["negated", "denied", "historical"])
def test_what_is_said_not_to_be_so_is_no_report_of_it(modality: str) -> None:
    told = telling("1", "ASSAULT", "India bombed Pakistan near Balakot.")
    other = telling("2", "ASSAULT", "India bombed Pakistan near Balakot.", modality=modality)
    assert groups_of(told, other) == [["1"], ["2"]]


def test_meetings_of_one_week_differ_by_day_or_place() -> None:
    both = {"by": frozenset({"IND", "PAK"}), "to": frozenset()}
    monday = telling("1", "CONSULT", "India and Pakistan met in Kathmandu.", "2020-02-24", **both)
    friday = telling("2", "CONSULT", "India and Pakistan met again.", "2020-02-28", **both)
    place = telling("3", "CONSULT", "India and Pakistan met in Colombo.", "2020-02-25", dated=False, **both)
    assert groups_of(monday, friday) == [["1"], ["2"]]
    assert groups_of(monday, place) == [["1"], ["3"]]


def test_nothing_is_reported_before_its_day() -> None:
    early = telling("1", "SANCTION", "India expelled two Pakistani diplomats.", "2020-02-24", dated=False)
    later = telling("2", "SANCTION", "India expelled two Pakistani diplomats.", "2020-02-26")
    assert groups_of(early, later) == [["1"], ["2"]]
    assert groups_of(later, telling("3", "SANCTION", "India expelled two diplomats.", "2020-02-28", dated=False)) == [
        ["2", "3"]
    ]


def test_a_report_without_a_target_country_joins_by_what_was_acted_on() -> None:
    told = telling("1", "SANCTION", "India imposed sanctions on three Pakistani banks.")
    open_ = telling("2", "SANCTION", "India sanctioned three banks.", to=frozenset({"three banks"}), open_side="to")
    assert groups_of(told, open_) == [["1", "2"]]
    other = telling("3", "SANCTION", "India barred ships.", to=frozenset({"ships"}), open_side="to")
    assert groups_of(told, other) == [["1"], ["3"]]


def test_events_of_one_article_stay_apart_and_block_nobody() -> None:
    first = telling("1", "SANCTION", "India froze the funds of three Pakistani banks and barred them.")
    again = telling("1", "SANCTION", "India froze the funds of three Pakistani banks and barred them.", event_id="e2")
    others = [telling(name, "SANCTION", "India imposed sanctions on three Pakistani banks.") for name in "234"]
    assert groups_of(first, again, *others) == [["1", "2", "3", "4"], ["1"]]


def test_two_events_of_an_article_do_not_keep_the_halves_of_one_event_apart() -> None:
    """One coding of the article takes after the first two reports, the other after the last two."""
    words = "India froze the funds of three Pakistani banks."
    article = [telling("1", "SANCTION", words), telling("1", "COERCE", words, event_id="e2")]
    others = [telling(str(n), type_, words) for n, type_ in enumerate(("SANCTION", "SANCTION", "COERCE", "COERCE"), 2)]
    assert groups_of(*article, *others) == [["1", "2", "3", "4", "5"], ["1"]]


def test_near_duplicates_are_joined_whatever_the_words() -> None:
    first = telling("1", "SANCTION", "India sanctioned banks.", "2020-02-01", dated=False)
    copy = telling("2", "SANCTION", "India sanctioned shipyards.", "2020-03-26", dated=False, original="1")
    assert groups_of(first, copy) == [["1", "2"]]


def test_no_chain_from_one_event_to_the_next() -> None:
    """Each report resembles its neighbours; the first and the last are weeks apart."""
    days = [f"2020-02-{day:02}" for day in range(1, 29, 3)]
    chain = [telling(day, "ACCUSE", "India accused Pakistan.", day, dated=False) for day in days]
    assert all(len(group) <= 3 for group in cluster_tellings(chain))


@pytest.mark.parametrize("seed", range(3))
def test_order_does_not_matter_and_nothing_is_lost(seed: int) -> None:
    reports = generated(150, seed)
    mixed = list(reports)
    random.Random(seed).shuffle(mixed)
    groups = cluster_tellings(reports)
    assert groups == cluster_tellings(mixed)
    assert sorted(member.key for group in groups for member in group) == sorted(report.key for report in reports)
    assert 1 < len(groups) < len(reports)


def test_of_two_groups_that_fit_alike_the_earlier_wins_in_any_order() -> None:
    reports = [telling(day[-1], "ACCUSE", "", day, dated=False) for day in ("2020-02-01", "2020-02-03", "2020-02-05")]
    assert groups_of(*reports) == groups_of(*reports[::-1]) == [["1", "3"], ["5"]]


def test_nothing_gives_nothing() -> None:
    assert cluster_tellings([]) == []


def test_parameters_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ClusterQuestion, match="window=-1"):
        ClusterParameters(window=-1)
