"""The pages. Each asks what the API asks, and shows it."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from detente import marks
from detente.api import views
from detente.api.answers import refuse
from detente.api.asking import AtDesk, InStore, checked, code_of
from detente.api.coding import moment
from detente.api.desk import Desk
from detente.api.forecasts import forecast_of, key_of
from detente.api.lists import ledger_of
from detente.countries import party
from detente.dashboard.showing import link, page, visible, when_known
from detente.overview import coverage, pairs
from detente.overview.arrivals import Place, arrivals
from detente.overview.matrix import DAYS
from detente.overview.records import Country, Matrix, World
from detente.records import CodedArticle
from detente.relations.parties import ALL, shipped_groups
from detente.relations.report import PairEventRecord, RelationReport
from detente.relations.words import country_codes, country_name
from detente.store import Store, queries
from detente.store.ledger import LedgerEntry

router = APIRouter(include_in_schema=False)

ON_PAGE = 25
SHOWN_NEW = 6
CROWDED = 12  # countries from which a matrix leaves out those without events
QUOTES_SHOWN, QUOTES_BESIDE, FOUND_SHOWN = 12, 6, 8
YEAR = timedelta(days=365)
SHORT = 120  # days up to which single days are easier to see than weeks
MOST_TEXT = 50_000  # characters to try
MANY_STATEMENTS = 50_000  # from which an unfiltered list of quotes would take too long
EXAMPLE = "ru-us-recall-brief"  # a bundled report
Span = tuple[date | None, date | None]
KINDS = ("direct", "mixed", "indirect")


def day_of(value: str, name: str) -> date | None:
    """Of a field that may be empty; raises 422."""
    if not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise refuse(422, f"{name}: {value[:40]!r} is no date; write it as 2021-03-18") from None


@router.get("/")
def world(request: Request, desk: AtDesk, until: str = "") -> Response:
    last = day_of(until, "until")
    whole = desk.answer(("front", last), lambda store: _front(store, views.wait(views.world_of(desk, last), 600)))
    return when_known(request, whole, lambda found: page(request, "world.html.j2", **found))


def _front(store: Store, found: World) -> dict[str, Any]:
    shown = list(found.movers)
    events = [mover.events[0] for mover in shown]
    newest = arrivals(store, Place(), SHOWN_NEW).newest[:SHOWN_NEW] if not store.read_only else []
    cited = [id_ for event in events for id_ in event.article_ids] + [row["article_id"] for row in newest]
    return {
        "world": found, "sources": sources_of(store, cited), "newest": newest,
        "worse": [m for m in shown if m.direction == "worse"][:8],
        "better": [m for m in shown if m.direction == "better"][:8],
        "months": coverage(store).months, "busiest": pairs(store, limit=8), "sides": _sides(),
        "country_link": lambda code: link("country", code),
        "month_link": _month_link(found.newest), "week": timedelta(days=7),
    }  # fmt: skip


def _month_link(newest: date | None) -> Any:
    def to_end(start: date) -> str:
        end = start.replace(day=monthrange(start.year, start.month)[1])
        return link("", until=min(end, newest) if newest else end)

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
def choose(request: Request, a: str = "", b: str = "") -> Response:
    """Leads on to the relation that a form asks for."""
    return see_other(link("relation", a.strip(), b.strip()) if a.strip() and b.strip() else "/")


@router.get("/relation/{a}/{b}")
def relation(
    request: Request, desk: AtDesk, a: str, b: str, since: str = "", until: str = "", by: str = "", start: str = "",
    end: str = "",
) -> Response:  # fmt: skip
    """`start` to `end`: the days whose events are opened."""
    first, last = day_of(since, "since"), day_of(until, "until")
    opened = (day_of(start, "start"), day_of(end, "end"))
    step: Any = by if by in ("day", "week", "month") else "week"
    found = views.report_of(desk, a, b, first, last, step)

    def show(report: RelationReport) -> Response:
        if not by and len(report.days) <= SHORT:
            daily = views.report_of(desk, a, b, first, last, "day")
            return when_known(request, daily, lambda again: _with_stream(request, desk, (a, b), again, opened))
        return _with_stream(request, desk, (a, b), report, opened)

    return when_known(request, found, show)


@router.get("/relation/{a}/{b}/forecast")
def forecast(request: Request, desk: AtDesk, a: str, b: str, until: str = "", part: str = "") -> Response:
    """A page of its own, or the `part` that the relation's page takes in."""
    last = day_of(until, "until")
    return when_known(
        request, forecast_of(desk, a, b, last),
        lambda found: page(request, "forecast_part.html.j2" if part else "forecast.html.j2", forecast=found,
                           sides=(a, b), until=last, open=not part),
    )  # fmt: skip


def _with_stream(
    request: Request, desk: Desk, sides: tuple[str, str], report: RelationReport, opened: Span
) -> Response:
    key = ("stream", report.a.code, report.b.code, report.since, report.until)
    stream = desk.answer(key, lambda store: _stream(store, report))
    return when_known(request, stream, lambda said: _relation(request, desk, sides, report, opened, said))


