"""What is settled once answers as what is worked out anew from everything that the store holds."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from relation_stories import story

from detente.records import CodedArticle
from detente.relations import Excerpt, build, material, movers, regrouping, relation_report, settling
from detente.relations.alerts.run import check_alerts
from detente.relations.events import join_reports
from detente.relations.evidence import gather, gather_reports
from detente.relations.forecast.build import backtest
from detente.relations.grouped import Grouped
from detente.relations.held import Held
from detente.relations.imported import origin_of
from detente.relations.parameters import DEFAULTS
from detente.relations.parties import resolve
from detente.relations.settling import settle
from detente.relations.stored import Stored
from detente.store import Store, open_store
from detente.store.folder import write_folder

START = date(2021, 1, 1)
KINDS = ("ACCUSE", "SANCTION", "CONSULT", "AID", "THREATEN", "ASSAULT")
TOLD = ("closed the border to", "expelled three diplomats of", "sent 300 tonnes of wheat to", "warned", "met")
ASKED: tuple[dict[str, Any], ...] = (
    {}, {"until": "2021-02-20"}, {"since": "2021-02-01", "until": "2021-03-01", "by": "week"},
    {"directed": True, "by": "month"},
)  # fmt: skip


def stories(seed: int, number: int) -> list[CodedArticle]:
    draw = random.Random(seed)
    made = []
    for i in range(number):
        day = START + timedelta(days=draw.randrange(90))
        source, target = draw.sample(("USA", "RUS", "IND"), 2)
        together = draw.random() < 0.2
        made.append(story(
            day.isoformat(), draw.choice(KINDS), source, None if together else target, other=target,
            published=(day + timedelta(days=draw.choice((0, 0, 1, 9)))).isoformat(),
            publisher=draw.choice(("Harbor Wire", "Baltic Courier", "")), told=draw.choice(TOLD),
            modality=draw.choice(("actual", "actual", "alleged", "future", "denied")), confidence=draw.random(),
            copy_of=draw.choice((None, None, None, "first")), url=f"https://example.org/{seed}/{i}",
        ))  # fmt: skip
    return made


def opened(path: Path, *batches: Iterable[CodedArticle]) -> Store:
    """A store in which all but the last batch is settled."""
    store = open_store(path)
    for batch in batches:
        settle(store)
        store.write(batch, "1.0")
    return store


def answers(store: Store) -> list[str]:
    found = [relation_report(store, *pair, **asked).to_json()
             for pair in (("USA", "RUS"), ("RUS", "USA"), ("IND", "USA")) for asked in ASKED]  # fmt: skip
    found += [repr(movers(store, until, limit=9)) for until in (None, date(2021, 2, 20))]
    return [*found, backtest(store, "USA", "RUS").model_dump_json()]


def worked_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The same from all reports in memory, joined there."""
    with monkeypatch.context() as patch:
        patch.setattr(build, "material_of", lambda store, pair, origin: Held(gather(store, pair, origin.name)))
        held = answers(store)
    return held


