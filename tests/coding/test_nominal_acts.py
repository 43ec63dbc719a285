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


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("The expulsion of two Ugandan envoys by Kenya led to a row.", ("SANCTION", "KEN", "UGA")),
        ("The Swedish sale of tanks to Hungary took years.", ("COOPERATE", "SWE", "HUN")),
        ("Spain's recognition of Palestine came in May.", ("SUPPORT", "ESP", "PSE")),
        ("The 1999 war between Peru and Ecuador killed thousands.", ("ASSAULT", "PER", "ECU")),
        ("Canada's lifting of sanctions on Belarus pleased traders.", ("CONCEDE", "CAN", "BLR")),
        ("A phone call between the leaders of Chad and Libya lasted an hour.", ("CONSULT", "TCD", "LBY")),
        ("A Ugandan banker was arrested in Kenya.", ("COERCE", "KEN", "UGA")),
    ],
)
def test_deed_in_a_noun_or_by_nobody_named_is_told(text: str, event: tuple[str, str, str]) -> None:
    assert event in [found[:3] for found in told(text)]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("The Swedish sale of tanks to Hungary was criticised.", ("ACCUSE", "HUN", "SWE")),
        ("Spain fears a war between Peru and Ecuador.", ("ASSAULT", "PER", "ECU")),
        ("Kenya arrested a Ugandan banker in Tanzania.", ("COERCE", "TZA", "UGA")),
        ("A Ugandan banker was arrested by Kenya in Tanzania.", ("COERCE", "TZA", "UGA")),
        ("The sale of Swedish furniture to Hungary took years.", ("COOPERATE", "SWE", "HUN")),
    ],
)
def test_noun_tells_no_deed(text: str, act: tuple[str, str, str]) -> None:
    assert act not in [found[:3] for found in told(text)]
