"""The parse of a Doc as plain lists: spaCy's token objects cost more to ask than all the rules together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from spacy.tokens import Doc

from detente.reading import text_of

COLUMNS: list[int | str] = ["LOWER", "TAG", "DEP", "HEAD", "IDX", "LENGTH", "SENT_START"]
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP", "WP", "DT", "CD", "WDT", "JJ", "EX"})


class Tree:
    """Words, tags, heads and labels by token index; `kids[i]` are the children of token i in order."""

    def __init__(self, doc: Doc) -> None:
        self.doc, self.text, self.size = doc, text_of(doc), len(doc)
        rows = doc.to_array(COLUMNS)
        columns: list[list[int]] = rows.T.tolist() if self.size else [[]] * len(COLUMNS)
        names = {key: doc.vocab.strings[key] if key else "" for key in {*columns[0], *columns[1], *columns[2]}}
        self.low = [names[key] for key in columns[0]]
        self.tag = [names[key] for key in columns[1]]
        self.dep = [names[key] for key in columns[2]]
        offsets: list[int] = rows[:, 3].astype("int64").tolist() if self.size else []
        self.head: list[int] = [i + offset for i, offset in enumerate(offsets)]
        self.start = columns[4]
        self.end = [start + length for start, length in zip(columns[4], columns[5], strict=True)]
        self.kids: list[list[int]] = [[] for _ in range(self.size)]
        for i, head in enumerate(self.head):
            if head != i:
                self.kids[head].append(i)
        self.sent = self._sentences(columns[6])
        self.left, self.right = self.edges()

    def _sentences(self, marks: list[int]) -> list[int]:
        """The index of the first token of each token's sentence."""
        first, found = 0, []
        for i, mark in enumerate(marks):
            first = i if mark == 1 else first
            found.append(first)
        return found

    def edges(self) -> tuple[list[int], list[int]]:
        """First and last token of each subtree."""
        left, right = list(range(self.size)), list(range(self.size))
        order = [i for i in range(self.size) if self.head[i] == i]
        for i in order:
            order.extend(self.kids[i])
        for i in reversed(order):
            head = self.head[i]
            left[head] = min(left[head], left[i])
            right[head] = max(right[head], right[i])
        return left, right

    def kid(self, i: int, *labels: str) -> int | None:
        """The first child of a token with one of the labels."""
        for k in self.kids[i]:
            if self.dep[k] in labels:
                return k
        return None

    def ancestors(self, i: int) -> Iterator[int]:
        """The heads above a token, nearest first."""
        while self.head[i] != i:
            i = self.head[i]
            yield i

    def is_verb(self, i: int) -> bool:
        return self.tag[i].startswith("V") or self.tag[i] == "MD"

    def sentence_end(self, i: int) -> int:
        """The token after the last of the sentence that holds token i."""
        first = self.sent[i]
        while i < self.size and self.sent[i] == first:
            i += 1
        return i

    def tokens_between(self, start: int, end: int) -> tuple[int, int]:
        """The half-open token range that lies within a stretch of characters."""
        return bisect_left(self.start, start), bisect_right(self.end, end)

    def is_word(self, i: int) -> bool:
        return any(c.isalnum() for c in self.low[i])
