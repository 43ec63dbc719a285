import json

import pytest

from detente.encoder import relate

RECORD = {"id": "r1", "text": "Norway sent medicine to Malawi.", "source": [0, 6], "target": [24, 30]}


def test_a_record_gets_event_quad_modality_confidence_and_all_scores():
    (found,) = relate([RECORD])
    assert list(found) == ["id", "event", "quad", "modality", "confidence", "scores"]
    assert (found["id"], found["event"], found["quad"], found["modality"]) == ("r1", "AID", 2, "actual")
    assert len(found["scores"]) == 17
    assert found["confidence"] == found["scores"]["AID"]


def test_no_relation_has_no_quad_and_no_modality():
    (found,) = relate([RECORD | {"source": [24, 30], "target": [0, 6]}])
    assert (found["event"], found["quad"], found["modality"]) == ("NONE", None, None)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"id": "x", "text": "Norway", "source": [0, 6]}, "no target"),
        (RECORD | {"text": None}, "NoneType"),
        (RECORD | {"source": "0-6"}, "code points expected"),
        (RECORD | {"source": [0, True]}, "code points expected"),
        (RECORD | {"source": [0, 0]}, "empty"),
        (RECORD | {"source": [24, 30]}, "overlap"),
        (["no", "object"], "no JSON object"),
        (json.JSONDecodeError("Expecting value", "{", 1), "Expecting value"),
    ],
)
def test_a_bad_record_is_named_by_line_and_the_rest_is_answered(bad, reason):
    first, second, third = relate([RECORD, bad, RECORD])
    assert reason in second["error"]
    assert second["line"] == 2
    assert first == third
    assert "event" in first


def test_relate_streams_and_counts_lines_over_blocks():
    found = list(relate(iter([RECORD, {}] * 20), chunk=7))
    assert [item["line"] for item in found if "error" in item] == list(range(2, 41, 2))
