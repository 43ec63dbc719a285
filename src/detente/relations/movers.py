"""The pairs that moved most in a few days, over all pairs of the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from detente.relations.columns import Events, events_of
from detente.relations.events import columns_of, objects_of, placed_in
from detente.relations.evidence import Report, gather_reports
from detente.relations.explain import record_of
from detente.relations.foreign import foreign_records, foreign_reports, joined
from detente.relations.imported import Rows, newest_day_of, origin_of, rows_between_all
from detente.relations.level import HALF_LIVES, on_scale
from detente.relations.narrow import NARROW, PAIRED, columns_from, numbered
from detente.relations.parameters import DEFAULTS, Parameters, RelationQuestion
from detente.relations.parties import countries
from detente.relations.regrouping import keys_of, regrouped
from detente.relations.report import Mover, PairEventRecord, Side
from detente.relations.stored import records_of
from detente.relations.words import COLLECTIVE, country_in_sentence, country_name, shorten

if TYPE_CHECKING:
    import numpy as np

LEAST_CHANGE = 0.05  # what is shown as 0.0 is no move
EVENTS_SHOWN = 3
_REPORTS = f"""
    SELECT {NARROW}, concat(least(p.source, p.target), '-', greatest(p.source, p.target)) AS codes, p.article_id,
           p.event_id, p.dyad, coalesce(p.original, p.article_id) AS family
    FROM current_event_pairs p
    WHERE {PAIRED} AND NOT list_contains($without, p.source) AND NOT list_contains($without, p.target)
      AND ($code IS NULL OR p.source = $code OR p.target = $code)
      AND p.event_date >= $since AND least(p.event_date, p.published::DATE) <= $until
      AND (p.published IS NULL OR p.published::DATE <= $until)"""

# Neighbourhoods of which something is not known yet. What lies before the window is known.
_LATER = f"""
    SELECT DISTINCT concat(least(p.source, p.target), '-', greatest(p.source, p.target)) AS codes, p.area
    FROM current_event_pairs p
    WHERE {PAIRED} AND p.area IS NOT NULL AND ($code IS NULL OR p.source = $code OR p.target = $code)
      AND p.event_date >= $since
      AND (least(p.event_date, p.published::DATE) > $until OR p.published::DATE > $until)"""


@dataclass(frozen=True)
class _Field:
    """Events of many pairs, and who makes records of some of them: of pair and events."""

    codes: Sequence[tuple[str, str]]
    events: Events
    records: Callable[[Sequence[int]], list[PairEventRecord]]


def movers(
    store: Rows,
    until: date | None = None,
    days: int = 7,
    limit: int = 10,
    parameters: Parameters = DEFAULTS,
    data: str | None = None,
    code: str | None = None,
) -> tuple[Mover, ...]:
    """The pairs whose level the events of the last `days` days up to `until` moved most, the greatest change first.

    Without `until` the last day is that of the newest article; with a `code` only its pairs are looked at. Raises
    RelationQuestion where `days` is below 1.
    """
    if days < 1:
        raise RelationQuestion(f"days={days}: at least one day is needed")
    last = until or newest_day(store, data)
    if last is None:
        return ()
    since = last - timedelta(days=days - 1)
    start = since - timedelta(days=round(HALF_LIVES * parameters.half_life))
    origin = origin_of(store, data)
    if not origin.datasets:
        fields: Iterable[_Field] = [_stored(store, start, last, parameters, code)]
    elif origin.own:
        fields = _held(store, start, last, parameters, data, code)
    else:
        fields = [_foreign(store, origin.datasets, start, last, parameters, code)]
    moved = [move for field in fields for move in _moves(field, since, last, parameters)]
    moved.sort(key=lambda move: (-abs(move.change), *move.codes))
    return _shown(moved[:limit], since, last)


def newest_day(store: Rows, data: str | None = None) -> date | None:
    """The day of the newest article, or of the newest row of the imported data that is asked for."""
    return newest_day_of(store, origin_of(store, data))


def _stored(store: Rows, start: date, last: date, parameters: Parameters, code: str | None) -> _Field:
    asked: dict[str, Any] = {"since": start, "until": last, "without": list(COLLECTIVE), "code": code}
    table = store.arrow(_REPORTS, asked)
    pair, names = numbered(table["codes"])
    codes = [(name[:3], name[4:]) for name in names]
    reports = columns_from(table).with_columns({"pair": pair})
    later = store.arrow(_LATER, {"since": start, "until": last, "code": code})
    torn = keys_of(later["codes"], later["area"], names)
    reports = reports.with_columns(regrouped(store, codes, reports, table, parameters, last, torn))
    events = events_of(reports, parameters)

    def records(chosen: Sequence[int]) -> list[PairEventRecord]:
        rows = [int(events.lead[i]) for i in chosen]
        return records_of(store, table, events, chosen, rows, [countries(*codes[events.pair[i]]) for i in chosen])

    return _Field(codes, events, records)


def _foreign(
    store: Rows, datasets: Sequence[str], start: date, last: date, parameters: Parameters, code: str | None
) -> _Field:
    table = rows_between_all(store, datasets, start, last, COLLECTIVE, code)
    pair, names = numbered(table["codes"])
    reports = foreign_reports(table, table["direction"].to_numpy()).with_columns({"pair": pair})
    keys = [reports[name] for name in ("pair", "day", "type", "direction", "modality")]
    events = events_of(joined(table, reports, keys, parameters), parameters)
    codes = [(name[:3], name[4:]) for name in names]

    def records(chosen: Sequence[int]) -> list[PairEventRecord]:
        return foreign_records(store, table, events, chosen, [countries(*codes[events.pair[i]]) for i in chosen])

    return _Field(codes, events, records)


def _held(
    store: Rows, start: date, last: date, parameters: Parameters, data: str | None, code: str | None
) -> Iterable[_Field]:
    for codes, reports in gather_reports(store, start, last, COLLECTIVE, data).items():
        if code is None or code in codes:
            columns = columns_of(reports, {})
            events = events_of(columns.with_columns(placed_in(reports, parameters)), parameters)
            yield _Field([codes], events, _recorder(events, reports))


def _recorder(events: Events, reports: Sequence[Report]) -> Callable[[Sequence[int]], list[PairEventRecord]]:
    return lambda chosen: [record_of(event) for event in objects_of(events, reports, chosen)]


@dataclass(frozen=True)
class _Move:
    field: _Field
    codes: tuple[str, str]
    level: float
    before: float
    recent: np.ndarray

    @property
    def change(self) -> float:
        return round(self.level - self.before, 3)

    @property
    def shown(self) -> list[int]:
        """The heaviest events, first what points the way of the change."""
        import numpy as np

        weights = self.field.events.weight[self.recent]
        order = np.lexsort((-np.abs(weights), weights * self.change < 0))
        return [int(i) for i in self.recent[order[:EVENTS_SHOWN]]]


def _moves(field: _Field, since: date, until: date, parameters: Parameters) -> list[_Move]:
    """Of each pair of which something is told in these days, if it moved at all."""
    import numpy as np

    events, start, end = field.events, since.toordinal(), until.toordinal()
    weights = np.where(events.day <= end, events.weight * 0.5 ** ((end - events.day) / parameters.half_life), 0.0)
    size = len(field.codes)
    level = np.bincount(events.pair, weights, size)
    before = np.bincount(events.pair, np.where(events.day < start, weights, 0.0), size)
    recent = np.flatnonzero((events.day >= start) & (events.day <= end))
    bounds = np.searchsorted(events.pair[recent], np.arange(size + 1))
    found = (
        _Move(field, field.codes[i], round(on_scale(level[i], parameters), 3),
              round(on_scale(before[i], parameters), 3), recent[bounds[i] : bounds[i + 1]])
        for i in np.unique(events.pair[recent]).tolist()
    )  # fmt: skip
    return [move for move in found if abs(move.change) >= LEAST_CHANGE]


def _shown(moves: Sequence[_Move], since: date, until: date) -> tuple[Mover, ...]:
    """With the words of their events, which are read at once for all pairs of a field."""
    records: dict[tuple[int, int], PairEventRecord] = {}
    for field in {id(move.field): move.field for move in moves}.values():
        wanted = [i for move in moves if move.field is field for i in move.shown]
        found = zip(wanted, field.records(wanted), strict=True)
        records |= {(id(field), i): record for i, record in found}
    return tuple(_mover(m, tuple(records[id(m.field), i] for i in m.shown), since, until) for m in moves)


def _mover(move: _Move, shown: tuple[PairEventRecord, ...], since: date, until: date) -> Mover:
    a, b = (Side(code=code, name=country_name(code), said=country_in_sentence(code)) for code in move.codes)
    others = len(move.recent) - 1
    return Mover(
        a=a, b=b, since=since, until=until, level=move.level + 0.0, before=move.before + 0.0, change=move.change,
        direction="worse" if move.change < 0 else "better",
        line=shorten(shown[0].told, 140) + (f" (and {others} more)" if others else ""), events=shown,
    )  # fmt: skip
