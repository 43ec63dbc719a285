"""Processes that code articles, each with its own coder. A process that dies costs one article, not the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from types import TracebackType
from typing import Protocol

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from detente.errors import DetenteError
from detente.records import Article, CodedArticle


class CoderLike(Protocol):
    """What coding needs of a coder."""

    @property
    def version(self) -> str: ...

    def stream(self, articles: Iterable[Article]) -> Iterator[CodedArticle]: ...

    def code_article(self, article: Article) -> CodedArticle: ...


@dataclass(frozen=True)
class Uncoded:
    """An article that the coder gave up on (`coder_failed`), or that its process died of (`worker_died`)."""

    article: Article
    reason: str
    detail: str = ""


Outcome = CodedArticle | Uncoded
MakeCoder = Callable[[], CoderLike]


def code_chunk(coder: CoderLike, chunk: list[Article]) -> list[Outcome]:
    """One outcome an article, in their order."""
    try:
        coded = list(coder.stream(chunk))
    except Exception:
        coded = []
    if [item.article.id for item in coded] == [article.id for article in chunk]:
        return [_outcome(item) for item in coded]
    return [_code_one(coder, article) for article in chunk]


def _code_one(coder: CoderLike, article: Article) -> Outcome:
    try:
        return _outcome(coder.code_article(article))
    except Exception as error:
        return Uncoded(article, "coder_failed", f"{type(error).__name__}: {error}")


def _outcome(coded: CodedArticle) -> Outcome:
    failure = next((each for each in coded.rejections if each.reason == "coder_failed"), None)
    return Uncoded(coded.article, "coder_failed", failure.detail or "") if failure else coded


class InProcess:
    """Codes in this process."""

    def __init__(self, make_coder: MakeCoder) -> None:
        self._coder = make_coder()

    def __enter__(self) -> InProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def version(self) -> str:
        return self._coder.version

    def code(self, chunks: Iterable[list[Article]]) -> Iterator[list[Outcome]]:
        for chunk in chunks:
            yield code_chunk(self._coder, chunk)


class WorkerPool:
    """Codes in `workers` processes; results come in the order of the chunks.

    Pebble rather than `concurrent.futures`: there a process that dies breaks the whole pool, and stopping a broken pool
    can wait for ever on a process that was just being started (seen in 2 of 12 runs on Python 3.11).
    """

    def __init__(self, make_coder: MakeCoder, workers: int) -> None:
        self._workers = workers
        self._pool = ProcessPool(
            workers,
            context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(make_coder,),
        )
        self._pending: deque[tuple[list[Article], ProcessFuture[list[Outcome]]]] = deque()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble is typed, but not here
        self._pool.join()

    def version(self) -> str:
        try:
            return self._pool.schedule(_worker_version).result()
        except (ProcessExpired, BrokenProcessPool):
            raise DetenteError("the processes that should code articles do not start; try --workers 1") from None

    def code(self, chunks: Iterable[list[Article]]) -> Iterator[list[Outcome]]:
        for chunk in chunks:
            self._pending.append((chunk, self._pool.schedule(_worker_code, (chunk,))))
            if len(self._pending) >= 2 * self._workers:
                yield self._finish_first()
        while self._pending:
            yield self._finish_first()

    def _finish_first(self) -> list[Outcome]:
        chunk, future = self._pending.popleft()
        try:
            return future.result()
        except ProcessExpired:  # by some article of this chunk, which is found by coding each alone
            return [self._code_alone(article) for article in chunk]

    def _code_alone(self, article: Article) -> Outcome:
        try:
            return self._pool.schedule(_worker_code, ([article],)).result()[0]
        except ProcessExpired:
            return Uncoded(article, "worker_died")


_make_coder: MakeCoder | None = None
_coder: CoderLike | None = None


def _start_worker(make_coder: MakeCoder) -> None:
    """The coder itself is made with the first task, as an error in an initializer would lose its message."""
    global _make_coder
    _make_coder = make_coder
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _worker_coder() -> CoderLike:
    global _coder
    if _coder is None:
        assert _make_coder is not None
        try:
            _coder = _make_coder()
        except DetenteError as error:
            raise DetenteError(str(error)) from None  # not every error class survives pickling
    return _coder


def _worker_version() -> str:
    return _worker_coder().version


def _worker_code(chunk: list[Article]) -> list[Outcome]:
    return code_chunk(_worker_coder(), chunk)
