"""Part of speech and morphology of tagged and parsed tokens, as spaCy's attribute ruler gives them, learnt by heart.

The ruler runs a matcher of 179 patterns over each text, a fifth of the whole parse. All that its patterns look at is a
token's tag, its relation, whether it is one of a few hundred words, and whether it follows an expletive; so what the
ruler said of one such token holds for the next. Lemmas that the ruler sets are left out: `reading.lemma` asks for none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from spacy.pipeline import AttributeRuler
from spacy.tokens import Doc

ASKED: list[int | str] = ["TAG", "DEP", "LOWER", "IS_SPACE"]
GIVEN: list[int | str] = ["POS", "MORPH", "TAG", "DEP"]
Key = tuple[int, int, int, bool, bool]


class Attributes:
    """Does the work of one attribute ruler, which is asked only for tokens of a kind not seen before."""

    def __init__(self, ruler: AttributeRuler) -> None:
        self._ruler = ruler
        strings = ruler.vocab.strings
        self._words = {strings.add(word) for item in ruler.patterns for word in _words(item["patterns"])}
        self._expletive = strings.add("expl")
        self._known: dict[Key, tuple[int, ...]] = {}

    def __call__(self, doc: Doc) -> None:
        """Sets what the ruler would set, lemmas aside."""
        keys = self._keys(doc)
        try:
            rows = [self._known[key] for key in keys]
        except KeyError:
            self._ruler(doc)
            self._known.update(zip(keys, map(tuple, doc.to_array(GIVEN).tolist()), strict=True))
            return
        values = np.array(rows, dtype="uint64").reshape(len(rows), len(GIVEN))
        doc.from_array(GIVEN[:2], values[:, :2])  # type: ignore[arg-type]
        for index, (key, row) in enumerate(zip(keys, rows, strict=True)):
            if (key[0], key[1]) != (row[2], row[3]):  # white space
                doc[index].tag, doc[index].dep = row[2], row[3]

    def _keys(self, doc: Doc) -> list[Key]:
        keys, words, after = [], self._words, False
        for tag, dep, lower, is_space in doc.to_array(ASKED).tolist():
            keys.append((tag, dep, lower if lower in words else 0, bool(is_space), after))
            after = dep == self._expletive
        return keys


def _words(patterns: Any) -> Iterator[str]:
    """Words that the patterns name; those given by a regular expression only ever set lemmas."""
    for pattern in patterns:
        for token in pattern:
            wanted = token.get("LOWER", ())
            yield from [wanted] if isinstance(wanted, str) else wanted.get("IN", ()) if wanted else ()
