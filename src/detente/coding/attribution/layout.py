"""Speakers that the layout names: `Name: words` in headlines and transcripts, `Q:` and `A:`."""

from __future__ import annotations

from collections.abc import Iterator

from detente.coding.attribution.lexicon import load_lexicon
from detente.coding.attribution.records import Draft
from detente.coding.attribution.tree import Tree
from detente.reading.datelines import dateline_end

LONGEST = 6
NAMES = frozenset({"NNP", "NNPS", "NN", "NNS", "JJ", "CD", "POS", "IN", "DT", "CC"})


def lines(tree: Tree) -> Iterator[tuple[int, int]]:
    """Token ranges of the lines that have words."""
    start = 0
    for i in range(tree.size + 1):
        if i == tree.size or "\n" in tree.low[i]:
            if any(tree.is_word(k) for k in range(start, i)):
                yield start, i
            start = i + 1


def colon_at(tree: Tree, start: int, end: int) -> int | None:
    """The colon that ends a short name at the head of a line."""
    for i in range(start, min(end - 1, start + LONGEST + 1)):
        if tree.low[i] == ":":
            return i if i > start else None
        if tree.tag[i] not in NAMES and not tree.text[tree.start[i]].isupper():
            return None
    return None


def find_labels(tree: Tree) -> list[Draft]:
    """Drafts of lines that begin with the speaker's name: the headline, and transcripts of two lines and more."""
    found, labels = [], load_lexicon().words["layout.not_speakers"]
    for number, (start, end) in enumerate(lines(tree)):
        while not tree.is_word(start):
            start += 1
        colon = colon_at(tree, start, end)
        if colon is None or any(tree.low[i] in labels for i in range(start, colon)):
            continue
        name = tree.text[tree.start[start] : tree.end[colon - 1]]
        if dateline_end(tree.text[tree.start[start] : tree.start[end - 1]]):
            continue
        if name[0].isupper() and sum(tree.is_word(i) for i in range(colon + 1, end)) > 2:
            frame = "headline" if number == 0 else "transcript"
            found.append((name, Draft(colon, colon - 1, [(colon + 1, end)], "report", frame, cue_end=start)))
    transcripts = [draft for _, draft in found if draft.frame == "transcript"]
    shouted = [draft for name, draft in found if draft.frame == "transcript" and name.isupper()]
    keep = transcripts if len(transcripts) > 2 else shouted
    for name, draft in found[:1]:
        if keep and draft.frame == "headline" and name.isupper():
            draft.frame = "transcript"
            keep = [draft, *keep]
    answers = find_answers(tree)
    kept = {id(draft) for draft in keep}
    named = [draft for name, draft in found if not (answers and name in {"Q", "A"})]
    return [draft for draft in named if id(draft) in kept or (draft.frame == "headline" and not answers)] + answers


def find_answers(tree: Tree) -> list[Draft]:
    """Drafts of questions and answers marked `Q:` and `A:`, each on a line of its own or all on one."""
    marks = [
        i
        for i in range(tree.size - 1)
        if tree.low[i] in {"q", "a"}
        and tree.low[i + 1] in {":", "."}
        and tree.text[tree.start[i]].isupper()
        and (i == 0 or not tree.is_word(i - 1))
    ]
    marks = [i for i in marks if tree.low[i + 1] == ":" or i == 0 or "\n" in tree.low[i - 1]]
    if len({tree.low[i] for i in marks}) < 2:
        return []
    found, guest = [], introduced(tree, marks[0])
    for i, after in zip(marks, [*marks[1:], tree.size], strict=True):
        end = next((k for k in range(i, after) if "\n" in tree.low[k]), after)
        if end > i + 2:
            speaker = guest if guest is not None and tree.low[i] == "a" else i
            found.append(Draft(i + 1, speaker, [(i + 2, end)], "report", "transcript", cue_end=i))
    return found


def introduced(tree: Tree, before: int) -> int | None:
    """The person whom the first sentence before an interview is about, by whom its answers are."""
    for i in range(before):
        if tree.head[i] == i and (tree.is_verb(i) or tree.tag[i] == "AUX"):
            subject = tree.kid(i, "nsubj", "nsubjpass")
            return subject if subject is not None and tree.tag[subject] == "NNP" else None
    return None
