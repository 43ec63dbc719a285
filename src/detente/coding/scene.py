"""The domestic scene: whose "the army", "police" or "parliament" is where the words name no country.

Never a guess (codebook): a country is given only where the clause says whose it is ("Kenya is sending soldiers") or
where one state carries the article. What acts abroad by its nature ("diplomats", "the embassy") takes none.
"""

from __future__ import annotations

from collections import defaultdict

from spacy.tokens import Token

from detente.coding.cast import Cast, Mention
from detente.coding.offices import offices
from detente.coding.words import words
from detente.reading import lemma
from detente.reading.datelines import dateline_states

DOMESTIC_SECTORS = frozenset({"GOV", "MIL", "COP", "LEG", "JUD", "SPY", "OPP"})
# Sectors of those who act where they are, which the dateline tells.
ON_THE_SPOT = frozenset({"JUD", "COP"})
NO_STATES = frozenset({"IGO", "UNO", "EUR", "NGO", "MNC", "IMG"})
# A state carries an article that has at least this weight, and as many times the weight of any other.
LEAST_WEIGHT, LEAD = 2.0, 2.0
FIRST_SENTENCE, DIRECTION = 2.0, 0.5
# Words of a sentence before the noun that are looked through for another state.
LOOK_BACK = 60
SUBJECTS = frozenset({"nsubj", "nsubjpass"})
DATELINE_ENDS = frozenset({"-", "--", "–", "—", ":"})


class Scene:
    """Countries of one article by how much of it they carry; taken before mentions are joined."""

    def __init__(self, cast: Cast, sentence_of: list[int]) -> None:
        self.cast, self._sentence_of = cast, sentence_of
        weights = _weights(cast, sentence_of)
        self.country = _carrier(weights)
        self.dateline = _of_dateline(cast.doc.text, weights)
        """The state of the dateline, where the article goes on to tell of it."""

    def country_for(self, mention: Mention) -> str | None:
        """Country of a mention that names none, None where neither its clause nor the article says one."""
        token = self.cast.doc[mention.head]
        if mention.home:
            return self.dateline or (self._of_article(token) if mention.home == "told" else None)
        if not is_official(mention) or _names_no_actor(token):
            return None
        country = self._of_clause(token)
        if country is None and "spokes" in (mention.role or ""):
            country = self._just_named(token)
        if country is not None or acts_abroad(mention):
            return country
        return self._of_article(token) or (self.dateline if set(mention.sectors) <= ON_THE_SPOT else None)

    def _of_article(self, token: Token) -> str | None:
        """The state that carries the article, unless another acts earlier in the sentence, whose they may be."""
        for index in range(token.i - 1, max(token.i - LOOK_BACK, -1), -1):
            if self._sentence_of[index] != self._sentence_of[token.i]:
                break
            mention = self.cast.at(index) if _acts(self.cast.doc[index]) else None
            if mention is not None and mention.country not in NO_STATES | {None, self.country}:
                return None
        return self.country

    def _just_named(self, token: Token) -> str | None:
        """The state that alone acts in the sentence before, of the same line ("Israel wants it. A spokesman ...")."""
        here, found = self._sentence_of[token.i], set()
        for index in range(token.sent.start - 1, max(token.sent.start - LOOK_BACK, -1), -1):
            if self._sentence_of[index] != here - 1 or "\n" in self.cast.doc[index].text:
                break
            mention = self.cast.at(index) if _acts(self.cast.doc[index]) else None
            if mention is not None and mention.country and mention.country not in NO_STATES:
                found.add(mention.country)
        return found.pop() if len(found) == 1 else None

    def _of_clause(self, token: Token) -> str | None:
        """Country of who commands or addresses it, of the place where it acts, or of what it is named together with."""
        verb = token.head
        if token.dep_ in ("dobj", "dative") and lemma(verb) in words("actors", "own"):
            subject = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
            if subject is None and verb.dep_ in ("xcomp", "ccomp", "conj"):
                subject = self._subject_above(verb)
            commander = self.cast.at(subject) if subject is not None else None
            is_envoy = commander is not None and acts_abroad(commander) and not commander.is_plural
            return self._country_at(subject) if subject is not None and not is_envoy else None
        if token.dep_ in SUBJECTS and verb.dep_ == "relcl" and any(c.lower_ == "where" for c in verb.children):
            return self._country_at(verb.head)
        if token.dep_ in SUBJECTS and lemma(token) in words("actors", "on_the_spot"):
            return self._country_of_place(verb)
        if token.dep_ == "conj":
            return self._country_at(token.head, nominal=True)
        return None

    def _country_of_place(self, verb: Token) -> str | None:
        """The one state whose places the verb's clause names ("police fired into the air in Kisumu")."""
        inner = {t.i for c in verb.children if c.dep_ not in ("conj", "nsubj", "ccomp") for t in c.subtree}
        mentions = [self.cast.at(i) for i in inner]
        found = {m.country for m in mentions if m is not None and _is_place(m)}
        return found.pop() if len(found) == 1 else None

    def _subject_above(self, verb: Token) -> Token | None:
        """Who is told to do it ("told Abadi to send troops"), else who wants to."""
        above = verb.head
        kind = ("dobj", "dative") if verb.dep_ in ("xcomp", "ccomp") else SUBJECTS
        found = next((c for c in above.children if c.dep_ in kind), None)
        return found or next((c for c in above.children if c.dep_ in SUBJECTS), None)

    def _country_at(self, token: Token, nominal: bool = False) -> str | None:
        mention = self.cast.at(token)
        if mention is None or (nominal and mention.form != "nominal"):
            return None
        country = self.cast.country_of(mention)
        return country if country not in NO_STATES else None


