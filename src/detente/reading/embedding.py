"""The word vectors that spaCy's network starts from, kept for the words that were met before.

The first layers of tok2vec see one token at a time: its norm, prefix, suffix, shape and white space. Their answer to a
token is the same wherever it stands, so it is worked out once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from spacy.pipeline import Tok2Vec
from spacy.tokens import Doc
from thinc.api import Model, chain

MAX_KEPT = 50_000
"""Tokens remembered: about 30 MB. Then the table starts anew, so memory stays flat over any number of texts."""


class WordVectors:
    """Answers for the embedding layers of a tok2vec model whose first layer extracts lexical features."""

    def __init__(self, embed: Model[Any, Any], kept: int = MAX_KEPT) -> None:
        extract, *rest = embed.layers
        self._columns: list[int | str] = extract.attrs["columns"]
        self._layers: Model[Any, Any] = chain(*rest)
        self._places: dict[bytes, int] = {}
        self._table = np.zeros((1024, embed.get_dim("nO")), dtype="float32")
        self._kept = kept

    def __call__(self, docs: list[Doc]) -> list[Any]:
        features = [np.ascontiguousarray(doc.to_array(self._columns), dtype="uint64") for doc in docs]
        stacked = np.concatenate(features) if features else np.zeros((0, len(self._columns)), dtype="uint64")
        keys: list[bytes] = stacked.view(f"V{stacked.itemsize * stacked.shape[1]}").ravel().tolist()
        self._learn(stacked, keys)
        vectors = self._table[[self._places[key] for key in keys]]
        return np.split(vectors, np.cumsum([len(each) for each in features])[:-1])

    def _learn(self, features: Any, keys: list[bytes]) -> None:
        new = {key: row for row, key in enumerate(keys) if key not in self._places}
        if not new:
            return
        if len(self._places) + len(new) > self._kept:
            self._places.clear()
            new = {key: row for row, key in enumerate(keys)}
        start = len(self._places)
        if start + len(new) > len(self._table):
            larger = np.zeros((2 * (start + len(new)), self._table.shape[1]), dtype="float32")
            larger[:start] = self._table[:start]
            self._table = larger
        self._table[start : start + len(new)] = self._layers.predict([features[list(new.values())]])[0]
        self._places.update({key: start + place for place, key in enumerate(new)})


def remember_words(tok2vec: Tok2Vec) -> None:
    """Puts a table in the place of the component's embedding layers; what comes out is the same."""
    embed, encode = tok2vec.model.layers
    vectors = WordVectors(embed)

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[list[Any], Any]:
        return vectors(docs), lambda gradient: gradient

    kept: Model[Any, Any] = Model("word_vectors", forward, dims={"nO": embed.get_dim("nO")})
    tok2vec.model = chain(kept, encode)
