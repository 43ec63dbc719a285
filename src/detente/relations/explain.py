"""The report in words: what the state is, which events and quotes carry it, and why the course turned."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Literal

from detente.relations.events import PairEvent
from detente.relations.evidence import Evidence, Judged, Said
from detente.relations.imported import ALL, Origin
from detente.relations.parameters import Parameters
from detente.relations.report import (
    AssessmentRecord,
    Coverage,
    PairEventRecord,
    Quote,
    Side,
    State,
    TurningPoint,
)  # fmt: skip
from detente.relations.turning import Turn
from detente.relations.words import against_baseline, clean, join_names, level_word, of_country, signed, told

TOP_EVENTS = 10
TOP_QUOTES = 5
QUOTE_LENGTHS = (30, 320)
KIND_RANK = {"direct": 4.0, "mixed": 2.5, "indirect": 0.5}


def record_of(event: PairEvent) -> PairEventRecord:
    lead = event.lead
    by, to = join_names(lead.by), join_names(lead.to)
    if event.direction != "mutual":
        by, to = of_country(by, lead.by_codes), of_country(to, lead.to_codes)
    return PairEventRecord(
        id=event.id, day=event.day, direction=event.direction, by=lead.by_codes, to=lead.to_codes,
        event=event.type, mode=lead.mode, modality=lead.modality,
        quad=event.quad, intensity=lead.intensity, weight=round(event.weight, 3) + 0.0,
        told=told(by, to, event.type, lead.mode, lead.modality),
        quote=clean(lead.quote), sentence=clean(lead.sentence), teller=lead.teller,
        reports=len(event.reports), publishers=event.publishers,
        article_ids=tuple(sorted({report.source.article_id for report in event.reports})),
        title=lead.source.title, url=lead.source.url, data=event.origins,
    )  # fmt: skip


def top_events(events: Sequence[PairEvent]) -> list[PairEvent]:
    return sorted(events, key=lambda event: (-abs(event.weight), event.key))[:TOP_EVENTS]


def _within(day: date | None, first: date | None, last: date | None) -> bool:
    return day is None or ((first is None or first <= day) and (last is None or day <= last))


# quotes


def top_quotes(
    evidence: Evidence, events: Sequence[PairEvent], first: date | None, last: date | None
) -> tuple[Quote, ...]:
    """The best of side a, then of side b, each in the order of their days."""
    carried = _weight_of_statements(events)
    inside = [s for s in evidence.said if _within(s.day, first, last)]
    chosen: list[Quote] = []
    sides: tuple[Literal["a", "b"], ...] = ("a", "b")
    for side in sides:
        mine = _best([s for s in inside if s.side == side], carried, TOP_QUOTES)
        chosen += [_quote(s) for s in sorted(mine, key=lambda s: (str(s.day), s.source.article_id, s.statement_id))]
    return tuple(chosen)


def _weight_of_statements(events: Sequence[PairEvent]) -> dict[tuple[str, str], float]:
    """For each statement the weight of the heaviest event that it makes or tells."""
    carried: dict[tuple[str, str], float] = {}
    for event in events:
        for report in event.reports:
            if report.statement_id:
                key = (report.source.article_id, report.statement_id)
                carried[key] = max(carried.get(key, 0.0), abs(event.weight))
    return carried


def _best(said: Sequence[Said], carried: dict[tuple[str, str], float], count: int) -> list[Said]:
    """The highest in rank, no two in the same words, at most two of one article."""
    shortest, longest = QUOTE_LENGTHS

    def rank(item: Said) -> float:
        length = len(item.text)
        fit = 0.0 if shortest <= length <= longest else -2.0
        weight = min(carried.get((item.source.article_id, item.statement_id), 0.0), 6.0)
        official = 0.5 if item.office or "GOV" in item.sectors else 0.0
        return KIND_RANK.get(item.kind, 0.0) + fit + official + weight / 2 + (1.5 if item.names_other else 0.0)

    order = sorted(said, key=lambda s: (-rank(s), str(s.day), s.source.article_id, s.statement_id))
    best: list[Said] = []
    for item in order:
        words = _fingerprint(item.text)
        alike = any(_overlap(words, _fingerprint(other.text)) > 0.6 for other in best)
        crowded = sum(other.source.article_id == item.source.article_id for other in best) >= 2
        if not alike and not crowded and not item.source.copy and len(item.text.split()) > 5:
            best.append(item)
        if len(best) == count:
            break
    return best


def _fingerprint(text: str) -> frozenset[str]:
    return frozenset(word.strip("\"'“”‘’.,;:!?()").casefold() for word in text.split()) - {""}


def _overlap(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / max(1, min(len(words), len(others)))


def _quote(said: Said) -> Quote:
    source = said.source
    return Quote(
        side=said.side, day=said.day, speaker=_capital(clean(said.speaker)), office=said.office, kind=said.kind,
        text=_bare(said.text), publisher=source.publisher, title=source.title, url=source.url,
    )  # fmt: skip


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _bare(text: str) -> str:
    """Without the quotation marks around it and the comma before the speaker's name."""
    text = clean(text)
    if text[:1] in '"“„«' and not any(mark in text[1:-2] for mark in '"“”„«»'):
        text = text.strip('"“”„«» ')
    return text.rstrip(",")


