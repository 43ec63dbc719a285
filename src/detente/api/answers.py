"""Answers in their one form: JSON with its errors, and cursors for the next page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from detente.api.desk import Busy
from detente.errors import DetenteError, StoreError
from detente.records import Record
from detente.store.export import iso

CODES = {
    400: "bad_request", 401: "no_token", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    408: "too_slow", 409: "conflict", 413: "too_large", 415: "not_json", 421: "wrong_host", 422: "invalid",
    429: "too_many", 500: "internal", 503: "busy", 504: "took_too_long",
}  # fmt: skip


NO_CURSOR = "cursor: not one that this list gave; leave it out to begin at the beginning"


def answer(payload: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON of records, rows, and lists and dictionaries of them."""
    text = json.dumps(payload, ensure_ascii=False, default=plain, separators=(",", ":"))
    return Response(text.encode("utf-8", "replace"), status, headers, "application/json")


def plain(value: object) -> object:
    return value.model_dump(mode="json", by_alias=True) if isinstance(value, Record) else iso(value)


def failure(
    status: int, message: str, detail: Sequence[object] = (), headers: dict[str, str] | None = None
) -> Response:
    """The one shape of errors."""
    return answer({"error": {"code": CODES[status], "message": message, "detail": list(detail)}}, status, headers)


def refuse(status: int, message: str, headers: dict[str, str] | None = None) -> HTTPException:
    return HTTPException(status, message, headers)


def of_exception(error: Exception) -> Response:
    """What a request is told of an error."""
    if isinstance(error, HTTPException):
        status = error.status_code if error.status_code in CODES else 400
        return failure(status, str(error.detail), headers=dict(error.headers or {}))
    if isinstance(error, RequestValidationError):
        detail = [{"where": ".".join(map(str, e["loc"])), "message": str(e["msg"])} for e in error.errors()]
        where = "; ".join(f"{item['where']}: {item['message']}" for item in detail)
        return failure(422, where or "the request is not as it should be", detail)
    if isinstance(error, Busy):
        return failure(503, str(error), headers={"Retry-After": "2"})
    if isinstance(error, StoreError):
        return failure(503, "the store did not answer; try again", headers={"Retry-After": "2"})
    if isinstance(error, DetenteError):
        return failure(400, str(error))
    return failure(500, "something went wrong in the server; its log says what")


Handler = Callable[[Request, Exception], Any]


def cursor_of(*place: object) -> str:
    """An opaque word for the place at which a page ends."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The place of a cursor; raises 422 for what is none of this list."""
    if cursor is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        place = None
    good = isinstance(place, list) and [type(item) for item in place] == list(kinds)
    if not good or any(isinstance(item, int) and not 0 <= item < 2**31 for item in place):
        raise refuse(422, NO_CURSOR)
    return tuple(place)


def page(rows: Sequence[Any], limit: int, cursor: Callable[[Any], str]) -> dict[str, Any]:
    """One page of `limit` rows out of the `limit + 1` that were asked for; `next` is null on the last."""
    items = list(rows[:limit])
    return {"items": items, "next": cursor(items[-1]) if len(rows) > limit and items else None}
