"""One event counted once: the reports of it, and what it weighs in the series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from detente.relations.evidence import Direction, Pair, Report
from detente.relations.parameters import Parameters

CONFLICT_OR_COOPERATION = {1: "cooperation", 2: "cooperation", 3: "conflict", 4: "conflict"}


@dataclass(frozen=True)
class PairEvent:
    """All reports of one type, day and direction, which stand for one event; `weight` is signed."""

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
    def key(self) -> tuple[str, str, str]:
        return (self.day.isoformat(), self.direction, self.type)


def join_reports(reports: Iterable[Report], pair: Pair, parameters: Parameters) -> list[PairEvent]:
    """Events in the order of their days. Reports without a day or of a modality that weighs nothing are left out."""
    groups: dict[tuple[date, Direction, str], list[Report]] = defaultdict(list)
    for report in reports:
        if report.day is not None and report.modality in parameters.modality_weight:
            groups[(report.day, report.direction, report.type)].append(report)
    events = [_event(group, pair, parameters) for group in groups.values()]
    return sorted(events, key=lambda event: event.key)


def _event(reports: list[Report], pair: Pair, parameters: Parameters) -> PairEvent:
    """The most hostile report leads if there is one, so that no hostile report can lift the level."""
    weighed = sorted(
        ((report_weight(report, pair, parameters), report) for report in reports),
        key=lambda item: (-abs(item[0]), str(item[1].source.published), item[1].source.article_id, item[1].event_id),
    )
    weight, lead = next((item for item in weighed if item[0] < 0), weighed[0])
    publishers = tuple(sorted({r.source.publisher for r in reports if r.source.publisher and not r.source.copy}))
    voices = max(1, len(publishers))
    weight *= 1 + parameters.publisher_bonus * (1 - 1 / voices)
    day = lead.day
    assert day is not None
    ordered = tuple(report for _, report in weighed)
    return PairEvent(day, lead.direction, lead.type, lead.quad, weight, lead, ordered, publishers)


def report_weight(report: Report, pair: Pair, parameters: Parameters) -> float:
    """Intensity times confidence, modality, and what is known of the teller and the day."""
    weight = report.intensity * report.confidence * parameters.modality_weight[report.modality]
    if report.guessed_day:
        weight *= parameters.guessed_day_weight
    if report.quad in (2, 4) and report.direction != "mutual":
        other = pair.b if report.direction == "a>b" else pair.a
        if report.teller_country in other:
            weight *= parameters.other_side_weight
    return weight


def of_direction(events: Iterable[PairEvent], direction: str) -> list[PairEvent]:
    """Events of "a>b" or "b>a" with the mutual ones, or each once for "both"."""
    return [event for event in events if direction == "both" or event.direction in (direction, "mutual")]
