"""What each kind of rule looks for in the course of one pair."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from detente.relations.alerts.records import Alert, Finding
from detente.relations.alerts.rules import (
    ActorRule,
    BaselineRule,
    ChangeRule,
    LadderRule,
    LevelRule,
    NewTypeRule,
    Rule,
    Rung,
    concerns,
)  # fmt: skip
from detente.relations.events import PairEvent
from detente.relations.explain import long_day, record_of
from detente.relations.level import baseline_of, daily_levels, monitored_days
from detente.relations.parameters import Parameters
from detente.relations.words import clean, country_name, shorten, signed

EVIDENCE = 5


@dataclass(frozen=True)
class PairCourse:
    """One pair up to `until`, whose days from `since` on are looked at. `read`: days on which somebody looked."""

    a: str
    b: str
    events: Sequence[PairEvent]
    read: Sequence[date]
    since: date
    until: date
    parameters: Parameters
    max_delay: int | None = None
    """Days after which an event that was not told before is no news; None where any is."""

    def counted(self, rule: Rule) -> PairCourse:
        """The course of those events alone that count for the rule."""
        events = [event for event in self.events if _counts(event, rule)]
        return replace(self, events=events, max_delay=rule.max_delay)

    def is_news(self, event: PairEvent) -> bool:
        told = [r.source.published.date() for r in event.reports if r.source.published]
        return self.max_delay is None or not told or (min(told) - event.day).days <= self.max_delay

    @property
    def name(self) -> str:
        return f"{country_name(self.a)} – {country_name(self.b)}"

    @property
    def recent(self) -> list[PairEvent]:
        return [event for event in self.events if event.day >= self.since and self.is_news(event)]

    @cached_property
    def first(self) -> date:
        """First day of the series: far enough back for a baseline."""
        return self.since - timedelta(days=self.parameters.baseline_days)

    @cached_property
    def levels(self) -> list[float]:
        days, weights = [e.day.toordinal() for e in self.events], [e.weight for e in self.events]
        return daily_levels(days, weights, self.first, self.until, self.parameters)

    @cached_property
    def monitored(self) -> list[float | None]:
        read = (day.toordinal() for day in self.read)
        seen = monitored_days(read, self.first, self.until, self.parameters.reach)
        return [level if looked else None for level, looked in zip(self.levels, seen, strict=True)]

    @property
    def days(self) -> Iterator[tuple[int, date]]:
        """Place in the series and day, for each day that is looked at."""
        for at in range((self.since - self.first).days, len(self.levels)):
            yield at, self.first + timedelta(days=at)

    def heaviest(self, day: date, worse: bool, reach: int = 28) -> tuple[PairEvent, ...]:
        """The events that carry a level down, or up, on a day: newer ones weigh more."""
        near = [e for e in self.events if 0 <= (day - e.day).days <= reach and (e.weight < 0) == worse]
        if not any(self.is_news(event) for event in near):
            return ()
        half = self.parameters.half_life
        order = sorted(near, key=lambda e: (-abs(e.weight) * 0.5 ** ((day - e.day).days / half), e.key))
        return tuple(order[:EVIDENCE])


def check(rule: Rule, course: PairCourse, rungs: Sequence[Rung]) -> list[Alert]:
    """What the rule finds on the days that are looked at; the same matter once in its quiet days."""
    if not concerns(rule, course.a, course.b, course.until):
        return []
    course = course.counted(rule)
    findings: dict[str, Callable[[], Iterator[Finding]]] = {
        "level": lambda: _level(rule, course),  # type: ignore[arg-type]
        "baseline": lambda: _baseline(rule, course),  # type: ignore[arg-type]
        "change": lambda: _change(rule, course),  # type: ignore[arg-type]
        "new-type": lambda: _new_type(rule, course),  # type: ignore[arg-type]
        "actor": lambda: _actor(rule, course),  # type: ignore[arg-type]
        "ladder": lambda: _ladder(rule, course, rungs),  # type: ignore[arg-type]
    }
    alerts: list[Alert] = []
    for finding in findings[rule.kind]():
        alike = [a for a in alerts if a.subject == finding.subject]
        if not alike or (finding.day - alike[-1].day).days > rule.quiet:
            alerts.append(_alert(rule, course, finding))
    return alerts


def _counts(event: PairEvent, rule: Rule) -> bool:
    return any(r.modality in rule.modalities and r.confidence >= rule.min_confidence for r in event.reports)


def _alert(rule: Rule, course: PairCourse, finding: Finding) -> Alert:
    key = "|".join([rule.id, course.a, course.b, finding.subject, finding.day.isoformat()])
    return Alert(
        id=hashlib.sha256(key.encode()).hexdigest()[:12], rule=rule.id, kind=rule.kind, severity=rule.severity,
        a=course.a, b=course.b, subject=finding.subject, day=finding.day, title=f"{course.name}: {finding.title}",
        text=finding.text, level=finding.level, before=finding.before,
        evidence=tuple(record_of(event) for event in finding.events),
    )  # fmt: skip


def _level(rule: LevelRule, course: PairCourse) -> Iterator[Finding]:
    """The day on which the level crosses the line; events must carry it there."""
    limit = rule.below if rule.below is not None else rule.above
    assert limit is not None
    worse = rule.below is not None
    sign = -1 if worse else 1
    for at, day in course.days:
        level, before = course.levels[at], course.levels[at - 1]
        events = course.heaviest(day, worse)
        if sign * level >= sign * limit and sign * before < sign * limit and events:
            way = "below" if worse else "above"
            title = f"level {way} {signed(limit)}"
            yield _on_level(title, day, level, before, events, f"{way} {limit:g}")


def _baseline(rule: BaselineRule, course: PairCourse) -> Iterator[Finding]:
    worse = rule.direction == "worse"
    outside_before = False
    for at, day in course.days:
        level = course.monitored[at]
        base = baseline_of(course.monitored[: at + 1], course.parameters)
        if level is None or base is None:
            outside_before = False
            continue
        outside = level < base.low if worse else level > base.high
        outside = outside and abs(level - base.median) >= rule.least
        events = course.heaviest(day, worse) if outside and not outside_before else ()
        if events:
            title = f"{rule.direction} than nine in ten of its days"
            more = f" (usual {signed(base.low if worse else base.high)})"
            yield _on_level(title, day, level, course.levels[at - 1], events, rule.direction, more)
        outside_before = outside


def _change(rule: ChangeRule, course: PairCourse) -> Iterator[Finding]:
    sign = -1 if rule.by < 0 else 1
    for at, day in course.days:
        change = course.levels[at] - course.levels[at - rule.days]
        events = course.heaviest(day, rule.by < 0, rule.days)
        if sign * change >= abs(rule.by) and events:
            title = f"level {'fell' if sign < 0 else 'rose'} by {abs(change):.1f} in {rule.days} days"
            yield _on_level(title, day, course.levels[at], course.levels[at - rule.days], events, f"{rule.by:+g}")


def _on_level(
    title: str, day: date, level: float, before: float, events: tuple[PairEvent, ...], subject: str, more: str = ""
) -> Finding:
    text = f"{long_day(day)}: {signed(level)}, before {signed(before)}{more}. {_told(events[0])}"
    return Finding(subject, day, title, text, events, round(level, 3), round(before, 3))


def _new_type(rule: NewTypeRule, course: PairCourse) -> Iterator[Finding]:
    for event in course.recent:
        if event.type not in rule.types or event.is_threat:
            continue
        before = [e for e in course.events if 0 < (event.day - e.day).days <= rule.days]
        if len(before) >= rule.least_events and not any(e.type == event.type and not e.is_threat for e in before):
            title = f"first {event.type} for {rule.days} days"
            yield Finding(event.type, event.day, title, _told(event), (event,))


def _actor(rule: ActorRule, course: PairCourse) -> Iterator[Finding]:
    wanted = rule.actor.casefold()
    for event in course.recent:
        names = (*event.lead.by, *event.lead.to)
        fits = (not rule.types or event.type in rule.types) and (not rule.quads or event.quad in rule.quads)
        if fits and any(wanted in name.casefold() for name in names):
            title = next(clean(name) for name in names if wanted in name.casefold())
            yield Finding(f"event {event.id}", event.day, title, _told(event), (event,))


def _ladder(rule: LadderRule, course: PairCourse, rungs: Sequence[Rung]) -> Iterator[Finding]:
    """Climbs day by day: of several events of a day the one on the highest rung tells."""
    names = [rung.name for rung in rungs]
    placed = [(event, rung_of(event, rungs)) for event in course.events]
    for day in sorted({event.day for event in course.recent}):
        today = [(rung, event) for event, rung in placed if event.day == day and rung is not None]
        before = [r for event, r in placed if r is not None and 0 < (day - event.day).days <= rule.days]
        if not today:
            continue
        rung = max(r for r, _ in today)
        if rung < names.index(rule.from_) or rung <= max(before, default=-1):
            continue
        events = sorted((e for r, e in today if r == rung), key=lambda e: (-abs(e.weight), e.key))
        start = names[max(before)] if before else "calm"
        title = f"climbed from {start} to {names[rung]}"
        yield Finding(names[rung], day, title, _told(events[0]), tuple(events[:EVIDENCE]))


def rung_of(event: PairEvent, rungs: Sequence[Rung]) -> int | None:
    """The lowest rung that takes the event; a hostile deed that is only announced stands on the rung of THREATEN."""
    type_ = "THREATEN" if event.is_threat else event.type
    fitting = (i for i, r in enumerate(rungs) if type_ in r.types and (not r.modes or event.lead.mode in r.modes))
    return next(fitting, None)


def _told(event: PairEvent) -> str:
    record = record_of(event)
    where = ", ".join(clean(name) for name in record.publishers) or "publisher unknown"
    return f"{record.told}. “{shorten(record.sentence, 240)}” — {where}"
