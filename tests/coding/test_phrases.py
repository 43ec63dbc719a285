"""Predicates of several words: particles in a row, judgements after an object, what somebody is held in."""

from __future__ import annotations

import pytest
from acts_told import told


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Kenya stood up for Uganda.", ("SUPPORT", "KEN", "UGA", "actual")),
        ("Nicaragua came out in favour of Moscow.", ("SUPPORT", "NIC", "RUS", "actual")),
        ("Peru rallied to Chile's side.", ("SUPPORT", "PER", "CHL", "actual")),
        ("Norway held Sweden responsible for the fires.", ("ACCUSE", "NOR", "SWE", "actual")),
        ("Norway said that Sweden was to blame for the war.", ("ACCUSE", "NOR", "SWE", "actual")),
        ("Paris likened Canberra's decision to a stab in the back.", ("ACCUSE", "FRA", "AUS", "actual")),
        ("Two Canadians are held by China.", ("COERCE", "CHN", "CAN", "actual")),
        ("Austria wants Turkey to leave the camp.", ("REQUEST", "AUT", "TUR", "actual")),
        ("Estonia lent Poland a hundred engineers.", ("AID", "EST", "POL", "actual")),
        ("Pakistan has just received $3bn from Qatar.", ("AID", "QAT", "PAK", "actual")),
        ("Canberra has torn up a contract with France.", ("SANCTION", "AUS", "FRA", "actual")),
        ("Poland posted guards along its border with Belarus.", ("MOBILIZE", "POL", "BLR", "actual")),
    ],
)  # fmt: skip
def test_phrase_is_told(text: str, event: tuple[str, str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Norway said that Sweden was to blame for the war.", ("ACCUSE", "SWE", "NOR")),
        ("Sweden blamed Norway for the war.", ("ACCUSE", "NOR", "SWE")),
        ("The Chinese held the Canadian minister in high esteem.", ("COERCE", "CHN", "CAN")),
        ("China held out hope to the Canadian minister.", ("COERCE", "CHN", "CAN")),
        ("Austria wants to leave Turkey alone.", ("REQUEST", "AUT", "TUR")),
        ("The Polish office lent the Estonian coach its name.", ("AID", "POL", "EST")),
        ("Qatar gave Pakistan the book in May.", ("CONCEDE", "QAT", "PAK")),
        ("Norway likened Sweden's coast to a necklace.", ("ACCUSE", "NOR", "SWE")),
    ],
)  # fmt: skip
def test_phrase_tells_nothing_else(text: str, act: tuple[str, str, str]) -> None:
    assert act not in [found[:3] for found in told(text)]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Algeria cut its ties with Morocco. Tunis accused the kingdom of hostile acts.",
         ("ACCUSE", "TUN", "MAR", "actual")),
        ("Iran seized a British ship. Britain warned of serious consequences if it was not released.",
         ("THREATEN", "GBR", "IRN", "actual")),
        ("Mali imposed sanctions on Niger. Ghana applauded a bold move, as did Benin.",
         ("SUPPORT", "BEN", "MLI", "actual")),
        ("Mali imposed sanctions on Niger. Ghana applauded a bold move, as did Benin.",
         ("SUPPORT", "GHA", "MLI", "actual")),
        ("Azerbaijan and Armenia fought. Iran's foreign minister telephoned his two counterparts.",
         ("CONSULT", "IRN", "ARM", "actual")),
        ("Donald Trump and Vladimir Putin sat down together for two hours.", ("CONSULT", "USA", "RUS", "actual")),
        ("Erdogan was barred by Germany from addressing Turks there.", ("COERCE", "DEU", "TUR", "actual")),
        ("Armenia accused Turkey of spying and Russia's troops of standing by.", ("ACCUSE", "ARM", "RUS", "actual")),
        ("Israel and Egypt stopped after Qatar mediated a truce.", ("CONSULT", "QAT", "ISR", "actual")),
        ("France dispatched two fighters to help Greece.", ("AID", "FRA", "GRC", "actual")),
        ("Kenya promised not to attack Uganda.", ("AGREE", "KEN", "UGA", "actual")),
        ("Kenya vowed not to help Uganda.", ("REJECT", "KEN", "UGA", "actual")),
        ("Donald Trump raised Russian meddling.", ("ACCUSE", "USA", "RUS", "actual")),
    ],
)  # fmt: skip
def test_other_side_is_found(text: str, event: tuple[str, str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Mali cut its ties with Niger. Ghana applauded a bold singer, as did Benin.", ("SUPPORT", "BEN", "MLI")),
        ("Mali imposed sanctions on Niger. Ghana applauded a bold move, as Benin asked.", ("SUPPORT", "BEN", "MLI")),
        ("Peru seized a Spanish ship. Spain threatened the order of the world.", ("THREATEN", "ESP", "PER")),
        ("Azerbaijan and Armenia fought. Iran's foreign minister telephoned his two sons.", ("CONSULT", "IRN", "ARM")),
        ("Armenia accused Turkey of spying and the murder of a judge of Russia.", ("ACCUSE", "ARM", "RUS")),
        ("France dispatched two fighters to help Greece.", ("MOBILIZE", "FRA", "GRC")),
        ("Kenya promised not to attack Uganda.", ("THREATEN", "KEN", "UGA")),
        ("Japan is sending aircraft to take its citizens out of Sudan.", ("MOBILIZE", "JPN", "SDN")),
        ("Japan voiced concern for Ukraine.", ("ACCUSE", "JPN", "UKR")),
        ("Russia recognised two republics in Ukraine.", ("SUPPORT", "RUS", "UKR")),
        ("Peru seized a Spanish ship. Spain ruled out cancelling sales.", ("SANCTION", "ESP", "PER")),
    ],
)  # fmt: skip
def test_other_side_is_not_made_up(text: str, act: tuple[str, str, str]) -> None:
    assert act not in [found[:3] for found in told(text)]
