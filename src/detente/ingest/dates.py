"""Publication times as inputs write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

FORMATS = (
    "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%B %d %Y",
    "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%dT%H%M%SZ", "%a %b %d %H:%M:%S %Y",
)  # fmt: skip
EARLIEST, LATEST = 1800, 2200


def parse_published(value: object) -> datetime | None:
    """The time in UTC; None for no value. Raises ValueError for what is no date, or one that can be read two ways."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    moment = _moment(value)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError(f"the year {moment.year} is no year of publication")
    return moment


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no date")
    text = re.sub(r"\bSept\b", "Sep", " ".join(value.split()))
    text = re.sub(r"\b([A-Z][a-z]{2})\. (?=\d)", r"\1 ", text)
    try:
        return datetime.fromisoformat(text.removesuffix(" UTC").removesuffix(" GMT"))
    except (ValueError, OverflowError):
        pass
    for form in FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise ValueError(f"{value[:60]!r} is no date; write 2021-03-18 or 2021-03-18T15:30:00Z") from None
