"""The desk gives the store up when the server stops, whatever is being answered."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path

import pytest

from detente.api import Desk
from detente.api.desk import Closing
from detente.coding import Coder
from detente.store import Store, open_store

SLOW_SQL = "SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range * b.range % 7 = 3"


def test_closing_ends_a_long_answer_so_that_the_store_can_be_closed(sample_store: Path, coder: Coder) -> None:
    with open_store(sample_store, read_only=True) as store:
        desk = Desk(store, lambda: coder)
        begun = threading.Event()

        def find(handle: Store) -> object:
            begun.set()
            return handle.rows(SLOW_SQL)

        answer = desk.answer(("slow",), find)
        assert begun.wait(10)
        desk.close()
        assert answer.exception(timeout=10) is not None
        with pytest.raises(Closing):
            desk.answer(("another",), find).result(timeout=10)
    with open_store(sample_store, read_only=True) as again:  # it was closed: DuckDB refuses that in a query
        assert again.rows("SELECT count(*) AS n FROM articles")[0]["n"] > 0


def test_closing_lets_what_is_being_written_be_finished(tmp_path: Path, coder: Coder) -> None:
    with open_store(tmp_path / "own.duckdb") as store:
        desk = Desk(store, lambda: coder, "token")
        text = "Kenya summoned the Somali ambassador on Thursday over smugglers near Mandera."
        assert desk.add({"id": "one", "text": text, "published": date(2021, 3, 18)})[1] == "coded"
        begun = threading.Event()

        def write() -> None:
            with desk.writing() as handle, handle.transaction() as connection:
                begun.set()
                time.sleep(0.3)
                connection.execute("UPDATE articles SET publisher = 'Harbor Wire'")

        writer = threading.Thread(target=write)
        writer.start()
        assert begun.wait(10)
        desk.close()
        writer.join(10)
        with pytest.raises(Closing):
            desk.add({"id": "two", "text": text, "published": date(2021, 3, 18)})
    with open_store(tmp_path / "own.duckdb", read_only=True) as store:
        assert store.rows("SELECT id, publisher FROM articles") == [{"id": "one", "publisher": "Harbor Wire"}]
