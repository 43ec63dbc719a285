from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from fake_coder import coded_article
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.errors import StoreError, StoreLocked, StoreReadOnly
from detente.records import Actor, Article, CodedArticle, Rejection, Span
from detente.store import Store, open_store
from detente.store.export import export_csv, export_jsonl, export_parquet
from detente.store.queries import ArticleFilter, EventFilter, QuoteFilter, articles, counts, events, quotes, rejections
from detente.store.rows import version_order

TEXT = "Officials said on Thursday that Russia was to blame."


def article(number: int = 0, **fields: object) -> Article:
    day = datetime(2021, 3, 1 + number % 28, tzinfo=UTC)
    return Article.of(f"{TEXT} Number {number}.", **{"published": day, "publisher": "Harbor Wire", **fields})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "s.duckdb") as opened:
        yield opened


def test_write_twice_adds_nothing(store: Store) -> None:
    coded = coded_article(article())
    assert store.write([coded], "1.0.0").added == [coded.article.id]
    before = counts(store)
    result = store.write([coded, coded], "1.0.0")
    assert (result.added, result.present) == ([], [coded.article.id] * 2)
    assert counts(store) == before == {"articles": 1, "events": 2, "statements": 1, "assessments": 1, "rejections": 1}


def test_newer_version_is_current_and_the_older_one_stays(store: Store) -> None:
    for version in ("0.10.0", "0.9.0", "0.10.0-frames"):
        store.write([coded_article(article(), version)], version)
    assert {row["coder_version"] for row in events(store)} == {"0.10.0"}
    assert len(store.rows("SELECT * FROM events")) == 6
    assert len(store.rows("SELECT * FROM articles")) == 1
    old = store.get(article().id, "0.9.0")
    assert old is not None
    assert old.events[0].produced_by.coder == "0.9.0"


def test_version_order_is_by_number_and_suffix() -> None:
    versions = ["0.9.0", "0.10.0-frames", "0.10.0", "0.10.0+b2", "1"]
    assert sorted(versions, key=version_order) == versions


def test_same_id_with_other_text_is_refused(store: Store) -> None:
    store.write([coded_article(article(1, id="x"))], "1.0.0")
    assert store.write([coded_article(article(2, id="x"))], "1.0.0").conflicting == ["x"]
    assert store.write([coded_article(article(2, id="x"))], "2.0.0").conflicting == ["x"]
    assert counts(store)["articles"] == 1


def test_rows_of_a_failed_batch_are_not_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, rows: list[dict[str, object]]) -> None:
        if name == "links":
            raise duckdb.Error("disk full")
        append(name, rows)

    append = store._append
    monkeypatch.setattr(store, "_append", fail)
    with pytest.raises(StoreError, match="nothing of this batch"):
        store.write([coded_article(article())], "1.0.0")
    assert set(counts(store).values()) == {0}
    monkeypatch.undo()
    store.write([coded_article(article())], "1.0.0")
    assert counts(store)["articles"] == 1


def test_event_row_tells_who_did_what_when(store: Store) -> None:
    store.write([coded_article(article())], "1.0.0")
    row = next(row for row in events(store) if row["id"] == "e1")
    assert (row["source_countries"], row["target_countries"]) == (["RUS"], ["USA"])
    assert (row["event_date"], row["dated_by"]) == (date(2021, 3, 18), "words")
    assert row["attribution_speaker"] == "Russia"
    assert row["quote"] == "Russia"


def test_event_without_date_takes_the_day_of_publication(store: Store) -> None:
    coded = coded_article(article(4))
    bare = coded.model_copy(update={"events": (coded.events[0].model_copy(update={"date": None}),)})
    undated = coded_article(article(5, published=None))
    never = undated.model_copy(update={"events": (undated.events[0].model_copy(update={"date": None}),)})
    store.write([bare, never], "1.0.0")
    assert [(row["event_date"], row["dated_by"]) for row in events(store)] == [
        (date(2021, 3, 5), "publication"),
        (None, None),
    ]


