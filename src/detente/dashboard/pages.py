"""The pages. Each asks what the API asks, and shows it."""

from __future__ import annotations

from calendar import monthrange
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from detente import marks
from detente.api import views
from detente.api.answers import refuse
from detente.api.asking import AtDesk, InStore, code_of
from detente.api.desk import Desk
from detente.api.forecasts import forecast_of, key_of
from detente.dashboard.showing import link, page, soon, visible, when_known
from detente.overview import pairs
from detente.overview.arrivals import Place, arrivals
from detente.overview.matrix import DAYS
from detente.overview.records import Country, Matrix, World
from detente.overview.told import months
from detente.records import CodedArticle
from detente.relations import Excerpt
from detente.relations.imported import origin_of
from detente.relations.parties import ALL, shipped_groups
from detente.relations.report import PairEventRecord, RelationReport
from detente.relations.words import country_codes, country_name
from detente.store import Store, queries
from detente.store.ledger import LedgerEntry
from detente.store.ledger_pages import ledger_page

router = APIRouter(include_in_schema=False)

ON_PAGE = 25
SHOWN_NEW = 6
MOVED_SHOWN = 6  # of a country
CROWDED = 12  # countries from which a matrix leaves out those without events
QUOTES_SHOWN, QUOTES_BESIDE = 12, 6
QUOTES_READ = 48  # the newest of each side, of which those that most have printed are shown
YEAR = timedelta(days=365)
SHORT = 120  # days up to which single days are easier to see than weeks
LONGEST = 3 * YEAR  # of a relation, unless more is asked for; in longer periods months are easier to see than weeks
Span = tuple[date | None, date | None]
Stream = list[tuple[str, LedgerEntry]]
EXCERPT = Excerpt(views.LISTED, longest=LONGEST)


def day_of(value: str, name: str) -> date | None:
    """Of a field that may be empty; raises 422."""
    if not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise refuse(422, f"{name}: {value[:40]!r} is no date; write it as 2021-03-18") from None


@router.get("/")
def world(request: Request, desk: AtDesk, until: str = "", data: str = "") -> Response:
    whole = front_of(desk, day_of(until, "until"), data_of(data))
    return when_known(request, whole, lambda found: page(request, "world.html.j2", asked_data=data, **found))


def data_of(value: str) -> str | None:
    """Whose events are asked for; a store that does not hold them says so."""
    return value.strip()[:40] or None


def front_of(desk: Desk, last: date | None, data: str | None = None) -> Future[dict[str, Any]]:
    found = views.world_of(desk, last, data)
    return desk.answer(("front", last, data), lambda store: _front(store, views.wait(found, 600), data))


def _front(store: Store, found: World, data: str | None) -> dict[str, Any]:
    shown = list(found.movers)
    events = [mover.events[0] for mover in shown]
    newest = arrivals(store, Place(), SHOWN_NEW).newest[:SHOWN_NEW] if not store.read_only else []
    cited = [id_ for event in events for id_ in event.article_ids] + [row["article_id"] for row in newest]
    return {
        "world": found, "sources": sources_of(store, cited), "newest": newest,
        "worse": [m for m in shown if m.direction == "worse"][:8],
        "better": [m for m in shown if m.direction == "better"][:8],
        "months": months(store, origin_of(store, data)), "busiest": pairs(store, limit=8, data=data), "sides": _sides(),
        "country_link": lambda code: link("country", code, data=data),
        "month_link": _month_link(found.newest, data), "week": timedelta(days=7),
    }  # fmt: skip


def _month_link(newest: date | None, data: str | None) -> Any:
    def to_end(start: date) -> str:
        end = start.replace(day=monthrange(start.year, start.month)[1])
        return link("", until=min(end, newest) if newest else end, data=data)

    return to_end


def _sides() -> list[tuple[str, str]]:
    """What can stand on one side of a relation: groups, then countries."""
    groups = [(party.code, party.name) for party in shipped_groups().values()]
    return groups + sorted(((code, country_name(code)) for code in country_codes()), key=lambda side: side[1])


@dataclass(frozen=True)
class Source:
    """An article as it is cited."""

    id: str
    title: str | None
    publisher: str | None
    day: date | None


def sources_of(store: Store, ids: list[str]) -> dict[str, Source]:
    rows = store.rows(
        "SELECT id, title, publisher, published::DATE AS day FROM articles WHERE id IN (SELECT unnest(?))",
        [sorted(set(ids))],
    )
    return {row["id"]: Source(**row) for row in rows}


