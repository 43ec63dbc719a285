"""From a store to the report on one pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from detente.relations.events import PairEvent, join_reports, of_direction
from detente.relations.evidence import Evidence, Report, Source, gather
from detente.relations.explain import (
    assessments,
    origin_line,
    record_of,
    summary,
    top_events,
    top_quotes,
    turning_points,
)  # fmt: skip
from detente.relations.imported import Rows, origin_of
from detente.relations.level import (
    Baseline,
    baseline_of,
    daily_levels,
    days_between,
    interval_on,
    level_on,
    monitored_days,
)  # fmt: skip
from detente.relations.parameters import BY, DEFAULTS, Parameters, RelationQuestion
from detente.relations.parties import Party, resolve
from detente.relations.periods import by_period
from detente.relations.report import (
    AssessmentRecord,
    BaselineRecord,
    Coverage,
    Day,
    PairEventRecord,
    RelationReport,
    SeriesName,
    Side,
    SourceRecord,
    State,
)  # fmt: skip
from detente.relations.turning import find_turns
from detente.relations.words import clean

__all__ = ["relation_report"]


@dataclass(frozen=True)
class Course:
    """One direction's events and its level on each day of the period, None where nobody was looking."""

    direction: SeriesName
    events: list[PairEvent]
    history: list[float | None]
    """From the first event on, before the period too."""
    levels: list[float | None]


def relation_report(
    store: Rows,
    a: str | Party,
    b: str | Party,
    since: date | str | None = None,
    until: date | str | None = None,
    by: Literal["day", "week", "month"] = "day",
    directed: bool = False,
    parameters: Parameters = DEFAULTS,
    data: str | None = None,
) -> RelationReport:
    """How `a` and `b` stand at the end of `until`, and how they came there.

    A side is a country code, a group ("EU", "NATO", "BRICS", "G7", "G20"), codes with commas between them, "all" (all
    others), or a Party, as `detente.relations.parties.read_groups` gives them.

    Without `since` and `until` the period is that of the articles on the pair. `directed` keeps to what `a` does to
    `b`, mutual acts included. `data` says whose events count: "detente" (coded here), a dataset that was imported, or
    "all"; without it those coded here, or what was imported where the store holds no article. Raises RelationQuestion
    for an unknown side, the same side twice, data that the store does not hold, or an empty period.
    """
    pair = resolve(a, b)
    if by not in BY:
        raise RelationQuestion(f"by={by!r}: the steps are {', '.join(BY)}")
    origin = origin_of(store, data)
    evidence = gather(store, pair, origin.name)
    first, last = _period(evidence, _day(since, "since"), _day(until, "until"))
    evidence = _until(evidence, last)
    events = join_reports(evidence.reports, parameters)
    names: tuple[SeriesName, ...] = ("a>b",) if directed else ("both", "a>b", "b>a")
    if directed:
        events = of_direction(events, "a>b")
    courses = [_course(name, events, evidence, first, last, parameters) for name in names] if first and last else []
    within = [e for e in events if first and last and first <= e.day <= last]
    turns = find_turns(courses[0].events, _read_on(evidence), first, last, parameters) if first and last else []
    states = tuple(_state(course, last, parameters) for course in courses if last)
    coverage = _coverage(evidence, within, first, last, parameters)
    side_a, side_b = _side(pair.a, last), _side(pair.b, last)
    now_known = bool(states) and states[0].level is not None
    return RelationReport(
        a=side_a, b=side_b, since=first, until=last, by=by, directed=directed, monitored=now_known,
        data=origin.name,
        summary=(*summary(side_a, side_b, states, coverage, last, within, turns, parameters), *origin_line(origin)),
        states=states, coverage=coverage,
        days=_days(courses, first, last, directed),
        periods=by_period(by, first, last, evidence.articles, courses) if first and last else (),
        turning_points=turning_points(turns, evidence),
        top_events=tuple(record_of(event) for event in top_events(within)),
        events=_records(events, within, states),
        quotes=top_quotes(evidence, within, first, last),
        assessments=_assessments(evidence, events, courses, first, last, parameters),
        method=_method(parameters),
    )  # fmt: skip


def _side(party: Party, last: date | None) -> Side:
    members = party.on(last) if party.kind in ("group", "list") else ()
    return Side(code=party.code, name=party.name, said=party.said, members=members)


