"""Codes of the formats in our terms, and back: countries, sectors, event types. Tables are in `data/`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from detente import ontology
from detente.ontology.tables import listed, read_table

BODIES = frozenset({"UNO", "EUR", "IGO", "NGO", "MNC", "IMG", "ISM"})


@dataclass(frozen=True)
class Coding:
    """What an event code stands for; a part is None where the scheme says nothing of it."""

    event: str | None = None
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    cameo: str | None = None
    plover_quad: int | None = None
    cameo_quad: int | None = None
    intensity: float | None = None
    goldstein: float | None = None


@dataclass(frozen=True)
class Party:
    """One side of an event: country or body codes, and sectors in PLOVER's terms."""

    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()


@cache
def coding_of_cameo(code: str) -> Coding:
    """Of a code that is not in the table, the nearest above it counts; the quad goes by the root."""
    known = ontology.cameo_codes()
    found = next((known[part] for part in (code, code[:3], code[:2]) if part in known), None)
    quad = ontology.cameo_quad(code)
    if found is None:
        return Coding(cameo=code, cameo_quad=quad)
    event, mode = found.plover, found.mode
    return Coding(
        event, mode, found.contexts, code, ontology.plover_quad(event) if event else None, quad,
        ontology.intensity(event, mode) if event else None, found.goldstein,
    )  # fmt: skip


@cache
def coding_of_plover(event: str, mode: str | None, cameo: str | None = None) -> Coding:
    """A mode that PLOVER does not know is kept, and the type's own score taken."""
    known = mode if (event, mode or "") in ontology.modes() else None
    quad, goldstein = None, None
    if cameo:
        by_code = coding_of_cameo(cameo)
        quad, goldstein = by_code.cameo_quad, by_code.goldstein
    return Coding(
        event, mode, (), cameo, ontology.plover_quad(event), quad, ontology.intensity(event, known), goldstein
    )


def cameo_of(event: str, mode: str | None) -> str:
    """The CAMEO code nearest to a PLOVER type and mode, for events that have none of their own."""
    table = _plover_cameo()
    return table.get((event, mode or "")) or table[event, ""]


@cache
def _plover_cameo() -> dict[tuple[str, str], str]:
    rows = read_table(__package__, "plover_cameo.tsv", ("type", "mode", "cameo"))
    return {(row["type"], row["mode"]): row["cameo"] for row in rows}


@cache
def _exceptions(scheme: str) -> dict[str, str]:
    return {row["code"]: row["country"] for row in _exception_rows() if row["scheme"] == scheme}


@cache
def _written(scheme: str) -> dict[str, str]:
    """Code by country, for writing: without codes of parts of a country and of former ones."""
    found: dict[str, str] = {}
    for row in _exception_rows():
        if row["scheme"] == scheme and row["country"] and not row["note"].startswith(("part", "former")):
            found.setdefault(row["country"], row["code"])
    return found


@cache
def _exception_rows() -> list[dict[str, str]]:
    return read_table(__package__, "countries.tsv", ("scheme", "code", "country", "note"))


_COUNTRY_COLUMNS = (
    "code", "iso2", "fips", "cow", "name", "names", "demonyms", "adjectives", "capital", "cities", "metonyms",
    "valid_from", "valid_to",
)  # fmt: skip


@dataclass(frozen=True)
class _Country:
    code: str
    fips: str
    cow: str
    name: str
    names: tuple[str, ...]


@cache
def _countries() -> list[_Country]:
    """Present states and territories; those that are no more come last, so that they never take a code away."""
    rows = read_table("detente.actors", "countries.tsv", _COUNTRY_COLUMNS)
    rows.sort(key=lambda row: bool(row["valid_to"]))
    return [_Country(r["code"], r["fips"], r["cow"], r["name"], listed(r["names"])) for r in rows]


@cache
def _iso_codes() -> frozenset[str]:
    return frozenset(country.code for country in _countries())


def country_of_cameo(code: str) -> str | None:
    """ISO alpha-3 of a CAMEO country; None of a region. CAMEO's EUR is the region Europe, PLOVER's the Union."""
    exceptions = _exceptions("cameo")
    if code in exceptions:
        return exceptions[code] or None
    return code if code in _iso_codes() else None


def country_of_fips(code: str) -> str | None:
    exceptions = _exceptions("fips")
    if code in exceptions:
        return exceptions[code] or None
    return _by_fips().get(code)


@cache
def _by_fips() -> dict[str, str]:
    found: dict[str, str] = {}
    for country in _countries():
        if country.fips:
            found.setdefault(country.fips, country.code)
    return found


def country_of_name(name: str) -> str | None:
    """ISO alpha-3 of a country as ICEWS names it, or by any name that the actor tables hold."""
    exceptions = _exceptions("icews")
    if name in exceptions:
        return exceptions[name] or None
    return _by_name().get(name.casefold())


@cache
def _by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for country in _countries():
        for name in (country.name, *country.names):
            found.setdefault(name.casefold(), country.code)
    return found