@router.get("/relation")
def choose(request: Request, a: str = "", b: str = "", data: str = "") -> Response:
    """Leads on to the relation that a form asks for."""
    return see_other(link("relation", a.strip(), b.strip(), data=data) if a.strip() and b.strip() else "/")


@router.get("/relation/{a}/{b}")
def relation(
    request: Request, desk: AtDesk, a: str, b: str, since: str = "", until: str = "", by: str = "", start: str = "",
    end: str = "", data: str = "",
) -> Response:  # fmt: skip
    """`start` to `end`: the days whose events are opened."""
    first, last = day_of(since, "since"), day_of(until, "until")
    opened = (day_of(start, "start"), day_of(end, "end"))
    long = first is not None and (last or date.today()) - first > LONGEST
    step: Any = by if by in ("day", "week", "month") else "month" if long else "week"
    of = data_of(data)
    start_day, end_day = opened[0] or opened[1], opened[1] or opened[0]
    span = (start_day, end_day) if start_day and end_day else None
    excerpt = replace(EXCERPT, opened=span)
    found = views.report_of(desk, a, b, first, last, step, of, excerpt)

    def show(report: RelationReport) -> Response:
        if not by and len(report.days) <= SHORT:
            daily = views.report_of(desk, a, b, first, last, "day", of, excerpt)
            return when_known(request, daily, lambda again: _relation(request, desk, (a, b), again, opened))
        return _relation(request, desk, (a, b), report, opened)

    return when_known(request, found, show)


@router.get("/relation/{a}/{b}/forecast")
def forecast(
    request: Request, desk: AtDesk, a: str, b: str, until: str = "", part: str = "", data: str = ""
) -> Response:
    """A page of its own, or the `part` that the relation's page takes in."""
    last = day_of(until, "until")
    return when_known(
        request, forecast_of(desk, a, b, last, data_of(data)),
        lambda found: page(request, "forecast_part.html.j2" if part else "forecast.html.j2", forecast=found,
                           sides=(a, b), until=last, open=not part, asked_data=data),
    )  # fmt: skip


@router.get("/relation/{a}/{b}/said")
def said(request: Request, desk: AtDesk, a: str, b: str, since: str = "", until: str = "") -> Response:
    """The quotes that the relation's page takes in."""
    stream = _stream_of(desk, code_of(a), code_of(b), day_of(since, "since"), day_of(until, "until"))
    return when_known(request, stream, lambda found: page(request, "stream.html.j2", stream=found, codes=(a, b)))


def _relation(request: Request, desk: Desk, sides: tuple[str, str], report: RelationReport, opened: Span) -> Response:
    start, end = opened[0] or opened[1], opened[1] or opened[0]
    chosen = [e for e in report.events if start and end and start <= e.day <= end]
    days = {"since": request.query_params.get("since"), "until": request.query_params.get("until"),
            "by": request.query_params.get("by"), "data": request.query_params.get("data")}  # fmt: skip

    def open_link(first: date, last: date) -> str:
        return link("relation", *sides, **days, start=first, end=last) + "#opened"

    imported = tuple(f"{name}:" for name in desk.datasets)
    sources = {
        s.article_id: Source(s.article_id, s.title, s.publisher, s.day)
        for s in report.coverage.sources
        if not (imported and s.article_id.startswith(imported))
    }
    return page(
        request, "relation.html.j2", report=report, sides=sides, days=days, open_link=open_link, start=start, end=end,
        opened=sorted(chosen, key=lambda e: (-abs(e.weight), e.id)), sources=sources, stream=_said_in(desk, report),
        codes=(report.a.code, report.b.code),
        points=[(str(d.day), d.a_to_b, d.b_to_a) for d in report.days], choices=_sides(),
        forecast=desk.known(key_of(*sides, report.until, days["data"] or None)), until=report.until,
        open=False, asked_data=days["data"] or "",
    )  # fmt: skip


def _said_in(desk: Desk, report: RelationReport) -> Stream | None:
    """None where it takes a moment longer; empty where a side is no single country."""
    codes = report.a.code, report.b.code
    if any("," in code or code == ALL for code in codes) or report.a.members or report.b.members:
        return []
    return soon(_stream_of(desk, *codes, report.since, report.until))


def _stream_of(desk: Desk, a: str, b: str, since: date | None, until: date | None) -> Future[Stream]:
    key = ("stream", a, b, since, until)
    return desk.answer(key, lambda store: _stream(store, (a, b), since, until))


