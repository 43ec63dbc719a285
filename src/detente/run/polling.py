"""The feeds of a watch: when each is asked, and what is kept of its answer."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from detente.config import Settings
from detente.fetching import Fetcher, FetchError
from detente.ingest.records import Rejected
from detente.run.feed_items import Polled, items_of, read_answer
from detente.run.local import IngestSummary
from detente.store import Store
from detente.store.watching import FeedState, Item, feed_states, keep_poll

FEED_TYPES = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
LONGEST_BACKOFF = 86_400.0

Report = Callable[[str], None]


@dataclass
class WatchSummary:
    """`ingest`: what became of the items; `polls`, `unchanged`, `found`: answers, those with status 304, new items.

    `waiting` counts the items still to be fetched, `failed_feeds` says why the last poll of a feed failed.
    """

    ingest: IngestSummary = field(default_factory=IngestSummary)
    polls: int = 0
    unchanged: int = 0
    found: int = 0
    waiting: int = 0
    failed_feeds: dict[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return self.ingest.failed or bool(self.failed_feeds) or self.waiting > 0


class Feeds:
    """The feeds that are watched. `once`: each is asked once, and again only where that failed, a few times."""

    def __init__(self, settings: Settings, fetcher: Fetcher, summary: WatchSummary, report: Report) -> None:
        self.once = False
        self._settings = settings
        self._fetcher = fetcher
        self._summary = summary
        self._report = report
        self._states: dict[str, FeedState] = {}
        self._asked: Counter[str] = Counter()
        self._retry: dict[str, datetime] = {}

    @property
    def addresses(self) -> list[str]:
        return list(self._states)

    def title(self, url: str) -> str | None:
        return self._states[url].title

    def add(self, store: Store, addresses: Iterable[str]) -> int:
        """Takes up feeds where an earlier watch has left them; the number of those not watched yet."""
        known = feed_states(store)
        fresh = [url for url in dict.fromkeys(addresses) if url not in self._states]
        self._states.update({url: known.get(url, FeedState(url)) for url in fresh})
        return len(fresh)

    def due(self) -> list[str]:
        now = utc_now()
        return [url for url in self._states if self._next_poll(url) <= now]

    def next_seconds(self) -> float:
        """Seconds until a feed is due; infinite where none will be."""
        now = utc_now()
        return min(((self._next_poll(url) - now).total_seconds() for url in self._states), default=float("inf"))

    def postponed(self) -> dict[str, str]:
        """Feeds whose servers ask to wait, and why."""
        now = utc_now()
        return {
            url: f"{state.problem}; not asked before {state.not_before:%Y-%m-%d %H:%M:%S} UTC"
            for url, state in self._states.items()
            if state.not_before and state.not_before > now
        }

    def ask(self, url: str) -> Polled:
        """Polls a feed; called by several threads, for a feed by one."""
        state = self._states[url]
        self._asked[url] += 1
        pairs = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
        conditions = {name: value for name, value in pairs.items() if value}
        limit = self._settings.feed_max_bytes
        try:
            return read_answer(url, self._fetcher.get(url, max_bytes=limit, accept=FEED_TYPES, conditions=conditions))
        except FetchError as error:
            return Polled(url, error=error)

    def keep(self, store: Store, polled: Polled) -> None:
        """Keeps what a poll gave, in one transaction a feed."""
        if polled.error is not None:
            self._keep_failure(store, polled.url, polled.error)
            return
        self._summary.polls += 1
        self._summary.failed_feeds.pop(polled.url, None)
        self._retry.pop(polled.url, None)
        state = replace(self._states[polled.url], polled=utc_now(), not_before=None, failures=0)
        items: list[Item] = []
        if polled.listed is not None:
            self._report(f"{polled.url}: a list of feeds, {self.add(store, polled.listed)} of them new")
        elif polled.feed is None:
            self._summary.unchanged += 1
            self._report(f"{polled.url}: not changed")
        else:
            items, state = items_of(polled, utc_now()), _answered(state, polled)
            if state.problem:
                self.reject(store, [Rejected(polled.url, "malformed_feed", state.problem)])
        number = keep_poll(store, state, items)
        self._states[polled.url] = state
        self._summary.found += number
        if polled.feed is not None:
            self._report(f"{polled.url}: {number} new of {len(items)} items")

    def reject(self, store: Store, rejected: Iterable[Rejected]) -> None:
        for each in (kept := list(rejected)):
            self._summary.ingest.reject(each)
        store.reject(each.row for each in kept)

    def _next_poll(self, url: str) -> datetime:
        """What a server asks for is obeyed by every watch; our own back-off is for one that goes on."""
        state = self._states[url]
        earliest = state.not_before or datetime.min
        if self.once:
            done = self._asked[url] and not state.not_before
            return datetime.max if done or self._asked[url] >= self._settings.fetch_attempts else earliest
        interval = timedelta(seconds=self._settings.watch_interval)
        return max(earliest, self._retry.get(url, datetime.min), state.polled + interval if state.polled else earliest)

    def _keep_failure(self, store: Store, url: str, error: FetchError) -> None:
        state = self._states[url]
        failures = state.failures + 1
        wait = backoff(self._settings.watch_interval, failures, error)
        self._retry[url] = utc_now() + timedelta(seconds=wait)
        asked = self._retry[url] if error.retry_after is not None else None
        state = replace(state, failures=failures, problem=str(error), not_before=asked)
        keep_poll(store, state, [])
        self._states[url] = state
        self._summary.failed_feeds[url] = str(error)
        self.reject(store, [Rejected(url, error.reason, error.detail)])
        again = "" if self.once and asked is None else f"; asked again in {wait:.0f} s"
        self._report(f"{url}: {error}{again}")


def _answered(state: FeedState, polled: Polled) -> FeedState:
    """The state after a feed; of one that breaks off the rest is wanted, so it is not asked for changes only."""
    assert polled.feed is not None
    assert polled.answer is not None
    headers = polled.answer.headers if polled.feed.problem is None else {}
    return replace(
        state, title=polled.feed.title or state.title, problem=polled.feed.problem, etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )  # fmt: skip


def backoff(base: float, attempts: int, error: FetchError) -> float:
    """Seconds: what the server asks for, else twice as long with each try; never quite the same for two."""
    jitter = random.uniform(1.0, 1.25)
    if error.retry_after is not None:
        return max(1.0, error.retry_after) * jitter
    return float(min(base * 2.0 ** min(attempts - 1, 20), LONGEST_BACKOFF)) * jitter


def utc_now() -> datetime:
    """Without zone, as the store has it."""
    return datetime.now(UTC).replace(tzinfo=None)
