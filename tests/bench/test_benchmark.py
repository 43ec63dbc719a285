"""The benchmark runs; what it measures is not judged here."""

from __future__ import annotations

import subprocess
import sys


def test_benchmark_toy_prints_every_figure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--toy"], check=True, capture_output=True, text=True, timeout=300
    )
    for name in ("stock spaCy", "detente, frames", "peak memory", "detente --help"):
        assert name in done.stdout


def test_clusters_toy_prints_its_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.clusters", "--toy"], check=True, capture_output=True, text=True, timeout=300
    )
    assert "generated reports of one pair" in done.stdout
