"""Imported data on two sides in narrow columns; the rows themselves are read for what is shown.

It answers as `detente.relations.held.Held` does of the same data, which has everything in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from detente.relations.columns import Events, Reports, day_of, events_of, ordinal
from detente.relations.events import event_number
from detente.relations.evidence import Judged, Source, direction_of, report_of, source_of
from detente.relations.explain import record_of_lead
from detente.relations.imported import NUMBERS, Row, Rows, days_of, rows_at, rows_between
from detente.relations.narrow import numbered
from detente.relations.parameters import Parameters
from detente.relations.parties import Pair
from detente.relations.quotes import Sayings
from detente.relations.report import PairEventRecord
from detente.relations.seen import Seen

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DIRECTIONS = ("a>b", "b>a", "mutual")


@dataclass(frozen=True)
class Foreign:
    """Rows of `table` are in the order of their days, then of articles and ids; `last`: what is known on that day."""

    store: Rows
    pair: Pair
    datasets: tuple[str, ...]
    table: pa.Table
    last: date | None = None

    @classmethod
    def of(cls, store: Rows, pair: Pair, datasets: Sequence[str]) -> Foreign:
        named = sorted({m.code for side in (pair.a, pair.b) for m in side.members if m.actors})
        found = cls(store, pair, tuple(datasets), rows_between(store, datasets, pair.a.codes, pair.b.codes, named))
        import pyarrow as pa

        return cls(store, pair, found.datasets, found.table.filter(pa.array(found._bearing[0] >= 0)))

    @cached_property
    def _bearing(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each row the direction (-1 where it is not between the sides), and a number of who acts on whom."""
        import numpy as np

        parties, texts = numbered(self.table["parties"])
        edges = self._edges
        days = self.table["day"].to_numpy()
        epochs = np.searchsorted(edges, days, side="right")
        keys, at = np.unique(np.stack([parties, epochs]), axis=1, return_inverse=True)
        known: dict[object, int] = {}
        found = []
        for party, epoch in keys.T.tolist():
            day = day_of(edges[epoch - 1]) if epoch else None
            row = _sides(texts[party])
            direction, by, to = direction_of(row, self.pair, day) if self._meets(row) else (None, (), ())
            number = known.setdefault((direction, by, to), len(known))
            found.append((DIRECTIONS.index(direction) if direction else -1, number))
        table = np.array(found, dtype=np.int64).reshape(-1, 2)[at.reshape(-1)]
        return table[:, 0], table[:, 1]

    def _meets(self, row: Row) -> bool:
        """Whether codes of one side stand on one end of the row, and codes of the other on the other."""
        ends = [set(row["ends"][i]) for i in (0, 1)]
        a, b = set(self.pair.a.codes), set(self.pair.b.codes)
        return bool((ends[0] & a and ends[1] & b) or (ends[0] & b and ends[1] & a))

    @cached_property
    def _edges(self) -> list[int]:
        """Days (ordinals) from which the members may be others, from the first of all on; rows without a day (0) stand
        before.
        """
        members = (*self.pair.a.members, *self.pair.b.members)
        edges = {m.since for m in members} | {m.until + timedelta(days=1) for m in members if m.until < date.max}
        return sorted(day.toordinal() for day in edges | {date.min})

    @cached_property
    def reports(self) -> Reports:
        return foreign_reports(self.table, self._bearing[0])

    @cached_property
    def _articles(self) -> np.ndarray:
        """The first row of each article, by publication."""
        import numpy as np

        _, first = np.unique(self.reports["article"], return_index=True)
        ids = np.array(self.table["article_id"].take(first).to_pylist(), dtype=object)
        return np.asarray(first[np.lexsort((ids, self.table["moment"].to_numpy()[first]))])

    @cached_property
    def seen(self) -> Seen:
        import numpy as np

        rows = self._articles
        shown = self.reports
        return Seen(shown["published"][rows], shown["publisher"][rows], shown["copy"][rows],
                    np.ones(len(rows), dtype=np.int64), shown.publishers)  # fmt: skip

    @cached_property
    def looked(self) -> tuple[date, ...]:
        found = days_of(self.store, self.datasets)
        return tuple(day for day in found if self.last is None or day <= self.last)

    @property
    def sayings(self) -> Sayings:
        return Sayings.of((), {})

    def known(self, last: date) -> Foreign:
        import pyarrow as pa

        mask = (self.reports["day"] <= ordinal(last)) & (self.reports["published"] <= ordinal(last))
        return Foreign(self.store, self.pair, self.datasets, self.table.filter(pa.array(mask)), last)

    def events(self, parameters: Parameters) -> Events:
        """Rows of one day, type, modality and parties are one event, as is customary with such data."""
        reports = self.reports
        keys = [reports[name] for name in ("day", "type", "modality")] + list(self._bearing)
        return events_of(joined(self.table, reports, keys, parameters), parameters)

    def records(self, events: Events, chosen: Sequence[int]) -> list[PairEventRecord]:
        return foreign_records(self.store, self.table, events, chosen, [self.pair] * len(chosen))

    def sources(
        self, first: date | None, last: date | None, limit: int | None, cited: Sequence[PairEventRecord]
    ) -> list[Source]:
        """As `Held.sources`."""
        import numpy as np

        rows, published = self._articles, self.reports["published"]
        inside = (published[rows] == 0) | (
            (published[rows] >= ordinal(first)) & (published[rows] <= ordinal(last or date.max))
        )
        rows = rows[inside]
        if limit is not None and len(rows) > limit:
            wanted = {id_ for record in cited for id_ in record.article_ids}
            named = np.array([id_ in wanted for id_ in self.table["article_id"].take(rows).to_pylist()], dtype=bool)
            newest = np.zeros(len(rows), dtype=bool)
            newest[np.flatnonzero(published[rows] > 0)[-limit:]] = True
            rows = rows[named | newest]
        return [source_of(row) for row in rows_at(self.store, self.table.take(rows), whole=False)]

    def judged(self, first: date | None, last: date | None) -> list[Judged]:
        return []


