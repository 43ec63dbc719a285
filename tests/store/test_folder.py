"""A folder of Parquet answers as the store does from which it was written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

from detente.api import Desk, make_app
from detente.cli import main
from detente.errors import StoreError, StoreReadOnly
from detente.relations import movers, relation_report
from detente.run.local import default_coder
from detente.store import Store, open_store
from detente.store.folder import write_folder
from detente.store.queries import EventFilter, events

COMMANDS = (
    ("events",), ("events", "--pair", "RUS", "USA", "--format", "json"), ("events", "--search", "truce"),
    ("relation", "IND", "PAK", "--events"), ("quotes", "--speaker", "PAK", "--format", "csv"),
    ("quotes", "--search", '"red line"'),
    ("articles", "--search", "ambassador"), ("articles", "--country", "IND", "--format", "json"),
    ("relation", "RUS", "USA", "--by", "month", "--format", "json"), ("relation", "NATO", "RUS"),
    ("forecast", "RUS", "USA", "--format", "json"), ("alerts",), ("export", "--format", "jsonl"),
    ("export", "--format", "gdelt2"),
)  # fmt: skip
PAGES = (
    "/", "/relation/RUS/USA", "/matrix?countries=G20", "/country/RUS", "/articles", "/article/in-pk-pulwama",
    "/quotes?speaker=PAK", "/search?q=truce", "/api/v1/coverage", "/api/v1/relations", "/api/v1/events?limit=500",
    "/api/v1/statements?limit=500", "/api/v1/assessments", "/api/v1/articles?limit=500",
    "/api/v1/exports/events.csv",
)  # fmt: skip


@pytest.fixture(scope="module")
def store_file(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two coder versions of one article, and the samples."""
    path = tmp_path_factory.mktemp("two") / "record.duckdb"
    shutil.copy(sample_store, path)
    with open_store(path) as store:
        coded = store.get("in-pk-pulwama")
        assert coded
        store.write([coded], "0.0.1")
        assert coded.events
        store.write([coded.model_copy(update={"events": coded.events[1:], "links": ()})], "99.0")
    return path


@pytest.fixture(scope="module")
def folder(store_file: Path) -> Path:
    path = store_file.parent / "a [b] 'c'"
    assert _exit(["export", "--format", "parquet", "--store", str(store_file), "--output", str(path)]) == 0
    return path


def _exit(command: list[str]) -> object:
    with pytest.raises(SystemExit) as ended:
        main(command)
    return ended.value.code


