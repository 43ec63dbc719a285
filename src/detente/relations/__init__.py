"""How two states stand: `relation_report(store, "RUS", "USA")` with its text, JSON, CSV, HTML and PNG.

`movers(store, until)` gives the pairs that moved most in a week.
"""

from detente.relations.build import relation_report
from detente.relations.movers import movers
from detente.relations.parameters import Excerpt, Parameters, RelationQuestion
from detente.relations.report import Mover, RelationReport

__all__ = ["Excerpt", "Mover", "Parameters", "RelationQuestion", "RelationReport", "movers", "relation_report"]
