"""Whose deed is judged where the judgement names nobody: "condemned the launch", "rejected the charge", "hailed it"."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Token

from detente.coding.assembly import sides
from detente.coding.candidates import GUESSED, Candidate, CandidateFinder
from detente.coding.cast import Cast, Mention
from detente.coding.fitting import TIME_NOUNS, is_free
from detente.coding.structure import AGENTIVE, children, patients, pobjs
from detente.coding.typing import SWEARING
from detente.coding.words import words
from detente.reading import lemma

JUDGING = frozenset({"ACCUSE", "SUPPORT", "REJECT", "REQUEST"})
MEASURES = frozenset({"SANCTION", "THREATEN"})
ANSWERING = JUDGING | MEASURES | {"AGREE"}
HARM = frozenset({"ASSAULT", "COERCE", "SANCTION"})
TALKS = frozenset({"CONSULT", "AGREE", "REQUEST"})
UNREAL = frozenset({"negated", "conditional"})
DEFINITE = frozenset({"the", "this", "that", "these", "those", "both"})
POINTING = frozenset({"it", "this", "that", "which"})
# Types of the deeds that a class of nouns can take up; a word that only points takes up the last of any kind.
DEEDS = {
    "violence": frozenset({"ASSAULT", "COERCE", "MOBILIZE"}),
    "arms": frozenset({"MOBILIZE", "ASSAULT"}),
    "restraint": frozenset({"SANCTION", "COERCE"}),
    "charge": frozenset({"ACCUSE"}),
    "request": frozenset({"REQUEST", "THREATEN"}),
    "offer": frozenset({"AGREE", "REQUEST"}),
    "deal": frozenset({"AGREE", "SUPPORT", "COOPERATE", "CONCEDE"}),
    "remark": frozenset({"ACCUSE", "THREATEN", "REQUEST", "REJECT"}),
    "breach": frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE"}),
    "undoing": frozenset({"ASSAULT", "COERCE", "SANCTION", "MOBILIZE"}),
    "any": frozenset(
        {"ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "AGREE", "SUPPORT", "CONCEDE", "RETREAT", "COOPERATE", "AID"}
    ),
}
# What stands over a deed that is not done, where the noun can only mean one that is ("vowed to strike").
UNDONE = {kind: frozenset({"threat", "promise", "future", "refuse", "request"}) for kind in ("violence", "undoing")}
# Classes of deeds that need not be of the side that is spoken of: an attack may be by nobody who is known.
FORCEFUL = frozenset({"violence", "arms", "restraint"})
# Sentences before the judgement's own in which the deed may be told.
LOOK_BACK, LOOK_BACK_POINTING, LOOK_BACK_NAMED = 3, 1, 5


def take_up(candidates: list[Candidate], half_told: list[Candidate], finder: CandidateFinder) -> list[Candidate]:
    """The candidates, with those judgements added or aimed whose object is a deed told before, at who did it."""
    told = sorted([*candidates, *half_told], key=lambda c: c.trigger.i)
    found = list(candidates)
    for judgement in told:
        if judgement.event not in ANSWERING or judgement.trigger.pos_ != "VERB" or not judgement.sources:
            continue
        if judgement.frame.reciprocal and (len(judgement.sources) > 1 or judgement.sources[0].members):
            continue
        if _seconds(judgement, told):
            finder.aim(judgement, next(c.targets for c in reversed(told) if _is_first(c, judgement)))
            continue
        if judgement.targets and not finder.is_guessed(judgement):
            continue
        if judgement.event == "AGREE":
            doers = _partner(judgement, told, finder.cast)
        elif not is_free(judgement.trigger) or (judgement.event == "THREATEN" and patients(judgement.trigger)):
            continue  # "ruled out cancelling sales", "threatened the order of the world"
        elif judgement.event in MEASURES or lemma(judgement.trigger) in words("actors", "to_forum"):
            doers = _met(judgement, told, finder.cast, is_series=not judgement.targets)
        else:
            doers = doers_of(_things(judgement.trigger), judgement, told, finder.cast)
        if doers:
            finder.aim(judgement, doers)
            if judgement not in candidates:
                found.append(judgement)
    return sorted(found, key=lambda c: c.trigger.i)


def _is_first(one: Candidate, other: Candidate) -> bool:
    is_before = one.sentence.start == other.sentence.start and one.trigger.i < other.trigger.i
    return is_before and one.takes_up and bool(one.targets)


def _seconds(judgement: Candidate, told: Sequence[Candidate]) -> bool:
    """Whether "it" is what another has just judged in the sentence ("Israel hailed the step; Bahrain backed it")."""
    is_it = len(judgement.targets) == 1 and judgement.trigger.doc[judgement.targets[0].head].lower_ == "it"
    return is_it and any(_is_first(c, judgement) for c in told)


def doers_of(things: Sequence[Token], judgement: Candidate, told: Sequence[Candidate], cast: Cast) -> list[Mention]:
    """Who did the deed that the first of the words that can takes up; nobody where it is the judging side's own."""
    for word in things:
        kind = kind_of(word, judgement.trigger, judgement.event)
        if kind is None or cast.at(word) is not None:
            continue
        back = LOOK_BACK_POINTING if word.lower_ in POINTING else LOOK_BACK if kind == "any" else LOOK_BACK_NAMED
        first = _first_token(judgement.trigger, back)
        before = [c for c in told if first <= c.trigger.i < judgement.trigger.i and c.trigger.i != word.i]
        is_denial = judgement.event == "REJECT" and lemma(judgement.trigger) in words("control", "deny")
        found = _last_doers(word, "charge", judgement, before, cast) if is_denial and kind == "any" else []
        found = found or _last_doers(word, kind, judgement, before, cast)
        if found:
            return found
    return []


