"""Who is a side of an act: not the forum, the messenger, the things that act, nor one's own forces."""

from __future__ import annotations

import pytest
from acts_told import told


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Oman carried a warning from Donald Trump to Tehran.", ("THREATEN", "USA", "IRN", "actual")),
        ("Saudi Arabia bombed Yemen at the request of Abd Rabbu Mansour Hadi.", ("REQUEST", "YEM", "SAU", "actual")),
        ("The Security Council met at Peru's request.", ("REQUEST", "PER", "UNO", "actual")),
        ("Iraq complained to the Security Council about Iran.", ("ACCUSE", "IRQ", "IRN", "actual")),
        ("Iran shelled Iraq. Baghdad complained to the United Nations.", ("ACCUSE", "IRQ", "IRN", "actual")),
        ("Bhutan and Nepal joined India in condemning China.", ("ACCUSE", "IND", "CHN", "actual")),
        ("Vladimir Putin ordered the bulk of Russia's forces to leave Syria.", ("RETREAT", "RUS", "SYR", "actual")),
        ("A Russian Su-24 was shot down by Turkish F-16s.", ("ASSAULT", "TUR", "RUS", "actual")),
        ("Kenya voiced its anger at the recognition of the region by Russia.", ("ACCUSE", "KEN", "RUS", "actual")),
        ("Kim Jong-un met Donald Trump. The North Korean leader promised to stop the tests.",
         ("AGREE", "PRK", "USA", "actual")),
        ("Cuba told Haiti to pay.", ("REQUEST", "CUB", "HTI", "actual")),
        ("The pact makes Bahrain the first Gulf state to recognise Israel.", ("SUPPORT", "BHR", "ISR", "actual")),
        ("Nancy Pelosi landed in Taipei in defiance of Beijing.", ("CONSULT", "USA", "TWN", "actual")),
    ],
)  # fmt: skip
def test_sides_are_who_acts_and_who_is_meant(text: str, event: tuple[str, str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Oman carried a warning from Donald Trump to Tehran.", ("THREATEN", "OMN", "IRN")),
        ("Iraq complained to the Security Council about Iran.", ("ACCUSE", "IRQ", "UNO")),
        ("Saudi Arabia bombed Yemen at the request of Abd Rabbu Mansour Hadi.", ("REQUEST", "SAU", "YEM")),
        ("Iran fired at bases that house American troops.", ("AID", "IRN", "USA")),
        ("Sergei Lavrov cancelled a trip to Turkey planned for Wednesday.", ("AGREE", "RUS", "TUR")),
        ("Finland and Sweden applied to join Nato, and Bhutan joined India in refusing.", ("SUPPORT", "BTN", "IND")),
        ("Vladimir Putin ordered Russia's forces to leave Syria.", ("REQUEST", "RUS", "RUS")),
        ("Nancy Pelosi landed in Taipei in defiance of Beijing.", ("CONSULT", "USA", "CHN")),
        ("The council, meeting at Turkey's request, condemned Israel.", ("CONCEDE", "UNO", "TUR")),
        ("Iran announced talks in Beijing and reopened its embassy in Kuwait.", ("SUPPORT", "IRN", "CHN")),
    ],
)  # fmt: skip
def test_bystander_is_no_side(text: str, event: tuple[str, str, str]) -> None:
    assert event not in [found[:3] for found in told(text)]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("John Bolton hinted at further sanctions on Venezuela.", ("THREATEN", "USA", "VEN", "actual")),
        ("The European Union agreed to ban Belarus from its ports.", ("COERCE", "EUR", "BLR", "actual")),
        ("Hungary promised to answer Ukraine in kind.", ("THREATEN", "HUN", "UKR", "actual")),
        ("Iran will not accept a new Swedish envoy.", ("REJECT", "IRN", "SWE", "actual")),
        ("The United States was not ready to talk with Cuba.", ("REJECT", "USA", "CUB", "actual")),
    ],
)  # fmt: skip
def test_what_stands_over_an_act_settles_it(text: str, event: tuple[str, str, str, str]) -> None:
    assert event in told(text)


