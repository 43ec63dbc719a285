"""Texts that come in: to be coded, or coded and kept."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter
from starlette.responses import Response

from detente.api import schemas
from detente.api.answers import answer, failure, refuse
from detente.api.asking import AtDesk
from detente.ingest.records import FAILURES
from detente.records import CodedArticle

router = APIRouter(tags=["coding"])


@router.post("/code", responses={200: {"model": CodedArticle}})
def code(desk: AtDesk, text: schemas.TextToCode) -> Response:
    """The record of one text. Nothing is kept. Texts are coded one after the other."""
    return answer(desk.code(_sound(text.text), moment(text.published)))


@router.post("/articles", responses={
    200: {"model": schemas.Kept}, 201: {"model": schemas.Kept},
    401: {"model": schemas.Failure}, 403: {"model": schemas.Failure}, 409: {"model": schemas.Failure},
}, openapi_extra={"security": [{"token": []}]})  # fmt: skip
def add(desk: AtDesk, article: schemas.NewArticle) -> Response:
    """Codes an article and adds it to the record. Needs the token (`Authorization: Bearer TOKEN`)."""
    if not desk.writable:
        raise refuse(403, "nothing is written here: the server was started without DETENTE_TOKEN")
    fields = {**article.model_dump(), "text": _sound(article.text), "published": moment(article.published)}
    id_, status, detail = desk.add(fields)
    if status in ("coded", "present"):
        headers = {"Location": f"/api/v1/articles/{id_}"}
        return answer({"id": id_, "status": status}, 201 if status == "coded" else 200, headers)
    known = FAILURES.get(status, status)
    return failure(409 if status == "id_taken" else 422, f"{known}: {detail}", [{"reason": status}])


def moment(value: datetime | date | None) -> datetime | None:
    """A day is its beginning; without a zone it is UTC."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)


def _sound(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise refuse(422, "text: it holds half a character (a lone surrogate), which no encoding can write")
    return text
