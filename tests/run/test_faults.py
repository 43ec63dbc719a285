"""What goes wrong around an ingest: killed at any moment, no room, no right to write, two that write at once."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import fake_coder
import pytest
from benchmarks.faults import export_of, kill_at_random

from detente.errors import StoreLocked
from detente.run import ingest
from detente.store import open_store
from detente.store.queries import counts

HERE = Path(__file__).parent
SCRIPT = """
import resource, sys
sys.path.insert(0, sys.argv[1])
import fake_coder
from detente.ingest.admission import language_of
from detente.run import local
from detente.cli import main

language_of("The library unpacks its model into a temporary file first.")
local.default_coder = lambda encoder: fake_coder.make()
if len(sys.argv) > 4:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
main(["ingest", sys.argv[2], "--store", sys.argv[3]])
"""


def corpus(folder: Path, number: int = 60) -> Path:
    words = " ".join(f"the envoy spoke of item {i}" for i in range(200))
    rows = [{"id": f"n{i}", "text": f"On day {i} Russia said {words}, {'very ' * i}little."} for i in range(number)]
    path = folder / "corpus.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def ingest_apart(
    path: Path, store: Path, *file_size: str, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, held to files of that size."""
    command = [sys.executable, "-c", SCRIPT, str(HERE), str(path), str(store), *file_size]
    return subprocess.run(command, capture_output=True, text=True, preexec_fn=before)


@pytest.mark.parametrize("workers", [1, 2])
def test_ingest_killed_at_random_moments_ends_as_if_undisturbed(tmp_path: Path, workers: int) -> None:
    killed = kill_at_random(tmp_path, kills=3, articles=60, workers=workers, seed=workers)
    assert killed.cut_short >= 1
    assert killed.ended == killed.undisturbed
    assert killed.undisturbed.count("\n") == 120


@pytest.mark.parametrize("limit", [10_000, 500_000, 900_000, 1_600_000])
def test_full_disk_is_named_and_loses_nothing(tmp_path: Path, limit: int) -> None:
    """A limit on the size of files stands for the full disk; DuckDB meets it in the same places."""
    path, store = corpus(tmp_path), tmp_path / "s"
    done = ingest_apart(path, store, str(limit))
    assert done.returncode == 1
    assert f"{store}: no room to write" in done.stderr
    assert "Free some space" in done.stderr
    assert [each.name for each in tmp_path.glob("s.*.new*")] == []
    if store.exists():
        with open_store(store) as opened:
            found = counts(opened)
            assert found["events"] == 2 * found["articles"] < 120
    summary = ingest([path], store, make_coder=fake_coder.make)
    assert summary.coded + summary.present == 60
    ingest([path], tmp_path / "other", make_coder=fake_coder.make)
    assert export_of(store) == export_of(tmp_path / "other")


def give_up_overriding() -> None:
    """Root may write everywhere; without this right it is held to the rights of files as others are."""
    drop_from_bounding_set, override_rights = 24, 1
    ctypes.CDLL(None).prctl(drop_from_bounding_set, override_rights, 0, 0, 0)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_store_that_is_read_only_is_named_and_stays_as_it_is(tmp_path: Path, what: str) -> None:
    path, folder = corpus(tmp_path, 5), tmp_path / "kept"
    folder.mkdir()
    store = folder / "s"
    ingest([path], store, make_coder=fake_coder.make)
    before = store.read_bytes()
    (store if what == "file" else folder).chmod(0o444 if what == "file" else 0o555)
    done = ingest_apart(corpus(tmp_path, 9), store, before=give_up_overriding)
    folder.chmod(0o755)
    assert done.returncode == 1
    assert f"{store}: the file or its folder is not writable; copy it" in done.stderr
    assert store.read_bytes() == before
    assert os.listdir(folder) == ["s"]


def test_two_writers_the_second_is_told_and_the_first_loses_nothing(tmp_path: Path) -> None:
    path, store = corpus(tmp_path), tmp_path / "s"
    with open_store(store) as first:
        second = ingest_apart(path, store)
        assert second.returncode == 1
        assert f"{store}: process {os.getpid()} has the store open for writing" in second.stderr
        assert "use another --store" in second.stderr
        assert ingest([path], first, make_coder=fake_coder.make).coded == 60
        with pytest.raises(StoreLocked, match="open for writing"):
            open_store(store, read_only=True)
    ingest([path], tmp_path / "other", make_coder=fake_coder.make)
    assert export_of(store) == export_of(tmp_path / "other")
