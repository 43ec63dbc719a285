"""When each host may be asked next."""

from __future__ import annotations

import threading
import time
from collections import defaultdict

from detente.fetching.answers import FetchError, Stopped

LONGEST_WAIT = 60.0  # seconds that a request waits for its host's turn; above it another time is better


class HostGates:
    """One request at a time to a host, and `delay` seconds between two; more where the host asks for it."""

    def __init__(self, delay: float, stopped: threading.Event) -> None:
        self._delay = delay
        self._stopped = stopped
        self._lock = threading.Lock()
        self._delays: dict[str, float] = {}
        self._next: defaultdict[str, float] = defaultdict(float)

    def wait(self, host: str) -> None:
        """Returns when it is this request's turn. Raises FetchError where that is too far off."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next[host])
            if start - now > LONGEST_WAIT:
                raise FetchError(
                    "unreachable", f"{host} asks to wait {start - now:.0f} s", temporary=True, retry_after=start - now
                )
            self._next[host] = start + self._delays.get(host, self._delay)
        if self._stopped.wait(start - now):
            raise Stopped("stopped")

    def left(self, host: str) -> float:
        """Seconds until the host's next turn."""
        with self._lock:
            return max(0.0, self._next[host] - time.monotonic())

    def slow_down(self, host: str, delay: float) -> None:
        """At least so many seconds between two requests, as robots.txt asks."""
        with self._lock:
            self._delays[host] = max(self._delay, delay)

    def hold(self, host: str, seconds: float) -> None:
        """No request for so long, as Retry-After asks."""
        with self._lock:
            self._next[host] = max(self._next[host], time.monotonic() + seconds)
