"""Many relations at once: `world`, `matrix`, `country`, `pairs`, `coverage`, each a record over the whole store."""

from detente.overview.country import country
from detente.overview.coverage import coverage, pairs
from detente.overview.matrix import matrix
from detente.overview.world import world

__all__ = ["country", "coverage", "matrix", "pairs", "world"]
