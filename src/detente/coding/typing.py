"""From a frame's type to the event's: promises are AGREE, threats THREATEN, refusals REJECT (rules 7, 8, 17)."""

from __future__ import annotations

from detente.coding.candidates import Candidate
from detente.coding.modality import control_of, has_condition, is_negated, setting_of
from detente.coding.structure import clause_of
from detente.ontology import plover_quad
from detente.reading import lemma

COOPERATIVE = (1, 2)
# A measure that is decided is taken (codebook, rule 8).
DECIDING = frozenset({"decide", "decision", "vote", "resolve"})
SWEARING = frozenset({"vow", "swear", "insist"})
# CAMEO codes of what is promised or threatened, by announced type.
AGREE_CAMEO = {
    "CONSULT": "036",
    "COOPERATE": "031",
    "AID": "033",
    "SUPPORT": "032",
    "CONCEDE": "035",
    "RETREAT": "0356",
    "AGREE": "030",
}
THREATEN_CAMEO = {
    "SANCTION": "1312",
    "COERCE": "132",
    "ASSAULT": "138",
    "MOBILIZE": "138",
    "PROTEST": "133",
    "REJECT": "134",
}
THREATEN_MODE = {"SANCTION": "restrict", "COERCE": "restrict", "ASSAULT": "violence", "MOBILIZE": "violence"}
REQUEST_BY_CONTENT = {
    "CONSULT": ("meet", "026"),
    "AGREE": ("meet", "027"),
    "AID": ("assist", "023"),
    "COOPERATE": ("assist", "021"),
    "SUPPORT": ("assist", "022"),
    "CONCEDE": ("yield", "025"),
    "RETREAT": ("yield", "0253"),
    "SANCTION": ("change", "0242"),
    "COERCE": ("change", "0242"),
}
REJECT_BY_CONTENT = {
    "CONSULT": ("meet", "125"),
    "AID": ("assist", "122"),
    "COOPERATE": ("assist", "121"),
    "CONCEDE": ("yield", "124"),
    "RETREAT": ("yield", "1243"),
}
REJECT_MODE = {
    "CONSULT": "meet",
    "AGREE": None,
    "AID": "assist",
    "COOPERATE": "assist",
    "CONCEDE": "yield",
    "RETREAT": "yield",
}


# Verbs and nouns by which somebody binds himself, to do or not to do something.
PROMISING = frozenset({"promise", "pledge", "vow", "swear", "assure", "undertake", "guarantee", "assurance", "agree"})


def is_cooperative(event: str) -> bool:
    return plover_quad(event) in COOPERATIVE


def turn(candidate: Candidate, event: str, modality: str) -> None:
    """Make the candidate an AGREE, THREATEN or REJECT of what it was."""
    if candidate.event == event:
        candidate.modality = modality
        return
    was = candidate.event
    candidate.intended, candidate.event, candidate.modality = was, event, modality
    if event == "AGREE":
        candidate.mode, candidate.cameo = None, AGREE_CAMEO.get(was, "030")
    elif event == "THREATEN":
        candidate.mode, candidate.cameo = THREATEN_MODE.get(was), THREATEN_CAMEO.get(was, "130")
    else:
        candidate.intended = None
        candidate.mode, candidate.cameo = REJECT_MODE.get(was), "120"
        _direct(candidate)


def _direct(candidate: Candidate) -> None:
    """A refused meeting has a side that refuses, unless both stand together ("the two refused to meet")."""
    if candidate.targets or len(candidate.sources) < 2:
        return
    first, *others = candidate.sources
    together = {t.i for t in candidate.trigger.doc[first.head].conjuncts}
    if not together & {m.head for m in others}:
        candidate.sources, candidate.targets = [first], others


def settle(candidate: Candidate) -> bool:
    """Give the candidate its type and modality by what stands over it; False where it is no event of its own."""
    setting = candidate.setting
    candidate.modality = setting.modality
    control = setting.control
    if control is not None and setting.matrix is not None:
        return _under_control(candidate, control)
    return _plain(candidate)


def _plain(candidate: Candidate) -> bool:
    modality, cooperative = candidate.modality, is_cooperative(candidate.event)
    if candidate.event == "AGREE" and lemma(candidate.trigger) in SWEARING:
        kept_from = next((clause for clause in clause_of(candidate.trigger) if is_negated(clause)), None)
        if kept_from is not None and kept_from.dep_ != "ccomp":
            return False  # "vowed not to recognise": the verb below tells
        if kept_from is not None:
            turn(candidate, "REJECT", modality)  # "vowed that it would never happen"
            return True
    if modality == "future" and not candidate.frame.done:
        if cooperative:
            turn(candidate, "AGREE", "future")
        elif plover_quad(candidate.event) == 4:
            turn(candidate, "THREATEN", "future")
    elif modality == "negated" and cooperative and _is_refusal(candidate):
        turn(candidate, "REJECT", "actual")
    return True


