"""Two sides in one phrase: "both countries", "the two ministers", "the neighbours", "each side"."""

from __future__ import annotations

from spacy.tokens import Token

from detente.coding.anaphora import PAIR_NOUNS, SUBJECTS
from detente.coding.cast import CastActor, Mention
from detente.coding.offices import country_name
from detente.coding.pronouns import PronounResolver
from detente.coding.structure import agents, children, patients
from detente.reading import lemma

# Nouns that with "the" alone mean the two that the article is of.
OPPOSED = frozenset(["neighbour", "neighbor", "rival", "foe", "enemy"])
# Nouns of states only: the body that speaks to "both countries" is none of them.
STATE_NOUNS = frozenset(PAIR_NOUNS - {"side", "party", "power", "official", "people", "man"})
BODIES = frozenset({"IGO", "UNO", "EUR"})
NO_SIDES = frozenset({"NGO", "MNC", "IMG", "ISM"})
# Sentences in which a pair once named stays the one that is meant.
STAYS = 4
# What a naming weighs for each sentence that it is further back.
FADES = 0.5
# What it weighs as a place where something happens, or in an adjective.
IN_PASSING = 0.4
# What it weighs where a state's people are named, not the state.
BY_PEOPLE = 0.9
# Clauses whose parties need not be those of the clause above.
APART = frozenset({"advcl", "relcl", "acl"})


class PairResolver(PronounResolver):
    """Finds which two states a phrase means that names none."""

    def _is_pair(self, token: Token, role: str) -> bool:
        """ "both leaders", "the two ministers", "the presidents" without further description."""
        determiners = {c.lower_ for c in token.lefts}
        noun = role.split()[-1] if role else ""
        if any(c.dep_ == "poss" for c in token.children):
            return noun == "counterpart" and bool(determiners & {"two", "both"})  # "telephoned his two counterparts"
        if noun not in PAIR_NOUNS or any(c.dep_ in ("prep", "relcl") for c in token.children):
            return False
        is_bare = not any(c.dep_ in ("amod", "compound") for c in token.children)
        return bool(determiners & {"two", "both"}) or (
            is_bare and "the" in determiners and noun in ("president", "leader", "minister")
        )

    def _is_pair_of_states(self, token: Token) -> bool:
        """Whether a noun that is no role means two states ("both sides", "the neighbours", "each side")."""
        if lemma(token) not in PAIR_NOUNS:
            return False
        words = {c.lower_ for c in token.lefts}
        if token.tag_ == "NN":
            return "each" in words and token.lower_ in ("side", "country", "party", "government")
        if token.tag_ != "NNS":
            return False
        is_bare = not any(c.dep_ in ("prep", "relcl", "poss", "amod", "compound") for c in token.children)
        return bool(words & {"two", "both", "three"}) or ("the" in words and is_bare and lemma(token) in OPPOSED)

    def _named_together(self, owner: CastActor, token: Token) -> list[str]:
        """Countries of the states that are named in one phrase with whose "their leaders" seem to be."""
        if owner.kind != "state" or not any(c.lower_ == "their" for c in token.lefts):
            return []
        last = next((m for m in reversed(self._order) if m.actor == owner.index and m.form == "name"), None)
        if last is None:
            return []
        head = self.doc[last.head]
        mentions = [self.cast.at(t) for t in sorted([head, *head.conjuncts], key=lambda t: t.i)]
        states = [m.country for m in mentions if m is not None and m.country and m.kind == "state"]
        return list(dict.fromkeys(states)) if 1 < len(states) == len(mentions) else []

    def _pair_of(self, token: Token) -> None:
        """The two whose "their" meeting it is, whoever of them speaks of it."""
        countries = self._two(token, set())
        if countries is not None:
            self._stand_for(token, countries, None)
        else:
            self._pronoun(token)

    def _pair(self, token: Token, known: Mention | None = None) -> None:
        """The two countries that are meant, as one mention; `known` is used for it where the noun has one already."""
        apart = self._who_deal_with(token)
        countries = self._two(token, apart) or self._two(token, set())
        if countries is not None:
            self._stand_for(token, countries, known)

    def _stand_for(self, token: Token, countries: list[str], known: Mention | None) -> None:
        names = " and ".join(sorted(country_name(c) for c in countries))
        mention = known or Mention(token.left_edge.i, token.i + 1, token.i, "nominal", names, "group")
        mention.name, mention.kind, mention.resolved_by = names, "group", "the two named last"
        mention.members, mention.country, mention.bare = tuple(countries), None, False
        self._join(mention, self._actor(("pair", *sorted(countries)), mention))
        if known is None:
            self.cast.add(mention)

    def _two(self, token: Token, apart: set[str]) -> list[str] | None:
        """The two countries named most of late but for those apart; the pair named last, unless two came since."""
        no_sides = NO_SIDES | (BODIES if lemma(token) in STATE_NOUNS else set()) | apart
        here = self._sentence_of[token.i]
        weights: dict[str, float] = {}
        best: dict[tuple[str, int], float] = {}
        for earlier in reversed(self._order):
            actor, distance = self.cast.actors[earlier.actor], here - self._sentence_of[earlier.head]
            if earlier.members and earlier.resolved_by == "the two named last":
                if len(weights) < 2 and distance <= STAYS and not set(earlier.members) & no_sides:
                    return list(earlier.members)
                continue
            if distance > STAYS and len(weights) >= 2:
                break
            if earlier.kind != "place" and actor.country and actor.country not in no_sides:
                is_aside = earlier.is_place or earlier.form == "adjective"
                weight = FADES**distance * (IN_PASSING if is_aside else 1.0 if earlier.form == "name" else BY_PEOPLE)
                key = (actor.country, distance)  # a sentence names a country once, however often
                best[key] = max(best.get(key, 0.0), weight)
                weights[actor.country] = sum(w for (country, _), w in best.items() if country == actor.country)
        found = sorted(weights, key=lambda country: -weights[country])[:2]
        return found if len(found) == 2 else None

    def _who_deal_with(self, token: Token) -> set[str]:
        """Countries of who acts on the pair, or speaks of it, in its sentence: "France urged both sides"."""
        found: set[str] = set()
        below = token
        for above in token.ancestors:
            if above.pos_ not in ("VERB", "AUX"):
                continue
            if below.dep_ in APART or (below.dep_ == "conj" and children(below, *SUBJECTS)):
                break
            below = above
            own = token.dep_ in SUBJECTS and token.head.i == above.i
            others = patients(above) if token.dep_ == "pobj" else []  # "the envoy was thanked by both presidents"
            for doer in [] if own else [*agents(above), *others]:
                mention = self.cast.at(doer) if doer.i < token.i else None
                country = self.cast.country_of(mention) if mention is not None else None
                found |= {country} if country else set()
        return found
