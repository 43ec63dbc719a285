"""The records that cross packages. Field names are a contract: other programs read this JSON.

Offsets are Unicode code-point offsets into `Article.text`, half-open. Times are UTC. Ids are deterministic
hashes of content; inside a coded article actors, statements, events, assessments are numbered a1.., s1.., e1.., x1...
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

EventType = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip
Modality = Literal["actual", "future", "conditional", "negated", "denied", "alleged", "historical"]
Precision = Literal["day", "week", "month", "season", "year", "unknown"]
StatementKind = Literal["direct", "indirect", "mixed"]
ActorKind = Literal["state", "organisation", "person", "group"]
Direction = Literal["worse", "better", "steady"]
LinkKind = Literal["cause", "response", "sequence"]


def _to_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


UtcTime = Annotated[datetime, AfterValidator(_to_utc)]


class Record(BaseModel):
    """Base of all records: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Span(Record):
    """A stretch of the article's text, `text[start:end]`."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    def of(self, text: str) -> str:
        return text[self.start : self.end]


class Article(Record):
    """One report as Detente reads it. `text` is never changed after ingest."""

    id: str
    url: str | None = None
    title: str | None = None
    author: str | None = None
    text: str
    publisher: str | None = None
    published: UtcTime | None = None
    language: str | None = None
    retrieved: UtcTime | None = None
    content_hash: str | None = None
    near_duplicate_of: str | None = None

    @classmethod
    def of(cls, text: str, **fields: object) -> Article:
        """An article with id and content hash derived from text, title, publisher, url and publication time."""
        content_hash = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        key = "\x1f".join(str(fields.get(name) or "") for name in ("url", "title", "publisher", "published"))
        id_ = fields.pop("id", None) or hashlib.sha256(f"{key}\x1f{content_hash}".encode()).hexdigest()[:16]
        return cls.model_validate({"id": str(id_), "text": text, "content_hash": content_hash, **fields})


class Date(Record):
    """A day, or the first day of a longer period; `precision` says how much of it is meant. `value` is ISO."""

    value: str
    precision: Precision = "day"


class Actor(Record):
    """Somebody of one article. `country` is ISO 3166 alpha-3 or UNO, EUR, IGO, NGO, MNC, IMG, ISM; None if unknown."""

    id: str
    name: str
    country: str | None = None
    sectors: tuple[str, ...] = ()
    office: str | None = None
    kind: ActorKind = "group"
    mentions: tuple[Span, ...] = ()
    resolved_by: str | None = None


class Statement(Record):
    """Words attributed to somebody; `reported_by` is the statement that tells this one (A said that B had said)."""

    id: str
    speaker: str | None = None
    speaker_mention: Span | None = None
    cue: Span | None = None
    content: tuple[Span, ...]
    kind: StatementKind
    audience: str | None = None
    venue: str | None = None
    date: Date | None = None
    about: tuple[str, ...] = ()
    reported_by: str | None = None


class Evidence(Record):
    """Where in the article an event stands."""

    sentence: Span
    trigger: tuple[Span, ...]
    source: tuple[Span, ...] = ()
    target: tuple[Span, ...] = ()
    date: Span | None = None


class ProducedBy(Record):
    """What decided: frame id, encoder version, coder version."""

    rule: str | None = None
    encoder: str | None = None
    coder: str


class Event(Record):
    """Who did what to whom. `intensity` is PLOVER's score, `goldstein` CAMEO's; the two quad schemes stay apart."""

    id: str
    event: EventType
    intended: EventType | None = None
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    cameo: str | None = None
    plover_quad: int
    cameo_quad: int | None = None
    intensity: float
    goldstein: float | None = None
    sources: tuple[str, ...]
    targets: tuple[str, ...] = ()
    modality: Modality = "actual"
    date: Date | None = None
    place: str | None = None
    attribution: str | None = None
    confidence: float = Field(ge=0, le=1)
    evidence: Evidence
    mentions: tuple[Evidence, ...] = ()
    produced_by: ProducedBy


class Assessment(Record):
    """What somebody says a relation is or is becoming. `holder` is a statement id, or None for the author."""

    id: str
    pair: tuple[str, str]
    descriptor: str
    direction: Direction | None = None
    holder: str | None = None
    evidence: Span


class Link(Record):
    """`from_` is the earlier or causing event or statement, `to` the later or caused one; None where unnamed."""

    kind: LinkKind
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    evidence: Span


class Rejection(Record):
    """Something read and not coded, and why."""

    reason: str
    evidence: Span | None = None
    detail: str | None = None


class CodedArticle(Record):
    """An article and all that was coded from it."""

    article: Article
    actors: tuple[Actor, ...] = ()
    statements: tuple[Statement, ...] = ()
    events: tuple[Event, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    links: tuple[Link, ...] = ()
    rejections: tuple[Rejection, ...] = ()

    def actor(self, id_: str) -> Actor:
        return next(a for a in self.actors if a.id == id_)
