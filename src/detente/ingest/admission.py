"""From raw fields to an article: cleaned, checked, identified; or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.config import Settings
from detente.ingest.cleaning import clean, normalise
from detente.ingest.dates import parse_published
from detente.ingest.raw import Raw
from detente.ingest.records import Rejected
from detente.records import Article

if TYPE_CHECKING:
    from datetime import datetime

_WORD = re.compile(r"[^\W\d_]{2,}")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
MIN_WORDS = 3
LANGUAGE_SAMPLE = 3000
# 3 of 2,000 English sentences with fewer than 40 letters passed the margin, and all headlines in seven languages.
CLEAR_MARGIN = 15.0


@dataclass(frozen=True)
class Located:
    """An article and where it was read; `line` as in Rejected."""

    article: Article
    path: str
    line: int | None = None


def admit(raw: Raw, settings: Settings) -> Iterator[Located | Rejected]:
    """The article, or its rejection; before an article whose date cannot be read, a notice of that."""
    text = raw.fields.get("text")
    if not isinstance(text, str):
        yield raw.reject("no_text", f"the text is a {type(text).__name__}")
        return
    if len(text) > settings.max_article_chars:
        yield raw.reject("too_long", f"{len(text)} characters, {settings.max_article_chars} are allowed")
        return
    text = clean(text)
    language = language_of(text) if _has_words(text) else None
    problem = fault(text, language, settings)
    if problem:
        yield raw.reject(*problem)
        return
    published: datetime | None = None
    try:
        published = parse_published(raw.fields.get("published"))
    except ValueError as error:
        yield raw.reject("unknown_date", str(error))
    retrieved = raw.fields.get("retrieved")
    article = Article.of(text, published=published, language=language, retrieved=retrieved, **_descriptions(raw))
    yield Located(article, raw.path, raw.line)


def fault(text: str, language: str | None, settings: Settings) -> tuple[str, str] | None:
    """Reason and detail why a cleaned text is not coded; None if it is."""
    if not text:
        return "empty", ""
    if len(text) < settings.min_article_chars:
        return "too_short", f"{len(text)} characters, {settings.min_article_chars} are needed"
    if language is None:
        return "no_sentence", f"fewer than {MIN_WORDS} words"
    if language not in settings.languages.split(","):
        return "other_language", f"{language}; coded are {settings.languages}"
    return None


def language_of(text: str) -> str:
    """ISO 639-1 code; "en" where another language is not clearly likelier."""
    from py3langid import rank

    # Lower case: the model takes headlines in capitals for other languages.
    likelihoods = dict(rank(text[:LANGUAGE_SAMPLE].lower()))
    best = max(likelihoods, key=lambda language: likelihoods[language])
    clear = likelihoods[best] - likelihoods["en"] > CLEAR_MARGIN
    return str(best) if clear else "en"


def _has_words(text: str) -> bool:
    """Scripts without spaces between words count by their letters."""
    found = _WORD.finditer(text)
    return all(next(found, None) for _ in range(MIN_WORDS)) or len(_UNSPACED.findall(text)) >= 2 * MIN_WORDS


def _descriptions(raw: Raw) -> dict[str, str]:
    """The article's other fields, on one line each; empty ones are left out."""
    fields: dict[str, str] = {}
    for name in ("id", "url", "title", "author", "publisher"):
        value = raw.fields.get(name)
        if value is not None and (text := " ".join(normalise(str(value)).split())):
            fields[name] = text
    return fields
