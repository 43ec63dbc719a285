"""Two sides in one phrase: whom "both countries" and "the neighbours" mean, and what each does to the other."""

from __future__ import annotations

import pytest

from detente.coding import Coder

CODER = Coder(encoder=False)


def told(text: str) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    coded = CODER.code(text, published="2021-03-18")
    country = {actor.id: actor.country or actor.name for actor in coded.actors}
    return [
        (event.event, frozenset(country[i] for i in event.sources), frozenset(country[i] for i in event.targets))
        for event in coded.events
    ]


@pytest.mark.parametrize(
    ("text", "sources", "targets"),
    [
        ("Algeria broke with Morocco. France urged both countries to talk.", "FRA", "DZA MAR"),
        ("Peru fought Chile. The Arab League asked the two states to stop.", "IGO", "CHL PER"),
        ("Peru fought Chile. Spain and Ghana called on both sides to stop. Later Cuba urged both sides to stop.",
         "CUB", "CHL PER"),
        ("Ethiopia threatened Eritrea. Kenya appealed to the neighbours to calm down.", "KEN", "ERI ETH"),
    ],
)  # fmt: skip
def test_pair_is_not_of_who_speaks_to_it(text: str, sources: str, targets: str) -> None:
    assert ("REQUEST", frozenset(sources.split()), frozenset(targets.split())) in told(text)


@pytest.mark.parametrize(
    ("text", "event", "parties"),
    [
        ("Latvia and Belarus expelled each other's diplomats.", "SANCTION", "BLR LVA"),
        ("Peru and Chile each accused the other of spying.", "ACCUSE", "CHL PER"),
        ("Syria and Jordan praised one another.", "SUPPORT", "JOR SYR"),
        ("Peru and Chile signed a truce. Each side alleged that the other had broken it.", "ACCUSE", "CHL PER"),
        ("India clashed with China. Commanders of both armies met on Tuesday.", "CONSULT", "CHN IND"),
        ("Peru fought Chile. Both countries lifted the block on their telephone lines.", "CONCEDE", "CHL PER"),
        ("Peru and Chile made peace before the Brazilian leader. The treaty binds both states to cooperate.",
         "COOPERATE", "CHL PER"),
    ],
)  # fmt: skip
def test_what_each_does_to_the_other_has_all_as_parties(text: str, event: str, parties: str) -> None:
    assert (event, frozenset(parties.split()), frozenset()) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Peru and Chile accused the other neighbours of spying.",
        "Peru and Chile accused Bolivia of spying on the other.",
        "The rivals of Kenya met in Nairobi. Kenya and Ghana watched.",
    ],
)
def test_other_is_not_always_mutual(text: str) -> None:
    assert not [event for event, _, targets in told(text) if event in ("ACCUSE", "CONSULT") and not targets]
