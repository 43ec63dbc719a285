"""What `detente watch` remembers: feeds with their validators, items with their states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from detente.store.rows import Row
from detente.store.store import Store


@dataclass(frozen=True)
class FeedState:
    """See the table watch_feeds; times are naive UTC."""

    url: str
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    polled: datetime | None = None
    not_before: datetime | None = None
    failures: int = 0
    problem: str | None = None


@dataclass(frozen=True)
class Item:
    """An item of a feed that waits to be fetched; see the table watch_items."""

    key: str
    feed: str
    host: str
    position: int
    url: str | None
    title: str | None
    author: str | None
    summary: str | None
    published: datetime | None
    found: datetime
    attempts: int = 0


FEED_COLUMNS = tuple(FeedState.__dataclass_fields__)
ITEM_COLUMNS = tuple(Item.__dataclass_fields__)


def feed_states(store: Store) -> dict[str, FeedState]:
    rows = store.rows(f"SELECT {', '.join(FEED_COLUMNS)} FROM watch_feeds")
    return {row["url"]: FeedState(**row) for row in rows}


def keep_poll(store: Store, state: FeedState, items: Iterable[Item]) -> int:
    """Keeps the feed's state and the items not known yet, all in one; the number of those.

    The validators are kept with the items that they stand for: what a server would not send again is here.
    """
    fresh = {item.key: item for item in items}
    with store.transaction():
        sql = "SELECT key FROM watch_items WHERE key IN (SELECT unnest(?))"
        known = {row["key"] for row in store.rows(sql, [list(fresh)])}
        rows = [_item_row(item) for key, item in fresh.items() if key not in known]
        store.append({"watch_items": rows})
        marks = ", ".join("?" * len(FEED_COLUMNS))
        store.rows(
            f"INSERT OR REPLACE INTO watch_feeds ({', '.join(FEED_COLUMNS)}) VALUES ({marks})",
            [getattr(state, name) for name in FEED_COLUMNS],
        )
    return len(rows)


def _item_row(item: Item) -> Row:
    values: dict[str, Any] = {name: getattr(item, name) for name in ITEM_COLUMNS}
    return {**values, "not_before": None, "state": "pending", "reason": None, "article_id": None}


def ready_items(store: Store, feeds: Iterable[str], now: datetime, per_host: int, limit: int) -> list[Item]:
    """Items of these feeds that may be fetched now: the first of each host, then the second of each, and so on."""
    sql = f"""
        SELECT {", ".join(ITEM_COLUMNS)} FROM (
            SELECT *, row_number() OVER (PARTITION BY host ORDER BY found, feed, position) AS turn
            FROM watch_items
            WHERE state = 'pending' AND feed IN (SELECT unnest(?)) AND (not_before IS NULL OR not_before <= ?)
        ) WHERE turn <= ? ORDER BY turn, host LIMIT ?"""
    return [Item(**row) for row in store.rows(sql, [list(feeds), now, per_host, limit])]


def waiting(store: Store, feeds: Iterable[str]) -> tuple[int, datetime | None]:
    """How many items of these feeds are pending, and when the first may be fetched (None: now, or there is none)."""
    sql = """SELECT count(*) AS number, min(coalesce(not_before, TIMESTAMP '1970-01-01')) AS first
             FROM watch_items WHERE state = 'pending' AND feed IN (SELECT unnest(?))"""
    (row,) = store.rows(sql, [list(feeds)])
    return row["number"], row["first"]


def settle(store: Store, ends: Iterable[tuple[str, str | None, str | None]]) -> None:
    """These items are done with: (key, reason, article id), stored as that article or rejected for that reason."""
    rows = list(ends)
    sql = """UPDATE watch_items SET summary = NULL, reason = done.reason, article_id = done.article_id,
                    state = CASE WHEN done.article_id IS NULL THEN 'rejected' ELSE 'stored' END
             FROM (SELECT unnest(?::VARCHAR[]) AS key, unnest(?::VARCHAR[]) AS reason,
                          unnest(?::VARCHAR[]) AS article_id) done
             WHERE watch_items.key = done.key"""
    if rows:
        store.rows(sql, [list(column) for column in zip(*rows, strict=True)])


def postpone(store: Store, key: str, attempts: int, not_before: datetime) -> None:
    store.rows("UPDATE watch_items SET attempts = ?, not_before = ? WHERE key = ?", [attempts, not_before, key])