def _is_refusal(candidate: Candidate) -> bool:
    """ "will not meet" refuses; "did not meet" is just not done."""
    if candidate.trigger.pos_ == "ADJ":
        return candidate.event == "AGREE"  # "was not ready"
    aux = {c.lower_ for c in candidate.trigger.children if c.dep_ == "aux"}
    return bool(aux & {"will", "wo", "would", "’ll", "'ll", "can", "ca"})


def _under_control(candidate: Candidate, control: str) -> bool:
    setting, cooperative = candidate.setting, is_cooperative(candidate.event)
    assert setting.matrix is not None
    negated = is_negated(setting.matrix)
    if negated and cooperative and (control == "future" or (control == "promise" and setting.matrix.pos_ == "ADJ")):
        turn(candidate, "REJECT", "actual")  # "has no plans to lift", "is not willing to meet"
        return True
    if control in ("threat", "promise"):
        if candidate.trigger.i == setting.matrix.i:
            return True
        if lemma(setting.matrix) == "agree" and candidate.event in ("SANCTION", "COERCE") and not negated:
            candidate.modality = "actual"  # "agreed to ban": taken by agreeing on it
            return True
        if negated:
            candidate.modality = "negated"
        elif has_condition(setting.matrix) or (setting.matrix.pos_ == "ADJ" and has_condition(setting.matrix.head)):
            candidate.modality = "conditional"  # "asked whether it would be willing to"
        elif setting.modality == "negated" and lemma(setting.matrix) in PROMISING:
            turn(candidate, "REJECT" if cooperative else "AGREE", "actual")  # "promised that no soldier would cross"
        elif cooperative:
            turn(candidate, "AGREE", "actual" if control == "promise" else candidate.modality)
        elif plover_quad(candidate.event) == 4 or control == "threat":
            turn(candidate, "THREATEN", "actual")
    elif control == "refuse":
        if candidate.event == "REQUEST" and lemma(setting.matrix) == "fail":
            return True  # "failed to persuade": asked all the same
        if cooperative:
            turn(candidate, "REJECT", "actual")
        else:
            candidate.modality = "negated"
    elif control == "future":
        if lemma(setting.matrix) in DECIDING and candidate.event in ("SANCTION", "COERCE", "SUPPORT") and not negated:
            candidate.modality = "actual"
            return True
        if candidate.modality == "future":
            return _plain(candidate)
    elif control == "request":
        return False
    elif control == "stop":
        return _stopped(candidate)
    return True


def _stopped(candidate: Candidate) -> bool:
    """A stopped attack is RETREAT, a stopped kindness SANCTION; one that somebody asks to stop goes on, on his word."""
    assert candidate.setting.matrix is not None
    over = setting_of(candidate.setting.matrix)
    asked = over.control == "request" or control_of(candidate.setting.matrix.head) == "request"
    if asked:
        candidate.modality = "alleged"
        return plover_quad(candidate.event) == 4
    if over.control is not None or over.modality != "actual":
        candidate.modality = "conditional"
        return True
    if candidate.event == "ASSAULT":
        candidate.event, candidate.mode, candidate.cameo = "RETREAT", "ceasefire", "087"
    elif is_cooperative(candidate.event):
        candidate.event, candidate.mode, candidate.cameo = "SANCTION", "discontinue", "160"
        _direct(candidate)
    elif plover_quad(candidate.event) == 4:
        candidate.event, candidate.mode, candidate.cameo = "CONCEDE", None, "080"
    return True


def specify(candidate: Candidate, told: str | None, told_mode: str | None) -> None:
    """Mode and CAMEO code of a verbal conflict by what it is about; `told` is the PLOVER type of its complement."""
    if told is None or candidate.trigger.pos_ != "VERB":
        return
    found: tuple[str | None, str | None] | None = None
    if candidate.event == "REQUEST":
        found = REQUEST_BY_CONTENT.get(told)
    elif candidate.event == "REJECT":
        found = REJECT_BY_CONTENT.get(told)
    elif candidate.event == "THREATEN" and candidate.intended is None and told in THREATEN_CAMEO:
        candidate.intended = told
        found = (THREATEN_MODE.get(told), THREATEN_CAMEO[told])
    elif candidate.event == "ACCUSE" and candidate.mode == "allege":
        found = ("allege", "1125" if told_mode == "cyber" else "1123" if told == "ASSAULT" else candidate.cameo)
    if found is not None:
        candidate.mode, candidate.cameo = found
