"""On which day of a daily series an event stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta

# Half the length of a period of which only the first day is kept; what is vaguer has no place in a daily series.
HALF_PERIOD = {"day": 0, "week": 3, "month": 15}


def series_day(day: date | None, precision: str | None, published: datetime | None) -> date | None:
    """The day of the series that an event belongs to: never after its publication, None if known to the year only.

    An act still to come moves the relation on the day on which it is announced; of a week or month the middle is taken.
    """
    if day is None or precision not in HALF_PERIOD:
        return None
    day += timedelta(days=HALF_PERIOD[precision])
    return min(day, published.date()) if published else day
