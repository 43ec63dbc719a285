"""The report on a relation: a record that renders itself as text, JSON, CSV, HTML and PNG.

Directions are "a>b", "b>a" and "mutual" for events, and "a>b", "b>a" and "both" for levels; `a` and `b` are the sides
in the order in which they were asked for. Levels lie between -10 and 10. What is None was not monitored or is unknown.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from detente.records import Record
from detente.relations.forecast.records import Forecast
from detente.relations.sides import SeriesName as SeriesName
from detente.relations.sides import Side as Side

EventDirection = Literal["a>b", "b>a", "mutual"]
Course = Literal["worse", "better"]


class PairEventRecord(Record):
    """One event, however many reports tell it; the words are those of the report that weighs most.

    `id` is what the figures refer to. `by` and `to` are codes of the parties, all in `by` where the event is mutual.
    """

    id: str
    day: date
    direction: EventDirection
    by: tuple[str, ...]
    to: tuple[str, ...]
    event: str
    mode: str | None
    modality: str
    quad: int
    intensity: float
    weight: float
    told: str
    quote: str
    sentence: str
    teller: str | None
    reports: int
    publishers: tuple[str, ...]
    article_ids: tuple[str, ...]
    title: str | None
    url: str | None
    data: tuple[str, ...] = ("detente",)
    """Who coded it: "detente", or datasets that were imported, of which `title` names file and line."""


class Quote(Record):
    """Words of one side on the other; only `kind` direct is given in the speaker's own words throughout."""

    side: Literal["a", "b"]
    day: date | None
    speaker: str
    office: str | None
    kind: str
    text: str
    publisher: str | None
    title: str | None
    url: str | None


class AssessmentRecord(Record):
    """What somebody says that the relation is, and what the events said then; `holder` None is the article's author.

    `level` is that of both directions on that day, `course` how it had moved over the weeks before (by half a point at
    least), `agrees` whether the assessment's direction is that course; None where either is unknown. `event_ids` are
    the heaviest events of the week up to it.
    """

    day: date | None
    descriptor: str
    direction: str | None
    holder: str | None
    holder_country: str | None
    level: float | None
    course: Literal["worse", "better", "steady"] | None
    agrees: bool | None
    event_ids: tuple[str, ...]
    text: str
    publisher: str | None
    title: str | None


class BaselineRecord(Record):
    median: float
    low: float
    high: float
    days: int


class State(Record):
    """A level on the last day of the period, with what it is made of and compared to.

    `event_ids`: the events that still weigh at least a hundredth of what all of them do, the heaviest first.
    """

    direction: SeriesName
    level: float | None
    low: float | None
    high: float | None
    before: float | None
    words: float | None
    deeds: float | None
    baseline: BaselineRecord | None
    event_ids: tuple[str, ...] = ()


class Counts(Record):
    """Events of one direction in one period; all None where nobody was looking.

    `words` and `deeds` are sums of weighted intensities, `intensity` the mean of the unweighted ones. `threats` are
    hostility still to come, `acts` hostile deeds done. Shares are of `events`, and None where there are none.
    `event_ids` are the events that make all these figures.
    """

    direction: SeriesName
    events: int | None
    quads: dict[int, int] | None
    quad_shares: dict[int, float] | None
    types: dict[str, int] | None
    type_shares: dict[str, float] | None
    intensity: float | None
    words: float | None
    deeds: float | None
    threats: int | None
    acts: int | None
    level: float | None
    event_ids: tuple[str, ...] | None


class Period(Record):
    """`start` and `end` are inclusive."""

    start: date
    end: date
    monitored: bool
    articles: int
    publishers: int
    counts: tuple[Counts, ...]


class Day(Record):
    """Levels at the end of a day; None where it was not monitored."""

    day: date
    both: float | None
    a_to_b: float | None
    b_to_a: float | None


class TurningPoint(Record):
    day: date
    direction: Course
    change: float
    """Sum of the weighted intensities of the events that carry it."""
    why: str
    """What carries it, in words, and `weighed`."""
    weighed: str
    """How much its events weigh, and what was to be expected."""
    events: tuple[PairEventRecord, ...]
    quotes: tuple[Quote, ...]


