"""What a pronoun or a description can stand for, by gender, number, kind and the clause that it stands in."""

from __future__ import annotations

from spacy.tokens import Token

from detente.actors.gazetteer import name_words
from detente.coding.cast import Cast, CastActor, Mention
from detente.coding.offices import offices
from detente.coding.words import words
from detente.reading import lemma

SPEAKER_PRONOUNS = frozenset(["i", "me", "my", "mine", "myself"])
SPEAKER_SIDE = frozenset(["we", "us", "our", "ours", "ourselves"])
HE = frozenset(["he", "him", "his", "himself"])
SHE = frozenset(["she", "her", "hers", "herself"])
IT = frozenset(["it", "its", "itself"])
THEY = frozenset(["they", "them", "their", "theirs", "themselves"])
PRONOUNS = SPEAKER_PRONOUNS | SPEAKER_SIDE | HE | SHE | IT | THEY
# Nouns for states of one form, which only those of that form are called.
REALMS = frozenset(["kingdom", "emirate", "sultanate", "principality"])
COUNTRY_NOUNS = REALMS | {"country", "nation", "state", "republic", "homeland", "island", "archipelago"}
BODY_NOUNS = frozenset(["bloc", "alliance", "organisation", "organization", "body", "union", "agency", "group"])
# Nouns for armed groups and parties that may carry an attribute ("the militant group").
GROUP_NOUNS = frozenset(["group", "movement", "militia", "organisation", "organization", "faction"])
# Nouns for private bodies ("the charity").
CHARITY_NOUNS = frozenset(["charity", "watchdog", "foundation", "organisation", "organization", "group"])
COMPANY_NOUNS = frozenset(["company", "firm", "carrier", "airline", "bank", "corporation", "multinational", "lender"])
MEDIA_NOUNS = frozenset(["newspaper", "paper", "daily", "broadcaster", "channel", "network", "magazine", "agency"])
PAIR_NOUNS = frozenset(
    [
        "country",
        "nation",
        "side",
        "neighbour",
        "neighbor",
        "leader",
        "government",
        "ally",
        "rival",
        "state",
        "party",
        "president",
        "minister",
        "power",
        "delegation",
        "capital",
        "military",
        "army",
        "man",
        "official",
        "diplomat",
        "negotiator",
        "foe",
        "enemy",
        "people",
    ]
)
REFLEXIVE = frozenset(["himself", "herself", "itself", "themselves"])
SUBJECTS = ("nsubj", "nsubjpass")
ARGUMENTS = frozenset([*SUBJECTS, "dobj", "dative"])


def told_genders(cast: Cast) -> dict[str, str]:
    """Genders of persons by a title or office before any of their names ("Ms Kim", "spokeswoman Maria Zakharova")."""
    found: dict[str, str] = {}
    for mention in cast.mentions:
        if mention.form == "person":
            for token in cast.doc[max(mention.start - 1, 0) : mention.head]:
                low = token.lower_
                if low in name_words("title_f") or low.endswith(("woman", "queen", "princess")):
                    found.setdefault(mention.name, "f")
                elif low in name_words("title_m") or low.endswith(("sman", "king", "prince")):
                    found.setdefault(mention.name, "m")
    return found


def can_be_called(actor: CastActor, noun: str) -> bool:
    by = actor.resolved_by or ""
    if noun in COUNTRY_NOUNS:
        realms = words("realms", noun) if noun in REALMS else None
        return by.startswith("countries:") and (realms is None or actor.country in realms)
    if noun in COMPANY_NOUNS:
        return actor.country == "MNC" and actor.kind == "organisation"
    if actor.country == "NGO" and actor.kind == "organisation" and noun in CHARITY_NOUNS:
        return True
    if noun in MEDIA_NOUNS and "JRN" in actor.sectors and actor.kind == "organisation":
        return True
    if noun == "party":
        return "PTY" in actor.sectors and actor.kind == "organisation"
    if noun in GROUP_NOUNS and by.startswith("groups:"):
        return actor.kind == "organisation"
    return noun in BODY_NOUNS and by.startswith(("bodies:", "groups:")) and actor.kind == "organisation"


def fits(actor: CastActor, mention: Mention, word: str) -> bool:
    if word in HE | SHE:
        gender = "m" if word in HE else "f"
        is_person = actor.kind == "person" and not mention.is_plural
        return is_person and actor.gender in (None, gender)
    if "place" in (mention.kind, actor.kind):
        return False
    if word in IT:
        return not mention.is_plural and (actor.kind in ("state", "organisation") or _is_collective(mention))
    return actor.kind in ("group", "organisation", "state") or mention.is_plural


