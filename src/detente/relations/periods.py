"""Counts and levels by day, week (from Monday) or month."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from detente.relations.columns import Events
from detente.relations.report import Counts, Period, SeriesName
from detente.relations.seen import Seen

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Course:
    """One direction's events (indices, by day) and its level on each day, None where nobody was looking."""

    direction: SeriesName
    events: Events
    chosen: np.ndarray
    history: list[float | None]
    """From the first event on, before the period too."""
    levels: list[float | None]
    """Of the period."""

    @property
    def days(self) -> np.ndarray:
        import numpy as np

        return np.asarray(self.events.day[self.chosen])

    @property
    def weights(self) -> np.ndarray:
        import numpy as np

        return np.asarray(self.events.weight[self.chosen])


def by_period(
    by: str, first: date, last: date, seen: Seen, courses: Sequence[Course], listed: Container[str] | None = None
) -> tuple[Period, ...]:
    """Periods that cover `first` to `last`; the outer ones are cut to it. Of `listed` ids alone events are named."""
    spans = list(cut(by, first, last))
    articles = seen.by_period([start for start, _ in spans], last)
    tables = [_Counted(course, [start for start, _ in spans], last, listed) for course in courses]
    periods = []
    for at, (start, end) in enumerate(spans):
        levels = courses[0].levels[(start - first).days : (end - first).days + 1]
        monitored = any(level is not None for level in levels)
        level_at = (end - first).days
        counts = tuple(
            table.counts(at, course.levels[level_at]) if monitored else _unmonitored(course.direction)
            for table, course in zip(tables, courses, strict=True)
        )
        periods.append(Period(start=start, end=end, monitored=monitored, articles=articles[at][0],
                              publishers=articles[at][1], counts=counts))  # fmt: skip
    return tuple(periods)


def cut(by: str, first: date, last: date) -> Iterator[tuple[date, date]]:
    start = first
    while start <= last:
        if by == "day":
            end = start
        elif by == "week":
            end = start + timedelta(days=6 - start.weekday())
        else:
            end = (start.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        yield start, min(end, last)
        start = end + timedelta(days=1)


def _unmonitored(direction: SeriesName) -> Counts:
    return Counts.model_validate({**dict.fromkeys(Counts.model_fields), "direction": direction})


class _Counted:
    """Sums of a course's events in each period."""

    def __init__(self, course: Course, starts: Sequence[date], last: date, listed: Container[str] | None) -> None:
        import numpy as np

        events = course.events
        edges = np.array([*(day.toordinal() for day in starts), last.toordinal() + 1])
        self.direction = course.direction
        self.bounds = np.searchsorted(course.days, edges)
        chosen = course.chosen[self.bounds[0] : self.bounds[-1]]
        at = np.searchsorted(edges, events.day[chosen], side="right") - 1
        size, deed = len(starts), events.is_deed[chosen]
        self.types = events.reports.types
        self.listed = listed

        def table(values: np.ndarray, width: int) -> list[list[int]]:
            counted: list[list[int]] = (
                np.bincount(at * width + values, minlength=size * width).reshape(-1, width).tolist()
            )
            return counted

        def sums(values: np.ndarray) -> list[float]:
            added: list[float] = np.bincount(at, values, size).tolist()
            return added

        self.quads = table(events.quad[chosen], 5)
        self.kinds = table(events.type[chosen], max(1, len(self.types)))
        self.intensity = sums(events.reports["intensity"][events.lead[chosen]])
        self.words = sums(np.where(deed, 0.0, events.weight[chosen]))
        self.deeds = sums(np.where(deed, events.weight[chosen], 0.0))
        threat = events.is_threat[chosen]
        self.threats = sums(threat)
        self.acts = sums((events.quad[chosen] == 4) & ~threat)
        self.ids = events.ids(course.chosen)

    def counts(self, at: int, level: float | None) -> Counts:
        quads = {quad: self.quads[at][quad] for quad in (1, 2, 3, 4)}
        kinds = {name: n for name, n in sorted(zip(self.types, self.kinds[at], strict=False)) if n}
        number = sum(quads.values())
        ids = self.ids[self.bounds[at] : self.bounds[at + 1]]
        return Counts(
            direction=self.direction, events=number, quads=quads, quad_shares=_shares(quads), types=kinds,
            type_shares=_shares(kinds),
            intensity=round(self.intensity[at] / number, 3) + 0.0 if number else None,
            words=round(self.words[at], 3) + 0.0, deeds=round(self.deeds[at], 3) + 0.0,
            threats=int(self.threats[at]), acts=int(self.acts[at]),
            level=None if level is None else round(level, 3) + 0.0,
            event_ids=ids if self.listed is None else tuple(id_ for id_ in ids if id_ in self.listed),
        )  # fmt: skip


Kind = TypeVar("Kind", int, str)


def _shares(counts: dict[Kind, int]) -> dict[Kind, float] | None:
    whole = sum(counts.values())
    return {kind: round(number / whole, 4) for kind, number in counts.items()} if whole else None
