"""Role nouns of a Doc, and the word classes that names and roles are read by."""

from __future__ import annotations

from functools import cache

from spacy.tokens import Doc, Token

from detente.actors.gazetteer import Role, roles
from detente.reading import lemma

MODIFIERS = frozenset({"poss", "amod", "compound", "nmod", "nummod", "npadvmod"})
# Sectors whose groups act for themselves, not for the country that an adjective gives them (codebook, rule 3).
SELF_STANDING = frozenset({"REB", "UAF", "PRM", "CRM"})
# Organisations that are themselves, whatever adjective they carry (codebook, rule 3), unless the state runs them.
OWN_ORGANISATIONS = frozenset({"BUS", "PTY"})
PRIVATE_BODIES = frozenset({"EDU", "LAB", "MED", "JRN", "BUS", "REL"})
PERSON_OFFICES = frozenset({"person", "office"})
# Nouns that stand for an actor named elsewhere; coreference reads them.
DESCRIPTIONS = frozenset(
    [
        *("country", "nation", "state", "side", "bloc", "alliance", "power", "neighbour", "neighbor", "republic"),
        *("kingdom", "emirate", "sultanate", "principality"),
    ]
)
MISSIONS = frozenset({"embassy", "consulate", "mission", "legation", "commission"})
_AT_MISSIONS = frozenset(
    ["employee", "worker", "staff", "staffer", "member", "person", "people", "personnel", "official", "national"]
)
FORMER = frozenset(
    ["former", "ex", "ex-", "late", "then-former", "ousted", "deposed", "onetime", "erstwhile", "retired", "exiled"]
)
_ATTRIBUTES = frozenset({"amod", "compound", "nmod", "advmod", "punct", "poss", "npadvmod", "det"})


@cache
def _phrases() -> dict[str, tuple[tuple[int, str], ...]]:
    """Role nouns of two and three words by their last word, the longest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for noun in roles():
        parts = noun.split()
        if len(parts) in (2, 3):
            found.setdefault(parts[-1], []).append((len(parts), noun))
    return {word: tuple(sorted(phrases, reverse=True)) for word, phrases in found.items()}


@cache
def _heads() -> frozenset[str]:
    """First words of role nouns like "secretary of state"."""
    return frozenset(noun.split()[0] for noun in roles() if noun.split()[1:2] == ["of"] and noun.count(" ") == 2)


def serves_mission(token: Token) -> bool:
    """Whether the noun is of those whom a state keeps abroad ("embassy staff", "two members of the Czech mission")."""
    if lemma(token) not in _AT_MISSIONS and token.lower_ not in _AT_MISSIONS:
        return False
    near = [c for c in token.children if c.dep_ in ("compound", "poss", "nmod", "amod", "prep", "acl")]
    inner = [c for each in near if each.dep_ in ("prep", "acl") for c in each.children]
    deeper = [c for each in inner if each.dep_ == "prep" for c in each.children]
    return any(lemma(each) in MISSIONS for each in (*near, *inner, *deeper))


def roles_of(token: Token) -> Role | None:
    """The role noun that the token is, if any; capitalised offices count ("President", "Foreign Minister")."""
    if token.pos_ not in ("NOUN", "PROPN", "ADJ"):
        return None
    known = roles()
    low = token.lower_
    if lemma(token) in DESCRIPTIONS:
        return None
    return known.get(low) or (known.get(lemma(token)) if token.pos_ == "NOUN" else None)


def first_of_hyphenated(token: Token) -> int:
    """Index of the first part of a word with hyphens, which the tokenizer cuts ("vice-president"); else its own."""
    doc, first = token.doc, token.i
    while first > 1 and doc[first - 1].orth_ == "-" and not (doc[first - 1].whitespace_ or doc[first - 2].whitespace_):
        first -= 2
    return first


def ends_name(token: Token) -> bool:
    """Whether a word in lower case is the end of a name with a hyphen ("Hyong-son"), which may look like a noun."""
    first = first_of_hyphenated(token)
    return (
        first < token.i and token.text.islower() and token.doc[first].text.istitle() and not _hyphenated(token, first)
    )


def _hyphenated(token: Token, first: int) -> tuple[str, Role] | None:
    """The role noun that hyphens join ("vice-premier", "director-general", "vice-foreign minister")."""
    word = token.doc[first : token.i + 1].text.lower()
    for noun in (word.replace("-", " "), word):
        if noun in roles():
            return noun, roles()[noun]
    return None


def role_phrase(token: Token) -> tuple[str, Role] | None:
    """The longest role noun that ends at the token ("prime minister"), or that it heads ("secretary of state")."""
    first = first_of_hyphenated(token)
    if first < token.i:
        joined = _hyphenated(token, first)
        if joined is not None:
            return joined
        if ends_name(token):
            return None
    if token.lower_ in _heads():
        following = token.doc[token.i + 1 : token.i + 3]
        if len(following) == 2 and following[1].dep_ == "pobj":
            noun = f"{token.lower_} {following.text.lower()}"
            if noun in roles():
                return noun, roles()[noun]
    longer = _phrases().get(token.lower_)
    if longer is not None:
        before = " ".join(t.lower_ for t in token.doc[max(token.i - 2, 0) : token.i + 1])
        for size, noun in longer:
            if before == noun or before.endswith(" " + noun):
                start = token.i - size + 1
                prefix = first_of_hyphenated(token.doc[start])
                joined = _hyphenated(token, prefix) if prefix < start else None
                return joined or (noun, roles()[noun])
    role = roles_of(token)
    return (role.noun, role) if role else None


def acts_for_itself(role: Role) -> bool:
    """Whether the role's bearers stand for no country, also where an adjective gives one ("the French company")."""
    return bool(set(role.sectors) & SELF_STANDING) or is_own_organisation(role)


