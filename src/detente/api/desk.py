"""What all requests share: the open store, the coder, and answers that took long to find."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from detente.errors import DetenteError
from detente.overview.arrivals import Place, place
from detente.records import Article, CodedArticle
from detente.relations.alerts import mark_of
from detente.relations.imported import datasets
from detente.store import Store

if TYPE_CHECKING:
    from detente.run.intake import Intake
    from detente.run.pool import CoderLike

T = TypeVar("T")

KEPT = 256  # answers
CODING_PATIENCE = 20.0  # seconds that a text waits for those before it
WRITING_PATIENCE = 30.0  # seconds in which what is being written may be finished when the server stops
CLOSING_PATIENCE = 10.0  # seconds until whoever reads has taken note that the server stops
Key = tuple[object, ...]


class Busy(DetenteError):
    """More is asked than can be done at a time."""


class Closing(Busy):
    """The server is being stopped."""


@dataclass
class Desk:
    """`make_coder` is called when the first text comes. `token`: what writing needs; None where nothing is written."""

    store: Store
    make_coder: Callable[[], CoderLike]
    token: str | None = None
    open_reading: bool = True
    """Whether reading needs no token."""
    hosts: frozenset[str] = frozenset()
    """Names under which the server may be asked for; empty: any."""
    fingerprint: str = ""
    """Of the articles and what was coded from them: answers are kept as long as it is the same."""
    tag: str = ""
    """Of all that is shown, alerts too."""
    place: Place = field(default_factory=Place)
    """How much had come in."""
    datasets: tuple[str, ...] = ()
    """Formats in which events were imported."""
    indexed: tuple[int, int] | None = None
    """How many of how many codings are in the index of words, while it is being made."""
    _answers: OrderedDict[Key, Future[Any]] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _coding: threading.Lock = field(default_factory=threading.Lock)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _handles: set[Store] = field(default_factory=set)
    _closed: bool = False
    _coder: CoderLike | None = None
    _intake: Intake | None = None

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Looks whether something was written; answers that were found before then hold no longer."""
        with self.handle() as store:
            self.fingerprint = store.fingerprint()
            self.tag = f"{self.fingerprint} {mark_of(store)}"
            self.place = place(store)
            self.datasets = datasets(store)

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def writable(self) -> bool:
        return self.token is not None and not self.store.read_only

    @property
    def live(self) -> bool:
        """Whether the record can grow while it is shown."""
        return not self.store.read_only

    @contextmanager
    def handle(self) -> Iterator[Store]:
        """The store for one thread."""
        with self._guard:
            if self._closed:
                raise Closing("the server is being stopped")
            handle = self.store.handle()
            self._handles.add(handle)
        try:
            yield handle
        finally:
            with self._guard:
                handle.close()
                self._handles.discard(handle)

    def close(self, patience: float = CLOSING_PATIENCE) -> None:
        """Ends what is being read, lets what is being written be finished, and gives all handles back.

        DuckDB refuses to close a file in which a query runs, so a server that stops does this first.
        """
        written = self._writing.acquire(timeout=WRITING_PATIENCE)
        try:
            with self._guard:
                self._closed = True
            if written:
                self._drop_intake()
            end = time.monotonic() + patience
            while self._interrupt() and time.monotonic() < end:
                time.sleep(0.05)  # a query that had not begun when it was interrupted runs all the same: again
        finally:
            if written:
                self._writing.release()

    def _interrupt(self) -> int:
        """The number of handles that are still in use."""
        with self._guard:
            for handle in self._handles:
                handle.interrupt()
            return len(self._handles)

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The store for a thread that writes, one after the other."""
        with self._writing:
            try:
                with self.handle() as handle:
                    yield handle
            finally:
                self.refresh()

    def answer(self, key: Key, find: Callable[[Store], T]) -> Future[T]:
        """The answer to a question that was perhaps asked before; found once, however many ask at the same time.

        Answers are forgotten when something is written. The future is worked on in a thread of its own, so that who
        asks can stop waiting.
        """
        whole = (self.fingerprint, *key)
        with self._guard:
            known = self._answers.get(whole)
            if known is not None and not (known.done() and known.exception()):
                self._answers.move_to_end(whole)
                return known
            future: Future[T] = Future()
            self._answers[whole] = future
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        threading.Thread(target=self._find, args=(future, find), daemon=True).start()
        return future

    def known(self, key: Key) -> Any:
        """The answer if it has been found already, else None; nothing is begun."""
        with self._guard:
            future = self._answers.get((self.fingerprint, *key))
        return future.result() if future and future.done() and not future.exception() else None

    def _find(self, future: Future[T], find: Callable[[Store], T]) -> None:
        try:
            with self.handle() as store:
                future.set_result(find(store))
        except BaseException as error:
            future.set_exception(error)

    def code(self, text: str, published: datetime | None) -> CodedArticle:
        """One text after the other; raises Busy where too many wait."""
        with self.coder_turn() as coder:
            return coder.code_article(Article.of(text, published=published, language="en"))

    @property
    def coder_version(self) -> str:
        """Raises Busy as coding does: the version is known when the coder is there."""
        with self.coder_turn() as coder:
            return coder.version

    def add(self, fields: dict[str, object]) -> tuple[str, str, str]:
        """Codes and writes one article: its id, what became of it ("coded", "present" or a reason), and the detail."""
        from detente.run.intake import Intake

        with self.coder_turn() as coder:
            with self._writing:
                if self._closed:
                    raise Closing("the server is being stopped")
                if self._intake is None:
                    self._intake = Intake(self.store.handle(), coder)
                outcome = self._intake.add(fields)
            if outcome[1] == "coded":
                self.refresh()
        return outcome

    def forget_intake(self) -> None:
        """Others have written: what is known of near duplicates is to be read anew."""
        with self._writing:
            self._drop_intake()

    def _drop_intake(self) -> None:
        if self._intake is not None:
            self._intake.store.close()
            self._intake = None

    def wake_coder(self) -> None:
        """Loads the coder in the background, for a text that will soon come."""
        if self._coder is None and not self._coding.locked():
            threading.Thread(target=self._wake, daemon=True).start()

    def _wake(self) -> None:
        with suppress(DetenteError), self.coder_turn():
            pass

    @contextmanager
    def coder_turn(self, patience: float | None = CODING_PATIENCE) -> Iterator[CoderLike]:
        """The coder for one text; `patience` None waits however long it takes."""
        if not self._coding.acquire(timeout=-1 if patience is None else patience):
            raise Busy("other texts are being coded; try again in a moment")
        try:
            if self._coder is None:
                self._coder = self.make_coder()
            yield self._coder
        finally:
            self._coding.release()
