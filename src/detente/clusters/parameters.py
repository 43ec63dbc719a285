"""What speaks how much for one event, each figure declared once; docs/relations.md says where they come from."""

from __future__ import annotations

from dataclasses import dataclass

from detente.errors import DetenteError


class ClusterQuestion(DetenteError):
    """Parameters that no reports can be joined by."""


@dataclass(frozen=True)
class ClusterParameters:
    """Points for and against; the mean over all pairs of two groups must reach `threshold`. Days are calendar days."""

    threshold: float = 0.65
    window: int = 10
    """Days between two reports' days beyond which they are never compared."""
    same_type: float = 1.1
    same_quad: float = 0.3
    """Another type of the same quad."""
    same_sign: float = 0.2
    """Another quad, conflict or cooperation as well."""
    same_mode: float = 0.1
    other_mode: float = -0.3
    mutual_and_directed: float = -0.2
    """One report has both sides act together, the other one side on the other."""
    open_side: float = 0.0
    """One report leaves the country of one side open."""
    other_parties: float = -1.0
    """Counted for two reports of which the coder has other parties, where further reports speak for one event."""
    a_day_apart: float = -1.0
    """Both days are in the words, and they are neighbours; further apart, they are two events."""
    day_lag: float = -0.35
    """For each day by which a report that names no day lies further from the other's than `free_lag`."""
    free_lag: int = 1
    shared_object: float = 0.7
    other_object: float = -1.4
    """What is acted on: banks and shipyards."""
    shared_act: float = 0.3
    other_place: float = -1.1
    shared_place: float = 0.4
    shared_number: float = 0.5
    other_number: float = -0.4
    shared_words: float = 0.9
    """Times the share of the shorter text's other words that the longer one has too."""

    def __post_init__(self) -> None:
        if self.window < 0 or self.free_lag < 0 or self.day_lag > 0:
            raise ClusterQuestion(
                f"window={self.window}, free_lag={self.free_lag}, day_lag={self.day_lag}: "
                "the first two must not be below 0, the last not above"
            )


DEFAULTS = ClusterParameters()
