"""Judgements of a deed that the article has told before: whose deed it was, where the judgement names nobody."""

from __future__ import annotations

import pytest
from acts_told import told


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Peru shelled Chile. Spain and Ghana condemned the strikes.", ("ACCUSE", "ESP", "PER")),
        ("Austria accused Hungary of lying. Budapest rejected the charge.", ("REJECT", "HUN", "AUT")),
        ("Qatar sent 50m dollars to Lebanon. Tunisia applauded the gesture.", ("SUPPORT", "TUN", "QAT")),
        ("Mali expelled the envoy of France, a step that Niger hailed.", ("SUPPORT", "NER", "MLI")),
        ("Egypt and Sudan signed a treaty. Kenya welcomed the accord.", ("SUPPORT", "KEN", "SDN")),
        ("Egypt and Sudan signed a pact. Kenya hailed the accord, while Iran denounced it.", ("ACCUSE", "IRN", "EGY")),
        ("North Korea fired a rocket over Japan. Canada called the launch reckless.", ("ACCUSE", "CAN", "PRK")),
        ("Peru accused Chile of spying. It rained in Lima. Chile denied the accusation.", ("REJECT", "CHL", "PER")),
        ("Belarus arrested two Latvians. Latvia demanded their immediate release.", ("REQUEST", "LVA", "BLR")),
        ("Iran shelled Iraq. Kuwait asked for an explanation.", ("REQUEST", "KWT", "IRN")),
        ("Iran shelled Iraq. Baghdad protested against the violation of its borders.", ("ACCUSE", "IRQ", "IRN")),
        ("The United States bombed Iran. Israel hailed the step; Bahrain also backed it.", ("SUPPORT", "BHR", "USA")),
        ("Britain blamed the poisoning on Russia. Moscow rejected the charge.", ("REJECT", "RUS", "GBR")),
    ],
)  # fmt: skip
def test_judgement_of_a_deed_told_before_is_aimed_at_its_doer(text: str, event: tuple[str, str, str]) -> None:
    assert event in [act[:3] for act in told(text)]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Peru shelled Chile. Gunmen killed six men in Mali. France condemned the killing.", ("FRA", "PER")),
        ("Peru shelled Chile. Spain condemned the arrests.", ("ESP", "PER")),
        ("Peru shelled Chile. Spain condemned the Kurdish attack.", ("ESP", "PER")),
        ("Peru did not shell Chile. Spain condemned the strikes.", ("ESP", "PER")),
        ("Peru shelled Chile. Peru defended the strikes.", ("PER", "PER")),
        ("Austria accused Hungary of lying. Poland rejected the charge.", ("POL", "HUN")),
        ("Egypt and Sudan signed a treaty. Kenya signed it too. Egypt praised the wine.", ("EGY", "KEN")),
        ("Iran shelled Iraq. Kuwait demanded a seat in the council.", ("KWT", "IRN")),
        ("Trump promised to leave, and, to the surprise of Seoul, smiled.", ("USA", "KOR")),
    ],
)  # fmt: skip
def test_judgement_is_not_aimed_at_who_did_something_else(text: str, pair: tuple[str, str]) -> None:
    assert pair not in [(source, target) for _, source, target, _ in told(text)]


def test_judgement_that_is_not_made_is_negated() -> None:
    acts = told("Kenya sent police to Haiti. Ghana did not condemn the move.")
    assert [act[3] for act in acts if act[0] == "ACCUSE"] == ["negated"]