def _last_doers(word: Token, kind: str, judgement: Candidate, before: list[Candidate], cast: Cast) -> list[Mention]:
    own = sides(cast, judgement.sources)
    is_own_charge = kind == "charge" and judgement.event == "REJECT"
    for deed in sorted(before, key=lambda c: -c.trigger.i):
        if deed.strength == GUESSED and deed.trigger.pos_ == "NOUN":
            continue  # "discuss the test": whose it is, is a guess itself
        if kind == "any" and len(deed.sources) > 2 and not deed.targets:
            continue  # what many agree on is called a deal, no move
        if lemma(deed.trigger) in SWEARING and kind == "any":
            continue  # what is vowed is not done
        if deed.takes_up and word.lower_ not in POINTING:
            continue  # what Egypt praised is the deed, not the praise
        is_undone = deed.setting.modality in UNREAL or deed.setting.control in UNDONE.get(kind, ())
        if not deed.takes_up and (deed.event not in DEEDS[kind] or is_undone):
            continue
        if is_own_charge and not sides(cast, deed.targets) & own:
            continue
        doers = deed.targets if deed.takes_up else deed.sources
        others = [m for m in doers if not sides(cast, [m]) & own and cast.country_of(m)]
        if others:
            return others
        if kind != "any":
            return []
    return []


def _met(measure: Candidate, told: Sequence[Candidate], cast: Cast, is_series: bool) -> list[Mention]:
    """Whom a measure that names nobody meets: who last harmed its side, in a series also whom the last one met."""
    own = sides(cast, measure.sources)
    first = _first_token(measure.trigger, LOOK_BACK_POINTING)
    for deed in reversed([c for c in told if first <= c.trigger.i < measure.trigger.i]):
        if deed.setting.modality in UNREAL or not deed.targets:
            continue
        is_like = is_series and deed.event == measure.event and all(cast.country_of(m) for m in deed.targets)
        if is_like and not sides(cast, [*deed.sources, *deed.targets]) & own:
            return deed.targets
        if deed.event in HARM and sides(cast, deed.targets) & own and not sides(cast, deed.sources) & own:
            return deed.sources
    return []


def _partner(promise: Candidate, told: Sequence[Candidate], cast: Cast) -> list[Mention]:
    """To whom a promise is made that names nobody: whom its side has just met, heard or agreed with."""
    own = sides(cast, promise.sources)
    first = _first_token(promise.trigger, LOOK_BACK_POINTING)
    for deed in reversed([c for c in told if first <= c.trigger.i < promise.trigger.i]):
        parties = [*deed.sources, *deed.targets]
        others = [m for m in parties if not sides(cast, [m]) & own and cast.country_of(m)]
        if deed.event in TALKS and sides(cast, parties) & own and len(others) == 1:
            return others
    return []


def _things(verb: Token) -> list[Token]:
    return [*patients(verb), *pobjs(verb, "to", "at", "against", "over", "with", "about", "for")]


def kind_of(word: Token, verb: Token, event: str) -> str | None:
    """Class of a noun that takes up a deed ("the launch", "a step that"), or "any" for a pronoun that may."""
    is_request, is_judged = event == "REQUEST", event in ("ACCUSE", "SUPPORT") and word.dep_ == "dobj"
    if word.lower_ in POINTING and word.pos_ in ("PRON", "DET"):
        return "any" if verb.dep_ != "acl" and not is_request else None
    if is_request and word.pos_ == "NOUN" and lemma(word) in words("deeds", "undoing"):
        return "undoing"
    sums_up = (word.dep_ == "dobj" and word.i < verb.i) or (verb.dep_ == "relcl" and verb.head.i == word.i)
    # "hailed a historic move"
    sums_up = sums_up or (lemma(verb) in words("evaluation", "naming") and bool(children(word, "amod")))
    # "applauded a bold move"
    sums_up = sums_up or (is_judged and bool(children(word, "amod")) and lemma(word) in words("deeds", "any"))
    if word.pos_ != "NOUN" or not (sums_up or _is_definite(word) or _is_definite(word.head)):
        return None  # "a step that Seoul denounced" and "a charge Turkey denies" need no article
    if any(c.dep_ in AGENTIVE and c.text[:1].isupper() and c.lower_ not in TIME_NOUNS for c in word.lefts):
        return None  # "the Kurdish bid": somebody's, if nobody's that is known
    if is_request:
        return None
    name = lemma(word)
    kind = next((kind for kind in DEEDS if name in words("deeds", kind)), None)
    return None if kind == "any" and pobjs(word, "of") else kind


def _is_definite(noun: Token) -> bool:
    if any(c.dep_ == "poss" and c.lower_ in TIME_NOUNS for c in noun.lefts):
        return True  # "Friday's test"
    return any(c.lower_ in DEFINITE for c in noun.lefts)


def _first_token(token: Token, back: int) -> int:
    start: int = token.sent.start
    for _ in range(back):
        if not start:
            break
        start = token.doc[start - 1].sent.start
    return start
