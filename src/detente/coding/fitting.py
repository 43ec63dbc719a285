"""Whether a predicate is used in a frame's sense: what stands beside it, and what it cannot mean there."""

from __future__ import annotations

import re

from spacy.tokens import Token

from detente.coding.cast import Cast
from detente.coding.frames import Frame
from detente.coding.nouns import DESCRIPTIONS
from detente.coding.structure import agents, children, clause_of, is_passive, patients, pobjs
from detente.reading import lemma

_DESIGNATION = re.compile(r"[A-Z][A-Za-z]{0,3}-?\d{1,3}[A-Z]{0,2}s?")
TIME_NOUNS = frozenset(
    [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
        "april", "may", "june", "july", "august", "september", "october", "november", "december", "day", "week",
        "month", "year", "hour", "minute", "decade", "morning", "evening", "night", "weekend", "afternoon",
    ]
)  # fmt: skip
GOING_ON = frozenset({"keep", "start", "begin", "continue", "consider", "go"})
HELPING = frozenset({"help", "assist", "aid", "protect", "defend", "support", "evacuate", "rescue", "train", "guard"})
OWN_PEOPLE = frozenset({"citizen", "national", "compatriot", "civilian", "evacuee", "wounded"})
# In what one is held who is not held at all.
REGARDS = frozenset({"contempt", "esteem", "regard", "honour", "honor", "awe", "affection", "suspense", "check"})


def is_time(prep: Token) -> bool:
    """Whether a preposition opens time words ("on Tuesday")."""
    return any(c.lower_ in TIME_NOUNS or lemma(c) in TIME_NOUNS or c.pos_ == "NUM" for c in prep.children)


def fits_noun(frame: Frame, noun: Token) -> bool:
    """Whether a noun has what its frame asks for: "tear gas", "attack on", "recall of its ambassador"."""
    if frame.objects and not any(lemma(o) in frame.objects for o in pobjs(noun, "of", "in", "to")):
        return False
    if frame.event == "THREATEN" and (noun.dep_ in ("oprd", "attr") or noun.head.lower_ == "as"):
        return False  # "called the dam a threat to Egypt": a judgement
    if (
        frame.event == "ASSAULT"
        and frame.reciprocal
        and frame.preps
        and any(c.lower_ in ("a", "any", "another", "no") for c in noun.lefts)
    ):
        return False  # one that is feared or ruled out
    if frame.object_modifier and not any(c.lower_ == frame.object_modifier for c in noun.lefts):
        return False
    if frame.mode == "phone" and frame.preps and not _is_held(noun):
        return False
    return not frame.preps or any(c.dep_ == "prep" and c.lower_ in frame.preps for c in noun.children)


def _is_held(noun: Token) -> bool:
    """Whether a call is one that somebody holds or does something in ("in a call to her"), not one for deeds."""
    if any(c.dep_ == "prep" and c.lower_ == "between" for c in noun.children):
        return True
    if noun.dep_ == "pobj":
        return noun.head.lower_ in ("in", "during", "after", "on")
    return noun.dep_ == "dobj" and lemma(noun.head) in ("hold", "have", "make", "place", "take", "return")


def fits_adjective(frame: Frame, adjective: Token) -> bool:
    """Whether an adjective has the complement that its frame asks for: "open to talks", not "open until six"."""
    if not frame.preps:
        return True
    if "to" in frame.preps and children(adjective, "xcomp", "ccomp"):
        return True
    return any(c.dep_ == "prep" and c.lower_ in frame.preps for c in adjective.children)