def _relation(
    request: Request,
    desk: Desk,
    sides: tuple[str, str],
    report: RelationReport,
    opened: Span,
    said: list[tuple[str, LedgerEntry]],
) -> Response:
    start, end = opened[0] or opened[1], opened[1] or opened[0]
    chosen = [e for e in report.events if start and end and start <= e.day <= end]
    days = {"since": request.query_params.get("since"), "until": request.query_params.get("until"),
            "by": request.query_params.get("by")}  # fmt: skip

    def open_link(first: date, last: date) -> str:
        return link("relation", *sides, **days, start=first, end=last) + "#opened"

    sources = {s.article_id: Source(s.article_id, s.title, s.publisher, s.day) for s in report.coverage.sources}
    return page(
        request, "relation.html.j2", report=report, sides=sides, days=days, open_link=open_link, start=start, end=end,
        opened=sorted(chosen, key=lambda e: (-abs(e.weight), e.id)), sources=sources, stream=said,
        points=[(str(d.day), d.a_to_b, d.b_to_a) for d in report.days], choices=_sides(),
        forecast=desk.known(key_of(*sides, report.until)), until=report.until,
        open=False,
    )  # fmt: skip


def _stream(store: Store, report: RelationReport) -> list[tuple[str, LedgerEntry]]:
    """What each side says of the other in the last year of the period; empty where a side is no single country."""
    codes = report.a.code, report.b.code
    if any("," in code or code == ALL for code in codes) or report.a.members or report.b.members:
        return []
    since = max(report.since, report.until - YEAR) if report.since and report.until else report.since
    said: list[tuple[str, LedgerEntry]] = []
    for side, speaker, about in (("a", *codes), ("b", *reversed(codes))):
        where = queries.QuoteFilter(speaker=speaker, about=about, since=since, until=report.until)
        said += [(side, entry) for entry in queries.ledger(store, where)]
    best = sorted(said, key=lambda item: (-len(item[1].reports), item[1].kind != "direct", item[1].id))
    return sorted(best[:QUOTES_SHOWN], key=lambda item: (item[1].date or date.max, item[1].id))


@router.get("/matrix")
def matrix(request: Request, desk: AtDesk, countries: str = "", until: str = "", days: str = "") -> Response:
    length = int(days) if days.isdecimal() and len(days) < 6 else DAYS
    found = views.matrix_of(desk, countries, day_of(until, "until"), length)
    groups = [(group.code, group.name) for group in shipped_groups().values()]

    def show(known: Matrix) -> Response:
        active = {code for cell in known.cells for code in (cell.source, cell.target)}
        crowded = len(known.countries) > CROWDED
        shown = [each for each in known.countries if not crowded or each[0] in active]
        return page(
            request, "matrix.html.j2", matrix=known, asked=countries, groups=groups, shown=shown,
            silent=[name for code, name in known.countries if (code, name) not in shown],
            cells={(c.source, c.target): c for c in known.cells},
        )  # fmt: skip

    return when_known(request, found, show)


@router.get("/country/{code}")
def country(request: Request, desk: AtDesk, code: str) -> Response:
    known = code_of(code)
    found = views.country_of(desk, known, None)

    def show(record: Any) -> Response:
        return when_known(
            request, desk.answer(("said", known), lambda store: _said(store, record)),
            lambda said: page(request, "country.html.j2", country=record, **said),
        )  # fmt: skip

    return when_known(request, found, show)


def _said(store: Store, record: Country) -> dict[str, Any]:
    """What a country says and what is said about it, in the last year in which it was spoken of."""
    since = record.last - YEAR if record.last else None
    wanted = queries.QuoteFilter(speaker=record.code, since=since), queries.QuoteFilter(about=record.code, since=since)
    said, about = (
        [entry for entry in reversed(queries.ledger(store, where)) if entry.kind != "indirect"][:QUOTES_BESIDE]
        for where in wanted
    )
    sources = sources_of(store, [id_ for mover in record.movers for id_ in mover.events[0].article_ids])
    return {"said": said, "about": about, "sources": sources}


@router.get("/articles")
def articles(
    request: Request, store: InStore, search: str = "", country: str = "", publisher: str = "", since: str = "",
    until: str = "", at: str = "",
) -> Response:  # fmt: skip
    first, last = checked(day_of(since, "since"), day_of(until, "until"))
    where = queries.ArticleFilter(
        since=first, until=last, country=code_of(country) if country.strip() else None,
        publisher=publisher.strip() or None, search=search.strip()[:400] or None, newest_first=True,
    )  # fmt: skip
    begin = number_of(at)
    rows = queries.articles(store, replace(where, limit=ON_PAGE + 1, offset=begin))
    return page(
        request, "articles.html.j2", rows=rows[:ON_PAGE], more=len(rows) > ON_PAGE, at=begin, size=ON_PAGE,
        asked={"search": search, "country": country, "publisher": publisher, "since": since, "until": until},
        total=store.rows("SELECT count(*) AS n FROM articles")[0]["n"],
    )  # fmt: skip


