"""Pages of the ledger are those of the whole, and read no more than they need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from detente.store import Store, open_store, queries
from detente.store.ledger import LedgerEntry
from detente.store.ledger_pages import first_entries, ledger_page
from detente.store.queries import QuoteFilter, ledger

FILTERS = (
    QuoteFilter(), QuoteFilter(speaker="RUS"), QuoteFilter(about="USA", kind="direct"), QuoteFilter(kind="indirect"),
    QuoteFilter(since=date(2021, 4, 1), until=date(2021, 4, 30)), QuoteFilter(search="ambassador"),
    QuoteFilter(search="sanctions", speaker="USA"), QuoteFilter(search='"red line"'), QuoteFilter(publisher="nobody"),
)  # fmt: skip


@pytest.fixture(scope="module")
def store(sample_store: Path) -> Iterator[Store]:
    with open_store(sample_store, read_only=True) as store:
        yield store


def read(store: Store, where: QuoteFilter, size: int, newest: bool = False) -> list[LedgerEntry]:
    found: list[LedgerEntry] = []
    start: int | None = 0
    while start is not None:
        page = ledger_page(store, where, size, start, newest)
        assert len(page.entries) <= size
        assert page.next is None or page.next > start
        found += page.entries
        start = page.next
    return found


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize(("size", "newest"), [(7, False), (40, True)])
def test_pages_hold_each_entry_of_the_whole_ledger_once(
    store: Store, where: QuoteFilter, size: int, newest: bool
) -> None:
    found, whole = read(store, where, size, newest), ledger(store, where)
    assert len({entry.id for entry in found}) == len(found)
    assert {entry.id: entry for entry in found} == {entry.id: entry for entry in whole}


def test_pages_are_in_order(store: Store) -> None:
    newest = [entry.date for entry in read(store, QuoteFilter(kind="direct"), 10, newest=True) if entry.date]
    assert newest[0] > newest[-1]
    assert ledger_page(store, QuoteFilter(search="ambassador"), 3).entries == ledger(
        store, QuoteFilter(search="ambassador", limit=3)
    )


def test_a_page_says_how_many_statements_match_and_where_the_next_begins(store: Store) -> None:
    where = QuoteFilter(kind="direct")
    first = ledger_page(store, where, 2)
    direct = store.rows("SELECT count(*) AS n FROM current_statements WHERE kind = 'direct'")[0]["n"]
    assert (first.matched, len(first.entries)) == (direct, 2)
    assert first.next is not None
    assert ledger_page(store, where, 2, direct).entries == []


def test_a_page_reads_the_neighbours_of_its_own_quotes_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read_rows = 0
    ask = Store.rows

    def counted(self: Store, sql: str, parameters: object = ()) -> object:
        nonlocal read_rows
        rows = ask(self, sql, parameters)  # type: ignore[arg-type]
        read_rows += len(rows)
        return rows

    monkeypatch.setattr(Store, "rows", counted)
    ledger_page(store, QuoteFilter(), 5)
    assert read_rows < store.rows("SELECT count(*) AS n FROM statements")[0]["n"] / 4


@pytest.mark.parametrize(
    "where",
    [
        *(QuoteFilter(limit=limit, offset=offset) for limit, offset in ((1, 0), (7, 0), (30, 13), (0, 0), (900, 0))),
        *(QuoteFilter(search="ambassador", limit=limit, offset=offset) for limit, offset in ((3, 0), (5, 4), (90, 0))),
        QuoteFilter(speaker="RUS", limit=5), QuoteFilter(about="USA", kind="direct", search="sanctions", limit=4),
        QuoteFilter(since=date(2021, 4, 1), limit=6), QuoteFilter(search="ambassador"),
    ],
)  # fmt: skip
def test_first_entries_are_those_of_the_whole_ledger(store: Store, where: QuoteFilter) -> None:
    assert first_entries(store, where) == ledger(store, where)


def test_first_entries_do_not_read_the_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def whole(*_: object) -> list[LedgerEntry]:
        raise AssertionError("the whole ledger was read")

    monkeypatch.setattr(queries, "ledger", whole)
    assert len(first_entries(store, QuoteFilter(limit=5))) == 5
    assert len(first_entries(store, QuoteFilter(search="ambassador", limit=5))) == 5
    with pytest.raises(AssertionError):
        first_entries(store, QuoteFilter(speaker="RUS", limit=5))
