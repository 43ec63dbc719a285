"""The table of how far the index hangs on each parameter."""

from __future__ import annotations

import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "relations"))

from benchmarks import sensitivity  # noqa: E402
from relation_stories import thaw_and_quarrel  # noqa: E402 (lies beside the tests that it was made for)

from detente.relations import Parameters  # noqa: E402
from detente.store import open_store  # noqa: E402

LEFT_OUT = {"draws", "interval", "baseline_days", "baseline_least"}  # they touch neither the level nor the turns


def test_variants_change_every_parameter_that_the_level_or_the_turns_hang_on():
    changed = {name for name, _, _ in sensitivity.variants(Parameters())}
    assert {field.name for field in fields(Parameters)} - LEFT_OUT - {"modality_weight"} <= changed
    assert {f"modality {name}" for name in Parameters().modality_weight} <= changed


def test_page_in_the_docs_has_a_row_for_each_variant():
    page = (ROOT / "docs" / "sensitivity.md").read_text(encoding="utf-8")
    rows = [tuple(row.split(" | ")[:2]) for row in re.findall(r"^\| (.*) \|$", page, re.MULTILINE)]
    assert rows[1:] == [(name, value) for name, value, _ in sensitivity.variants(Parameters())]
    assert page.startswith(sensitivity.PAGE)


def test_effects_measure_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    some = list(sensitivity.variants(Parameters(draws=1)))[:5]
    monkeypatch.setattr(sensitivity, "variants", lambda default: iter(some))
    with open_store(tmp_path / "store.duckdb") as store:
        store.write(thaw_and_quarrel(), "1.0")
        made = {(e.name, e.value): e for e in sensitivity.effects(store)}
    assert made["default", ""].off == 0
    assert made["half_life", "28"].off > made["default", ""].off
    assert made["scale", "12.5"].off > 0
    assert "| half_life | 28 |" in sensitivity.page(list(made.values()))
