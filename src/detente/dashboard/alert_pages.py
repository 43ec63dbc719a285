"""The page of alerts, and what its buttons do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from detente.api import alerts as api
from detente.api.answers import refuse
from detente.api.asking import AtDesk, InStore, may_write, sound
from detente.api.desk import Desk
from detente.countries import country as code_of
from detente.dashboard.pages import ON_PAGE, data_of, day_of, number_of, see_other, sources_of
from detente.dashboard.showing import page
from detente.overview.told import months
from detente.relations.alerts import (
    AlertFilter,
    UnknownAlert,
    acknowledge,
    check_alerts,
    count_alerts,
    end_silence,
    list_alerts,
    list_silences,
    rules_told,
    silence,
)
from detente.relations.imported import origin_of

router = APIRouter(include_in_schema=False)

STATES, KINDS, SEVERITIES = get_args(api.State), get_args(api.Kind), get_args(api.Severity)
QUIET = timedelta(days=90)
"""How long the button on an alert silences its rule on its pair."""


@router.get("/alerts")
def alerts(
    request: Request, desk: AtDesk, store: InStore, since: str = "", until: str = "", rule: str = "", kind: str = "",
    severity: str = "", country: str = "", other: str = "", state: str = "", at: str = "",
) -> Response:  # fmt: skip
    asked = {"since": since, "until": until, "rule": rule, "kind": kind, "severity": severity, "country": country,
             "other": other, "state": state}  # fmt: skip
    where = api.alert_filter(
        day_of(since, "since"), day_of(until, "until"), rule.strip()[:200] or None,
        kind if kind in KINDS else None, severity if severity in SEVERITIES else None,  # type: ignore[arg-type]
        country.strip() or None, other.strip() or None, state if state in STATES else "new",  # type: ignore[arg-type]
    )  # fmt: skip
    begin = number_of(at)
    shown = list_alerts(store, replace(where, limit=ON_PAGE, offset=begin))
    return page(
        request, "alerts.html.j2", alerts=shown, found=count_alerts(store, where),
        total=count_alerts(store, AlertFilter(state="all")), at=begin, size=ON_PAGE, asked=asked,
        states=STATES, kinds=KINDS, severities=SEVERITIES, writable=desk.writable, quiet=QUIET,
        silences=list_silences(store), sources=sources_of(store, [id_ for a in shown for id_ in a.article_ids]),
        rules=rules_told(store),
    )  # fmt: skip


@router.post("/alerts")
async def act(request: Request) -> Response:
    """What a button of the page asks for; leads back to the page. The token was asked for at the gate."""
    body = (await request.body()).decode("utf-8", "replace")
    fields = {name: values[-1] for name, values in parse_qs(body, max_num_fields=20).items()}
    await run_in_threadpool(_act, request.app.state.desk, {k: sound(v, k)[:2000] for k, v in fields.items()})
    back = urlsplit(fields.get("back", ""))
    return see_other("/alerts" + (f"?{back.query}" if back.query else ""))


def _act(desk: Desk, fields: dict[str, Any]) -> None:
    may_write(desk)
    do = fields.get("do")
    try:
        with desk.writing() as store:
            if do == "acknowledge":
                acknowledge(store, [fields.get("id", "")], fields.get("by") or None, fields.get("note") or None)
            elif do == "silence":
                pair = code_of(fields.get("a", "")), code_of(fields.get("b", ""))
                silence(store, fields.get("rule"), pair, day_of(fields.get("until", ""), "until"))
            elif do == "end":
                end_silence(store, fields.get("id", ""))
            elif do == "check":
                data = data_of(fields.get("data", ""))
                first = months(store, origin_of(store, data)) if fields.get("all") else ()
                check_alerts(store, since=first[0].start if first else None, data=data)
            else:
                raise refuse(422, "do: one of acknowledge, silence, end and check")
    except UnknownAlert as error:
        raise refuse(404, str(error)) from None
