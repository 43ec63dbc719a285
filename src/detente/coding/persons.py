"""Persons: office-holders of the tables, and names that no table holds."""

from __future__ import annotations

import re

from spacy.tokens import Token

from detente.actors.gazetteer import METONYM, NAME, Entry, Role, entry_of, given_names, holders_of, name_words
from detente.coding.belonging import accreditation_of
from detente.coding.cast import Mention
from detente.coding.homes import Homes, trade
from detente.coding.names import is_over, term_of
from detente.coding.nouns import (
    PERSON_OFFICES,
    SELF_STANDING,
    acts_for_itself,
    first_of_hyphenated,
    headed_organisation,
    organisation_of,
    role_phrase,
    says_former,
)
from detente.coding.proper import LONGEST_NAME, is_date, is_in_place_name, titles
from detente.coding.words import words
from detente.reading import lemma

BODIES = frozenset({"UNO", "IGO", "EUR", "NGO"})
_CAPITALISED = re.compile(r"[^\W\d_a-z]")


class PersonFinder(Homes):
    """Mentions of persons by name."""

    def _holder(self, token: Token, entry: Entry, first: int, stop: int) -> Mention:
        start = self._left_edge(token, first)
        while start - 1 in self._swallowed:
            start -= 1
        country = None if set(entry.sectors) & SELF_STANDING else entry.country
        mention = Mention(start, stop, token.i, "person", entry.name, "person", country, entry.sectors,
                          entry.office, entry.resolved_by)  # fmt: skip
        described = self._role_of_person(token, first)
        told = described[0] if described is not None and described[1].kind == "office" else ""
        led = self._led_by(token)
        said = says_former(self.doc, max(start - 1, 0), first)
        term = term_of(entry.name, self.day, told)
        if led is not None and term is None and not said:
            mention.office, mention.sectors = None, led[2]
        elif said or (term is None and not told and is_over(entry.name, self.day)):
            self._end_term(mention, entry, described[0] if described is not None else "")
        elif term is not None:
            mention.office, mention.sectors = term.office, term.sectors
            if described is not None and "MIL" in described[1].sectors:
                mention.sectors = tuple(dict.fromkeys((*term.sectors, "MIL")))
            mention.country = None if set(term.sectors) & SELF_STANDING else term.country
        elif described is not None and says_former(self.doc, described[2].left_edge.i, described[2].i + 1):
            self._end_term(mention, entry, described[0])
        elif described is not None and self.day:
            mention.office, mention.sectors = self._office_text(described[2], described[0]), described[1].sectors
        elif self.day and not is_over(entry.name, self.day):
            mention.office, mention.sectors = None, ()
        mention.accredited_to = self._accreditation(token) or accreditation_of(mention.office)
        self._remember(mention)
        return mention

    def _end_term(self, mention: Mention, entry: Entry, told: str) -> None:
        """Mark somebody as no longer in office: the office that the text tells, else a state's, else the last."""
        terms = holders_of(entry.name)
        begun = [h for h in terms if h.start <= self.day] or terms
        last = max(begun, key=lambda h: (h.office == told, len(h.country) == 3 and h.country not in BODIES, h.start))
        mention.is_former, mention.sectors = True, ("ELI",)
        mention.country = None if set(last.sectors) & SELF_STANDING else last.country
        mention.office = f"former {last.office}"

    def _person(self, token: Token) -> Mention | None:
        """A person's name that no table holds: several capitalised words, or a title, or a surname seen before."""
        first = self._first_of_name(token)
        parts = [t for t in self.doc[first : token.i + 1] if t.lower_ not in titles()]
        if not parts or not all(_CAPITALISED.match(t.text) or _joins_name(t) for t in parts):
            return None
        if is_date(self.doc, token.i) or is_in_place_name(self.doc, token.i) or parts[-1].text in name_words("place"):
            return None
        name = self.doc[parts[0].i : token.i + 1].text
        earlier = self._bearer(parts[-1].text, first) if len(parts) == 1 else None
        country, by = self._country_of_phrase(token, None)
        role = self._role_of_person(token, first)
        if earlier is None and len(parts) < 2 and role is None and not self._has_title(first):
            return None
        if earlier is None and len(parts) >= 2 and role is None and not _looks_like_person(token):
            return None
        start = self._left_edge(token, first)
        mention = Mention(start, token.i + 1, token.i, "person", name, "person", country, (), None, by)
        if earlier is not None:
            mention.name, mention.country = earlier.name, earlier.country
            mention.sectors, mention.office, mention.resolved_by = earlier.sectors, earlier.office, earlier.resolved_by
            mention.is_former = earlier.is_former
        elif role is not None:
            self._apply_role(mention, *role)
        else:
            led = self._led_by(token)
            if led is not None:
                mention.country, mention.resolved_by, mention.sectors = led
                if "LEG" in (of_title := self._sectors_of_title(parts[0].i)):
                    mention.sectors = of_title
                mention.role = "politician" if "PTY" in led[2] else None
            else:
                mention.sectors = self._sectors_of_title(parts[0].i)
        if earlier is None:
            self._settle_at_home(mention, token, role[2] if role is not None else None)
        self._remember(mention)
        return mention

    def _first_of_name(self, token: Token) -> int:
        """First token of the proper name that the token ends: capitalised words of one phrase, with what joins them."""
        first = token.i
        while first > max(token.i - LONGEST_NAME, 0):
            before = self.doc[first - 1]
            if not _joins_name(before) and not (
                before.pos_ == "PROPN" and before.head.i in range(first, token.i + 1) and before.text[0].isalpha()
            ):
                break
            if self._entry_at(before) is not None or role_phrase(before) is not None or _is_calendar(before):
                break
            first -= 1
        while first < token.i and not _CAPITALISED.match(self.doc[first].text):
            first += 1
        return first

    def _led_by(self, token: Token) -> tuple[str | None, str | None, tuple[str, ...]] | None:
        """Country, its source and sectors of what a person heads ("Nadia Berrada, who runs Morocco's power board")."""
        for prep in token.rights:
            of_what = [o for o in prep.children if o.dep_ == "pobj"] if prep.lower_ == "of" else []
            entry = self._entry_at(of_what[0]) if of_what else None
            if entry is not None and entry.kind == "organisation" and entry.table == "bodies":
                return entry.country, entry.resolved_by, entry.sectors
            phrase = role_phrase(of_what[0]) if of_what else None
            if phrase is not None and phrase[1].kind == "organisation" and of_what[0].pos_ == "PROPN":
                country, by = self._country_of_phrase(of_what[0], phrase[1])
                return country, by, phrase[1].sectors
        for clause in token.rights:
            if clause.dep_ != "relcl" or lemma(clause) not in words("actors", "heads"):
                continue
            for led in clause.children:
                if led.dep_ != "dobj":
                    continue
                entry, phrase = self._entry_at(led), role_phrase(led)
                if entry is not None and entry.kind == "organisation":
                    country = None if entry.acts_for_itself else entry.country
                    return country, entry.resolved_by, entry.sectors or ("GOV",)
                country, by = self._country_of_phrase(led, phrase[1] if phrase else None)
                if phrase is not None and (by is not None or "PTY" in phrase[1].sectors):
                    return country, by, phrase[1].sectors
        return None

    def _apply_role(self, mention: Mention, noun: str, role: Role, head: Token) -> None:
        mention.role, mention.office, mention.sectors = noun, noun, role.sectors
        if mention.country is None or head.i != mention.head:
            country, by = self._country_of_phrase(head, role)
            if country or mention.country is None:
                mention.country, mention.resolved_by = country, by
        entry = entry_of(mention.resolved_by, self.day)
        if entry is not None and "GOV" in role.sectors and (entry.table == "groups" or entry.acts_for_itself):
            mention.sectors, mention.country = entry.sectors, None
        elif entry is not None and noun == "head" and entry.sectors:
            mention.sectors = entry.sectors
        if mention.country is None and any(c.dep_ == "poss" and c.pos_ == "PROPN" for c in head.lefts):
            mention.resolved_by = mention.resolved_by or "of an organisation"  # "Harvard's president": no state's
        owner = organisation_of(head)
        if owner is not None and "GOV" in role.sectors:
            mention.sectors, mention.country, mention.resolved_by = owner.sectors, owner.code, "of an organisation"
        private = headed_organisation(head)
        if private is not None and owner is None and "GOV" in mention.sectors:
            mention.sectors = private.sectors
        if role.kind == "organisation":
            mention.kind, mention.office = "organisation", None
        if acts_for_itself(role):
            mention.country = "MNC" if role.kind == "organisation" and "BUS" in role.sectors else None
        accredited = self._accreditation(head)
        if accredited:
            mention.accredited_to = accredited
            mention.office = f"{noun} to {self._accreditation_name(head)}"
        elif role.kind in PERSON_OFFICES:
            mention.office = self._office_text(head, noun)
        if says_former(self.doc, max(head.left_edge.i, 0), head.i + 1):
            mention.is_former, mention.sectors = True, ("ELI",)
            mention.office = f"former {mention.office}"

    def _office_text(self, head: Token, noun: str) -> str:
        """Office with its institution: "Kremlin spokesman", "White House press secretary"."""
        parts = [noun]
        index = min(head.i - noun.count(" "), first_of_hyphenated(head)) - 1
        while (
            index >= 0
            and self.doc[index].dep_ in ("compound", "amod", "nmod")
            and self.doc[index].pos_ in ("PROPN", "NOUN")
        ):
            if index in self._match_at:
                match, first, stop = self._match_at[index]
                entry = self._entry(match, first, stop)
                if (
                    entry is None
                    or entry.form not in (METONYM, NAME)
                    or (entry.table == "countries" and entry.form != METONYM)
                ):
                    break
                parts.insert(0, match.text)
                index = first - 1
                continue
            parts.insert(0, self.doc[index].text.lower())
            index -= 1
        return " ".join(parts)

    def _sectors_of_title(self, first: int) -> tuple[str, ...]:
        """Sectors that a shortened title before a name tells ("Lt. Gen.", "Sen.")."""
        title = self.doc[first - 1].lower_ if first else ""
        if title in words("titles", "soldiers"):
            return ("MIL",)
        return ("LEG",) if title in words("titles", "legislators") else ()

    def _has_title(self, first: int) -> bool:
        return self.doc[first].lower_ in titles() or (first > 0 and self.doc[first - 1].lower_ in titles())

    def _role_of_person(self, token: Token, first: int) -> tuple[str, Role, Token] | None:
        """Role before the name ("Kremlin spokesman X"), in apposition, or as its head ("the spokesman, X")."""
        if first:
            phrase = role_phrase(self.doc[first - 1])
            if phrase is not None:
                return (*phrase, self.doc[first - 1])
        nearby = [c for c in token.children if c.dep_ == "appos"]
        if token.dep_ == "appos":
            nearby += [token.head, *_owner_of_place(token.head)]
        for other in nearby:
            other = _out_of_many(other)
            phrase = role_phrase(other) or _heads(other) or (trade(other) if "." not in token.text else None)
            if phrase is not None:
                return (*phrase, other)
        return None

    def _left_edge(self, head: Token, first: int) -> int:
        """Start of the noun phrase left of its head, without a leading conjunction or quotation mark."""
        start = min(first, head.left_edge.i) if head.pos else first
        while start < first and (
            self.doc[start].is_punct
            or self.doc[start].is_space
            or self.doc[start].dep_ in ("cc", "mark", "advmod", "punct")
        ):
            start += 1
        return start


