"""Datelines: place, agency and date, or the time of a live report, that stand before the first sentence of a line.

"GOMA, Congo (AP) — Rebels tightened their hold": parsed as one sentence, the place becomes its subject and the rebels
a description of it; so it is cut off, and what follows is parsed as the sentence that it is.
"""

from __future__ import annotations

import re

from detente.actors.gazetteer import CAPITAL, CITY, NAME, PROVINCE, gazetteer

LONGEST = 120
PLACES = frozenset({CAPITAL, CITY, NAME, PROVINCE})
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? \d{{4}})?"
_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_WORD = rf"{_UPPER}{{1,20}}(?:[.'’]{_UPPER}{{0,20}}){{0,2}}"
_CITY = rf"{_WORD}(?:[ -]{_WORD}){{0,3}}"
_CITIES = rf"{_CITY}(?: ?[/,] ?{_CITY}){{0,3}}"
_REGION = r"(?:, (?:the )?[A-Z][\w.'’-]*(?: (?:of |the |and )?[A-Z][\w.'’-]*){0,4})"
_AGENCY = r"(?: ?\([\w .,/&+-]{2,30}\))"
_NAMED = r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}"
_DASH = r"(?: (?:-|–|--)|\s?—) ?"
_CLOCK = r"\d{1,2}[:.]\d{2}(?: ?(?:GMT|UTC|BST|CET|CEST|EST|EDT|ET|local time|[ap]\.?m\.?)){0,2}"
_DATELINE = re.compile(
    rf"\s*(?:{_CITIES}(?: ?\({_UPPER}[\w ]+\))?{_REGION}{{0,2}}(?:,? {_DATE})?{_AGENCY}?{_DASH}"
    rf"|{_NAMED}{_REGION}{{0,2}}(?:,? {_DATE}{_AGENCY}?|{_AGENCY}(?:,? {_DATE})?){_DASH}"
    rf"|{_CLOCK}(?:{_DASH}|: ?))(?=[\"“‘'«\d(]|{_UPPER})"
)

_COLON = re.compile(rf"\s*({_CITY})(?: ?/ ?{_CITY})?{_REGION}{{0,2}}{_AGENCY}?: (?=[\"“‘'«\d(]|{_UPPER})")


def dateline_end(line: str) -> int:
    """Where the first sentence of a line begins after its dateline, in characters; 0 where the line has none."""
    head = line[:LONGEST]
    if "—" not in head and "-" not in head and "–" not in head and ":" not in head[:25]:
        return 0
    found = _DATELINE.match(head)
    if found is not None:
        return found.end()
    found = _COLON.match(head)  # "MANILA: ..." is a dateline, "TRUMP: ..." tells who speaks
    return found.end() if found is not None and _is_place(found.group(1)) else 0


def dateline_states(line: str) -> frozenset[str]:
    """ISO codes of the states in which the places of a line's dateline lie; empty where it has none."""
    end = dateline_end(line)
    places = (entry for name in _names(line[:end]) for entry in gazetteer().names.get(name, ())[:1])
    return frozenset(e.country for e in places if e.country and e.form in PLACES and e.table != "holders")


def _names(head: str) -> list[str]:
    """Parts of a dateline that may be places, as the tables write them."""
    parts = re.split(r"[/,(:—–]| -", head)
    return [part.strip().title() if part.isupper() else part.strip() for part in parts]


def _is_place(name: str) -> bool:
    """Whether the tables list a name in capitals as a city's or a state's."""
    entries = gazetteer().names.get(name.title(), ())
    return any(e.form in PLACES and e.table != "holders" for e in entries)
