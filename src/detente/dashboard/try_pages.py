"""Try it: a text that somebody pastes, coded, shown, and taken away as a file. Nothing of it is kept."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from detente.api.asking import sound
from detente.api.coding import TABLES, coded_as, moment
from detente.api.desk import Desk
from detente.dashboard.pages import day_of, shown_of
from detente.dashboard.showing import link, page
from detente.dashboard.texts import say

router = APIRouter(include_in_schema=False)

MOST_TEXT = 50_000  # characters to try
MOST_SHARED = 2_000  # characters that an address can hold: with six bytes to each, every browser and proxy takes it
EXAMPLE = "ru-us-recall-brief"  # a bundled report


@router.get("/try")
def try_it(request: Request, example: str = "", text: str = "", published: str = "") -> Response:
    """Empty, or with what an address brings in the field: an example, or a short text that somebody shares."""
    desk: Desk = request.app.state.desk
    desk.wake_coder()
    day = day_of(published, "published")
    shown: dict[str, Any] = {"typed": text, "published": str(day or ""), "problem": ""}
    if example:
        shown["typed"], shown["published"] = _example()
    elif len(text) > MOST_SHARED:
        shown |= {"typed": "", "problem": say("try.too_long_to_share", n=f"{MOST_SHARED:,}")}
    return page(request, "try.html.j2", coded=None, **shown)


@router.post("/try")
async def code(request: Request) -> Response:
    """The field's text coded: the page, only the result where a script asks for it, or a file."""
    body = (await request.body()).decode("utf-8", "replace")
    fields = {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True, max_num_fields=20).items()}
    return await run_in_threadpool(_tried, request, fields)


def _tried(request: Request, fields: dict[str, str]) -> Response:
    desk: Desk = request.app.state.desk
    text, published = fields.get("text", "").replace("\r\n", "\n"), fields.get("published", "")
    template = "tried.html.j2" if request.headers.get("x-fragment") else "try.html.j2"
    shown: dict[str, Any] = {"typed": text, "published": published, "problem": "", "coded": None, "shared": None}
    if len(text) > MOST_TEXT:
        shown["problem"] = say("try.too_long", n=f"{MOST_TEXT:,}")
    elif text.strip():
        day = day_of(published, "published")
        coded = desk.code(sound(text, "text"), moment(day))
        if fields.get("as") in ("json", *TABLES):
            return coded_as(fields["as"], coded, desk.coder_version)
        if len(text) <= MOST_SHARED:
            shown["shared"] = link("try", text=text, published=day)
        shown |= shown_of(coded)
    return page(request, template, mark="", **shown)


@cache
def _example() -> tuple[str, str]:
    """Text and day of one of the bundled reports."""
    lines = files("detente.samples").joinpath("corpus.jsonl").read_text(encoding="utf-8").splitlines()
    found = next(row for row in map(json.loads, lines) if row["id"] == EXAMPLE)
    return found["text"], found["published"][:10]
