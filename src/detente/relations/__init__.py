"""How two states stand: `relation_report(store, "RUS", "USA")` with its text, JSON, CSV, HTML and PNG.

`relation_events(store, "RUS", "USA")` gives its events alone, `movers(store, until)` the pairs that moved most.
"""

from detente.relations.build import relation_events, relation_report
from detente.relations.movers import movers
from detente.relations.parameters import Excerpt, Parameters, RelationQuestion
from detente.relations.report import Mover, RelationReport

__all__ = [
    "Excerpt", "Mover", "Parameters", "RelationQuestion", "RelationReport", "movers", "relation_events",
    "relation_report",
]  # fmt: skip
