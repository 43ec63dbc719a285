"""One event counted once: which reports tell it, and what it weighs in the series."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from detente.clusters import cluster_tellings
from detente.relations.columns import DIRECTIONS, Events, Reports, day_of, events_of, ordinal
from detente.relations.evidence import Direction, Report
from detente.relations.parameters import Parameters
from detente.relations.telling import telling_of

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class PairEvent:
    """One event with its reports, the earliest first; `weight` is signed.

    `id` is the same whatever side is asked for first, `lead` the report that the event is told in the words of.
    """

    id: str
    day: date
    direction: Direction
    type: str
    quad: int
    weight: float
    lead: Report
    reports: tuple[Report, ...]
    publishers: tuple[str, ...]

    @property
    def origins(self) -> tuple[str, ...]:
        """Who coded it: "detente", or datasets that were imported."""
        return tuple(sorted({report.origin for report in self.reports}))

    @property
    def is_threat(self) -> bool:
        """As `Events.is_threat`."""
        return self.type == "THREATEN" or (self.quad == 4 and self.lead.modality in ("future", "conditional"))

    @property
    def is_act(self) -> bool:
        """A hostile deed that is done, or alleged to be."""
        return self.quad == 4 and not self.is_threat

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.day.isoformat(), self.direction, self.type, self.id)


def join_reports(reports: Iterable[Report], parameters: Parameters) -> list[PairEvent]:
    """Events in the order of their days. Reports without a day or of a modality that weighs nothing are left out."""
    held = list(reports)
    columns = columns_of(held, {})
    return objects_of(events_of(columns.with_columns(placed_in(held, parameters)), parameters), held)


def objects_of(events: Events, held: Sequence[Report], chosen: Iterable[int] | None = None) -> list[PairEvent]:
    """Events (by index, or all) of columns that were made of these reports."""
    made = []
    for i in range(len(events)) if chosen is None else chosen:
        lead = held[events.lead[i]]
        told = tuple(held[row] for row in events.rows_of(i))
        made.append(PairEvent(events.id_of(i), day_of(events.day[i]), lead.direction, lead.type, lead.quad,
                              float(events.weight[i]), lead, told, events.publishers_of(i)))  # fmt: skip
    return made


def columns_of(reports: Sequence[Report], numbers: dict[tuple[str, ...], int]) -> Reports:
    """The reports of one pair in columns, not yet joined; `numbers` of articles and statements are added to."""
    import numpy as np

    names: dict[str, dict[str, int]] = {"type": {}, "modality": {}, "publisher": {}}

    def numbered(kind: str, values: Iterable[str | None]) -> np.ndarray:
        known = names[kind]
        return np.array([known.setdefault(v, len(known)) if v else -1 for v in values], dtype=np.int64)

    def mark(*key: str) -> int:
        return numbers.setdefault(key, len(numbers) + 1)

    columns = {
        "pair": np.zeros(len(reports), dtype=np.int64),
        "day": np.array([ordinal(r.day) for r in reports], dtype=np.int64),
        "slack": np.array([r.slack for r in reports], dtype=np.int64),
        "guessed": np.array([r.guessed_day for r in reports], dtype=bool),
        "direction": np.array([DIRECTIONS.index(r.direction) for r in reports], dtype=np.int64),
        "type": numbered("type", (r.type for r in reports)),
        "quad": np.array([r.quad for r in reports], dtype=np.int64),
        "modality": numbered("modality", (r.modality for r in reports)),
        "intensity": np.array([r.intensity for r in reports], dtype=np.float64),
        "confidence": np.array([r.confidence for r in reports], dtype=np.float64),
        "on_targets_word": np.array([r.teller_country in r.to_codes for r in reports], dtype=bool),
        "published": np.array([ordinal(r.source.published) for r in reports], dtype=np.int64),
        "publisher": numbered("publisher", (r.source.publisher for r in reports)),
        "copy": np.array([r.source.copy for r in reports], dtype=bool),
        "voices": np.array([r.voices for r in reports], dtype=np.int64),
        "telling": np.full(len(reports), -1, dtype=np.int64),
        "place": np.zeros(len(reports), dtype=np.int64),
        "article": np.array([mark(r.source.article_id) for r in reports], dtype=np.uint64),
        "statement": np.array([mark(r.source.article_id, r.statement_id) if r.statement_id else 0 for r in reports],
                              dtype=np.uint64),
    }  # fmt: skip
    kinds, modalities, publishers = (list(names[kind]) for kind in ("type", "modality", "publisher"))
    return Reports(
        columns, kinds, modalities, publishers, lambda rows: [reports[row].source.article_id for row in rows]
    )  # fmt: skip


def placed_in(reports: Sequence[Report], parameters: Parameters) -> dict[str, np.ndarray]:
    """The columns `telling` and `place` of these reports: which of them tell of one event."""
    import numpy as np

    telling, place = np.zeros(len(reports), dtype=np.int64), np.zeros(len(reports), dtype=np.int64)
    row = {id(report): i for i, report in enumerate(reports)}
    for group in _groups(reports, parameters):
        number = event_number((group[0].source.article_id, group[0].event_id))
        for at, report in enumerate(group):
            telling[row[id(report)]], place[row[id(report)]] = number, at
    return {"telling": telling, "place": place}


def _groups(reports: Iterable[Report], parameters: Parameters) -> list[list[Report]]:
    """Which of our own reports tell of one event is decided by `detente.clusters` alone. Imported rows of one day, type
    and parties are one event, as is customary with such data, and join an event of ours that has the same."""
    told = {
        (report.source.article_id, report.event_id): report
        for report in reports
        if report.day is not None and report.modality in parameters.modality_weight
    }
    clusters = cluster_tellings(telling_of(report) for report in told.values() if report.origin == "detente")
    groups = [[told[t.article_id, t.event_id] for t in cluster] for cluster in clusters]
    by_key = {_key(group[0]): group for group in reversed(groups)}
    for report in (report for report in told.values() if report.origin != "detente"):
        if _key(report) not in by_key:
            groups.append([])
            by_key[_key(report)] = groups[-1]
        by_key[_key(report)].append(report)
    return groups


def _key(report: Report) -> tuple[object, ...]:
    return (report.day, report.type, report.direction, report.by_codes, report.to_codes, report.modality)


def event_id(earliest: tuple[str, str]) -> str:
    """Of article and event of the earliest report: the same whatever side is asked for, and however many follow."""
    return hashlib.sha256("|".join(earliest).encode()).hexdigest()[:12]


def event_number(earliest: tuple[str, str]) -> int:
    """The id as a number, as the store keeps it."""
    return int(event_id(earliest), 16)
