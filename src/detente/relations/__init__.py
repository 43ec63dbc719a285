"""How two states stand: `relation_report(store, "RUS", "USA")` with its text, JSON, CSV, HTML and PNG."""

from detente.relations.build import relation_report
from detente.relations.parameters import Parameters, RelationQuestion
from detente.relations.report import RelationReport

__all__ = ["Parameters", "RelationQuestion", "RelationReport", "relation_report"]
