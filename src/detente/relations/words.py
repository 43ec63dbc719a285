"""Names and phrases: who did what to whom, and what a level is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from detente.ontology.tables import listed, read_table

if TYPE_CHECKING:
    from detente.relations.report import AssessmentRecord
    from detente.relations.sides import Side

DID = {
    "AGREE": "agreed or offered to cooperate", "CONSULT": "talked or met", "SUPPORT": "supported",
    "CONCEDE": "yielded", "COOPERATE": "cooperated", "AID": "gave aid", "RETREAT": "pulled back or released",
    "REQUEST": "demanded or asked", "ACCUSE": "criticised or accused", "REJECT": "rejected or refused",
    "THREATEN": "threatened or warned", "PROTEST": "protested", "SANCTION": "sanctioned or cut ties",
    "MOBILIZE": "mobilised forces", "COERCE": "coerced", "ASSAULT": "used force",
}  # fmt: skip
DID_TOGETHER = {"AGREE": "agreed", "SUPPORT": "signed or backed each other", "ASSAULT": "fought"}
NOT_ACTUAL = {"alleged": "allegedly", "future": "announced", "conditional": "conditionally"}
QUADS = {1: "cooperative words", 2: "cooperative deeds", 3: "hostile words", 4: "hostile deeds"}
BODIES = {
    "UNO": "United Nations", "EUR": "European Union", "IGO": "Intergovernmental bodies",
    "NGO": "Non-governmental bodies", "MNC": "Companies", "IMG": "Armed groups", "ISM": "Movements",
}  # fmt: skip
COLLECTIVE = ("IGO", "NGO", "MNC", "IMG", "ISM")
"""Codes that many actors share: a pair with one of them is no relation of two."""
_LEVELS = (
    (-6.0, "openly hostile"), (-3.0, "hostile"), (-1.0, "strained"), (1.0, "neither warm nor cold"),
    (3.0, "cooperative"), (6.0, "warm"), (10.1, "very warm"),
)  # fmt: skip
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Text without controls, terminal escapes, marks that turn its direction, and with runs of space made one."""
    return re.sub(r"\s+", " ", _UNSAFE.sub("", text.replace("\n", " "))).strip()


def shorten(text: str, width: int) -> str:
    text = clean(text)
    if len(text) <= width:
        return text
    cut = text[: width - 1].rsplit(" ", 1)[0] if " " in text[: width - 1] else text[: width - 1]
    return cut.rstrip(",;: ") + "…"


@cache
def _articled() -> dict[str, str]:
    """Name by code, with "the" where the tables know the country by a name with it ("the United States")."""
    columns = ("code", "iso2", "fips", "cow", "name", "names", "demonyms", "adjectives", "capital", "cities",
               "metonyms", "valid_from", "valid_to")  # fmt: skip
    named: dict[str, str] = {}
    for row in read_table("detente.actors", "countries.tsv", columns):
        if row["code"] in named and row["valid_to"]:
            continue  # a former state with the code of its successor
        with_article = f"the {row['name']}"
        named[row["code"]] = with_article if with_article in listed(row["names"]) else row["name"]
    return named | {code: f"the {name}" if code in ("UNO", "EUR") else name for code, name in BODIES.items()}


def country_codes() -> list[str]:
    return sorted(_articled())


def country_name(code: str) -> str:
    """Name for a heading."""
    return _articled().get(code, code).removeprefix("the ")


def country_in_sentence(code: str) -> str:
    """Name inside a sentence: "the United States", "Russia"."""
    return _articled().get(code, code)


def members_of(side: Side) -> str:
    """The states of a group by name: "Austria, Belgium and Netherlands"; its own bodies need no naming."""
    names = sorted(country_name(code) for code in side.members if code not in BODIES)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def level_word(level: float) -> str:
    return next(word for limit, word in _LEVELS if level < limit)


def against_baseline(level: float, low: float, median: float, high: float) -> str:
    if level < low:
        return "worse than nine in ten of its own monitored days"
    if level > high:
        return "better than nine in ten of its own monitored days"
    if abs(level - median) < 0.25:
        return "as usual for this pair"
    return "somewhat below its own usual level" if level < median else "somewhat above its own usual level"


def join_names(names: Sequence[str]) -> str:
    """At most three names: "A, B and C", "A, B and 3 others"."""
    names = list(dict.fromkeys(clean(name) for name in names if name))
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} others"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def of_country(names: str, codes: Sequence[str]) -> str:
    """Names with their country behind them, unless they name it or it is one of several."""
    country = country_name(codes[0]) if len(codes) == 1 else ""
    return names if not country or country in names or not names else f"{names} ({country})"


def signed(value: float | None) -> str:
    """A level with its sign: "−1.2", and a dash for None."""
    if value is None:
        return "–"
    return f"{value + 0.0:+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")


def holder_of(item: AssessmentRecord) -> str:
    """Who says so: "Dmitry Peskov (Russia)", "the author, Harbor Wire"."""
    if item.holder is None:
        return f"the author, {clean(item.publisher or 'publisher unknown')}"
    return of_country(item.holder, (item.holder_country,) if item.holder_country else ())


def events_say(item: AssessmentRecord) -> str:
    """What the events said on the day of an assessment: "level −2.1, had worsened; they agree"."""
    moved = {"worse": "had worsened", "better": "had improved", "steady": "much the same as weeks before"}
    course = f", {moved[item.course]}" if item.course else ""
    verdict = "" if item.agrees is None else "; they agree" if item.agrees else "; they say otherwise"
    return f"level {signed(item.level)}{course}{verdict}"


def told(by: str, to: str, type_: str, mode: str | None, modality: str) -> str:
    """One event in a line: "Russia → United States: sanctioned or cut ties (withdraw)"."""
    parties = f"{by} → {to}" if to else by
    did = DID.get(type_, type_.lower())
    did = did if to else DID_TOGETHER.get(type_, did)
    notes = [note for note in (mode.replace("-", " ") if mode else None, NOT_ACTUAL.get(modality)) if note]
    return f"{parties}: {did}" + (f" ({', '.join(notes)})" if notes else "")