def _stream(store: Store, codes: tuple[str, str], since: date | None, until: date | None) -> Stream:
    """What each side says of the other in the last year of the period."""
    if since and until:
        since = max(since, until - YEAR)
    said: Stream = []
    for side, speaker, about in (("a", *codes), ("b", *reversed(codes))):
        where = queries.QuoteFilter(speaker=speaker, about=about, since=since, until=until)
        said += [(side, entry) for entry in ledger_page(store, where, QUOTES_READ, newest=True).entries]
    best = sorted(said, key=lambda item: (-len(item[1].reports), item[1].kind != "direct", item[1].id))
    return sorted(best[:QUOTES_SHOWN], key=lambda item: (item[1].date or date.max, item[1].id))


@router.get("/matrix")
def matrix(
    request: Request, desk: AtDesk, countries: str = "", until: str = "", days: str = "", data: str = ""
) -> Response:
    length = int(days) if days.isdecimal() and len(days) < 6 else DAYS
    found = views.matrix_of(desk, countries, day_of(until, "until"), length, data_of(data))
    groups = [(group.code, group.name) for group in shipped_groups().values()]

    def show(known: Matrix) -> Response:
        active = {code for cell in known.cells for code in (cell.source, cell.target)}
        crowded = len(known.countries) > CROWDED
        shown = [each for each in known.countries if not crowded or each[0] in active]
        return page(
            request, "matrix.html.j2", matrix=known, asked=countries, groups=groups, shown=shown,
            silent=[name for code, name in known.countries if (code, name) not in shown],
            cells={(c.source, c.target): c for c in known.cells}, asked_data=data,
        )  # fmt: skip

    return when_known(request, found, show)


@router.get("/country/{code}")
def country(request: Request, desk: AtDesk, store: InStore, code: str, data: str = "") -> Response:
    found = views.country_of(desk, code_of(code), None, data_of(data))

    def show(record: Country) -> Response:
        said = soon(_voices_of(desk, record))
        cited = sources_of(store, [id_ for mover in record.movers[:MOVED_SHOWN] for id_ in mover.events[0].article_ids])
        return page(request, "country.html.j2", country=record, asked_data=data, sources=cited, voices=said)

    return when_known(request, found, show)


@router.get("/country/{code}/said")
def voices(request: Request, desk: AtDesk, code: str, data: str = "") -> Response:
    """The quotes that the country's page takes in."""

    def show(record: Country) -> Response:
        return when_known(
            request, _voices_of(desk, record),
            lambda found: page(request, "voices.html.j2", country=record, voices=found),
        )  # fmt: skip

    return when_known(request, views.country_of(desk, code_of(code), None, data_of(data)), show)


def _voices_of(desk: Desk, record: Country) -> Future[dict[str, list[LedgerEntry]]]:
    """What a country says and what is said about it, in the last year in which it was spoken of."""
    since = record.last - YEAR if record.last else None

    def find(store: Store) -> dict[str, list[LedgerEntry]]:
        return {
            "said": _verbatim(store, queries.QuoteFilter(speaker=record.code, since=since)),
            "about": _verbatim(store, queries.QuoteFilter(about=record.code, since=since)),
        }

    return desk.answer(("voices", record.code, since), find)


def _verbatim(store: Store, where: queries.QuoteFilter) -> list[LedgerEntry]:
    """The newest that some report gives in the speaker's own words, in part at least."""
    return ledger_page(store, replace(where, verbatim=True), QUOTES_BESIDE, newest=True).entries


@router.get("/article/{article_id:path}")
def article(request: Request, store: InStore, article_id: str, mark: str = "") -> Response:
    """`mark`: a PLOVER type whose events are pointed out."""
    coded = store.get(article_id)
    if coded is None:
        raise refuse(404, f"no article {article_id[:100]!r} in this record")
    return page(request, "article.html.j2", mark=mark, **shown_of(coded))


def shown_of(coded: CodedArticle) -> dict[str, Any]:
    """What the record of one article shows."""
    return {
        "coded": coded, "segments": [(each, visible(each.text)) for each in marks.segments(coded)],
        "actors": {actor.id: actor for actor in coded.actors}, "text": coded.article.text,
        "statements": {statement.id: statement for statement in coded.statements},
    }  # fmt: skip


def number_of(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 9 else 0


def see_other(address: str) -> Response:
    return Response(status_code=303, headers={"Location": address})


__all__ = ["PairEventRecord", "router"]