def test_pairs_hold_both_directions_of_reciprocal_events(store: Store) -> None:
    store.write([coded_article(article())], "1.0.0")
    pairs = store.rows("SELECT event_id, source, target, reciprocal FROM current_event_pairs ORDER BY ALL")
    assert [tuple(row.values()) for row in pairs] == [
        ("e1", "RUS", "USA", False),
        ("e2", "RUS", "USA", True),
        ("e2", "USA", "RUS", True),
    ]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (EventFilter(), 4),
        (EventFilter(source="RUS"), 4),
        (EventFilter(source="usa"), 2),
        (EventFilter(target="RUS"), 2),
        (EventFilter(target="united st"), 4),
        (EventFilter(pair=("USA", "RUS")), 4),
        (EventFilter(pair=("USA", "CHN")), 0),
        (EventFilter(type="accuse"), 2),
        (EventFilter(modality="alleged"), 0),
        (EventFilter(min_confidence=0.8), 0),
        (EventFilter(since=date(2021, 3, 19)), 0),
        (EventFilter(until=date(2021, 3, 18)), 4),
        (EventFilter(search="NUMBER 1"), 2),
        (EventFilter(publisher="harbor wire"), 4),
        (EventFilter(limit=3, offset=2), 2),
    ],
)
def test_event_filter_selects(store: Store, where: EventFilter, found: int) -> None:
    store.write([coded_article(article(0)), coded_article(article(1))], "1.0.0")
    assert len(events(store, where)) == found


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (QuoteFilter(speaker="rus"), 1),
        (QuoteFilter(speaker="Biden"), 0),
        (QuoteFilter(about="USA"), 1),
        (QuoteFilter(about="united states"), 1),
        (QuoteFilter(kind="direct"), 0),
        (QuoteFilter(search="to BLAME"), 1),
        (QuoteFilter(search="100%"), 0),
    ],
)
def test_quote_filter_selects(store: Store, where: QuoteFilter, found: int) -> None:
    store.write([coded_article(article())], "1.0.0")
    assert len(quotes(store, where)) == found


def test_article_filter_selects(store: Store) -> None:
    copy = article(1, near_duplicate_of=article(0).id)
    store.write([coded_article(article(0)), coded_article(copy)], "1.0.0")
    assert [row["id"] for row in articles(store)] == [article(0).id, copy.id]
    assert len(articles(store, ArticleFilter(duplicates=False))) == 1
    assert len(articles(store, ArticleFilter(country="USA", since=date(2021, 3, 2)))) == 1
    assert len(articles(store, ArticleFilter(until=date(2021, 3, 1)))) == 1
    assert articles(store)[0]["events"] == 2


def test_rejected_inputs_are_kept_once(store: Store) -> None:
    for _ in range(2):
        store.reject([("a.csv", 3, "no_text", None), ("b.bin", None, "binary", "an image")])
    assert [row["reason"] for row in rejections(store)] == ["no_text", "binary"]


def test_export_is_the_same_whatever_the_order_of_writing(tmp_path: Path) -> None:
    coded = [coded_article(article(number)) for number in range(5)]
    texts = []
    for name, order in (("a", coded), ("b", coded[::-1])):
        with open_store(tmp_path / name) as store:
            for item in order:
                store.write([item], "1.0.0")
            out = io.StringIO()
            assert export_jsonl(store, out) == 10
            texts.append(out.getvalue())
            assert export_csv(store, io.StringIO()) == 10
            assert export_parquet(store, tmp_path / f"{name}.parquet") == 10
    assert texts[0] == texts[1]
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 10
    assert not list(tmp_path.glob("*.part"))


