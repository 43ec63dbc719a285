from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_coder
import pytest

from detente.config import Settings
from detente.errors import DetenteError
from detente.run import IngestSummary, ingest
from detente.store import open_store
from detente.store.export import export_jsonl
from detente.store.queries import articles, counts, events, rejections

HERE = Path(__file__).parent


def corpus(folder: Path, number: int = 10, **special: str) -> Path:
    """Articles about Russia; `special` gives an extra sentence to the article of that number ("n3")."""
    path = folder / "corpus.jsonl"
    rows = [
        {"id": f"n{i}", "text": f"On day {i} of the talks Russia said {'very ' * i}little. {special.get(f'n{i}', '')}"}
        for i in range(number)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def test_ingest_codes_once_and_then_passes_over(tmp_path: Path) -> None:
    path = corpus(tmp_path)
    first = ingest([path], tmp_path / "s", make_coder=fake_coder.make)
    again = ingest([path], tmp_path / "s", make_coder=fake_coder.make)
    assert (first.read, first.coded, first.present, first.events) == (10, 10, 0, 20)
    assert (again.read, again.coded, again.present, again.failed) == (10, 0, 10, False)
    newer = ingest([path], tmp_path / "s", make_coder=fake_coder.make_newer)
    assert newer.coded == 10
    with open_store(tmp_path / "s") as store:
        assert counts(store)["events"] == 20
        assert len(store.rows("SELECT * FROM events")) == 40


def test_workers_give_the_same_store(tmp_path: Path) -> None:
    path = corpus(tmp_path, 40)
    texts = []
    for workers in (1, 2):
        with open_store(tmp_path / f"s{workers}") as store:
            ingest([path], store, workers=workers, make_coder=fake_coder.make, settings=Settings(chunk_size=3))
            out = io.StringIO()
            export_jsonl(store, out)
            texts.append(out.getvalue())
            assert [row["id"] for row in store.rows("SELECT id FROM articles")] == [f"n{i}" for i in range(40)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("workers", [1, 2])
def test_article_that_the_coder_fails_on_is_named(tmp_path: Path, workers: int) -> None:
    path = corpus(tmp_path, n3="FAIL NOW")
    summary = ingest([path], tmp_path / "s", workers=workers, make_coder=fake_coder.make)
    assert (summary.coded, summary.rejected) == (9, {"coder_failed": 1})
    assert (summary.named[0].line, summary.named[0].detail) == (4, "ValueError: told to fail")
    assert summary.failed


def test_dead_worker_costs_one_article(tmp_path: Path) -> None:
    path = corpus(tmp_path, 14, n3="DIE NOW", n12="DIE NOW")
    settings = Settings(chunk_size=2)
    summary = ingest([path], tmp_path / "s", workers=2, make_coder=fake_coder.make, settings=settings)
    assert (summary.coded, summary.rejected) == (12, {"worker_died": 2})
    assert [each.line for each in summary.named] == [4, 13]


def test_bad_inputs_are_counted_and_kept(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "bad.jsonl").write_text("nope\n")
    paths = [tmp_path / "empty.txt", tmp_path / "bad.jsonl", tmp_path / "missing", corpus(tmp_path, 2)]
    summary = ingest(paths, tmp_path / "s", make_coder=fake_coder.make)
    assert (summary.coded, summary.read) == (2, 5)
    assert summary.rejected == {"empty": 1, "bad_json": 1, "missing_file": 1}
    with open_store(tmp_path / "s") as store:
        assert {(row["reason"], row["line"]) for row in rejections(store)} == {
            ("empty", None),
            ("bad_json", 1),
            ("missing_file", None),
        }


def test_archive_and_feed_are_passed_over_the_second_time(tmp_path: Path) -> None:
    paths = [HERE.parents[1] / "examples" / name for name in ("pages.warc", "feed.xml")]
    first = ingest(paths, tmp_path / "s", make_coder=fake_coder.make)
    again = ingest(paths, tmp_path / "s", make_coder=fake_coder.make)
    assert (first.coded, first.present, first.rejected) == (3, 0, {"no_page": 2, "no_text": 1})
    assert (again.coded, again.present, again.rejected) == (0, 3, {"no_page": 2, "no_text": 1})
    with open_store(tmp_path / "s") as store:
        assert len(rejections(store)) == 3


def test_file_whose_name_is_no_text_is_kept_as_rejected(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with open(os.fsencode(tmp_path) + b"/in/\xff.txt", "wb") as stream:
        stream.write(b"Too short")
    summary = ingest([tmp_path / "in"], tmp_path / "s", make_coder=fake_coder.make)
    assert summary.rejected == {"too_short": 1}
    with open_store(tmp_path / "s") as store:
        assert any("\\udcff.txt" in row["path"] for row in rejections(store))


def test_taken_id_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [{"id": "x", "text": f"Russia said on day {i} that it was ready."} for i in (1, 2)]
    path.write_text("\n".join(map(json.dumps, rows)))
    summary = ingest([path], tmp_path / "s", make_coder=fake_coder.make)
    again = ingest([path], tmp_path / "s", make_coder=fake_coder.make)
    assert (summary.coded, summary.rejected) == (1, {"id_taken": 1})
    assert (again.present, again.rejected) == (1, {"id_taken": 1})


def test_near_duplicates_are_marked_across_runs(tmp_path: Path) -> None:
    text = " ".join(f"Russia said word{i} and other{i} to the envoy." for i in range(40))
    for name, end in (("a", "One."), ("b", "Two.")):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": name, "text": f"{text} {end}"}))
        ingest([tmp_path / f"{name}.jsonl"], tmp_path / "s", make_coder=fake_coder.make)
    with open_store(tmp_path / "s") as store:
        assert [row["near_duplicate_of"] for row in articles(store)] == [None, "a"]


def test_progress_is_told(tmp_path: Path) -> None:
    seen: list[int] = []

    def progress(summary: IngestSummary) -> None:
        seen.append(summary.coded)

    ingest(
        [corpus(tmp_path, 7)],
        tmp_path / "s",
        make_coder=fake_coder.make,
        settings=Settings(chunk_size=3),
        progress=progress,
    )
    assert seen == [3, 6, 7, 7]


def broken_coder() -> fake_coder.FakeCoder:
    raise DetenteError("no model here")


@pytest.mark.parametrize("workers", [1, 2])
def test_coder_that_cannot_be_made_says_why(tmp_path: Path, workers: int) -> None:
    with pytest.raises(DetenteError, match="no model here"):
        ingest([corpus(tmp_path)], tmp_path / "s", workers=workers, make_coder=broken_coder)


SCRIPT = """
import sys, time
sys.path.insert(0, sys.argv[1])
import fake_coder
from detente.config import Settings
from detente.run import ingest

class Slow(fake_coder.FakeCoder):
    def code_article(self, article):
        time.sleep(0.002)
        return super().code_article(article)

print("ready", flush=True)
ingest([sys.argv[2]], sys.argv[3], make_coder=Slow, settings=Settings(chunk_size=4))
"""


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.3, 0.5, 0.8])
def test_killed_run_leaves_a_store_that_a_rerun_completes(tmp_path: Path, delay: float) -> None:
    path, target = corpus(tmp_path, 120), tmp_path / "s"
    arguments = [sys.executable, "-c", SCRIPT, str(HERE), str(path), str(target)]
    with subprocess.Popen(arguments, stdout=-1) as run:
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(delay)
        os.kill(run.pid, signal.SIGKILL)
    with open_store(target) as store:
        found = counts(store)
        assert found["events"] == 2 * found["articles"] == 2 * found["statements"]
    ingest([path], target, make_coder=fake_coder.make)
    with open_store(target) as store:
        assert counts(store)["articles"] == 120
        assert len(events(store)) == 240
        assert [row["id"] for row in store.rows("SELECT id FROM articles")] == [f"n{i}" for i in range(120)]
