"""What the encoder says about one pair."""

from __future__ import annotations

from dataclasses import dataclass

from detente.encoder.marking import NONE, TYPES


@dataclass(frozen=True)
class Scores:
    """Calibrated probabilities of the 16 PLOVER types and NONE, and of the modalities.

    `error` says why a pair could not be scored; both tables are empty then. `none_threshold` is the probability of
    NONE from which `best` is NONE.
    """

    types: dict[str, float]
    modality: dict[str, float]
    error: str | None = None
    none_threshold: float = 0.5

    @property
    def none(self) -> float:
        return self.types.get(NONE, 1.0)

    @property
    def best_event(self) -> str | None:
        """The likeliest of the 16 types, whatever NONE has; CONCEDE and RETREAT compete with their sum first.

        None where the pair could not be scored.
        """
        if not self.types:
            return None
        yielding = self.types["CONCEDE"] + self.types["RETREAT"]
        others = max((name for name in TYPES if name not in ("CONCEDE", "RETREAT")), key=self.types.__getitem__)
        if self.types[others] > yielding:
            return others
        return "CONCEDE" if self.types["CONCEDE"] >= self.types["RETREAT"] else "RETREAT"

    @property
    def best(self) -> str | None:
        """The likeliest type, or NONE."""
        return NONE if self.types and self.none >= self.none_threshold else self.best_event

    @property
    def confidence(self) -> float:
        """Probability of `best`."""
        return self.types.get(self.best or "", 0.0)

    @property
    def best_modality(self) -> str | None:
        return max(self.modality, key=self.modality.__getitem__) if self.modality else None
