"""Real, to come, tied to a condition, not done, denied, alleged or long past: read off what surrounds the predicate."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from detente.coding.structure import children, coordinated_with, is_set_apart, measured
from detente.coding.words import words
from detente.reading import lemma


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands over a predicate: its modality, and the matrix word that changes its type, if any."""

    modality: str = "actual"
    matrix: Token | None = None
    control: str | None = None


# Verbs that with a claim as their object deny what it says.
REFUTE = frozenset({"reject", "deny", "dismiss", "refute", "dispute", "rebut"})
_CONTROLS = ("threat", "promise", "refuse", "deny", "request", "stop", "future", "allege")


def control_of(token: Token) -> str | None:
    """Class of a matrix verb, noun or adjective ("threat", "promise", ...); None if it changes nothing."""
    name = lemma(token)
    for control in _CONTROLS:
        if name in words("control", control):
            return control
    return None


def is_negated(token: Token) -> bool:
    negators = words("modality", "negators")
    if token.pos_ == "VERB" and any(c.lower_ == "no" for s in children(token, "nsubj", "nsubjpass") for c in s.lefts):
        return True  # "no soldier would cross"
    return any(
        c.dep_ == "neg" or (c.lower_ in negators and c.dep_ in ("det", "advmod", "preconj", "cc"))
        for c in token.children
    )


def _auxiliaries(verb: Token) -> set[str]:
    return {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}


def has_condition(verb: Token) -> bool:
    marks = words("modality", "conditional_marks")
    return any(
        c.dep_ == "mark" and c.lower_ in marks and not (c.i and c.nbor(-1).lower_ == "even") for c in verb.children
    )


def _own_modality(token: Token) -> str | None:
    """Modality that the predicate carries itself."""
    alleged = words("modality", "alleged_words")
    if any(c.lower_ in alleged for c in token.children):
        return "alleged"
    if is_negated(token) or _is_parted_from_not(token):
        return "negated"
    if token.pos_ in ("VERB", "AUX"):
        return _verb_modality(token)
    if token.dep_ == "pobj" and token.head.lower_ in ("of", "on", "for"):
        above = lemma(token.head.head)
        if above in words("modality", "doubtful_nouns"):
            return "conditional"
        if above in words("modality", "planned_nouns"):
            return "future"
    if token.dep_ == "compound" and lemma(token.head) in words("modality", "planned_nouns"):
        return "future"
    for child in children(token, "amod", "advmod", "compound"):
        if child.lower_ in words("modality", "future_words") and child.lower_ != "new":
            return "future"
        if child.lower_ in words("modality", "conditional_words"):
            return "conditional"
    return None


def _is_parted_from_not(verb: Token) -> bool:
    """Whether an aside stands between "did not" and its verb ("did not, contrary to reports, expel"); the parse then
    takes "did" for the verb of the clause."""
    if verb.tag_ != "VB" or _auxiliaries(verb):
        return False
    above = next((a for a in verb.ancestors if a.lower_ in ("did", "does", "do")), None)
    return above is not None and above.i < verb.i and is_negated(above) and not children(above, "dobj", "ccomp")


def _verb_modality(verb: Token) -> str | None:
    aux = _auxiliaries(verb)
    if has_condition(verb):
        return "conditional"
    if aux & words("modality", "future_aux"):
        return "future"
    if "would" in aux or "'d" in aux:
        conditional = any(c.dep_ == "advcl" and has_condition(c) for c in verb.children)
        return "conditional" if conditional or "have" in aux else "future"
    if aux & words("modality", "conditional_aux"):
        return "alleged" if "have" in aux else "conditional"
    if aux & {"must", "should", "ought"}:
        return "conditional"
    if "to" in aux and verb.dep_ == "xcomp" and verb.head.lower_ in ("is", "are", "was", "were"):
        return "future"
    if verb.tag_ == "VBG" and aux & {"is", "are", "'s", "’s", "be"} and verb.lower_ == "going":
        return "future"
    return None


def setting_of(token: Token) -> Setting:
    """Modality of a predicate from its own words and from those above it, up to its sentence's root."""
    own = _own_modality(token)
    current, is_told = token, False
    for _ in range(8):
        governor = _governor(current)
        if governor is None:
            break
        if _is_generic(governor):
            return Setting("conditional")
        control = control_of(governor) if current.dep_ != "conj" and not _goes_on(current, governor) else None
        if control == "threat" and current.dep_ == "pcomp" and current.head.lower_ == "against":
            control = "request"  # "warned them against letting it in"
        if control is not None:
            return _under(current, governor, control, own)
        is_told = is_told or current.dep_ == "ccomp"
        carries = current.dep_ in ("xcomp", "pcomp") or (current.dep_ == "acomp" and not is_told)
        carries = carries or (current.dep_ == "conj" and not _has_own_tense(current))
        if governor.pos_ in ("VERB", "AUX") and carries:
            own = own or _own_modality(governor)
        current = governor
    return Setting(own or "actual")


