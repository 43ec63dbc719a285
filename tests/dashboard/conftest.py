"""The sample record with one hostile article in it, and an application on it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))  # api_clients
sys.path.insert(0, str(Path(__file__).parents[1] / "relations"))  # relation_stories
sys.path.insert(0, str(Path(__file__).parents[1] / "fetching"))  # web_site

from api_clients import client_of
from hostile import hostile_article

from detente.api import Desk
from detente.coding import Coder
from detente.relations.alerts import check_alerts
from detente.store import open_store


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts that a page waits for come with it, however slow the machine is."""
    monkeypatch.setattr("detente.dashboard.showing.SOON", 60.0)


@pytest.fixture(scope="session")
def desk(sample_store: Path, coder: Coder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    path = tmp_path_factory.mktemp("dashboard") / "record.duckdb"
    shutil.copy(sample_store, path)
    with open_store(path) as store:
        check_alerts(store, since=date(2020, 6, 1), until=date(2021, 8, 1))
        store.write([hostile_article()], coder.version)
        check_alerts(store, since=date(2031, 5, 1))
    with open_store(path, read_only=True) as store:
        yield Desk(store, lambda: coder)


@pytest.fixture(scope="session")
def client(desk: Desk) -> TestClient:
    return client_of(desk)
