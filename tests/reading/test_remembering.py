"""What is kept of tokens met before is what spaCy says of them, the second time as the first."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from benchmarks.corpora import dense, mixed
from spacy.language import Language

from detente.reading import load_pipeline
from detente.reading.attributes import Attributes
from detente.reading.embedding import WordVectors
from detente.reading.pipeline import MODEL_PACKAGES

TEXTS = [
    "There are talks in Geneva, but that is what Moscow wants.\n",
    "  “I don't know that you have it,” she said.   They're gonna let's see!\n\n",
    *[article.text for article in (*dense(2), *mixed(2))],
]


@pytest.fixture(scope="module")
def stock() -> Language:
    for name in MODEL_PACKAGES:
        try:
            package: Any = importlib.import_module(name)
        except ImportError:
            continue
        nlp: Language = package.load(exclude=["ner", "senter", "lemmatizer"])
        return nlp
    raise AssertionError("no English pipeline is installed")


def test_parts_of_speech_and_morphology_are_the_rulers(stock: Language) -> None:
    ours = load_pipeline()
    attributes = Attributes(dict(ours.components)["attribute_ruler"])  # type: ignore[arg-type]
    columns = ["POS", "MORPH", "TAG", "DEP", "HEAD"]
    for _ in range(2):  # learnt in the first round, known in the second
        for text in TEXTS:
            doc = ours(text)
            attributes(doc)
            assert np.array_equal(doc.to_array(columns), stock(text).to_array(columns)), text


@pytest.mark.parametrize("kept", [50_000, 700])
def test_word_vectors_are_those_of_the_network(stock: Language, kept: int) -> None:
    embed = stock.get_pipe("tok2vec").model.layers[0]
    vectors = WordVectors(embed, kept)
    docs = [stock.make_doc(text) for text in TEXTS]
    for _ in range(2):
        for doc in docs:
            (kept_rows,) = vectors([doc])
            assert np.allclose(kept_rows, embed.predict([doc])[0], atol=1e-5)
    assert len(vectors([docs[0], docs[1]])) == 2
