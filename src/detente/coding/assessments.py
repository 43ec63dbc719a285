"""What somebody says a relation is: nouns of relation with two parties and a word that judges them."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Span, Token

from detente.coding.cast import Cast, Mention
from detente.coding.modality import is_negated
from detente.coding.structure import agents, children, pobjs
from detente.coding.words import words
from detente.reading import is_parsed, lemma
from detente.records import Direction


@dataclass(slots=True)
class FoundAssessment:
    """A relation's description; `first` and `last` are the tokens of the words that hold it."""

    pair: tuple[str, str]
    descriptor: str
    direction: Direction | None
    first: int
    last: int


def find_assessments(cast: Cast, sides: list[tuple[int, int, str | None]]) -> list[FoundAssessment]:
    """Assessments in the Doc; `sides` are token ranges of statements with their speaker's country, innermost first."""
    found = []
    for token in cast.doc:
        if not is_parsed(token) or token.pos_ != "NOUN" or lemma(token) not in words("relation", "nouns"):
            continue
        if not _is_asked(token.sent):
            found += _assess(token, cast, sides)
    return found


def _is_asked(sentence: Span) -> bool:
    """Whether the sentence is a question, which says nothing of the relation."""
    return sentence.text.rstrip(" \n\"'”’").endswith("?")


def _assess(noun: Token, cast: Cast, sides: list[tuple[int, int, str | None]]) -> list[FoundAssessment]:
    """What the noun's adjectives say and what its clause says, each an assessment of its own."""
    groups = [group for group in (_adjectives(noun), _predicates(noun)) if group]
    pair = _pair_of(noun, cast, sides) if groups else None
    if pair is None:
        return []
    found = []
    for judging in groups:
        first = min(noun.i, *(t.i for t in judging))
        last = max(noun.i, *(t.i for t in judging))
        if judging[0].i > noun.i:
            first = noun.i
            while (
                first
                and noun.doc[first - 1].dep_ in ("amod", "advmod", "compound")
                and noun.doc[first - 1].sent == noun.sent
            ):
                first -= 1
        found.append(FoundAssessment(pair, _descriptor(noun, judging), _direction(judging), first, last))
    return found


def _lexicon() -> frozenset[str]:
    return words("relation", "worse") | words("relation", "better") | words("relation", "steady")


def _judges(token: Token) -> bool:
    return lemma(token) in _lexicon() or token.lower_ in _lexicon()


def _adjectives(noun: Token) -> list[Token]:
    """Judging adjectives before the noun, those coordinated with them, and a noun above it ("a crisis in ties")."""
    hits = [
        t
        for c in children(noun, "amod", "compound")
        for t in (c, *c.conjuncts, *c.children)
        if _judges(t) and t.i < noun.i
    ]
    head = noun.head
    if noun.dep_ == "pobj" and head.head.pos_ == "NOUN" and _judges(head.head):
        hits.append(head.head)
    return hits


def _predicates(noun: Token) -> list[Token]:
    """Judging words in what is said of the noun; else the verb that it is the object of ("mend ties")."""
    candidates: list[Token] = []
    for child in noun.rights:
        if child.dep_ in ("relcl", "acl"):
            candidates += [child, *_clause_words(child)]
        elif child.dep_ == "prep" and child.lower_ in ("in", "under", "at", "on"):
            candidates += list(child.subtree)
    head = noun.head
    if noun.dep_ in ("nsubj", "nsubjpass") and head.pos_ in ("VERB", "AUX"):
        candidates += [head, *_clause_words(head)]
    elif noun.dep_ == "dobj" and head.pos_ == "VERB":
        candidates += _clause_words(head)
    elif noun.i + 1 < len(noun.doc) and noun.nbor(1).dep_ == "prep" and noun.dep_ != "pobj":
        candidates += list(noun.nbor(1).subtree)
    hits = [t for t in candidates if t.i != noun.i and _judges(t)]
    if not hits and noun.dep_ == "dobj" and _judges(head):
        hits = [head]
    return hits


def _clause_words(verb: Token) -> list[Token]:
    found = children(verb, "acomp", "attr", "oprd", "advmod", "xcomp")
    for prep in children(verb, "prep"):
        if prep.lower_ in ("under", "in", "at", "on", "to", "into"):
            for inner in children(prep, "pobj"):
                found += [inner, *children(inner, "amod"), *pobjs(inner)]
    return found


