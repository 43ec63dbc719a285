"""What the generated dataset says of its events is what settling finds."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.dataset import generate

from detente.relations.settling import TELLINGS, settled_rows
from detente.store import open_store


def test_generated_events_are_joined_as_settling_joins_them(tmp_path: Path) -> None:
    generate(tmp_path, 40_000)
    with open_store(tmp_path, read_only=True) as store:
        rows = store.rows(TELLINGS)
        written = {
            (row["article_id"], row["event_id"]): (row["telling"], row["place"], row["area"], row["area_size"])
            for row in store.rows("SELECT * FROM event_pairs")
        }
    assert len(rows) == len(written) == 40_000
    for row, found in zip(rows, settled_rows(rows), strict=True):
        expected = (found.telling, found.place, found.area, found.area_size)
        assert written[row["article_id"], row["event_id"]] == expected
    assert any(size > 1 for *_, size in written.values())
