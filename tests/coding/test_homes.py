"""Countries of private persons by where they live or work, and of courts and police by the dateline."""

import pytest
from tests.coding.test_actor_kinds import country_of, read_actor

HOMES = [
    ("Musa Garba, a driver in Kano, slept in a queue.", "Musa Garba", "NGA"),
    ("Fatima Sharifi, a Kabul-based dentist, waited.", "Fatima Sharifi", "AFG"),
    ("Karwan Aziz, a barber from Sulaymaniyah in northern Iraq, paid.", "Karwan Aziz", "IRQ"),
    ("Steve Cooper, who lives above a shop in Salisbury, shrugged.", "Steve Cooper", "GBR"),
    ("Umm Ahmed Saleh, who sold tea in El Fasher until the shells came, walked.", "Umm Ahmed Saleh", "SDN"),
    ("Luz Prado, 24, from Guadalajara, voted.", "Luz Prado", "MEX"),
    ("Ibrahim Khater, a doctor at the Saudi hospital in El Fasher, wept.", "Ibrahim Khater", "SDN"),
    ("QUITO, Ecuador - Ecuador voted. Ana Paz, who bakes in Zumbahua, slept.", "Ana Paz", "ECU"),
    ("QUITO, Ecuador - Ecuador voted. Ana Paz, a nurse, slept.", "Ana Paz", "ECU"),
    ("Olivier Marot, who leads the Relief Group in Port Louis, spoke.", "Olivier Marot", "MUS"),
    ("Olivier Marot, who leads soldiers in Port Louis, spoke.", "Olivier Marot", None),
    # where somebody is sent, fled or flew to, or merely stands, is no home
    ("Musa Garba, a correspondent in Kano, slept.", "Musa Garba", None),
    ("Musa Garba, a tourist in Kano, slept.", "Musa Garba", None),
    ("Steve Cooper, who fled to Salisbury, shrugged.", "Steve Cooper", None),
    ("Steve Cooper, who makes films, shrugged in Salisbury.", "Steve Cooper", None),
    ("Ecuador voted. Ana Paz, a nurse, slept.", "Ana Paz", None),
    ("QUITO, Ecuador - Ecuador voted. Ana Paz slept.", "Ana Paz", None),
    ("QUITO, Ecuador - Peru voted. Lima was glad. Peru sang. Peru danced. Ana Paz, a nurse, slept.", "Ana Paz", None),
]


@pytest.mark.parametrize(("text", "span", "country"), HOMES, ids=[h[0] for h in HOMES])
def test_private_person_is_of_the_home_that_is_told(text: str, span: str, country: str | None) -> None:
    assert country_of(text, span) == country


WORK = [
    ("Ada Bello, who teaches law at the University of Lagos, slept.", "Ada Bello", ("EDU",)),
    ("Ada Bello, who farms near Kano, slept.", "Ada Bello", ("AGR",)),
    ("Ada Bello, who sells yams in Kano, slept.", "Ada Bello", ("CVL",)),
    ("Ada Bello, who won in Kano, slept.", "Ada Bello", ()),
]


@pytest.mark.parametrize(("text", "span", "sectors"), WORK, ids=[w[0] for w in WORK])
def test_living_tells_the_sector(text: str, span: str, sectors: tuple[str, ...]) -> None:
    found = read_actor(text, span)
    assert found is not None
    assert found[0].sectors == sectors


DATELINES = [
    ("STOCKHOLM - A judge wept. Sweden and Iran have quarrelled.", "A judge", "SWE"),
    ("STOCKHOLM - Iran and Oman have quarrelled. A judge wept.", "A judge", None),
    ("STOCKHOLM/OSLO - Sweden and Norway have quarrelled. A judge wept.", "A judge", None),
    ("STOCKHOLM - Sweden and Iran have quarrelled. A soldier wept.", "A soldier", None),
]


@pytest.mark.parametrize(("text", "span", "country"), DATELINES, ids=[d[0] for d in DATELINES])
def test_courts_are_those_of_the_dateline(text: str, span: str, country: str | None) -> None:
    assert country_of(text, span) == country
