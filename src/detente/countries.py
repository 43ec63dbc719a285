"""Which country a word names: codes, alpha-2 codes and names of the actor tables, the UN and the EU among them."""

from __future__ import annotations

import csv
import difflib
import io
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from detente.errors import UnknownCountry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detente.relations.parties import Party

BODIES = {"UNO": ("un", "u.n.", "united nations"), "EUR": ("eu", "e.u.", "european union")}


def find_country(value: str) -> str | None:
    """ISO 3166 alpha-3 code of a code or name."""
    return _countries().get(value.strip().casefold())


def country(value: str) -> str:
    """As `find_country`; raises UnknownCountry with the nearest names."""
    code = find_country(value)
    if code:
        return code
    near = difflib.get_close_matches(value.casefold(), _countries(), n=3)
    raise UnknownCountry(value, sorted({_countries()[name] for name in near}))


def party(value: str | None) -> str | None:
    """The code where the value is a country, else the value itself: part of an actor's name."""
    return (find_country(value) or value) if value else None


def side(value: str, groups: Mapping[str, Party] | None = None) -> str | Party:
    """A side of a relation: a country, "all", a group, or countries with commas between them."""
    from detente.relations.parties import ALL, shipped_groups

    by_name = {name.casefold(): group for name, group in {**shipped_groups(), **(groups or {})}.items()}
    wanted = value.strip().casefold()
    if wanted == ALL:
        return ALL
    if wanted in by_name:
        return by_name[wanted]
    if find_country(value) is None and "," in value:
        return ",".join(country(part) for part in value.split(",") if part.strip())
    return country(value)


@cache
def _countries() -> dict[str, str]:
    """Code by code, alpha-2 code and name, in small letters; names of states that are no more give way."""
    table = (files("detente.actors") / "data" / "countries.tsv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for row in sorted(csv.DictReader(io.StringIO(table), delimiter="\t"), key=lambda row: bool(row["valid_to"])):
        code = row["code"]
        for name in (code, row["iso2"], row["name"], *row["names"].split(";")):
            if name:
                found.setdefault(name.strip().casefold(), code)
    for code, names in BODIES.items():
        found.update(dict.fromkeys((code.casefold(), *names), code))
    return found
