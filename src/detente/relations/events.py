"""One event counted once: the reports of it, and what it weighs in the series."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from detente.clusters import cluster_tellings
from detente.relations.evidence import Direction, Report
from detente.relations.parameters import Parameters
from detente.relations.telling import telling_of


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
    def origins(self) -> tuple[str, ...]:
        """Who coded it: "detente", or datasets that were imported."""
        return tuple(sorted({report.origin for report in self.reports}))

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
    """Events in the order of their days. Reports without a day or of a modality that weighs nothing are left out.

    Which of our own reports tell of one event is decided by `detente.clusters` alone. Imported rows of one day, type
    and parties are one event, as is customary with such data, and join an event of ours that has the same.
    """
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
    events = [_event(group, parameters) for group in groups]
    return sorted(events, key=lambda event: event.key)


def _key(report: Report) -> tuple[object, ...]:
    return (report.day, report.type, report.direction, report.by_codes, report.to_codes, report.modality)


def _event(reports: list[Report], parameters: Parameters) -> PairEvent:
    """Of `reports` in the order of publication. The most hostile one leads if there is one, so that no hostile report
    can lift the level."""
    weighed = sorted(
        ((report_weight(report, parameters), report) for report in reports),
        key=lambda item: (-abs(item[0]), str(item[1].source.published), item[1].source.article_id, item[1].event_id),
    )
    weight, lead = next((item for item in weighed if item[0] < 0), weighed[0])
    publishers = tuple(sorted({r.source.publisher for r in reports if r.source.publisher and not r.source.copy}))
    voices = max(len(publishers), *(report.voices for report in reports))
    weight *= 1 + parameters.publisher_bonus * (1 - 1 / voices)
    day = _day_of(lead, reports)
    assert day is not None
    ordered = tuple(report for _, report in weighed)
    id_ = event_id((reports[0].source.article_id, reports[0].event_id))
    return PairEvent(id_, day, lead.direction, lead.type, lead.quad, weight, lead, ordered, publishers)


def _day_of(lead: Report, reports: list[Report]) -> date | None:
    """That of the lead, or where its words name none, of the first report whose words do, or of the first report.

    So no later report without a day can move the event to its own day.
    """
    named = (report.day for report in (lead, *reports) if not report.guessed_day and not report.slack)
    return next(named, min((report.day for report in reports if report.day and not report.slack), default=lead.day))


def event_id(earliest: tuple[str, str]) -> str:
    """Of article and event of the earliest report: the same whatever side is asked for, and however many follow."""
    return hashlib.sha256("|".join(earliest).encode()).hexdigest()[:12]


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
