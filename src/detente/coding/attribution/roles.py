"""Who speaks: the subject of a cue through voice, control, coordination and relative clauses, and its noun phrase."""

from __future__ import annotations

from detente.coding.attribution.lexicon import load_lexicon
from detente.coding.attribution.records import Span
from detente.coding.attribution.tree import NOUN_TAGS, SUBJECTS, Tree

RELATIVES = frozenset({"who", "that", "which", "whom"})
LEFT_CUTS = frozenset({"“", '"', "”", "(", "—", ":", ";", "``", "''"})
CUT_MARKS = frozenset({",", "–", "—", "-", "--", "(", "[", ":", ";", ")", "]"})
QUOTING = frozenset({"quoted", "quotes", "quoting", "cited", "cites", "citing"})
CLOSING = {"-": {"-"}, "–": {"–"}, "—": {"—"}, "--": {"--"}, ")": {"("}}
RECORDINGS = frozenset({"footage", "video", "clip", "clips", "recording", "tape", "audio", "film", "image", "images"})
DEPTH = 6


def is_passive(tree: Tree, verb: int) -> bool:
    """Whether a verb form is passive: an auxiliary says so, or a bare participle has an agent."""
    labels = {tree.dep[k] for k in tree.kids[verb]}
    if labels & {"auxpass", "nsubjpass", "agent"}:
        return True
    return tree.tag[verb] == "VBN" and tree.dep[verb] in {"acl", "advcl"} and not labels & {"aux", "nsubj", "dobj"}


def agent(tree: Tree, verb: int) -> int | None:
    """The noun after `by` of a passive verb."""
    by = tree.kid(verb, "agent")
    return tree.kid(by, "pobj") if by is not None else None


def own_subject(tree: Tree, verb: int) -> int | None:
    """The subject that hangs on the verb itself; a relative pronoun stands for its antecedent."""
    found = None
    for k in tree.kids[verb]:
        if tree.dep[k] in SUBJECTS and (tree.tag[k] in NOUN_TAGS or tree.dep[k] != "csubj"):
            found = k
    if found is not None and tree.low[found] in RELATIVES and tree.dep[verb] == "relcl":
        return antecedent(tree, verb)
    return found


def antecedent(tree: Tree, verb: int) -> int:
    """The noun that a relative clause hangs on."""
    return tree.head[verb]


def governor(tree: Tree, verb: int) -> int | None:
    """The verb or noun that a clause without a subject of its own depends on."""
    head = tree.head[verb]
    if head == verb:
        return None
    while tree.dep[head] in {"prep", "agent", "pcomp"} and tree.head[head] != head:
        head = tree.head[head]
    return head


def speaker_of(tree: Tree, verb: int, depth: int = 0) -> int | None:
    """Head token of whoever utters the verb, or None."""
    if is_passive(tree, verb):
        return agent(tree, verb)
    return logical_subject(tree, verb, depth)


def logical_subject(tree: Tree, verb: int, depth: int = 0) -> int | None:
    """The subject, own or inherited from the governing verb or noun."""
    found = own_subject(tree, verb)
    if found is not None or depth > DEPTH:
        return found
    label, above = tree.dep[verb], governor(tree, verb)
    if above is None:
        return None
    if tree.dep[verb] == "pcomp" and tree.low[tree.head[verb]] == "as" and tree.low[above] in QUOTING:
        return tree.kid(above, "nsubjpass") if is_passive(tree, above) else tree.kid(above, "dobj")
    first = tree.left[verb]
    is_loose = tree.low[first - 1] == "," or tree.low[first] == "while"
    if label == "advcl" and tree.tag[verb] == "VBG" and is_loose:
        above = out_of_relatives(tree, out_of_dashes(tree, above, first))
    if tree.tag[verb] == "VBG" and label in {"xcomp", "advcl", "ccomp"} and shown(tree, first - 1):
        return first - 1
    if label in {"acl", "relcl"}:
        return owner(tree, above, depth)
    if not (tree.is_verb(above) or tree.tag[above] in {"JJ", "NN", "NNS", "NNP", "RB", "IN"}):
        return None
    if (
        label == "xcomp"
        and tree.kid(above, "dobj") is not None
        and not is_passive(tree, above)
        and "oi" in frames(tree, above)
    ):
        return tree.kid(above, "dobj")
    return logical_subject(tree, above, depth + 1)


def out_of_dashes(tree: Tree, verb: int, first: int) -> int:
    """The verb outside of a parenthesis that ends before a token: `marched - as X played - while chanting`."""
    if tree.low[first - 1] not in CLOSING:
        return verb
    opened = next((i for i in range(first - 2, -1, -1) if tree.low[i] in CLOSING[tree.low[first - 1]]), None)
    if opened is None or verb < opened:
        return verb
    return next((i for i in tree.ancestors(verb) if i < opened and tree.is_verb(i)), verb)


