"""Next month's counts of a pair, where a model beats the naive ones.

`forecast(store, "RUS", "USA")` and `backtest(...)` are loaded when they are asked for: the report's record holds a
forecast, and what makes it needs the report's parts.
"""

from __future__ import annotations

from typing import Any

from detente.relations.forecast.records import Backtest, Forecast

__all__ = ["Backtest", "Forecast", "backtest", "forecast"]


def __getattr__(name: str) -> Any:
    if name in ("backtest", "forecast"):
        from detente.relations.forecast import build

        return getattr(build, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
