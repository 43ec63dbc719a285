"""Who is meant by a token: the actors that it names, holds, or has beside it."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Doc, Span, Token

from detente.coding.cast import Cast, Mention
from detente.coding.fitting import acts_elsewhere
from detente.coding.structure import agents, is_anothers, patients, pobjs, stand_apart, with_conjuncts
from detente.reading import lemma

BORDERS = frozenset({"border", "frontier", "boundary"})


class SideFinder:
    """Reads sides off one Doc whose mentions are known."""

    def __init__(self, doc: Doc, cast: Cast) -> None:
        self.doc, self.cast = doc, cast

    def _actors_of(self, tokens: Iterable[Token], deep: bool, places: bool = False) -> list[Mention]:
        found: list[Mention] = []
        for token in tokens:
            mention = self.cast.at(token)
            if mention is not None and mention.actor >= 0:
                if not (mention.is_place and not places) or (mention.country is not None and places):
                    found += self._of_a_pair(mention, token) or self.cast.expand(mention)
            elif deep:
                found += self._inside(token, ("of", "by", "from", "between"))
        unique: list[Mention] = []
        for mention in found:
            if not any(m is mention or m.actor == mention.actor for m in unique):
                unique.append(mention)
        return unique

    def _of_a_pair(self, mention: Mention, token: Token) -> list[Mention]:
        """Both sides of whom the people are ("commanders of both armies")."""
        if mention.form != "nominal" or not mention.is_plural:
            return []
        owners = [self.cast.at(t) for t in pobjs(token, "of", "from")]
        return [m for owner in owners if owner is not None and owner.members for m in self.cast.expand(owner)]

    def _inside(self, noun: Token, prepositions: tuple[str, ...], depth: int = 0) -> list[Mention]:
        """Actors in a noun that is none itself: its possessor and adjectives first, then its prepositions."""
        if lemma(noun) in BORDERS:  # "its frontier with Russia": who moves there means the neighbour
            beyond = [m for t in pobjs(noun, "with") if (m := self.cast.at(t)) is not None and m.actor >= 0]
            if beyond:
                return beyond
        for child in noun.lefts:
            if child.dep_ in ("poss", "amod", "compound", "nmod"):
                mention = self.cast.at(child)
                if mention is not None and mention.actor >= 0:
                    return [mention]
                if depth < 2 and child.dep_ == "poss":
                    inner = self._inside(child, prepositions, depth + 1)
                    if inner:
                        return inner
        if noun.pos_ == "PROPN":  # "the Mavi Marmara, a Turkish ship"
            for other in (c for c in noun.rights if c.dep_ == "appos" and depth < 2):
                inner = self._inside(other, (), depth + 1)
                if inner:
                    return inner
        if "by" in prepositions:  # "opposition to the recognition of the region by Russia"
            prepositions = ("by", *(p for p in prepositions if p != "by"))
        for preposition in prepositions:
            found = []
            for token in pobjs(noun, preposition):
                mention = self.cast.at(token)
                if mention is not None and mention.actor >= 0:
                    found.append(mention)
                elif depth < 2 and token.i != noun.i:
                    found += self._inside(token, prepositions, depth + 1)
            if found:
                return found
        return []

    def _modifier_heads(self, child: Token) -> list[Token]:
        """The modifier, what is coordinated with it, and its own modifiers ("US troop withdrawal")."""
        return [t for m in with_conjuncts(child) for t in (*(c for c in m.lefts if c.dep_ in ("compound", "amod")), m)]

    def _in(self, sentence: Span) -> list[Mention]:
        return [m for m in self.cast.mentions if sentence.start <= m.head < sentence.end]

    def _nearest_other(
        self, token: Token, known: list[Mention], wants_agent: bool, places: bool, event: str
    ) -> Mention | None:
        sides = {self.cast.country_of(m) for m in known}
        is_measure, is_said = event == "SANCTION", wants_agent and event in ("ACCUSE", "REQUEST")
        best, best_distance = None, 1_000
        sentence = token.sent
        for mention in self.cast.mentions:
            if not sentence.start <= mention.head < sentence.end or mention.actor < 0:
                continue
            country = self.cast.country_of(mention)
            if country is None or country in sides or (wants_agent and (mention.is_place or mention.head > token.i)):
                continue
            if mention.is_place and (mention.kind == "place" or not places):
                continue
            if acts_elsewhere(self.doc[mention.head], token):
                continue
            word = self.doc[mention.head]
            if is_said and any(o.is_ancestor(word) for o in patients(token)):
                continue  # "the sale to Uganda was criticised": not by Uganda
            if stand_apart(word, token) or (is_measure and is_anothers(word, token)):
                continue
            distance = abs(mention.head - token.i) + (0 if mention.head > token.i or wants_agent else 6)
            if distance < best_distance:
                best, best_distance = mention, distance
        return best

    def _side_before(self, token: Token, known: list[Mention]) -> Mention | None:
        """The only other state of the sentence before ("Ecuador stormed the embassy of Mexico. Mexico broke ties.")."""
        start = token.sent.start
        if not start or any(m.actor >= 0 and m.country for m in self._in(token.sent) if not is_among(m, known)):
            return None
        sides = {self.cast.country_of(m) for m in known}
        others: dict[str, Mention] = {}
        for mention in self._in(self.doc[start - 1].sent):
            country = self.cast.country_of(mention) if mention.actor >= 0 else None
            if country and country not in sides and not mention.is_place:
                others.setdefault(country, mention)
        return next(iter(others.values())) if len(others) == 1 else None

    def _accredited(self, verb: Token) -> list[Mention]:
        return self._sent_to([*agents(verb), *patients(verb)])

    def _sent_to(self, envoys: list[Token]) -> list[Mention]:
        """The state that an envoy is sent to, as far as the text or the tables say."""
        for token in envoys:
            mention = self.cast.at(token)
            if mention is not None and mention.accredited_to:
                return [self._country_mention(mention, token)]
            for inner in pobjs(token, "to", "in", "from"):
                other = self.cast.at(inner)
                if other is not None and other.country:
                    return [other]
        return []

    def _country_mention(self, mention: Mention, token: Token) -> Mention:
        """Mention of the state an envoy is sent to, where it stands in the phrase; else a stand-in at the envoy."""
        for inner in token.subtree:
            other = self.cast.at(inner)
            if other is not None and other.country == mention.accredited_to:
                return other
        for other in self.cast.mentions:
            if other.country == mention.accredited_to and other.form == "name":
                return other
        return mention


def is_among(mention: Mention, sources: list[Mention]) -> bool:
    return any(m is mention or (m.actor == mention.actor and m.actor >= 0) for m in sources)


def parties(sources: list[Mention], targets: list[Mention]) -> list[Mention]:
    """All parties of a reciprocal event, where there are at least two."""
    found: list[Mention] = []
    for mention in [*sources, *targets]:
        if not any(m.actor == mention.actor for m in found):
            found.append(mention)
    return found if len(found) >= 2 or any(m.members for m in found) else []
