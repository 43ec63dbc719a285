"""The report in words: what the state is, which events and quotes carry it, and why the course turned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from detente.relations.columns import Events
from detente.relations.events import PairEvent
from detente.relations.evidence import Judged, Report, Said
from detente.relations.imported import ALL, OWN, Origin
from detente.relations.parameters import Parameters
from detente.relations.quotes import Sayings, carried_by, quote_of
from detente.relations.report import (
    AssessmentRecord,
    Coverage,
    PairEventRecord,
    Side,
    State,
    TurningPoint,
)  # fmt: skip
from detente.relations.turning import Turn
from detente.relations.words import against_baseline, clean, join_names, level_word, of_country, signed, told

if TYPE_CHECKING:
    import numpy as np

CARRIERS_SHOWN = 4  # of a turn
QUOTES_READ = 8  # of a turn, for the two that are shown


def record_of(event: PairEvent) -> PairEventRecord:
    articles = tuple(sorted({report.source.article_id for report in event.reports}))
    return record_of_lead(event.lead, event.id, event.day, event.weight, len(event.reports), articles,
                          event.publishers, event.origins)  # fmt: skip


def record_of_lead(
    lead: Report, id_: str, day: date, weight: float, reports: int, articles: tuple[str, ...],
    publishers: tuple[str, ...], origins: tuple[str, ...] = (OWN,),
) -> PairEventRecord:  # fmt: skip
    """An event in the words of the report that leads."""
    by, to = join_names(lead.by), join_names(lead.to)
    if lead.direction != "mutual":
        by, to = of_country(by, lead.by_codes), of_country(to, lead.to_codes)
    return PairEventRecord(
        id=id_, day=day, direction=lead.direction, by=lead.by_codes, to=lead.to_codes,
        event=lead.type, mode=lead.mode, modality=lead.modality,
        quad=lead.quad, intensity=lead.intensity, weight=round(weight, 3) + 0.0,
        told=told(by, to, lead.type, lead.mode, lead.modality),
        quote=clean(lead.quote), sentence=clean(lead.sentence), teller=lead.teller,
        reports=reports, publishers=publishers, article_ids=articles,
        title=lead.source.title, url=lead.source.url, data=origins,
    )  # fmt: skip


# turning points


def turning_points(
    turns: Sequence[Turn], events: Events, records: Mapping[int, PairEventRecord], sayings: Sayings
) -> tuple[TurningPoint, ...]:
    """`records` of the events that are shown of each turn."""
    asked = [(_near(turn, events, sayings), carried_by(events, turn.carriers)) for turn in turns]
    sayings.prepare(asked, QUOTES_READ)
    return tuple(
        _turning_point(turn, events, records, sayings.best(*question, 2))
        for turn, question in zip(turns, asked, strict=True)
    )


def shown_carriers(turn: Turn) -> tuple[int, ...]:
    """The heaviest of the events that carry it."""
    return turn.carriers[:CARRIERS_SHOWN]


def _near(turn: Turn, events: Events, sayings: Sayings) -> np.ndarray:
    """Quotes of these days, of the articles that tell what carries the turn if they hold any."""
    import numpy as np

    near = (sayings.day > 0) & (np.abs(sayings.day - turn.day.toordinal()) <= 3)
    told_of = events.reports["article"][events.rows_of_all(shown_carriers(turn))]
    inside = near & np.isin(sayings.article, told_of)
    return np.asarray(inside if inside.any() else near)


def _turning_point(
    turn: Turn, events: Events, records: Mapping[int, PairEventRecord], quotes: Sequence[tuple[int, Said]]
) -> TurningPoint:
    shown = [records[i] for i in shown_carriers(turn)]
    weighed = _weighed(turn, events)
    return TurningPoint(
        day=turn.day, direction=turn.direction, change=round(turn.weight, 3) + 0.0,
        why=f"{_what(shown, len(turn.carriers))} {weighed}", weighed=weighed,
        events=tuple(shown),
        quotes=tuple(quote_of(said) for _, said in quotes),
    )  # fmt: skip


def _what(shown: Sequence[PairEventRecord], carriers: int) -> str:
    """What the events that carry a turn are, of which the heaviest are shown."""
    named = list(dict.fromkeys(record.told for record in shown))[:2]
    more = carriers - sum(record.told in named for record in shown)
    rest = f"; and {more} more" if more else ""
    return f"{'; '.join(named)}{rest}."


def _weighed(turn: Turn, events: Events) -> str:
    """How often these events were told, what they weigh, and what was to be expected instead."""
    carriers = list(turn.carriers)
    reports = int(events.count[carriers].sum())
    weigh = "weigh" if len(carriers) > 1 else "weighs"
    brought, expected = signed(float(events.weight[carriers].sum())), signed(turn.expected)
    told = f"{_count(len(carriers), 'event')} in {_count(reports, 'report')} {weigh} {brought}"
    return f"{told}; by the weeks before, {expected} was to be expected of all events."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


# assessments


def assessments(
    judged: Sequence[Judged], events: Events, chosen: np.ndarray, levels: Mapping[date, float | None],
    parameters: Parameters,
) -> tuple[AssessmentRecord, ...]:  # fmt: skip
    """Newest first, each beside what the events say; the same words of the same holder once.

    `levels` of the days of the period, and of the weeks before it.
    """
    found: dict[tuple[str, str | None, str], AssessmentRecord] = {}
    for each in judged:
        record = _assessment(each, events, chosen, levels, parameters)
        found.setdefault((record.descriptor, record.holder, record.text), record)
    newest = sorted(found.values(), key=lambda r: (r.day is not None, r.day or date.min), reverse=True)
    return tuple(newest)


def _assessment(
    judged: Judged, events: Events, chosen: np.ndarray, levels: Mapping[date, float | None], parameters: Parameters
) -> AssessmentRecord:
    day, direction = judged.day, judged.direction
    level = levels.get(day) if day else None
    before = levels.get(day - timedelta(days=parameters.recent_days)) if day else None
    course = _moved(level, before)
    near = _week_before(events, chosen, day) if day else chosen[:0]
    return AssessmentRecord(
        day=day, descriptor=clean(judged.descriptor), direction=direction,
        holder=clean(judged.holder) if judged.holder else None, holder_country=judged.holder_country,
        level=None if level is None else round(level, 3) + 0.0, course=course,
        agrees=None if course is None or direction is None else course == direction,
        event_ids=events.ids(events.heaviest(near, 3)), text=clean(judged.text),
        publisher=judged.source.publisher, title=judged.source.title,
    )  # fmt: skip


def _week_before(events: Events, chosen: np.ndarray, day: date) -> np.ndarray:
    """Those of the seven days up to `day`."""
    import numpy as np

    start, end = np.searchsorted(events.day[chosen], (day.toordinal() - 7, day.toordinal() + 1))
    return chosen[start:end]


def _moved(level: float | None, before: float | None) -> Literal["worse", "better", "steady"] | None:
    """The course between two levels, None where one is unknown."""
    if level is None or before is None:
        return None
    return "steady" if abs(level - before) < 0.5 else "worse" if level < before else "better"


# the state in sentences


def summary(
    a: Side, b: Side, states: Sequence[State], coverage: Coverage, last: date | None,
    heard: date | None, turns: Sequence[Turn], parameters: Parameters,
) -> tuple[str, ...]:  # fmt: skip
    """Sentences that can be read aloud: level, baseline, course, the two directions, words and deeds.

    `heard` is the day of the last article.
    """
    pair = f"{a.said} and {b.said}"
    if not coverage.articles and not coverage.events:
        return (f"Unmonitored: nothing that was read mentions {pair} together. That is not calm: nobody looked.",)
    whole = states[0]
    if whole.level is None:
        return (f"Unmonitored on {long_day(last)}: the last article that mentions {pair} is of {long_day(heard)}.",)
    if not coverage.events:
        return (f"{_count(coverage.articles, 'article')} that mention {pair}, and no event between them was found.",)
    lines = [_standing(a, b, whole, last, parameters)]
    lines += [_course_of(whole, parameters)] if whole.before is not None else []
    lines += [_directions(a, b, states)] if len(states) > 2 else []
    lines += [_words_and_deeds(whole)]
    lines += [_last_turn(turns)] if turns else []
    return tuple(lines)


def origin_line(origin: Origin) -> tuple[str, ...]:
    """What to say of imported events; nothing where there are none."""
    if not origin.datasets:
        return ()
    named = join_names(origin.datasets)
    if origin.name == ALL:
        return (f"Counted are events that were coded here and those imported as {named}.",)
    return (f"All events are imported, as {named}: each rests on the row of the file that it names.",)


def long_day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "an unknown day"


def _standing(a: Side, b: Side, state: State, last: date | None, parameters: Parameters) -> str:
    level = state.level or 0.0
    between = f"between {a.said} and {b.said}"
    if state.direction != "both":
        between = f"of {a.said} towards {b.said}"
    stands = f"{level_word(level)}: {signed(level)} on a scale from −10 to +10"
    text = f"On {long_day(last)} the relation {between} is {stands}"
    if state.low is not None and state.high is not None:
        share = parameters.interval[1] - parameters.interval[0]
        text += f" ({share:.0f} % interval {signed(state.low)} to {signed(state.high)})"
    if state.baseline is None:
        return text + ". Too few days were monitored for a baseline."
    base = state.baseline
    return f"{text}, {against_baseline(level, base.low, base.median, base.high)} (median {signed(base.median)})."


def _course_of(state: State, parameters: Parameters) -> str:
    level, before = state.level or 0.0, state.before or 0.0
    span = f"{parameters.recent_days // 7} weeks"
    if abs(level - before) < 0.5:
        return f"It stood much the same {span} before ({signed(before)})."
    course = "worsened" if level < before else "improved"
    fading = " or calmed" if course == "improved" and level < 0 else ""
    return f"It has {course}{fading} over the last {span}, from {signed(before)}."


def _directions(a: Side, b: Side, states: Sequence[State]) -> str:
    by_name = {state.direction: state for state in states}
    there, back = by_name["a>b"].level or 0.0, by_name["b>a"].level or 0.0
    text = f"What {a.said} does to {b.said} stands at {signed(there)}, the other way round at {signed(back)}"
    if abs(there - back) < 0.5:
        return text + ": much alike."
    harder = a.said if there < back else b.said
    kind = "less friendly" if min(there, back) > 0 else "harder"
    return f"{text}: the {kind} side is {harder}."


def _words_and_deeds(state: State) -> str:
    words, deeds = state.words or 0.0, state.deeds or 0.0
    text = f"Words alone stand at {signed(words)}, deeds at {signed(deeds)}"
    if words * deeds < 0 and min(abs(words), abs(deeds)) >= 0.3:
        return text + (": words are kinder than deeds." if words > deeds else ": deeds are kinder than words.")
    return text + "."


def _last_turn(turns: Sequence[Turn]) -> str:
    turn = turns[-1]
    count = _count(len(turns), "turning point")
    return f"{count} in this period, the last on {long_day(turn.day)} for the {turn.direction}."