def is_own_organisation(role: Role) -> bool:
    """Whether the role is a company's or party's that no state runs."""
    sectors = set(role.sectors)
    return role.kind == "organisation" and bool(sectors & OWN_ORGANISATIONS) and "GOV" not in sectors


def organisation_of(head: Token) -> Role | None:
    """The party, company or armed group without a name whose spokesman or official it is ("the party's leader")."""
    for child in head.lefts:
        phrase = role_phrase(child) if child.dep_ == "poss" else None
        is_many = phrase is not None and (phrase[1].kind != "person" or child.tag_ == "NNS")
        if phrase is not None and is_many and acts_for_itself(phrase[1]):
            return phrase[1]
    return None


def headed_organisation(head: Token) -> Role | None:
    """The university, union, hospital or paper whose head somebody is, which no state's office is ("president of")."""
    owners = [c for c in head.lefts if c.dep_ == "poss"]
    owners += [o for p in head.rights if p.lower_ == "of" for o in p.children if o.dep_ == "pobj"]
    for owner in owners:
        phrase = role_phrase(owner)
        if phrase is not None and phrase[1].kind == "organisation" and set(phrase[1].sectors) <= PRIVATE_BODIES:
            return phrase[1] if phrase[1].sectors else None
    return None


def tells_age(token: Token) -> bool:
    """Whether an attribute says how old somebody is ("the 34-year-old socialist")."""
    return any(c.lower_ == "old" and c.dep_ == "amod" for c in token.lefts)


def is_official(role: Role) -> bool:
    """Whether the role is of a state's organs, whatever people's name it carries ("Catalan police")."""
    return role.kind == "organisation" or bool({"COP", "LEG", "JUD"} & set(role.sectors))


def says_former(doc: Doc, start: int, end: int) -> bool:
    """Whether an attribute in the span says that an office is over ("former", "ousted"; not the verb "has ousted")."""
    return any(t.lower_.rstrip("-") in FORMER and t.dep_ in _ATTRIBUTES for t in doc[start:end])
