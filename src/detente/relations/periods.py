"""Counts and levels by day, week (from Monday) or month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Protocol, TypeVar

from detente.relations.events import PairEvent
from detente.relations.evidence import Source
from detente.relations.report import Counts, Period, SeriesName


class Series(Protocol):
    @property
    def direction(self) -> SeriesName: ...
    @property
    def events(self) -> list[PairEvent]: ...
    @property
    def levels(self) -> list[float | None]: ...


def by_period(
    by: str, first: date, last: date, articles: Sequence[Source], courses: Sequence[Series]
) -> tuple[Period, ...]:
    """Periods that cover `first` to `last`; the outer ones are cut to it."""
    periods = []
    for start, end in cut(by, first, last):
        inside = [s for s in articles if s.published and start <= s.published.date() <= end]
        levels = courses[0].levels[(start - first).days : (end - first).days + 1]
        monitored = any(level is not None for level in levels)
        periods.append(
            Period(
                start=start,
                end=end,
                monitored=monitored,
                articles=len(inside),
                publishers=len({s.publisher for s in inside if s.publisher}),
                counts=tuple(_counts(course, start, end, first, monitored) for course in courses),
            )
        )
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


def _counts(course: Series, start: date, end: date, first: date, monitored: bool) -> Counts:
    if not monitored:
        return Counts.model_validate({**dict.fromkeys(Counts.model_fields), "direction": course.direction})
    events = [event for event in course.events if start <= event.day <= end]
    level = course.levels[(end - first).days]
    quads = Counter(event.quad for event in events)
    kinds = Counter(event.type for event in events)
    return Counts(
        direction=course.direction,
        events=len(events),
        quads={quad: quads[quad] for quad in (1, 2, 3, 4)},
        quad_shares=_shares({quad: quads[quad] for quad in (1, 2, 3, 4)}),
        types=dict(sorted(kinds.items())),
        type_shares=_shares(dict(sorted(kinds.items()))),
        intensity=round(sum(e.lead.intensity for e in events) / len(events), 3) + 0.0 if events else None,
        words=round(sum(e.weight for e in events if not e.is_deed), 3) + 0.0,
        deeds=round(sum(e.weight for e in events if e.is_deed), 3) + 0.0,
        threats=sum(e.is_threat for e in events),
        acts=sum(e.is_act for e in events),
        level=None if level is None else round(level, 3) + 0.0,
        event_ids=tuple(event.id for event in events),
    )


Kind = TypeVar("Kind", int, str)


def _shares(counts: dict[Kind, int]) -> dict[Kind, float] | None:
    whole = sum(counts.values())
    return {kind: round(number / whole, 4) for kind, number in counts.items()} if whole else None
