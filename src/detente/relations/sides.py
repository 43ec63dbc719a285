"""The two ends of a report: who they are, and which way a series goes."""

from __future__ import annotations

from typing import Literal

from detente.records import Record

SeriesName = Literal["both", "a>b", "b>a"]


class Side(Record):
    """`name` for headings, `said` for sentences ("the United States"). `members`: of a group, on the last day."""

    code: str
    name: str
    said: str
    members: tuple[str, ...] = ()
