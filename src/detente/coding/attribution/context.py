"""To whom, where and when: what stands around a cue."""

from __future__ import annotations

from detente.coding.attribution.lexicon import load_lexicon
from detente.coding.attribution.records import Draft, Span
from detente.coding.attribution.roles import noun_phrase
from detente.coding.attribution.tree import Tree


def audience(tree: Tree, draft: Draft) -> str | None:
    """Whom the speaker addresses: the object of a tell-type verb, or a known kind of audience after `to`."""
    cue, lexicon = draft.cue, load_lexicon()
    if cue is None:
        return None
    entry = lexicon.verbs.get(tree.low[cue])
    if entry is None:
        return None
    if "t" in entry.report:
        noun = tree.kid(cue, "dobj", "dative", "iobj")
        if noun is not None and noun > cue and not draft.holds(noun) and tree.tag[noun] not in {"IN", "TO"}:
            return phrase(tree, noun)
    for k in tree.kids[cue]:
        if k > cue and tree.low[k] == "to" and not draft.holds(k):
            noun = tree.kid(k, "pobj")
            if noun is not None and tree.low[noun] in lexicon.words["audience.nouns"]:
                return phrase(tree, noun)
    return None


def phrase(tree: Tree, noun: int) -> str:
    start, end = noun_phrase(tree, noun)
    dates = load_lexicon().words["dates.words"]
    while end - 1 > noun and (tree.low[end - 1] in dates or tree.low[end - 1] in {"on", "in", "at"}):
        end -= 1
    return tree.text[tree.start[start] : tree.end[end - 1]]


def venue(tree: Tree, draft: Draft) -> str | None:
    """`statement`, `interview with ABC`: what follows a preposition that hangs on the cue."""
    cue, words = draft.cue, load_lexicon().words
    if cue is None:
        return None
    heads = [cue]
    if tree.dep[cue] in {"conj", "xcomp", "pcomp"}:
        heads.append(tree.head[cue])
    found: list[int] = []
    for head in heads:
        for k in tree.kids[head]:
            if tree.dep[k] == "prep" and tree.low[k] in words["venue.prepositions"] and not draft.holds(k):
                found.append(k)
                noun = tree.kid(k, "pobj")
                found += [m for m in tree.kids[noun] if tree.dep[m] == "prep"] if noun is not None else []
            elif tree.dep[k] == "dobj" and not draft.holds(k):
                found += [m for m in tree.kids[k] if tree.low[m] in words["venue.prepositions"]]
    for k in found:
        noun = tree.kid(k, "pobj")
        if noun is not None and tree.low[noun] in words["venue.nouns"] and not draft.holds(noun):
            return venue_words(tree, noun)
    return None


def venue_words(tree: Tree, noun: int) -> str:
    """The noun phrase without article, possessor and date."""
    start, end = noun_phrase(tree, noun)
    dates = load_lexicon().words["dates.words"]
    for k in tree.kids[noun]:
        if k < noun and tree.dep[k] in {"det", "poss"}:
            start = max(start, tree.right[k] + 1)
        elif k > noun and (tree.dep[k] not in {"prep", "compound"} or tree.low[k] in {"on", "after", "before", "in"}):
            end = min(end, tree.left[k])
    while end - 1 > noun and tree.low[end - 1] in dates:
        end -= 1
    return tree.text[tree.start[start] : tree.end[end - 1]]


def date_words(tree: Tree, draft: Draft) -> Span | None:
    """The words that date the utterance: an adverbial noun or a prepositional phrase at the cue."""
    cue, dates = draft.cue, load_lexicon().words["dates.words"]
    if cue is None:
        return None
    for head in [
        cue,
        *(k for k in tree.kids[cue] if tree.dep[k] in {"dobj", "nsubj"}),
        *(m for k in tree.kids[cue] if tree.dep[k] == "prep" for m in tree.kids[k]),
    ]:
        for k in tree.kids[head]:
            if draft.holds(k) or tree.dep[k] in {"nsubj", "ccomp"}:
                continue
            span = dated(tree, k, dates)
            if span is not None:
                return span
    return None


def dated(tree: Tree, k: int, dates: frozenset[str]) -> Span | None:
    """The stretch of a child that is a date: `Thursday`, `on March 20`, `last week`."""
    noun = k
    if tree.dep[k] == "prep" and tree.low[k] in {"on", "in", "at", "late", "early", "since"}:
        inner = tree.kid(k, "pobj")
        if inner is None:
            return None
        noun = inner
    elif tree.dep[k] not in {"npadvmod", "advmod", "compound", "appos", "nmod"}:
        return None
    if tree.low[noun] not in dates or tree.tag[noun] == "MD":
        return None
    start = min(tree.left[noun], k) if noun != k else tree.left[noun]
    if tree.dep[k] == "compound":
        return tree.start[k], tree.end[k]
    end = noun
    while end < tree.right[noun] and (tree.tag[end + 1] == "CD" or tree.low[end + 1] in dates | {","}):
        end += 1
    end -= tree.low[end] == ","
    return tree.start[start], tree.end[end]
