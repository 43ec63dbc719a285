"""Names of actors in text: the tables under `data/` as one Aho-Corasick automaton.

A pattern may stand for several entries ("Georgia", "Congo", "Kim"); which one is meant is the resolver's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import ahocorasick_rs as aho

from detente.ontology.tables import listed, read_table

COUNTRY_COLUMNS = (
    "code", "iso2", "fips", "cow", "name", "names", "demonyms", "adjectives",
    "capital", "cities", "metonyms", "valid_from", "valid_to",
)  # fmt: skip
BODY_COLUMNS = ("id", "name", "names", "code", "country_code", "sectors", "kind", "members")
GROUP_COLUMNS = ("id", "name", "names", "country", "base", "sectors", "valid_from", "valid_to", "note")
HOLDER_COLUMNS = ("country", "office", "name", "start", "end", "aliases", "sectors")

# Forms of a country's name, by how surely they stand for its government.
NAME, ADJECTIVE, DEMONYM, CAPITAL, METONYM, CITY, PROVINCE, SURNAME = (
    "name", "adjective", "demonym", "capital", "metonym", "city", "province", "surname",
)  # fmt: skip
# Names that stand for a state only where the article is about it ("the North" in news of Korea).
SIDES = frozenset({"the North", "the South"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One reading of a name. Dates are ISO prefixes, empty where open; `table` and `id` say where it comes from."""

    table: str
    id: str
    name: str
    kind: str
    form: str
    country: str | None
    sectors: tuple[str, ...] = ()
    office: str | None = None
    valid_from: str = ""
    valid_to: str = ""
    members: tuple[str, ...] = ()

    def holds_on(self, day: str) -> bool:
        """Whether the entry is valid on an ISO day; an empty day is within every term."""
        if not day:
            return True
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or day <= self.valid_to + "~")

    @property
    def resolved_by(self) -> str:
        return f"{self.table}:{self.id}"

    @property
    def acts_for_itself(self) -> bool:
        """Whether it is a party that no state runs; its country is then where it stands, not for whom it acts."""
        return self.table == "institutions" and "PTY" in self.sectors and not {"GOV", "LEG"} & set(self.sectors)


@dataclass(frozen=True, slots=True)
class Match:
    """A name found in a text, code-point offsets."""

    start: int
    end: int
    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Role:
    """A role noun with its PLOVER sectors; `code` stands for a country where the bearers act for none (NGO)."""

    noun: str
    sectors: tuple[str, ...]
    kind: str
    code: str | None = None


@dataclass
class _Builder:
    patterns: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, entry: Entry) -> None:
        for variant in {name, name.replace("'", "’")}:
            if len(variant) > 1 and entry not in self.patterns[variant]:
                self.patterns[variant].append(entry)


def _countries(builder: _Builder) -> None:
    for row in read_table(__package__, "countries.tsv", COUNTRY_COLUMNS):

        def entry(form: str, kind: str = "state", row: dict[str, str] = row) -> Entry:
            sectors = ("GOV",) if form in (CAPITAL, METONYM) else ()
            return Entry("countries", row["code"], row["name"], kind, form, row["code"], sectors,
                         None, row["valid_from"], row["valid_to"])  # fmt: skip

        for name in (row["name"], *listed(row["names"])):
            if name not in SIDES:
                builder.add(name, entry(NAME))
        adjectives = set(listed(row["adjectives"]))
        for name in listed(row["demonyms"]):
            if name not in adjectives:
                builder.add(name, entry(DEMONYM, "group"))
        for name in adjectives:
            builder.add(name, entry(ADJECTIVE))
        for name in listed(row["capital"]):
            builder.add(name, entry(CAPITAL))
        for name in listed(row["metonyms"]):
            builder.add(name.removeprefix("the ").removeprefix("The "), entry(METONYM))
        for name in listed(row["cities"]):
            builder.add(name, entry(CITY, "place"))


def _places(builder: _Builder) -> None:
    for row in read_table(__package__, "subnational.tsv", ("name", "country", "kind")):
        builder.add(
            row["name"], Entry("subnational", row["name"], row["name"], "place", PROVINCE, row["country"] or None)
        )
    columns = ("name", "names", "demonyms", "country", "sectors", "note")
    for row in read_table(__package__, "regions.tsv", columns):
        entry = Entry(
            "regions", row["name"], row["name"], "group", NAME, row["country"] or None, listed(row["sectors"])
        )
        for name in (row["name"], *listed(row["names"]), *listed(row["demonyms"])):
            builder.add(name, entry)


