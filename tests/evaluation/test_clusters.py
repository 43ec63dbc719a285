"""The scorer on groups that can be reckoned by hand, and the floors on our own marked reports."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from detente.evaluation import evaluate
from detente.evaluation.clusters import b_cubed, score_clusters

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
MODEL = ROOT / "src" / "detente" / "encoder" / "model" / "relation.onnx"


def test_b_cubed_by_hand() -> None:
    gold = {"1": "a", "2": "a", "3": "b", "4": "b"}
    assert b_cubed(gold, {"1": 0, "2": 0, "3": 1, "4": 1}) == {"p": 1.0, "r": 1.0, "f1": 1.0}
    assert b_cubed(gold, dict.fromkeys(gold, 0)) == {"p": 0.5, "r": 1.0, "f1": 0.6667}
    assert b_cubed(gold, {"1": 0, "2": 0, "3": 0}) == {"p": 0.6667, "r": 0.75, "f1": 0.7059}


def test_scores_tell_what_was_not_found() -> None:
    golds = [{"id": n, "event": "a" if n < "3" else "b", "held_out": n > "2"} for n in "1234"]
    scores = score_clusters(golds, {"1": 0, "2": 0, "3": 1})
    assert scores["all"]["found"] == 3
    assert scores["all"]["f1"] == 1.0
    assert scores["all"]["with_missed"] == 0.8571
    assert scores["held_out"]["reports"] == 2
    assert list(score_clusters([{"id": "1", "event": "a"}], {})) == ["all"]


def test_evaluate_joins_what_two_articles_tell(tmp_path: Path) -> None:
    texts = ("Norway expelled two Russian diplomats on Monday.", "Two Russian diplomats were expelled by Norway.")
    lines = [
        {"id": str(i), "text": text, "published": "2021-03-01", "event": "x", "told": [at, at + len("expelled")]}
        for i, text in enumerate(texts)
        for at in [text.index("expelled")]
    ]
    other = "Norway praised Russia on Monday."
    lines.append({"id": "2", "text": other, "published": "2021-03-01", "event": "y", "told": [7, 14]})
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    scores = evaluate("clusters", gold, encoder=False)["all"]
    assert (scores["found"], scores["groups"], scores["f1"]) == (3, 2, 1.0)


def test_marked_reports_are_built_from_their_text() -> None:
    spec = importlib.util.spec_from_file_location("data_build", DATA / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    made = [record for block in build.blocks("clusters.marked.txt") for record in build.cluster_records(*block)]
    kept = [json.loads(line) for line in (DATA / "clusters.jsonl").read_text(encoding="utf-8").splitlines()]
    assert made == kept, "run `python tests/data/build.py`"


@pytest.mark.skipif(not MODEL.exists(), reason="the encoder's weights are not in this checkout")
def test_clusters_stay_above_their_floors() -> None:
    scores = evaluate("clusters", DATA / "clusters.jsonl")
    assert scores["all"]["found"] >= 300
    assert scores["all"]["found_events"] >= 85
    assert scores["all"]["f1"] >= 0.91
    assert scores["tuned"]["f1"] >= 0.92
    assert scores["held_out"]["f1"] >= 0.895
