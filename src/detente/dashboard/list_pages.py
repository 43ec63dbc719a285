"""What the record holds, page by page: articles, quotes, and both where words are looked for."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from detente.api.asking import AtDesk, checked, code_of
from detente.api.lists import articles_of, ledger_of
from detente.countries import party
from detente.dashboard.pages import ON_PAGE, day_of, number_of
from detente.dashboard.showing import page, when_known
from detente.store import queries
from detente.store.ledger_pages import MOST_FOUND, LedgerPage

router = APIRouter(include_in_schema=False)

FOUND_SHOWN = 8
MOST_PAGES = 60  # whose places an address remembers
KINDS = ("direct", "mixed", "indirect")


@router.get("/articles")
def articles(
    request: Request, desk: AtDesk, search: str = "", country: str = "", publisher: str = "", since: str = "",
    until: str = "", at: str = "",
) -> Response:  # fmt: skip
    first, last = checked(day_of(since, "since"), day_of(until, "until"))
    where = queries.ArticleFilter(
        since=first, until=last, country=code_of(country) if country.strip() else None,
        publisher=publisher.strip() or None, search=search.strip()[:400] or None, newest_first=True,
    )  # fmt: skip
    begin = number_of(at)
    asked = {"search": search, "country": country, "publisher": publisher, "since": since, "until": until}
    with desk.handle() as store:
        total = store.rows("SELECT count(*) AS n FROM articles")[0]["n"]
    return when_known(
        request, articles_of(desk, replace(where, limit=ON_PAGE + 1, offset=begin)),
        lambda rows: page(request, "articles.html.j2", rows=rows[:ON_PAGE], more=len(rows) > ON_PAGE, at=begin,
                          size=ON_PAGE, asked=asked, total=total),
    )  # fmt: skip


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
    places = [number_of(place) for place in at.split(".")[-MOST_PAGES:]]

    def show(found: LedgerPage) -> Response:
        before = ".".join(map(str, places[:-1])) if any(places) else None
        after = None if found.next is None else ".".join(map(str, [*places, found.next]))
        return page(request, "quotes.html.j2", found=found, places=places, before=before, after=after, asked=asked,
                    most=MOST_FOUND)  # fmt: skip

    newest = where.search is None
    return when_known(request, ledger_of(desk, where, ON_PAGE, places[-1], newest), show)


@router.get("/search")
def search(request: Request, desk: AtDesk, q: str = "") -> Response:
    words = q.strip()[:400]
    if not words:
        return page(request, "search.html.j2", q="", articles=[], entries=[])
    said = ledger_of(desk, queries.QuoteFilter(search=words), FOUND_SHOWN)
    found = articles_of(desk, queries.ArticleFilter(search=words, limit=FOUND_SHOWN))
    return when_known(request, found, lambda rows: when_known(
        request, said, lambda told: page(request, "search.html.j2", q=words, articles=rows, entries=told.entries),
    ))  # fmt: skip
