"""What is made ready behind the first answers, so that the first visitor does not wait for it."""

from __future__ import annotations

import logging
import time

from fastapi import FastAPI

from detente.api import views
from detente.api.desk import Desk
from detente.api.live import tell
from detente.dashboard.pages import EXCERPT, front_of
from detente.dashboard.showing import environment
from detente.dashboard.worldmap import outlines
from detente.errors import DetenteError
from detente.overview import pairs
from detente.store import Store
from detente.store.search import prepare

LONG = 5.0  # seconds after which the log says how far the index of words is
log = logging.getLogger("detente.api")


def warm(app: FastAPI) -> None:
    """Templates, outlines, routes, the front page, the index of words, and what reports are reckoned with, in turn."""
    desk: Desk = app.state.desk
    try:
        _read(app)
        front_of(desk, None).result()
        index(desk)
        for pair in desk.answer(("busiest",), lambda store: pairs(store, limit=1)).result():
            for step in ("week", "day"):
                views.report_of(desk, pair.a, pair.b, None, None, step, excerpt=EXCERPT).result()
    except DetenteError as error:
        if not desk.closed:
            log.warning("not everything was made ready: %s", error)


def _read(app: FastAPI) -> None:
    for name in environment().list_templates():
        environment().get_template(name)
    outlines()
    nowhere = {"type": "http", "method": "GET", "path": "/-", "root_path": "", "headers": [], "query_string": b""}
    for route in app.router.routes:  # FastAPI reads what a route asks for when it is first compared
        route.matches(nowhere)


def index(desk: Desk) -> None:
    """Brings the index of words up to date; pages that wait for it say how far it is."""
    told = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told
        desk.indexed = (done, total)
        if time.monotonic() - told > LONG:
            told = time.monotonic()
            tell(f"{done:,} of {total:,} articles are in the index of words")

    def find(store: Store) -> None:
        prepare(store, progress)

    try:
        desk.answer(("index",), find).result()
    finally:
        desk.indexed = None
