"""Mends habits of the parser that put a speaker's next words into the mouth of whoever he speaks about.

`said that trade would suffer and added that ...` hangs `added` on `suffer`; `denied that soldiers had crossed,
calling it a lie` hangs `calling` on `crossed`: both belong to the first cue. And in `Xi told Bo that ..., the agency
reported` the last cue reports the first.
"""

from __future__ import annotations

from detente.coding.attribution.lexicon import Lexicon, load_lexicon
from detente.coding.attribution.tree import Tree


def mend(tree: Tree) -> Tree:
    """The same tree with such verbs moved."""
    lexicon, moved = load_lexicon(), False
    for i, word in enumerate(tree.low):
        entry, label = lexicon.verbs.get(word), tree.dep[i]
        if entry is None or label not in {"conj", "advcl", "ccomp"} or "q" not in entry.report:
            continue
        if label == "ccomp":
            moved = ("c" in entry.report and lift(tree, i, lexicon)) or moved
            continue
        cue = cue_above(tree, i, lexicon)
        if cue is not None and cue < i:
            move(tree, i, cue)
            moved = True
    if moved:
        tree.left, tree.right = tree.edges()
    return tree


def lift(tree: Tree, i: int, lexicon: Lexicon) -> bool:
    """Puts a closing `, the agency reported` above the cue that the parse hangs it on; False where it is none."""
    above = tree.head[i]
    subject = next((k for k in tree.kids[i] if tree.dep[k] == "nsubj"), None)
    if above >= i or tree.low[above] not in lexicon.verbs or tree.head[above] != above or subject is None:
        return False
    if not above < subject < i or tree.low[tree.left[subject] - 1] != ",":
        return False
    own = [k for k in tree.kids[i] if tree.dep[k] == "ccomp"]
    beside = [k for k in tree.kids[above] if tree.dep[k] == "ccomp" and k < subject]
    if any(k > i for k in own) or not (own or beside):
        return False
    for clause in own:
        tree.kids[i].remove(clause)
        tree.kids[above].append(clause)
        tree.head[clause] = above
    later = [k for k in tree.kids[above] if k > subject and k != i]
    tree.kids[above] = sorted(k for k in tree.kids[above] if k < subject)
    tree.kids[i] = sorted([*tree.kids[i], *later, above])
    for k in (*later, above, i):
        tree.head[k] = i
    tree.dep[above], tree.dep[i] = "ccomp", "ROOT"
    return True


def cue_above(tree: Tree, i: int, lexicon: Lexicon) -> int | None:
    """The cue that a misplaced verb belongs to: two steps up, over the clause that the cue reports."""
    clause = tree.head[i]
    if clause >= i or tree.dep[clause] != "ccomp" or any(tree.dep[k].startswith("nsubj") for k in tree.kids[i]):
        return None
    cue = tree.head[clause]
    entry = lexicon.verbs.get(tree.low[cue])
    if entry is None or "c" not in entry.report:
        return None
    if tree.dep[i] == "advcl":
        return cue if tree.tag[i] == "VBG" and tree.low[tree.left[i] - 1] == "," else None
    differs = tree.tag[clause] != tree.tag[i] or tree.low[i] in {"added", "adds", "adding"}
    return cue if differs and tree.tag[cue] == tree.tag[i] and tree.tag[i] != "VB" else None


def move(tree: Tree, i: int, cue: int) -> None:
    """Hangs a verb, and the conjunction and commas right before it, on the cue."""
    clause = tree.head[i]
    at = tree.kids[clause].index(i)
    while at and tree.kids[clause][at - 1] > clause and tree.dep[tree.kids[clause][at - 1]] in {"cc", "punct"}:
        at -= 1
    stop = tree.kids[clause].index(i) + 1
    loose = tree.kids[clause][at:stop]
    del tree.kids[clause][at:stop]
    tree.kids[cue] = sorted([*tree.kids[cue], *loose])
    for k in loose:
        tree.head[k] = cue