def shown(tree: Tree, i: int) -> bool:
    """Whether a name is what a recording shows: `footage of Lee saying`, where the parse hangs the verb higher."""
    return (
        i > 0
        and tree.dep[i] == "pobj"
        and tree.tag[i] in {"NNP", "PRP"}
        and tree.low[tree.head[i]] == "of"
        and tree.low[tree.head[tree.head[i]]] in RECORDINGS
    )


def out_of_relatives(tree: Tree, verb: int) -> int:
    """The main verb above a relative clause: `defended not paying a man who sued, saying` is no word of the man's."""
    found = verb
    for above in tree.ancestors(verb):
        if tree.dep[found] in {"relcl", "acl"} or not tree.is_verb(found):
            found = above
        elif tree.is_verb(found):
            break
    return found


def frames(tree: Tree, verb: int) -> frozenset[str]:
    """All frames that the lexicon gives the verb."""
    entry = load_lexicon().verbs.get(tree.low[verb])
    return entry.report | entry.stance if entry else frozenset()


def owner(tree: Tree, noun: int, depth: int = 0) -> int | None:
    """Who stands behind a noun with a clause: of `a statement saying` its maker, else the noun itself."""
    lexicon = load_lexicon()
    if tree.low[noun] not in lexicon.words["venue.nouns"] and tree.low[noun] not in lexicon.nouns:
        return noun
    return holder(tree, noun, depth) or noun


def holder(tree: Tree, noun: int, depth: int = 0) -> int | None:
    """The possessor, the object of `by`, `from` or `of`, or the subject of the verb that governs the noun."""
    found = tree.kid(noun, "poss")
    if found is not None:
        return found
    for k in tree.kids[noun]:
        if tree.low[k] in {"by", "from"} or (tree.low[k] == "of" and tree.low[noun] not in {"report"}):
            found = tree.kid(k, "pobj")
            if found is not None:
                return found
    head = tree.head[noun]
    if depth > DEPTH or head == noun:
        return None
    if tree.dep[noun] == "conj":
        return holder(tree, head, depth + 1)
    if tree.dep[noun] == "pobj" and tree.low[head] == "of":
        return holder(tree, tree.head[head], depth + 1)
    if tree.dep[noun] == "pobj" and tree.low[head] in {"in", "with", "on", "via", "through", "at", "for", "to"}:
        head = tree.head[head]
    elif tree.dep[noun] not in {"dobj", "attr", "oprd"}:
        return None
    if tree.is_verb(head):
        return speaker_of(tree, head, depth + 1)
    return None


def noun_phrase(tree: Tree, head: int) -> Span:
    """Half-open token range of the noun phrase around its head, without what follows a comma or a relative pronoun."""
    left, right = tree.left[head], tree.right[head]
    for k in tree.kids[head]:
        if k < head and tree.dep[k] in {"relcl", "ccomp", "parataxis", "advcl", "prep"}:
            left = max(left, tree.right[k] + 1)
    for i in range(head - 1, left - 1, -1):
        is_comma = tree.low[i] == "," and tree.dep[i] == "punct" and not listed(tree, i)
        if is_comma or tree.low[i] in LEFT_CUTS:
            left = i + 1
            break
    end = right + 1
    for i in range(head + 1, right + 1):
        if cuts(tree, i, head):
            end = i
            break
    if end - 1 > left and tree.tag[end - 1] == "POS":
        end -= 1
    while left < head and (tree.low[left] in CUT_MARKS or tree.low[left] in {"as", "but", "and"}):
        left += 1
    return left, end


def listed(tree: Tree, comma: int) -> bool:
    """Whether a comma stands between adjectives or places inside a noun phrase."""
    return tree.tag[comma - 1] in {"JJ", "CD", "NNP"} and comma > 0


def cuts(tree: Tree, i: int, head: int) -> bool:
    """Whether the noun phrase ends before token i."""
    if tree.low[i] in CUT_MARKS or tree.low[i] in {"“", '"', "”", "\n"}:
        return not (tree.low[i] == "-" and tree.end[i - 1] == tree.start[i])
    if tree.low[i].isspace():
        return True
    if tree.head[i] != head and tree.dep[i] not in {"relcl", "acl"}:
        return tree.low[i] in RELATIVES and tree.dep[i] in SUBJECTS
    return tree.dep[i] in {"relcl", "acl", "advcl", "ccomp", "parataxis"}