def _out_of_many(token: Token) -> Token:
    """The noun after "one of" ("X, one of the student leaders")."""
    if token.lower_ != "one":
        return token
    inner = (o for p in token.rights if p.lower_ == "of" for o in p.children if o.dep_ == "pobj")
    return next(inner, token)


def _heads(token: Token) -> tuple[str, Role] | None:
    """ "the head of", a role only where it describes a person, in the sector of what is headed."""
    headed = [o for p in token.rights if p.lower_ == "of" for o in p.children if o.dep_ == "pobj"]
    if token.lower_ != "head" or not headed:
        return None
    phrase = role_phrase(headed[0])
    return "head", Role("head", phrase[1].sectors if phrase is not None else (), "office")


def _owner_of_place(place: Token) -> list[Token]:
    """The noun whose phrase the place ends ("the envoy in Bamako, X", where the parser puts X beside Bamako)."""
    if place.dep_ != "pobj" or place.head.dep_ != "prep":
        return []
    return [place.head.head]


def _is_calendar(token: Token) -> bool:
    """A day or month right before a name, other than a name itself ("April Smith")."""
    return token.text in name_words("calendar") and token.text not in given_names()


def _joins_name(token: Token) -> bool:
    """A particle, a hyphen or what follows one inside a name ("de Blasio", "al-Serraj", "Chung-kwang")."""
    if token.i and token.nbor(-1).orth_ == "-" and not token.nbor(-1).whitespace_:
        return True
    return (token.lower_ in name_words("particle") and token.text[0].islower()) or token.text in ("-", "’", "'")


def _looks_like_person(token: Token) -> bool:
    """Whether an unknown proper name is used as a person: it speaks, acts, or is set off by a description."""
    if any(c.text in given_names() for c in token.lefts if c.dep_ == "compound"):
        return True
    if token.head.i == token.i and any(c.dep_ == "relcl" for c in token.rights):
        return True
    if token.dep_ in ("nsubj", "nsubjpass", "agent", "appos", "poss") or any(c.dep_ == "appos" for c in token.children):
        return True
    return token.dep_ in ("dobj", "pobj", "conj")
