"""The shipped encoder: its contract, and floors that a change of weights must not fall below."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.encoder import LABELS, MODALITIES, Pair, load_encoder
from detente.encoder.marking import SpanError, mark
from detente.encoder.relate import relate
from detente.errors import ModelMissing

SYMMETRY = Path(__file__).parent / "data" / "symmetry.jsonl"
FLOOR_SYMMETRY = 0.78
TEXT = "Portugal has expelled two Angolan diplomats for spying."


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


def test_scores_are_probabilities_over_all_labels(encoder) -> None:
    (scores,) = encoder.score([Pair(TEXT, (0, 8), (26, 33))])
    assert set(scores.types) == set(LABELS)
    assert set(scores.modality) == set(MODALITIES)
    assert sum(scores.types.values()) == pytest.approx(1, abs=1e-3)
    assert scores.best == "SANCTION"


def test_batch_gives_what_single_gives(encoder) -> None:
    pairs = [
        Pair(TEXT, (0, 8), (26, 33)),
        Pair("Peru thanked Chile. " * 20, (0, 4), (13, 18)),
        Pair(TEXT, (26, 33), (0, 8)),
    ]
    together = encoder.score(pairs)
    for pair, scores in zip(pairs, together, strict=True):
        (alone,) = encoder.score([pair])
        assert alone.best_event == scores.best_event
        assert alone.types["SANCTION"] == pytest.approx(scores.types["SANCTION"], abs=0.05)


def test_bad_spans_are_errors_of_their_item_only(encoder) -> None:
    bad, good = encoder.score([Pair(TEXT, (0, 0), (26, 33)), Pair(TEXT, (0, 8), (26, 33))])
    assert bad.error
    assert bad.best is None
    assert good.best == "SANCTION"


def test_long_text_keeps_both_spans() -> None:
    text = "Kenya " + "said many things and " * 200 + "Uganda"
    marked = mark(text, (0, 5), (len(text) - 6, len(text)))
    assert len(marked) < 800
    assert "[S] Kenya [/S]" in marked
    assert "[T] Uganda [/T]" in marked


def test_nested_spans_are_told_apart_and_equal_ones_refused() -> None:
    assert mark("Libyan army", (0, 11), (0, 6)) == "[T] Libyan [/T]  [S]  army [/S]"
    with pytest.raises(SpanError):
        mark("Libyan army", (0, 6), (0, 6))


def test_relate_names_bad_records_and_goes_on() -> None:
    items = [
        {"id": 1, "text": TEXT, "source": [0, 8], "target": [26, 33]},
        {"id": 2, "text": TEXT},
        ValueError("no JSON"),
    ]
    good, short, broken = relate(items)
    assert (good["event"], good["quad"], good["id"]) == ("SANCTION", 4, 1)
    assert short["line"] == 2
    assert "source" in short["error"]
    assert broken["line"] == 3


def test_absent_model_is_named(tmp_path: Path) -> None:
    from detente.encoder import RelationEncoder

    with pytest.raises(ModelMissing, match=r"relation\.onnx"):
        RelationEncoder(tmp_path)


def test_direction_matters(encoder) -> None:
    rows = [json.loads(line) for line in SYMMETRY.read_text(encoding="utf-8").splitlines()]
    scores = encoder.score([Pair(r["text"], tuple(r["source"]), tuple(r["target"])) for r in rows])
    right = sum(s.best == r["expected"] for r, s in zip(rows, scores, strict=True))
    assert right / len(rows) >= FLOOR_SYMMETRY
