"""Next month's counts of a pair, and the backtest that says what they are worth."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from detente.api.answers import answer
from detente.api.asking import AtDesk, EventsOf, Until, checked
from detente.api.desk import Desk
from detente.api.views import JsonOrCsv, wait
from detente.countries import side
from detente.relations.forecast import Backtest, Forecast
from detente.store import Store

router = APIRouter(tags=["relations"])
CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}


@router.get("/relations/{a}/{b}/forecast", responses={200: {"model": Forecast, **CSV}})
def forecast(
    desk: AtDesk, a: str, b: str, until: Until = None, format: JsonOrCsv = "json", data: EventsOf = None
) -> Response:
    """Events of the next month by quad, where a model beats the naive ones; `summary` says where none does."""
    return _shown(wait(forecast_of(desk, a, b, until, data)), format)


@router.get("/relations/{a}/{b}/backtest", responses={200: {"model": Backtest, **CSV}})
def backtest(
    desk: AtDesk, a: str, b: str, until: Until = None, format: JsonOrCsv = "json", data: EventsOf = None
) -> Response:
    """How each model would have done on the months of a pair, each forecast from those before it."""
    return _shown(wait(forecast_of(desk, a, b, until, data)).backtest, format)


def _shown(found: Forecast | Backtest, format: JsonOrCsv) -> Response:
    if format == "csv":
        return Response(found.to_csv().encode("utf-8", "replace"), media_type="text/csv; charset=utf-8")
    return answer(found)


def key_of(a: str, b: str, until: date | None, data: str | None = None) -> tuple[object, ...]:
    return ("forecast", str(side(a)), str(side(b)), until, data)


def forecast_of(desk: Desk, a: str, b: str, until: date | None, data: str | None = None) -> Future[Forecast]:
    """Found once; with 24 months and more it takes some seconds."""
    first, second = side(a), side(b)
    _, until = checked(None, until)

    def find(store: Store) -> Forecast:
        from detente.relations.forecast.build import forecast as made

        return made(store, first, second, until, data=data)

    return desk.answer(key_of(a, b, until, data), find)
