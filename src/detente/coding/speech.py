"""What words do: a statement that judges, obliges or invites another side is an act towards it (codebook, rule 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Token

from detente.coding.candidates import Candidate
from detente.coding.cast import Cast, Mention
from detente.coding.frames import Frame
from detente.coding.modality import Setting, is_negated
from detente.coding.structure import agents, children, patients, pobjs
from detente.coding.words import words
from detente.reading import is_parsed, lemma

ACCUSE = Frame("speech.judges", "ACCUSE", mode="disapprove", cameo="111")
ALLEGE = Frame("speech.alleges", "ACCUSE", mode="allege", cameo="112")
PRAISE = Frame("speech.praises", "SUPPORT", cameo="051")
OBLIGE = Frame("speech.obliges", "REQUEST", mode="change", cameo="104")
OFFER = Frame("speech.offers", "AGREE", cameo="030")


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens of one statement's content that nobody else in it says, with the mention of who says it."""

    speaker: Mention
    indices: tuple[int, ...]

    def tokens(self, cast: Cast) -> Iterable[Token]:
        return (cast.doc[i] for i in self.indices)


def judgements(statement: Words, cast: Cast) -> list[Candidate]:
    """Acts towards others that the content performs, at most one of a type for each other side."""
    found: dict[tuple[str, int], Candidate] = {}
    side = cast.country_of(statement.speaker)
    for token in statement.tokens(cast):
        mention = cast.at(token)
        if mention is None or mention.actor < 0 or mention.is_place or not is_parsed(token):
            continue
        country = cast.country_of(mention)
        if mention.actor == statement.speaker.actor or (country is not None and country == side):
            continue
        for frame, trigger in _acts_on(token):
            key = (frame.event, mention.actor)
            if key not in found:
                candidate = Candidate(frame, frame.event, trigger, [statement.speaker], [mention], Setting(),
                                      mode=frame.mode, cameo=frame.cameo, strength=0.5)  # fmt: skip
                found[key] = candidate
    return list(found.values())


def addressed(statement: Words, cast: Cast, addressee: Mention | None) -> list[Candidate]:
    """Demands put to "you" or in the imperative, where it is known who is spoken to."""
    if addressee is None or addressee.actor == statement.speaker.actor:
        return []
    for token in statement.tokens(cast):
        if not is_parsed(token):
            continue
        if _is_imperative(token):
            return [_act(OBLIGE, token, statement.speaker, addressee)]
        if token.lower_ == "you" and token.dep_ in ("nsubj", "nsubjpass"):
            act = _predicate_act(token, token.head)
            if act is not None:
                return [_act(*act, statement.speaker, addressee)]
    return []


def unnamed(statement: Words, cast: Cast, addressee: Mention | None) -> list[Candidate]:
    """A judgement that names nobody ("any such move would be unacceptable"): of whoever acted before."""
    if addressee is None or addressee.actor == statement.speaker.actor:
        return []
    for token in statement.tokens(cast):
        mention = cast.at(token)
        if mention is not None and mention.actor != statement.speaker.actor and mention.form != "pronoun":
            return []
    for token in statement.tokens(cast):
        is_thing = is_parsed(token) and token.dep_ == "nsubj" and token.pos_ == "NOUN"
        if is_thing and _polarity_of(token) <= 0 and _predicate_polarity(token.head) < 0:
            return [_act(ACCUSE, token.head, statement.speaker, addressee)]
    return []


@dataclass(frozen=True, slots=True)
class Naming:
    """A verb that calls something good or bad: by whom, and of whom the text says so, if it does."""

    frame: Frame
    verb: Token
    speaker: Mention
    other: Mention | None


def namings(cast: Cast) -> list[Naming]:
    """Judgements outside quotations: "called the decision a mistake", "described it as barbaric"."""
    found = []
    for verb in cast.doc:
        if verb.pos_ != "VERB" or not is_parsed(verb) or lemma(verb) not in words("evaluation", "naming"):
            continue
        said = children(verb, "oprd", "acomp", "attr") + pobjs(verb, "as")
        said = said or [o for o in children(verb, "dobj") if named_in(o)]
        total = sum(_noun_phrase_polarity(token) for token in said)
        speaker = next((m for a in agents(verb) if (m := cast.at(a)) is not None and m.actor >= 0), None)
        if not total or speaker is None or is_negated(verb):
            continue
        other = None
        for thing in patients(verb):
            inner = [thing, *children(thing, "poss", "amod", "compound"), *pobjs(thing, "by", "of")]
            other = other or next((m for t in inner if (m := cast.at(t)) is not None and m.actor >= 0), None)
        found.append(Naming(ACCUSE if total < 0 else PRAISE, verb, speaker, other))
    return found