def _organisations(builder: _Builder) -> None:
    for row in read_table(__package__, "bodies.tsv", BODY_COLUMNS):
        kind = "group" if row["kind"] == "group" else "organisation"
        entry = Entry("bodies", row["id"], row["name"], kind, NAME, row["code"] or None,
                      listed(row["sectors"]), members=listed(row["members"]))  # fmt: skip
        for name in (row["name"], *listed(row["names"])):
            builder.add(name.removeprefix("the "), entry)
    for row in read_table(__package__, "groups.tsv", GROUP_COLUMNS):
        entry = Entry("groups", row["id"], row["name"], "organisation", NAME, row["country"] or None,
                      listed(row["sectors"]), None, row["valid_from"], row["valid_to"])  # fmt: skip
        for name in (row["name"], *listed(row["names"])):
            builder.add(name.removeprefix("the "), entry)
    for row in read_table(__package__, "institutions.tsv", ("name", "names", "country", "sectors", "kind")):
        if row["name"].lower().endswith(("embassy", "consulate")):
            continue  # the role noun and its country say more: "Russia's U.S. embassy" is Russia's
        entry = Entry("institutions", row["name"], row["name"], "organisation", NAME, row["country"] or None,
                      listed(row["sectors"]))  # fmt: skip
        for name in (row["name"], *listed(row["names"])):
            builder.add(name.removeprefix("the "), entry)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in an office for a term; `country` is ISO alpha-3 or a body's code."""

    country: str
    office: str
    name: str
    start: str
    end: str
    aliases: tuple[str, ...]
    sectors: tuple[str, ...]
    body: str = ""
    """Id of the body whose office it is, empty for a state's."""

    def holds_on(self, day: str) -> bool:
        return not day or ((not self.start or self.start <= day) and (not self.end or day <= self.end + "~"))

    @property
    def surnames(self) -> tuple[str, ...]:
        """The words by which news calls the holder: single ones, or with a particle before ("de la Fuente")."""
        single = [alias for alias in self.aliases if " " not in alias or alias[0].islower()]
        return tuple(dict.fromkeys([*single, self.name.split()[-1]])) if not single else tuple(single)


@cache
def holders() -> tuple[Holder, ...]:
    """All office-holders, as the tables list them."""
    folder = files(__package__).joinpath("data", "holders")
    body_codes = {row["id"]: row["code"] for row in read_table(__package__, "bodies.tsv", BODY_COLUMNS)}
    found = []
    for path in sorted(p.name for p in folder.iterdir() if p.name.endswith(".tsv")):
        for row in read_table(__package__, f"holders/{path}", HOLDER_COLUMNS):
            country = body_codes.get(row["country"], "IGO") if path == "bodies.tsv" else row["country"]
            found.append(
                Holder(
                    country,
                    row["office"],
                    row["name"],
                    row["start"],
                    row["end"],
                    listed(row["aliases"]),
                    listed(row["sectors"]) or ("GOV",),
                    row["country"] if path == "bodies.tsv" else "",
                )
            )
    return tuple(found)


def _persons(builder: _Builder) -> None:
    for holder in holders():
        for form, names in (
            (NAME, [n for n in (holder.name, *holder.aliases) if " " in n and n[0].isupper()]),
            (SURNAME, [n for n in holder.surnames if len(n) > 2 or n in {"Xi", "Li"}]),
        ):
            entry = Entry("holders", f"{holder.country}/{holder.office}/{holder.name}", holder.name, "person", form,
                          holder.country, holder.sectors, holder.office, holder.start, holder.end)  # fmt: skip
            for name in names:
                builder.add(name, entry)
                builder.add(_plain(name), entry)


def _plain(name: str) -> str:
    """The name as agencies write it that set no diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


class Gazetteer:
    """All names, matched leftmost-longest at word boundaries."""

    def __init__(self) -> None:
        builder = _Builder()
        for load in (_countries, _places, _organisations, _persons):
            load(builder)
        self.names: dict[str, tuple[Entry, ...]] = {
            name: tuple(sorted(found, key=_rank)) for name, found in builder.patterns.items()
        }
        self._keys = list(self.names)
        self._index = {name: index for index, name in enumerate(self._keys)}
        self._automaton = aho.AhoCorasick(self._keys, matchkind=aho.MatchKind.LeftmostLongest)

    def find(self, text: str) -> Iterator[Match]:
        """Names in the text, without overlaps, that begin and end at a word's boundary."""
        for index, start, end in self._matches(text):
            yield Match(start, end, text[start:end], self.names[self._keys[index]])

    def mentions_any(self, text: str) -> bool:
        return next(self._matches(text), None) is not None

    def _matches(self, text: str) -> Iterator[tuple[int, int, int]]:
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            if start and _is_word(text[start - 1]):
                continue
            if end < len(text) and _is_word(text[end]):
                shorter = self._shorter(text, start, end)
                if shorter is not None:
                    yield shorter
                continue
            yield index, start, end

    def _shorter(self, text: str, start: int, end: int) -> tuple[int, int, int] | None:
        """A shorter name at the same place, where the longest ends within a word."""
        for stop in range(end - 1, start + 1, -1):
            if not _is_word(text[stop]) and text[start:stop] in self._index:
                return self._index[text[start:stop]], start, stop
        return None