def country_code(code: str) -> str | None:
    """A PLOVER country or body as it is, None of anything else."""
    code = code.strip().upper()
    return code if code in _iso_codes() or code in BODIES or code in ("ATA", "XKX") else None


def cameo_country(country: str) -> str:
    """CAMEO's code of a country."""
    return _written("cameo").get(country, country)


@cache
def fips_country(country: str) -> str:
    """FIPS code of a country; empty where it has none."""
    return next((each.fips for each in _countries() if each.code == country and each.fips), "")


@cache
def cow_number(country: str) -> str:
    return next((each.cow for each in _countries() if each.code == country and each.cow), "")


def icews_country(country: str) -> str:
    """The English name that ICEWS gives a country; empty for bodies."""
    return _written("icews").get(country) or english_name(country)


@cache
def english_name(country: str) -> str:
    return next((each.name for each in _countries() if each.code == country), "")


@cache
def _cameo_types() -> dict[str, tuple[str, str]]:
    rows = read_table(__package__, "cameo_types.tsv", ("type", "sector", "body", "note"))
    return {row["type"]: (row["sector"], row["body"]) for row in rows}


@cache
def _cameo_groups() -> dict[str, str]:
    rows = read_table(__package__, "cameo_groups.tsv", ("group", "body"))
    return {row["group"]: row["body"] for row in rows}


@cache
def _icews_sectors() -> dict[str, tuple[str, str]]:
    rows = read_table(__package__, "icews_sectors.tsv", ("name", "sector", "body"))
    return {row["name"].casefold(): (row["sector"], row["body"]) for row in rows}


def party_of_cameo(key: str) -> Party:
    """Of "country|known group|type|type|type". The country comes before the group, the group before the types."""
    country, group, *types = key.split("|")
    pairs = [_cameo_types().get(code, ("", "")) for code in types]
    bodies = [country_of_cameo(country), _cameo_groups().get(group), *(body for _, body in pairs)]
    first = next((body for body in bodies if body), None)
    return Party((first,) if first else (), _distinct(sector for sector, _ in pairs))


def party_of_icews(key: str) -> Party:
    """Of "country name|sector,sector,...|name". The order of the sectors varies from row to row: it means nothing."""
    country, sectors, name = [*key.split("|", 2), "", ""][:3]
    parts = [part.strip().strip('"') for part in sectors.strip('"').split(",")]
    pairs = [_icews_sectors().get(part.casefold(), ("", "")) for part in parts]
    bodies = [country_of_name(country), _body_names().get(name.casefold()), *(body for _, body in pairs)]
    first = next((body for body in bodies if body), None)
    return Party((first,) if first else (), _distinct(sorted(sector for sector, _ in pairs)))


@cache
def _body_names() -> dict[str, str]:
    """Code by name of the bodies in the actor tables."""
    columns = ("id", "name", "names", "code", "country_code", "sectors", "kind", "members")
    rows = read_table("detente.actors", "bodies.tsv", columns)
    return {name.casefold(): row["code"] for row in rows for name in listed(row["names"]) if row["code"] in BODIES}


def party_of_plover(key: str) -> Party:
    """Of "country; country|sector; sector": codes that PLOVER does not know are left out."""
    countries, _, sectors = key.partition("|")
    codes = [country_code(code) for code in countries.split(";")]
    parts = [part.strip() for part in sectors.split(";")]
    return Party(_distinct(code for code in codes), _distinct(part[:3].upper() for part in parts if part != "None"))


CAMEO_TYPE = {"JRN": "MED", "MED": "HLH", "PRM": "UAF", "SOC": "CVL", "PRE": "", "UNK": ""}
KNOWN_GROUP = {"UNO": "UNO", "EUR": "EEC"}


def cameo_types_of(country: str | None, sectors: tuple[str, ...]) -> tuple[str, ...]:
    """At most three CAMEO types of an actor: IGO and the like for bodies, then its sectors."""
    body = {"UNO": "IGO", "EUR": "IGO"}.get(country or "", country if country in BODIES else "")
    types = [body if body != "ISM" else "", *(CAMEO_TYPE.get(sector, sector) for sector in sectors)]
    return _distinct(code for code in types if code in _cameo_types())[:3]


def icews_sectors_of(country: str | None, sectors: tuple[str, ...]) -> str:
    """ICEWS's names of sectors, the general one of each, joined by commas."""
    first = _icews_names()
    body = {"UNO": "IGO", "EUR": "IGO"}.get(country or "", country)
    names = [first.get(f"body {body}", ""), *(first.get(sector, "") for sector in sectors)]
    return ",".join(_distinct(names))


@cache
def _icews_names() -> dict[str, str]:
    """The first name of each sector, and of each "body IGO"."""
    first: dict[str, str] = {}
    for row in read_table(__package__, "icews_sectors.tsv", ("name", "sector", "body")):
        first.setdefault(row["sector"] or f"body {row['body']}", row["name"])
    return first


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