def _said(capfd: pytest.CaptureFixture[str], command: tuple[str, ...], path: Path) -> str:
    assert _exit([*command, "--store", str(path)]) == 0, capfd.readouterr().err
    return capfd.readouterr().out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_command_says_the_same(
    command: tuple[str, ...], store_file: Path, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    expected = _said(capfd, command, store_file)
    assert len(expected) > 100 or command == ("alerts",)
    assert _said(capfd, command, folder) == expected


def test_server_answers_the_same(store_file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.dashboard.showing.SOON", 60.0)  # no part of a page comes later
    answers = []
    for path in (store_file, folder):
        with open_store(path, read_only=True) as store:
            client = TestClient(make_app(Desk(store, lambda: default_coder(False))), base_url="http://localhost")
            answers.append([_settled(client, page) for page in PAGES])
    for page, first, second in zip(PAGES, *answers, strict=True):
        assert first == second, page


def _settled(client: TestClient, page: str) -> str:
    answer = client.get(page)
    while answer.status_code == 202:
        answer = client.get(page)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_folder_is_written_the_same_again_from_the_store_and_from_itself(
    store_file: Path, folder: Path, tmp_path: Path
) -> None:
    for name, source in (("store", store_file), ("folder", folder)):
        with open_store(source, read_only=True) as store:
            write_folder(store, tmp_path / name)
    files = sorted(file.relative_to(folder) for file in folder.rglob("*.parquet"))
    assert len([file for file in files if file.parts[0] == "events"]) > 3
    for file in files:
        assert (tmp_path / "store" / file).read_bytes() == (folder / file).read_bytes(), file
        again, first = (pq.read_table(place / file).to_pylist() for place in (tmp_path / "folder", folder))
        assert again == first, file


def test_one_version_needs_no_comparison_of_versions(sample_store: Path, tmp_path: Path) -> None:
    with open_store(sample_store, read_only=True) as store:
        write_folder(store, tmp_path / "record")
        expected = events(store)
    with open_store(tmp_path / "record", read_only=True) as store:
        assert events(store) == expected
        assert "SEMI" not in str(store.rows("EXPLAIN SELECT id FROM current_events"))


def test_events_alone_tell_pairs_and_articles(sample_store: Path, tmp_path: Path) -> None:
    """A folder with what `detente export --format parquet --output FILE` writes."""
    path = tmp_path / "events-alone"
    path.mkdir()
    file = str(path / "exported.parquet")
    assert _exit(["export", "--format", "parquet", "--store", str(sample_store), "--output", file]) == 0
    pair = EventFilter(pair=("RUS", "USA"))
    with open_store(sample_store, read_only=True) as store, open_store(path, read_only=True) as other:
        assert events(other) == events(store)
        assert events(other, pair) == events(store, pair) != []
        asked: Callable[[Store], object] = lambda s: relation_report(s, "RUS", "USA", "2021-01-01", "2021-07-31").days  # noqa: E731
        assert [day.both for day in asked(other) if day.both is not None]  # type: ignore[attr-defined]
        assert movers(other)


def test_parts_by_year_without_the_other_columns(folder: Path, tmp_path: Path) -> None:
    """A partitioned dataset whose files differ: what one lacks is empty there."""
    path = tmp_path / "parts"
    for number, dropped in enumerate(("place", "rule")):
        part = path / "events" / f"year={2000 + number}"
        part.mkdir(parents=True)
        source = sorted((folder / "events").rglob("*.parquet"))[number]
        text = str(source).replace("[", "[[]").replace("'", "''")
        duckdb.execute(f"COPY (SELECT * EXCLUDE ({dropped}) FROM '{text}') TO '{part}/part-0.parquet'")
    with open_store(path, read_only=True) as store:
        assert store.rows("SELECT count(*) AS n FROM events WHERE id IS NOT NULL")[0]["n"] > 0
        assert store.rows("SELECT count(*) AS n, count(DISTINCT rowid) AS d FROM codings")[0]["n"] > 0


def test_writing_into_a_folder_is_refused(folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StoreReadOnly, match="for reading"):
        open_store(folder)
    text = tmp_path / "article.txt"
    text.write_text("Russia criticised the United States.")
    before = sorted(folder.rglob("*"))
    for command in (["ingest", str(text)], ["alerts", "check"]):
        assert _exit([*command, "--store", str(folder)]) != 0
        assert "a folder of Parquet is a store for reading" in capfd.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_what_is_no_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no Parquet files"):
        open_store(tmp_path, read_only=True)
    duckdb.execute(f"COPY (SELECT 1 AS x) TO '{tmp_path}/numbers.parquet'")
    with pytest.raises(StoreError, match=r"numbers\.parquet: read as events .* no column article_id, id, event_key"):
        open_store(tmp_path, read_only=True)
    (tmp_path / "numbers.parquet").write_bytes(b"no Parquet")
    with pytest.raises(StoreError, match="cannot be read as a record"):
        open_store(tmp_path, read_only=True)


def test_export_to_a_folder_overwrites_nothing_and_takes_no_filter(
    sample_store: Path, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["export", "--format", "parquet", "--store", str(sample_store), "--output"]
    assert _exit([*command, str(folder)]) != 0
    assert "something here already" in capfd.readouterr().err
    assert _exit([*command, str(tmp_path / "record"), "--since", "2021-01-01"]) == 2
    assert "leave out the filters" in capfd.readouterr().err
    assert not (tmp_path / "record").exists()


def test_shards_count_once_they_are_complete(folder: Path, tmp_path: Path) -> None:
    """The files of `--engine ray` lie by run and shard; one without its mark was cut off, and `_runs` is no record."""
    copy = tmp_path / "record"
    for table in folder.iterdir():
        files = sorted(table.rglob("*.parquet"))
        for number, file in enumerate(files, 1):
            (copy / table.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy / table.name / f"0001-{number:06}.parquet")
    with open_store(copy, read_only=True) as store:
        whole = len(events(store, EventFilter()))
    done = copy / "_runs" / "0001" / "done"
    done.mkdir(parents=True)
    shutil.copy(next((copy / "events").iterdir()), copy / "_runs" / "0001" / "plan.parquet")
    with pytest.raises(StoreError, match="holds no Parquet files"):
        open_store(copy, read_only=True)
    for table in copy.iterdir():
        for file in table.glob("0001-*.parquet"):
            (done / f"{file.stem.split('-')[1]}.json").write_text("{}")
    with open_store(copy, read_only=True) as store:
        assert len(events(store, EventFilter())) == whole > 0