def fits_sense(frame: Frame, verb: Token, objects: list[Token], has_actor: bool) -> bool:
    """Whether verbs of many senses are used in the frame's: one meets people, agrees to acts, asks for deeds."""
    if (
        frame.event == "CONSULT"
        and lemma(verb) in ("meet", "visit", "see", "engage")
        and not frame.objects
        and not frame.preps_objects
        and objects
        and not has_actor
    ):
        return False
    if frame.mode == "phone" and not frame.preps_objects and not _is_phone_call(verb):
        return False
    clauses = clause_of(verb)
    if lemma(verb) == "blame" and is_told_of(verb) != (frame.source == ("speaker",)):
        return False
    if frame.event == "REQUEST" and lemma(verb) == "want" and not frame.objects:
        # "wants X to leave", not what it wants to do itself
        return any(t.lower_ == "to" and t.dep_ == "aux" and s.i < t.i for c in clauses for s in children(c, "nsubj")
                   for t in c.children if verb.i < s.i)  # fmt: skip
    purposes = children(verb, "xcomp", "advcl") if frame.event == "MOBILIZE" and frame.objects else ()
    if any(lemma(c) in HELPING or any(lemma(o) in OWN_PEOPLE for o in patients(c)) for c in purposes):
        return False  # "dispatched two fighters to help Greece"
    if frame.event == "COERCE" and lemma(verb) == "hold":
        is_state = any(o.tag_ == "NNP" and not children(o, "det", "nummod", "amod", "compound") for o in objects)
        is_regard = any(lemma(o) in REGARDS for o in pobjs(verb, "in"))
        return verb.dep_ != "amod" and is_passive(verb) and not is_state and not is_regard
    if frame.event == "COERCE" and lemma(verb) in ("bar", "ban") and frame.preps:
        return any(
            children(c, "pcomp") for c in children(verb, "prep")
        )  # "barred him from speaking", not "from a club"
    if frame.event == "AGREE" and lemma(verb) in ("agree", "concur") and any(children(c, "nsubj") for c in clauses):
        return any(c.lower_ in ("will", "would", "should") for k in clauses for c in k.children)
    if frame.event == "REQUEST" and lemma(verb) == "insist" and children(verb, "ccomp"):
        # "insisted that X leave" asks, "insisted that X had left" says
        bare = [k for k in children(verb, "ccomp") if k.tag_ in ("VB", "VBP") and not children(k, "aux")]
        return any(k.tag_ == "VB" or any(s.tag_ in ("NN", "NNP") for s in children(k, "nsubj")) for k in bare)
    if frame.event == "REQUEST" and lemma(verb) == "tell":
        return any(c.lower_ == "to" for k in clauses for c in children(k, "aux"))
    asks = any(c.lower_ in ("if", "whether", "why", "how", "what") for k in clauses for c in k.lefts)
    return not (frame.event == "REQUEST" and asks)


def _is_phone_call(verb: Token) -> bool:
    """Not "called it unjustified", "called the council together", "ringed the embassy"."""
    particles_of_others = any(c.lower_ in ("together", "out", "off", "in") for c in verb.children)
    purposes = [c for c in children(verb, "xcomp") if any(a.lower_ == "to" for a in children(c, "aux"))]
    clauses = [c for c in children(verb, "oprd", "ccomp", "xcomp", "acomp") if c not in purposes or lemma(c) == "be"]
    return not (clauses or particles_of_others or verb.lower_ == "ringed")


def acts_elsewhere(head: Token, trigger: Token) -> bool:
    """Whether the actor is the subject of a clause beside the trigger's own ("X resigned, and Y offered help")."""
    if head.dep_ not in ("nsubj", "nsubjpass"):
        return False
    verb = head.head
    return (
        verb.i != trigger.i
        and not any(a.i == trigger.i for a in verb.ancestors)
        and (verb.dep_ == "conj" or trigger.dep_ == "conj")
    )


def acts_by_itself(verb: Token, cast: Cast) -> bool:
    """Whether a thing that is nobody's stands as the verb's subject ("bases that house troops")."""
    doers = agents(verb) if children(verb, "nsubj") else []
    return bool(doers) and all(d.pos_ == "NOUN" and cast.at(d) is None and lemma(d) not in DESCRIPTIONS for d in doers)


def is_free(verb: Token) -> bool:
    """Whether a measure may be meant for the side told of before: a deed of its own, against no thing left open."""
    is_refused = verb.dep_ == "xcomp" and verb.tag_ == "VBG" and lemma(verb.head) not in GOING_ON
    return not says_which(verb) and not is_refused  # "ruled out cancelling sales"


def says_which(verb: Token) -> bool:
    """Whether the object is not one that the article has told of ("opposes any change of borders")."""
    return any(c.lower_ in ("any", "no", "every", "all") for o in patients(verb) for c in o.lefts)


def is_designation(token: Token) -> bool:
    """Whether the word is an aircraft's or a missile's type ("Su-24", "F-16s")."""
    return _DESIGNATION.fullmatch(token.text) is not None


def is_told_of(verb: Token) -> bool:
    """Whether it is said of the subject that somebody else is to do it to it ("said that X was to blame")."""
    return verb.dep_ == "xcomp" and verb.head.pos_ == "AUX" and not patients(verb)


def is_aside(verb: Token) -> bool:
    """Whether "in" only says when or in what way ("called it unacceptable in tone", "gave it in May")."""
    if any(c.pos_ == "ADJ" for c in children(verb, "oprd")):
        return True
    phrases = [c for c in children(verb, "prep") if c.lower_ == "in"]
    return bool(phrases) and all(is_time(c) for c in phrases)


def is_sum(token: Token) -> bool:
    """Whether the word closes a sum of money ("$3bn", "£480m")."""
    return any(c.tag_ == "$" for c in token.lefts)
