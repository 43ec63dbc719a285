from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from detente.store import Store, open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "run"))  # fake_coder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "s.duckdb") as opened:
        yield opened
