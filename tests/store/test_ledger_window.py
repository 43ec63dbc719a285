"""The ledger reads only what may belong to the answer; what it gives is the same as if it had read everything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from detente.store import open_store
from detente.store.queries import QuoteFilter, ledger, quotes

FILTERS = (
    QuoteFilter(speaker="RUS"), QuoteFilter(speaker="RUS", about="USA"), QuoteFilter(about="PAK"),
    QuoteFilter(since=date(2021, 3, 17), until=date(2021, 3, 18)), QuoteFilter(speaker="spokes"),
    QuoteFilter(search="ambassador"), QuoteFilter(kind="direct", publisher="Harbor Wire"),
)  # fmt: skip


@pytest.mark.parametrize("where", FILTERS, ids=str)
def test_entries_are_those_of_the_whole_ledger(sample_store: Path, where: QuoteFilter) -> None:
    with open_store(sample_store, read_only=True) as store:
        whole = {entry.id: entry for entry in ledger(store)}
        found = ledger(store, where)
        wanted = {(row["article_id"], row["id"]) for row in quotes(store, where)}
    assert found
    assert all(whole[entry.id] == entry for entry in found)
    with_match = [e.id for e in whole.values() if wanted & {(r.article_id, r.statement_id) for r in e.reports}]
    assert sorted(entry.id for entry in found) == sorted(with_match)