@pytest.mark.parametrize("seed", range(3))
def test_settled_unsettled_and_half_settled_answer_alike(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = stories(seed, 70)
    with opened(tmp_path / "s", told) as store:
        expected = answers(store)
        assert worked_out(store, monkeypatch) == expected
        assert settle(store) > 50
        assert answers(store) == expected
    with opened(tmp_path / "half", told[:50], told[50:]) as store:
        assert answers(store) == expected
        assert settle(store) > 0
        assert settle(store) == 0
        assert answers(store) == expected


def test_movers_stand_where_joining_everything_puts_them(tmp_path: Path) -> None:
    with opened(tmp_path / "s", stories(9, 90), []) as store:
        until = date(2021, 3, 31)
        reports = gather_reports(store, date(2020, 1, 1), until, ())
        for mover in movers(store, until, days=30):
            events = join_reports(reports[mover.a.code, mover.b.code], DEFAULTS)
            total = sum(e.weight * 0.5 ** ((until - e.day).days / DEFAULTS.half_life) for e in events)
            assert mover.level == pytest.approx(10 * math.tanh(total / DEFAULTS.scale), abs=0.001)


@pytest.mark.parametrize("seed", range(3))
def test_of_large_neighbourhoods_only_what_is_near_a_report_is_settled_anew(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = undated(seed, 90)
    with opened(tmp_path / "whole", told, []) as store:
        exact = areas(store)
    monkeypatch.setattr(settling, "LARGE", 4)
    monkeypatch.setattr(regrouping, "LARGE", 4)
    with opened(tmp_path / "grown", told[:60], *([each] for each in told[60:]), []) as store:
        found = areas(store)
        rows = store.rows("SELECT area, area_size, telling, place FROM event_pairs WHERE area IS NOT NULL")
        events = relation_report(store, "USA", "RUS").events
    assert max(map(len, found)) > 12
    assert {key for area in found for key in area} == {key for area in exact for key in area}
    for area in exact:
        assert sum(area <= other for other in found) == 1, "what has a bearing on each other stays together"
    assert len({(row["telling"], row["place"]) for row in rows}) > len(found)
    assert len(events) == len({event.id for event in events})


def undated(seed: int, number: int) -> list[CodedArticle]:
    """Reports of four months whose words name no day: one resembles the next."""
    draw = random.Random(seed)
    made = []
    for i in range(number):
        day = START + timedelta(days=draw.randrange(120))
        coded = story(day.isoformat(), draw.choice(("ACCUSE", "SANCTION")), told=draw.choice(TOLD[:2]),
                      url=f"https://example.org/{seed}/{i}")  # fmt: skip
        (event,) = coded.events
        evidence = event.evidence.model_copy(update={"date": None})
        made.append(coded.model_copy(update={"events": (event.model_copy(update={"evidence": evidence}),)}))
    return made


def areas(store: Store) -> list[set[tuple[str, str, str, str]]]:
    """Neighbourhoods by pair, of articles and events; each knows how large it is."""
    found: dict[tuple[str, str, int], set[tuple[str, str, str, str]]] = {}
    sizes: dict[tuple[str, str, int], set[int]] = {}
    for row in store.rows("""SELECT DISTINCT least(source, target) AS a, greatest(source, target) AS b, area, area_size,
                                    article_id, event_id FROM event_pairs WHERE area IS NOT NULL"""):
        key = (row["a"], row["b"], row["area"])
        found.setdefault(key, set()).add((row["a"], row["b"], row["article_id"], row["event_id"]))
        sizes.setdefault(key, set()).add(row["area_size"])
    assert {key: {len(area)} for key, area in found.items()} == sizes
    return list(found.values())


def test_settled_rows_are_not_worked_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path / "s", stories(4, 60), []) as store:
        settle(store)

        def refuse(*_: object) -> None:
            raise AssertionError("was settled")

        monkeypatch.setattr("detente.relations.regrouping.settled_rows", refuse)
        assert relation_report(store, "USA", "RUS").events
        assert movers(store, days=60)


def test_newer_coding_unsettles_what_the_older_one_was_settled_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = stories(5, 60)
    with opened(tmp_path / "s", told, []) as store:
        settle(store)
        again = [coded.model_copy(update={"events": (), "links": ()}) for coded in told[:12]]
        store.write(again, "2.0")
        expected = worked_out(store, monkeypatch)
        assert answers(store) == expected
        settle(store)
        assert answers(store) == expected
        sql = "SELECT count(*) AS n FROM event_pairs WHERE telling IS NOT NULL AND article_id = ?"
        assert store.rows(sql, [told[0].article.id])[0]["n"] == 0


def test_older_store_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with opened(path, stories(6, 40)) as store:
        tables = {name: store.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in ("event_pairs", "article_pairs")}
        dyads = store.rows("SELECT article_id, id, dyad FROM events ORDER BY ALL")
    with duckdb.connect(str(path)) as connection:
        connection.execute("""
            CREATE TABLE older AS SELECT article_id, coder_version, event_id, source, target, reciprocal, event_date
                FROM event_pairs;
            DROP VIEW current_article_pairs; DROP TABLE article_pairs; DROP TABLE event_pairs;
            ALTER TABLE older RENAME TO event_pairs;
            CREATE OR REPLACE VIEW current_event_pairs AS
                SELECT event_pairs.* FROM event_pairs SEMI JOIN current_codings USING (article_id, coder_version);
            ALTER TABLE events DROP COLUMN dyad;
            DELETE FROM schema_migrations WHERE version = 6""")
    with pytest.raises(Exception, match="lacks 0006_pairs"):
        open_store(path, read_only=True)
    with open_store(path) as store:
        for name, rows in tables.items():
            assert store.rows(f"SELECT * FROM {name} ORDER BY ALL") == rows, name
        assert store.rows("SELECT article_id, id, dyad FROM events ORDER BY ALL") == dyads


def test_folders_of_any_age_answer_alike(tmp_path: Path) -> None:
    with opened(tmp_path / "s", stories(7, 50), []) as store:
        settle(store)
        expected = answers(store)
        write_folder(store, tmp_path / "folder")
    with open_store(tmp_path / "folder", read_only=True) as store:
        assert answers(store) == expected
    for file in list((tmp_path / "folder" / "event_pairs").rglob("*.parquet")):
        duckdb.execute(f"COPY (SELECT article_id, coder_version, event_id, source, target, reciprocal, event_date "
                       f"FROM '{file}') TO '{file}.new' (FORMAT parquet)")  # fmt: skip
        Path(f"{file}.new").replace(file)
    for file in (tmp_path / "folder" / "article_pairs").rglob("*.parquet"):
        file.unlink()
    with open_store(tmp_path / "folder", read_only=True) as store:
        assert answers(store) == expected


def test_limit_lists_the_newest_and_what_is_opened_and_counts_all(tmp_path: Path) -> None:
    with opened(tmp_path / "s", stories(8, 90), []) as store:
        whole = relation_report(store, "USA", "RUS", by="month")
        day = whole.events[0].day
        cut = relation_report(store, "USA", "RUS", by="month", excerpt=Excerpt(5, (day, day)))
    assert cut.states == whole.states
    assert cut.days == whole.days
    assert cut.coverage.events == whole.coverage.events == len(whole.events) > len(cut.events)
    assert cut.coverage.articles == whole.coverage.articles > len(cut.coverage.sources)
    listed = {event.id for event in cut.events}
    assert listed.issuperset(event.id for event in whole.events[-5:])
    assert listed.issuperset(event.id for event in whole.events if event.day == day)
    assert [[c.events for c in p.counts] for p in cut.periods] == [[c.events for c in p.counts] for p in whole.periods]
    assert {id_ for p in cut.periods for id_ in p.counts[0].event_ids or ()} <= listed
    cited = {id_ for event in cut.events for id_ in event.article_ids}
    assert cited <= {source.article_id for source in cut.coverage.sources}


def test_alerts_check_does_not_need_settling(tmp_path: Path) -> None:
    with opened(tmp_path / "s", stories(3, 60)) as store:
        checked = check_alerts(store)
        assert checked
        assert checked.pairs


def test_what_was_coded_here_is_read_in_columns(tmp_path: Path) -> None:
    with opened(tmp_path / "s", stories(1, 20)) as store:
        for sides in (("USA", "RUS"), ("NATO", "RUS"), ("USA,IND", "all")):
            assert isinstance(material.material_of(store, resolve(*sides), origin_of(store, None)), Stored)


@pytest.mark.parametrize("settled", [False, True])
def test_two_countries_are_a_group_of_one_on_each_side(
    settled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "s", stories(6, 80), *([[]] if settled else [])) as store:
        expected = answers(store)
        monkeypatch.setattr(build, "material_of", lambda store, pair, origin: Grouped.of(store, pair))
        assert answers(store) == expected


@pytest.mark.parametrize("sides", [("USA", "RUS,IND,PAK"), ("IND,USA", "RUS"), ("RUS", "all")])
def test_groups_in_columns_stand_where_their_reports_put_them(
    sides: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "s", stories(12, 80), []) as store:
        found = relation_report(store, *sides, by="month")
        monkeypatch.setattr(build, "material_of", lambda store, pair, origin: Held(gather(store, pair, origin.name)))
        held = relation_report(store, *sides, by="month")
        assert found.coverage == held.coverage
        assert found.days == held.days
        assert [(e.id, e.day, e.direction, e.weight) for e in found.events] == [
            (e.id, e.day, e.direction, e.weight) for e in held.events
        ]
        assert found.quotes == held.quotes
        assert found.assessments == held.assessments
