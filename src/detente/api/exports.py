"""Whole tables as files, streamed: memory stays the same however long they are."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from enum import StrEnum
from itertools import chain
from typing import Any

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from detente.api.asking import Articles, Assessments, AtDesk, Events, Quotes
from detente.api.desk import Busy, Desk
from detente.store import queries
from detente.store.export import stream_csv, stream_jsonl, stream_parquet
from detente.store.search import Kind, search

router = APIRouter(tags=["exports"])

AT_A_TIME = 4
_places = threading.BoundedSemaphore(AT_A_TIME)
Query = tuple[str, list[object]]


class Form(StrEnum):
    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"


TYPES = {
    Form.csv: "text/csv; charset=utf-8", Form.jsonl: "application/x-ndjson",
    Form.parquet: "application/vnd.apache.parquet",
}  # fmt: skip
_CONTENT = {kind.partition(";")[0]: {"schema": {"type": "string"}} for kind in TYPES.values()}
SHAPES: dict[int | str, dict[str, Any]] = {200: {"content": _CONTENT, "description": "The file, as it is made."}}


@router.get("/exports/events.{form}", response_class=StreamingResponse, responses=SHAPES)
def events(desk: AtDesk, where: Events, form: Form) -> StreamingResponse:
    """All events that match, in a fixed order."""
    columns = queries.EVENT_COLUMNS if where.data == "detente" else queries.ALL_EVENT_COLUMNS
    return _file(desk, "events", form, queries.event_query(where), columns)


@router.get("/exports/statements.{form}", response_class=StreamingResponse, responses=SHAPES)
def statements(desk: AtDesk, where: Quotes, form: Form) -> StreamingResponse:
    """All statements that match."""
    query = queries.quote_query(where, _places_of(desk, "statement", where.search))
    return _file(desk, "statements", form, query, queries.QUOTE_COLUMNS)


@router.get("/exports/articles.{form}", response_class=StreamingResponse, responses=SHAPES)
def articles(desk: AtDesk, where: Articles, form: Form) -> StreamingResponse:
    """All articles that match, without their text."""
    query = queries.article_query(where, _places_of(desk, "article", where.search))
    return _file(desk, "articles", form, query, queries.ARTICLE_COLUMNS)


@router.get("/exports/assessments.{form}", response_class=StreamingResponse, responses=SHAPES)
def assessments(desk: AtDesk, where: Assessments, form: Form) -> StreamingResponse:
    """All assessments that match."""
    return _file(desk, "assessments", form, queries.assessment_query(where), queries.ASSESSMENT_COLUMNS)


def _places_of(desk: Desk, kind: Kind, words: str | None) -> dict[str, int] | None:
    if words is None:
        return None
    with desk.handle() as store:
        return search(store, kind, words)


def _file(desk: Desk, name: str, form: Form, query: Query, columns: Sequence[str]) -> StreamingResponse:
    """The first piece is made before the answer begins, so that an error is told as one."""
    if not _places.acquire(blocking=False):
        raise Busy(f"{AT_A_TIME} exports are running; try again when one has ended")
    with ExitStack() as stack:
        stack.callback(_places.release)
        store = stack.enter_context(desk.handle())
        pieces: Iterator[bytes]
        sql, parameters = query
        if form is Form.parquet:
            pieces = stream_parquet(
                store.batches(*query), store.arrow(f"SELECT * FROM ({sql}) LIMIT 0", parameters).schema
            )
        elif form is Form.csv:
            pieces = stream_csv(store.row_batches(*query), columns)
        else:
            pieces = stream_jsonl(store.row_batches(*query))
        first = next(pieces, b"")
        rest = _closing(chain([first], pieces), stack.pop_all())
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form.value}"'}
    return StreamingResponse(rest, 200, headers, TYPES[form])


class _closing:
    """Pieces of a file; what it needed is let go with the last, or when the client has left."""

    def __init__(self, pieces: Iterable[bytes], stack: ExitStack) -> None:
        self._pieces, self._stack = iter(pieces), stack

    def __iter__(self) -> _closing:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self._stack.close()
            raise

    def __del__(self) -> None:
        self._stack.close()