def _is_collective(mention: Mention) -> bool:
    """Whether a noun for many is one thing ("the air force", "the coast guard"); "the report" is not of that kind."""
    is_owned = mention.name.lower().startswith(("its ", "their "))  # "its staff" has an "it" of its own
    return mention.form == "nominal" and mention.kind == "group" and mention.role is not None and not is_owned


def co_arguments(pronoun: Token) -> list[Token]:
    """Heads that cannot be the pronoun: the other arguments of its verb, and who does what the infinitive says.

    "Biden met him", "he rang Putin to tell him", "she asked Chung to warn her", "without naming Xi, he left".
    """
    verb = _verb_of(pronoun)
    if verb is None:
        return []
    found = [c for c in verb.children if c.dep_ in ARGUMENTS and c.i != pronoun.i]
    if pronoun.dep_ in SUBJECTS:
        before = [t for c in verb.children if c.i < pronoun.i and c.dep_ in ("prep", "advcl") for t in c.subtree]
        found += [t for t in before if t.dep_ in ("dobj", "pobj") and t.head.tag_ == "VBG"]
    if pronoun.dep_ not in SUBJECTS:
        doer = doer_of(verb)
        if doer is not None and doer.i != pronoun.i:
            found.append(doer)
    return found


def _verb_of(pronoun: Token) -> Token | None:
    """The verb whose argument the pronoun is; possessives ("his", also standing alone) have none."""
    if pronoun.dep_ == "poss" or pronoun.tag_ == "PRP$":
        return None
    head = pronoun.head
    if pronoun.dep_ == "pobj":
        head = head.head
    if pronoun.dep_ == "pobj" and lemma(head) in ("be", "have"):
        return None  # "she has twenty years behind her"
    return head if head.pos_ in ("VERB", "AUX") else None


def doer_of(verb: Token) -> Token | None:
    """Who does what a verb says: its subject, else that of the verb above, or the object of who asks or tells."""
    for _ in range(6):
        subject = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
        if subject is not None:
            return subject
        above = verb.head
        if verb.dep_ == "relcl" or verb.dep_ == "acl":
            return above
        if verb.dep_ not in ("xcomp", "ccomp", "advcl", "conj", "pcomp", "aux") or above.i == verb.i:
            return None
        if verb.dep_ in ("xcomp", "ccomp") and lemma(above) not in words("control", "own_purpose"):
            told = next((c for c in above.children if c.dep_ in ("dobj", "dative") and c.i < verb.i), None)
            if told is not None:
                return told
        verb = above.head if above.pos_ == "ADP" else above
    return None


def is_thing(token: Token) -> bool:
    """Whether "it" as an object is more likely a thing than a state: only some verbs and prepositions act on actors."""
    if token.dep_ in ("dobj", "oprd", "attr"):
        return lemma(token.head) not in words("actors", "done_to")
    return token.dep_ == "pobj" and token.head.lower_ not in ("against", "towards", "toward", "by", "from", "with")


def can_describe(actor: CastActor, mention: Mention) -> bool:
    """Whether a person may be called by the noun ("the miner", "the Nobel laureate"): country and office agree."""
    role = mention.role or ""
    if mention.country and actor.country and mention.country != actor.country:
        return False
    if "OPP" in mention.sectors and "GOV" in actor.sectors:
        return False
    if mention.country and not actor.country and role in words("actors", "abroad"):
        return False  # "the American ambassador" is not whoever was named before
    if words("actors", "epithets") & {role, role.split()[-1] if role else ""}:
        return True
    if mention.is_former:
        return actor.office is None or role not in offices()
    office = (actor.office or "").split(" to ")[0]
    if office:
        return bool(role) and (
            office.endswith(role) or (role.endswith((office, " leader")) and office.endswith("leader"))
        )
    return role not in offices()


def is_expletive(token: Token) -> bool:
    """Whether an "it" stands for nothing ("it is important that", "it emerged that")."""
    if token.lower_ != "it" or token.dep_ not in ("nsubj", "nsubjpass", "expl"):
        return False
    verb = token.head
    return token.dep_ == "expl" or (
        lemma(verb)
        in ("be", "seem", "appear", "emerge", "happen", "remain", "become")
        + (("believe", "expect", "think", "say") if token.dep_ == "nsubjpass" else ())
        and any(c.dep_ in ("ccomp", "xcomp", "advcl", "csubj", "acomp") for c in verb.children)
        and (
            any(c.dep_ in ("ccomp", "xcomp") for c in verb.children)
            or any(
                g.dep_ in ("ccomp", "xcomp", "advcl") for c in verb.children if c.dep_ == "acomp" for g in c.children
            )
        )
    )
