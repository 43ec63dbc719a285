"""Lists of what the record holds: articles, events, statements, quotes, assessments; search; coverage; health."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from detente.about import __version__
from detente.api import schemas
from detente.api.answers import answer, cursor_of, page, place_of, refuse
from detente.api.asking import (
    Articles,
    Assessments,
    AtDesk,
    Cursor,
    Events,
    InStore,
    Limit,
    Quotes,
    behind,
)
from detente.api.desk import Desk
from detente.api.views import wait
from detente.overview import coverage
from detente.overview.records import StoreCoverage
from detente.records import CodedArticle
from detente.store import queries
from detente.store.ledger import LedgerEntry
from detente.store.ledger_pages import LedgerPage, ledger_page

router = APIRouter()


def _shape(model: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model}}


@router.get("/health", responses=_shape(schemas.Health), tags=["record"])
def health(desk: AtDesk, store: InStore) -> Response:
    """Whether the server is there and its store answers."""
    number = store.rows("SELECT count(*) AS n FROM articles")[0]["n"]
    facts = {"status": "ok", "version": __version__, "articles": number, "writable": desk.writable}
    return answer({**facts, "store": desk.fingerprint}, headers={"Cache-Control": "no-store"})


@router.get("/coverage", responses=_shape(StoreCoverage), tags=["record"])
def record_coverage(store: InStore) -> Response:
    """How much was read, by publisher and month, and what was not coded."""
    return answer(coverage(store))


@router.get("/articles", responses=_shape(schemas.Page[schemas.ArticleRow]), tags=["lists"])
def articles(desk: AtDesk, where: Articles, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Articles by publication, without their text; with `search` the best match first."""
    if where.search is not None:
        start = _offset(cursor)
        rows = wait(articles_of(desk, replace(where, limit=limit + 1, offset=start)))
        return answer(page(rows, limit, lambda _: cursor_of(start + limit)))
    place = place_of(cursor, str)
    rows = wait(articles_of(desk, replace(where, limit=limit + 1, after=place[0] if place else None)))
    return answer(page(rows, limit, lambda row: cursor_of(row["id"])))


@router.get("/articles/{article_id:path}", responses=_shape(CodedArticle), tags=["lists"])
def article(store: InStore, article_id: str) -> Response:
    """One article with its text and all that was coded from it."""
    coded = store.get(article_id)
    if coded is None:
        raise refuse(404, f"no article {article_id[:100]!r} in this record")
    return answer(coded)


@router.get("/events", responses=_shape(schemas.Page[schemas.EventRow]), tags=["lists"])
def events(store: InStore, where: Events, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Who did what to whom, by date."""
    rows = queries.events(store, replace(where, limit=limit + 1, after=behind(cursor)))
    return answer(page(rows, limit, _row_cursor))


@router.get("/statements", responses=_shape(schemas.Page[schemas.StatementRow]), tags=["lists"])
def statements(store: InStore, where: Quotes, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Every statement of every article by itself, by date; with `search` the best match first."""
    if where.search is not None:
        start = _offset(cursor)
        rows = queries.quotes(store, replace(where, limit=limit + 1, offset=start))
        return answer(page(rows, limit, lambda _: cursor_of(start + limit)))
    rows = queries.quotes(store, replace(where, limit=limit + 1, after=behind(cursor)))
    return answer(page(rows, limit, _row_cursor))


@router.get("/quotes", responses=_shape(schemas.Page[LedgerEntry]), tags=["lists"])
def quotes(desk: AtDesk, where: Quotes, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """What was said, each quote once with all its reports; by date, or with `search` the best match first."""
    found = wait(ledger_of(desk, where, limit, _offset(cursor)))
    after = None if found.next is None else cursor_of(found.next)
    return answer({"items": [asdict(entry) for entry in found.entries], "next": after})


@router.get("/assessments", responses=_shape(schemas.Page[schemas.AssessmentRow]), tags=["lists"])
def assessments(store: InStore, where: Assessments, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """What somebody says that a relation is or is becoming, by date."""
    rows = queries.assessments(store, replace(where, limit=limit + 1, after=behind(cursor)))
    return answer(page(rows, limit, _row_cursor))


@router.get("/search", responses=_shape(schemas.Found), tags=["lists"])
def search(
    desk: AtDesk,
    q: Annotated[str, Query(min_length=1, max_length=400, description='Words and "phrases".', examples=["ambassador"])],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """The best articles and quotes that hold all the words, in any of their forms."""
    said = ledger_of(desk, queries.QuoteFilter(search=q), limit)
    found = wait(articles_of(desk, queries.ArticleFilter(search=q, limit=limit)))
    return answer({"articles": found, "quotes": [asdict(entry) for entry in wait(said).entries]})


def ledger_of(
    desk: Desk, where: queries.QuoteFilter, limit: int, start: int = 0, newest: bool = False
) -> Future[LedgerPage]:
    return desk.answer(
        ("ledger", where, limit, start, newest), lambda store: ledger_page(store, where, limit, start, newest)
    )


def articles_of(desk: Desk, where: queries.ArticleFilter) -> Future[list[dict[str, Any]]]:
    return desk.answer(("articles", where), lambda store: queries.articles(store, where))


def _row_cursor(row: dict[str, Any]) -> str:
    return cursor_of(row["article_id"], row["id"])


def _offset(cursor: str | None) -> int:
    place = place_of(cursor, int)
    return int(place[0]) if place else 0