def _direction(judging: list[Token]) -> Direction | None:
    score = 0
    for token in judging:
        names = {lemma(token), token.lower_}
        sign = -1 if names & words("relation", "worse") else 1 if names & words("relation", "better") else 0
        if any(c.dep_ == "neg" or c.lower_ in ("no", "not") for c in token.children) or (
            token.pos_ == "VERB" and _negated_from(token) < token.i
        ):
            sign = -sign
        score += sign
    return "worse" if score < 0 else "better" if score > 0 else "steady"


def _descriptor(noun: Token, judging: list[Token]) -> str:
    """The words that judge, with the phrase around them, without the noun's parties."""
    after = [t for t in judging if t.i > noun.i]
    if after:
        first = min(after, key=lambda t: t.i)
        while first.i - 1 > noun.i and _leads_to(first.nbor(-1), first):
            first = first.nbor(-1)
        return noun.doc[first.i : max(t.i for t in after) + 1].text.strip(" .,")
    before = [t for t in judging if t.i < noun.i]
    if before == [noun.head] and noun.head.pos_ == "VERB":
        return noun.doc[_negated_from(noun.head) : noun.i + 1].text
    return noun.doc[min(t.i for t in before) : max(t.i for t in before) + 1].text if before else judging[0].text


def _leads_to(token: Token, first: Token) -> bool:
    """Whether a word before a descriptor belongs to it: "under the threat of collapse"."""
    return token.dep_ in ("prep", "det", "amod", "neg", "aux", "advmod") or (
        token.dep_ == "pobj" and first.lower_ == "of"
    )


def _negated_from(verb: Token) -> int:
    """Where the words begin that say the verb does not come about ("doesn't want to normalise"); else the verb."""
    current = verb
    while current.dep_ in ("xcomp", "ccomp") and not is_negated(current):
        current = current.head
    if not is_negated(current):
        return verb.i
    return min(c.i for c in (current, *current.children) if c.i == current.i or c.dep_ in ("aux", "neg"))


def _pair_of(noun: Token, cast: Cast, sides: list[tuple[int, int, str | None]]) -> tuple[str, str] | None:
    """The two parties: named with the noun, one named and one spoken for, or the sentence's only two."""
    named = _countries(cast, [t for t in noun.subtree if t.i != noun.i and not _is_below_clause(t, noun)])
    if len(named) < 2:
        named += [c for c in _countries(cast, _subjects_around(noun)) if c not in named]
    if len(named) < 2:
        sentence = _countries(cast, list(noun.sent))
        if len(sentence) == 2 or (not named and len(sentence) >= 2):
            named += [c for c in sentence if c not in named][: 2 - len(named)]
    speaker = next((country for start, end, country in sides if start <= noun.i < end), None)
    if len(named) == 1 and speaker and speaker not in named:
        named.append(speaker)
    if len(named) < 2:
        earlier = _countries_before(cast, noun.sent)
        named += [c for c in earlier if c not in named][: 2 - len(named)]
    return (min(named[:2]), max(named[:2])) if len(named) >= 2 else None


def _is_below_clause(token: Token, noun: Token) -> bool:
    for above in token.ancestors:
        if above.i == noun.i:
            return token.dep_ in ("relcl", "acl")
        if above.dep_ in ("relcl", "acl"):
            return True
    return False


def _subjects_around(noun: Token) -> list[Token]:
    verb = noun.head
    while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
        verb = verb.head
    return [*agents(verb), *pobjs(noun, "with", "between", "to")] if verb.pos_ in ("VERB", "AUX") else []


def _countries(cast: Cast, tokens: list[Token]) -> list[str]:
    found: list[str] = []
    for token in tokens:
        mention = cast.at(token)
        if mention is None or mention.actor < 0 or (mention.is_place and mention.form != "name"):
            continue
        for country in _parties(cast, mention):
            if country not in found:
                found.append(country)
    return found


def _parties(cast: Cast, mention: Mention) -> tuple[str, ...]:
    actor = cast.actor_of(mention)
    if actor.country:
        return (actor.country,)
    return actor.members if len(actor.members) == 2 else ()


def _countries_before(cast: Cast, sentence: Span) -> list[str]:
    found: list[str] = []
    for mention in reversed([m for m in cast.mentions if sentence.start - 120 <= m.head < sentence.start]):
        for country in _parties(cast, mention) if mention.actor >= 0 else ():
            if country not in found and not mention.is_place:
                found.append(country)
    return found[:2]
