"""The sides of a relation: a country, a group with its members over time, a list of countries, or all others.

Groups are data: `data/groups.tsv` names them, `data/members.tsv` says who belonged to them from which day to which. A
body whose code many bodies share (NATO has IGO) is told by the names of its actors.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from detente.errors import DataError
from detente.ontology.tables import read_table
from detente.relations.parameters import RelationQuestion
from detente.relations.words import COLLECTIVE, clean, country_codes, country_in_sentence, country_name, join_names

ALL = "all"
COLUMNS = ("group", "code", "actors", "since", "until")


@dataclass(frozen=True)
class Member:
    """A code that acts for the party from `since` to `until`; with `actors`, only where one of these names stands."""

    code: str
    actors: tuple[str, ...] = ()
    since: date = date.min
    until: date = date.max


@dataclass(frozen=True)
class Party:
    """One side. `said` is its name inside a sentence."""

    code: str
    name: str
    said: str
    members: tuple[Member, ...]
    kind: Literal["country", "group", "list", "all"] = "country"

    @property
    def codes(self) -> tuple[str, ...]:
        """All who ever belonged to it."""
        return tuple(dict.fromkeys(member.code for member in self.members))

    def on(self, day: date | None) -> tuple[str, ...]:
        """Who belongs to it on that day, without bodies that only a name tells."""
        held = (m.code for m in self.members if not m.actors and (day is None or m.since <= day <= m.until))
        return tuple(dict.fromkeys(held))

    def among(self, codes: Iterable[str], names: Iterable[str], day: date | None) -> tuple[str, ...]:
        """Those of an event's codes (its actors have these names) that belong to it on that day, in order."""
        named = set(names)
        return tuple(sorted({code for code in codes for m in self.members if _holds(m, code, named, day)}))


def _holds(member: Member, code: str, names: set[str], day: date | None) -> bool:
    if member.code != code or (member.actors and not names & set(member.actors)):
        return False
    return day is None or member.since <= day <= member.until


@dataclass(frozen=True)
class Pair:
    a: Party
    b: Party


def countries(a: str, b: str) -> Pair:
    """The pair of two codes that are known to be good."""
    return Pair(country(a), country(b))


@cache
def country(code: str) -> Party:
    return Party(code, country_name(code), country_in_sentence(code), (Member(code),))


@cache
def shipped_groups() -> Mapping[str, Party]:
    named = read_table("detente.relations", "groups.tsv", ("group", "name", "said"))
    rows = read_table("detente.relations", "members.tsv", COLUMNS)
    members = _members(rows, str(files("detente.relations") / "data" / "members.tsv"))
    return {
        row["group"]: Party(row["group"], row["name"], row["said"], tuple(members[row["group"]]), "group")
        for row in named
    }


def read_groups(path: Path | str) -> Mapping[str, Party]:
    """Own groups from a table with the columns group, code, actors, since, until, divided by tabs; raises DataError."""
    with Path(path).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t")
        missing = [name for name in ("group", "code") if name not in (reader.fieldnames or ())]
        if missing:
            problem = f"no column {', '.join(missing)}; needed are group and code, others are actors, since, until"
            raise DataError(path, [problem])
        rows = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    members = _members(rows, path)
    return {name: Party(name, name, name, tuple(held), "group") for name, held in members.items()}


def _members(rows: Iterable[Mapping[str, str]], path: Path | str) -> dict[str, list[Member]]:
    known = set(country_codes())
    found: dict[str, list[Member]] = {}
    problems = []
    for line, row in enumerate(rows, 2):
        try:
            since = date.fromisoformat(row["since"]) if row["since"] else date.min
            until = date.fromisoformat(row["until"]) if row["until"] else date.max
        except ValueError as error:
            problems.append(f"line {line}: {error}; dates are written as 2004-05-01")
            continue
        if row["code"] not in known or not row["group"]:
            problems.append(f"line {line}: group {row['group']!r}, code {row['code']!r} is no country code")
            continue
        actors = tuple(name.strip() for name in row["actors"].split(";") if name.strip())
        found.setdefault(row["group"], []).append(Member(row["code"], actors, since, until))
    if problems:
        raise DataError(path, problems)
    return found


def resolve(a: str | Party, b: str | Party, groups: Mapping[str, Party] | None = None) -> Pair:
    """The pair that two texts name: a code, a group, codes with commas between them, or "all".

    Who stands on both sides is counted on the side with fewer members, so that "EU DEU" asks for Germany and the rest.
    Raises RelationQuestion for an unknown side, the same side twice, or a side with nobody left.
    """
    first, second = (side if isinstance(side, Party) else party(side, groups) for side in (a, b))
    if set(first.codes) == set(second.codes) and first.members == second.members:
        raise RelationQuestion(f"both sides are {first.said}; a relation needs two")
    if len(second.codes) < len(first.codes):
        first = _without(first, second)
    else:
        second = _without(second, first)
    for side, other in ((first, second), (second, first)):
        if not side.members:
            raise RelationQuestion(f"all members of {side.name} stand on the side of {other.name}; nobody is left")
    return Pair(first, second)


def _without(side: Party, other: Party) -> Party:
    kept = tuple(m for m in side.members if m.code not in other.codes or (m.actors and m.code in COLLECTIVE))
    return replace(side, members=kept)


def party(text: str, groups: Mapping[str, Party] | None = None) -> Party:
    """One side; own groups come before shipped ones of the same name."""
    known = country_codes()
    wanted = text.strip()
    if wanted in known:
        return country(wanted)
    if wanted.casefold() == ALL:
        everybody = tuple(Member(code) for code in known if code not in COLLECTIVE)
        return Party(ALL, "All others", "the rest of the world", everybody, "all")
    every = {**shipped_groups(), **(groups or {})}
    by_name = {name.casefold(): group for name, group in every.items()}
    if wanted.casefold() in by_name:
        return by_name[wanted.casefold()]
    codes = [code.strip() for code in wanted.split(",") if code.strip()]
    unknown = [code for code in codes if code not in known]
    if len(codes) > 1 and not unknown:
        codes = list(dict.fromkeys(codes))
        name, said = (join_names([f(code) for code in codes]) for f in (country_name, country_in_sentence))
        return Party(",".join(codes), name, said, tuple(Member(code) for code in codes), "list")
    raise RelationQuestion(
        f"{clean(unknown[0] if unknown else text)!r} is no country code; give ISO 3166 codes such as USA or RUS, codes "
        f"with commas between them, {ALL!r}, or one of the groups {', '.join(sorted(every))}"
    )
