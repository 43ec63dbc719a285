"""From a store to the report on one pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from detente.relations.columns import Events, Reports
from detente.relations.explain import assessments, origin_line, shown_carriers, summary, turning_points
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
from detente.relations.material import Material, material_of
from detente.relations.parameters import BY, DEFAULTS, Excerpt, Parameters, RelationQuestion
from detente.relations.parties import Party, resolve
from detente.relations.periods import Course, by_period
from detente.relations.quotes import carried_by, top_quotes
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
from detente.relations.seen import Seen
from detente.relations.turning import find_turns
from detente.relations.words import clean

if TYPE_CHECKING:
    import numpy as np

__all__ = ["relation_events", "relation_report"]

TOP_EVENTS = 10


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
    excerpt: Excerpt | None = None,
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
    material = material_of(store, pair, origin)
    known_since, last = _period(material, _day(since, "since"), _day(until, "until"))
    first = known_since
    if excerpt and excerpt.longest and first and last and since is None:
        first = max(first, last - excerpt.longest)
    if last:
        material = material.known(last)
    limit = excerpt.listed if excerpt else None
    events = material.events(parameters)
    names: tuple[SeriesName, ...] = ("a>b",) if directed else ("both", "a>b", "b>a")
    chosen = events.of_direction(names[0])
    within = _within(events, chosen, first, last)
    seen = material.seen
    read = _days_read(material)
    courses = [_course(n, events, material, read, first, last, parameters) for n in names] if first and last else []
    turns = find_turns(events, chosen, seen.first_copies(), first, last, parameters) if first and last else []
    states = tuple(_state(course, last, parameters) for course in courses if last)
    judged = _assessments(material, events, chosen, courses, first, last, parameters)[:limit]
    top = events.heaviest(within, TOP_EVENTS).tolist()
    behind = [each.event_ids for each in states] + [each.event_ids for each in judged]
    named = [int(id_, 16) for ids in behind for id_ in ids]
    if excerpt and excerpt.opened:
        named += events.number[events.heaviest(_within(events, within, *excerpt.opened), limit)].tolist()
    listed = _listed(events, chosen, within, limit, named)
    carriers = [i for turn in turns for i in shown_carriers(turn)]
    wanted = list(dict.fromkeys([*top, *carriers, *listed]))
    records = dict(zip(wanted, material.records(events, wanted), strict=True))
    coverage = _coverage(material, read, events, within, first, last, parameters, limit, list(records.values()))
    side_a, side_b = _side(pair.a, last), _side(pair.b, last)
    sayings, quotable = material.sayings, _inside(material.sayings.day, first, last)
    return RelationReport(
        a=side_a, b=side_b, since=first, until=last, known_since=known_since, by=by, directed=directed,
        monitored=bool(states) and states[0].level is not None, data=origin.name,
        summary=(*summary(side_a, side_b, states, coverage, last, seen.within(first, last).newest, turns, parameters),
                 *origin_line(origin)),
        states=states, coverage=coverage,
        days=_days(courses, first, last, directed),
        periods=by_period(by, first, last, seen, courses, None if limit is None else {records[i].id for i in listed})
        if first and last else (),
        turning_points=turning_points(turns, events, records, sayings),
        top_events=tuple(records[i] for i in top),
        events=tuple(records[i] for i in listed),
        quotes=top_quotes(sayings, quotable, carried_by(events, within)),
        assessments=judged, method=_method(parameters),
    )  # fmt: skip


def relation_events(
    store: Rows,
    a: str | Party,
    b: str | Party,
    since: date | None = None,
    until: date | None = None,
    limit: int | None = None,
    after: tuple[date, str] | None = None,
    parameters: Parameters = DEFAULTS,
    data: str | None = None,
) -> list[PairEventRecord]:
    """The events of a relation by day, each once; options as for `relation_report`, with which ids are shared.

    `after`: day and id of the event to go on behind, so that pages fit together while the record grows.
    """
    pair = resolve(a, b)
    material = material_of(store, pair, origin_of(store, data))
    first, last = _period(material, since, until)
    if last:
        material = material.known(last)
    events = material.events(parameters)
    within = _within(events, events.of_direction("both"), first, last)
    if after is not None:
        within = _behind(events, within, *after)
    chosen = [int(i) for i in within[:limit]]
    return material.records(events, chosen)


def _behind(events: Events, within: np.ndarray, day: date, id_: str) -> np.ndarray:
    """Those that come after an event; after its day where it is not there any more."""
    import numpy as np

    found = np.flatnonzero(events.number[within] == int(id_, 16))
    if len(found):
        return np.asarray(within[found[0] + 1 :])
    return np.asarray(within[events.day[within] > day.toordinal()])


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


def _period(material: Material, since: date | None, until: date | None) -> tuple[date | None, date | None]:
    """Without bounds: from the first to the last article on the pair; events told of a time before do not widen it."""
    told, published = material.reports["day"], material.reports["published"]
    read = material.seen.days
    undated = told[(published == 0) & (told > 0)].tolist()
    known = read + undated
    first = since or (date.fromordinal(min(known)) if known else until)
    last = until or (date.fromordinal(max(known)) if known else since)
    if first and last and since is None and read:
        start = min(read)
        near = told[(told >= start - 7) & (told < start)].tolist()
        first = min([first, *map(date.fromordinal, near)])
    if first and last and first > last:
        raise RelationQuestion(f"the period from {first} to {last} is empty")
    return first, last


def _within(events: Events, chosen: np.ndarray, first: date | None, last: date | None) -> np.ndarray:
    """Those of the period; none where it has no bounds."""
    if not (first and last):
        return chosen[:0]
    import numpy as np

    days = events.day[chosen]
    return np.asarray(chosen[(days >= first.toordinal()) & (days <= last.toordinal())])


def _inside(days: np.ndarray, first: date | None, last: date | None) -> np.ndarray:
    """Which ordinals lie in the period; what has no day is counted with every period."""
    low = first.toordinal() if first else 0
    high = last.toordinal() if last else date.max.toordinal()
    import numpy as np

    return np.asarray((days == 0) | ((days >= low) & (days <= high)))


def _days_read(material: Material) -> list[int]:
    """Days of publication and days of which something was told: whoever reports on a day has looked at it."""
    import numpy as np

    told = np.unique(material.reports["day"])
    return [*material.seen.days, *told[told > 0].tolist()]


def _course(
    name: SeriesName, events: Events, material: Material, read: Sequence[int], first: date, last: date,
    parameters: Parameters,
) -> Course:  # fmt: skip
    mine = events.of_direction(name)
    oldest = first - timedelta(days=parameters.baseline_days)
    start = first
    if len(mine):
        start = min(first, max(date.fromordinal(int(events.day[mine[0]])), oldest))
    seen = monitored_days(read, start, last, parameters.reach, material.looked)
    levels = daily_levels(events.day[mine], events.weight[mine], start, last, parameters)
    history = [level if looked else None for level, looked in zip(levels, seen, strict=True)]
    return Course(name, events, mine, history, history[(first - start).days :])


def _state(course: Course, last: date, parameters: Parameters) -> State:
    now = course.levels[-1]
    if now is None:
        return State(direction=course.direction, level=None, low=None, high=None, before=None, words=None, deeds=None,
                     baseline=None)  # fmt: skip
    interval = interval_on(course.events, course.chosen, last, parameters)
    base = baseline_of(course.history, parameters)
    back = parameters.recent_days + 1
    before = course.history[-back] if len(course.history) >= back else None
    deed = course.events.is_deed[course.chosen]
    days, weights = course.days, course.weights
    return State(
        direction=course.direction, level=_round(now),
        low=_round(interval[0]) if interval else None, high=_round(interval[1]) if interval else None,
        before=_round(before) if before is not None else None,
        words=_round(level_on(days[~deed], weights[~deed], last, parameters)),
        deeds=_round(level_on(days[deed], weights[deed], last, parameters)),
        baseline=_baseline(base) if base else None,
        event_ids=_carrying(course, last, parameters),
    )  # fmt: skip


def _carrying(course: Course, last: date, parameters: Parameters) -> tuple[str, ...]:
    import numpy as np

    weights = np.abs(course.weights) * 0.5 ** ((last.toordinal() - course.days) / parameters.half_life)
    heavy = np.flatnonzero(weights >= weights.sum() / 100)
    ids = course.events.ids(course.chosen[heavy])
    return tuple(id_ for id_, _ in sorted(zip(ids, weights[heavy].tolist(), strict=True), key=lambda w: (-w[1], w[0])))


def _listed(
    events: Events, chosen: np.ndarray, within: np.ndarray, limit: int | None, named: Sequence[int]
) -> list[int]:
    """Events of the period, with a limit the newest, and those whose numbers are named; by day."""
    import numpy as np

    numbers = np.array(named, dtype=np.int64)
    kept = np.isin(chosen, within if limit is None else within[max(0, len(within) - limit) :])
    return [int(i) for i in chosen[kept | np.isin(events.number[chosen], numbers)]]


def _baseline(base: Baseline) -> BaselineRecord:
    return BaselineRecord(median=_round(base.median), low=_round(base.low), high=_round(base.high), days=base.days)


def _round(value: float) -> float:
    return round(value, 3) + 0.0  # never -0.0


def _assessments(
    material: Material, events: Events, chosen: np.ndarray, courses: Sequence[Course], first: date | None,
    last: date | None, parameters: Parameters,
) -> tuple[AssessmentRecord, ...]:  # fmt: skip
    """Those of the period; its first weeks are compared with the level before it."""
    levels: dict[date, float | None] = {}
    if courses and last:
        history = courses[0].history
        levels = dict(zip(days_between(last - timedelta(days=len(history) - 1), last), history, strict=True))
    return assessments(material.judged(first, last), events, chosen, levels, parameters)


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
    material: Material, read: Sequence[int], events: Events, within: np.ndarray, first: date | None,
    last: date | None, parameters: Parameters, limit: int | None, cited: Sequence[PairEventRecord],
) -> Coverage:  # fmt: skip
    seen: Seen = material.seen.within(first, last)
    days = days_between(first, last) if first and last else []
    looked = monitored_days(read, first, last, parameters.reach, material.looked) if first and last else []
    return Coverage(
        articles=len(seen), copies=int(seen.count[seen.copy].sum()),
        undated=int(seen.count[seen.day == 0].sum()),
        publishers=_publishers(seen),
        days_with_articles=len(seen.days),
        monitored_days=sum(looked), days=len(days), unmonitored=_gaps(days, looked),
        reports=int(events.count[within].sum()), events=len(within),
        left_out=_left_out(material.reports, first, last, parameters),
        sources=tuple(
            SourceRecord(article_id=s.article_id, title=s.title, url=s.url, publisher=s.publisher,
                         day=s.published.date() if s.published else None)
            for s in material.sources(first, last, limit, cited)
        ),
    )  # fmt: skip


def _publishers(seen: Seen) -> dict[str, int]:
    """Publishers with their number of articles, most first."""
    counts: Counter[str] = Counter()
    for name, number in seen.by_publisher():
        counts[clean(name)] += number
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _left_out(reports: Reports, first: date | None, last: date | None, parameters: Parameters) -> dict[str, int]:
    """Reports that stand outside the series, by modality, or because no day can be said."""
    import numpy as np

    inside = _inside(reports["day"], first, last)
    found: Counter[str] = Counter()
    for i, name in enumerate(reports.modalities):
        mine = inside & (reports["modality"] == i)
        left = mine & (reports["day"] == 0) if name in parameters.modality_weight else mine
        number = int(np.count_nonzero(left))
        if number:
            found["no day" if name in parameters.modality_weight else name] += number
    return dict(sorted(found.items()))


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
