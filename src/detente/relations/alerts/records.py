"""Alerts and silences as records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

from detente.records import Record
from detente.relations.alerts.rules import Severity
from detente.relations.events import PairEvent
from detente.relations.report import PairEventRecord
from detente.store.export import iso

ALERT_COLUMNS = ("id", "day", "severity", "rule", "kind", "a", "b", "title", "text", "level", "before", "event_ids",
                 "article_ids", "raised", "state", "acknowledged", "acknowledged_by", "note")  # fmt: skip


Moment = Annotated[
    datetime,
    PlainSerializer(iso, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""UTC without a zone, as the store keeps it; JSON says so."""


@dataclass(frozen=True)
class Finding:
    """What a rule found. `subject` is the matter that is told once in the rule's quiet days."""

    subject: str
    day: date
    title: str
    text: str
    events: tuple[PairEvent, ...]
    level: float | None = None
    before: float | None = None


class Alert(Record):
    """What a rule noticed on a pair (codes in the order of the alphabet), with the events behind it.

    `raised` is None before it is kept in a store. `silenced` says that a silence covers it now.
    """

    id: str
    rule: str
    kind: str
    severity: Severity
    a: str
    b: str
    subject: str
    day: date
    title: str
    text: str
    level: float | None = None
    before: float | None = None
    evidence: tuple[PairEventRecord, ...]
    raised: Moment | None = None
    acknowledged: Moment | None = None
    acknowledged_by: str | None = None
    note: str | None = None
    silenced: bool = False

    @property
    def article_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(id_ for event in self.evidence for id_ in event.article_ids))

    @property
    def state(self) -> str:
        return "acknowledged" if self.acknowledged else "silenced" if self.silenced else "new"

    def row(self) -> dict[str, object]:
        """For a table (ALERT_COLUMNS): of the evidence only the ids."""
        row = {name: getattr(self, name) for name in ALERT_COLUMNS if name not in ("event_ids", "article_ids")}
        return {**row, "event_ids": [event.id for event in self.evidence], "article_ids": list(self.article_ids)}


class Silence(Record):
    """Alerts of `rule`, of the pair `a`, `b`, or of both are not told while their day lies not after `until`."""

    id: str
    rule: str | None = None
    a: str | None = None
    b: str | None = None
    until: date | None = None
    note: str | None = None

    @property
    def scope(self) -> str:
        """In words: "rule hostile on RUS – USA"."""
        parts = [f"rule {self.rule}" if self.rule else None, f"{self.a} – {self.b}" if self.a else None]
        return " on ".join(part for part in parts if part)

    def covers(self, alert: Alert) -> bool:
        same_rule = self.rule is None or self.rule == alert.rule
        same_pair = self.a is None or (self.a, self.b) == (alert.a, alert.b)
        return same_rule and same_pair and (self.until is None or alert.day <= self.until)