# turning points


def turning_points(turns: Sequence[Turn], evidence: Evidence) -> tuple[TurningPoint, ...]:
    return tuple(_turning_point(turn, evidence) for turn in turns)


def _turning_point(turn: Turn, evidence: Evidence) -> TurningPoint:
    carriers = turn.carriers[:4]
    near = [s for s in evidence.said if s.day is not None and abs(s.day - turn.day) <= timedelta(days=3)]
    told_of = {report.source.article_id for event in carriers for report in event.reports}
    weights = _weight_of_statements(turn.carriers)
    quotes = _best([s for s in near if s.source.article_id in told_of] or near, weights, 2)
    return TurningPoint(
        day=turn.day, direction=turn.direction, change=round(turn.weight, 3) + 0.0,
        why=f"{_what(turn)} {_weighed(turn)}", weighed=_weighed(turn),
        events=tuple(record_of(event) for event in carriers),
        quotes=tuple(_quote(said) for said in quotes),
    )  # fmt: skip


def _what(turn: Turn) -> str:
    """What the events that carry a turn are."""
    named = list(dict.fromkeys(record_of(event).told for event in turn.carriers))
    rest = f"; and {len(named) - 2} more" if len(named) > 2 else ""
    return f"{'; '.join(named[:2])}{rest}."


def _weighed(turn: Turn) -> str:
    """How often these events were told, what they weigh, and what was to be expected instead."""
    reports = sum(len(event.reports) for event in turn.carriers)
    weigh = "weigh" if len(turn.carriers) > 1 else "weighs"
    brought, expected = (signed(total) for total in (sum(e.weight for e in turn.carriers), turn.expected))
    told = f"{_count(len(turn.carriers), 'event')} in {_count(reports, 'report')} {weigh} {brought}"
    return f"{told}; by the weeks before, {expected} was to be expected of all events."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


# assessments


def assessments(
    evidence: Evidence, events: Sequence[PairEvent], levels: Mapping[date, float | None], parameters: Parameters
) -> tuple[AssessmentRecord, ...]:
    """Newest first, each beside what the events say; the same words of the same holder once.

    `levels` of the days of the period, and of the weeks before it.
    """
    found: dict[tuple[str, str | None, str], AssessmentRecord] = {}
    for judged in evidence.judged:
        record = _assessment(judged, events, levels, parameters)
        found.setdefault((record.descriptor, record.holder, record.text), record)
    newest = sorted(found.values(), key=lambda r: (r.day is not None, r.day or date.min), reverse=True)
    return tuple(newest)


def _assessment(
    judged: Judged, events: Sequence[PairEvent], levels: Mapping[date, float | None], parameters: Parameters
) -> AssessmentRecord:
    day, direction = judged.day, judged.direction
    level = levels.get(day) if day else None
    before = levels.get(day - timedelta(days=parameters.recent_days)) if day else None
    course = _moved(level, before)
    near = _week_before(events, day) if day else ()
    return AssessmentRecord(
        day=day, descriptor=clean(judged.descriptor), direction=direction,
        holder=clean(judged.holder) if judged.holder else None, holder_country=judged.holder_country,
        level=None if level is None else round(level, 3) + 0.0, course=course,
        agrees=None if course is None or direction is None else course == direction,
        event_ids=tuple(event.id for event in top_events(near)[:3]), text=clean(judged.text),
        publisher=judged.source.publisher, title=judged.source.title,
    )  # fmt: skip


def _week_before(events: Sequence[PairEvent], day: date) -> Sequence[PairEvent]:
    """Those of the seven days up to `day`; events come in the order of their days."""
    start = bisect_left(events, day - timedelta(days=7), key=lambda event: event.day)
    return events[start : bisect_right(events, day, key=lambda event: event.day)]


def _moved(level: float | None, before: float | None) -> Literal["worse", "better", "steady"] | None:
    """The course between two levels, None where one is unknown."""
    if level is None or before is None:
        return None
    return "steady" if abs(level - before) < 0.5 else "worse" if level < before else "better"


# the state in sentences


def summary(
    a: Side, b: Side, states: Sequence[State], coverage: Coverage, last: date | None,
    events: Sequence[PairEvent], turns: Sequence[Turn], parameters: Parameters,
) -> tuple[str, ...]:  # fmt: skip
    """Sentences that can be read aloud: level, baseline, course, the two directions, words and deeds."""
    pair = f"{a.said} and {b.said}"
    if not coverage.articles and not coverage.events:
        return (f"Unmonitored: nothing that was read mentions {pair} together. That is not calm: nobody looked.",)
    whole = states[0]
    if whole.level is None:
        seen = max((s.day for s in coverage.sources if s.day), default=None)
        return (f"Unmonitored on {long_day(last)}: the last article that mentions {pair} is of {long_day(seen)}.",)
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
