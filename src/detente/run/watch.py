"""Watching feeds: poll, fetch what is new, code it and store it, and again.

What a restart needs is in the store. An item is kept with the poll that announced it and done with in the transaction
that stores its article, so that a process killed at any moment neither loses nor repeats one.
"""

from __future__ import annotations

import functools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

from detente.config import Settings
from detente.errors import StoreLocked
from detente.fetching import Fetcher, FetchError
from detente.fetching.answers import Stopped
from detente.fetching.turns import in_turns
from detente.ingest.admission import Located
from detente.ingest.duplicates import DuplicateIndex
from detente.ingest.records import Rejected
from detente.records import CodedArticle, Rejection
from detente.relations.settling import settle as group_reports
from detente.run.feed_items import Fetched, articles_of, feed_addresses, host_of
from detente.run.local import IngestSummary, Run, default_coder
from detente.run.polling import Feeds, Report, WatchSummary, backoff, utc_now
from detente.run.pool import InProcess, MakeCoder, Outcome, WorkerPool
from detente.store import Store, open_store
from detente.store.watching import Item, postpone, ready_items, settle, waiting

PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.8, */*;q=0.1"
PER_HOST, ROUND = 200, 2000  # items taken up in a round, of a host and in all
ROUND_SECONDS = 30.0  # between rounds feeds are polled; a host whose turn is further off waits for a later round
Opened = Callable[[], AbstractContextManager[Store]]
BATCH = 32  # items that are coded and written at a time
PATIENCE = 60.0  # seconds that `once` waits for what can be tried again, or for a store in use


def watch(
    sources: Iterable[str],
    store: Path | str,
    *,
    once: bool = False,
    summaries: bool = False,
    workers: int | None = None,
    encoder: bool = True,
    settings: Settings | None = None,
    make_coder: MakeCoder | None = None,
    report: Report | None = None,
    stopped: threading.Event | None = None,
    opened: Opened | None = None,
    written: Callable[[], None] | None = None,
) -> WatchSummary:
    """Watches feeds (addresses, and OPML files that list some) until `stopped`; with `once`, until each was polled and
    what they announced was fetched, or has to wait.

    The store is open only while it is read or written, so that others can ask it meanwhile. `summaries`: where a page
    cannot be had, the feed's own words are coded. `opened`: a way to the store for who has it open already.
    `written` is called after articles were stored. Raises InputError for a source that is none.
    """
    settings = settings or Settings.load(workers=workers)
    addresses, rejected = feed_addresses(sources)
    stopped = stopped or threading.Event()
    make_coder = make_coder or functools.partial(default_coder, encoder)
    count = workers or settings.workers
    coding = InProcess(make_coder) if count <= 1 else WorkerPool(make_coder, count)
    with coding as pool, Fetcher(settings, stopped) as fetcher:
        watcher = Watcher(Path(store), settings, pool, fetcher, summaries, report or (lambda message: None))
        watcher.attach(opened, written)
        watcher.start(addresses, rejected)
        watcher.run(once, stopped)
        return watcher.finish()


class Watcher:
    """One watch: its feeds, what it knows of them, and what became of their items."""

    def __init__(
        self,
        path: Path,
        settings: Settings,
        pool: InProcess | WorkerPool,
        fetcher: Fetcher,
        summaries: bool,
        report: Report,
    ) -> None:
        self._path = path
        self._settings = settings
        self._pool = pool
        self._fetcher = fetcher
        self._summaries = summaries
        self._report = report
        self._patience = PATIENCE
        self._stopped = threading.Event()
        self._index: DuplicateIndex | None = None
        self._indexed = -1
        self._ungrouped = False
        self._held = 0.0
        self._own: Opened | None = None
        self._written: Callable[[], None] = lambda: None
        self._round_ends = 0.0
        self.summary = WatchSummary(IngestSummary(coder_version=pool.version()))
        self._feeds = Feeds(settings, fetcher, self.summary, report)

    def attach(self, opened: Opened | None, written: Callable[[], None] | None) -> None:
        """See `watch`."""
        self._own, self._written = opened, written or self._written

    def start(self, addresses: Iterable[str], rejected: Iterable[Rejected]) -> None:
        """Takes up the feeds where an earlier watch has left them."""
        with self._opened() as store:
            self._feeds.add(store, addresses)
            self._feeds.reject(store, rejected)

    def run(self, once: bool, stopped: threading.Event) -> None:
        """Returns when `stopped`; with `once`, when there is nothing to do for a while."""
        self._stopped = stopped
        self._patience = PATIENCE if once else float("inf")
        self._feeds.once = once
        while not stopped.is_set():
            due = self._feeds.due()
            if due:
                self.poll(due)
            if self.fetch() or due:
                continue
            self._group()
            seconds = self._next_seconds()
            if once and seconds > PATIENCE:
                return
            stopped.wait(max(0.05, min(seconds, self._settings.watch_interval)))

    def finish(self) -> WatchSummary:
        """What came of it; feeds that could not be asked yet, as they fail, count as failed."""
        self._group()
        self.summary.failed_feeds.update(self._feeds.postponed())
        with self._opened() as store:
            self.summary.waiting, _ = waiting(store, self._feeds.addresses)
        return self.summary

    def _group(self) -> None:
        """Settles which of the new reports tell one event, when there is nothing else to do."""
        if self._ungrouped:
            with self._opened() as store:
                group_reports(store)
            self._ungrouped = False

    def poll(self, urls: Iterable[str]) -> None:
        """Asks these feeds and keeps what they announce."""
        by_host: defaultdict[str, list[str]] = defaultdict(list)
        for url in urls:
            by_host[host_of(url)].append(url)
        for answers in in_turns(by_host, self._feeds.ask, self._settings.fetch_hosts, BATCH):
            with self._opened() as store:
                for polled in answers:
                    self._feeds.keep(store, polled)

    def fetch(self) -> int:
        """One round of pages: fetched, coded and stored. The number of items that were tried."""
        with self._opened() as store:
            items = ready_items(store, self._feeds.addresses, utc_now(), PER_HOST, ROUND)
        turns = {item.host: self._fetcher.gates.left(item.host) for item in items}
        self._held = min(turns.values(), default=0.0)
        by_host: defaultdict[str, list[Item]] = defaultdict(list)
        for item in items:
            if turns[item.host] <= ROUND_SECONDS:
                by_host[item.host].append(item)
        tried, self._round_ends = 0, time.monotonic() + ROUND_SECONDS
        for batch in in_turns(by_host, self._fetch, self._settings.fetch_hosts, BATCH):
            tried += len(batch)
            self._store(batch)
        return tried

    def _next_seconds(self) -> float:
        """Seconds until there is something to do; infinite for never."""
        with self._opened() as store:
            number, first = waiting(store, self._feeds.addresses)
        seconds = self._feeds.next_seconds()
        if number and first:
            # Items that could be fetched now and were not: their hosts ask to wait.
            left = (first - utc_now()).total_seconds()
            seconds = min(seconds, left if left > 0 else self._held)
        return max(0.0, seconds)

    def _fetch(self, item: Item) -> Fetched | None:
        """None where the host's turn comes after the round's end."""
        if time.monotonic() + self._fetcher.gates.left(item.host) > self._round_ends:
            return None
        try:
            if not item.url:
                raise FetchError("no_link", item.title or "")
            return Fetched(item, self._fetcher.get(item.url, accept=PAGE_TYPES))
        except FetchError as error:
            return Fetched(item, error=error)
        except Stopped:
            raise
        except Exception as error:  # one page that is fetched in a way not thought of must not end the watch
            return Fetched(item, error=FetchError("unreachable", f"{type(error).__name__}: {error}"))

    def _store(self, batch: list[Fetched]) -> None:
        """Codes what was fetched and writes all that came of it in one transaction."""
        tried_again = [each for each in batch if self._tries_again(each)]
        results = {
            each.item.key: list(articles_of(each, self._feeds.title(each.item.feed), self._summaries, self._settings))
            for each in batch
            if each not in tried_again
        }
        found_all = [result for found in results.values() for result in found]
        outcomes: list[Outcome] = []
        with self._opened() as store:
            run = Run(store, self._settings, self.summary.ingest, self._duplicates(store))
            chunks = list(run.chunks(found_all))
            if not chunks:
                self._write(store, run, outcomes, results, tried_again)
        if chunks:
            outcomes = [outcome for part in self._pool.code(chunks) for outcome in part]
            with self._opened() as store:  # while coding went on, others could ask it
                self._write(store, run, outcomes, results, tried_again)
        self._report(f"{len(results)} items done, {len(tried_again)} to be tried again")
        if any(isinstance(outcome, CodedArticle) for outcome in outcomes):
            self._ungrouped = True
            self._written()

    def _write(
        self,
        store: Store,
        run: Run,
        outcomes: list[Outcome],
        results: Mapping[str, list[Located | Rejected]],
        tried_again: list[Fetched],
    ) -> None:
        """All that came of a batch, in one transaction."""
        run.store = store
        with store.transaction():
            run.keep([_with_notice(outcome, results.values()) for outcome in outcomes])
            settle(store, ((key, *_end(found, outcomes)) for key, found in results.items()))
            for each in tried_again:
                self._postpone(store, each)
        self._indexed = _signatures(store)

    def _tries_again(self, fetched: Fetched) -> bool:
        error = fetched.error
        return error is not None and error.temporary and fetched.item.attempts + 1 < self._settings.fetch_attempts

    def _postpone(self, store: Store, fetched: Fetched) -> None:
        assert fetched.error is not None
        attempts = fetched.item.attempts + 1
        wait = backoff(self._settings.fetch_backoff, attempts, fetched.error)
        postpone(store, fetched.item.key, attempts, utc_now() + timedelta(seconds=wait))

    def _duplicates(self, store: Store) -> DuplicateIndex:
        """The index of near duplicates; made anew only where others have written to the store."""
        if self._index is None or _signatures(store) != self._indexed:
            self._index = DuplicateIndex(self._settings.near_duplicate_threshold, store.signatures())
        return self._index

    @contextmanager
    def _opened(self) -> Iterator[Store]:
        """The store; while another process holds it, waits for it."""
        if self._own:
            with self._own() as store:
                yield store
            return
        waited, step = 0.0, 0.5
        while True:
            try:
                store = open_store(self._path)
                break
            except StoreLocked as error:
                if waited >= self._patience or self._stopped.is_set():
                    raise
                if not waited:
                    self._report(str(error))
                self._stopped.wait(step)
                waited += step
        with store:
            yield store


def _with_notice(outcome: Outcome, results: Iterable[list[Located | Rejected]]) -> Outcome:
    """A coded article says in its own record that it is the feed's words only."""
    if not isinstance(outcome, CodedArticle):
        return outcome
    notices = [
        Rejection(reason=each.reason, detail=each.detail or None)
        for found in results
        if _article_id(found) == outcome.article.id
        for each in found
        if isinstance(each, Rejected) and each.reason == "summary_only"
    ]
    return outcome.model_copy(update={"rejections": (*outcome.rejections, *notices[:1])})


def _end(found: list[Located | Rejected], outcomes: Iterable[Outcome]) -> tuple[str | None, str | None]:
    """Reason and article id that an item is settled with; one of them is None."""
    id_ = _article_id(found)
    if id_ is None:
        return next((each.reason for each in found if isinstance(each, Rejected)), "empty"), None
    for outcome in outcomes:
        if not isinstance(outcome, CodedArticle) and outcome.article.id == id_:
            return outcome.reason, None
    return None, id_


def _article_id(found: list[Located | Rejected]) -> str | None:
    return next((each.article.id for each in found if isinstance(each, Located)), None)


def _signatures(store: Store) -> int:
    return int(store.rows("SELECT count(*) AS n FROM signatures")[0]["n"])
