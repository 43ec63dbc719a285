"""What must hold for any record."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from relation_stories import story, thaw_and_quarrel

from detente.ontology.tables import types
from detente.records import CodedArticle
from detente.relations import RelationReport, relation_report
from detente.store import open_store

HOSTILE = sorted(name for name, kind in types().items() if kind.quad in (3, 4))
days = st.integers(0, 60).map(lambda n: (date(2021, 3, 1) + timedelta(days=n)).isoformat())
pairs = st.sampled_from([("USA", "RUS"), ("RUS", "USA")])
publishers = st.sampled_from(["Harbor Wire", "Baltic Courier", "Lakeside Gazette"])


def stories_of(kinds):
    made = st.builds(
        lambda day, kind, pair, publisher, confidence: story(
            day, kind, *pair, publisher=publisher, confidence=confidence, url=f"https://example.org/{confidence}"
        ),
        days, st.sampled_from(kinds), pairs, publishers, st.floats(0.1, 1.0),
    )  # fmt: skip
    return st.lists(made, max_size=8, unique_by=lambda coded: coded.article.id)


def asked(*batches: list[CodedArticle]) -> RelationReport:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store.duckdb") as store:
        for batch in batches:
            store.write(batch, "1.0")
        return relation_report(store, "USA", "RUS", "2021-02-20", "2021-05-01")


slow = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(stories_of(sorted(types())), stories_of(HOSTILE))
def test_more_hostile_events_never_raise_a_level(some, hostile):
    before, after = asked(some), asked(some, hostile)
    for old, new in zip(before.states, after.states, strict=True):
        if old.level is not None:
            assert new.level <= old.level + 1e-9
    for old_day, new_day in zip(before.days, after.days, strict=True):
        if old_day.both is not None:
            assert new_day.both <= old_day.both + 1e-9


def grouped(report: RelationReport) -> set[frozenset[str]]:
    return {frozenset(event.article_ids) for event in report.events}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stories_of(sorted(types())),
    st.sampled_from(HOSTILE),
    st.lists(st.tuples(publishers, st.floats(0.1, 1.0)), min_size=1, max_size=5, unique=True),
)
def test_hostile_reports_that_join_an_event_never_raise_a_level(some, kind, tellings):
    """The former reports stay grouped as they were; where a report shows two events to be one, that is a correction."""
    first, *more = [
        story("2021-03-20", kind, publisher=publisher, confidence=confidence, url=f"https://example.org/j{n}")
        for n, (publisher, confidence) in enumerate(tellings)
    ]
    before, after = asked([*some, first]), asked([*some, first], more)
    new = {coded.article.id for coded in more}
    kept = {frozenset(group - new) for group in grouped(after)} - {frozenset()}
    assume(kept == grouped(before))
    for old_day, new_day in zip(before.days, after.days, strict=True):
        for old, now in ((old_day.both, new_day.both), (old_day.a_to_b, new_day.a_to_b)):
            assert old is None or now <= old + 1e-9


@slow
@given(stories_of(sorted(types())), st.randoms(use_true_random=False))
def test_order_of_ingest_does_not_matter(some, draw):
    mixed = list(some)
    draw.shuffle(mixed)
    assert asked(some).to_json() == asked(*[[coded] for coded in mixed]).to_json()


def test_repeated_reports_of_one_event_do_not_change_counts():
    again = [story("2021-03-16", "SANCTION", publisher=name) for name in ("Baltic Courier", "Lakeside Gazette")]
    again += [story("2021-03-16", "SANCTION", copy_of="other", url="https://example.org/copy")]
    once, often = asked(thaw_and_quarrel()), asked(thaw_and_quarrel(), again)
    assert once.coverage.events == often.coverage.events
    assert [[c.events for c in p.counts] for p in once.periods] == [[c.events for c in p.counts] for p in often.periods]
    told = next(e for e in often.top_events if e.event == "SANCTION" and e.day == date(2021, 3, 16))
    assert (told.reports, told.publishers) == (4, ("Baltic Courier", "Harbor Wire", "Lakeside Gazette"))


def test_reports_by_the_same_publisher_do_not_change_the_level():
    again = [story("2021-03-16", "SANCTION", url=f"https://example.org/{n}") for n in range(5)]
    assert [d.both for d in asked(thaw_and_quarrel()).days] == [d.both for d in asked(thaw_and_quarrel(), again).days]


def test_publishers_weigh_more_but_saturate():
    def level(count: int) -> float:
        names = [f"Paper {n}" for n in range(count)]
        report = asked([story("2021-03-16", "SANCTION", publisher=name) for name in names])
        return next(day.both for day in report.days if day.day == date(2021, 3, 16))

    assert level(1) > level(2) > level(10) > 1.5 * level(1)


def test_report_is_the_same_every_time():
    first, second = asked(thaw_and_quarrel()), asked(thaw_and_quarrel())
    assert first.to_json() == second.to_json()
    assert first.to_html() == second.to_html()
    assert first.to_png() == first.to_png()


def test_sides_exchanged_mirror_the_report():
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "store.duckdb") as store:
        store.write(thaw_and_quarrel(), "1.0")
        there, back = relation_report(store, "USA", "RUS"), relation_report(store, "RUS", "USA")
    assert [(d.both, d.a_to_b, d.b_to_a) for d in there.days] == [(d.both, d.b_to_a, d.a_to_b) for d in back.days]
    assert [turn.day for turn in there.turning_points] == [turn.day for turn in back.turning_points]
