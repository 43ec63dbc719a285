"""Models of a monthly count, naive ones and those of statsmodels, and how they do in rolling backtests."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LAST, MEAN, YEAR = "same as last month", "mean of the last 12 months", "same month a year before"
NONE = "none at all"
LEAST_TRAINING = 12
LEAST_ORIGINS = 12
LEAST_MONTHS = LEAST_TRAINING + LEAST_ORIGINS
MOST_ORIGINS = 36
SEASON = 12
SEASON_TRAINING = 24  # two years, before seasons can be told from chance
REFIT = 12  # months between estimates of the parameters in a backtest; between them the states go on
NOMINAL = 0.9
ALPHA = 0.05  # shared among the models that are tried (Bonferroni): the best of four leads by chance more often


@dataclass(frozen=True)
class Step:
    """One month ahead: the expected count and an interval that NOMINAL of all months should lie in."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Model:
    """Exponential smoothing (Hyndman, Koehler, Ord and Snyder 2008) of the counts or of their logarithms."""

    name: str
    options: tuple[tuple[str, Any], ...]
    logarithms: bool = False
    training: int = LEAST_TRAINING

    def fit(self, values: Sequence[int]) -> Any:
        """Estimated parameters, to be handed to `step`."""
        return self._model(values).fit(disp=0).params

    def step(self, values: Sequence[int], parameters: Any) -> Step:
        """Counts are not negative, so neither is the interval; it is widened to whole events."""
        result = self._model(values).smooth(parameters)
        frame = result.get_prediction(start=len(values), end=len(values)).summary_frame(alpha=1 - NOMINAL)
        low, value, high = (self._back(float(frame[name].iloc[0])) for name in ("pi_lower", "mean", "pi_upper"))
        return Step(value, float(math.floor(low)), float(math.ceil(high)))

    def _model(self, values: Sequence[int]) -> Any:
        from statsmodels.tsa.exponential_smoothing.ets import ETSModel

        return ETSModel(self._series(values), **dict(self.options))

    def _series(self, values: Sequence[int]) -> pd.Series[float]:
        import pandas as pd

        return pd.Series([math.log1p(value) if self.logarithms else float(value) for value in values])

    def _back(self, value: float) -> float:
        return max(0.0, math.expm1(min(value, 50.0)) if self.logarithms else value)


MODELS = (
    Model("smoothing", (("error", "add"),)),
    Model("smoothing of logarithms", (("error", "add"),), logarithms=True),
    Model("damped trend", (("error", "add"), ("trend", "add"), ("damped_trend", True))),
    Model("seasons", (("error", "add"), ("seasonal", "add"), ("seasonal_periods", SEASON)), training=SEASON_TRAINING),
)
NAIVE: dict[str, Callable[[Sequence[int]], float]] = {
    LAST: lambda values: float(values[-1]),
    MEAN: lambda values: sum(values[-SEASON:]) / len(values[-SEASON:]),
    YEAR: lambda values: float(values[-SEASON]),
    NONE: lambda values: 0.0,
}


@dataclass(frozen=True)
class Score:
    """See `ModelScore`; `errors` are the absolute errors month by month."""

    model: str
    naive: bool
    errors: tuple[float, ...]
    inside: tuple[bool, ...] = ()

    @property
    def mae(self) -> float:
        return sum(self.errors) / len(self.errors)

    @property
    def coverage(self) -> float | None:
        return sum(self.inside) / len(self.inside) if self.inside else None


def origins_of(values: Sequence[int]) -> list[int]:
    """Places in the series that are forecast, each from what lies before it."""
    count = min(MOST_ORIGINS, len(values) - LEAST_TRAINING)
    return list(range(len(values) - count, len(values))) if count >= LEAST_ORIGINS else []


def backtest_series(values: Sequence[int]) -> list[Score]:
    """Every model on the same months, naive ones first; empty where the series is too short."""
    at = origins_of(values)
    if not at:
        return []
    scores = [
        Score(name, True, tuple(abs(naive(values[:origin]) - values[origin]) for origin in at))
        for name, naive in NAIVE.items()
    ]
    return scores + [rolled for model in usable(values) if (rolled := _rolled(model, values, at))]


def usable(values: Sequence[int]) -> list[Model]:
    """Models that have enough months to learn from at the first origin; none for a series that never changes."""
    at = origins_of(values)
    if not at or len(set(values)) == 1:
        return []
    return [model for model in MODELS if at[0] >= model.training]


def _rolled(model: Model, values: Sequence[int], at: Sequence[int]) -> Score | None:
    """None where the model cannot be estimated."""
    errors, inside = [], []
    parameters = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of estimates that did not settle; what they are worth, the errors tell
        for number, origin in enumerate(at):
            try:
                if parameters is None or number % REFIT == 0:
                    parameters = model.fit(values[:origin])
                step = model.step(values[:origin], parameters)
            except (ValueError, ArithmeticError, LookupError):
                return None
            if not all(map(math.isfinite, (step.value, step.low, step.high))):
                return None
            errors.append(abs(step.value - values[origin]))
            inside.append(step.low <= values[origin] <= step.high)
    return Score(model.name, False, tuple(errors), tuple(inside))


def best_naive(scores: Sequence[Score]) -> Score:
    return min((score for score in scores if score.naive), key=lambda score: score.mae)


def chance_of(score: Score, naive: Score) -> float:
    """One-sided p of Diebold and Mariano's test, one step ahead, that `score` errs no less than `naive`."""
    leads = [n - s for n, s in zip(naive.errors, score.errors, strict=True)]
    count = len(leads)
    mean = sum(leads) / count
    variance = sum((lead - mean) ** 2 for lead in leads) / count
    if variance <= 1e-12:
        return 0.0 if mean > 1e-9 else 1.0
    from scipy.stats import t

    statistic = mean / math.sqrt(variance / count) * math.sqrt((count - 1) / count)
    return float(t.sf(statistic, count - 1))


def winner(scores: Sequence[Score]) -> Score | None:
    """The model of the lowest error among those that beat every naive one by more than chance."""
    naive = best_naive(scores)
    beating = [score for score in scores if not score.naive and beats(score, naive, len(scores) - len(NAIVE))]
    return min(beating, key=lambda score: score.mae, default=None)


def beats(score: Score, naive: Score, tried: int) -> bool:
    return score.mae < naive.mae and chance_of(score, naive) < ALPHA / tried


def next_step(name: str, values: Sequence[int]) -> Step:
    """The month after the series, by the model of that name."""
    model = next(model for model in MODELS if model.name == name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.step(values, model.fit(values))