def test_advice_to_be_angry_is_no_anger() -> None:
    assert not [found for found in told("Iran advised Iraq to be wary of Jordan.") if found[0] == "ACCUSE"]
    assert ("ACCUSE", "IRQ", "JOR", "actual") in told("Iraq was wary of Jordan.")


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Japan removed Peru from its list of trusted partners.", ("SANCTION", "JPN", "PER", "actual")),
        ("Britain struck Ghana off its list of safe countries.", ("SANCTION", "GBR", "GHA", "actual")),
        ("The United States removed Sudan from its list of terrorist states.", ("CONCEDE", "USA", "SDN", "actual")),
        ("Russia offered Turkey a discount on gas.", ("AGREE", "RUS", "TUR", "actual")),
        ("Georgia ordered soldiers to its frontier with Russia.", ("MOBILIZE", "GEO", "RUS", "actual")),
        ("Washington said it might impose sanctions on Turkey.", ("THREATEN", "USA", "TUR", "actual")),
        ("Turkey may suspend ties with Qatar or expel its envoy, Recep Tayyip Erdogan said.",
         ("THREATEN", "TUR", "QAT", "actual")),
        ("Panama hits back at Washington", ("ACCUSE", "PAN", "USA", "actual")),
        ("Managua, whose envoy has been expelled by Peru, recalled its consul.", ("SANCTION", "PER", "NIC", "actual")),
    ],
)  # fmt: skip
def test_known_kinds_are_read(text: str, event: tuple[str, str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Japan removed Peru from its list of hostile states.", "SANCTION"),
        ("Georgia ordered soldiers to its frontier with Russia.", "REQUEST"),
        ("Analysts fear that Russia might invade Ukraine.", "THREATEN"),
        ("Washington said that Russia might impose sanctions on Turkey.", "THREATEN"),
        ("The ambassadors of Peru and Chile will go back to their posts.", "REJECT"),
    ],
)  # fmt: skip
def test_near_miss_of_a_known_kind_is_not_told(text: str, event: str) -> None:
    assert event not in [found[0] for found in told(text)]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Rwanda denied it, while Kinshasa, which had banned its planes, expelled an envoy of Rwanda.",
         ("SANCTION", "COD", "RWA", "actual")),
        ("Poland insisted that Russia leave Georgia.", ("REQUEST", "POL", "RUS", "actual")),
        ("Chinese vessels fired water cannon at two boats of the Philippines.", ("ASSAULT", "CHN", "PHL", "actual")),
        ("Peru and Chile made peace. Pope Francis was thanked by both sides.", ("SUPPORT", "PER", "VAT", "actual")),
        ("Jordan refused to take in refugees from Syria.", ("REJECT", "JOR", "SYR", "actual")),
    ],
)  # fmt: skip
def test_voice_and_refusal_are_read(text: str, event: tuple[str, str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Beijing insisted its coastguard had acted well.", ("REQUEST", "CHN", "CHN")),
        ("Cairo called the dam a threat to the security of Sudan.", ("THREATEN", "EGY", "SDN")),
        ("Brazil complained of the treatment of its citizens.", ("ACCUSE", "BRA", "BRA")),
        ("Rwandan soldiers fought alongside rebels in Congo.", ("ASSAULT", "RWA", "COD")),
        ("Rwanda denied it, while Kinshasa expelled an envoy of Rwanda.", ("ACCUSE", "RWA", "COD")),
    ],
)  # fmt: skip
def test_voice_and_judgement_are_no_other_act(text: str, event: tuple[str, str, str]) -> None:
    assert event not in [found[:3] for found in told(text)]


def test_refusal_is_told_once() -> None:
    assert [found[0] for found in told("Washington refuses to cooperate with Moscow.")] == ["REJECT"]
