"""Training from text to shipped files, at toy size; runs where torch is installed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]


def test_toy_run_gives_an_encoder_that_scores(tmp_path: Path) -> None:
    run("training.train", "--toy", "--output", str(tmp_path / "run"))
    figures = json.loads((tmp_path / "run" / "run.json").read_text())
    assert figures["sentences"] == 100
    run("training.export", "--run", str(tmp_path / "run"), "--output", str(tmp_path / "model"))
    from detente.encoder import LABELS, Pair, RelationEncoder

    (scores,) = RelationEncoder(tmp_path / "model").score([Pair("Peru thanked Chile.", (0, 4), (13, 18))])
    assert set(scores.types) == set(LABELS)
