"""The application: the API's routes under /api/v1, the dashboard beside them, the limits around both."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from detente.about import __version__
from detente.api import alerts, coding, exports, forecasts, lists, live, schemas, views
from detente.api.answers import of_exception
from detente.api.desk import Desk
from detente.api.limits import Gate, Limits
from detente.dashboard import alert_pages, list_pages, pages, try_pages
from detente.dashboard.showing import error_page
from detente.errors import DetenteError

API = "/api/v1"
ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": schemas.Failure, "description": meaning}
    for status, meaning in {
        400: "What was asked for makes no sense.", 404: "Not in this record.", 408: "The body did not come in time.",
        413: "The body is too large.", 421: "The server has another name.", 422: "A parameter is wrong.",
        503: "Too much at a time; try again.", 504: "It took too long.",
    }.items()
}  # fmt: skip
KEPT_HEADERS = frozenset({"www-authenticate", "retry-after", "connection", "allow"})
log = logging.getLogger("detente.api")


def make_app(desk: Desk, limits: Limits | None = None) -> FastAPI:
    """The application on an open store. `limits` are those of the server unless others are given."""
    app = FastAPI(
        title="Detente", version=__version__, docs_url=None, redoc_url=None, openapi_url=f"{API}/openapi.json",
        description="The record of relations between states: who said what, who did what to whom.",
    )  # fmt: skip
    app.state.desk = desk
    api = APIRouter(prefix=API, responses=ERRORS)
    for part in (
        lists.router,
        views.router,
        coding.router,
        exports.router,
        alerts.router,
        forecasts.router,
        live.router,
    ):
        api.include_router(part)
    app.include_router(api)
    for pages_of in (pages, list_pages, alert_pages, try_pages):
        app.include_router(pages_of.router)
    app.mount("/static", StaticFiles(packages=[("detente.dashboard", "static")]))
    _tell_errors(app)
    _secure(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Gate, desk=desk, limits=limits or Limits(), shape=_shaped)
    return app


def _tell_errors(app: FastAPI) -> None:
    async def told(request: Request, error: Exception) -> Response:
        return _shaped(request, of_exception(error))

    for kind in (HTTPException, RequestValidationError, DetenteError):
        app.add_exception_handler(kind, told)

    async def unexpected(request: Request, error: Exception) -> Response:
        log.error("%s %s", request.method, request.url.path, exc_info=error)
        return _shaped(request, of_exception(error))

    app.add_exception_handler(Exception, unexpected)


def _shaped(request: Request, told: Response) -> Response:
    """JSON for programs; a page for people, who ask for all but the API, or give no token to what they clicked."""
    asks_page = "text/html" in request.headers.get("accept", "") and told.status_code == 401
    if request.url.path.startswith((API, "/static")) and not asks_page:
        return told
    page = error_page(request, told.status_code, json.loads(bytes(told.body))["error"]["message"])
    for name in KEPT_HEADERS.intersection(told.headers.keys()):
        page.headers[name] = told.headers[name]
    return page


def _secure(app: FastAPI) -> None:
    """The token in the OpenAPI document, for the routes that write."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
        schemes["token"] = {"type": "http", "scheme": "bearer"}
        return document

    app.openapi = openapi  # type: ignore[method-assign]
