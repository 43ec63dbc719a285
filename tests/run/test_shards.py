"""The steps on shards, one after the other in this process, without an engine."""

from __future__ import annotations

import json
from pathlib import Path

import fake_coder
import pytest

from detente.config import Settings
from detente.errors import StoreError, StoreFull
from detente.run import IngestSummary, ingest
from detente.run.pool import WorkerPool
from detente.run.shards import Job, Planner, absorb, code_shard, digest, manifest, read_part, report
from detente.store import open_store
from detente.store.dataset import TABLES, Dataset, gather

SETTINGS = Settings(chunk_size=2, shard_articles=3)


def corpus(folder: Path, day: int = 0) -> Path:
    rows = [{"id": f"n{day}-{i}", "text": f"Russia said {'very ' * i}little on day {day}."} for i in range(7)]
    path = folder / f"{day}.jsonl"
    path.write_text("\n".join([*map(json.dumps, rows), "nope"]))
    return path


def job(dataset: Path, run: str) -> Job:
    return Job(str(dataset), run, "1.0.0", fake_coder.make, None, SETTINGS)


def planned(paths: list[Path], dataset: Path, run: str = "0001") -> Job:
    made = job(dataset, run)
    made.dataset.create()
    parts = manifest(paths, made)["parts"]
    for number, files in enumerate(parts):
        read_part(made, number, files)
    Planner(made).write(len(parts))
    return made


def code(made: Job, shards: list[int] | None = None) -> IngestSummary:
    total = IngestSummary()
    plan = made.dataset.folder.parquet(made.place("plan.shards"))
    with WorkerPool(made.make_coder, 1) as pool:
        for shard in range(plan.num_row_groups) if shards is None else shards:
            (row,) = plan.read_row_group(shard).to_pylist()
            absorb(total, report(code_shard(made, pool, shard, row)), before=False)
    return total


def rows(store: Path) -> dict[str, list[str]]:
    with open_store(store, read_only=True) as opened:
        return {name: [repr(row) for row in opened.rows(f"SELECT * FROM {name} ORDER BY ALL")] for name in TABLES}


def test_shards_give_the_rows_of_the_local_engine(tmp_path: Path) -> None:
    paths = [corpus(tmp_path, 1), corpus(tmp_path, 2)]
    total = code(planned(paths, tmp_path / "d"))
    local = ingest(paths, tmp_path / "s", make_coder=fake_coder.make, settings=SETTINGS)
    assert (total.read, total.coded, total.rejected) == (16, 14, {"bad_json": 2}) == (
        local.read, local.coded, local.rejected
    )  # fmt: skip
    with open_store(tmp_path / "g") as store:
        written = gather(tmp_path / "d", store)
    assert (written["articles"], written["events"], written["input_rejections"]) == (14, 28, 2)
    assert rows(tmp_path / "g") == rows(tmp_path / "s")


def test_shard_without_its_mark_does_not_count_and_is_dropped(tmp_path: Path) -> None:
    made = planned([corpus(tmp_path)], tmp_path / "d")
    code(made)
    made.dataset.folder.delete(made.place("done/000001.json"))
    assert made.dataset.files("events") == ["events/0001-000000.parquet", "events/0001-000002.parquet"]
    made.dataset.drop_unfinished("0001")
    left = sorted(path.name for path in (tmp_path / "d" / "events").iterdir())
    assert left == ["0001-000000.parquet", "0001-000002.parquet", "schema.parquet"]


def test_later_run_plans_only_what_is_new(tmp_path: Path) -> None:
    first = corpus(tmp_path, 1)
    code(planned([first], tmp_path / "d"))
    total = code(planned([first, corpus(tmp_path, 2)], tmp_path / "d", "0002"))
    assert (total.coded, total.present) == (7, 7)


def test_manifest_changes_with_what_it_is_made_of(tmp_path: Path) -> None:
    path, made = corpus(tmp_path), job(tmp_path / "d", "")
    before = digest(manifest([path], made))
    assert digest(manifest([path], made)) == before
    path.write_text(path.read_text() + "\n{}")
    assert digest(manifest([path], made)) != before


def test_gather_wants_a_dataset_and_an_empty_store(tmp_path: Path) -> None:
    path = corpus(tmp_path)
    code(planned([path], tmp_path / "d"))
    ingest([path], tmp_path / "s", make_coder=fake_coder.make)
    with open_store(tmp_path / "s") as store:
        with pytest.raises(StoreError, match="not empty"):
            gather(tmp_path / "d", store)
        with pytest.raises(StoreError, match="no dataset here"):
            gather(tmp_path / "none", store)


def write_half(dataset: Dataset) -> None:
    with dataset.folder.writing("a/b") as stream, open("/dev/full", "wb", buffering=0) as full:
        stream.write(b"half")
        full.write(b"rest")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only where there is a device that is always full")
def test_full_disk_is_named_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreFull, match=f"{tmp_path / 'd'}: no room to write"):
        write_half(Dataset(tmp_path / "d"))
    assert list((tmp_path / "d" / "a").iterdir()) == []
