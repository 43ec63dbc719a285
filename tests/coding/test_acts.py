"""Kinds of acts that no single frame tells: judgements by naming, decisions of others, what is sent and to whom."""

from __future__ import annotations

import pytest

from detente.coding import Coder

CODER = Coder(encoder=False)


def told(text: str) -> list[tuple[str, str, str]]:
    coded = CODER.code(text, published="2021-03-18")
    country = {actor.id: actor.country or actor.name for actor in coded.actors}
    return [
        (event.event, country[event.sources[0]], country[event.targets[0]] if event.targets else "")
        for event in coded.events
    ]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Panama cut its ties with Taiwan. Doha called it unjustified.", ("ACCUSE", "QAT", "PAN")),
        ("Georgia will not send observers to Abkhazia. Moscow called that regrettable.", ("ACCUSE", "RUS", "GEO")),
        ("China described Australia's inquiry as a provocation.", ("ACCUSE", "CHN", "AUS")),
        ("Peru called Chile a reliable partner.", ("SUPPORT", "PER", "CHL")),
        ("Ankara lambasted a decision by France to recognise Kosovo.", ("SUPPORT", "FRA", "KOS")),
        ("The United States sent advisers to Nigeria.", ("AID", "USA", "NGA")),
        ("Cuba is open to talks with Mexico.", ("AGREE", "CUB", "MEX")),
        ("Iran expelled two employees of the British embassy.", ("SANCTION", "IRN", "GBR")),
        ("Kenya expelled the Eritrean consulate's staff.", ("SANCTION", "KEN", "ERI")),
        ("Germany expelled two members of the Vietnamese mission.", ("SANCTION", "DEU", "VNM")),
        ("Ghana expelled forty Nigerian traders.", ("COERCE", "GHA", "NGA")),
        ("Japan vowed that South Korea would never get the islands.", ("REJECT", "JPN", "KOR")),
        ("Iran vowed not to recognise Kosovo.", ("REJECT", "IRN", "KOS")),
        ("Turkey pledged to Greece that it would not drill there.", ("AGREE", "TUR", "GRC")),
        ("Turkey said Greece had broken the deal and urged Athens to pull back.", ("REQUEST", "TUR", "GRC")),
        ("Ottawa said India had interfered and asked New Delhi to cooperate.", ("REQUEST", "CAN", "IND")),
        ("Kenya said Uganda had apologised and asked Rwanda to join.", ("REQUEST", "UGA", "RWA")),
        ("Ghana expelled forty Nigerian workers.", ("COERCE", "GHA", "NGA")),
    ],
)  # fmt: skip
def test_act_is_told(text: str, event: tuple[str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("A Swedish government flag flew in Brussels.", "CONSULT"),
        ("The envoy, who in March had called Stockholm a refuge, spoke to his counterpart.", "PROTEST"),
        ("Panama cut its ties with Taiwan. Doha called it unjustified.", "CONSULT"),
        ("Turkey would delay the proposed campaign against Syria.", "AGREE"),
        ("Saudi Arabia ordered the killing of a Turkish journalist.", "COOPERATE"),
        ("A Cuban museum is open in Mexico until six.", "AGREE"),
    ],
)
def test_act_is_not_told(text: str, event: str) -> None:
    assert event not in [found[0] for found in told(text)]


@pytest.mark.parametrize(
    ("text", "descriptor", "direction"),
    [
        ("Iraq said that ties with Iran were under the threat of collapse.", "under the threat of collapse", "worse"),
        ("Moscow said Kyiv does not want to normalise relations.", "does not want to normalise relations", "worse"),
        ("Moscow said that Kyiv wants to normalise relations.", "normalise", "better"),
    ],
)  # fmt: skip
def test_assessment_says_what_the_text_says(text: str, descriptor: str, direction: str) -> None:
    (found,) = CODER.code(text, published="2021-03-18").assessments
    assert (found.descriptor.split(" relations")[0], found.direction) == (descriptor.split(" relations")[0], direction)


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Russia called the Security Council together.", "CONSULT"),
        ("Gunmen ringed the French embassy in Mali.", "CONSULT"),
        ("Georgia ordered a general mobilisation, and Russia watched.", "COOPERATE"),
        ("North Korea has tested a bomb. Tokyo was told. Pyongyang called it a great success.", "SUPPORT"),
    ],
)
def test_act_of_another_sense_is_not_told(text: str, event: str) -> None:
    assert event not in [found[0] for found in told(text)]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Austria opposed the decision of Hungary to close the border.", ("ACCUSE", "AUT", "HUN")),
        ("Kenya failed to persuade Uganda to sign.", ("REQUEST", "KEN", "UGA")),
        ("Denmark announced a suspension of aid to Mali.", ("SANCTION", "DNK", "MLI")),
        ("Iran said it has no plans to meet American officials.", ("REJECT", "IRN", "USA")),
        ("Libya still regards Egypt as a threat.", ("ACCUSE", "LBY", "EGY")),
    ],
)
def test_act_under_another_word_is_told(text: str, event: tuple[str, str, str]) -> None:
    assert event in told(text)