def _acts(token: Token) -> bool:
    """Whether the word is a subject or says whose the subject is ("an Israeli strike killed a commander")."""
    return token.dep_ in SUBJECTS or (token.dep_ in ("amod", "poss", "compound") and token.head.dep_ in SUBJECTS)


def is_official(mention: Mention) -> bool:
    """Whether the words mean an office, an organ or the people of some state."""
    role = (mention.role or "").lower()
    return bool(set(mention.sectors) & DOMESTIC_SECTORS) or mention.is_former or role in words("actors", "at_home")


def acts_abroad(mention: Mention) -> bool:
    """Whether the article's state need not be theirs ("diplomats", "the embassy", "two presidents")."""
    role = (mention.role or "").lower()
    return role in words("actors", "abroad") or (mention.is_plural and role in offices())


def _names_no_actor(token: Token) -> bool:
    """Whether the noun is a predicate ("six were soldiers") or a matter ("opposition to", "the journey to justice")."""
    if token.dep_ in ("attr", "oprd"):
        return True
    is_bare = token.tag_ == "NN" and not any(
        c.dep_ in ("det", "poss", "nummod", "amod", "compound") for c in token.lefts
    )
    return is_bare and token.dep_ != "appos" and token.lower_ not in words("actors", "without_article")


def _is_place(mention: Mention) -> bool:
    """Whether the mention is a city, or a capital rather than its government's deeds abroad."""
    return mention.form == "name" and (mention.kind == "place" or mention.is_place or "GOV" in mention.sectors)


def _weights(cast: Cast, sentence_of: list[int]) -> dict[tuple[int, str], float]:
    """Weight of each state in each sentence: the first counts twice, places to come from or go to by half."""
    best: dict[tuple[int, str], float] = {}
    last_of_first = 1 if _begins_with_dateline(cast, sentence_of) else 0
    for mention in cast.mentions:
        if mention.country is None or mention.country in NO_STATES or mention.head < 0:
            continue
        token = cast.doc[mention.head]
        weight = DIRECTION if token.dep_ == "pobj" and token.head.lower_ in ("to", "from", "into", "with") else 1.0
        key = (sentence_of[mention.head], mention.country)
        best[key] = max(best.get(key, 0.0), weight * (FIRST_SENTENCE if key[0] <= last_of_first else 1.0))
    return best


def _begins_with_dateline(cast: Cast, sentence_of: list[int]) -> bool:
    """Whether the first sentence is no more than a dateline, which a dash or a colon ends."""
    end = next((i for i, number in enumerate(sentence_of) if number), 0)
    return end > 1 and cast.doc[end - 1].orth_ in DATELINE_ENDS


def _of_dateline(text: str, weights: dict[tuple[int, str], float]) -> str | None:
    """The one state of the dateline, where none is named twice as much after it."""
    states = dateline_states(text[: text.find("\n")] if "\n" in text else text)
    if len(states) != 1:
        return None
    state, found = next(iter(states)), _by_state(weights)
    most = max(found.values(), default=0.0)
    return state if found.get(state, 0.0) and LEAD * found[state] >= most else None


def _by_state(weights: dict[tuple[int, str], float]) -> dict[str, float]:
    found: dict[str, float] = defaultdict(float)
    for (_, country), weight in weights.items():
        found[country] += weight
    return dict(found)


def _carrier(weights: dict[tuple[int, str], float]) -> str | None:
    ranked = sorted(_by_state(weights).items(), key=lambda item: -item[1])[:2]
    if not ranked or ranked[0][1] < LEAST_WEIGHT:
        return None
    if len(ranked) > 1 and ranked[0][1] < LEAD * ranked[1][1]:
        return None
    return ranked[0][0]
