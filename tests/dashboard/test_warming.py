"""What the server makes ready behind its first answers."""

from __future__ import annotations

import shutil
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest
from api_clients import client_of

from detente.api import Desk, make_app
from detente.coding import Coder
from detente.dashboard import warming
from detente.dashboard.pages import EXCERPT
from detente.dashboard.showing import environment
from detente.dashboard.warming import index, warm
from detente.store import open_store, search


def test_the_first_visitor_finds_front_page_templates_and_index_ready(
    sample_store: Path, coder: Coder, tmp_path: Path
) -> None:
    path = tmp_path / "record.duckdb"
    shutil.copy(sample_store, path)
    environment.cache_clear()
    with open_store(path, read_only=True) as store:
        app = make_app(desk := Desk(store, lambda: coder))
        warm(app)
        assert desk.known(("front", None, None)) is not None
        assert desk.known(("relation", "RUS", "USA", None, None, "week", None, EXCERPT)) is not None
        assert set(environment().list_templates()) == {name for _, name in environment().cache}  # type: ignore[union-attr]
        assert search.has_index(store)
        assert desk.indexed is None


def test_a_store_without_anything_is_made_ready_too(tmp_path: Path, coder: Coder) -> None:
    with open_store(tmp_path / "empty.duckdb") as store:
        warm(make_app(Desk(store, lambda: coder)))


def test_a_page_that_waits_for_the_index_says_how_far_it_is(
    sample_store: Path, coder: Coder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.duckdb"
    shutil.copy(sample_store, path)
    halfway, go_on = threading.Event(), threading.Event()
    told: list[tuple[int, int]] = []

    def watched(store: object, progress: search.Progress) -> None:
        def hold(done: int, total: int) -> None:
            told.append((done, total))
            progress(done, total)
            halfway.set()
            assert go_on.wait(30)

        search.prepare(store, hold)  # type: ignore[arg-type]

    monkeypatch.setattr(warming, "prepare", watched)
    with open_store(path, read_only=True) as store:
        client = client_of(desk := Desk(store, lambda: coder))
        made: Future[None] = Future()
        threading.Thread(target=lambda: made.set_result(index(desk))).start()
        assert halfway.wait(30)
        waiting = client.get("/search?q=ambassador")
        done, total = told[0]
        assert waiting.status_code == 202
        assert f"{done:,} of {total:,} articles are in it" in waiting.text
        assert f'value="{done}" max="{total}"' in waiting.text
        assert client.get("/articles").status_code == 200
        go_on.set()
        made.result(30)
        assert desk.indexed is None
        desk.close()  # the answer that the page waits for may still be looked for


def test_two_that_look_for_words_at_once_make_one_index(
    sample_store: Path, coder: Coder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second would find the folder locked, and make one of its own in memory."""
    path = tmp_path / "record.duckdb"
    shutil.copy(sample_store, path)
    read = 0
    documents = search._documents

    def counted(*asked: object) -> object:
        nonlocal read
        read += 1
        return documents(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "_documents", counted)
    found: list[int] = []
    with open_store(path, read_only=True) as store:

        def look() -> None:
            with_words = store.handle()
            found.append(len(search.search(with_words, "article", "ambassador")))
            with_words.close()

        looking = [threading.Thread(target=look) for _ in range(3)]
        for each in looking:
            each.start()
        for each in looking:
            each.join(60)
    assert read == 1
    assert len(set(found)) == 1
    assert found[0] > 0


def test_without_a_folder_the_index_in_memory_is_kept(
    sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.duckdb"
    shutil.copy(sample_store, path)
    path.with_name("record.duckdb.search").write_text("a file of that name")
    made = 0
    opened = search._open

    def counted(folder: Path | None) -> object:
        nonlocal made
        made += folder is None
        return opened(folder)

    monkeypatch.setattr(search, "_open", counted)
    with open_store(path, read_only=True) as store:
        first = search.search(store, "article", "ambassador")
        assert search.search(store, "article", "ambassador") == first
    assert (made, len(first) > 0) == (1, True)
