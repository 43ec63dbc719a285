"""What a request comes to: an answer, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from detente.errors import DetenteError

MAX_RETRY_AFTER = 7 * 86_400.0
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class FetchError(DetenteError):
    """No page from that address. `reason` and `detail` as of a rejection; `temporary`: a later try can do better.

    `retry_after`: seconds that the server asks to wait, None where it does not say.
    """

    def __init__(self, reason: str, detail: str, *, temporary: bool = False, retry_after: float | None = None) -> None:
        self.reason, self.detail = reason, detail
        self.temporary, self.retry_after = temporary, retry_after
        super().__init__(f"{reason}: {detail}" if detail else reason)


class Stopped(DetenteError):
    """The fetcher was told to stop."""


@dataclass(frozen=True)
class Answer:
    """The answer of the last address in a chain of redirects; `body` without its encodings. `status` is 200 or 304."""

    url: str
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        found = _CHARSET.search(self.headers.get("content-type", ""))
        return found[1] if found else None


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header, a week at most; None where there is none that can be read."""
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:9]), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return min(max(0.0, (moment - (now or datetime.now(UTC))).total_seconds()), MAX_RETRY_AFTER)
