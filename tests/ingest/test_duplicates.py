from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detente.config import Settings
from detente.ingest import read_articles
from detente.ingest.duplicates import DuplicateIndex, minhash
from detente.records import Article

THRESHOLD = Settings().near_duplicate_threshold
WORDS = [f"word{number}" for number in range(200)]


def test_near_duplicates_of_the_samples_are_found() -> None:
    samples = files("detente.samples")
    expected = json.loads((samples / "expected.json").read_text(encoding="utf-8"))["near_duplicates"]
    index = DuplicateIndex(THRESHOLD)
    found = [
        index.mark(each)[0] for each in read_articles([str(samples / "corpus.jsonl")]) if isinstance(each, Article)
    ]
    pairs = {frozenset((each.id, each.near_duplicate_of)) for each in found if each.near_duplicate_of}
    assert pairs == {frozenset(pair) for pair in expected}


def test_all_copies_point_to_the_first() -> None:
    index = DuplicateIndex(THRESHOLD)
    articles = [Article.of(" ".join([*WORDS, *["more"] * number]), id=str(number)) for number in range(4)]
    marked = [index.mark(each)[0].near_duplicate_of for each in articles]
    assert marked == [None, "0", "0", "0"]
    assert index.mark(articles[2])[0].near_duplicate_of == "0"


def test_index_goes_on_from_stored_signatures() -> None:
    first, copy = Article.of(" ".join(WORDS), id="1"), Article.of(" ".join(WORDS[5:]), id="2")
    _, signature = DuplicateIndex(THRESHOLD).mark(first)
    later = DuplicateIndex(THRESHOLD, [("1", None, signature)])
    assert later.mark(copy)[0].near_duplicate_of == "1"


def test_signature_is_the_same_for_ever() -> None:
    assert minhash("Russia recalled its ambassador.")[:3].tolist() == [FIRST, SECOND, THIRD]


@given(st.text())
def test_signature_of_any_text_has_full_length(text: str) -> None:
    assert minhash(text).shape == (63,)
    assert np.array_equal(minhash(text), minhash(text))


FIRST, SECOND, THIRD = 2785673573, 2914305643, 387984147