def named_in(noun: Token) -> Token | None:
    """What is named, where the parse takes it for a part of its name ("called the raid piracy")."""
    articles = [c for c in noun.lefts if c.dep_ == "det" and c.lower_ in ("the", "this", "that")]
    parts = [c for c in children(noun, "compound", "nmod") if articles and c.i == noun.i - 1 and c.pos_ == "NOUN"]
    return parts[0] if parts and parts[0].i - articles[0].i == 1 else None


def things_named(naming: Naming) -> list[Token]:
    """Words for what is called something."""
    nouns = [*children(naming.verb, "dobj", "oprd", "attr")]
    return [part for noun in nouns if (part := named_in(noun)) is not None] or patients(naming.verb)


def act_of(naming: Naming, others: list[Mention]) -> Candidate:
    return _act(naming.frame, naming.verb, naming.speaker, *others)


def _act(frame: Frame, trigger: Token, speaker: Mention, *others: Mention) -> Candidate:
    return Candidate(frame, frame.event, trigger, [speaker], list(others), Setting(), mode=frame.mode,
                     cameo=frame.cameo, strength=0.4)  # fmt: skip


def _is_imperative(token: Token) -> bool:
    return (
        token.tag_ == "VB"
        and token.dep_ in ("ROOT", "ccomp", "conj")
        and not children(token, "nsubj", "nsubjpass", "expl")
        and all(c.lower_ in ("do", "don't", "please") for c in children(token, "aux"))
        and (token.i == 0 or token.nbor(-1).lower_ not in ("to", "let", "and"))
    )


def _acts_on(token: Token) -> list[tuple[Frame, Token]]:
    """What the clause says of the actor at this token."""
    if token.dep_ in ("nsubj", "nsubjpass"):
        if token.lower_ == "it" and any(children(t, "ccomp", "xcomp") for t in (token.head, *token.head.rights)):
            return []  # "it is important that": nobody is praised
        found = _predicate_act(token, token.head)
        return [found] if found else []
    holder = _holder(token)
    if holder is None:
        return []
    polarity = _noun_phrase_polarity(holder)
    if polarity < 0:
        return [(ACCUSE, holder)]
    if holder.dep_ in ("nsubj", "nsubjpass") and token.dep_ in ("poss", "compound", "amod", "pobj"):
        polarity = _predicate_polarity(holder.head)
        if polarity < 0:
            return [(ACCUSE, holder.head)]
        if polarity > 0:
            return [(PRAISE, holder.head)]
    return []


def _holder(token: Token) -> Token | None:
    """The noun that the actor possesses or qualifies ("Moscow's course", "the course of the Administration")."""
    if token.dep_ in ("poss", "compound", "amod", "nmod") and token.head.pos_ in ("NOUN", "PROPN"):
        return token.head
    if token.dep_ == "pobj" and token.head.lower_ in ("of", "by", "from") and token.head.head.pos_ == "NOUN":
        return token.head.head
    return None


def _predicate_act(subject: Token, verb: Token) -> tuple[Frame, Token] | None:
    if any(c.dep_ == "mark" and c.lower_ in words("modality", "conditional_marks") for c in verb.children):
        return None
    aux = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    if subject.lower_ == "it" and "would" in aux:
        return None  # "it would send a bad signal": something that has not been done
    if aux & words("evaluation", "obligation") or (
        lemma(verb) in words("evaluation", "obligation_verbs") and children(verb, "xcomp")
    ):
        return OBLIGE, verb
    polarity = _predicate_polarity(verb)
    if polarity < 0:
        return ACCUSE, verb
    return (PRAISE, verb) if polarity > 0 else None


def _polarity_of(token: Token) -> int:
    name, form = lemma(token), token.lower_
    if token.pos_ == "VERB":
        if name in words("evaluation", "negative_verbs"):
            return -1
        return 1 if name in words("evaluation", "positive_verbs") else 0
    if name in words("evaluation", "negative") or form in words("evaluation", "negative"):
        return -1
    return 1 if name in words("evaluation", "positive") or form in words("evaluation", "positive") else 0


def _noun_phrase_polarity(noun: Token) -> int:
    total = _polarity_of(noun)
    for child in children(noun, "amod", "compound"):
        total += _polarity_of(child)
    return (total > 0) - (total < 0)


def _predicate_polarity(verb: Token) -> int:
    """Sign of what the predicate says: verb, complement and object; negation turns good into bad."""
    total = _polarity_of(verb) if verb.pos_ == "VERB" else 0
    for child in children(verb, "acomp", "attr", "oprd", "dobj"):
        total += _noun_phrase_polarity(child)
    for token in pobjs(verb):
        total += min(_noun_phrase_polarity(token), 0)
    for clause in children(verb, "xcomp"):
        inner = _predicate_polarity(clause)
        if not inner and is_negated(verb):
            inner = 1
        total += inner
    if is_negated(verb):
        positive = total >= 0 and (
            total > 0
            or lemma(verb) in ("want", "meet", "keep", "respect", "serve", "benefit", "understand", "care", "intend")
        )
        return -1 if positive else 0
    return (total > 0) - (total < 0)
