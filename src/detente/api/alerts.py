"""Alerts: listed for everybody; acknowledged, silenced and looked for by who has the token."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from detente.api import schemas
from detente.api.answers import answer, cursor_of, page, place_of, refuse
from detente.api.asking import (
    AtDesk,
    Cursor,
    EventsOf,
    InStore,
    Limit,
    Since,
    Until,
    checked,
    code_of,
    may_write,
    sound,
)
from detente.api.views import JsonOrCsv, csv_of
from detente.relations.alerts import (
    ALERT_COLUMNS,
    AlertFilter,
    UnknownAlert,
    acknowledge,
    check_alerts,
    end_silence,
    list_alerts,
    list_silences,
    silence,
)
from detente.relations.alerts.records import Silence

router = APIRouter(tags=["alerts"])
State = Literal["new", "acknowledged", "silenced", "all"]
Kind = Literal["level", "baseline", "change", "new-type", "actor", "ladder"]
Severity = Literal["low", "medium", "high"]
WRITES: dict[str, Any] = {
    "openapi_extra": {"security": [{"token": []}]},
}


def alert_filter(
    since: Since = None, until: Until = None,
    rule: Annotated[str | None, Query(max_length=200, description="Id of the rule.")] = None,
    kind: Kind | None = None, severity: Severity | None = None,
    country: Annotated[str | None, Query(max_length=200, description="One of the two countries.")] = None,
    other: Annotated[str | None, Query(max_length=200, description="The other one.")] = None,
    state: State = "new",
) -> AlertFilter:  # fmt: skip
    since, until = checked(since, until)
    codes = [code_of(value) for value in (country, other) if value]
    return AlertFilter(
        since=since, until=until, rule=rule, kind=kind, severity=severity, state=state,
        pair=(codes[0], codes[1]) if len(codes) == 2 else None, country=codes[0] if len(codes) == 1 else None,
    )  # fmt: skip


Where = Annotated[AlertFilter, Depends(alert_filter)]


def _told(model: object) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model}, 401: {"model": schemas.Failure}, 403: {"model": schemas.Failure}}


@router.get("/alerts", responses={
    200: {"model": schemas.Alerts, "content": {"text/csv": {"schema": {"type": "string"}}}},
})  # fmt: skip
def alerts(
    store: InStore, where: Where, limit: Limit = 100, cursor: Cursor = None, format: JsonOrCsv = "json"
) -> Response:
    """Where a rule noticed a change, with the events behind it, the newest first; as CSV all that match."""
    if format == "csv":
        return csv_of([alert.row() for alert in list_alerts(store, where)], ALERT_COLUMNS)
    place = place_of(cursor, str)
    found = list_alerts(store, replace(where, limit=limit + 1, after=place[0] if place else None))
    return answer(page(found, limit, lambda alert: cursor_of(alert.id)))


@router.post("/alerts/check", responses=_told(schemas.Checked), **WRITES)
def check(desk: AtDesk, since: Since = None, until: Until = None, data: EventsOf = None) -> Response:
    """Holds the shipped rules against the record, and keeps what is new. Needs the token."""
    may_write(desk)
    first, last = checked(since, until)
    with desk.writing() as store:
        result = check_alerts(store, since=first, until=last, data=data)
    if result is None:
        return answer({"since": None, "until": None, "pairs": 0, "new": []})
    return answer({"since": result.since, "until": result.until, "pairs": result.pairs, "new": list(result.new)})


@router.post("/alerts/acknowledge", responses={
    **_told(schemas.Alerts), 404: {"model": schemas.Failure},
}, **WRITES)  # fmt: skip
def take_note(desk: AtDesk, asked: schemas.Acknowledged) -> Response:
    """Takes alerts off the list; where one is not known, none is. Needs the token."""
    may_write(desk)
    for text in (asked.by or "", asked.note or "", *asked.ids):
        sound(text, "body")
    try:
        with desk.writing() as store:
            found = acknowledge(store, asked.ids, asked.by, asked.note)
    except UnknownAlert as error:
        raise refuse(404, str(error)) from None
    return answer({"items": list(found), "next": None})


@router.get("/silences", responses={200: {"model": schemas.Silences}})
def silences(store: InStore) -> Response:
    """What is not to be told."""
    return answer({"items": list(list_silences(store))})


@router.post("/silences", responses=_told(Silence), **WRITES)
def hold(desk: AtDesk, asked: schemas.NewSilence) -> Response:
    """Holds back the alerts of a rule, of a pair, or of a rule on a pair. Needs the token."""
    may_write(desk)
    if asked.rule is None and asked.pair is None:
        raise refuse(422, "body: a silence needs a rule, a pair, or both")
    pair = (code_of(asked.pair[0]), code_of(asked.pair[1])) if asked.pair else None
    _, until = checked(None, asked.until)
    for text in (asked.rule or "", asked.note or ""):
        sound(text, "body")
    with desk.writing() as store:
        made = silence(store, asked.rule, pair, until, asked.note)
    return answer(made)


@router.delete("/silences/{silence_id}", responses={
    **_told(Silence), 404: {"model": schemas.Failure},
}, **WRITES)  # fmt: skip
def release(desk: AtDesk, silence_id: str) -> Response:
    """Ends a silence; what it held back is told again. Needs the token."""
    may_write(desk)
    try:
        with desk.writing() as store:
            ended = end_silence(store, silence_id)
    except UnknownAlert as error:
        raise refuse(404, str(error)) from None
    return answer(ended)
