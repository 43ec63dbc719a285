"""The pairs that moved most in a few days, over all pairs of the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from detente.relations.events import PairEvent, join_reports
from detente.relations.evidence import gather_reports
from detente.relations.explain import record_of
from detente.relations.imported import Rows, newest_day_of, origin_of
from detente.relations.level import level_on
from detente.relations.parameters import DEFAULTS, Parameters, RelationQuestion
from detente.relations.report import Mover, Side
from detente.relations.words import COLLECTIVE, country_in_sentence, country_name, shorten

LEAST_CHANGE = 0.05  # what is shown as 0.0 is no move
HALF_LIVES = 8  # an event that many half-lives ago weighs less than half a hundredth
EVENTS_SHOWN = 3


def movers(
    store: Rows,
    until: date | None = None,
    days: int = 7,
    limit: int = 10,
    parameters: Parameters = DEFAULTS,
    data: str | None = None,
) -> tuple[Mover, ...]:
    """The pairs whose level the events of the last `days` days up to `until` moved most, the greatest change first.

    Without `until` the last day is that of the newest article. Raises RelationQuestion where `days` is below 1.
    """
    if days < 1:
        raise RelationQuestion(f"days={days}: at least one day is needed")
    last = until or newest_day(store, data)
    if last is None:
        return ()
    since = last - timedelta(days=days - 1)
    reach = timedelta(days=round(HALF_LIVES * parameters.half_life))
    found = gather_reports(store, since - reach, last, COLLECTIVE, data)
    moved = [
        mover
        for (a, b), reports in found.items()
        if (mover := _mover(join_reports(reports, parameters), (a, b), since, last, parameters))
    ]
    return tuple(sorted(moved, key=lambda m: (-abs(m.change), m.a.code, m.b.code))[:limit])


def newest_day(store: Rows, data: str | None = None) -> date | None:
    """The day of the newest article, or of the newest row of the imported data that is asked for."""
    return newest_day_of(store, origin_of(store, data))


def _mover(
    events: Sequence[PairEvent], codes: tuple[str, str], since: date, until: date, parameters: Parameters
) -> Mover | None:
    recent = [event for event in events if since <= event.day <= until]
    if not recent:
        return None
    level = round(level_on(events, until, parameters), 3)
    before = round(level_on([event for event in events if event.day < since], until, parameters), 3)
    change = round(level - before, 3)
    if abs(change) < LEAST_CHANGE:
        return None
    carriers = sorted(recent, key=lambda event: (event.weight * change < 0, -abs(event.weight), event.key))
    shown = tuple(record_of(event) for event in carriers[:EVENTS_SHOWN])
    a, b = (Side(code=code, name=country_name(code), said=country_in_sentence(code)) for code in codes)
    others = len(recent) - 1
    return Mover(
        a=a, b=b, since=since, until=until, level=level + 0.0, before=before + 0.0, change=change,
        direction="worse" if change < 0 else "better",
        line=shorten(shown[0].told, 140) + (f" (and {others} more)" if others else ""), events=shown,
    )  # fmt: skip
