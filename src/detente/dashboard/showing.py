"""How a page is made: templates with their words, and a page that waits where the answer takes long."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from detente.about import __version__
from detente.api.answers import cursor_of
from detente.api.desk import Desk
from detente.api.limits import NO_TOKEN, SAFE
from detente.dashboard import charts
from detente.dashboard.texts import count, day, raw, say, short_day, told_date
from detente.relations.page import web_address
from detente.relations.words import (
    COLLECTIVE,
    DID,
    clean,
    country_codes,
    country_in_sentence,
    country_name,
    shorten,
    signed,
)

if TYPE_CHECKING:
    from jinja2 import Environment

T = TypeVar("T")

PATIENCE = 0.9  # seconds until a page says that it is being worked on
SOON = 0.2  # seconds for which a page waits for one of its parts
REFRESH = "2"
ERRORS = {401: "locked", 403: "forbidden", 404: "not_found", 500: "internal", 503: "busy", 504: "slow"}
PLAIN = frozenset({"Not Found", "Method Not Allowed", NO_TOKEN})  # what the heading says already
AGAIN = frozenset({"locked", "internal", "busy", "slow"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
}  # fmt: skip
_TURNING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    desk: Desk = request.app.state.desk
    given = {"path": request.url.path, "query": request.url.query, "desk": desk, "live_texts": live_texts()}
    given["live"] = desk.live and status < 400  # an error says nothing of the record
    if given["live"]:
        given["cursor"] = cursor_of(request.state.place.codings, request.state.place.alerts)
    text = environment().get_template(template).render(**given, **values)
    return HTMLResponse(text.encode("utf-8", "replace"), status, HEADERS)


@cache
def live_texts() -> str:
    """What the script says of new records, as JSON."""
    keys = ("live.waiting", "live.arrived", "live.paused", "live.away", "live.pause", "live.resume",
            "count.event_one", "count.event_many", "count.alert_one", "count.alert_many")  # fmt: skip
    return json.dumps({key.partition(".")[2]: raw(key) for key in keys})


def when_known(request: Request, future: Future[T], show: Callable[[T], Response]) -> Response:
    """The page of an answer, or one that says that it is being found and comes again."""
    try:
        found = future.result(timeout=PATIENCE)
    except TimeoutError:
        desk: Desk = request.app.state.desk
        waiting = page(request, "working.html.j2", 202, indexed=desk.indexed)
        waiting.headers["Refresh"] = REFRESH
        return waiting
    return show(found)


def soon(future: Future[T]) -> T | None:
    """A part of a page if it is there in a moment; else the page goes without it, and the part comes by itself."""
    try:
        return future.result(timeout=SOON)
    except TimeoutError:
        return None


def error_page(request: Request, status: int, message: str) -> HTMLResponse:
    """What went wrong, what to try, and where to go on; the same page leads on where it was only too early."""
    kind = ERRORS.get(status, "bad")
    again = with_query(request.url.path, request.url.query) if kind in AGAIN else None
    word = "again" if request.method in SAFE else "return"  # a link cannot press the button again
    said = "" if message in PLAIN else clean(message)
    said = said[:1].upper() + said[1:]
    return page(request, "error.html.j2", status, kind=kind, message=said, code=status, again=again, word=word)


@cache
def environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("detente.dashboard"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_finalize,
    )  # fmt: skip
    made.filters |= {"signed": signed, "web": web_address, "day": day, "short_day": short_day, "shorten": shorten,
                     "told_date": told_date}  # fmt: skip
    made.globals |= {
        "say": say, "count": count, "link": link, "charts": charts, "version": __version__,
        "country_name": country_name, "countries": set(country_codes()) - set(COLLECTIVE),
        "shorten": shorten, "with_query": with_query, "in_sentence": country_in_sentence, "did": DID,
    }  # fmt: skip
    return made


def _finalize(value: object) -> object:
    """Controls and marks that turn the direction of text are taken out of whatever is set into a page."""
    return _TURNING.sub("", value) if type(value) is str else value


def visible(text: str) -> str:
    """The same length: what would turn the direction of an article's text is shown as a sign."""
    return _TURNING.sub("\ufffd", text)


def link(*parts: str, **query: object) -> str:
    """An address in the dashboard; parts and values are quoted, empty values left out."""
    asked = {name: str(value) for name, value in query.items() if value not in (None, "", False)}
    path = "/" + "/".join(quote(str(part).encode("utf-8", "replace"), safe="") for part in parts)
    return path + (f"?{urlencode(asked)}" if asked else "")


def with_query(path: str, query: str, **changes: object) -> str:
    """The same page with some of its query changed; None takes a value out."""
    from urllib.parse import parse_qsl

    asked = {**dict(parse_qsl(query)), **changes}
    kept = {name: value for name, value in asked.items() if value not in (None, "")}
    return path + (f"?{urlencode(kept)}" if kept else "")
