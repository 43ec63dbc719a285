"""Names of the tables in one Doc, each read as the one entry that its surroundings allow."""

from __future__ import annotations

from collections import Counter

from spacy.tokens import Doc, Token

from detente.actors.gazetteer import (
    ADJECTIVE,
    CAPITAL,
    NAME,
    SURNAME,
    Entry,
    Holder,
    Match,
    gazetteer,
    given_names,
    holders_of,
    name_words,
    other_readings,
    roles,
    sides,
)
from detente.coding.cast import Mention
from detente.coding.nouns import role_phrase
from detente.coding.proper import (
    bears_other_name,
    ends_hyphenated_name,
    is_date,
    is_given_alone,
    is_in_place_name,
    is_surname_alone,
    is_used_as_first_name,
    next_in_name,
    previous_in_name,
    surnames_of,
    titles,
)
from detente.reading import text_of

# A seat of a body that lies in a capital ("Brussels") is the capital's own place after these.
AT_A_PLACE = frozenset(["in", "at", "to", "from", "near", "around", "outside", "into", "via", "through"])


# Offices whose holders are called by the bare surname even where no day says who is in office.
HEADS = frozenset(
    ["president", "prime minister", "chancellor", "supreme leader", "leader", "monarch", "secretary general"]
)


class NameReader:
    """The matches of one Doc; `day` is the ISO day of publication, empty if unknown."""

    def __init__(self, doc: Doc, day: str) -> None:
        self.doc, self.day = doc, day
        self._text = text_of(doc)
        self._match_at: dict[int, tuple[Match, int, int]] = {}
        self._bearers: dict[str, list[Mention]] = {}
        self._swallowed: set[int] = set()
        self._match_names()

    def _match_names(self) -> None:
        places = self.doc.to_array(["IDX", "LENGTH"]).tolist()
        starts = {start: i for i, (start, _) in enumerate(places)}
        ends = {start + length: i for i, (start, length) in enumerate(places, 1)}
        found = []
        for match in gazetteer().find(self._text):
            first, stop = starts.get(match.start), ends.get(match.end)
            if first is not None and stop is not None and not ends_hyphenated_name(self.doc, first):
                found.append(self._without_article(match, first, stop))
        # How often each country is named by a name that can be no other's: the sense of "Congo" or "the North" here.
        self._support: Counter[str] = Counter()
        for match, first, stop in found:
            for index in range(first, stop):
                self._match_at[index] = (match, first, stop)
            countries = {e.country for e in match.entries}
            if len(countries) == 1 and match.text not in other_readings():
                self._support.update(c for c in countries if c)
        self._match_sides()
        self._match_commission()
        # Names read once as another's than the state's ("Georgia" beside "Atlanta") are so in the whole article.
        self._elsewhere = {m.text for m, i, j in found if self._is_dropped_anywhere(m, i, j)}

    def _without_article(self, match: Match, first: int, stop: int) -> tuple[Match, int, int]:
        """A paper's name before a noun is an article and an adjective: "The Australian prime minister"."""
        inner = match.text.removeprefix("The ")
        if inner == match.text or stop >= len(self.doc) or self.doc[stop].pos_ not in ("NOUN", "ADJ"):
            return match, first, stop
        entries = gazetteer().names.get(inner, ())
        if not any(e.form == ADJECTIVE for e in entries):
            return match, first, stop
        return Match(match.end - len(inner), match.end, inner, entries), first + 1, stop

    def _is_dropped_anywhere(self, match: Match, first: int, stop: int) -> bool:
        """Whether the words around the name, or for a name of a state and a province the article, tell of the other."""
        readings = other_readings().get(match.text, ())
        if not readings or not any(e.table == "subnational" for e in match.entries):
            return bool(self._dropped_here(match, first, stop))
        return any(r.tests.search(self._text) for r in readings)

    def _match_sides(self) -> None:
        """ "the North" and "the South" where the article names one of the two Koreas, and no other country's."""
        koreas = {e.country for entries in sides().values() for e in entries if e.country}
        if not any(self._support[c] for c in koreas):
            return
        for token in self.doc[1:]:
            if token.orth_ not in sides() or token.i in self._match_at or token.nbor(-1).lower_ != "the":
                continue
            match = Match(token.idx, token.idx + len(token), f"the {token.text}", sides()[token.orth_])
            if self._ends_name(token) and not self._dropped_here(match, token.i, token.i + 1):
                self._match_at[token.i] = (match, token.i, token.i + 1)

    def _match_commission(self) -> None:
        """ "The Commission" is the EU's where the article names the EU and no commission before it is another."""
        if not self._support["EUR"]:
            return
        for token in self.doc[1:]:
            if token.orth_ != "Commission" or token.i in self._match_at or token.nbor(-1).lower_ != "the":
                continue
            follows = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
            is_other = follows is not None and (follows.lower_ in ("of", "on", "for") or follows.text[0].isupper())
            if not is_other:
                match = Match(token.idx, token.idx + len(token), "Commission", gazetteer().names["European Commission"])
                self._match_at[token.i] = (match, token.i, token.i + 1)

    def _ends_name(self, token: Token) -> bool:
        after = self.doc[token.i + 1] if token.i + 1 < len(self.doc) else None
        return after is None or (after.lower_ != "of" and not (after.pos_ == "PROPN" and after.text[0].isupper()))

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
        if bears_other_name(self.doc, first, stop, current[0]) or self._is_others(current[0], match, first, stop):
            return None
        following = self.doc[stop] if stop < len(self.doc) else None
        adjectives = [e for e in current if e.form == ADJECTIVE]
        if (
            adjectives
            and following is not None
            and following.pos_ in ("NOUN", "PROPN", "ADJ")
            and following.i == first + 1
        ):
            current = adjectives
        return self._seat(current, stop - 1) or self._supported(current)

    def _seat(self, entries: list[Entry], last: int) -> Entry | None:
        """A capital that is a body's seat as well: the place after "in" or "to", else the body."""
        bodies = [e for e in entries if e.table == "bodies"]
        if not bodies or entries[0].form != CAPITAL:
            return None
        token = self.doc[last]
        is_place = token.dep_ == "pobj" and token.head.lower_ in AT_A_PLACE
        if is_place or (self._support[entries[0].country or ""] and not self._support[bodies[0].country or ""]):
            return entries[0]
        return bodies[0]

    def _supported(self, entries: list[Entry]) -> Entry:
        """The first entry, or that of the state which alone the article names otherwise ("Congo" beside "Sassou")."""
        first = entries[0]
        if len(entries) > 1 and first.table == "countries" and not self._support[first.country or ""]:
            for other in entries[1:]:
                if other.table == "countries" and other.form == first.form and self._support[other.country or ""]:
                    return other
        return first

    def _is_others(self, entry: Entry, match: Match, first: int, stop: int) -> bool:
        """Whether an institution with a name that many states use is another state's ("Mexico's Senate")."""
        if entry.table != "institutions":
            return False
        if self._is_possessed(first) and (owner := self._owner_before(first)) is not None:
            return owner.country != entry.country
        if match.text.lower() not in roles():
            return "PTY" in entry.sectors and match.text in other_readings() and self._is_foreign(entry)
        owner = self._owner_before(first)
        if owner is not None:
            return owner.country != entry.country
        return self._is_foreign(entry) and self._entry_after_of(stop) is None

    def _is_possessed(self, first: int) -> bool:
        return first > 0 and self.doc[first - 1].tag_ == "POS"

    def _is_foreign(self, entry: Entry) -> bool:
        """Whether the article names states, and the entry's is not among them."""
        return bool(self._support) and not self._support[entry.country or ""]

    def _owner_before(self, first: int) -> Entry | None:
        """The state whose name or adjective stands right before, possessive or not."""
        index = first - 1
        if index >= 0 and self.doc[index].tag_ == "POS":
            index -= 1
        found = self._match_at.get(index)
        if found is None or found[2] > first:
            return None
        entry = self._entry(*found)
        return entry if entry is not None and entry.country and entry.table == "countries" else None

    def _entry_after_of(self, stop: int) -> Entry | None:
        if stop + 1 < len(self.doc) and self.doc[stop].lower_ == "of":
            found = self._match_at.get(stop + 1)
            return self._entry(*found) if found is not None else None
        return None

    def _without_other_readings(self, match: Match, first: int, stop: int) -> tuple[Entry, ...]:
        """The entries that the words around the name allow ("Georgia" near "Atlanta" is no country)."""
        dropped = self._dropped_here(match, first, stop)
        if not dropped and match.text in self._elsewhere and match.entries[0].form == NAME:
            dropped = {match.entries[0].country} if not self._support[match.entries[0].country or ""] else dropped
        if not dropped:
            return match.entries
        return tuple(e for e in match.entries if e.country not in dropped or e.table == "subnational")

    def _dropped_here(self, match: Match, first: int, stop: int) -> set[str | None]:
        readings = other_readings().get(match.text)
        if not readings:
            return set()
        last = self.doc[min(stop + 6, len(self.doc)) - 1]
        nearby = self._text[self.doc[max(first - 6, 0)].idx : last.idx + len(last)]
        return {r.code for r in readings if r.tests.search(nearby)}

    def _holder_entry(self, match: Match, first: int, stop: int) -> Entry | None:
        """The office-holder meant: by the office named before the surname, else the one in office that day."""
        known = [e for e in match.entries if e.table == "holders"]
        others = [e for e in match.entries if e.table != "holders"]
        if match.entries[0].form == NAME:
            if stop < len(self.doc) and is_given_alone(match.text) and next_in_name(self.doc, stop) is not None:
                return None  # "Juan Carlos Ruiz" is not King Juan Carlos
            return _best_term(self._told_terms(known, first), self.day)
        if is_in_place_name(self.doc, stop - 1):
            return others[0] if others else None
        if is_date(self.doc, stop - 1):
            return None
        title = self._title_before(first)
        if is_used_as_first_name(self.doc, first, stop):
            return None
        if title:
            fitting = [e for e in known if e.office and (e.office in title or title in e.office)]
            in_office = [e for e in fitting if e.holds_on(self.day)]
            if in_office or fitting:
                return _best_term(in_office or fitting, self.day)
        preceding = previous_in_name(self.doc, first)
        if preceding is not None and preceding.lower_ not in titles() and not title:
            return others[0] if others else None
        earlier = self._bearer(match.text, first)
        if earlier is not None:
            return _best_term([e for e in known if e.name == earlier.name], self.day)
        if others:
            return others[0]
        in_office = [e for e in known if e.holds_on(self.day)]
        owner = self._owner_before(first)
        if owner is not None:
            in_office = [e for e in in_office if e.country == owner.country]
        if not self.day:
            in_office = [e for e in in_office if e.office in HEADS] if is_surname_alone(match.text) else []
        names = {e.name for e in (in_office if self.day else known)}
        return _best_term(in_office, self.day) if len(names) == 1 else None

    def _told_terms(self, known: list[Entry], first: int) -> list[Entry]:
        """Of the terms of a full name those of the office, and of the state, that stand before it; else all."""
        title, owner = self._title_before(first), self._owner_before(first)
        if title:
            known = [e for e in known if e.office and (e.office in title or title in e.office)] or known
        if owner is not None:
            known = [e for e in known if e.country == owner.country] or known
        return known

    # persons named before

    def _remember(self, mention: Mention) -> None:
        """Keep a person's mention for the surname, title and pronoun that follow."""
        is_holder = (mention.resolved_by or "").startswith("holders:")
        names = {*surnames_of(mention.name), self.doc[mention.head].text}
        if is_holder:
            names |= {alias for holder in holders_of(mention.name) for alias in holder.surnames}
        for name in names:
            bearers = self._bearers.setdefault(name, [])
            if all(b.name != mention.name for b in bearers):
                bearers.append(mention)

    def _bearer(self, surname: str, first: int) -> Mention | None:
        """Who of those named before bears the surname; of several the first whom the title before it fits."""
        bearers = self._bearers.get(surname, [])
        if len(bearers) > 1 and first:
            title = self.doc[first - 1].lower_
            wanted = "f" if title in name_words("title_f") else "m" if title in name_words("title_m") else None
            fitting = [b for b in bearers if wanted is None or _gender(b) in (wanted, None)]
            bearers = [b for b in fitting if wanted and _gender(b) == wanted] or fitting or bearers
        return bearers[0] if bearers else None

    def _title_before(self, first: int) -> str:
        if not first:
            return ""
        phrase = role_phrase(self.doc[first - 1])
        return phrase[0] if phrase else ""


def _gender(mention: Mention) -> str | None:
    return given_names().get(mention.name.split()[0]) or None


def is_over(name: str, day: str) -> bool:
    """Whether an office was held and none is: later terms do not count ("Yanukovych" before his presidency)."""
    terms = holders_of(name)
    return bool(day) and not any(h.holds_on(day) for h in terms) and any(h.end and h.end + "~" < day for h in terms)


def term_of(name: str, day: str, told: str) -> Holder | None:
    """The term of a day; of several the one whose office the text tells, else one in government, else the latest."""
    terms = [h for h in holders_of(name) if h.holds_on(day)] if day or told else []
    fitting = [h for h in terms if told and (told in h.office or h.office in told)]
    return max(fitting or (terms if day else []), key=lambda h: ("GOV" in h.sectors, h.start), default=None)


def _best_term(entries: list[Entry], day: str) -> Entry | None:
    """The term that covers the day, else the last that began before it."""
    if not entries:
        return None
    covering = [e for e in entries if e.holds_on(day)] if day else []
    if covering:
        return covering[0]
    begun = [e for e in entries if not day or e.valid_from <= day] or entries
    return max(begun, key=lambda e: e.valid_from)