def test_locked_store_names_the_other_process(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    script = f"""
from detente.store import open_store
store = open_store({str(path)!r})
print("open", flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked, match=f"process {holder.pid} has the store open"):
            open_store(path)
        with pytest.raises(StoreLocked):
            open_store(path, read_only=True)
        holder.communicate("\n")
    open_store(path).close()


def test_read_only_store_refuses_writing(tmp_path: Path) -> None:
    open_store(tmp_path / "s").close()
    with open_store(tmp_path / "s", read_only=True) as store, pytest.raises(StoreError):
        store.write([coded_article(article())], "1.0.0")


def test_unwritable_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(tmp_path / "s").close()
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(StoreReadOnly, match="not writable"):
        open_store(tmp_path / "s")
    with pytest.raises(StoreReadOnly, match="not writable"):
        open_store(tmp_path / "new")
    open_store(tmp_path / "s", read_only=True).close()


@pytest.mark.parametrize("content", [b"hello world" * 999, b"\x00" * 20000, b"x"])
def test_unreadable_store_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s").write_bytes(content)
    with pytest.raises(StoreError, match=str(tmp_path / "s")):
        open_store(tmp_path / "s")
    assert (tmp_path / "s").read_bytes() == content


def test_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "s").touch()
    with open_store(tmp_path / "s") as store:
        assert counts(store)["articles"] == 0


def test_missing_store_is_not_made_for_reading(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store here"):
        open_store(tmp_path / "s", read_only=True)
    with pytest.raises(StoreError, match="does not exist"):
        open_store(tmp_path / "no" / "s")
    assert not list(tmp_path.iterdir())


def test_other_database_and_newer_schema_are_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
    with pytest.raises(StoreError, match="not a Detente store"):
        open_store(tmp_path / "other")
    open_store(tmp_path / "s").close()
    with duckdb.connect(str(tmp_path / "s")) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES (999, 'later')")
    with pytest.raises(StoreError, match="schema version 999"):
        open_store(tmp_path / "s")


def test_step_that_was_left_out_is_made_up_for(tmp_path: Path) -> None:
    open_store(tmp_path / "s").close()
    with duckdb.connect(str(tmp_path / "s")) as connection:
        connection.execute("DROP VIEW all_event_pairs; DROP VIEW all_events; DROP TABLE imported_events")
        connection.execute("DROP TABLE imported_rejections; DROP TABLE imported_files")
        connection.execute("DELETE FROM schema_migrations WHERE version = 2")
    with pytest.raises(StoreError, match="lacks 0002"):
        open_store(tmp_path / "s", read_only=True)
    with open_store(tmp_path / "s") as store:
        assert store.rows("SELECT * FROM all_events") == []


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
OPTIONAL = st.none() | TEXTS
TIMES = st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
ARTICLES = st.builds(
    Article.of, TEXTS, title=OPTIONAL, url=OPTIONAL, publisher=OPTIONAL, published=TIMES, retrieved=TIMES,
    language=OPTIONAL, near_duplicate_of=OPTIONAL,
)  # fmt: skip
SPANS = st.builds(Span, start=st.integers(0, 5), end=st.integers(5, 99))
ACTORS = st.builds(
    Actor, id=st.sampled_from(["a1", "a2"]), name=TEXTS, country=OPTIONAL, sectors=st.lists(TEXTS).map(tuple),
    office=OPTIONAL, kind=st.sampled_from(["state", "person"]), mentions=st.lists(SPANS).map(tuple),
    resolved_by=OPTIONAL,
)  # fmt: skip
REJECTIONS = st.builds(Rejection, reason=TEXTS, evidence=st.none() | SPANS, detail=OPTIONAL)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ARTICLES, st.lists(ACTORS, max_size=3), st.lists(REJECTIONS, max_size=2), st.booleans())
def test_stored_record_comes_back_equal(
    store: Store, article: Article, actors: list[Actor], refused: list[Rejection], events_too: bool
) -> None:
    fields = article.model_copy(update={"id": str(counts(store)["articles"])})
    coded = CodedArticle(article=fields, actors=tuple(actors), rejections=tuple(refused))
    if events_too:
        text = "Russia " + article.text
        coded = coded_article(fields.model_copy(update={"text": text}))
    store.write([coded], "1.0.0")
    assert store.get(coded.article.id) == coded
