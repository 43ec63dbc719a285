"""Time words to dates: what the article says, counted from its publication day. Nothing is invented.

A stretch that names no resolvable time gives no date; years before 1900 give none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from detente.records import Date, Precision

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
MONTHS = {name.lower(): number for number, name in enumerate(MONTH_NAMES, 1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items() if name != "may"} | {"sept": 9}
WEEKDAYS = {d: i for i, d in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])}
NUMBERS = {
    w: i + 1
    for i, w in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
NUMBERS |= {"a": 1, "an": 1, "several": 0, "few": 0}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
EARLIEST_YEAR = 1900

_SHORT = ("Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec")
_MONTH = r"(?P<{0}>" + "|".join((*MONTH_NAMES, *(rf"{name}\." for name in _SHORT))) + ")"
_DAY = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>(?:1[0-9]|20)\d\d)"
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("ymd", r"\b(?P<y0>(?:19|20)\d\d)-(?P<n0>\d\d)-(?P<d0>\d\d)\b"),
    ("mdy", r"\b" + _MONTH.format("m1") + r" " + _DAY.format("d1") + r"(?:,? " + _YEAR.format("y1") + r")?\b"),
    ("dmy", r"\b" + _DAY.format("d2") + r"(?: of)? " + _MONTH.format("m2") + r"(?:,? " + _YEAR.format("y2") + r")?\b"),
    ("my", r"\b(?:(?:early|late|mid)[- ])?" + _MONTH.format("m3") + r",? (?:of )?" + _YEAR.format("y3") + r"\b"),
    (
        "month",
        r"\b(?i:in|since|during|until|last|next|this|early|late|by) (?:(?:early|late|mid)[- ]?)?"
        + _MONTH.format("m4")
        + r"(?!\w)(?! \d)",
    ),
    ("relday", r"\b(?P<rel>(?i:today|tonight|yesterday|tomorrow|the day before yesterday|overnight))\b"),
    (
        "weekday",
        r"\b(?P<wmod>(?i:last|next|this|on|late|early|since|by|until))?\s?\b(?P<w>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
    ),
    (
        "period",
        r"\b(?P<pmod>(?i:last|this|next|earlier this|later this|the past|previous|coming)) "
        r"(?P<p>week|month|year|weekend|decade)\b",
    ),
    (
        "ago",
        r"\b(?P<an>\d{1,3}|(?i:a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)) "
        r"(?P<au>day|week|month|year)s? (?P<adir>ago|earlier|before)\b",
    ),
    (
        "season",
        r"\b(?P<smod>(?i:last|this|next|in the|in)) (?P<s>spring|summer|autumn|winter)(?: of "
        + _YEAR.format("y5")
        + r")?\b",
    ),
    (
        "year",
        r"\b(?i:in|since|from|by|until|during|after|before|back in|early|late) " + _YEAR.format("y4") + r"(?![-\d])\b",
    ),
)
_PATTERN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS))
_NEEDED = re.compile(
    r"(?i:day|tonight|tomorrow|overnight)|\d{4}|week|month|year|decade|spring|summer|autumn|winter|"
    + "|".join((*MONTH_NAMES, *(rf"{name}\." for name in _SHORT)))
)


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Words that name a time, and the date that they mean; offsets into the text searched."""

    start: int
    end: int
    date: Date
    has_year: bool = False


def find_dates(text: str, published: date | None) -> list[TimeWords]:
    """All resolvable time words of the text; words that count from publication need `published`."""
    found = []
    for match in _time_words(text):
        try:
            value = _resolve(match, published)
        except ValueError:  # the 31st of June
            value = None
        if value is not None and EARLIEST_YEAR <= int(value.value[:4]) <= 2199:
            has_year = re.search(r"\d{4}", match.group()) is not None
            found.append(TimeWords(match.start(), match.end(), value, has_year))
    return found


def _time_words(text: str) -> Iterator[re.Match[str]]:
    """Matches of the whole pattern, looked for only in lines that hold a word which all its forms need one of."""
    for line in re.finditer(r"[^\n]+", text):
        if _NEEDED.search(text, *line.span()):
            yield from _PATTERN.finditer(text, *line.span())


def day_of(value: Date) -> date:
    return date.fromisoformat(value.value)


def _date(year: int, month: int, day: int, precision: Precision) -> Date:
    return Date(value=date(year, month, day).isoformat(), precision=precision)


