"""A desk on the bundled reports, coded with frames alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fetching"))  # web_site

from api_clients import TOKEN, client_of
from fastapi.testclient import TestClient

from detente.api import Desk
from detente.coding import Coder
from detente.store import Store, open_store


@pytest.fixture(scope="session")
def desk(sample_store: Path, coder: Coder) -> Iterator[Desk]:
    with open_store(sample_store, read_only=True) as store:
        yield Desk(store, lambda: coder)


@pytest.fixture(scope="session")
def client(desk: Desk) -> TestClient:
    return client_of(desk)


@pytest.fixture
def writable(tmp_path: Path, coder: Coder) -> Iterator[tuple[Store, TestClient]]:
    with open_store(tmp_path / "own.duckdb") as store:
        yield store, client_of(Desk(store, lambda: coder, TOKEN))
