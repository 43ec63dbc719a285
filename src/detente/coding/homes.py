"""Homes of private persons: "a Kabul-based dentist", "a barber from Kirkuk", "who sells tea in El Fasher".

Somebody whom no office and no organisation explains is of the place where the text says that he lives or works.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from spacy.tokens import Token

from detente.actors.gazetteer import CAPITAL, CITY, NAME, PROVINCE, Role, name_words
from detente.coding.belonging import Belonging
from detente.coding.cast import Mention
from detente.coding.nouns import role_phrase
from detente.coding.words import words, words_by_key
from detente.reading import lemma

PLACE_FORMS = frozenset({NAME, CAPITAL, CITY, PROVINCE})
OF_PLACES = frozenset({"from", "in", "near", "outside"})
OF_LIVING = OF_PLACES | {"at", "around", "on", "above", "across", "behind", "beside", "by"}
# Sectors whose bearers are of where they live and work; soldiers, reporters and officials may be sent there.
PRIVATE = frozenset({"CVL", "LAB", "AGR", "MED", "EDU", "BUS"})
# Sectors whose bearers the article's state may be taken for, where no place is told at all.
LOCAL = frozenset({"CVL", "LAB", "AGR", "MED"})
INNER_CLAUSES = frozenset({"relcl", "advcl", "acl", "ccomp", "conj"})


class Homes(Belonging):
    """Countries and sectors of persons by where they live or work."""

    def _settle_at_home(self, mention: Mention, token: Token, described: Token | None) -> None:
        """Give a person without a country that of the home told; one that the tables lack leaves it to the scene."""
        is_told = mention.country is not None or mention.resolved_by is not None
        if mention.kind != "person" or mention.is_former or is_told:
            return
        is_private = not mention.sectors or set(mention.sectors) <= PRIVATE
        if not is_private or mention.role in words("actors", "strangers"):
            return
        clauses = [c for c in token.rights if c.dep_ == "relcl" and (lives(c) or heads_privately(c))]
        told = [*self._of_phrases(token, described), *(place for c in clauses for place in _places_in(c))]
        for place in told:
            country, by = self._country_at_home(place)
            if country is not None:
                mention.country, mention.resolved_by = country, by
                break
        is_local = bool(told) or bool(clauses) or is_local_role(mention.role, mention.sectors)
        mention.home = "told" if told else "near" if is_local else ""
        if not mention.sectors:
            told_by = next((found for c in clauses if (found := _sectors_of_work(c))), ())
            mention.sectors = told_by if told or told_by != ("CVL",) else ()
            if told and not mention.sectors:
                mention.sectors = ("CVL",)

    def _of_phrases(self, token: Token, described: Token | None) -> Iterator[Token]:
        """Nouns of places beside the name or its description ("X, 24, from Y"; "X, a baker in Y")."""
        for child in token.rights:
            is_apart = child.i > token.i + 1 and self.doc[child.i - 1].orth_ == ","
            if child.dep_ == "prep" and child.lower_ == "from" and (is_apart or token.dep_ == "nsubj"):
                yield from _objects(child)
        nouns = [c for c in token.rights if c.dep_ == "appos"]
        for noun in [*nouns, *([described] if described is not None and described not in nouns else [])]:
            for child in noun.children:
                if child.dep_ == "amod" and child.lower_ == "based" and child.i > 1:
                    yield self.doc[child.i - 2]
                elif child.dep_ == "prep" and child.lower_ in OF_PLACES and child.i > noun.i:
                    yield from _objects(child)

    def _country_at_home(self, place: Token) -> tuple[str | None, str | None]:
        entry = self._entry_at(place)
        if entry is None:
            phrase = role_phrase(place)
            if phrase is None or phrase[1].kind != "organisation":
                return None, None
            country, by = self._country_of_phrase(place, Role(phrase[0], phrase[1].sectors, phrase[1].kind))
            return country, by
        is_place = entry.form in PLACE_FORMS and entry.table in ("countries", "subnational")
        return (entry.country, entry.resolved_by) if is_place else (None, None)


def lives(clause: Token) -> bool:
    """Whether a relative clause tells what somebody does for a living or where he lives."""
    return any(c.lower_ == "who" for c in clause.lefts) and lemma(clause) in _work()


def trade(token: Token) -> tuple[str, Role] | None:
    """A trade that tells who somebody is and stands for no actor alone ("X, a barber")."""
    noun = lemma(token) if token.pos_ == "NOUN" else ""
    sector = next((sector for sector, nouns in words_by_key("trades").items() if noun in nouns), None)
    return (noun, Role(noun, (sector.upper(),), "person")) if sector is not None else None


def heads_privately(clause: Token) -> bool:
    """Whether a relative clause tells of a private body that somebody heads in a place ("the Relief Group in Lima")."""
    if lemma(clause) not in words("actors", "heads") or not any(c.lower_ == "who" for c in clause.lefts):
        return False
    led = next((c for c in clause.rights if c.dep_ == "dobj"), None)
    phrase = role_phrase(led) if led is not None else None
    is_private = phrase is None or set(phrase[1].sectors) <= PRIVATE
    return led is not None and led.text[0].isupper() and is_private and any(c.lower_ == "in" for c in led.rights)


def is_local_role(role: str | None, sectors: tuple[str, ...]) -> bool:
    """Whether somebody in the role is of the place that the news is from ("a driver", "a student")."""
    if role is None or role in words("actors", "strangers"):
        return False
    return role in words("actors", "locals") or (bool(sectors) and set(sectors) <= LOCAL)


def _sectors_of_work(clause: Token) -> tuple[str, ...]:
    sector = _work().get(lemma(clause), "")
    return (sector,) if sector else ()


@cache
def _work() -> dict[str, str]:
    return {verb: sector.upper() for sector, verbs in words_by_key("work").items() for verb in verbs}


def _places_in(clause: Token) -> Iterator[Token]:
    """Capitalised objects of prepositions of place in a clause, not of the clauses within it."""
    for child in clause.rights:
        if child.dep_ in INNER_CLAUSES:
            continue
        for token in child.subtree:
            if token.dep_ == "prep" and token.lower_ in OF_LIVING:
                yield from _objects(token)


def _objects(prep: Token) -> Iterator[Token]:
    for token in prep.children:
        if token.dep_ == "pobj" and token.text[0].isupper() and token.text not in name_words("calendar"):
            yield token
            inner = (c for c in token.rights if c.dep_ == "prep" and c.lower_ == "in")
            for other in inner:
                yield from _objects(other)
