"""Near duplicates: articles that share most of their word shingles, found by MinHash and banded hashing.

Signatures are stored, so they must not change with a library's version: datasketch changed its scheme with 2.0.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from detente.records import Article

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Signature = NDArray[np.uint32]

SHINGLE_WORDS = 3
BANDS, BAND_ROWS = 21, 3  # of two texts that share 0.6 of their shingles, 99 in 100 meet in a band
_WORD = re.compile(r"\w+")


class DuplicateIndex:
    """Remembers the articles that it has seen, those of the store among them."""

    def __init__(self, threshold: float, seen: Iterable[tuple[str, str | None, bytes]] = ()) -> None:
        """`seen`: id, near_duplicate_of and signature of earlier articles, in their order."""
        self.threshold = threshold
        self._first: dict[str, str | None] = {}
        self._order: dict[str, int] = {}
        self._signatures: dict[str, Signature] = {}
        self._bands: defaultdict[tuple[int, bytes], list[str]] = defaultdict(list)
        for id_, first, signature in seen:
            self._add(id_, first, np.frombuffer(signature, "<u4"))

    def mark(self, article: Article) -> tuple[Article, bytes]:
        """The article with `near_duplicate_of` (the first article of its kind that was seen), and its signature."""
        if article.id not in self._first:
            self.place(article.id, packed(minhash(article.text)))
        first = self._first[article.id]
        marked = article.model_copy(update={"near_duplicate_of": first}) if first else article
        return marked, packed(self._signatures[article.id])

    def place(self, id_: str, signature: bytes) -> str | None:
        """The first article of its kind that was seen, for one whose signature is known; None: it is the first."""
        if id_ not in self._first:
            unpacked = np.frombuffer(signature, "<u4")
            self._add(id_, self._nearest(unpacked), unpacked)
        return self._first[id_]

    def _nearest(self, signature: Signature) -> str | None:
        candidates = {id_ for key in _bands(signature) for id_ in self._bands.get(key, ())}
        likeness = {id_: float(np.mean(self._signatures[id_] == signature)) for id_ in candidates}
        near = [id_ for id_ in candidates if likeness[id_] >= self.threshold]
        if not near:
            return None
        best = max(near, key=lambda id_: (likeness[id_], -self._order[id_]))
        return self._first[best] or best

    def _add(self, id_: str, first: str | None, signature: Signature) -> None:
        self._first[id_] = first
        self._order[id_] = len(self._order)
        self._signatures[id_] = signature
        for key in _bands(signature):
            self._bands[key].append(id_)


def packed(signature: Signature) -> bytes:
    """As a store keeps it."""
    return signature.astype("<u4").tobytes()


def minhash(text: str) -> Signature:
    """For each of 63 hash functions the least hash of a shingle."""
    words = _WORD.findall(text.lower())
    count = max(1, len(words) - SHINGLE_WORDS + 1)
    shingles = {zlib.crc32(" ".join(words[i : i + SHINGLE_WORDS]).encode()) for i in range(count)}
    hashes = np.fromiter(shingles, np.uint64, len(shingles))
    factors, summands = _hash_functions()
    least = np.full(len(factors), np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(hashes), 4096):
        part = hashes[start : start + 4096, None] * factors + summands  # modulo 2**64
        least = np.minimum(least, part.min(axis=0) >> np.uint64(32))
    return least.astype(np.uint32)


@cache
def _hash_functions() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Odd factors and summands of multiply-add-shift hashing, the same everywhere and for ever."""
    digest = hashlib.shake_256(b"detente minhash 1").digest(16 * BANDS * BAND_ROWS)
    numbers = np.frombuffer(digest, "<u8").astype(np.uint64)
    return numbers[::2] | np.uint64(1), numbers[1::2]


def _bands(signature: Signature) -> Iterator[tuple[int, bytes]]:
    for band in range(BANDS):
        yield band, signature[band * BAND_ROWS : (band + 1) * BAND_ROWS].astype("<u4").tobytes()
