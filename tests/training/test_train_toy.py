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


def test_a_teacher_is_trained_asked_and_heard(tmp_path: Path) -> None:
    import numpy as np
    from training.model import base_folder

    base, soft = str(base_folder()), tmp_path / "soft.npz"
    run("training.train", "--toy", "--base", base, "--output", str(tmp_path / "teacher"))
    run("training.teacher", "label", "--run", str(tmp_path / "teacher"), "--base", base, "--part", "1", "200",
        "--output", str(soft))  # fmt: skip
    with np.load(soft) as told:
        assert len(told["keys"]) == len(told["probabilities"]) > 100
        assert np.allclose(told["probabilities"].astype(float).sum(1), 1, atol=0.01)
    run("training.train", "--toy", "--soft", str(soft), "--output", str(tmp_path / "taught"))
    assert json.loads((tmp_path / "taught" / "run.json").read_text())["taught"]