@router.get("/article/{article_id:path}")
def article(request: Request, store: InStore, article_id: str, mark: str = "") -> Response:
    """`mark`: a PLOVER type whose events are pointed out."""
    coded = store.get(article_id)
    if coded is None:
        raise refuse(404, f"no article {article_id[:100]!r} in this record")
    return page(request, "article.html.j2", mark=mark, **_coded(coded))


def _coded(coded: CodedArticle) -> dict[str, Any]:
    """What the record of one article shows."""
    return {
        "coded": coded, "segments": [(each, visible(each.text)) for each in marks.segments(coded)],
        "actors": {actor.id: actor for actor in coded.actors}, "text": coded.article.text,
        "statements": {statement.id: statement for statement in coded.statements},
    }  # fmt: skip


@router.get("/quotes")
def quotes(
    request: Request, desk: AtDesk, search: str = "", speaker: str = "", about: str = "", kind: str = "",
    since: str = "", until: str = "", at: str = "",
) -> Response:  # fmt: skip
    first, last = checked(day_of(since, "since"), day_of(until, "until"))
    where = queries.QuoteFilter(
        since=first, until=last, speaker=party(speaker.strip()[:200]), about=party(about.strip()[:200]),
        kind=kind if kind in KINDS else None, search=search.strip()[:400] or None,
    )  # fmt: skip
    asked = {"search": search, "speaker": speaker, "about": about, "kind": kind, "since": since, "until": until}
    begin = number_of(at)
    with desk.handle() as store:
        total = queries.counts(store)["statements"]
    if total > MANY_STATEMENTS and where == queries.QuoteFilter():
        return page(request, "quotes.html.j2", entries=[], found=0, at=0, size=ON_PAGE, asked=asked, total=total)

    def show(entries: list[LedgerEntry]) -> Response:
        ordered = entries if where.search else entries[::-1]
        return page(
            request, "quotes.html.j2", entries=ordered[begin : begin + ON_PAGE], found=len(entries), at=begin,
            size=ON_PAGE, asked=asked, total=0,
        )  # fmt: skip

    return when_known(request, ledger_of(desk, where), show)


@router.get("/search")
def search(request: Request, desk: AtDesk, store: InStore, q: str = "") -> Response:
    words = q.strip()[:400]
    if not words:
        return page(request, "search.html.j2", q="", articles=[], entries=[])
    found = queries.articles(store, queries.ArticleFilter(search=words, limit=FOUND_SHOWN))
    return when_known(
        request, ledger_of(desk, queries.QuoteFilter(search=words)),
        lambda entries: page(request, "search.html.j2", q=words, articles=found, entries=entries[:FOUND_SHOWN]),
    )  # fmt: skip


@router.get("/try")
def try_it(request: Request, example: str = "") -> Response:
    """Empty, or with an example in the field."""
    desk: Desk = request.app.state.desk
    desk.wake_coder()
    text, published = _example() if example else ("", "")
    return page(request, "try.html.j2", typed=text, published=published, problem="", coded=None)


@router.post("/try")
async def code(request: Request) -> Response:
    """The field's text coded; only the result where a script asks for it."""
    body = (await request.body()).decode("utf-8", "replace")
    fields = {name: values[-1] for name, values in parse_qs(body, keep_blank_values=True, max_num_fields=20).items()}
    return await run_in_threadpool(_tried, request, fields.get("text", ""), fields.get("published", ""))


def _tried(request: Request, text: str, published: str) -> Response:
    from detente.dashboard.texts import say

    desk: Desk = request.app.state.desk
    text = text.replace("\r\n", "\n")
    template = "tried.html.j2" if request.headers.get("x-fragment") else "try.html.j2"
    shown: dict[str, Any] = {"typed": text, "published": published, "problem": "", "coded": None}
    if len(text) > MOST_TEXT:
        shown["problem"] = say("try.too_long", n=f"{MOST_TEXT:,}")
    elif text.strip():
        shown |= _coded(desk.code(text, moment(day_of(published, "published"))))
    return page(request, template, mark="", **shown)


@cache
def _example() -> tuple[str, str]:
    """Text and day of one of the bundled reports."""
    lines = files("detente.samples").joinpath("corpus.jsonl").read_text(encoding="utf-8").splitlines()
    found = next(row for row in map(json.loads, lines) if row["id"] == EXAMPLE)
    return found["text"], found["published"][:10]


def warm(desk: Desk) -> None:
    """Finds what a visitor asks for first, so that the first of them does not wait either."""
    busiest = desk.answer(("busiest",), lambda store: pairs(store, limit=1)).result()
    desk.answer(("front", None), lambda store: _front(store, views.wait(views.world_of(desk, None), 600)))
    for pair in busiest:
        views.report_of(desk, pair.a, pair.b, None, None, "day")


def number_of(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 9 else 0


def see_other(address: str) -> Response:
    return Response(status_code=303, headers={"Location": address})


__all__ = ["PairEventRecord", "router"]
