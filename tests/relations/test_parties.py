"""Countries, groups with their members over time, lists, and all others as sides of a relation."""

from __future__ import annotations

from datetime import date

import pytest
from relation_stories import story

from detente.errors import DataError
from detente.relations import RelationQuestion, relation_report
from detente.relations.parties import Party, party, read_groups, resolve, shipped_groups


@pytest.mark.parametrize(
    ("group", "day", "count"),
    [
        ("EU", "1972-12-31", 6), ("EU", "1973-01-01", 9), ("EU", "2020-01-31", 28), ("EU", "2020-02-01", 27),
        ("NATO", "2023-04-04", 31), ("NATO", "2024-03-07", 32), ("BRICS", "2023-12-31", 5), ("BRICS", "2025-01-06", 10),
        ("G7", "2021-06-11", 7), ("G20", "2021-06-11", 19), ("ASEAN", "2024-01-01", 10), ("GCC", "2021-01-05", 6),
    ],
)  # fmt: skip
def test_groups_have_their_members_of_the_day(group: str, day: str, count: int):
    states = set(shipped_groups()[group].on(date.fromisoformat(day))) - {"EUR"}
    assert len(states) == count


def test_groups_are_shipped_as_the_issue_names_them():
    assert {"EU", "NATO", "BRICS", "G7", "G20"} <= shipped_groups().keys()


def test_country_against_all_takes_every_other_state(make_store):
    stories = [story("2021-03-01", "ACCUSE", "USA", "RUS"), story("2021-03-02", "AGREE", "IND", "USA"),
               story("2021-03-02", "ACCUSE", "IND", "PAK")]  # fmt: skip
    report = relation_report(make_store(stories), "USA", "all")
    assert [(e.day.day, e.direction, e.by, e.to) for e in report.events] == [
        (1, "a>b", ("USA",), ("RUS",)), (2, "b>a", ("IND",), ("USA",)),
    ]  # fmt: skip
    assert report.b.name == "All others"


def test_events_of_two_members_on_one_day_are_two(make_store):
    store = make_store([story("2021-03-01", "ACCUSE", "IND", "USA"), story("2021-03-01", "ACCUSE", "PAK", "USA")])
    report = relation_report(store, "IND,PAK", "USA")
    assert report.coverage.events == 2
    assert report.a.name == "India and Pakistan"
    assert report.a.members == ("IND", "PAK")


def test_acts_before_a_state_joined_are_not_the_groups(make_store, tmp_path):
    table = tmp_path / "groups.tsv"
    table.write_text("group\tcode\tsince\tuntil\nPact\tIND\t2021-03-10\t\nPact\tPAK\t\t2021-03-05\n", encoding="utf-8")
    pact = read_groups(table)["Pact"]
    stories = [story(f"2021-03-{day:02}", "ACCUSE", code, "USA") for day in (4, 12) for code in ("IND", "PAK")]
    report = relation_report(make_store(stories), pact, "USA")
    assert [(e.day.day, e.by) for e in report.events] == [(4, ("PAK",)), (12, ("IND",))]
    assert report.coverage.articles == 2
    assert {(quote.speaker, quote.day.day) for quote in report.quotes_of("a")} <= {("Pakistan", 4), ("India", 12)}


def test_own_groups_name_bad_lines_together(tmp_path):
    table = tmp_path / "groups.tsv"
    table.write_text("group\tcode\tsince\nPact\tXXX\t\nPact\tIND\tyesterday\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"(?s)line 2: .*'XXX'.*line 3: .*yesterday"):
        read_groups(table)


def test_own_groups_need_their_columns(tmp_path):
    table = tmp_path / "groups.tsv"
    table.write_text("name\tcode\nPact\tIND\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column group"):
        read_groups(table)


def test_body_with_a_shared_code_counts_by_its_name():
    nato: Party = party("NATO")
    assert nato.among(["IGO"], ["NATO"], date(2021, 6, 1)) == ("IGO",)
    assert nato.among(["IGO"], ["African Union"], date(2021, 6, 1)) == ()


def test_who_stands_on_both_sides_counts_on_the_smaller_one():
    pair = resolve("EU", "DEU")
    assert "DEU" not in pair.a.codes
    assert pair.b.codes == ("DEU",)
    assert "USA" in resolve("NATO", "EU").a.codes
    assert "FRA" not in resolve("NATO", "EU").a.codes


@pytest.mark.parametrize(("a", "b"), [("all", "all"), ("EU", "EU"), ("USA,RUS", "Atlantis"), ("USA", "USA,XXX")])
def test_sides_without_sense_are_refused(a: str, b: str):
    with pytest.raises(RelationQuestion):
        resolve(a, b)


def test_list_with_a_country_on_the_other_side_leaves_the_rest():
    assert resolve("USA", "USA,RUS").b.codes == ("RUS",)
