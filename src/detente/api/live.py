"""The record while it grows: a poll for what is new, and the watch that runs inside the server.

One process owns a DuckDB file that is written to, so a server that shows what comes in does the watching itself.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.responses import Response

from detente.api import schemas
from detente.api.answers import answer, cursor_of, place_of
from detente.api.asking import AtDesk, Cursor, InStore
from detente.api.desk import Desk
from detente.config import Settings
from detente.errors import DetenteError
from detente.overview.arrivals import Place, arrivals
from detente.records import Article, CodedArticle
from detente.relations.alerts import Rules, check_alerts, deliver

router = APIRouter(tags=["record"])


@router.get("/changes", responses={200: {"model": schemas.Changes}})
def changes(desk: AtDesk, store: InStore, cursor: Cursor = None) -> Response:
    """What came in since `cursor`: ask again with the one that is given. Without one there is nothing yet but that."""
    place = place_of(cursor, int, int)
    found = arrivals(store, Place(*place) if place else desk.place)
    return answer({
        "articles": found.articles, "events": found.events, "newest": found.newest, "alerts": list(found.alerts),
        "cursor": cursor_of(found.place.codings, found.place.alerts), "live": desk.live,
    })  # fmt: skip


@dataclass(frozen=True)
class Watching:
    """What a server watches. `rules`: those that alerts are raised by, the shipped ones if None."""

    sources: tuple[str, ...]
    settings: Settings = field(default_factory=Settings.load)
    rules: Rules | None = None


class Watch:
    """The watch beside the server: begun by `start`, ended by `stop`."""

    def __init__(self, desk: Desk, watching: Watching) -> None:
        self._desk, self._watching = desk, watching
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when what was being written is written."""
        self._stopped.set()
        self._thread.join(30)

    def _run(self) -> None:
        from detente.run.watch import watch

        try:
            watch(
                self._watching.sources, self._desk.store.path, settings=self._watching.settings, workers=1,
                make_coder=lambda: _InTurn(self._desk), report=tell, stopped=self._stopped, opened=self._desk.writing,
                written=self._written,
            )  # fmt: skip
        except DetenteError as error:
            tell(f"the watch has ended: {error}")

    def _written(self) -> None:
        """Holds the rules against what has come in."""
        self._desk.forget_intake()
        rules = self._watching.rules
        try:
            with self._desk.writing() as store:
                result = check_alerts(store, rules)
            if result and result.new:
                tell(f"{len(result.new)} new alerts")
            if rules and rules.deliveries:
                with self._desk.handle() as store:
                    for outcome in deliver(store, rules.deliveries):
                        if outcome.failure:
                            tell(f"{outcome.failure}; what is missing is sent at the next check")
        except DetenteError as error:
            tell(f"alerts were not looked for: {error}")


class _InTurn:
    """The desk's coder, article by article, so that what visitors paste comes between."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def version(self) -> str:
        with self._desk.coder_turn(None) as coder:
            return coder.version

    def stream(self, articles: Iterable[Article]) -> Iterator[CodedArticle]:
        for article in articles:
            yield self.code_article(article)

    def code_article(self, article: Article) -> CodedArticle:
        with self._desk.coder_turn(None) as coder:
            return coder.code_article(article)


def tell(message: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {message}", file=sys.stderr, flush=True)
