"""Relations, and many of them at once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query
from starlette.responses import Response

from detente import overview
from detente.api import schemas
from detente.api.answers import NO_CURSOR, answer, cursor_of, page, place_of, refuse
from detente.api.asking import AtDesk, Cursor, EventsOf, InStore, Limit, Since, Until, checked, code_of
from detente.api.desk import Desk
from detente.countries import side
from detente.overview.matrix import DAYS, MOST_DAYS
from detente.overview.records import Country, Matrix, World
from detente.relations import Excerpt, RelationReport, relation_events, relation_report
from detente.relations.parties import ALL
from detente.relations.report import PairEventRecord
from detente.store import Store
from detente.store.export import write_csv

router = APIRouter(tags=["relations"])
T = TypeVar("T")
By = Literal["day", "week", "month"]
Codes = Annotated[
    str | None, Query(max_length=2000, description="Countries or groups (NATO, EU), with commas between them.")
]
LISTED = 200
"""Events, articles and assessments that a report lists; its figures count all."""
NEWEST = Excerpt(LISTED)
Days = Annotated[int, Query(ge=1, le=MOST_DAYS, description="Length of the period.")]
JsonOrCsv = Annotated[Literal["json", "csv"], Query()]


@router.get("/relations", responses={200: {"model": schemas.Pairs}})
def pairs(
    store: InStore,
    country: Annotated[str | None, Query(max_length=200, description="Pairs of this country only.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    data: EventsOf = None,
) -> Response:
    """Pairs of countries with events between them, those with most first."""
    place = place_of(cursor, int)
    start = place[0] if place else 0
    found = overview.pairs(store, code_of(country) if country else None, limit + 1, start, data)
    return answer(page(found, limit, lambda _: cursor_of(start + limit)))


@router.get("/relations/{a}/{b}", responses={200: {"model": RelationReport, "content": {
    "text/csv": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}},
    "image/png": {"schema": {"type": "string", "format": "binary"}},
}}})  # fmt: skip
def relation(
    desk: AtDesk, a: str, b: str, since: Since = None, until: Until = None, by: By = "day",
    format: Annotated[Literal["json", "csv", "html", "png"], Query()] = "json", data: EventsOf = None,
) -> Response:  # fmt: skip
    """How two sides (countries, groups as NATO, `all`) stand: series, turning points and why, events, quotes.

    All events are counted; the newest two hundred are listed, and those that other parts name. `/events` behind the
    address lists all.
    """
    report = wait(report_of(desk, a, b, since, until, by, data))
    if format == "png":
        return Response(report.to_png(), media_type="image/png")
    if format == "json":
        return answer(report)
    text = report.to_csv() if format == "csv" else report.to_html()
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return Response(text, 200, headers, media_type=f"text/{format}")


@router.get("/relations/{a}/{b}/events", responses={200: {"model": schemas.Page[PairEventRecord]}})
def relation_events_of(
    store: InStore, a: str, b: str, since: Since = None, until: Until = None, limit: Limit = 100,
    cursor: Cursor = None, data: EventsOf = None,
) -> Response:  # fmt: skip
    """All events of a relation by day, each once with its reports: what the report's figures are made of."""
    first, second = side(a), side(b)
    since, until = checked(since, until)
    found = relation_events(store, first, second, since, until, limit + 1, _event_before(cursor), data=data)
    return answer(page(found, limit, lambda event: cursor_of(event.day.toordinal(), event.id)))


def _event_before(cursor: str | None) -> tuple[date, str] | None:
    """Day and id of the last event of the page before."""
    place = place_of(cursor, int, str)
    if place is None:
        return None
    if not 0 < place[0] <= date.max.toordinal() or not re.fullmatch("[0-9a-f]{12}", place[1]):
        raise refuse(422, NO_CURSOR)
    return date.fromordinal(place[0]), place[1]


@router.get("/world", responses={200: {"model": World, "content": {"text/csv": {"schema": {"type": "string"}}}}})
def world(desk: AtDesk, until: Until = None, format: JsonOrCsv = "json", data: EventsOf = None) -> Response:
    """The week up to `until`: tone by country, the pairs that moved most and why, and what nobody reports on."""
    found = wait(world_of(desk, until, data))
    return answer(found) if format == "json" else csv_of(mover_rows(found.movers), MOVER_COLUMNS)


