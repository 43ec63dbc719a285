"""Names of the tables in one Doc, each read as the one entry that its surroundings allow."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from detente.actors.gazetteer import (
    ADJECTIVE,
    CITY,
    DEMONYM,
    METONYM,
    NAME,
    PROVINCE,
    SURNAME,
    Entry,
    Holder,
    Match,
    gazetteer,
    holders_of,
    name_words,
    other_readings,
)
from detente.coding.cast import Mention
from detente.coding.nouns import role_phrase


def titles() -> frozenset[str]:
    """Titles before a surname, lower case."""
    return name_words("title") | name_words("title_m") | name_words("title_f")


class NameReader:
    """The matches of one Doc; `day` is the ISO day of publication, empty if unknown."""

    def __init__(self, doc: Doc, day: str) -> None:
        self.doc, self.day = doc, day
        self._match_at: dict[int, tuple[Match, int, int]] = {}
        self._full_names: dict[str, Mention] = {}
        self._swallowed: set[int] = set()
        self._match_names()

    def _match_names(self) -> None:
        starts = {t.idx: t.i for t in self.doc}
        ends = {t.idx + len(t): t.i + 1 for t in self.doc}
        for match in gazetteer().find(self.doc.text):
            first, stop = starts.get(match.start), ends.get(match.end)
            if first is None or stop is None:
                continue
            for index in range(first, stop):
                self._match_at[index] = (match, first, stop)

    def _entry_at(self, token: Token) -> Entry | None:
        found = self._match_at.get(token.i)
        return self._entry(*found) if found is not None else None

    def _entry(self, match: Match, first: int, stop: int) -> Entry | None:
        entries = self._without_other_readings(match, first, stop)
        if not entries:
            return None
        surname = all(e.form == SURNAME for e in entries)
        if surname or (entries[0].table == "holders"):
            return self._holder_entry(match, first, stop)
        entries = tuple(e for e in entries if e.table != "holders") or entries
        current = [e for e in entries if e.holds_on(self.day)] or list(entries)
        following = self.doc[stop] if stop < len(self.doc) else None
        preceding = self.doc[first - 1] if first else None
        if _is_part_of_person(preceding, following, match.text, current[0]):
            return None
        adjectives = [e for e in current if e.form == ADJECTIVE]
        if (
            adjectives
            and following is not None
            and following.pos_ in ("NOUN", "PROPN", "ADJ")
            and following.i == first + 1
        ):
            return adjectives[0]
        return current[0]

    def _without_other_readings(self, match: Match, first: int, stop: int) -> tuple[Entry, ...]:
        """The entries that the words around the name allow ("Georgia" near "Atlanta" is no country)."""
        readings = other_readings().get(match.text)
        if not readings:
            return match.entries
        nearby = f" {self.doc[max(first - 6, 0) : min(stop + 6, len(self.doc))].text} "
        dropped = {r.code for r in readings if any(f" {test}" in nearby for test in r.tests)}
        return tuple(e for e in match.entries if e.country not in dropped or e.table == "subnational")

    def _holder_entry(self, match: Match, first: int, stop: int) -> Entry | None:
        """The office-holder meant: by the office named before the surname, else the one in office that day."""
        known = [e for e in match.entries if e.table == "holders"]
        others = [e for e in match.entries if e.table != "holders"]
        preceding = self.doc[first - 1] if first else None
        if match.entries[0].form == NAME:
            return _best_term(known, self.day)
        title = self._title_before(first)
        if title:
            fitting = [e for e in known if e.office and (e.office in title or title in e.office)]
            in_office = [e for e in fitting if e.holds_on(self.day)]
            if in_office or fitting:
                return _best_term(in_office or fitting, self.day)
        if preceding is not None and preceding.pos_ == "PROPN" and preceding.lower_ not in titles() and not title:
            return others[0] if others else None
        earlier = self._full_names.get(match.text)
        if earlier is not None:
            for entry in known:
                if entry.name == earlier.name:
                    return _best_term([e for e in known if e.name == earlier.name], self.day)
            return None
        if others:
            return others[0]
        in_office = [e for e in known if e.holds_on(self.day)]
        names = {e.name for e in in_office}
        return _best_term(in_office, self.day) if len(names) == 1 and self.day else None

    def _title_before(self, first: int) -> str:
        if not first:
            return ""
        phrase = role_phrase(self.doc[first - 1])
        return phrase[0] if phrase else ""


def _is_part_of_person(before: Token | None, after: Token | None, text: str, entry: Entry) -> bool:
    """Whether a place name is somebody's first or last name ("Jordan Smith", "Paris Hilton", "Chad Wolf")."""
    if entry.table not in ("countries", "subnational") or entry.form in (ADJECTIVE, DEMONYM, METONYM) or " " in text:
        return False
    if before is not None and before.lower_ in titles():
        return True
    return (
        entry.form in (CITY, PROVINCE)
        and after is not None
        and after.pos_ == "PROPN"
        and after.dep_ not in ("poss",)
        and before is not None
        and before.pos_ == "PROPN"
    )


def is_over(name: str, day: str) -> bool:
    terms = holders_of(name)
    return bool(terms) and bool(day) and all(h.end and h.end + "~" < day for h in terms)


def current_term(name: str, day: str) -> Holder | None:
    return next((h for h in holders_of(name) if h.holds_on(day)), None) if day else None


def _best_term(entries: list[Entry], day: str) -> Entry | None:
    """The term that covers the day, else the last that began before it."""
    if not entries:
        return None
    covering = [e for e in entries if e.holds_on(day)] if day else []
    if covering:
        return covering[0]
    begun = [e for e in entries if not day or e.valid_from <= day] or entries
    return max(begun, key=lambda e: e.valid_from)
