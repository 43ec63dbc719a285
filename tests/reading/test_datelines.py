"""Datelines are cut off, and nothing else is."""

from __future__ import annotations

import pytest

from detente.coding.attribution import find_attributions
from detente.evaluation.actors import cast_of
from detente.reading import read
from detente.reading.datelines import dateline_end

DATELINES = [
    "GOMA, Democratic Republic of Congo (AP) — ",
    "OSLO - ",
    "PORT-AU-PRINCE — ",
    "OTTAWA—",
    "QUITO/LIMA (Agencies) - ",
    "SEOUL, May 28 (Yonhap) -- ",
    "ST. PETERSBURG, Russia — ",
    "Geneva, 5 March 2024 – ",
    "Accra (dpa) - ",
    "06:10 GMT — ",
    "10:42: ",
    "MANILA: ",
    "LIMA, Peru: ",
]
OTHERS = [
    "The talks — held in Oslo — failed.",
    "NATO said on Monday - for once - nothing.",
    "U.S.-led forces left.",
    "TRUMP: You will see.",
    "Ana Ruiz - The minister - left.",
    "North Korea — the hermit — said no.",
    "UN-backed troops left.",
    "At 10:30 they left.",
    "Lima (Peru) was quiet.",
]


@pytest.mark.parametrize("dateline", DATELINES)
def test_dateline_is_cut_off(dateline: str) -> None:
    text = f"{dateline}Rebels took the town."
    assert dateline_end(text) == len(dateline)
    doc = read(text)
    assert doc.text == text
    assert [s.text for s in doc.sents][-1] == "Rebels took the town."


@pytest.mark.parametrize("line", OTHERS)
def test_other_lines_stay_whole(line: str) -> None:
    assert dateline_end(line) == 0


def test_place_of_a_dateline_is_not_who_acts_or_speaks() -> None:
    cast = cast_of("GOMA, Congo (AP) — Rebels of the M23 movement took the town.", "2025-01-29")
    assert "GOMA" not in {a.name for a in cast.actors}
    text = "MANILA: A spokesman for the coast guard said the boat was safe."
    assert [text[a.speaker[0] : a.speaker[1]] for a in find_attributions(read(text)) if a.speaker] == [
        "A spokesman for the coast guard"
    ]


def test_first_sentence_after_a_dateline_sets_the_scene() -> None:
    text = "LIMA — Peru's congress met. Police closed the square. Chile said nothing. Bolivia left."
    actors = {a.name: a.country for a in cast_of(text, "2025-01-29").actors}
    assert actors["Police"] == "PER"


def test_only_the_head_of_a_line_is_looked_at() -> None:
    assert dateline_end("OSLO" + " BERGEN" * 30 + " - Rebels left.") == 0
