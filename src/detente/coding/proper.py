"""Runs of capitalised words: whose name it is in which a place's name stands (a person's, a company's, a team's).

"Jordan Pickford", "Irving Berlin", "Kenya Airways" and "Washington Nationals" name no country. The classes of words
come from `actors/data/name_words.tsv`, given names and family names from their own tables.
"""

from __future__ import annotations

from spacy.tokens import Doc, Token

from detente.actors.gazetteer import (
    ADJECTIVE,
    CAPITAL,
    CITY,
    DEMONYM,
    NAME,
    PROVINCE,
    Entry,
    family_names,
    given_names,
    name_words,
)
from detente.coding.nouns import role_phrase

PLACE_FORMS = frozenset({NAME, CAPITAL, CITY, PROVINCE})
# States whose cities give their names to teams that are called by what else would be a role noun ("Commanders").
TEAM_COUNTRIES = frozenset({"USA", "CAN"})
# Words of a proper name at most; longer runs of capitals are headlines or lists, and would be read over and over.
LONGEST_NAME = 8
BEFORE_DATES = frozenset(["in", "on", "since", "until", "till", "last", "next", "early", "late", "mid", "this", "of"])
INNER = frozenset({"compound", "nmod", "amod", "poss"})


def titles() -> frozenset[str]:
    """Titles before a surname, lower case."""
    return name_words("title") | name_words("title_m") | name_words("title_f")


def next_in_name(doc: Doc, stop: int) -> Token | None:
    """The capitalised word right after, where it can go on with a name; no role noun, day or month."""
    if stop >= len(doc) or not stop:
        return None
    token = doc[stop]
    if token.pos_ != "PROPN" or not token.text[0].isupper() or not doc[stop - 1].whitespace_:
        return None
    return None if token.text in name_words("calendar") else token


def previous_in_name(doc: Doc, first: int) -> Token | None:
    """The capitalised word right before, if any."""
    token = doc[first - 1] if first else None
    if token is None or token.pos_ != "PROPN" or not token.text[0].isupper() or token.text in name_words("calendar"):
        return None
    return token


def is_company_word(token: Token) -> bool:
    """Whether the word makes a company of the name before it: some always, others where the name ends there."""
    if token.text in name_words("company"):
        return True
    return token.text in name_words("company_last") and next_in_name(token.doc, token.i + 1) is None


def bears_other_name(doc: Doc, first: int, stop: int, entry: Entry) -> bool:
    """Whether the words of a table's place are part of the name of a person, company or team."""
    if entry.table == "institutions" and stop - first == 1:
        before = previous_in_name(doc, first)
        return before is not None and before.text in given_names() and before.head.i == doc[first].i
    if entry.table not in ("countries", "subnational", "regions") and not _is_continent(entry):
        return False
    after = next_in_name(doc, stop)
    before = previous_in_name(doc, first)
    if before is not None and before.text in name_words("company_first") and after is None:
        return True
    if after is not None:
        if is_company_word(after):
            return True
        if entry.form in PLACE_FORMS and (_is_team(after, entry) or _is_team(_last_in_name(after), entry)):
            return True
    if stop - first > 1:
        return False
    text = doc[first].text
    if after is not None and entry.form in PLACE_FORMS and _is_first_name(text, doc[stop - 1], after):
        return True
    return _is_last_name(doc, first, stop, entry)


def _is_continent(entry: Entry) -> bool:
    """Whether the entry groups states under a single name, which may be somebody's first ("Asia Bibi")."""
    return entry.table == "bodies" and entry.kind == "group"


def _last_in_name(token: Token) -> Token:
    for _ in range(LONGEST_NAME):
        following = next_in_name(token.doc, token.i + 1)
        if following is None:
            break
        token = following
    return token


def ends_hyphenated_name(doc: Doc, first: int) -> bool:
    """Whether a hyphen joins the word to a name before it ("Waker-uz-Zaman"), other than "ex-" or "pro-"."""
    if first < 2 or doc[first - 1].orth_ != "-" or doc[first - 2].whitespace_ or not doc[first].text[0].isupper():
        return False
    before = doc[first - 2]
    return before.lower_ in name_words("particle") and first > 2 and doc[first - 3].orth_ == "-"


def _is_team(after: Token, entry: Entry) -> bool:
    return after.text in name_words("team") and (entry.country in TEAM_COUNTRIES or role_phrase(after) is None)


def _is_first_name(text: str, token: Token, after: Token) -> bool:
    """ "Chad Michaels", but not "Chad President" or "Jordan Valley"."""
    if text not in given_names() or token.dep_ not in INNER or token.head.i < after.i:
        return False
    return role_phrase(after) is None and after.lower_ not in titles() and after.text not in name_words("place")


