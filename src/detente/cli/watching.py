"""`detente watch`: what happens on standard error, what came of it on standard output."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.cli import arguments
from detente.cli.corpus import name_rejections, summary_text
from detente.cli.failures import DONE, FINISHED_WITH_FAILURES, WrongUsage
from detente.config import Settings
from detente.errors import DetenteError

if TYPE_CHECKING:
    from detente.run.polling import WatchSummary


def watch_feeds(
    sources: list[str], store: Path | None, once: bool, summaries: bool, encoder: bool, overrides: dict[str, Any]
) -> int:
    """The exit code. Ended by SIGTERM it says what came of it, as it does after `once`."""
    from detente.run.watch import watch

    settings = Settings.load(**overrides)
    path = arguments.store_path(store)
    checked_sources(sources, settings)
    with _stopped_by_signal() as stopped:
        summary = watch(
            sources, path, once=once, summaries=summaries, encoder=encoder, settings=settings, report=_report,
            stopped=stopped,
        )  # fmt: skip
    name_rejections(summary.ingest, path)
    named = {rejected.path for rejected in summary.ingest.named}
    for url, problem in summary.failed_feeds.items():
        if url not in named:
            print(f"detente: {url}: {problem}", file=sys.stderr)
    print(_summary(summary, path))
    return FINISHED_WITH_FAILURES if summary.failed else DONE


def checked_sources(sources: Sequence[str], settings: Settings) -> None:
    """Raises WrongUsage for what is no feed, no network or no contact."""
    from detente.fetching.addresses import AddressPolicy
    from detente.fetching.fetcher import user_agent
    from detente.run.feed_items import feed_addresses

    try:
        feed_addresses(sources)
        AddressPolicy(settings.fetch_allow_networks)
        user_agent(settings.fetch_contact)
    except DetenteError as error:
        raise WrongUsage(str(error)) from None


def _report(message: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {message}", file=sys.stderr, flush=True)


@contextmanager
def _stopped_by_signal() -> Iterator[threading.Event]:
    stopped = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGTERM, before)


def _summary(summary: WatchSummary, path: Path) -> str:
    lines = [
        f"polls: {summary.polls} ({summary.unchanged} unchanged), failed feeds: {len(summary.failed_feeds)}, "
        f"new items: {summary.found}"
    ]
    if summary.waiting:
        lines.append(f"items that wait to be fetched: {summary.waiting}; the same command goes on with them")
    return "\n".join([*lines, summary_text(summary.ingest, path)])
