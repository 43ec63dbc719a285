"""Gold formats and scorers behind `detente evaluate`."""

from detente.evaluation.run import TASKS, evaluate

__all__ = ["TASKS", "evaluate"]