@router.get("/matrix", responses={200: {"model": Matrix, "content": {"text/csv": {"schema": {"type": "string"}}}}})
def matrix(
    desk: AtDesk,
    countries: Codes = None,
    until: Until = None,
    days: Days = DAYS,
    format: JsonOrCsv = "json",
    data: EventsOf = None,
) -> Response:
    """Who acts on whom among some countries (without `countries` the busiest), against the period before."""
    found = wait(matrix_of(desk, countries, until, days, data))
    return answer(found) if format == "json" else csv_of([c.model_dump() for c in found.cells], CELL_COLUMNS)


@router.get(
    "/countries/{code}", responses={200: {"model": Country, "content": {"text/csv": {"schema": {"type": "string"}}}}}
)
def country(
    desk: AtDesk, code: str, until: Until = None, format: JsonOrCsv = "json", data: EventsOf = None
) -> Response:
    """Whom a country deals with, and how it sounds in both directions."""
    found = wait(country_of(desk, code, until, data))
    return answer(found) if format == "json" else csv_of([p.model_dump() for p in found.partners], PARTNER_COLUMNS)


MOVER_COLUMNS = ("a", "b", "since", "until", "level", "before", "change", "direction", "line")
CELL_COLUMNS = ("source", "target", "events", "tone", "events_before", "before")
PARTNER_COLUMNS = ("code", "name", "events", "tone", "to_events", "to_tone", "by_events", "by_tone", "last")


def mover_rows(movers: Any) -> list[dict[str, Any]]:
    return [{**mover.model_dump(), "a": mover.a.code, "b": mover.b.code} for mover in movers]


def csv_of(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> Response:
    out = io.StringIO()
    write_csv(rows, out, columns)
    return Response(out.getvalue().encode("utf-8", "replace"), media_type="text/csv; charset=utf-8")


# the same questions are asked by the dashboard


def report_of(
    desk: Desk, a: str, b: str, since: date | None, until: date | None, by: By, data: str | None = None,
    excerpt: Excerpt = NEWEST,
) -> Future[RelationReport]:  # fmt: skip
    first, second = side(a), side(b)
    since, until = checked(since, until)

    def find(store: Store) -> RelationReport:
        return relation_report(store, first, second, since, until, by, data=data, excerpt=excerpt)

    return desk.answer(("relation", str(first), str(second), since, until, by, data, excerpt), find)


def world_of(desk: Desk, until: date | None, data: str | None = None) -> Future[World]:
    _, until = checked(None, until)
    return desk.answer(("world", until, data), lambda store: overview.world(store, until, data))


def matrix_of(
    desk: Desk, countries: str | None, until: date | None, days: int, data: str | None = None
) -> Future[Matrix]:
    _, until = checked(None, until)
    codes = members(countries, until)
    return desk.answer(
        ("matrix", codes, until, days, data), lambda store: overview.matrix(store, codes, until, days, data)
    )


def members(countries: str | None, until: date | None) -> tuple[str, ...]:
    """Codes of the countries, and of the groups as they are on that day (now)."""
    found: list[str] = []
    for name in (countries or "").split(","):
        if name.strip():
            named = side(name)
            found += [named] if isinstance(named, str) else named.on(until or date.today())
    return tuple(dict.fromkeys(code for code in found if code != ALL))


def country_of(desk: Desk, code: str, until: date | None, data: str | None = None) -> Future[Country]:
    found = code_of(code)
    _, until = checked(None, until)
    return desk.answer(("country", found, until, data), lambda store: overview.country(store, found, until, data))


def wait(future: Future[T], seconds: float = 29.0) -> T:
    """Raises 504 where the answer takes longer; it is found all the same, for who asks again."""
    try:
        return future.result(timeout=seconds)
    except TimeoutError:
        raise refuse(504, "this takes longer than usual; ask again in a minute", {"Retry-After": "10"}) from None


Asked = Callable[[], Future[Any]]
