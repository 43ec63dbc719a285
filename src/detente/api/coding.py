"""Texts that come in: to be coded, or coded and kept."""

from __future__ import annotations

import io
from datetime import date, datetime

from fastapi import APIRouter
from starlette.responses import Response

from detente.api import schemas
from detente.api.answers import answer, failure
from detente.api.asking import AtDesk, may_write, sound
from detente.ingest.records import FAILURES
from detente.records import CodedArticle
from detente.store.export import write_csv
from detente.store.queries import EVENT_COLUMNS, QUOTE_COLUMNS
from detente.store.rows import Projection

router = APIRouter(tags=["coding"])

TABLES = {"events": EVENT_COLUMNS, "statements": QUOTE_COLUMNS}


@router.post("/code", responses={200: {"model": CodedArticle}})
def code(desk: AtDesk, text: schemas.TextToCode) -> Response:
    """The record of one text. Nothing is kept. Texts are coded one after the other."""
    return answer(desk.code(sound(text.text, "text"), moment(text.published)))


@router.post("/articles", responses={
    200: {"model": schemas.Kept}, 201: {"model": schemas.Kept},
    401: {"model": schemas.Failure}, 403: {"model": schemas.Failure}, 409: {"model": schemas.Failure},
}, openapi_extra={"security": [{"token": []}]})  # fmt: skip
def add(desk: AtDesk, article: schemas.NewArticle) -> Response:
    """Codes an article and adds it to the record. Needs the token (`Authorization: Bearer TOKEN`)."""
    may_write(desk)
    fields = {**article.model_dump(), "text": sound(article.text, "text"), "published": moment(article.published)}
    id_, status, detail = desk.add(fields)
    if status in ("coded", "present"):
        headers = {"Location": f"/api/v1/articles/{id_}"}
        return answer({"id": id_, "status": status}, 201 if status == "coded" else 200, headers)
    known = FAILURES.get(status, status)
    return failure(409 if status == "id_taken" else 422, f"{known}: {detail}", [{"reason": status}])


def coded_as(form: str, coded: CodedArticle, coder_version: str) -> Response:
    """A file: the record as JSON, or the rows that a store would hold of its events or statements as CSV."""
    if form not in TABLES:
        return answer(coded, headers=_named("coded.json"))
    out = io.StringIO()
    write_csv(Projection(coded, coder_version).rows()[form], out, TABLES[form])
    return Response(out.getvalue().encode("utf-8", "replace"), 200, _named(f"{form}.csv"), "text/csv; charset=utf-8")


def _named(file: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{file}"'}


def moment(value: datetime | date | None) -> datetime | None:
    """A day is its beginning; without a zone it is UTC."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)
