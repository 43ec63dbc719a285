"""Reports and events of pairs in columns: the arithmetic of many events without an object for each.

Days are ordinals (`date.toordinal`), 0 where there is none. Directions are 0 for "a>b", 1 for "b>a", 2 for "mutual".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from detente.relations.parameters import Parameters

if TYPE_CHECKING:
    import numpy as np

DIRECTIONS = ("a>b", "b>a", "mutual")
COLUMNS = (
    "pair", "day", "slack", "guessed", "direction", "type", "quad", "modality", "intensity", "confidence",
    "on_targets_word", "published", "publisher", "copy", "voices", "telling", "place", "article", "statement",
)  # fmt: skip


@dataclass(frozen=True)
class Reports:
    """One entry of each column a report and pair. `type`, `modality` and `publisher` count in the lists of that name.

    `publisher` is -1 where none is named. `telling` is the number of the event that is told, `place` the place of the
    report among those of it, the earliest published first. `article` and `statement` (0 where there is none) are
    numbers that quotes name them by as well.
    """

    columns: Mapping[str, np.ndarray]
    types: Sequence[str]
    modalities: Sequence[str]
    publishers: Sequence[str]
    article_ids: Callable[[np.ndarray], list[str]]
    """Of rows."""

    def __len__(self) -> int:
        return len(self.columns["day"])

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def with_columns(self, columns: Mapping[str, np.ndarray]) -> Reports:
        return replace(self, columns={**self.columns, **columns})

    def weighed(self, parameters: Parameters) -> np.ndarray:
        """Whether a report stands in the series: it has a day, and its modality weighs."""
        import numpy as np

        counts = np.array([name in parameters.modality_weight for name in self.modalities], dtype=bool)
        return (self["day"] > 0) & (counts[self["modality"]] if len(counts) else False)

    def weights(self, parameters: Parameters) -> np.ndarray:
        """Intensity times confidence, modality, and what is known of the teller and the day."""
        import numpy as np

        shares = np.array([parameters.modality_weight.get(name, 0.0) for name in self.modalities])
        weight = self["intensity"] * self["confidence"] * shares[self["modality"]]
        weight = weight * np.where(self["guessed"], parameters.guessed_day_weight, 1.0)
        deed = (self["quad"] == 2) | (self["quad"] == 4)
        doubted = deed & (self["direction"] != 2) & self["on_targets_word"]
        return np.asarray(weight * np.where(doubted, parameters.other_side_weight, 1.0))


@dataclass(frozen=True)
class Events:
    """Each event once, by pair, day, direction, type and number. `lead` is the row of `reports` in whose words it is.

    Reports of event i are `rows[starts[i]:starts[i + 1]]`, the earliest first; `number` says its id.
    """

    reports: Reports
    pair: np.ndarray
    day: np.ndarray
    direction: np.ndarray
    type: np.ndarray
    quad: np.ndarray
    weight: np.ndarray
    number: np.ndarray
    lead: np.ndarray
    rows: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.day)

    @cached_property
    def is_deed(self) -> np.ndarray:
        import numpy as np

        return np.asarray((self.quad == 2) | (self.quad == 4))

    @cached_property
    def is_threat(self) -> np.ndarray:
        """Hostility still to come: a threat, or a hostile deed that is announced or tied to a condition."""
        import numpy as np

        coming = np.isin(np.array(self.reports.modalities), ("future", "conditional"))[self.reports["modality"]]
        threat = (np.array(self.reports.types) == "THREATEN")[self.type]
        return np.asarray(threat | ((self.quad == 4) & coming[self.lead]))

    @cached_property
    def count(self) -> np.ndarray:
        """Number of reports."""
        import numpy as np

        return np.diff(self.starts)

    def rows_of(self, event: int) -> np.ndarray:
        return self.rows[self.starts[event] : self.starts[event + 1]]

    def rows_of_all(self, events: np.ndarray | Sequence[int]) -> np.ndarray:
        """Rows of several events, one event after the other."""
        import numpy as np

        chosen = np.asarray(events, dtype=np.int64)
        counts = self.count[chosen]
        begins = self.starts[chosen] - np.append(0, np.cumsum(counts))[:-1]
        return np.asarray(self.rows[np.repeat(begins, counts) + np.arange(counts.sum())])

    def publishers_of(self, event: int) -> tuple[str, ...]:
        rows = self.rows_of(event)
        told = rows[~self.reports["copy"][rows]]
        return tuple(sorted({self.reports.publishers[i] for i in self.reports["publisher"][told] if i >= 0}))

    def id_of(self, event: int) -> str:
        return f"{int(self.number[event]):012x}"

    def ids(self, events: np.ndarray) -> tuple[str, ...]:
        return tuple(f"{number:012x}" for number in self.number[events].tolist())

    def of_direction(self, name: str) -> np.ndarray:
        """Indices of the events of "a>b" or "b>a" with the mutual ones, or of all for "both"."""
        import numpy as np

        if name == "both":
            return np.arange(len(self))
        return np.flatnonzero((self.direction == DIRECTIONS.index(name)) | (self.direction == 2))

    def heaviest(self, events: np.ndarray, count: int | None = None) -> np.ndarray:
        """Of these indices, which are in order, those that weigh most."""
        import numpy as np

        order = np.argsort(-np.abs(self.weight[events]), kind="stable")
        return np.asarray(events[order[:count]])


def events_of(reports: Reports, parameters: Parameters) -> Events:
    """The events that the reports tell. The most hostile report leads if there is one, so that no hostile report can
    lift the level; else the one that weighs most, of equal ones the earliest."""
    import numpy as np

    keep = np.flatnonzero(reports.weighed(parameters))
    weight = np.zeros(len(reports))
    weight[keep] = reports.weights(parameters)[keep]
    rows = keep[np.lexsort((reports["place"][keep], reports["telling"][keep], reports["pair"][keep]))]
    telling, pair = reports["telling"][rows], reports["pair"][rows]
    fresh = np.ones(len(rows), dtype=bool)
    fresh[1:] = (telling[1:] != telling[:-1]) | (pair[1:] != pair[:-1])
    starts = np.append(np.flatnonzero(fresh), len(rows))
    group = np.cumsum(fresh) - 1
    heavy = weight[rows]
    by_weight = np.lexsort((-np.abs(heavy), heavy >= 0, group))
    lead = rows[by_weight[starts[:-1]]]
    voices = np.maximum(_publishers(reports, rows, group, len(lead)), _most(reports["voices"][rows], starts))
    total = weight[lead] * (1 + parameters.publisher_bonus * (1 - 1 / voices))
    day = _days(reports, rows, starts, lead)
    kinds = _ranks(reports.types)
    number, direction, kind = telling[starts[:-1]], reports["direction"][lead], reports["type"][lead]
    order = np.lexsort((number, kinds[kind], direction, day, pair[starts[:-1]]))
    return Events(
        reports, pair[starts[:-1]][order], day[order], direction[order], kind[order], reports["quad"][lead][order],
        total[order], number[order], lead[order], *_ordered(rows, starts, order),
    )  # fmt: skip


def _publishers(reports: Reports, rows: np.ndarray, group: np.ndarray, count: int) -> np.ndarray:
    """How many publishers tell each event; near duplicates of an article are no further ones."""
    import numpy as np

    publisher = reports["publisher"][rows]
    named = (publisher >= 0) & ~reports["copy"][rows]
    keys = np.unique(group[named].astype(np.int64) * (len(reports.publishers) + 1) + publisher[named])
    return np.bincount(keys // (len(reports.publishers) + 1), minlength=count)


def _most(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.maximum.reduceat(values, starts[:-1]) if len(values) else np.zeros(0, dtype=np.int64)


def _days(reports: Reports, rows: np.ndarray, starts: np.ndarray, lead: np.ndarray) -> np.ndarray:
    """That of the lead, or where its words name none, of the first report whose words do, or of the first report.

    So no later report without a day can move the event to its own day.
    """
    import numpy as np

    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    far = np.iinfo(np.int64).max
    day, exact = reports["day"].astype(np.int64), reports["slack"] == 0
    named = ~reports["guessed"] & exact
    at = np.arange(len(rows))
    first_named = np.minimum.reduceat(np.where(named[rows], at, far), starts[:-1])
    earliest = np.minimum.reduceat(np.where(exact[rows], day[rows], far), starts[:-1])
    found = np.where(earliest < far, earliest, day[lead])
    found = np.where(first_named < far, day[rows[np.minimum(first_named, len(rows) - 1)]], found)
    return np.asarray(np.where(named[lead], day[lead], found))


def _ranks(names: Sequence[str]) -> np.ndarray:
    """Place in the order of the alphabet of each name."""
    import numpy as np

    ranks = np.zeros(len(names), dtype=np.int64)
    ranks[sorted(range(len(names)), key=lambda i: names[i])] = np.arange(len(names))
    return ranks


def _ordered(rows: np.ndarray, starts: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and starts of groups that are put into another order."""
    import numpy as np

    counts = np.diff(starts)[order]
    new = np.append(0, np.cumsum(counts))
    moved = np.repeat(starts[:-1][order] - new[:-1], counts) + np.arange(len(rows))
    return rows[moved], new


def ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def day_of(number: int) -> date:
    return date.fromordinal(int(number))
