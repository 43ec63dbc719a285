"""One event counted once: the reports of it, and what it weighs in the series."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from detente.relations.evidence import Direction, Report
from detente.relations.parameters import Parameters


def identity(report: Report) -> tuple[str, str, str, str]:
    """What two reports must share to tell of one event: the day, the type, who acts, on whom.

    The one place where this is decided. Between two countries the parties come down to the direction.
    """
    return (str(report.day), report.type, "+".join(report.by_codes), "+".join(report.to_codes))


@dataclass(frozen=True)
class PairEvent:
    """All reports of one event; `weight` is signed, `id` the same whatever side is asked for first."""

    id: str
    day: date
    direction: Direction
    type: str
    quad: int
    weight: float
    lead: Report
    """The report that weighs most; the event is told in its words."""
    reports: tuple[Report, ...]
    publishers: tuple[str, ...]

    @property
    def is_deed(self) -> bool:
        return self.quad in (2, 4)

    @property
    def is_threat(self) -> bool:
        """Hostility still to come: a threat, or a hostile deed that is announced or tied to a condition."""
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
    groups: dict[tuple[str, ...], list[Report]] = defaultdict(list)
    for report in reports:
        if report.day is not None and report.modality in parameters.modality_weight:
            groups[identity(report)].append(report)
    events = [_event(group, parameters) for group in groups.values()]
    return sorted(events, key=lambda event: event.key)


def _event(reports: list[Report], parameters: Parameters) -> PairEvent:
    """The most hostile report leads if there is one, so that no hostile report can lift the level."""
    weighed = sorted(
        ((report_weight(report, parameters), report) for report in reports),
        key=lambda item: (-abs(item[0]), str(item[1].source.published), item[1].source.article_id, item[1].event_id),
    )
    weight, lead = next((item for item in weighed if item[0] < 0), weighed[0])
    publishers = tuple(sorted({r.source.publisher for r in reports if r.source.publisher and not r.source.copy}))
    voices = max(1, len(publishers))
    weight *= 1 + parameters.publisher_bonus * (1 - 1 / voices)
    day = lead.day
    assert day is not None
    ordered = tuple(report for _, report in weighed)
    id_ = hashlib.sha256("|".join(identity(lead)).encode()).hexdigest()[:12]
    return PairEvent(id_, day, lead.direction, lead.type, lead.quad, weight, lead, ordered, publishers)


def report_weight(report: Report, parameters: Parameters) -> float:
    """Intensity times confidence, modality, and what is known of the teller and the day."""
    weight = report.intensity * report.confidence * parameters.modality_weight[report.modality]
    if report.guessed_day:
        weight *= parameters.guessed_day_weight
    if report.quad in (2, 4) and report.direction != "mutual":
        weight *= parameters.other_side_weight if report.teller_country in report.to_codes else 1.0
    return weight


def of_direction(events: Iterable[PairEvent], direction: str) -> list[PairEvent]:
    """Events of "a>b" or "b>a" with the mutual ones, or each once for "both"."""
    return [event for event in events if direction == "both" or event.direction in (direction, "mutual")]
