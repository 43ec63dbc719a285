"""Persons: office-holders of the tables, and names that no table holds."""

from __future__ import annotations

import re

from spacy.tokens import Token

from detente.actors.gazetteer import METONYM, NAME, Entry, Role
from detente.coding.belonging import Belonging, accreditation_of
from detente.coding.cast import Mention
from detente.coding.names import current_term, is_over, titles
from detente.coding.nouns import PERSON_OFFICES, SELF_STANDING, role_phrase, says_former

_CAPITALISED = re.compile(r"[^\W\d_a-z]")


class PersonFinder(Belonging):
    """Mentions of persons by name."""

    def _holder(self, token: Token, entry: Entry, first: int, stop: int) -> Mention:
        start = self._left_edge(token, first)
        while start - 1 in self._swallowed:
            start -= 1
        mention = Mention(start, stop, token.i, "person", entry.name, "person", entry.country, entry.sectors,
                          entry.office, entry.resolved_by)  # fmt: skip
        said = says_former(self.doc, max(start - 1, 0), first)
        if said or (self.day and current_term(entry.name, self.day) is None):
            mention.is_former = said or is_over(entry.name, self.day)
        mention.accredited_to = self._accreditation(token) or accreditation_of(mention.office)
        if mention.is_former:
            mention.sectors = ("ELI",)
            mention.office = f"former {entry.office}"
        else:
            current = current_term(entry.name, self.day)
            if current is not None:
                mention.office, mention.country, mention.sectors = current.office, current.country, current.sectors
        self._remember(mention)
        return mention

    def _person(self, token: Token) -> Mention | None:
        """A person's name that no table holds: several capitalised words, or a title, or a surname seen before."""
        first = token.i
        while first and self.doc[first - 1].pos_ == "PROPN" and self.doc[first - 1].head.i in range(first, token.i + 1):
            if self.doc[first - 1].i in self._match_at or role_phrase(self.doc[first - 1]) is not None:
                break
            first -= 1
        parts = [t for t in self.doc[first : token.i + 1] if t.lower_ not in titles()]
        if not parts or not all(_CAPITALISED.match(t.text) for t in parts):
            return None
        name = " ".join(t.text for t in parts)
        earlier = self._full_names.get(parts[-1].text) if len(parts) == 1 else None
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
        self._remember(mention)
        return mention

    def _apply_role(self, mention: Mention, noun: str, role: Role, head: Token) -> None:
        mention.role, mention.office, mention.sectors = noun, noun, role.sectors
        if mention.country is None or head.i != mention.head:
            country, by = self._country_of_phrase(head, role)
            if country or mention.country is None:
                mention.country, mention.resolved_by = country, by
        if set(role.sectors) & SELF_STANDING:
            mention.country = None
        accredited = self._accreditation(head)
        if accredited:
            mention.accredited_to = accredited
            mention.office = f"{noun} to {self._accreditation_name(head)}"
        elif role.kind in PERSON_OFFICES:
            mention.office = self._office_text(head, noun)
        if says_former(self.doc, max(head.left_edge.i, 0), head.i + 1):
            mention.is_former, mention.sectors = True, ("ELI",)

    def _office_text(self, head: Token, noun: str) -> str:
        """Office with its institution: "Kremlin spokesman", "White House press secretary"."""
        parts = [noun]
        index = head.i - noun.count(" ") - 1
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

    def _has_title(self, first: int) -> bool:
        return bool(first) and self.doc[first - 1].lower_ in titles()

    def _role_of_person(self, token: Token, first: int) -> tuple[str, Role, Token] | None:
        """Role before the name ("Kremlin spokesman X"), in apposition, or as its head ("the spokesman, X")."""
        if first:
            phrase = role_phrase(self.doc[first - 1])
            if phrase is not None:
                return (*phrase, self.doc[first - 1])
        nearby = [c for c in token.children if c.dep_ == "appos"]
        if token.dep_ == "appos":
            nearby.append(token.head)
        for other in nearby:
            phrase = role_phrase(other)
            if phrase is not None:
                return (*phrase, other)
        return None

    def _remember(self, mention: Mention) -> None:
        surname = mention.name.split()[-1]
        self._full_names.setdefault(self.doc[mention.head].text, mention)
        self._full_names.setdefault(surname, mention)

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


def _looks_like_person(token: Token) -> bool:
    """Whether an unknown proper name is used as a person: it speaks, acts, or is set off by a description."""
    if token.ent_type_ == "PERSON":
        return True
    if token.dep_ in ("nsubj", "nsubjpass", "agent", "appos", "poss") or any(c.dep_ == "appos" for c in token.children):
        return True
    return token.dep_ in ("dobj", "pobj", "conj")