def test_what_is_feared_or_asked_for_is_not_actual() -> None:
    for text in (
        "Norway warned of the risk of a Russian attack on Finland.",
        "Peru's president called for the withdrawal of Chilean troops from Bolivia.",
    ):
        coded = CODER.code(text, published="2021-03-18")
        acts = [e for e in coded.events if e.event in ("ASSAULT", "RETREAT")]
        assert all(e.modality == "conditional" for e in acts)


def test_time_of_an_invitation_is_to_come_and_not_that_of_the_thanks_before_it() -> None:
    coded = CODER.code("Peru thanked Chile and invited Chile's president to Lima in November.", published="2023-08-10")
    found = {event.event: (event.date.value[:7] if event.date else None, event.modality) for event in coded.events}
    assert found["SUPPORT"] == (None, "actual")
    assert found["AGREE"] == ("2023-11", "actual")


def test_time_of_a_deal_struck_is_not_moved_ahead() -> None:
    coded = CODER.code("In July Colombia and Venezuela had agreed to reopen a bridge.", published="2019-09-04")
    assert [event.date.value[:7] for event in coded.events if event.event == "AGREE" and event.date] == ["2019-07"]


def test_time_of_an_aside_is_not_that_of_the_saying() -> None:
    text = "Washington, which imposed sanctions on Iran in January, said it stood with Israel."
    (said,) = CODER.code(text, published="2019-09-04").statements
    assert said.date is None


def test_question_is_no_assessment() -> None:
    asked, told = "Does Peru want worse relations with Chile?", "Peru has bad relations with Chile."
    assert [a.descriptor for a in CODER.code(f"{asked} {told}").assessments] == ["bad"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Norway banned imports of Russian gas from 2027.", None),
        ("Norway banned imports of Russian gas on Tuesday.", "2021-03-16"),
        ("Norway will ban imports of Russian gas from 2027.", "2027-01-01"),
    ],
)
def test_what_is_done_is_not_dated_ahead(text: str, day: str | None) -> None:
    (event,) = CODER.code(text, published="2021-03-18").events
    assert (event.date.value if event.date else None) == day


@pytest.mark.parametrize(
    ("text", "event", "modality"),
    [
        (
            "Bangkok said it would suspend the accord with Cambodia and summoned the Cambodian envoy.",
            "ACCUSE",
            "actual",
        ),
        ("Iran did not attack Iraq and withdrew its troops from Basra.", "RETREAT", "actual"),
        ("France may expel Russian diplomats and has recalled its ambassador from Moscow.", "SANCTION", "actual"),
        ("Russia will visit Cuba and sign a treaty with Havana.", "AGREE", "future"),
        ("Brazil did not, contrary to what this page says, expel any Chilean diplomat.", "SANCTION", "negated"),
        ("Japan did not expel or recall a Russian diplomat.", "SANCTION", "negated"),
    ],
)
def test_what_is_set_beside_has_its_own_tense_or_shares_it(text: str, event: str, modality: str) -> None:
    found = [(e.event, e.modality) for e in CODER.code(text, published="2021-03-18").events]
    assert found[-1] == (event, modality)


def test_what_is_vowed_is_not_what_others_welcome() -> None:
    text = "Britain recognised Kosovo, and Serbia vowed it would never accept that. Albania welcomed the decision."
    assert ("SUPPORT", "ALB", "GBR") in told(text)
