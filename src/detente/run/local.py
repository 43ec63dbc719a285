"""Coding a corpus into a store on this machine."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from detente.config import Settings
from detente.ingest.admission import Located
from detente.ingest.duplicates import DuplicateIndex
from detente.ingest.records import Rejected
from detente.ingest.sources import read_located
from detente.records import Article, CodedArticle
from detente.relations.settling import settle
from detente.run.pool import CoderLike, InProcess, MakeCoder, Outcome, WorkerPool
from detente.store import Store, open_store

MAX_NAMED = 1000


@dataclass
class IngestSummary:
    """What became of the inputs.

    `read` counts articles and rejected inputs; `present` those that this coder version had coded before; `rejected`
    inputs by reason; `named` the first rejections, a thousand at most.
    """

    coder_version: str = ""
    read: int = 0
    coded: int = 0
    present: int = 0
    near_duplicates: int = 0
    events: int = 0
    statements: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    named: list[Rejected] = field(default_factory=list)
    failures: int = 0

    @property
    def failed(self) -> bool:
        """True where something could not be read or coded."""
        return self.failures > 0

    def reject(self, rejected: Rejected, counted: bool = False) -> None:
        """Counts it; `counted`: as read it was counted already."""
        if not counted and not rejected.notice:
            self.read += 1
        self.rejected[rejected.reason] += 1
        self.failures += rejected.failed
        self.name(rejected)

    def name(self, rejected: Rejected) -> None:
        # Archives hold far more that is no page than anything else: it must not crowd out what failed.
        if len(self.named) < (MAX_NAMED if rejected.failed else MAX_NAMED // 2):
            self.named.append(rejected)


def default_coder(encoder: bool = True) -> CoderLike:
    from detente.coding import Coder

    coder: CoderLike = Coder(encoder=encoder)
    return coder


def ingest(
    paths: Iterable[str | Path],
    store: Store | Path | str,
    *,
    workers: int | None = None,
    columns: Mapping[str, str] | None = None,
    encoder: bool = True,
    settings: Settings | None = None,
    make_coder: MakeCoder | None = None,
    progress: Callable[[IngestSummary], None] | None = None,
) -> IngestSummary:
    """Reads, codes and stores all articles of the paths; what this coder version has coded before is passed over.

    A bad input is counted in the summary and kept in the store, the rest goes on. `make_coder` must be importable by
    name where there is more than one worker. `progress` is called after each chunk of articles.
    """
    settings = settings or Settings.load(workers=workers)
    if not isinstance(store, Store):
        with open_store(store) as opened:
            return ingest(
                paths, opened, workers=workers, columns=columns, encoder=encoder, settings=settings,
                make_coder=make_coder, progress=progress,
            )  # fmt: skip
    make_coder = make_coder or functools.partial(default_coder, encoder)
    count = workers or settings.workers
    with InProcess(make_coder) if count <= 1 else WorkerPool(make_coder, count) as pool:
        index = DuplicateIndex(settings.near_duplicate_threshold, store.signatures())
        run = Run(store, settings, IngestSummary(coder_version=pool.version()), index, progress)
        for outcomes in pool.code(run.chunks(read_located(paths, columns, settings))):
            run.keep(outcomes)
    run.flush()
    settle(store)
    return run.summary


class Run:
    """One run's state: what is planned, what was rejected, what is written."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        summary: IngestSummary,
        index: DuplicateIndex,
        progress: Callable[[IngestSummary], None] | None = None,
    ) -> None:
        """`summary` is counted on; `index` knows the store's articles."""
        self.store = store
        self.settings = settings
        self.summary = summary
        self._progress = progress
        self._index = index
        self._signatures: dict[str, bytes] = {}
        self._places: dict[str, Located] = {}
        self._rejected: list[Rejected] = []

    def chunks(self, found: Iterable[Located | Rejected]) -> Iterator[list[Article]]:
        """Articles to code, a chunk at a time; what is coded already is counted and left out."""
        chunk: list[Located] = []
        for item in found:
            if isinstance(item, Rejected):
                self._reject(item)
                continue
            self.summary.read += 1
            chunk.append(item)
            if len(chunk) >= self.settings.chunk_size:
                yield from self._plan(chunk)
                chunk = []
        yield from self._plan(chunk)

    def keep(self, outcomes: list[Outcome]) -> None:
        """Writes what was coded, in one transaction."""
        coded = [outcome for outcome in outcomes if isinstance(outcome, CodedArticle)]
        result = self.store.write(coded, self.summary.coder_version, self._signatures)
        added = set(result.added)
        self.summary.coded += len(added)
        self.summary.present += len(result.present)
        for item in coded:
            if item.article.id in added:
                added.discard(item.article.id)
                self.summary.events += len(item.events)
                self.summary.statements += len(item.statements)
                self.summary.near_duplicates += item.article.near_duplicate_of is not None
        for id_ in result.conflicting:
            self._reject_article(id_, "id_taken", id_)
        for outcome in outcomes:
            if not isinstance(outcome, CodedArticle):
                self._reject_article(outcome.article.id, outcome.reason, outcome.detail)
            self._signatures.pop(outcome.article.id, None)
            self._places.pop(outcome.article.id, None)
        self.flush()

    def flush(self) -> None:
        self.store.reject(each.row for each in self._rejected)
        self._rejected.clear()
        if self._progress:
            self._progress(self.summary)

    def _plan(self, chunk: list[Located]) -> Iterator[list[Article]]:
        ids = [item.article.id for item in chunk]
        stored = self.store.articles(ids)
        done = self.store.coded_ids(ids, self.summary.coder_version)
        planned: list[Article] = []
        for item in chunk:
            article = item.article
            known = stored.get(article.id)
            self._places[article.id] = item
            if known and known.content_hash != article.content_hash:
                self._reject_article(article.id, "id_taken", article.id)
            elif article.id in done:
                self.summary.present += 1
                self._places.pop(article.id)
            else:
                # An article that an older version has coded is coded again as it was first read.
                marked, self._signatures[article.id] = self._index.mark(known or article)
                planned.append(known or marked)
        if planned:
            yield planned
        elif self._progress:
            self._progress(self.summary)

    def _reject_article(self, id_: str, reason: str, detail: str) -> None:
        place = self._places.pop(id_, None)
        path, line = (place.path, place.line) if place else (f"article {id_}", None)
        self._reject(Rejected(path, reason, detail, line), counted=True)

    def _reject(self, rejected: Rejected, counted: bool = False) -> None:
        self.summary.reject(rejected, counted)
        self._rejected.append(rejected)
