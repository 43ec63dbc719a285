"""What a request asks for: the options of the commands, as query parameters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request

from detente.api.answers import place_of, refuse
from detente.api.desk import Desk
from detente.countries import country, party
from detente.records import Direction, EventType, Modality, StatementKind
from detente.store import Store
from detente.store.queries import ArticleFilter, AssessmentFilter, EventFilter, QuoteFilter

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
MOST_YEARS = 30


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def store_of(request: Request) -> Iterator[Store]:
    """The store for this request; its query is ended when the time is up."""
    with desk_of(request).handle() as handle:
        request.scope.get("handles", []).append(handle)
        yield handle


AtDesk = Annotated[Desk, Depends(desk_of)]
InStore = Annotated[Store, Depends(store_of)]
Since = Annotated[date | None, Query(description="First day.", examples=["2021-03-01"])]
Until = Annotated[date | None, Query(description="Last day.", examples=["2021-04-30"])]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items on a page.")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before.")]
DataName = Literal["detente", "gdelt1", "gdelt2", "icews", "polecat", "plover", "csv", "parquet", "all"]
EventsOf = Annotated[DataName | None, Query(description=(
    "Whose events count: those coded here, those imported in a format, or all; without it those coded here, or what "
    "was imported where there is no article."
))]  # fmt: skip
Word = Annotated[str | None, Query(max_length=200)]
Party = Annotated[str | None, Query(max_length=200, description="Country (code or name) or part of an actor's name.")]
Search = Annotated[str | None, Query(max_length=400, description='Words and "phrases" that must occur, in any form.')]


def checked(since: date | None, until: date | None) -> tuple[date | None, date | None]:
    """The period; raises 422 for one that is empty, or so long that nothing was printed in most of it."""
    for name, day in (("since", since), ("until", until)):
        if day is not None and not FIRST <= day <= LAST:
            raise refuse(422, f"{name}: days from {FIRST} to {LAST} can be asked for")
    if since and until and since > until:
        raise refuse(422, f"the period from {since} to {until} is empty")
    return since, until


def may_write(desk: Desk) -> None:
    """Raises 403 where nothing is written; the token was asked for at the gate."""
    if not desk.writable:
        raise refuse(403, "nothing is written here: the server was started without DETENTE_TOKEN, or shows the samples")


def sound(text: str, name: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise refuse(422, f"{name}: it holds half a character (a lone surrogate), which no encoding can write")
    return text


def code_of(value: str) -> str:
    """The country's code; raises UnknownCountry, which is told as 400."""
    return country(value)


def event_filter(
    since: Since = None, until: Until = None, source: Party = None, target: Party = None,
    pair: Annotated[str | None, Query(max_length=200, description="Two countries, in either direction: `RUS,USA`.",
                                      examples=["RUS,USA"])] = None,
    type: Annotated[EventType | None, Query(description="PLOVER type.")] = None,
    modality: Modality | None = None,
    min_confidence: Annotated[float | None, Query(ge=0, le=1)] = None,
    publisher: Word = None, search: Word = None,
    article: Annotated[str | None, Query(max_length=200, description="Id of an article.")] = None,
    data: Annotated[DataName, Query(description="What was coded here, or what was imported in a format.")] = "detente",
) -> EventFilter:  # fmt: skip
    since, until = checked(since, until)
    return EventFilter(
        since=since, until=until, source=party(source), target=party(target), pair=_pair(pair), type=type,
        modality=modality, min_confidence=min_confidence, publisher=publisher, search=search, article=article,
        data=data,
    )  # fmt: skip


def _pair(value: str | None) -> tuple[str, str] | None:
    if value is None:
        return None
    first, comma, second = value.partition(",")
    if not comma:
        raise refuse(422, "pair: write two countries with a comma between them, as RUS,USA")
    return country(first), country(second)


def quote_filter(
    since: Since = None, until: Until = None, speaker: Party = None, about: Party = None,
    venue: Annotated[str | None, Query(max_length=200, description="Part of the venue.")] = None,
    kind: StatementKind | None = None, publisher: Word = None, search: Search = None,
    article: Annotated[str | None, Query(max_length=200, description="Id of an article.")] = None,
) -> QuoteFilter:  # fmt: skip
    since, until = checked(since, until)
    return QuoteFilter(
        since=since, until=until, speaker=party(speaker), about=party(about), venue=venue, kind=kind,
        publisher=publisher, search=search, article=article,
    )  # fmt: skip


def article_filter(
    since: Since = None, until: Until = None,
    country: Annotated[str | None, Query(max_length=200, description="Country that is spoken of.")] = None,
    publisher: Word = None, search: Search = None,
    duplicates: Annotated[bool, Query(description="Near duplicates too.")] = True,
) -> ArticleFilter:  # fmt: skip
    since, until = checked(since, until)
    code = code_of(country) if country else None
    return ArticleFilter(
        since=since, until=until, country=code, publisher=publisher, search=search, duplicates=duplicates
    )


def assessment_filter(
    since: Since = None, until: Until = None,
    country: Annotated[str | None, Query(max_length=200, description="One of the two countries.")] = None,
    other: Annotated[str | None, Query(max_length=200, description="The other one.")] = None,
    direction: Direction | None = None,
    holder: Annotated[str | None, Query(max_length=200, description="Who says so: code or part of a name.")] = None,
) -> AssessmentFilter:  # fmt: skip
    since, until = checked(since, until)
    return AssessmentFilter(
        since=since, until=until, country=code_of(country) if country else None,
        other=code_of(other) if other else None, direction=direction, holder=party(holder),
    )  # fmt: skip


def behind(cursor: str | None) -> Any:
    """Article id and id of the last row of the page before."""
    return place_of(cursor, str, str)


Events = Annotated[EventFilter, Depends(event_filter)]
Quotes = Annotated[QuoteFilter, Depends(quote_filter)]
Articles = Annotated[ArticleFilter, Depends(article_filter)]
Assessments = Annotated[AssessmentFilter, Depends(assessment_filter)]