def _resolve(match: re.Match[str], published: date | None) -> Date | None:
    kind = match.lastgroup
    kind = next(name for name, _ in _PATTERNS if match.group(name) is not None)
    got = {k: v.lower() if v is not None and k[0] in "rpwas" else v for k, v in match.groupdict().items()}
    if kind == "ymd":
        return _date(int(got["y0"]), int(got["n0"]), int(got["d0"]), "day")
    if kind in ("mdy", "dmy"):
        suffix = "1" if kind == "mdy" else "2"
        return _calendar(got[f"m{suffix}"], int(got[f"d{suffix}"]), got[f"y{suffix}"], published)
    if kind == "my":
        return _date(int(got["y3"]), _month(got["m3"]), 1, "month")
    if kind == "year":
        return _date(int(got["y4"]), 1, 1, "year")
    if kind == "season" and got["y5"]:
        return _date(int(got["y5"]), SEASONS[got["s"]], 1, "season")
    return _relative(kind, got, match.group(), published) if published else None


def _month(name: str) -> int:
    return MONTHS[name.rstrip(".").lower()]


def _calendar(month: str, day: int, year: str | None, published: date | None) -> Date | None:
    number = _month(month)
    if year:
        return _date(int(year), number, day, "day")
    if published is None:
        return None
    # Without a year, the occurrence nearest to publication is meant.
    options = []
    for candidate in (published.year - 1, published.year, published.year + 1):
        try:
            options.append(date(candidate, number, day))
        except ValueError:
            continue
    if not options:
        return None
    return Date(value=min(options, key=lambda d: abs((d - published).days)).isoformat(), precision="day")


def _relative(kind: str, got: dict[str, str | None], text: str, published: date) -> Date | None:
    if kind == "relday":
        offset = {"yesterday": -1, "tomorrow": 1, "the day before yesterday": -2}.get(got["rel"] or "", 0)
        return Date(value=(published + timedelta(offset)).isoformat(), precision="day")
    if kind == "weekday":
        return _weekday(got["w"] or "", got["wmod"] or "", published)
    if kind == "month":
        return _bare_month(_month(got["m4"] or ""), text, published)
    if kind == "ago":
        return _ago(got, published)
    if kind == "period":
        return _period(got["pmod"] or "", got["p"] or "", published)
    if kind == "season":
        year = published.year - (1 if got["smod"] == "last" and SEASONS[got["s"] or ""] > published.month - 3 else 0)
        return _date(year, SEASONS[got["s"] or ""], 1, "season")
    return None


def _weekday(name: str, modifier: str, published: date) -> Date:
    """The last such day up to publication; the next one after "next", "by", "until"."""
    back = (published.weekday() - WEEKDAYS[name.lower()]) % 7
    if modifier in ("next", "by", "until"):
        return Date(value=(published + timedelta((7 - back) % 7 or 7)).isoformat(), precision="day")
    if modifier == "last" and back == 0:
        back = 7
    return Date(value=(published - timedelta(back)).isoformat(), precision="day")


def _bare_month(month: int, text: str, published: date) -> Date:
    year = published.year
    text = text.lower()
    if text.startswith(("next", "by", "until")):
        year += month < published.month
    elif (month > published.month and not text.startswith("this")) or (
        text.startswith("last") and month == published.month
    ):
        year -= 1
    return _date(year, month, 1, "month")


def _ago(got: dict[str, str | None], published: date) -> Date | None:
    word = got["an"] or ""
    count = int(word) if word.isdigit() else NUMBERS.get(word, 0)
    if not count or got["adir"] != "ago":
        return None
    unit = got["au"]
    if unit == "day":
        return Date(value=(published - timedelta(count)).isoformat(), precision="day")
    if unit == "week":
        start = published - timedelta(weeks=count)
        return Date(value=start.isoformat(), precision="week")
    if unit == "month":
        index = published.year * 12 + published.month - 1 - count
        return _date(index // 12, index % 12 + 1, 1, "month")
    return _date(published.year - count, 1, 1, "year")


def _period(modifier: str, unit: str, published: date) -> Date | None:
    step = {"last": -1, "previous": -1, "next": 1, "coming": 1}.get(modifier, 0)
    if unit == "decade":
        return None
    if unit == "year":
        return _date(published.year + step, 1, 1, "year")
    if unit == "month":
        index = published.year * 12 + published.month - 1 + step
        return _date(index // 12, index % 12 + 1, 1, "month")
    monday = published - timedelta(published.weekday()) + timedelta(weeks=step)
    if unit == "weekend":
        saturday = published - timedelta((published.weekday() - 5) % 7 or (7 if step < 0 else 0))
        return Date(value=saturday.isoformat(), precision="day")
    return Date(value=monday.isoformat(), precision="week")
