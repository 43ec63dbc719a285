"""Cues in the middle of what they report: `Congress, he went on, would not sit idle`.

The parse often takes such an aside for the main clause and the words around it for something else, so asides are
read by their commas and tags. The words before must be unfinished without those after; `Lee left, he said, and ...`
is the parse's business.
"""

from __future__ import annotations

from collections.abc import Iterator

from detente.coding.attribution.lexicon import load_lexicon
from detente.coding.attribution.records import Draft, Span
from detente.coding.attribution.roles import own_subject
from detente.coding.attribution.tree import Tree

STOPS = frozenset({".", "?", "!", ";"})
ENDS = STOPS | {"“", "”", '"', "``", "''"}
NOUN_PHRASE = frozenset(
    ["DT", "NN", "NNS", "NNP", "NNPS", "JJ", "POS", "PRP", "PRP$", "CD", "HYPH", "IN", "VBN", "CC", "AFX", "NFP", "RBR"]
)
HEADS = ("NN", "PRP")
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
# What goes on with a clause that has its subject only, and what an unfinished verb ends in.
GOES_ON = FINITE | {"VBN", "VB", "TO", "RB"}
UNFINISHED = frozenset({"is", "was", "are", "were", "be", "been", "has", "have", "had", "will", "would", "could", "can",
                        "should", "must", "may", "might", "not", "that", "to", "shall"})  # fmt: skip
GOING = frozenset({"went", "goes"})
LONGEST, AFTER_CUE = 16, 6


def find_asides(tree: Tree) -> list[Draft]:
    """Drafts of the asides, at most one a sentence."""
    found: list[Draft] = []
    verbs = load_lexicon().verbs
    for i in range(1, tree.size - 1):
        entry = verbs.get(tree.low[i])
        is_cue = entry is not None and bool({"c", "q"} & (entry.report | entry.stance)) and tree.low[i + 1] != "by"
        if tree.tag[i] not in FINITE or not (is_cue or (tree.low[i] in GOING and tree.low[i + 1] == "on")):
            continue
        if found and found[-1].runs[-1][1] > i:
            continue
        draft = _aside(tree, i)
        if draft is not None and entry is not None and not {"c", "q"} & entry.report:
            draft.cue_class = "stance"
        if draft is not None:
            found.append(draft)
    return found


def without_doubles(drafts: list[Draft], asides: list[Draft]) -> list[Draft]:
    """The drafts, those with an aside's cue left out for the aside."""
    cues = {draft.cue for draft in asides}
    return [draft for draft in drafts if draft.cue not in cues] + asides


def _aside(tree: Tree, cue: int) -> Draft | None:
    for opened in _openings(tree, cue):
        closed = _closing(tree, cue, inverted=opened == cue - 1)
        if closed is None:
            continue
        before, after = _around(tree, opened, closed)
        speaker = _speaker(tree, opened, cue, closed)
        if speaker is not None and _is_broken(tree, before, after):
            return Draft(cue, speaker, [before, after], "report", "host")
    return None


def _openings(tree: Tree, cue: int) -> Iterator[int]:
    """Commas before the cue with nothing but a noun phrase, of which one part may be set off, up to it."""
    commas = 0
    for i in range(cue - 1, max(cue - LONGEST, 0), -1):
        if tree.low[i] == ",":
            yield i
            commas += 1
            if commas > 3:
                return
        elif tree.tag[i] not in NOUN_PHRASE and not (tree.tag[i] in {"RB", "VBZ", "VBD"} and i > cue - 3):
            return


def _closing(tree: Tree, cue: int, inverted: bool) -> int | None:
    """The comma that ends the aside."""
    for i in range(cue + 1, min(cue + (LONGEST if inverted else AFTER_CUE) + 1, tree.size)):
        if tree.low[i] == ",":
            return i
        if tree.low[i] in ENDS or "\n" in tree.low[i] or tree.tag[i] in FINITE or tree.low[i] == "that":
            return None
    return None


def _around(tree: Tree, opened: int, closed: int) -> tuple[Span, Span]:
    start, end = opened, closed + 1
    while start and tree.low[start - 1] not in ENDS and "\n" not in tree.low[start - 1]:
        start -= 1
    while end < tree.size and tree.low[end] not in STOPS and "\n" not in tree.low[end]:
        end += 1
    end += end < tree.size and tree.low[end] in {"?", "!"}
    return (start, opened), (closed + 1, end)


def _is_broken(tree: Tree, before: Span, after: Span) -> bool:
    """Whether the words before the aside need those after it, and are outside of quotations."""
    if before[0] == before[1] or after[1] - after[0] < 2 or tree.low[before[0] - 1] in {"“", "``", '"'}:
        return False
    if not STOPS & set(tree.low[after[1] - 1 : after[1] + 1]):
        return False
    last, first = before[1] - 1, after[0]
    if tree.low[last] in UNFINISHED:
        return True
    if any(tree.tag[i] in FINITE for i in range(*before)) or "," in tree.low[before[0] : before[1]]:
        return False
    if not any(tree.tag[i].startswith(HEADS) or tree.tag[i] in {"DT", "EX"} for i in range(*before)):
        return False
    return tree.tag[first] in FINITE or (
        tree.tag[first] in GOES_ON and any(tree.tag[i] in FINITE for i in range(first, min(first + 3, after[1])))
    )


def _speaker(tree: Tree, opened: int, cue: int, closed: int) -> int | None:
    """The cue's subject within the aside, by the parse or else by the tags."""
    subject = own_subject(tree, cue)
    if subject is not None and opened < subject < closed:
        return subject
    if opened < cue - 1:
        return next((i for i in range(cue - 1, opened, -1) if tree.tag[i].startswith(HEADS)), None)
    head = None
    for i in range(cue + 1, closed):
        if tree.tag[i].startswith(HEADS):
            head = i
        elif tree.tag[i] not in {"DT", "JJ", "POS", "HYPH", "PRP$"}:
            break
    return head