def _sides(text: str) -> Row:
    """What `parties` says of a row: codes of both sides, and names where they matter."""
    sources, targets, by, to, reciprocal = (part.split("\x1e") if part else [] for part in text.split("\x1f"))
    codes, names = (sorted({*sources, *targets}), by + to) if reciprocal else (sources, by)
    return {
        "ends": (sources, targets), "source_countries": codes, "source_names": names,
        "target_ids": [] if reciprocal else [*targets, *to, "."],
        "target_countries": [] if reciprocal else targets, "target_names": [] if reciprocal else to,
    }  # fmt: skip


def foreign_reports(table: pa.Table, direction: np.ndarray) -> Reports:
    """Of narrow rows; `pair` is 0, and which of them tell of one event is still open."""
    import numpy as np

    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in NUMBERS}
    lists = {}
    for name in ("type", "modality", "publisher"):
        columns[name], lists[name] = numbered(table[name])
    nothing = np.zeros(table.num_rows, dtype=np.int64)
    columns |= {
        "pair": nothing, "place": nothing, "telling": nothing - 1, "direction": direction,
        "statement": nothing.astype(np.uint64), "guessed": nothing > 0, "copy": nothing > 0,
        "on_targets_word": nothing > 0,
    }  # fmt: skip
    return Reports(columns, lists["type"], lists["modality"], lists["publisher"],
                   lambda rows: table["article_id"].take(rows).to_pylist())  # fmt: skip


def joined(table: pa.Table, reports: Reports, keys: Sequence[np.ndarray], parameters: Parameters) -> Reports:
    """With the columns `telling` and `place`: rows with the same keys tell of one event, the first of them first."""
    import numpy as np

    counted = np.flatnonzero(reports.weighed(parameters))
    order = counted[np.lexsort((counted, *(key[counted] for key in keys)))]
    fresh = np.ones(len(order), dtype=bool)
    if len(order):
        fresh[1:] = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    starts = np.flatnonzero(fresh)
    first = table.select(["article_id", "event_id"]).take(order[starts])
    ids = zip(*(first[name].to_pylist() for name in ("article_id", "event_id")), strict=True)
    numbers = np.array([event_number(both) for both in ids], dtype=np.int64)
    group = np.cumsum(fresh) - 1
    telling, place = reports["telling"].copy(), reports["place"].copy()
    telling[order] = numbers[group] if len(order) else 0
    place[order] = np.arange(len(order)) - starts[group] if len(order) else 0
    return reports.with_columns({"telling": telling, "place": place})


def foreign_records(
    store: Rows, table: pa.Table, events: Events, chosen: Sequence[int], pairs: Sequence[Pair]
) -> list[PairEventRecord]:
    """Events by index, each as it bears on its pair. The reports of `events` are rows of the table."""
    leads = rows_at(store, table.take([int(events.lead[i]) for i in chosen])) if len(chosen) else []
    made = []
    for i, row, pair in zip(chosen, leads, pairs, strict=True):
        lead = report_of(row, pair)
        assert lead is not None
        told = events.rows_of(i)
        ids = tuple(sorted(set(events.reports.article_ids(told))))
        origins = tuple(sorted(set(table["dataset"].take(told).to_pylist())))
        made.append(record_of_lead(lead, events.id_of(i), day_of(events.day[i]), float(events.weight[i]),
                                   int(events.count[i]), ids, events.publishers_of(i), origins))  # fmt: skip
    return made
