"""Attributions without a cue verb: according to, as X put it, cue nouns and adjectives, `Name: words`."""

from __future__ import annotations

from collections.abc import Iterator

from detente.coding.attribution.clauses import clause_kid, has_that, subtree, to_infinitive, without
from detente.coding.attribution.lexicon import load_lexicon
from detente.coding.attribution.records import Draft, Span
from detente.coding.attribution.roles import holder, own_subject
from detente.coding.attribution.tree import Tree

CLAUSE_HEADS = frozenset({"ROOT", "ccomp", "conj", "relcl", "advcl", "parataxis", "pcomp", "xcomp", "acl"})


def host_clause(tree: Tree, i: int) -> int:
    """The head of the clause that a phrase stands in."""
    head = i
    for head in tree.ancestors(i):
        if tree.dep[head] in CLAUSE_HEADS and (tree.is_verb(head) or tree.head[head] == head):
            return head
    return head


def host_runs(tree: Tree, i: int, phrase: Span) -> list[Span]:
    """The clause around a phrase, less the phrase."""
    host = host_clause(tree, i)
    stop = next((k for k in tree.kids[host] if k > i and tree.low[k] == ";"), None)
    if stop is not None:
        return without((tree.left[host], stop), phrase)
    if tree.dep[host] in {"conj", "relcl", "advcl", "acl"}:
        return without(subtree(tree, host), phrase)
    run = subtree(tree, host)
    return without(run, phrase)


def according_to(tree: Tree, i: int) -> Draft | None:
    """`according to X`, wherever it stands."""
    if i + 1 >= tree.size or tree.low[i + 1] != "to":
        return None
    to = i + 1
    noun = tree.kid(to, "pobj", "pcomp")
    if noun is None:
        noun = tree.kid(i, "pobj")
    if noun is None or tree.head[i] == i:
        return None
    phrase = (min(tree.left[i], i), max(tree.right[i], tree.right[to]) + 1)
    runs = host_runs(tree, i, phrase)
    return Draft(i, noun, runs, "report", "host", cue_end=to + 1)


def per_phrase(tree: Tree, i: int) -> Draft | None:
    """`per X` and `in X's words`, `in the words of X` as an adjunct of a clause."""
    noun = tree.kid(i, "pobj")
    if noun is None or tree.head[i] == i:
        return None
    words = load_lexicon().words
    if tree.low[i] == "per":
        if tree.tag[noun] not in {"NNP", "NNPS"} or tree.left[noun] != i + 1:
            return None
        return Draft(i, noun, host_runs(tree, i, subtree(tree, i)), "report", "host")
    if tree.low[i] != "in" or tree.low[noun] not in words["phrases.words_nouns"]:
        return None
    speaker = tree.kid(noun, "poss")
    of = next((k for k in tree.kids[noun] if tree.low[k] == "of"), None)
    if speaker is None and of is not None:
        speaker = tree.kid(of, "pobj")
    if speaker is None:
        return None
    return Draft(i, speaker, host_runs(tree, i, subtree(tree, i)), "report", "host", cue_end=noun + 1)


def estimate(tree: Tree, i: int) -> Draft | None:
    """`put the dead at 90`: a number after `at` that is said of something."""
    noun, at = tree.kid(i, "dobj"), next((k for k in tree.kids[i] if k > i and tree.low[k] == "at"), None)
    number = tree.kid(at, "pobj") if at is not None else None
    speaker = own_subject(tree, i)
    if noun is None or at is None or number is None or speaker is None or noun > at:
        return None
    if tree.low[at + 1] in {"the", "a", "an"} or not any(
        tree.tag[k] in {"CD", "$"} for k in range(at, tree.right[number] + 1)
    ):
        return None
    return Draft(i, speaker, [(tree.left[noun], tree.right[at] + 1)], "report", "n")


def as_put(tree: Tree, i: int) -> Draft | None:
    """`as X put it`, `as X has said`."""
    verb = tree.head[i]
    entry = load_lexicon().verbs.get(tree.low[verb])
    lemma = entry.lemma if entry else tree.low[verb]
    if lemma not in load_lexicon().words["phrases.as_verbs"] or tree.dep[verb] != "advcl" or verb <= i:
        return None
    if tree.kid(verb, "ccomp") is not None:
        return None
    speaker = own_subject(tree, verb)
    if speaker is None:
        return None
    return Draft(verb, speaker, host_runs(tree, verb, subtree(tree, verb)), "report", "host")


def noun_clause(tree: Tree, i: int, name: str) -> Draft | None:
    """`a warning from Oslo that`, `its promise to`."""
    for k in tree.kids[i]:
        if k > i and tree.dep[k] in {"acl", "ccomp", "relcl", "xcomp"}:
            that = any(tree.dep[m] == "mark" and tree.low[m] in {"that", "whether"} for m in tree.kids[k])
            if not that and not (tree.dep[k] == "acl" and to_infinitive(tree, k)):
                continue
            speaker = holder(tree, i)
            if speaker is not None:
                return Draft(i, speaker, [subtree(tree, k)], "stance" if name == "stance" else "report", "noun")
    return None


def adjective_clause(tree: Tree, i: int, name: str) -> Draft | None:
    """`was adamant that`, `is confident that`."""
    is_predicate = tree.dep[i] in {"acomp", "attr", "oprd"}
    beside = [k for k in clause_kid(tree, tree.head[i]) if k > i and has_that(tree, k)] if is_predicate else []
    for k in [*tree.kids[i], *beside]:
        if k < i or tree.dep[k] not in {"ccomp", "xcomp"}:
            continue
        if name == "stance" or k in beside or k in clause_kid(tree, i):
            speaker = own_subject(tree, tree.head[i]) if is_predicate else own_subject(tree, i)
            if speaker is not None and tree.low[speaker] not in {"it", "there"}:
                return Draft(i, speaker, [subtree(tree, k)], "stance" if name == "stance" else "report", "adj")
    return None


def find_phrases(tree: Tree) -> Iterator[Draft]:
    """Drafts of all cues that are not verbs."""
    lexicon = load_lexicon()
    report, stance = lexicon.words["adjectives.report"], lexicon.words["adjectives.stance"]
    for i, word in enumerate(tree.low):
        draft: Draft | None = None
        if word == "according":
            draft = according_to(tree, i)
        elif word in {"per", "in"} and tree.dep[i] == "prep":
            draft = per_phrase(tree, i)
        elif word in {"put", "puts"} and tree.tag[i] in {"VBD", "VBZ", "VBP"}:
            draft = estimate(tree, i)
        elif word == "as" and tree.dep[i] == "mark":
            draft = as_put(tree, i)
        elif tree.tag[i] in {"NN", "NNS"} and word in lexicon.nouns:
            draft = noun_clause(tree, i, lexicon.nouns[word])
        elif word in report:
            draft = adjective_clause(tree, i, "report")
        elif word in stance and tree.tag[i] in {"JJ", "VBN", "VBD"}:
            draft = adjective_clause(tree, i, "stance")
        if draft is not None and draft.runs:
            yield draft
