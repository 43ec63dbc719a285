"""Whose a noun phrase is: countries from possessors, adjectives, prepositions and appositions."""

from __future__ import annotations

from spacy.tokens import Token

from detente.actors.gazetteer import Entry, Role, gazetteer
from detente.coding.names import NameReader
from detente.coding.nouns import MODIFIERS, first_of_hyphenated, role_phrase, roles_of
from detente.coding.words import words

# Beginnings of the nouns for those who are sent to another state.
SENT = ("ambassador", "envoy", "consul", "representative", "diplomat")
OFFICIAL_SECTORS = frozenset({"GOV", "LEG", "JUD", "COP"})


class Belonging(NameReader):
    """Countries of phrases, and the countries that envoys are sent to."""

    def _country_of_phrase(self, head: Token, role: Role | None) -> tuple[str | None, str | None]:
        """Country from possessor, adjective or compound (the leftmost), else from "of", "from", "in", apposition."""
        joined = self.doc[first_of_hyphenated(head)]
        before = [*head.lefts] if joined.i == head.i else [*head.lefts, *joined.lefts]
        for child in sorted((c for c in before if c.dep_ in MODIFIERS), key=lambda c: c.i):
            found = self._country_of_modifier(child)
            if found is not None:
                return found
        for child in head.rights:
            if child.dep_ == "prep" and not _is_owned(head):
                found = self._country_of_preposition(child, role)
                if found is not None:
                    return found
        for child in head.rights:
            if child.dep_ == "appos":
                found = self._country_of_appositive(child)
                if found is not None:
                    return found
        return None, None

    def _country_of_modifier(self, child: Token) -> tuple[str | None, str] | None:
        for token in sorted(child.subtree, key=lambda t: t.i):
            if token.dep_ in ("pobj", "relcl"):
                continue
            if _only_backs(token):
                continue
            entry = self._entry_at(token)
            if entry is not None and _is_part_of_name(entry, token):
                return None
            if entry is not None and (entry.country or entry.table in ("groups", "bodies")):
                return entry.country, entry.resolved_by
            earlier = self._bearer(token.text, token.i)
            if earlier is not None and earlier.country:
                return earlier.country, f"of {earlier.name}"
        return None

    def _country_of_preposition(self, prep: Token, role: Role | None) -> tuple[str | None, str] | None:
        allowed = {"of", "from"}
        if role is not None:
            if role.noun.startswith(("spokes", "adviser", "advisor", "lawyer", "aide")):
                allowed |= {"for", "to", "at", "with"}
            elif prep.lower_ == "with" and role.kind == "person" and self._is_organisation_at(prep):
                allowed.add("with")
            allowed.add("at")
            if self._is_at_home(prep.head, role):
                allowed.add("in")
        if prep.lower_ not in allowed:
            return None
        for token in prep.children:
            if token.dep_ == "pobj":
                entry = self._entry_at(token)
                if entry is not None:
                    is_group = entry.table == "groups" or entry.acts_for_itself
                    return (entry.country, entry.resolved_by) if entry.country or is_group else None
                country, by = self._place_of_work(token) or self._country_of_phrase(token, roles_of(token))
                if by is not None:
                    return country, by
        return None

    def _place_of_work(self, token: Token) -> tuple[str | None, str] | None:
        """Where a hospital or school stands that bears another's name ("the Saudi hospital in El Fasher")."""
        role = roles_of(token)
        if role is None or not set(role.sectors) & {"EDU", "MED"}:
            return None
        places = [o for p in token.rights if p.lower_ == "in" for o in p.children if o.dep_ == "pobj"]
        entry = self._entry_at(places[0]) if places else None
        return (entry.country, entry.resolved_by) if entry is not None and entry.country else None

    def _is_organisation_at(self, prep: Token) -> bool:
        """Whether a preposition leads to an organisation ("a nurse with Doctors Without Borders")."""
        entries = [self._entry_at(t) for t in prep.children if t.dep_ == "pobj"]
        return any(e is not None and e.kind == "organisation" and e.table == "bodies" for e in entries)

    def _is_at_home(self, head: Token, role: Role) -> bool:
        """Whether a place says whose it is: officials and residents are of where they are, troops and a man are not."""
        sectors = set(role.sectors)
        if role.noun.startswith(SENT):
            return False
        if role.kind == "office" or sectors & OFFICIAL_SECTORS:
            return True
        if sectors & {"EDU", "MED"}:
            return True
        return not sectors & {"MIL", "REF"} and not (role.kind == "person" and head.tag_ in ("NN", "NNP"))

    def _country_of_appositive(self, token: Token) -> tuple[str | None, str] | None:
        if role_phrase(token) is None:
            return None
        country, by = self._country_of_phrase(token, roles_of(token))
        return (country, by) if by is not None else None

    def _accreditation(self, head: Token) -> str | None:
        """Country to which an envoy is sent ("ambassador to the United States")."""
        entry = self._accreditation_entry(head)
        return entry.country if entry else None

    def _accreditation_name(self, head: Token) -> str:
        entry = self._accreditation_entry(head)
        return "" if entry is None else f"the {entry.name}" if entry.name.startswith("United") else entry.name

    def _accreditation_entry(self, head: Token) -> Entry | None:
        role = roles_of(head)
        if role is None or not role.noun.startswith(SENT):
            return None
        for prep in head.rights:
            if prep.dep_ == "prep" and (prep.lower_ in ("to", "in") or (prep.lower_ == "from" and _is_owned(head))):
                for token in prep.children:
                    entry = self._entry_at(token) if token.dep_ == "pobj" else None
                    if entry is not None and entry.country:
                        return entry
        return None


def _is_owned(head: Token) -> bool:
    """Whether a pronoun says whose it is: "recalled its ambassador from Lima" tells where the envoy was."""
    return any(child.tag_ == "PRP$" for child in head.lefts)


def _is_part_of_name(entry: Entry, token: Token) -> bool:
    """Whether a continent stands in an organisation's own name ("the Central European University")."""
    role = roles_of(token.head)
    is_continent = entry.table == "bodies" and entry.kind == "group" and token.dep_ in ("compound", "amod", "nmod")
    return is_continent and role is not None and role.kind == "organisation" and token.head.text[0].isupper()


def _only_backs(token: Token) -> bool:
    """Whether the name stands in a compound that tells who backs or holds the group ("the UN-backed government")."""
    doc, at = token.doc, token.i + 1
    return at + 1 < len(doc) and doc[at].orth_ == "-" and doc[at + 1].lower_ in words("actors", "backed")


def accreditation_of(office: str | None) -> str | None:
    """Country in "ambassador to the United States"."""
    if not office or " to " not in office:
        return None
    name = office.split(" to ", 1)[1].removeprefix("the ")
    entries = gazetteer().names.get(name, ())
    return next((e.country for e in entries if e.table == "countries"), None)
