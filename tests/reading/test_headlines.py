"""Headlines whose verb the parser takes for a noun, and lines that only look like them."""

from __future__ import annotations

import pytest

from detente.reading import read


def _roles(line: str) -> tuple[str, list[str], list[str]]:
    """The line's main word with its subjects, those coordinated included, and its objects."""
    root = next(t for t in read(line) if t.dep_ == "ROOT")
    subjects = [c for c in root.children if c.dep_ == "nsubj"]
    objects = [c.text for c in root.children if c.dep_ == "dobj"]
    return root.text, [t.text for s in subjects for t in (s, *s.conjuncts)], objects


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("Algiers severs ties with Rabat", ("severs", ["Algiers"], ["ties"])),
        ("Baku and Yerevan trade fire", ("trade", ["Baku", "Yerevan"], ["fire"])),
        ("North Korea and South Korea trade fire across border", ("trade", ["Korea", "Korea"], ["fire"])),
        ("Rabat, Algiers swap barbs", ("swap", ["Rabat", "Algiers"], ["barbs"])),
        ("Warsaw shuts crossing as migrants mass at frontier", ("shuts", ["Warsaw"], ["crossing"])),
        ("Seoul fires warning shots at Pyongyang", ("fires", ["Seoul"], ["shots"])),
        ("Poland seals deal with Kyiv", ("seals", ["Poland"], ["deal"])),
        ("Athens ratifies deal", ("ratifies", ["Athens"], ["deal"])),
    ],
)
def test_headline_gets_its_verb(line: str, roles: tuple[str, list[str], list[str]]) -> None:
    assert _roles(line) == roles


@pytest.mark.parametrize(
    ("line", "root"),
    [
        ("Spain trade deal", "deal"),
        ("Paris climate talks", "talks"),
        ("Rabat arms deal", "deal"),
        ("Trade fire between Baku and Yerevan", "fire"),
        ("Brussels talks fail", "fail"),
        ("Baku and Yerevan trade fire was heavy.", "was"),
    ],
)
def test_line_keeps_its_parse(line: str, root: str) -> None:
    assert _roles(line)[0] == root


def test_headline_keeps_the_text_and_the_lines_after_it() -> None:
    doc = read("Algiers severs ties with Rabat\nMorocco regretted the decision.")
    assert doc.text == "Algiers severs ties with Rabat\nMorocco regretted the decision."
    assert [sentence.root.text for sentence in doc.sents] == ["severs", "regretted"]