def _is_last_name(doc: Doc, first: int, stop: int, entry: Entry) -> bool:
    """ "Jack London", "Mr Holland", "Najib Wardak"; an adjective ("Jane English") only where nothing follows."""
    before = previous_in_name(doc, first)
    if before is None:
        return False
    if entry.form in (CITY, PROVINCE) and _is_inside_name(before, stop - 1):
        return True
    if before.text not in given_names() and before.lower_ not in titles():
        return False
    if entry.form in (ADJECTIVE, DEMONYM):
        follower = doc[stop] if stop < len(doc) else None
        return follower is None or follower.pos_ not in ("NOUN", "PROPN", "ADJ")
    if before.lower_ in titles() or before.head.i == stop - 1:
        return True
    return before.dep_ in INNER and before.head.i == doc[stop - 1].head.i


def _is_inside_name(before: Token, last: int) -> bool:
    """Whether a capitalised word that is no role and no part of a place's name leads up to it ("Najib Wardak")."""
    if before.dep_ != "compound" or before.head.i != last or role_phrase(before) is not None:
        return False
    return before.text not in name_words("place_first") and not before.text.isupper()


def is_surname_alone(text: str) -> bool:
    """Whether a word is nothing but a surname: no given name, day, month or word of the language ("Key", "Young")."""
    return not (text in given_names() or text in family_names() or text in name_words("calendar") | name_words("word"))


def is_given_alone(name: str) -> bool:
    """Whether a name is nothing but given names ("Juan Carlos"), so that another's may begin with it."""
    return all(part in given_names() for part in name.split())


def is_used_as_first_name(doc: Doc, first: int, stop: int) -> bool:
    """Whether a surname of the tables starts another's name or a street's ("Mansour Abbas", "Park Avenue")."""
    after = next_in_name(doc, stop)
    last = doc[stop - 1]
    if after is None or last.dep_ not in INNER or last.dep_ == "poss" or last.head.i < after.i:
        return False
    return role_phrase(after) is None


def is_date(doc: Doc, index: int) -> bool:
    """Whether a day's or month's name stands in a date ("May 12", "in May", "said Friday"), so that it names nobody."""
    token = doc[index]
    if token.text not in name_words("calendar"):
        return False
    if token.dep_ in ("npadvmod", "nmod") or token.text.endswith("day"):
        return not (index and (doc[index - 1].lower_ in titles() or doc[index - 1].text in given_names()))
    before = doc[index - 1] if index else None
    after = doc[index + 1] if index + 1 < len(doc) else None
    if any(t is not None and (t.like_num or t.text[0].isdigit()) for t in (before, after)):
        return True
    return before is not None and before.lower_ in BEFORE_DATES


def is_in_place_name(doc: Doc, index: int) -> bool:
    """Whether the word is followed by "Avenue", "Airport" or the like, so that it names no person."""
    after = next_in_name(doc, index + 1)
    return after is not None and after.text in name_words("place")


def company_start(token: Token) -> int | None:
    """First token of the company's name that ends in this word, None where it is no company's."""
    if token.pos_ != "PROPN":
        return None
    before = previous_in_name(token.doc, token.i)
    if before is not None and before.text in name_words("company_first"):
        return before.i if next_in_name(token.doc, token.i + 1) is None and role_phrase(token) is None else None
    if not is_company_word(token):
        return None
    first = token.i
    while first > max(token.i - LONGEST_NAME, 0) and _belongs_to_company(token.doc[first - 1]):
        first -= 1
    return first if first < token.i else None


def _belongs_to_company(token: Token) -> bool:
    return token.text[0].isupper() and token.pos_ in ("PROPN", "ADJ") and bool(token.whitespace_)


def surnames_of(name: str, is_holder: bool = False) -> tuple[str, ...]:
    """The words by which somebody may be called after the full name: the last, and the first where families lead."""
    parts = name.split()
    found = [parts[-1]]
    if len(parts) > 1 and (is_family_first(parts) or is_holder):
        found.append(parts[0])
    for at, part in enumerate(parts[1:-1], 1):
        if part.lower() in name_words("particle"):
            found.append(" ".join(parts[at:]))
            break
    return tuple(dict.fromkeys(found))


def is_family_first(parts: list[str]) -> bool:
    """Whether the name begins with a family name of China, Korea or Vietnam ("Kang Chol", "Zhou Min")."""
    return parts[0] in family_names()
