from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ingest.cleaning import clean, normalise, rules, without_furniture

DROPPED = [(rule.id, line) for rule in rules() for line in rule.drop]
KEPT = [(rule.id, line) for rule in rules() for line in rule.keep]
SAMPLES = files("detente.samples")


@pytest.mark.parametrize(("rule", "line"), DROPPED)
def test_rule_drops_its_examples(rule: str, line: str) -> None:
    assert clean(f"Before.\n\n{line}\n\nAfter.") == "Before.\n\nAfter."
    by_id = {each.id: each for each in rules()}
    assert by_id[rule].pattern.fullmatch(line)


@pytest.mark.parametrize(("rule", "line"), KEPT)
def test_rule_keeps_its_counterexamples(rule: str, line: str) -> None:
    assert without_furniture(line) == line


def test_rule_ids_are_unique() -> None:
    ids = [rule.id for rule in rules()]
    assert len(ids) == len(set(ids))


def test_clean_keeps_paragraphs_as_they_are() -> None:
    assert clean("One.\nTwo.\n\nThree.") == "One.\nTwo.\n\nThree."


def test_clean_removes_a_prompt_within_a_line() -> None:
    text = "He said no. CLICK HERE TO GET THE FOX NEWS APP She said yes."
    assert clean(text) == "He said no. She said yes."


def test_clean_normalises_white_space_and_control_characters() -> None:
    assert clean("\ufeffA\u00a0b\r\nc\x00d \t e\u200b\n\n\n\nf  \n") == "A b\ncd e\n\nf"


def test_clean_removes_what_the_samples_list_and_nothing_else() -> None:
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))["furniture"]
    for line in (SAMPLES / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        furniture = expected.get(article["id"], [])
        kept = [part for part in article["text"].split("\n") if part.strip() not in furniture]
        assert clean(article["text"]).split() == " ".join(kept).split(), article["id"]


PROSE = st.lists(
    st.sampled_from(
        [
            "Russia recalled its ambassador from Washington on Wednesday.",
            "“We will not share this view,” Lavrov told reporters.",
            'Biden said: "I do."',
            "Talks in Vienna between Iran and the E3 were put off — again.",
            "Sales of the S-400 to Turkey (worth $2.5 billion) angered the US.",
        ]
    ),
    min_size=1,
)


@given(PROSE, st.sampled_from(["\n", "\n\n"]))
def test_clean_leaves_text_without_furniture_unchanged(lines: list[str], separator: str) -> None:
    text = separator.join(lines)
    assert clean(text) == text


@given(st.text())
def test_clean_is_idempotent_and_only_removes(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert set(once) <= set(normalise(text)) | {" "}