def _has_own_tense(verb: Token) -> bool:
    """Whether a verb is done whatever stands before "and" ("would leave the pact and summoned the envoy")."""
    return verb.tag_ in ("VBD", "VBZ", "VBP") or (verb.pos_ in ("VERB", "AUX") and bool(_auxiliaries(verb)))


def may_be_meant(verb: Token) -> bool:
    """Whether a verb says what somebody may or would do ("might impose", "would impose if"), not what if he did."""
    aux = _auxiliaries(verb)
    if not aux and verb.dep_ == "conj":
        return may_be_meant(verb.head)
    return bool(aux & {"may", "might", "could", "would", "'d"}) and not has_condition(verb) and "have" not in aux


def _is_content(clause: Token) -> bool:
    """Whether a clause says what the noun above it holds ("the claim that Peru is hostile"), not which it is."""
    return any(c.lower_ == "that" and c.dep_ == "mark" for c in clause.children)


def _goes_on(current: Token, governor: Token) -> bool:
    """Whether "keep" means to go on ("keep imposing"), not to keep somebody from it."""
    return current.dep_ == "xcomp" and current.tag_ == "VBG" and lemma(governor) == "keep"


def _is_generic(governor: Token) -> bool:
    """Whether what stands below is only spoken of ("it is rare for states to recall")."""
    generic = words("modality", "generic_adjectives")
    return any(lemma(c) in generic for c in (governor, *children(governor, "acomp", "attr")))


def _under(current: Token, governor: Token, control: str, own: str | None) -> Setting:
    negated = is_negated(governor)
    if control == "deny":
        return Setting("denied" if current.i > governor.i else own or "actual", governor, control)
    if control == "allege":
        is_refuted = governor.dep_ == "dobj" and lemma(governor.head) in REFUTE
        return Setting("denied" if is_refuted else own or "alleged", governor, control)
    if control == "future":
        return Setting(
            "negated" if negated else own if own in ("negated", "conditional") else "future", governor, control
        )
    if control == "stop":
        return Setting(own or "actual", governor, control)
    return Setting(own or "actual", governor, control)


def _above_clause(token: Token, head: Token) -> Token | None:
    """The word that holds a clause: the verb that it completes, or the noun whose content it is."""
    if token.dep_ == "ccomp" and lemma(head) in REFUTE and _is_content(token):
        claims = [c for c in children(head, "dobj") if control_of(c) == "allege"]
        if claims:
            return claims[0]  # the parse hangs "dismissed the claim that" on the verb
    if token.dep_ in ("xcomp", "ccomp") and head.pos_ != "NOUN":
        return head if not is_set_apart(token) else None
    if token.dep_ in ("acl", "relcl") and token.pos_ == "VERB" and any(c.lower_ == "to" for c in token.children):
        return head
    if token.dep_ in ("acl", "relcl", "ccomp") and head.pos_ == "NOUN" and _is_content(token):
        return head if control_of(head) is not None else None
    return None


def _above_preposition(prep: Token) -> Token | None:
    """The verb or noun above a preposition, where it says how real its object is ("accused of", "hinted at")."""
    above = prep.head
    if above.pos_ not in ("VERB", "NOUN"):
        return None
    control = control_of(above)
    is_asked = prep.lower_ == "for" and control == "request"
    is_hinted = prep.lower_ == "at" and control == "threat"
    return above if control in ("deny", "allege", "stop", "future") or is_asked or is_hinted else None


def _governor(token: Token) -> Token | None:
    """The word that the predicate's clause depends on as a complement; None where it stands on its own."""
    token = measured(token)
    head = token.head
    if head.i == token.i:
        return None
    if token.dep_ in ("acl", "relcl", "ccomp", "xcomp"):
        return _above_clause(token, head)
    if token.dep_ == "pcomp":
        return head.head
    if token.dep_ == "pobj" and head.dep_ == "prep":
        return _above_preposition(head)
    if token.pos_ == "ADJ" and token.dep_ in ("acomp", "attr", "oprd"):
        return head
    if token.dep_ == "dobj" and control_of(head) in ("deny", "stop", "future", "allege", "request"):
        return head
    if token.dep_ == "conj":
        return coordinated_with(token)
    if token.dep_ == "advcl" and _is_generic(head):
        return head
    if (
        token.dep_ == "advcl"
        and any(c.lower_ == "to" for c in token.children)
        and control_of(head) in ("request", "promise", "threat", "future")
    ):
        return head
    return None