def _day(value: date | str | None, name: str) -> date | None:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise RelationQuestion(f"{name}={clean(value)!r} is no date; write it as 2021-03-18") from None


def _published(source: Source) -> date | None:
    return source.published.date() if source.published else None


def _period(evidence: Evidence, since: date | None, until: date | None) -> tuple[date | None, date | None]:
    """Without bounds: from the first to the last article on the pair; events told of a time before do not widen it."""
    read = [day for source in evidence.articles if (day := _published(source))]
    undated = [report.day for report in evidence.reports if report.source.published is None and report.day]
    known = read + undated
    first = since or (min(known) if known else until)
    last = until or (max(known) if known else since)
    if first and last and since is None and read:
        start = min(read)
        near = [r.day for r in evidence.reports if r.day and start - timedelta(days=7) <= r.day < start]
        first = min([first, *near])
    if first and last and first > last:
        raise RelationQuestion(f"the period from {first} to {last} is empty")
    return first, last


def _until(evidence: Evidence, last: date | None) -> Evidence:
    """Only what could be known on the last day: a report on the past does not see what was published later."""
    if last is None:
        return evidence

    def known(source: Source) -> bool:
        return source.published is None or source.published.date() <= last

    return Evidence(
        tuple(r for r in evidence.reports if known(r.source) and (r.day is None or r.day <= last)),
        tuple(s for s in evidence.said if known(s.source)),
        tuple(j for j in evidence.judged if known(j.source)),
        tuple(source for source in evidence.articles if known(source)),
        tuple(day for day in evidence.looked if day <= last),
    )


def _course(
    name: SeriesName, events: Sequence[PairEvent], evidence: Evidence, first: date, last: date, parameters: Parameters
) -> Course:
    mine = of_direction(events, name)
    oldest = first - timedelta(days=parameters.baseline_days)
    start = min([first, *(max(event.day, oldest) for event in mine)])
    seen = monitored_days(_days_read(evidence), start, last, parameters.reach, evidence.looked)
    levels = daily_levels(mine, start, last, parameters)
    history = [level if looked else None for level, looked in zip(levels, seen, strict=True)]
    return Course(name, mine, history, history[(first - start).days :])


def _read_on(evidence: Evidence) -> list[date]:
    """The day of publication of each article that is no copy."""
    return [day for source in evidence.articles if not source.copy and (day := _published(source))]


def _days_read(evidence: Evidence) -> list[date]:
    """Days of publication and days of which something was told: whoever reports on a day has looked at it."""
    read = [day for source in evidence.articles if (day := _published(source))]
    return read + [report.day for report in evidence.reports if report.day]


def _state(course: Course, last: date, parameters: Parameters) -> State:
    now = course.levels[-1]
    if now is None:
        return State(direction=course.direction, level=None, low=None, high=None, before=None, words=None, deeds=None,
                     baseline=None)  # fmt: skip
    interval = interval_on(course.events, last, parameters)
    base = baseline_of(course.history, parameters)
    back = parameters.recent_days + 1
    before = course.history[-back] if len(course.history) >= back else None
    return State(
        direction=course.direction, level=_round(now),
        low=_round(interval[0]) if interval else None, high=_round(interval[1]) if interval else None,
        before=_round(before) if before is not None else None,
        words=_round(level_on([e for e in course.events if not e.is_deed], last, parameters)),
        deeds=_round(level_on([e for e in course.events if e.is_deed], last, parameters)),
        baseline=_baseline(base) if base else None,
        event_ids=_carrying(course.events, last, parameters),
    )  # fmt: skip


def _carrying(events: Sequence[PairEvent], last: date, parameters: Parameters) -> tuple[str, ...]:
    weights = {e.id: abs(e.weight) * 0.5 ** ((last - e.day).days / parameters.half_life) for e in events}
    whole = sum(weights.values())
    return tuple(id_ for id_, weight in sorted(weights.items(), key=lambda w: (-w[1], w[0])) if weight >= whole / 100)


def _records(
    events: Sequence[PairEvent], within: Sequence[PairEvent], states: Sequence[State]
) -> tuple[PairEventRecord, ...]:
    """Those of the period, and older ones that a state still rests on."""
    wanted = {event.id for event in within} | {id_ for state in states for id_ in state.event_ids}
    return tuple(record_of(event) for event in events if event.id in wanted)


