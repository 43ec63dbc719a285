"""What the overviews say. A tone is a mean PLOVER intensity, -10 to 10; None where there was no event to take it of."""

from __future__ import annotations

from datetime import date

from detente.records import Record
from detente.relations.report import Mover


class Place(Record):
    """A country in the days of an overview. `articles`: those that speak of it; with none it is unmonitored."""

    code: str
    name: str
    articles: int
    events: int
    tone: float | None


class PairState(Record):
    """Two countries, the first in the order of the alphabet first. `last`: when an article last told an event of it."""

    a: str
    b: str
    a_name: str
    b_name: str
    events: int
    tone: float | None
    first: date | None
    last: date | None


class World(Record):
    """`since` to `until` is the week of the movers; places are those of the `days` days up to `until`.

    `unmonitored`: pairs with events in the year before and no article for more than `days` days, busiest first.
    `data`: whose events these are; `rows`: those that were imported, each of which counts as an article on a place.
    """

    since: date | None
    until: date | None
    days: int
    newest: date | None
    articles: int
    publishers: int
    places: tuple[Place, ...]
    movers: tuple[Mover, ...]
    unmonitored: tuple[PairState, ...]
    rows: int = 0
    data: str = "detente"


class Cell(Record):
    """What `source` did to `target`; `before` is the tone of the period of the same length before."""

    source: str
    target: str
    events: int
    tone: float | None
    events_before: int
    before: float | None

    @property
    def change(self) -> float | None:
        return None if self.tone is None or self.before is None else round(self.tone - self.before, 3)


class Matrix(Record):
    """Cells with events in either period only."""

    since: date | None
    until: date | None
    days: int
    countries: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]
    data: str = "detente"

    def cell(self, source: str, target: str) -> Cell | None:
        return next((c for c in self.cells if c.source == source and c.target == target), None)


class Partner(Record):
    """Another country, seen from one; `to` is what the one did to it, `by` what it did to the one."""

    code: str
    name: str
    events: int
    tone: float | None
    to_events: int
    to_tone: float | None
    by_events: int
    by_tone: float | None
    last: date | None


class Country(Record):
    """One country's relations over the whole record."""

    code: str
    name: str
    articles: int
    first: date | None
    last: date | None
    partners: tuple[Partner, ...]
    movers: tuple[Mover, ...]
    data: str = "detente"


class Month(Record):
    start: date
    articles: int
    events: int


class StoreCoverage(Record):
    """How much the record holds and of what."""

    articles: int
    copies: int
    undated: int
    events: int
    statements: int
    assessments: int
    rejections: int
    inputs_rejected: int
    first: date | None
    last: date | None
    publishers: dict[str, int]
    months: tuple[Month, ...]
    coder_versions: dict[str, int]
