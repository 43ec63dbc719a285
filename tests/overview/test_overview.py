"""Overviews say what counting the events one by one says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from detente import overview
from detente.relations import RelationQuestion, movers
from detente.relations.words import COLLECTIVE
from detente.store import Store, open_store, queries

SPRING = date(2021, 4, 18)


@pytest.fixture(scope="module")
def store(sample_store: Path) -> Iterator[Store]:
    with open_store(sample_store, read_only=True) as opened:
        yield opened


def pair_events(store: Store) -> list[dict[str, Any]]:
    """Each event once for each ordered pair of countries in it."""
    found = []
    for row in queries.events(store):
        mutual = not row["target_names"]
        others = row["source_countries"] if mutual else row["target_countries"]
        found += [
            {**row, "source": source, "target": target}
            for source in row["source_countries"]
            for target in others
            if source != target and not {source, target} & set(COLLECTIVE)
        ]
    return found


def tones(rows: list[dict[str, Any]], *names: str) -> dict[Any, tuple[int, float]]:
    """Number and mean intensity of distinct events, by these columns."""
    groups: defaultdict[Any, dict[str, float]] = defaultdict(dict)
    for row in rows:
        group, key = groups[tuple(row[name] for name in names)], row["event_key"]
        group[key] = min(row["intensity"], group.get(key, 11))
    return {key: (len(found), round(mean(found.values()), 3)) for key, found in groups.items()}


def test_world_counts_each_event_once(store: Store) -> None:
    world = overview.world(store, SPRING)
    since = SPRING - timedelta(days=world.days - 1)
    inside = [row for row in pair_events(store) if row["event_date"] and since <= row["event_date"] <= SPRING]
    both = [{**row, "code": row[side]} for row in inside for side in ("source", "target")]
    counted = {code: found for (code,), found in tones(both, "code").items()}
    told = {place.code: (place.events, place.tone) for place in world.places if place.events}
    assert len(told) > 10
    assert told == counted


def test_world_names_who_is_spoken_of(store: Store) -> None:
    world = overview.world(store, SPRING)
    since = SPRING - timedelta(days=world.days - 1)
    for place in world.places[:5]:
        where = queries.ArticleFilter(since=since, until=SPRING, country=place.code)
        assert place.articles == len(queries.articles(store, where))
    assert world.movers == movers(store, SPRING, limit=24)
    assert (world.since, world.until) == (date(2021, 4, 12), SPRING)


def test_world_names_pairs_that_nobody_looks_at(store: Store) -> None:
    world = overview.world(store, SPRING)
    known = {(pair.a, pair.b): pair for pair in world.unmonitored}
    assert ("ISR", "PSE") in known
    assert ("RUS", "USA") not in known
    quiet = SPRING - timedelta(days=world.days)
    for a, b in known:
        mentioning = [
            {row["id"] for row in queries.articles(store, queries.ArticleFilter(since=quiet, until=SPRING, country=c))}
            for c in (a, b)
        ]
        assert not mentioning[0] & mentioning[1]


def test_world_of_a_day_does_not_see_the_future(store: Store) -> None:
    early = overview.world(store, date(2019, 2, 16))
    assert {place.code for place in early.places} >= {"IND", "PAK"}
    assert "RUS" not in {place.code for place in early.places}
    assert early.unmonitored == ()
    assert overview.world(store, date(2000, 1, 1)).places == ()


def test_matrix_counts_what_each_did_to_each(store: Store) -> None:
    codes = ["RUS", "USA", "CHN", "AUS"]
    matrix = overview.matrix(store, codes, SPRING, 60)
    since, before = SPRING - timedelta(days=59), SPRING - timedelta(days=119)
    rows = [row for row in pair_events(store) if row["event_date"]]
    now = tones([row for row in rows if since <= row["event_date"] <= SPRING], "source", "target")
    past = tones([row for row in rows if before <= row["event_date"] < since], "source", "target")
    for source in codes:
        for target in codes:
            cell, key = matrix.cell(source, target), (source, target)
            assert ((cell.events, cell.events_before) if cell else (0, 0)) == (
                now.get(key, (0, 0))[0], past.get(key, (0, 0))[0],
            ), key  # fmt: skip
    assert matrix.cell("RUS", "USA")
    assert overview.matrix(store, until=SPRING).countries[0][0] in ("RUS", "USA")


def test_matrix_refuses_what_makes_none(store: Store) -> None:
    with pytest.raises(RelationQuestion, match="days=0"):
        overview.matrix(store, days=0)
    with pytest.raises(RelationQuestion, match="countries"):
        overview.matrix(store, [f"X{i}" for i in range(61)])


def test_country_counts_both_directions(store: Store) -> None:
    russia = overview.country(store, "RUS")
    rows = [row for row in pair_events(store) if "RUS" in (row["source"], row["target"])]
    given = {target: found for (source, target), found in tones(rows, "source", "target").items() if source == "RUS"}
    assert {p.code: (p.to_events, p.to_tone) for p in russia.partners if p.to_events} == given
    assert russia.partners[0].code == "USA"
    assert russia.articles == len(queries.articles(store, queries.ArticleFilter(country="RUS")))


def test_coverage_counts_the_record(store: Store) -> None:
    coverage = overview.coverage(store)
    assert coverage.articles == sum(month.articles for month in coverage.months) == 114
    assert coverage.events == sum(month.events for month in coverage.months) == len(queries.events(store))
    assert sum(coverage.publishers.values()) == 114


def test_pairs_are_those_with_events(store: Store) -> None:
    found = overview.pairs(store)
    rows = [{**row, "pair": tuple(sorted((row["source"], row["target"])))} for row in pair_events(store)]
    assert {(p.a, p.b): (p.events, p.tone) for p in found} == {
        pair: told for (pair,), told in tones(rows, "pair").items()
    }
    assert [p.events for p in found] == sorted((p.events for p in found), reverse=True)
    assert overview.pairs(store, limit=3, offset=2) == found[2:5]
    assert all("IND" in (p.a, p.b) for p in overview.pairs(store, "IND"))


def test_an_empty_store_gives_empty_overviews(tmp_path: Path) -> None:
    with open_store(tmp_path / "empty.duckdb") as store:
        assert overview.world(store).places == ()
        assert overview.matrix(store, ["RUS"]).cells == ()
        assert overview.country(store, "RUS").partners == ()
        assert overview.coverage(store).articles == 0
        assert overview.pairs(store) == []