def _rank(entry: Entry) -> tuple[bool, bool]:
    """Which entry of a name is meant first: one that is still valid ("the Kremlin"), a capital before another city."""
    is_holder = entry.table == "holders"
    return bool(entry.valid_to) and not is_holder, is_holder or entry.form in (CITY, PROVINCE)


_WORD = re.compile(r"\w")


def _is_word(char: str) -> bool:
    return bool(_WORD.match(char))


@cache
def gazetteer() -> Gazetteer:
    """The automaton over all tables, built once a process."""
    return Gazetteer()


def entry_of(resolved_by: str | None, day: str) -> Entry | None:
    """The entry that a `resolved_by` names, of several the one valid on the day; None where it names none."""
    entries = _entries().get(resolved_by or "", ())
    return next((e for e in entries if e.holds_on(day)), entries[-1] if entries else None)


@cache
def _entries() -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entries in gazetteer().names.values():
        for entry in entries:
            found[entry.resolved_by].append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


@cache
def sides() -> dict[str, tuple[Entry, ...]]:
    """Entries of the names in SIDES, by their last word."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in read_table(__package__, "countries.tsv", COUNTRY_COLUMNS):
        for name in SIDES.intersection(listed(row["names"])):
            found[name.split()[1]].append(Entry("countries", row["code"], row["name"], "state", NAME, row["code"]))
    return {name: tuple(entries) for name, entries in found.items()}


@dataclass(frozen=True)
class OtherReading:
    """Words that, near a name, show that it is not the country's ("Georgia" beside "Atlanta")."""

    code: str
    tests: re.Pattern[str]


@cache
def other_readings() -> dict[str, tuple[OtherReading, ...]]:
    found: dict[str, list[OtherReading]] = defaultdict(list)
    for row in read_table(__package__, "ambiguous.tsv", ("name", "code", "other", "test")):
        tests = [re.escape(t) for t in listed(row["test"]) if t != "lower case"]
        if tests:
            found[row["name"]].append(OtherReading(row["code"], re.compile(rf"(?<!\w)(?:{'|'.join(tests)})s?(?!\w)")))
    return {name: tuple(readings) for name, readings in found.items()}


@cache
def holders_of(name: str) -> tuple[Holder, ...]:
    """All terms of a person."""
    return _holders_by_name().get(name, ())


@cache
def _holders_by_name() -> dict[str, tuple[Holder, ...]]:
    found: dict[str, list[Holder]] = defaultdict(list)
    for holder in holders():
        found[holder.name].append(holder)
    return {name: tuple(terms) for name, terms in found.items()}


@cache
def holders_in(country: str) -> tuple[Holder, ...]:
    """All office-holders of a state or body."""
    return tuple(h for h in holders() if h.country == country)


@cache
def holders_of_body(body: str) -> tuple[Holder, ...]:
    """All who held an office of a body, by its id in the table."""
    return tuple(h for h in holders() if h.body == body)


@cache
def roles() -> dict[str, Role]:
    """Role nouns by lemma and by plural, lower case where they are written in capitals ("MP")."""
    found = {}
    for row in read_table(__package__, "roles.tsv", ("noun", "sectors", "kind", "plural", "code")):
        role = Role(row["noun"], listed(row["sectors"]), row["kind"], row["code"] or None)
        found[row["noun"].lower() if row["noun"].isupper() else row["noun"]] = role
        for plural in listed(row["plural"]):
            found.setdefault(plural.lower() if row["noun"].isupper() else plural, role)
    return found


@cache
def given_names() -> dict[str, str]:
    """Common given names with their gender: m, f, or empty for either."""
    return {row["name"]: row["gender"] for row in read_table(__package__, "given_names.tsv", ("name", "gender"))}


@cache
def family_names() -> frozenset[str]:
    """Common family names that stand before the given name (China, Korea, Vietnam, Cambodia)."""
    return frozenset(row["name"] for row in read_table(__package__, "family_names.tsv", ("name",)))


@cache
def name_words(kind: str) -> frozenset[str]:
    """Words in names, by class: titles, particles, words of companies, teams and places, days and months."""
    rows = read_table(__package__, "name_words.tsv", ("word", "class"))
    return frozenset(row["word"] for row in rows if row["class"] == kind)
