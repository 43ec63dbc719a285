"""When articles on a pair appeared: numbers by day and publisher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from detente.relations.columns import day_of, ordinal

if TYPE_CHECKING:
    import numpy as np

    from detente.relations.evidence import Source


@dataclass(frozen=True)
class Seen:
    """`day` is an ordinal, 0 for articles without a day; `publisher` counts in `names`, -1 where none is named.

    `copy`: near duplicates of other articles. `count`: how many there are of a day, publisher and kind.
    """

    day: np.ndarray
    publisher: np.ndarray
    copy: np.ndarray
    count: np.ndarray
    names: Sequence[str]

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Seen:
        import numpy as np

        known: dict[str, int] = {}
        publishers = [known.setdefault(s.publisher, len(known)) if s.publisher else -1 for s in sources]
        return cls(
            np.array([ordinal(s.published) for s in sources], dtype=np.int64), np.array(publishers, dtype=np.int64),
            np.array([s.copy for s in sources], dtype=bool), np.ones(len(sources), dtype=np.int64), list(known),
        )  # fmt: skip

    def __len__(self) -> int:
        """Number of articles."""
        return int(self.count.sum())

    def _where(self, mask: np.ndarray) -> Seen:
        return Seen(self.day[mask], self.publisher[mask], self.copy[mask], self.count[mask], self.names)

    def within(self, first: date | None, last: date | None) -> Seen:
        """What has no day is counted with every period."""
        low, high = ordinal(first), ordinal(last) or ordinal(date.max)
        return self._where((self.day == 0) | ((self.day >= low) & (self.day <= high)))

    @property
    def days(self) -> list[int]:
        """Ordinals of the days on which something appeared."""
        import numpy as np

        return [int(day) for day in np.unique(self.day) if day]

    def first_copies(self) -> np.ndarray:
        """The day of publication of each article that is no copy."""
        import numpy as np

        mask = ~self.copy & (self.day > 0)
        return np.asarray(np.repeat(self.day[mask], self.count[mask]))

    def by_publisher(self) -> list[tuple[str, int]]:
        """Publishers with their number of articles, most first."""
        found = [(name, int(self.count[self.publisher == i].sum())) for i, name in enumerate(self.names)]
        return sorted(((name, n) for name, n in found if n), key=lambda item: (-item[1], item[0]))

    def by_period(self, starts: Iterable[date], end: date) -> list[tuple[int, int]]:
        """Number of articles, and of publishers, from each start to the day before the next one, and to the end."""
        import numpy as np

        edges = np.array([*(day.toordinal() for day in starts), end.toordinal() + 1])
        inside = (self.day >= edges[0]) & (self.day < edges[-1])
        at = np.searchsorted(edges, self.day[inside], side="right") - 1
        articles = np.bincount(at, self.count[inside], len(edges) - 1).astype(int)
        named = self.publisher[inside] >= 0
        width = len(self.names) + 1
        keys = np.unique(at[named] * width + self.publisher[inside][named])
        publishers = np.bincount(keys // width, minlength=len(edges) - 1)
        return list(zip(articles.tolist(), publishers.tolist(), strict=True))

    @property
    def newest(self) -> date | None:
        return day_of(self.day.max()) if len(self.day) and self.day.max() else None
