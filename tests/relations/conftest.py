from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from relation_stories import thaw_and_quarrel

from detente.records import CodedArticle
from detente.relations import RelationReport, relation_report
from detente.store import Store, open_store

MakeStore = Callable[[Iterable[CodedArticle]], Store]


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[MakeStore]:
    with ExitStack() as stack:

        def make(coded: Iterable[CodedArticle]) -> Store:
            path = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
            store = stack.enter_context(open_store(path))
            store.write(coded, "1.0")
            return store

        yield make


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> RelationReport:
    with open_store(tmp_path_factory.mktemp("relation") / "store.duckdb") as store:
        store.write(thaw_and_quarrel(), "1.0")
        return relation_report(store, "RUS", "USA", by="month")
