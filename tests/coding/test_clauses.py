"""Where a clause ends: what coordinated verbs go on from, what stands side by side, whose purpose an infinitive is."""

from __future__ import annotations

import pytest
from acts_told import told


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Kenya calls on Russia to leave Ukraine and commends Ghana for that.", ("SUPPORT", "KEN", "GHA", "actual")),
        ("Peru's president said that Chile had begun it, and thanked Bolivia.", ("SUPPORT", "PER", "BOL", "actual")),
        ("Nigeria cut off electricity to Niger; Paris suspended aid to Chad.", ("COERCE", "NGA", "NER", "actual")),
        ("Blinken telephoned Ilham Aliyev to press him to stop.", ("REQUEST", "USA", "AZE", "actual")),
        ("Spain summoned the ambassador of Mali to condemn Russia.", ("ACCUSE", "ESP", "RUS", "actual")),
        ("Egypt accused Qatar of arming gangs and broke off ties with Doha.", ("SANCTION", "EGY", "QAT", "actual")),
        ("Mali expelled the envoy of Niger. Ghana cut its ties as well.", ("SANCTION", "GHA", "NER", "actual")),
        ("Taiwan said that Nicaragua had left it, and will expel the envoy of Nicaragua.",
         ("SANCTION", "TWN", "NIC", "future")),
        ("Egypt accused Qatar of lying; Doha denied it.", ("REJECT", "QAT", "EGY", "actual")),
        ("Armenia accused Turkey of flying in fighters, a charge Ankara denies.", ("REJECT", "TUR", "ARM", "actual")),
    ],
)  # fmt: skip
def test_clause_keeps_its_own_actors(text: str, event: tuple[str, str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Iraq opposed the plan of its neighbours, and Oman declined to take part.", ("OMN", "IRQ")),
        ("Iraq opposed the plan of its neighbours, and Oman declined to take part.", ("IRQ", "OMN")),
        ("Modi thanked Imran Khan for having understood and respected the feelings of Sikhs.", ("PAK", "IND")),
        ("Armenia accused Turkey of flying in fighters, a charge Azerbaijan denies.", ("AZE", "ARM")),
        ("Mali expelled the envoy of Niger. Ghana cut the price of cocoa.", ("GHA", "NER")),
    ],
)  # fmt: skip
def test_clause_takes_no_actor_of_another(text: str, pair: tuple[str, str]) -> None:
    assert pair not in [(source, target) for _, source, target, _ in told(text)]
