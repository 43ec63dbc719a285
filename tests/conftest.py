"""Settings and fixtures of all tests."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from detente.coding import Coder
from detente.run import ingest

# The same examples on every run: a failure here is a failure everywhere.
settings.register_profile(
    "detente", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("detente")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "train: needs torch; run in an environment of its own by .ci/run")
    config.addinivalue_line("markers", "ray: needs Ray; run in an environment of its own by .ci/run")
    config.addinivalue_line("markers", "package: builds the wheel and installs it")


@pytest.fixture(scope="session")
def coder() -> Coder:
    """Frames alone: its answers don't change with the encoder's weights."""
    return Coder(encoder=False)


@pytest.fixture(scope="session")
def samples() -> list[dict[str, Any]]:
    """The bundled articles, as they stand in the file."""
    lines = files("detente.samples").joinpath("corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory, coder: Coder) -> Path:
    """The bundled articles in a store, coded with frames alone."""
    path = tmp_path_factory.mktemp("samples") / "samples.duckdb"
    with as_file(files("detente.samples").joinpath("corpus.jsonl")) as corpus:
        ingest([corpus], path, make_coder=lambda: coder)
    return path