def _baseline(base: Baseline) -> BaselineRecord:
    return BaselineRecord(median=_round(base.median), low=_round(base.low), high=_round(base.high), days=base.days)


def _round(value: float) -> float:
    return round(value, 3) + 0.0  # never -0.0


def _assessments(
    evidence: Evidence, events: Sequence[PairEvent], courses: Sequence[Course], first: date | None, last: date | None,
    parameters: Parameters,
) -> tuple[AssessmentRecord, ...]:  # fmt: skip
    """Those of the period; its first weeks are compared with the level before it."""
    judged = tuple(each for each in evidence.judged if _in_period(each.day, first, last))
    levels: dict[date, float | None] = {}
    if courses and last:
        history = courses[0].history
        levels = dict(zip(days_between(last - timedelta(days=len(history) - 1), last), history, strict=True))
    return assessments(replace(evidence, judged=judged), events, levels, parameters)


def _days(courses: Sequence[Course], first: date | None, last: date | None, directed: bool) -> tuple[Day, ...]:
    if not (first and last and courses):
        return ()
    levels = {course.direction: course.levels for course in courses}

    def at(name: SeriesName, i: int) -> float | None:
        level = levels[name][i] if name in levels else None
        return None if level is None else _round(level)

    whole: SeriesName = "a>b" if directed else "both"
    return tuple(
        Day(day=day, both=at(whole, i), a_to_b=at("a>b", i), b_to_a=at("b>a", i))
        for i, day in enumerate(days_between(first, last))
    )


def _coverage(
    evidence: Evidence, events: Sequence[PairEvent], first: date | None, last: date | None, parameters: Parameters
) -> Coverage:
    articles = [s for s in evidence.articles if _in_period(_published(s), first, last)]
    days = days_between(first, last) if first and last else []
    seen = (
        monitored_days(_days_read(evidence), first, last, parameters.reach, evidence.looked) if first and last else []
    )
    publishers = Counter(clean(s.publisher) for s in articles if s.publisher)
    reports = [r for r in evidence.reports if _in_period(r.day, first, last)]
    return Coverage(
        articles=len(articles), copies=sum(s.copy for s in articles),
        undated=sum(s.published is None for s in articles),
        publishers=dict(sorted(publishers.items(), key=lambda item: (-item[1], item[0]))),
        days_with_articles=len({_published(s) for s in articles} - {None}),
        monitored_days=sum(seen), days=len(days), unmonitored=_gaps(days, seen),
        reports=sum(len(event.reports) for event in events), events=len(events),
        left_out=_left_out(reports, parameters),
        sources=tuple(
            SourceRecord(article_id=s.article_id, title=s.title, url=s.url, publisher=s.publisher, day=_published(s))
            for s in articles
        ),
    )  # fmt: skip


def _in_period(day: date | None, first: date | None, last: date | None) -> bool:
    """What has no day is counted with every period."""
    return day is None or ((first is None or first <= day) and (last is None or day <= last))


def _left_out(reports: Sequence[Report], parameters: Parameters) -> dict[str, int]:
    """Reports that stand outside the series, by modality, or because no day can be said."""
    reasons = Counter(
        report.modality if report.modality not in parameters.modality_weight else "no day"
        for report in reports
        if report.modality not in parameters.modality_weight or report.day is None
    )
    return dict(sorted(reasons.items()))


def _gaps(days: Sequence[date], seen: Sequence[bool]) -> tuple[tuple[date, date], ...]:
    gaps: list[tuple[date, date]] = []
    for day, looked in zip(days, seen, strict=True):
        if looked:
            continue
        if gaps and gaps[-1][1] == day - timedelta(days=1):
            gaps[-1] = (gaps[-1][0], day)
        else:
            gaps.append((day, day))
    return tuple(gaps)


def _method(parameters: Parameters) -> dict[str, float]:
    names = ("half_life", "scale", "reach", "baseline_days", "recent_days", "draws", "other_side_weight",
             "guessed_day_weight", "publisher_bonus", "turn_half_life", "turn_penalty", "turn_window",
             "turn_least", "turn_deviations", "turn_notice", "turn_step_reports")  # fmt: skip
    figures = {name: float(getattr(parameters, name)) for name in names}
    figures |= {f"modality_{name}": weight for name, weight in parameters.modality_weight.items()}
    return figures | {"interval_low": parameters.interval[0], "interval_high": parameters.interval[1]}
