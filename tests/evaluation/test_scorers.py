"""Scorers on small hand-made golds whose figures can be reckoned by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detente.errors import InputError, UnknownCode
from detente.evaluation import evaluate
from detente.evaluation.events import score_events, triples
from detente.evaluation.quotes import quoted_stretches, score_quotes
from detente.evaluation.relations import calibration_error, macro_f1, score_relations


def event(source: list[str], type_: str, target: list[str], modality: str = "actual", reader: str = "A") -> dict:
    return {"source": source, "event": type_, "target": target, "modality": modality, "reader": reader}


def test_events_recall_counts_agreed_and_precision_accepts_any() -> None:
    gold = {
        "id": "1",
        "text": "",
        "events": [
            event(["FRA"], "ACCUSE", ["ITA"]),
            event(["FRA"], "ACCUSE", ["ITA"], reader="B"),
            event(["ITA"], "REJECT", ["FRA"], reader="B"),
        ],
    }
    made = {"1": [event(["FRA"], "ACCUSE", ["ITA"]), event(["ITA"], "REJECT", ["FRA"]), event(["ESP"], "AID", ["ITA"])]}
    figures = score_events([gold], made)["type"]
    assert figures["r"] == 1.0
    assert figures["p"] == pytest.approx(2 / 3, abs=1e-3)


def test_events_future_is_typed_and_unreal_is_left_out() -> None:
    key = str
    assert triples([event(["FRA"], "AID", ["ITA"], "future")], key) == {("FRA", "AGREE", "ITA")}
    assert triples([event(["FRA"], "ASSAULT", ["ITA"], "future")], key) == {("FRA", "THREATEN", "ITA")}
    assert triples([event(["FRA"], "ASSAULT", ["ITA"], "denied")], key) == set()


def test_events_bodies_are_one_and_reciprocal_runs_both_ways() -> None:
    assert triples([event(["UNO"], "AID", ["EUR"])], str) == set()
    both = triples([event(["FRA", "ITA"], "CONSULT", [])], str)
    assert both == {("FRA", "CONSULT", "ITA"), ("ITA", "CONSULT", "FRA")}


def test_macro_f1_weighs_labels_alike() -> None:
    assert macro_f1([("A", "A"), ("A", "A"), ("B", "A")]) == pytest.approx(0.4)


def test_calibration_error_of_a_sure_liar() -> None:
    assert calibration_error([(1.0, False)] * 4) == pytest.approx(1.0)
    assert calibration_error([(1.0, True)] * 4) == pytest.approx(0.0)


def test_relations_merge_yield_only_where_gold_does() -> None:
    answer = {"event": "RETREAT", "confidence": 0.9, "scores": {"RETREAT": 0.5, "CONCEDE": 0.4, "AID": 0.1}}
    merged = score_relations([{"gold": "YIELD", "quad": 2}], [answer])
    assert merged["type_macro_f1"] == 1.0
    plain = score_relations([{"gold": "CONCEDE"}], [answer])
    assert plain["type_macro_f1"] == 0.0


def test_quotes_found_by_half_and_speaker_by_head() -> None:
    text = "“We will not yield to threats,” said Ana Lopez, the mayor."
    gold = {
        "id": "x",
        "text": text,
        "attributions": [{"source": [[37, 46]], "cue": [[32, 36]], "content": [[1, 30]]}],
    }
    made = {"x": [{"speaker": (41, 46), "content": [(1, 20)]}]}
    figures = score_quotes([gold], made, frozenset({"said"}))
    assert figures["direct"]["content"]["f1"] == 1.0
    assert figures["direct"]["joint"]["f1"] == 1.0
    wrong = score_quotes([gold], {"x": [{"speaker": (52, 57), "content": [(1, 20)]}]}, frozenset({"said"}))
    assert wrong["direct"]["joint"]["f1"] == 0.0


def test_quoted_stretches_close_at_the_paragraph() -> None:
    text = 'He said: "One two.\n"Three." And “four”.'
    assert [text[s:e] for s, e in quoted_stretches(text)] == ["One two.", "Three.", "four"]


def test_evaluate_names_bad_gold(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "1", "text": "x"}) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        evaluate("events", gold, encoder=False)
    with pytest.raises(UnknownCode, match="events"):
        evaluate("nothing", gold)


def test_evaluate_names_what_a_mention_or_chain_lacks(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "1", "text": "x", "mentions": [{"start": 0, "end": 1}]}) + "\n", "utf-8")
    with pytest.raises(InputError, match=r"mentions\.country"):
        evaluate("actors", gold)
    gold.write_text(json.dumps({"id": "1", "text": "x", "chains": [{"name": "x"}]}) + "\n", "utf-8")
    with pytest.raises(InputError, match=r"chains\.mentions"):
        evaluate("coreference", gold)


def test_actors_count_right_and_wrong_apart(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    text = "Norway thanked Chile. The painter slept."
    mentions = [
        {"start": 0, "end": 6, "country": "NOR"},
        {"start": 15, "end": 20, "country": "PER"},
        {"start": 22, "end": 33, "country": "NOR", "sectors": ["GOV"]},
    ]
    gold.write_text(json.dumps({"id": "1", "text": text, "mentions": mentions}) + "\n", "utf-8")
    figures = evaluate("actors", gold)
    assert (figures["country_right"], figures["country_wrong"]) == (pytest.approx(1 / 3, abs=1e-3),) * 2
    assert figures["sector_right"] == 0.0
    assert [miss["span"] for miss in figures["misses"]] == ["Chile", "The painter"]


def test_coreference_counts_links_by_the_size_of_chains(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    text = "Ghana asked Togo for its help."
    for first, f1 in (([12, 16], 0.0), ([0, 5], 1.0)):
        record = {"id": "1", "text": text, "chains": [{"mentions": [first, [21, 24]]}]}
        gold.write_text(json.dumps(record) + "\n", encoding="utf-8")
        assert evaluate("coreference", gold)["lea"]["f1"] == f1


def test_evaluate_events_runs_the_coder(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    record = {
        "id": "1",
        "published": "2021-03-01",
        "text": "Norway condemned Belarus on Monday.",
        "events": [event(["NOR"], "ACCUSE", ["BLR"])],
    }
    gold.write_text(json.dumps(record) + "\n", encoding="utf-8")
    figures = evaluate("events", gold, encoder=False)
    assert figures["type"]["f1"] == 1.0
