"""What came into the record, in the order in which it came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.relations.alerts import Alert, raised_since
from detente.store import Store, queries

MOST = 20  # articles whose events are shown


@dataclass(frozen=True)
class Place:
    """Numbers of codings and of alerts that had come in."""

    codings: int = 0
    alerts: int = 0


@dataclass(frozen=True)
class Arrivals:
    """What came after a place: how many, and of the last articles the events. `place` is where they end."""

    place: Place
    articles: int
    events: int
    newest: list[dict[str, Any]]
    alerts: tuple[Alert, ...]


def place(store: Store) -> Place:
    """DuckDB numbers rows as they come; neither codings nor alerts are ever taken out."""
    row = store.rows(
        """SELECT (SELECT coalesce(max(rowid) + 1, 0) FROM codings) AS codings,
                  (SELECT coalesce(max(rowid) + 1, 0) FROM alerts) AS alerts"""
    )[0]
    return Place(row["codings"], row["alerts"])


def arrivals(store: Store, since: Place, most: int = MOST) -> Arrivals:
    """The last first. Alerts that are silenced, or that somebody has taken note of, are not among them."""
    to = place(store)
    counted = store.rows(
        """SELECT count(DISTINCT c.article_id) AS articles, count(e.id) AS events
           FROM (SELECT article_id, coder_version FROM codings WHERE rowid >= ?) c
           LEFT JOIN events e ON e.article_id = c.article_id AND e.coder_version = c.coder_version""",
        [since.codings],
    )[0]
    sql = "SELECT article_id FROM codings WHERE rowid >= ? ORDER BY rowid DESC LIMIT ?"
    newest: list[dict[str, Any]] = []
    for row in store.rows(sql, [since.codings, most]) if counted["events"] else ():
        newest += queries.events(store, queries.EventFilter(article=row["article_id"]))
    return Arrivals(to, counted["articles"], counted["events"], newest, raised_since(store, since.alerts))
