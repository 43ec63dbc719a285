"""The figures that the method depends on, each declared once; docs/relations.md says where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from detente.errors import DetenteError

BY = ("day", "week", "month")


class RelationQuestion(DetenteError):
    """A pair, period or step that cannot be asked for."""


@dataclass(frozen=True)
class Excerpt:
    """What of a long record a report lists; its figures count all of the period."""

    listed: int
    """So many events, articles and assessments, the newest, and those that other parts name."""
    opened: tuple[date, date] | None = None
    """First and last of the days of which as many of the heaviest events are listed too."""
    longest: timedelta | None = None
    """Of a period without a beginning so much, up to its end."""


@dataclass(frozen=True)
class Parameters:
    """Days are calendar days, levels lie on the scale from -10 to 10."""

    half_life: float = 14.0
    """Days after which an event weighs half."""
    scale: float = 25.0
    """Decayed sum of weighted intensities at which the level is 10 * tanh(1) = 7.6."""
    modality_weight: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"actual": 1.0, "alleged": 0.4, "future": 0.5, "conditional": 0.3})
    )
    """Modalities that are not named here are told apart and count nothing."""
    other_side_weight: float = 0.75
    """For a deed that is told on the other side's word alone."""
    guessed_day_weight: float = 0.8
    """For an event that no words date: its day is the publication's."""
    publisher_bonus: float = 0.5
    """n independent publishers weigh 1 + publisher_bonus * (1 - 1 / n)."""
    reach: int = 28
    """A day is monitored if an article that mentions the pair was published at most so many days from it."""
    baseline_days: int = 365
    baseline_least: int = 42
    """Monitored days below which there is no baseline."""
    recent_days: int = 28
    """The present is compared with the level so many days before."""
    draws: int = 1000
    interval: tuple[float, float] = (5.0, 95.0)
    """Percentiles of the bootstrap."""
    turn_half_life: float = 5.0
    """Half-life of the faster series in which turning points are sought."""
    turn_penalty: float = 0.05
    """PELT's penalty is turn_penalty * variance * log(days)."""
    turn_window: int = 3
    """Days on either side of a break in which the events that carry it are sought."""
    turn_least: float = 1.0
    """Weight by which the window must differ from the course before, and that its events must reach together."""

    turn_deviations: float = 1.5
    """By so many standard deviations the events of a turn outweigh what the pair's others bring together by chance."""
    turn_notice: float = 1.0
    """Articles on the pair around a turn, from the day before to the end of the window, in multiples of the usual."""
    turn_step_reports: int = 2
    """The same articles for a turn in the direction of the last one: one more step that one article tells is none."""

    def __post_init__(self) -> None:
        if min(self.half_life, self.turn_half_life, self.scale) <= 0 or self.draws < 1 or self.recent_days < 1:
            raise RelationQuestion("half-lives, scale, draws and recent_days must be above 0")


DEFAULTS = Parameters()