class SourceRecord(Record):
    article_id: str
    title: str | None
    url: str | None
    publisher: str | None
    day: date | None


class Coverage(Record):
    """How much was read. `unmonitored` lists stretches (first day, last day) on which nobody was looking."""

    articles: int
    copies: int
    undated: int
    publishers: dict[str, int]
    days_with_articles: int
    monitored_days: int
    days: int
    unmonitored: tuple[tuple[date, date], ...]
    reports: int
    events: int
    left_out: dict[str, int]
    sources: tuple[SourceRecord, ...]


class Mover(Record):
    """A pair that the events of a few days moved. `change` is `level` less `before`.

    `before` is where the level would stand on `until` without the events from `since` to `until`, so that a level that
    only fades is no mover. `events`: the heaviest of those days, first what points the way of the change.
    """

    a: Side
    b: Side
    since: date
    until: date
    level: float
    before: float
    change: float
    direction: Course
    line: str
    events: tuple[PairEventRecord, ...]


class RelationReport(Record):
    """How two sides stand, what moved it, and the words that this rests on."""

    a: Side
    b: Side
    since: date | None
    until: date | None
    by: Literal["day", "week", "month"]
    directed: bool
    monitored: bool
    summary: tuple[str, ...]
    states: tuple[State, ...]
    coverage: Coverage
    days: tuple[Day, ...]
    periods: tuple[Period, ...]
    turning_points: tuple[TurningPoint, ...]
    top_events: tuple[PairEventRecord, ...]
    events: tuple[PairEventRecord, ...]
    """All that the figures of the periods and the states are made of, by day."""
    quotes: tuple[Quote, ...]
    assessments: tuple[AssessmentRecord, ...]
    method: dict[str, float]
    known_since: date | None = None
    """Where the period would begin if it were not cut: it goes back so far where no other beginning is asked for."""
    data: str = "detente"
    """Whose events these are: "detente" (coded here), an imported dataset, or "all"."""
    forecast: Forecast | None = None
    """None where none was asked for."""

    def state(self, direction: SeriesName) -> State | None:
        return next((state for state in self.states if state.direction == direction), None)

    def quotes_of(self, side: Literal["a", "b"]) -> tuple[Quote, ...]:
        return tuple(quote for quote in self.quotes if quote.side == side)

    def series_name(self, direction: SeriesName | EventDirection) -> str:
        """A direction in words: "Russia → United States"."""
        forms = {"a>b": f"{self.a.name} → {self.b.name}", "b>a": f"{self.b.name} → {self.a.name}"}
        return forms.get(direction, "both together" if direction == "both" else "mutual")

    def events_behind(self, direction: SeriesName = "both", quad: int | None = None, type_: str | None = None,
                      since: date | None = None, until: date | None = None) -> tuple[PairEventRecord, ...]:  # fmt: skip
        """The events of the period that make a figure; mutual ones belong to every direction."""
        first, last = since or self.since or date.min, until or self.until or date.max
        return tuple(
            event
            for event in self.events
            if (direction == "both" or event.direction in (direction, "mutual"))
            and (quad is None or event.quad == quad)
            and (type_ is None or event.event == type_)
            and max(first, self.since or first) <= event.day <= last
        )

    def to_text(self, color: bool = False, width: int = 88) -> str:
        from detente.relations.text import render

        return render(self, color, width)

    def to_json(self) -> str:
        """JSON from which `RelationReport.model_validate_json` gives the same report."""
        return self.model_dump_json(indent=2) + "\n"

    def to_csv(self) -> str:
        """One row a period and direction; empty cells where nobody was looking."""
        from detente.relations.tables import render

        return render(self)

    def to_html(self) -> str:
        """One self-contained page, without scripts and without anything fetched."""
        from detente.relations.page import render

        return render(self)

    def to_png(self) -> bytes:
        from detente.relations.picture import render

        return render(self)
