"""The words of the interface, all from `texts.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from detente.records import Date
from detente.store.rows import first_day


@cache
def _texts() -> dict[str, dict[str, str]]:
    raw = files("detente.dashboard").joinpath("texts.toml").read_text(encoding="utf-8")
    return tomllib.loads(raw)


def say(key: str, **values: object) -> str:
    """The text "section.name" with its values set in; raises KeyError for one that is not there."""
    section, _, name = key.partition(".")
    return _texts()[section][name].format(**values)


def raw(key: str) -> str:
    """The text with its places still empty, for a script to fill in."""
    section, _, name = key.partition(".")
    return _texts()[section][name]


def count(name: str, number: int) -> str:
    """A number with its noun: "1 article", "1,204 articles"."""
    form = "one" if number == 1 else "many"
    return _texts()["count"][f"{name}_{form}"].format(n=f"{number:,}")


def day(value: Any) -> str:
    """18 March 2021."""
    return f"{value.day} {value:%B %Y}" if value else say("common.undated")


def short_day(value: Any) -> str:
    """18 Mar 2021."""
    return f"{value.day} {value:%b %Y}" if value else say("common.undated")


def told_date(date: Date) -> str:
    """As exactly as the text gives it: 18 Mar 2021, week of 15 Mar 2021, March 2021, 1998."""
    start = first_day(date)
    if start is None or date.precision in ("season", "unknown"):
        return date.value
    if date.precision == "year":
        return str(start.year)
    if date.precision == "month":
        return f"{start:%B %Y}"
    return short_day(start) if date.precision == "day" else say("common.week_of", day=short_day(start))
