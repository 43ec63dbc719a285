import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from detente.encoder import LABELS, MODALITIES, Pair, RelationEncoder, load_encoder
from detente.errors import DataError, ModelMissing

DATA = Path(__file__).parent / "data"
PAIRS = [
    Pair("Kenya has expelled two Tanzanian diplomats.", (0, 5), (23, 32)),
    Pair("Kenya has expelled two Tanzanian diplomats.", (23, 32), (0, 5)),
    Pair(
        "The rebels shelled the northern districts at dawn, residents told a radio station on Friday.",
        (4, 10),
        (23, 41),
    ),
    Pair("Norway sent medicine to Malawi.", (0, 6), (24, 30)),
]


@pytest.fixture(scope="module")
def encoder() -> RelationEncoder:
    return load_encoder(1)


def test_scores_are_probabilities_of_all_labels(encoder):
    for scores in encoder.score(PAIRS):
        assert tuple(scores.types) == LABELS
        assert tuple(scores.modality) == MODALITIES
        assert sum(scores.types.values()) == pytest.approx(1, abs=1e-4)
        assert sum(scores.modality.values()) == pytest.approx(1, abs=1e-4)


def test_the_order_of_the_items_is_kept(encoder):
    backwards = encoder.score(PAIRS[::-1])[::-1]
    assert [s.best for s in backwards] == [s.best for s in encoder.score(PAIRS)]


def test_scoring_twice_gives_the_same(encoder):
    assert encoder.score(PAIRS) == encoder.score(PAIRS)


def test_a_batch_gives_what_single_items_give(encoder):
    """Activations are rounded row by row: what else stands in the batch changes nothing."""
    together = encoder.score(PAIRS * 5)
    for scores, pair in zip(together, PAIRS * 5, strict=True):
        alone = encoder.score([pair])[0]
        assert np.allclose(list(scores.types.values()), list(alone.types.values()), atol=1e-5)


def test_a_bad_item_says_why_and_leaves_the_others_alone(encoder):
    found = encoder.score([PAIRS[0], Pair("", (0, 0), (0, 0)), Pair("Kenya", (0, 5), (0, 5)), PAIRS[3]])
    assert "empty" in found[1].error
    assert "overlap" in found[2].error
    assert found[1].best is None
    assert (found[0].error, found[3].best) == (None, "AID")


def test_no_items_give_no_scores(encoder):
    assert encoder.score([]) == []


def test_a_very_long_text_is_read_around_its_spans(encoder):
    filler = "The weather in the capital was fine, and nobody spoke of anything else. " * 400
    text = f"{filler}Norway sent medicine to Malawi. {filler}"
    start = text.index("Norway")
    scores = encoder.score([Pair(text, (start, start + 6), (start + 24, start + 30))])[0]
    assert scores.best == "AID"


def test_stream_reads_no_more_than_a_chunk_ahead(encoder):
    read = []

    def source():
        for pair in PAIRS * 3:
            read.append(pair)
            yield pair

    stream = encoder.stream(source(), chunk=4)
    next(stream)
    assert len(read) == 4
    assert len(list(stream)) == 11


def test_an_encoder_survives_pickling(encoder):
    assert pickle.loads(pickle.dumps(encoder)).score(PAIRS[:1]) == encoder.score(PAIRS[:1])


def test_missing_files_are_named(tmp_path):
    (tmp_path / "meta.json").write_text("{}")
    with pytest.raises(ModelMissing, match=r"relation\.onnx, tokenizer\.json missing"):
        RelationEncoder(tmp_path)


def test_weights_with_other_labels_are_refused(encoder, tmp_path):
    for name in ("relation.onnx", "tokenizer.json", "meta.json"):
        (tmp_path / name).symlink_to(encoder.folder / name)
    meta = json.loads((encoder.folder / "meta.json").read_text())
    (tmp_path / "meta.json").unlink()
    (tmp_path / "meta.json").write_text(json.dumps(meta | {"labels": ["WAR", "PEACE"]}))
    with pytest.raises(DataError, match="labels"):
        RelationEncoder(tmp_path)


def test_version_is_the_hash_of_the_weights(encoder):
    import hashlib

    content = (encoder.folder / "relation.onnx").read_bytes()
    assert encoder.version == hashlib.sha256(content).hexdigest()[:12]


def test_the_shipped_files_stay_below_40_megabytes(encoder):
    assert sum(path.stat().st_size for path in encoder.folder.iterdir()) < 40e6


def symmetry() -> list[dict]:
    return [json.loads(line) for line in (DATA / "symmetry.jsonl").read_text(encoding="utf-8").splitlines()]


def test_symmetry_swapping_changes_the_answer(encoder):
    """Both orders of each sentence are asked; every reverse is NONE. The floors are the aims of the issue."""
    rows = symmetry()
    assert len(rows) >= 200
    found = encoder.score([Pair(row["text"], tuple(row["source"]), tuple(row["target"])) for row in rows])
    changed = [a.best != b.best for a, b in zip(found[::2], found[1::2], strict=True)]
    right = [scores.best == row["expected"] for scores, row in zip(found, rows, strict=True)]
    assert np.mean(changed) >= 0.95
    assert np.mean(right) >= 0.92
