"""What nouns say that hold a clause: a claim refuted, a demand turned down, and times that are of an aside."""

from __future__ import annotations

from detente.coding import Coder

CODER = Coder(encoder=False)


def modalities(text: str, event: str) -> list[str]:
    return [found.modality for found in CODER.code(text, published="2021-03-18").events if found.event == event]


def test_what_a_refuted_claim_says_is_denied() -> None:
    assert modalities("Dublin rejected the claim that Ireland is hostile to Israel.", "ACCUSE") == ["denied"]
    assert modalities("Peru dismissed the allegation that its troops had shelled Chile.", "ASSAULT") == ["denied"]


def test_what_a_claim_says_is_alleged_and_a_fact_is_not() -> None:
    assert modalities("Peru repeated the accusation that Chile had shelled Bolivia.", "ASSAULT") == ["alleged"]
    assert modalities("Peru forgot the day that Chile shelled Bolivia.", "ASSAULT") == ["actual"]


def test_what_a_demand_is_for_is_not_done() -> None:
    assert modalities("Kenya turned down a demand by Russia that it expel the envoy of Ukraine.", "SANCTION") == []


def test_time_of_an_aside_does_not_make_a_promise_old() -> None:
    assert modalities("Nigeria promised Benin to reopen the border, which it had shut in 2019.", "AGREE") == ["actual"]


def test_calling_something_bad_in_some_way_summons_nobody() -> None:
    text = "Kenya called the words of Russia unacceptable in tone."
    assert "accuse.summon" not in [event.produced_by.rule for event in CODER.code(text).events]
