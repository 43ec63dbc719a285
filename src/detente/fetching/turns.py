"""Jobs of many hosts at the same time, those of one host one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Full, Queue
from typing import TypeVar

from detente.fetching.answers import Stopped

Job = TypeVar("Job")
Result = TypeVar("Result")
AHEAD = 32  # results that wait to be taken, at most
STEP_SECONDS = 0.2


def in_turns(
    jobs: Mapping[str, Sequence[Job]], work: Callable[[Job], Result | None], hosts: int, batch: int
) -> Iterator[list[Result]]:
    """Results as they come, up to `batch` at a time. Where `work` gives None, the rest of that host is left out.

    What `work` raises is raised here, Stopped excepted, which ends its host.
    """
    results: Queue[Result | BaseException | None] = Queue(AHEAD)
    ended = threading.Event()

    def put(result: Result | BaseException | None) -> None:
        while not ended.is_set():
            try:
                results.put(result, timeout=STEP_SECONDS)
                return
            except Full:
                continue

    def serve(queue: Sequence[Job]) -> None:
        try:
            for job in queue:
                result = work(job)
                if result is None or ended.is_set():
                    break
                put(result)
        except Stopped:
            pass
        except BaseException as error:
            put(error)
        put(None)

    left = len(jobs)
    with ThreadPoolExecutor(hosts, thread_name_prefix="fetch") as threads:
        try:
            for queue in jobs.values():
                threads.submit(serve, queue)
            while left:
                taken = _take(results, batch)
                left -= sum(result is None for result in taken)
                for result in taken:
                    if isinstance(result, BaseException):
                        raise result
                if kept := [result for result in taken if result is not None and not isinstance(result, BaseException)]:
                    yield kept
        finally:
            ended.set()
            threads.shutdown(wait=True, cancel_futures=True)


def _take(results: Queue[Result | BaseException | None], batch: int) -> list[Result | BaseException | None]:
    """At least one, and what else is there."""
    taken = [results.get()]
    while len(taken) < batch:
        try:
            taken.append(results.get_nowait())
        except Empty:
            break
    return taken
