"""Mentions: names, role nouns with their countries, persons. Pronouns and bare nominals come in `coreference`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from spacy.tokens import Doc, Token

from detente.actors.gazetteer import (
    ADJECTIVE,
    CAPITAL,
    CITY,
    DEMONYM,
    METONYM,
    NAME,
    PROVINCE,
    SURNAME,
    Entry,
    Match,
    Role,
    entry_of,
    gazetteer,
)
from detente.coding.cast import Cast, Mention
from detente.coding.nouns import (
    MODIFIERS,
    PERSON_OFFICES,
    acts_for_itself,
    ends_name,
    first_of_hyphenated,
    is_official,
    is_own_organisation,
    organisation_of,
    role_phrase,
    says_former,
    tells_age,
)
from detente.coding.offices import body_seats
from detente.coding.persons import PersonFinder
from detente.coding.proper import company_start
from detente.coding.words import words
from detente.reading import lemma

NOMINAL_POS = frozenset({"NOUN", "PROPN", "ADJ"})
# Entries of bodies that name an office, so that they mean its holder.
OFFICES_OF_BODIES = frozenset({"UNSG", "EUHR"})
PLACE_PREPOSITIONS = frozenset(["in", "at", "near", "inside", "outside", "across", "around", "throughout", "within"])


class MentionFinder(PersonFinder):
    """Finds the mentions of one Doc; `day` is the ISO day of publication, empty if unknown."""

    def __init__(self, doc: Doc, day: str) -> None:
        super().__init__(doc, day)
        self.cast = Cast(doc)
        self._swallowed = self._titles_of_holders() if len(doc) else set()

    def find(self) -> Cast:
        nominal = {self.doc.vocab.strings[name] for name in NOMINAL_POS}
        for index, (kind, is_title) in enumerate(self.doc.to_array(["POS", "IS_TITLE"]).tolist()):
            if not (is_title or kind in nominal or index in self._match_at):
                continue  # cannot head one; a token object for each word is what costs here
            mention = self._mention_headed_by(self.doc[index])
            if mention is not None:
                self.cast.add(mention)
        return self.cast

    def _titles_of_holders(self) -> set[int]:
        """Tokens of an office that stands whole before its holder's name ("Director of National Intelligence X")."""
        swallowed: set[int] = set()
        for match, first, _ in set(self._match_at.values()):
            for entry in match.entries:
                length = (entry.office or "").count(" ") + 1
                if entry.office and length > 2 and first >= length:
                    title = " ".join(t.lower_ for t in self.doc[first - length : first])
                    if title == entry.office.lower():
                        swallowed |= set(range(first - length, first))
        return swallowed

    def ensure(self, head: int, span: tuple[int, int] | None) -> None:
        """A mention at a speaker that no table and no role explains, named as in the text."""
        if self.cast.covering(head) is not None:
            return
        token = self.doc[head]
        if token.pos_ not in ("NOUN", "PROPN", "X", "ADJ", "NUM"):
            return
        shouted = self._in_capitals(token)
        if shouted is not None:
            self.cast.add(shouted)
            return
        chars = self.doc.char_span(*span, alignment_mode="expand") if span else None
        start, end = (chars.start, chars.end) if chars is not None else (head, head + 1)
        country, by = self._country_of_phrase(token, None)
        kind = "person" if token.pos_ == "PROPN" else "group"
        form = "person" if token.pos_ == "PROPN" else "nominal"
        mention = Mention(start, end, head, form, self.doc[start:end].text.strip(), kind, country, (), None, by)
        mention.bare = form == "nominal" and by is None
        self.cast.add(mention)

    def _in_capitals(self, token: Token) -> Mention | None:
        """The person whom a transcript names in capitals ("ZELENSKYY:")."""
        name = token.text.title()
        if not token.text.isupper() or len(name) < 4 or token.i + 1 >= len(self.doc) or token.nbor(1).orth_ != ":":
            return None
        entries = tuple(e for e in gazetteer().names.get(name, ()) if e.form == SURNAME)
        match = Match(token.idx, token.idx + len(token), name, entries)
        entry = self._holder_entry(match, token.i, token.i + 1) if entries else None
        if entry is not None:
            return self._holder(token, entry, token.i, token.i + 1)
        earlier = self._bearer(name, token.i)
        if earlier is None:
            return None
        return replace(earlier, start=token.i, end=token.i + 1, head=token.i, actor=-1)

    def _mention_headed_by(self, token: Token) -> Mention | None:
        if token.i in self._swallowed:
            return None
        found = self._match_at.get(token.i)
        if found is not None:
            match, first, stop = found
            if token.i != _head_of(self.doc, first, stop):
                return None
            entry = self._entry(match, first, stop)
            if entry is not None:
                return self._named(token, entry, first, stop)
        if token.pos_ != "PROPN" and token.is_title and token.text in self._bearers:
            return self._person(token)  # a surname that the tagger takes for a noun
        if token.pos_ not in NOMINAL_POS:
            return None
        # A token inside a longer proper name ("Director of National Intelligence Avril Haines") is no head.
        if token.dep_ in ("compound", "amod", "nmod") and token.pos_ == "PROPN":
            return None
        phrase = role_phrase(token)
        if phrase is not None and " of " in phrase[0] and token.dep_ == "pobj":
            return None  # "secretary of state" is read at its head
        if token.pos_ == "PROPN" and (phrase is None or " " not in phrase[0]):
            company = self._company(token)
            if company is not None:
                return company
        is_predicate = token.dep_ in ("attr", "oprd", "acomp") and self._is_description(token)
        if phrase is not None and token.dep_ not in ("compound", "amod") and not is_predicate:
            return self._nominal(token, *phrase)
        if token.text in words("actors", "peoples") and token.dep_ not in ("amod", "compound"):
            start = self._left_edge(token, token.i)
            return Mention(start, token.i + 1, token.i, "name", token.text, "group", None, ("SOC",), None, "peoples",
                           is_plural=True)  # fmt: skip
        if token.pos_ == "PROPN" or ends_name(token):
            return self._person(token)
        return None

    def _start_of_role(self, token: Token, noun: str) -> int:
        """First token of a role noun; one joined by hyphens hangs loosely in the parse, and so does what precedes."""
        first = first_of_hyphenated(token)
        if first == token.i:
            return token.i - noun.count(" ")
        return min(first, self.doc[first].left_edge.i)

    def _is_description(self, token: Token) -> bool:
        """Whether a predicate says what somebody is ("was a teacher", "was foreign minister"), not who it is."""
        determiners = {c.lower_ for c in token.lefts if c.dep_ in ("det", "poss", "nummod")}
        if determiners & {"my", "our", "your"}:
            return True  # "I am your captain"
        if determiners or any(c.i in self._match_at for c in token.lefts):
            return bool(determiners & {"a", "an"})
        return token.tag_ == "NN"

    def _company(self, token: Token) -> Mention | None:
        """A company that no table holds, by the last word of its name ("Iraqi Airways")."""
        first, end = company_start(token), token.i + 1
        if first is None and token.text == "Bank" and self._entry_after_of(end) is not None:
            first, end = token.i, self._match_at[end + 1][2]  # central banks are in the tables
        if first is None:
            return None
        name = self.doc[first:end].text
        return Mention(first, end, token.i, "name", name, "organisation", "MNC", ("BUS",), None,
                       f"company name:{name}")  # fmt: skip

    def _named(self, token: Token, entry: Entry, first: int, stop: int) -> Mention | None:
        start, end = first, stop
        if entry.form == ADJECTIVE and token.dep_ in MODIFIERS:
            phrase = role_phrase(token.head)
            if phrase is not None and is_own_organisation(phrase[1]):
                return None  # "the French company" is no act of France
            return Mention(start, end, token.i, "adjective", entry.name, "state", entry.country,
                           entry.sectors, None, entry.resolved_by)  # fmt: skip
        if entry.form == ADJECTIVE and _is_language(token):
            return None
        if entry.kind == "person":
            return self._holder(token, entry, first, stop)
        if entry.id in OFFICES_OF_BODIES:
            return Mention(self._left_edge(token, start), end, token.i, "nominal", self.doc[start:end].text, "person",
                           entry.country, entry.sectors, body_seats()[entry.id][1], entry.resolved_by,
                           role=entry.id)  # fmt: skip
        mention = Mention(start, end, token.i, "name", entry.name, entry.kind, entry.country, entry.sectors,
                          None, entry.resolved_by, members=entry.members)  # fmt: skip
        is_one = entry.table == "bodies" and entry.kind == "organisation"  # "Turkish Airlines", "the United Nations"
        mention.is_plural = token.tag_ == "NNS" or (token.tag_ == "NNPS" and not is_one)
        if entry.form in (CITY, PROVINCE):
            mention.is_place, mention.kind = True, "place"
        if entry.form in (NAME, CAPITAL, CITY, PROVINCE) and token.dep_ == "pobj":
            mention.is_place = token.head.lower_ in PLACE_PREPOSITIONS
        if entry.form == CAPITAL and mention.is_place:
            mention.name = self.doc[first:stop].text  # "talks in Minsk": a place, not Belarus
        if entry.form == METONYM:
            mention.kind = "organisation"
        if entry.form == DEMONYM:
            mention.kind, mention.sectors = "group", entry.sectors or self._sectors_of_people(token, first)
        if entry.table == "regions" and token.tag_ == "NNPS":
            mention.sectors = ("SOC",)
        if entry.acts_for_itself:
            mention.country = None
        return mention

    def _sectors_of_people(self, token: Token, first: int) -> tuple[str, ...]:
        """ "Gambians" are people; "the Gambians" may be the state."""
        is_definite = first > 0 and self.doc[first - 1].lower_ == "the"
        return ("CVL",) if token.tag_ in ("NNPS", "NNS") and not is_definite else ()

    def _nominal(self, token: Token, noun: str, role: Role) -> Mention | None:
        start = self._left_edge(token, self._start_of_role(token, noun))
        country, by = self._country_of_phrase(token, role)
        is_one = token.tag_ in ("NN", "NNP") or tells_age(token)
        kind = "person" if role.kind in PERSON_OFFICES and is_one else "group"
        if role.kind in ("organisation", "place_of_state"):
            kind = "organisation"
        sectors = role.sectors
        named = entry_of(by, self.day) if by is not None else None
        entry = named if named is not None and named.table == "groups" else None
        if (entry is not None and "GOV" in sectors) or (entry is not None and country is not None):
            sectors = entry.sectors  # a group's spokesman is of the group, and so are the fighters of one that rules
        elif acts_for_itself(role) or (not is_official(role) and self._is_stateless(start, token.i)):
            country, by = None, by or ("stateless group" if role.kind != "organisation" else None)
        if named is not None and named.acts_for_itself and noun in ("leader", "spokesman", "spokeswoman", "chief"):
            sectors = named.sectors
        owner = organisation_of(token)
        if owner is not None and "GOV" in sectors:
            sectors, country, by = owner.sectors, owner.code, "of an organisation"
        if role.code is not None and (country is None or role.kind != "person"):
            country, by = role.code, f"roles:{noun}"
        members = self._countries_named(token)
        if len(members) > 1 and country is not None:
            country, by = None, "several named"
        else:
            members = ()
        mention = Mention(start, token.i + 1, token.i, "nominal", self.doc[start : token.i + 1].text, kind, country,
                          sectors, noun if role.kind in PERSON_OFFICES else None, by, role=noun,
                          members=members)  # fmt: skip
        mention.is_plural = token.tag_ in ("NNS", "NNPS")
        mention.bare = by is None
        mention.is_former = "OPP" not in sectors and says_former(self.doc, start, token.i)
        mention.accredited_to = self._accreditation(token)
        if mention.office and mention.accredited_to:
            mention.office = f"{noun} to {self._accreditation_name(token)}"
        if mention.is_former:
            mention.sectors = ("ELI",)
        return mention

    def _countries_named(self, head: Token) -> tuple[str, ...]:
        """Countries coordinated in the phrase ("officials of India and Pakistan", "Russian and American envoys")."""
        tokens = [c for c in head.lefts if c.dep_ in ("amod", "poss", "compound", "nmod")]
        tokens += [o for p in head.rights if p.dep_ == "prep" and p.lower_ in ("of", "from") for o in p.children]
        for token in tokens:
            if any(c.dep_ == "conj" for c in token.children):
                entries = [self._entry_at(t) for t in (token, *token.conjuncts)]
                found = tuple(dict.fromkeys(e.country for e in entries if e is not None and e.country))
                if len(found) > 1:
                    return found
        return ()

    def _is_stateless(self, start: int, head: int) -> bool:
        """Whether an adjective takes the group from the state's hands ("Kurdish-led", "pro-Russian", "rebel")."""
        return head > start and _stateless().search(self.doc[start:head].text.lower()) is not None


def _is_language(token: Token) -> bool:
    """Whether an adjective that stands alone is what somebody speaks ("in Hebrew and English", "speaks Dutch")."""
    while token.dep_ == "conj":
        token = token.head
    if token.dep_ == "pobj":
        return token.head.lower_ in ("in", "into") and not any(c.dep_ == "det" for c in token.lefts)
    return token.dep_ == "dobj" and lemma(token.head) in ("speak", "learn", "teach", "study")


@cache
def _stateless() -> re.Pattern[str]:
    """Any of the words, those with a hyphen before them ("-led") as ends of others."""
    marks = sorted(words("actors", "stateless"))
    return re.compile("|".join(re.escape(mark) if mark.startswith("-") else rf"\b{mark}\b" for mark in marks))


def _head_of(doc: Doc, first: int, stop: int) -> int:
    """Index of the token in the span whose syntactic head lies outside it; the last one where there is no parse."""
    if not doc[first].pos:
        return stop - 1
    for token in reversed(doc[first:stop]):
        if token.head.i == token.i or not first <= token.head.i < stop:
            return int(token.i)
    return stop - 1
