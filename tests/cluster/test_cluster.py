"""The Ray engine gives what the local one gives, row for row, whatever dies on the way."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import fake_coder
import pytest
import ray_coders
from benchmarks.faults import kill_at_random

from detente.cli import main
from detente.config import Settings
from detente.errors import StoreError, StoreLocked
from detente.run import ingest
from detente.run.cluster import Resources, ingest_on_ray
from detente.store import open_store
from detente.store.dataset import TABLES, Dataset, gather
from detente.store.export import export_jsonl

pytest.importorskip("ray")
pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("ignore")]
SETTINGS = Settings(chunk_size=3, shard_articles=5)


def corpus(folder: Path, **special: str) -> list[Path]:
    """Three files: with a repeated article, a near duplicate, a taken id, a line that is no JSON, and one too short."""
    words = " ".join(f"of item {i} and the envoy" for i in range(60))
    texts = [f"Russia said on day {i}, {words} {' '.join(f'x{i}y{j}' for j in range(200))}." for i in range(24)]
    rows = [{"id": f"n{i}", "text": f"{text} {special.get(f'n{i}', '')}"} for i, text in enumerate(texts)]
    near = {"id": "near", "text": rows[2]["text"] + " It said no more."}
    taken = {"id": "n1", "text": "Russia said in another text that it was ready for talks."}
    lines = [json.dumps(row) for row in rows]
    (folder / "a.jsonl").write_text("\n".join(lines[:12]))
    (folder / "b.jsonl").write_text("\n".join([json.dumps(near), "nope", lines[0], json.dumps(taken), *lines[12:]]))
    (folder / "c.txt").write_text("short")
    return [folder / "a.jsonl", folder / "b.jsonl", folder / "c.txt", folder / "missing.txt"]


def on_ray(paths: list[Path], dataset: Path, **more: Any) -> Any:
    options = {"workers": 2, "settings": SETTINGS, "make_coder": fake_coder.make, "resources": Resources(0.5), **more}
    return ingest_on_ray(paths, dataset, **options)


# Which reports tell one event is worked out over all shards: when they are gathered, or when it is asked for.
SETTLED = frozenset({"telling", "place", "area", "area_size"})


def told(row: dict[str, Any], left_out: frozenset[str]) -> str:
    return repr({name: value for name, value in row.items() if name not in left_out})


def rows_of_dataset(path: Path) -> dict[str, list[str]]:
    dataset = Dataset(path)
    return {
        name: sorted(told(row, SETTLED) for table in dataset.tables(name) for row in table.to_pylist())
        for name in TABLES
    }


def rows_of_store(path: Path, left_out: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    with open_store(path, read_only=True) as store:
        tables = {name: store.arrow(f"SELECT * FROM {name}") for name in TABLES}
        return {name: sorted(told(row, left_out) for row in table.to_pylist()) for name, table in tables.items()}


def export(path: Path) -> str:
    out = io.StringIO()
    with open_store(path) as store:
        export_jsonl(store, out)
    return out.getvalue()


def same_as_local(paths: list[Path], dataset: Path, folder: Path) -> None:
    local, gathered = folder / "local", folder / "gathered"
    ingest(paths, local, make_coder=fake_coder.make, settings=SETTINGS)
    assert rows_of_dataset(dataset) == rows_of_store(local, SETTLED)
    with open_store(gathered) as store:
        gather(dataset, store)
    assert rows_of_store(gathered) == rows_of_store(local)
    assert export(gathered) == export(local) != ""


def test_results_equal_those_of_the_local_engine(cluster: Any, tmp_path: Path) -> None:
    paths = corpus(tmp_path, n7="FAIL NOW", n9="DIE NOW")
    local = ingest(paths, tmp_path / "s", workers=2, make_coder=fake_coder.make, settings=SETTINGS)
    summary = on_ray(paths, tmp_path / "d")
    assert summary.rejected == local.rejected
    assert summary.rejected == {
        "coder_failed": 1, "worker_died": 1, "bad_json": 1, "id_taken": 1, "too_short": 1, "missing_file": 1
    }  # fmt: skip
    assert sorted(map(str, summary.named)) == sorted(map(str, local.named))
    for name in ("read", "coded", "present", "near_duplicates", "events", "statements", "failures"):
        assert getattr(summary, name) == getattr(local, name), name
    assert rows_of_dataset(tmp_path / "d") == rows_of_store(tmp_path / "s", SETTLED)
    assert rows_of_store(tmp_path / "s")["articles"] != []


def test_second_run_passes_over_what_is_coded_and_takes_what_is_new(cluster: Any, tmp_path: Path) -> None:
    paths = corpus(tmp_path)
    first = on_ray(paths[:1], tmp_path / "d")
    second = on_ray(paths, tmp_path / "d")
    assert (first.coded, second.coded, second.present) == (12, 13, 13)
    same_as_local(paths, tmp_path / "d", tmp_path)
    newer = on_ray(paths, tmp_path / "d", make_coder=fake_coder.make_newer)
    assert newer.coded == 25
    ingest(paths, tmp_path / "local", make_coder=fake_coder.make_newer, settings=SETTINGS)
    with open_store(tmp_path / "again") as store:
        gather(tmp_path / "d", store)
    assert rows_of_store(tmp_path / "again") == rows_of_store(tmp_path / "local")


def test_worker_killed_in_a_shard_loses_and_repeats_nothing(cluster: Any, tmp_path: Path) -> None:
    paths, marker = corpus(tmp_path, n14="KILL NOW"), tmp_path / "killed"
    summary = on_ray(paths, tmp_path / "d", make_coder=ray_coders.killing(marker))
    assert marker.exists()
    assert summary.coded == 25
    same_as_local(paths, tmp_path / "d", tmp_path)


def test_ingest_killed_at_random_moments_ends_as_if_undisturbed(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    killed = kill_at_random(tmp_path, kills=3, articles=80, workers=2, seed=4, engine="ray")
    assert killed.cut_short >= 1
    assert killed.ended == killed.undisturbed
    assert killed.undisturbed.count("\n") == 160


def test_shard_that_cannot_be_written_is_named_and_the_others_go_on(cluster: Any, tmp_path: Path) -> None:
    paths, dataset = corpus(tmp_path), tmp_path / "d"
    Dataset(dataset).create()
    blocked = dataset / "codings" / "0001-000001.parquet"
    (blocked / "in the way").mkdir(parents=True)
    broken = on_ray(paths, dataset)
    assert broken.rejected["shard_failed"] == 1
    assert broken.failed
    (named,) = [each for each in broken.named if each.reason == "shard_failed"]
    assert named.path == f"{dataset}, shard 1"
    assert str(dataset) in named.detail
    (blocked / "in the way").rmdir()
    blocked.rmdir()
    mended = on_ray(paths, dataset)
    assert (broken.coded + mended.coded, mended.present - broken.present) == (25, broken.coded)
    same_as_local(paths, dataset, tmp_path)


def test_two_writers_the_second_is_told(cluster: Any, tmp_path: Path) -> None:
    def second(*_: object) -> None:
        with pytest.raises(StoreLocked, match=f"{tmp_path / 'd'}: another run writes"):
            on_ray(paths, tmp_path / "d")
        told.append(True)

    paths, told = corpus(tmp_path), []
    on_ray(paths, tmp_path / "d", progress=second)
    assert told
    same_as_local(paths, tmp_path / "d", tmp_path)


def test_dataset_and_inputs_at_addresses(cluster: Any, tmp_path: Path) -> None:
    paths = corpus(tmp_path)
    ingest_on_ray(
        [f"file://{path}" for path in paths[:2]], f"file://{tmp_path}/d",
        workers=1, settings=SETTINGS, make_coder=fake_coder.make, resources=Resources(0.5),
    )  # fmt: skip
    ingest(paths[:2], tmp_path / "s", make_coder=fake_coder.make, settings=SETTINGS)
    assert rows_of_dataset(tmp_path / "d")["codings"] == rows_of_store(tmp_path / "s")["codings"] != []


def test_folder_of_something_else_is_refused(cluster: Any, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "letter.txt").touch()
    with pytest.raises(StoreError, match="holds other files"):
        on_ray(corpus(tmp_path), tmp_path / "d")


def test_machine_that_is_lost_costs_nothing(cluster: Any, tmp_path: Path) -> None:
    """A third worker is taken away after the first shard."""
    node = cluster.add_node(num_cpus=2, object_store_memory=80_000_000)

    def lose(*_: object) -> None:
        if not lost:
            cluster.remove_node(node, allow_graceful=False)
            lost.append(True)

    paths, lost = corpus(tmp_path), []
    summary = on_ray(paths, tmp_path / "d", workers=6, make_coder=fake_coder.make_slow, progress=lose)
    assert lost
    assert (summary.coded, summary.rejected["shard_failed"]) == (25, 0)
    same_as_local(paths, tmp_path / "d", tmp_path)


def test_command_names_failures_and_has_exit_code_1(
    cluster: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """With the real coder."""
    (tmp_path / "a.txt").write_text("Norway expelled two Russian diplomats on Thursday, officials said.")
    paths = [str(tmp_path / "a.txt"), str(tmp_path / "none.txt")]
    with pytest.raises(SystemExit) as ended:
        main(["ingest", *paths, "--engine", "ray", "--store", str(tmp_path / "d"), "--no-encoder"])
    out, err = capfd.readouterr()
    assert ended.value.code == 1
    assert f"{tmp_path / 'd'}: 1 articles coded (0 near duplicates), 1 events" in out
    assert f"detente: {paths[1]}: missing_file: the file does not exist" in err
