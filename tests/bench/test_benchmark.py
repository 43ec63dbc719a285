"""The benchmark runs; what it measures is not judged here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import corpora, dataset, faults, memory, pages

from detente.store import open_store


def test_benchmark_toy_prints_every_figure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--toy"], check=True, capture_output=True, text=True, timeout=300
    )
    for name in ("stock spaCy", "statements and actors add", "detente, frames", "peak memory", "detente --help"):
        assert name in done.stdout
    assert re.findall("(?m)^[a-z ]+(?=: 3 articles)", done.stdout) == ["dense reports", "mixed news"]


def test_mixed_news_are_distinct_articles_of_about_500_words() -> None:
    articles = corpora.mixed(60)
    assert len({article.text for article in articles}) == 60
    assert not [a.id for a in articles if not 350 < len(a.text.split()) < 900 or "{" in a.text]
    assert corpora.mixed(60) == articles


def test_memory_is_told_ten_times_on_the_way() -> None:
    taken = list(memory.samples(20))
    assert [done for done, _, _ in taken] == list(range(2, 21, 2))
    assert all(held > 50 for _, held, _ in taken)


def test_page_benchmark_toy_times_pages_on_all_records(capsys: pytest.CaptureFixture[str]) -> None:
    pages.main(["--toy", "--events", "1000"])
    told = capsys.readouterr().out
    assert told.count("/relation/RUS/USA\n") == 3
    assert "1,000 imported rows" in told
    number = re.search(r"made ([\d,]+) events", told)
    assert number
    assert int(number[1].replace(",", "")) >= 1000


def test_import_benchmark_toy_prints_rate_and_memory() -> None:
    command = [sys.executable, "-m", "benchmarks.formats", "--toy"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert [line.split(" rows, ")[0] for line in lines] == ["gdelt2: 500", "gdelt2: 1,000"]
    assert all("rows per processor second" in line and "peak memory" in line for line in lines)


def test_dataset_toy_asks_its_questions_of_a_generated_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    dataset.main(["--toy"])
    told = capsys.readouterr().out
    assert told.startswith("generated 4,000 events")
    assert told.count("of the processor") == 3
    assert dataset.generate(tmp_path, 4000) == 4000
    with open_store(tmp_path, read_only=True) as store:
        assert len(dataset.monthly(store, "USA", "DEU")) == 120
        assert dataset.week(store)


def test_clusters_toy_prints_its_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.clusters", "--toy"], check=True, capture_output=True, text=True, timeout=300
    )
    assert "generated reports of one pair" in done.stdout


def test_faults_toy_kills_and_compares(capsys: pytest.CaptureFixture[str]) -> None:
    assert faults.main(["--toy", "--workers", "1"]) == 0
    assert "2 kills, " in capsys.readouterr().out
