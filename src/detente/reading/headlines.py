"""Headlines whose verb the parser takes for a noun ("Caracas severs ties", "Baku and Yerevan trade fire").

A line that opens with a name, or with several, and goes on with a word that headlines use as a verb and the parser does
not is parsed again by hand: the names are its subject, and the noun after the verb its object.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from spacy.tokens import Doc, Token

LONGEST = 18
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
NAMES = frozenset({"NNP", "NNPS"})
OPENS = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ", "VBG", "CD", "DT", "PRP$", "RP"})
# Nouns that the tagger takes for verbs where a verb has gone by for a noun ("Poland seals deal with Kyiv").
BOTH = frozenset(
    {
        "deal",
        "ban",
        "blow",
        "vote",
        "call",
        "cut",
        "halt",
        "probe",
        "strike",
        "raid",
        "row",
        "visit",
        "trade",
        "veto",
        "bid",
    }
)
_SET: list[int | str] = ["TAG", "DEP", "HEAD"]


@cache
def headline_verbs() -> frozenset[str]:
    """Base forms of verbs that headlines use, and that seldom stand as nouns after a name."""
    text = files(__package__).joinpath("headline_verbs.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split() if line)


def mend_headline(doc: Doc) -> bool:
    """Gives a tagged and parsed headline the verb that it lacks; whether it had to."""
    words = [t for t in doc if not t.is_space]
    verb = _missed_verb(words)
    if verb is None:
        return False
    subject = [t for t in words if t.i < verb.i]
    tags = {t.i: t.tag_ for t in doc}
    deps = {t.i: t.dep_ for t in doc}
    heads = {t.i: t.head.i for t in doc}
    goal = _goal(verb, words)
    for token in doc:
        if heads[token.i] in (verb.i, token.i) or heads[token.i] < verb.i:
            heads[token.i] = verb.i  # what hung on the names or was the root
    _link_subject(subject, verb, tags, deps, heads)
    tags[verb.i], deps[verb.i], heads[verb.i] = ("VBP" if _is_several(subject) else "VBZ"), "ROOT", verb.i
    if goal is not None:
        deps[goal.i], heads[goal.i] = "dobj", verb.i
        tags[goal.i] = "NN" if tags[goal.i].startswith("VB") else tags[goal.i]
        for token in words:
            if verb.i < token.i < goal.i and heads[token.i] in (verb.i, goal.i):
                deps[token.i], heads[token.i] = ("prt" if tags[token.i] == "RP" else "compound"), goal.i
                if deps[token.i] == "prt":
                    heads[token.i] = verb.i
    _set(doc, tags, deps, heads)
    return True


def _missed_verb(words: list[Token]) -> Token | None:
    """The word after the names that is the line's verb, where the parse has none."""
    if not 3 <= len(words) <= LONGEST or words[-1].text in (".", "?", "!", ":"):
        return None
    place = 0
    while place < len(words) and (words[place].tag_ in NAMES or words[place].lower_ in ("and", ",", "&")):
        place += 1
    place = min([place, *(n for n, t in enumerate(words[:place]) if n and t.is_lower and t.tag_ in NAMES)])
    if not place or place + 1 >= len(words):
        return None
    verb, after = words[place], words[place + 1]
    if verb.dep_ == "ROOT" and verb.tag_ in FINITE:
        return None
    is_open = after.tag_ in OPENS or after.lower_ in BOTH
    if not verb.is_lower or not is_open or not words[place - 1].is_alpha:
        return None
    is_several = _is_several(words[:place])
    bases = {verb.lower_} if is_several else {verb.lower_[:-n] for n in (1, 2) if verb.lower_.endswith("s")}
    bases |= {verb.lower_[:-3] + "y"} if not is_several and verb.lower_.endswith("ies") else set()
    return verb if bases & headline_verbs() else None


def _is_several(names: list[Token]) -> bool:
    return any(t.lower_ in ("and", ",", "&") for t in names)


def _goal(verb: Token, words: list[Token]) -> Token | None:
    """The last noun of the phrase right after the verb: its object."""
    found = None
    for token in words:
        if token.i <= verb.i:
            continue
        if token.tag_ not in OPENS and token.lower_ not in BOTH:
            break
        found = token if token.tag_ in (*NAMES, "NN", "NNS", "VBG") or token.lower_ in BOTH else found
    return found


def _link_subject(
    names: list[Token], verb: Token, tags: dict[int, str], deps: dict[int, str], heads: dict[int, int]
) -> None:
    """Hangs the names on the verb: the last word of the first as its subject, those after it as coordinated."""
    ends = [t for t in names if t.tag_ in NAMES and (t.i + 1 == verb.i or t.nbor().tag_ not in NAMES)]
    for token in names:
        end = next((e for e in ends if e.i >= token.i), ends[-1])
        if token.tag_ not in NAMES:
            deps[token.i], heads[token.i] = ("punct" if token.lower_ == "," else "cc"), ends[0].i
        elif token.i != end.i:
            deps[token.i], heads[token.i] = "compound", end.i
        elif token.i == ends[0].i:
            deps[token.i], heads[token.i] = "nsubj", verb.i
        else:
            deps[token.i], heads[token.i] = "conj", ends[0].i


def _set(doc: Doc, tags: dict[int, str], deps: dict[int, str], heads: dict[int, int]) -> None:
    add = doc.vocab.strings.add
    rows: Any = [[add(tags[n]), add(deps[n]), np.int64(heads[n] - n).astype("uint64")] for n in range(len(doc))]
    doc.from_array(_SET, np.array(rows, dtype="uint64"))  # type: ignore[arg-type]
