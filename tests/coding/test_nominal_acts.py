"""Acts that nouns tell: whose plot, package or meeting it is, and what is held by telephone."""

from __future__ import annotations

import pytest
from acts_told import told


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("The United States foiled an Iranian plot to kill the Saudi envoy.", ("ASSAULT", "IRN", "SAU", "actual")),
        ("Brussels is preparing a fifth round of sanctions on Belarus.", ("THREATEN", "EUR", "BLR", "future")),
        ("Canada imposed a package of sanctions on Myanmar.", ("SANCTION", "CAN", "MMR", "actual")),
        ("Trump and Juncker were in Washington. Europe was glad, Juncker said after their meeting.",
         ("CONSULT", "USA", "EUR", "actual")),
        ("Susan Rice, in a call to her Indian counterpart, was brief.", ("CONSULT", "USA", "IND", "actual")),
        ("Jordan's king told Emmanuel Macron by telephone that it rained.", ("CONSULT", "JOR", "FRA", "actual")),
        ("Ecuadorean police forced their way into the Mexican embassy.", ("COERCE", "ECU", "MEX", "actual")),
        ("Turkey cancelled joint exercises with Israel.", ("SANCTION", "TUR", "ISR", "actual")),
        ("The United States will keep imposing sanctions on Russia.", ("THREATEN", "USA", "RUS", "future")),
        ("North Korea fired a rocket over Japan. Canada condemned Friday's test.", ("ACCUSE", "CAN", "PRK", "actual")),
        ("Iran shelled Iraq. Israel hailed a historic step.", ("SUPPORT", "ISR", "IRN", "actual")),
        ("Israel raided a Turkish ship. Ankara called the raid banditry.", ("ACCUSE", "TUR", "ISR", "actual")),
    ],
)  # fmt: skip
def test_noun_tells_whose_act_it_is(text: str, event: tuple[str, str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("The United States broke up an Iranian plot to kill the Saudi ambassador.", ("ASSAULT", "USA", "SAU")),
        ("China considered interference in Peru and decided against it.", ("THREATEN", "CHN", "PER")),
        ("Jordan's call to arms was heard in France.", ("CONSULT", "JOR", "FRA")),
        ("Washington announced new sanctions and asked NATO to help.", ("SANCTION", "USA", "IGO")),
        ("Peru and Chile met. Spain, after their defeat by Brazil, was sad.", ("CONSULT", "PER", "ESP")),
        ("The pressure on Syria would grow, Germany's minister said.", ("REQUEST", "DEU", "SYR")),
    ],
)  # fmt: skip
def test_noun_tells_of_nobody_else(text: str, event: tuple[str, str, str]) -> None:
    assert event not in [found[:3] for found in told(text)]


def test_attempt_that_is_rejected_is_not_made_by_who_rejects_it() -> None:
    assert not [act for act in told("Indonesia rejects any attempt to displace Palestinians.") if act[0] == "COERCE"]
    assert ("ASSAULT", "IRN", "SAU", "actual") in told("Iran made an attempt to kill the Saudi ambassador.")


def test_warning_against_a_kindness_promises_none() -> None:
    acts = told("India warned Sri Lanka against letting a Chinese ship dock.")
    assert [act[0] for act in acts] == ["THREATEN"]
