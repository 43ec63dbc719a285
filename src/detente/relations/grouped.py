"""What the store holds on two sides of which one at least is a group, a list of countries, or all others.

It is read as for two countries (`detente.relations.stored`): in narrow columns, one row for each pair of members that
an event bears on, which are then joined to one report of the event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from detente.relations.columns import Events, Reports, events_of
from detente.relations.imported import Rows
from detente.relations.members import MEMBERS, has_names, members_of
from detente.relations.narrow import NARROW, PAIRED, TRACES, columns_from, numbered
from detente.relations.parameters import Parameters
from detente.relations.parties import Pair
from detente.relations.regrouping import keys_of, regrouped
from detente.relations.stored import Stored

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_BEARING = f"""
    SELECT {NARROW}, {TRACES}, concat(least(p.source, p.target), '-', greatest(p.source, p.target)) AS codes,
        s.side = 'a' OR p.mutual AS forth,
        s.side = 'b' OR p.mutual AS back, hash(p.article_id, p.event_id) AS event,
        coalesce(p.published, p.day::TIMESTAMP) AS told_at, p.mutual,
        s.actors AS source_actors, t.actors AS target_actors
    FROM current_event_pairs p
    JOIN members s ON s.code = p.source JOIN members t ON t.code = p.target AND t.side <> s.side
    WHERE {PAIRED} AND (p.day IS NULL OR (p.day BETWEEN s.since AND s.until AND p.day BETWEEN t.since AND t.until))"""
# A body that shares its code with others acts where its name stands on its side of the event, or among both parties.
_BY_NAME = f"""
    found AS MATERIALIZED ({_BEARING}), named AS (
        SELECT article_id, id AS event_id, source_names, target_names, list_concat(source_names, target_names) AS both
        FROM current_events SEMI JOIN (
            SELECT article_id, event_id AS id FROM found WHERE len(source_actors) > 0 OR len(target_actors) > 0
        ) USING (article_id, id)
    ), kept AS (
        SELECT DISTINCT ON (f.event, f.codes) f.* FROM found f LEFT JOIN named n USING (article_id, event_id)
        WHERE (len(source_actors) = 0 OR list_has_any(if(f.mutual, n.both, n.source_names), source_actors))
          AND (len(target_actors) = 0 OR list_has_any(if(f.mutual, n.both, n.target_names), target_actors)))"""
_ROWS = "WITH {members}, {kept} SELECT * FROM kept ORDER BY told_at, article_id, length(event_id), event_id"


@dataclass(frozen=True)
class Grouped(Stored):
    """`left`: pairs of members, and neighbourhoods of theirs, of which a report is not known yet on `last`."""

    left: pa.Table | None = None

    @classmethod
    def of(cls, store: Rows, pair: Pair) -> Grouped:
        kept = _BY_NAME if has_names(pair) else f"kept AS ({_BEARING})"
        return cls(store, pair, store.arrow(_ROWS.format(members=MEMBERS, kept=kept), members_of(pair)))

    @cached_property
    def _bearings(self) -> tuple[Reports, list[tuple[str, str]]]:
        """One entry for each pair of members that a report bears on, in the order of publication; and these pairs."""
        pair, names = numbered(self.table["codes"])
        codes = [(name[:3], name[4:]) for name in names]
        return columns_from(self.table).with_columns({"pair": pair}), codes

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """The first row of each report, and of each row which report it belongs to."""
        import numpy as np

        event = self.table["event"].to_numpy()
        _, first, report = np.unique(event, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        return first[order], rank[report]

    @cached_property
    def reports(self) -> Reports:
        import numpy as np

        rows, _ = self._bearings
        first, report = self._places
        forth, back, doubted = (
            np.bincount(report, mask, len(first)) > 0
            for mask in (self._flag("forth"), self._flag("back"), rows["on_targets_word"])
        )
        direction = np.where(forth & back, 2, np.where(forth, 0, 1))
        columns = {name: column[first] for name, column in rows.columns.items()}
        columns |= {"direction": direction, "on_targets_word": doubted, "pair": np.zeros(len(first), dtype=np.int64)}
        return Reports(columns, rows.types, rows.modalities, rows.publishers, lambda at: rows.article_ids(first[at]))

    def _flag(self, name: str) -> np.ndarray:
        flags: np.ndarray = self.table[name].to_numpy(zero_copy_only=False)
        return flags

    def known(self, last: date) -> Grouped:
        import pyarrow as pa

        rows, _ = self._bearings
        at = last.toordinal()
        mask = (rows["day"] <= at) & (rows["published"] <= at)
        left = self.table.filter(pa.array(~mask & (rows["area"] >= 0))).select(["codes", "area"])
        return Grouped(self.store, self.pair, self.table.filter(pa.array(mask)), last, self.seen, left)

    def events(self, parameters: Parameters) -> Events:
        rows, codes = self._bearings
        names = ["-".join(both) for both in codes]
        torn = None if self.left is None else keys_of(self.left["codes"], self.left["area"], names)
        joined = regrouped(self.store, codes, rows, self.table, parameters, self.last, torn)
        return events_of(self.reports.with_columns(self._joined(rows, joined, parameters)), parameters)

    def _joined(self, rows: Reports, told: Mapping[str, np.ndarray], parameters: Parameters) -> dict[str, np.ndarray]:
        """The columns `telling` and `place` of reports: what tells one event of some pair of members is one event.

        It has the number of its earliest report.
        """
        import numpy as np
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        first, report = self._places
        counted = rows.weighed(parameters)
        _, event = np.unique(told["telling"][counted], return_inverse=True)
        size = len(first) + (int(event.max()) + 1 if len(event) else 0)
        ties = coo_array((np.ones(len(event)), (report[counted], len(first) + event)), shape=(size, size))
        _, part = connected_components(ties, directed=False)
        part = part[: len(first)]
        earliest = np.full(part.max() + 1 if len(part) else 0, len(rows))
        begins = np.where(counted, np.where(told["place"] == 0, np.arange(len(rows)), len(rows) - 1), len(rows) - 1)
        np.minimum.at(earliest, part[report], begins)
        return {"telling": told["telling"][earliest[part]], "place": np.arange(len(first))}

    def rows_of(self, reports: Sequence[int]) -> Sequence[int]:
        found: list[int] = self._places[0][list(reports)].tolist()
        return found
