"""The shapes that the OpenAPI document describes beside the records themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

from detente.overview.records import PairState
from detente.records import Direction, EventType, Modality, Precision, StatementKind
from detente.relations.alerts import Alert, Silence
from detente.store.ledger import LedgerEntry

T = TypeVar("T")

EXAMPLE_TEXT = "France condemned the arrest of two journalists in Belarus on Tuesday."


class TextToCode(BaseModel):
    """`published` anchors words such as "Thursday"."""

    model_config = {
        "extra": "forbid",
        "json_schema_extra": {"examples": [{"text": EXAMPLE_TEXT, "published": "2021-05-25"}]},
    }

    text: str = Field(min_length=1, max_length=250_000)
    published: datetime | date | None = None


class NewArticle(TextToCode):
    """An article to code and keep. Without an id one is derived from what it holds."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"text": EXAMPLE_TEXT, "published": "2021-05-25", "publisher": "Harbor Wire"}]
        }
    }

    id: str | None = Field(default=None, min_length=1, max_length=200)
    url: str | None = Field(default=None, max_length=4000)
    title: str | None = Field(default=None, max_length=2000)
    publisher: str | None = Field(default=None, max_length=500)


class Kept(BaseModel):
    """`status`: "coded", or "present" where this coder had coded the article before."""

    id: str
    status: str


class Problem(BaseModel):
    code: str
    message: str
    detail: list[Any] = []


class Failure(BaseModel):
    """Every error has this shape."""

    model_config = {
        "json_schema_extra": {
            "examples": [{"error": {"code": "not_found", "message": "no article 'x1' in this record", "detail": []}}]
        }
    }

    error: Problem


class Page(BaseModel, Generic[T]):
    """`next` is the cursor of the next page, null on the last."""

    items: list[T]
    next: str | None


class Dated(BaseModel):
    date_precision: Precision | None
    dated_by: str | None
    article_id: str
    id: str
    publisher: str | None
    published: datetime | None
    coder_version: str


class EventRow(Dated):
    """`event_key` is the same for reports of one act in several articles.

    Of what was coded here every field has a value but those of `intended` to `goldstein` that do not apply, what the
    text does not say (a date, a place, on whose word), and `dataset` to `article_count`, which are left out. Rows of
    other data (`data=`) have these, and null for whatever their source does not give: as a rule no modality, confidence
    or words, and no offsets.
    """

    event_date: date | None
    event: EventType | None = Field(description="PLOVER type; null where a CAMEO code has none.")
    intended: EventType | None
    mode: str | None
    contexts: list[str]
    cameo: str | None
    plover_quad: int | None
    cameo_quad: int | None
    intensity: float | None = Field(description="PLOVER, from -10 to 10.")
    goldstein: float | None
    source_countries: list[str]
    source_names: list[str]
    source_sectors: list[str]
    target_countries: list[str]
    target_names: list[str]
    target_sectors: list[str]
    modality: Modality | None = Field(description="Null where others coded.")
    confidence: float | None = Field(description="From 0 to 1; null where others coded.")
    attribution_speaker: str | None
    attribution_country: str | None
    place: str | None
    quote: str | None
    sentence: str | None
    date_text: str | None
    start_offset: int | None
    end_offset: int | None
    mention_count: int | None
    event_key: str
    rule: str | None
    encoder: str | None
    dataset: str | None = Field(default=None, description="Who coded it, where other data than our own is asked for.")
    url: str | None = None
    source_count: int | None = None
    article_count: int | None = None


class StatementRow(Dated):
    statement_date: date | None
    speaker: str | None
    speaker_country: str | None
    speaker_sectors: list[str]
    speaker_office: str | None
    speaker_text: str | None
    cue: str | None
    kind: StatementKind
    text: str
    audience: str | None
    venue: str | None
    about_names: list[str]
    about_countries: list[str]
    reporting_speaker: str | None
    start_offset: int
    end_offset: int


class ArticleRow(BaseModel):
    """An article without its text, with how much was found in it."""

    id: str
    published: datetime | None
    publisher: str | None
    title: str | None
    url: str | None
    language: str | None
    characters: int
    events: int
    statements: int
    assessments: int
    rejections: int
    near_duplicate_of: str | None
    coder_version: str | None


class AssessmentRow(BaseModel):
    assessed_on: date | None
    country_a: str
    country_b: str
    descriptor: str
    direction: Direction | None
    holder_speaker: str | None
    holder_country: str | None
    text: str
    article_id: str
    id: str
    publisher: str | None
    published: datetime | None
    coder_version: str


class Found(BaseModel):
    articles: list[ArticleRow]
    quotes: list[LedgerEntry]


class Health(BaseModel):
    """`writable`: whether articles can be added."""

    status: str
    version: str
    articles: int
    writable: bool
    store: str


class Pairs(BaseModel):
    items: list[PairState]
    next: str | None


class Alerts(BaseModel):
    """`next` is the cursor of the next page, null on the last."""

    items: list[Alert]
    next: str | None


class Silences(BaseModel):
    items: list[Silence]


class Checked(BaseModel):
    """`new`: alerts that were not known before. `since` and `until` are null where the record is empty."""

    since: date | None
    until: date | None
    pairs: int
    new: list[Alert]


class Acknowledged(BaseModel):
    """`ids` of alerts; `by`: who takes note."""

    model_config = {"extra": "forbid", "json_schema_extra": {"examples": [{"ids": ["3f2a90c1"], "by": "desk"}]}}

    ids: list[str] = Field(min_length=1, max_length=1000)
    by: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=2000)


class NewSilence(BaseModel):
    """A rule, a pair of countries, or both; without `until` it has no end."""

    model_config = {
        "extra": "forbid",
        "json_schema_extra": {"examples": [{"rule": "sharp-rise", "pair": ["RUS", "USA"], "until": "2021-12-31"}]},
    }

    rule: str | None = Field(default=None, min_length=1, max_length=200)
    pair: tuple[str, str] | None = None
    until: date | None = None
    note: str | None = Field(default=None, max_length=2000)


class Changes(BaseModel):
    """Numbers of new articles, events and alerts' records. `live`: whether anything can come in at all."""

    articles: int
    events: int
    newest: list[EventRow]
    alerts: list[Alert]
    cursor: str
    live: bool
