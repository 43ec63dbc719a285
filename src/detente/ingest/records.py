"""What reading gives besides articles."""

from __future__ import annotations

from dataclasses import dataclass

FAILURES = {
    "missing_file": "the file does not exist",
    "unreadable_file": "the file cannot be opened",
    "unreadable_table": "the table breaks its format",
    "binary": "the bytes are no text",
    "undecodable": "the text is in no known encoding, or broken",
    "too_long": "the text is longer than max_article_chars",
    "bad_json": "the line is no JSON object",
    "no_text": "the row has no text",
    "empty": "there is no text",
    "too_short": "the text is shorter than min_article_chars",
    "no_sentence": "there is no sentence in it",
    "id_taken": "another text has the same id",
    "coder_failed": "the coder gave up on the article",
    "worker_died": "the process that coded the article died",
}
DECISIONS = {
    "other_language": "the text is in a language that is not coded",
    "unknown_date": "the publication date cannot be read; coded without it",
}


@dataclass(frozen=True)
class Rejected:
    """An input that did not become an article, or lost a part of it (`unknown_date`), and why.

    `line` counts from 1, in tables the row; None where the whole file is meant.
    """

    path: str
    reason: str
    detail: str = ""
    line: int | None = None

    @property
    def failed(self) -> bool:
        """False where not coding was a decision (another language) and not a failure."""
        return self.reason in FAILURES

    @property
    def message(self) -> str:
        meaning = FAILURES.get(self.reason) or DECISIONS.get(self.reason) or self.reason
        return f"{meaning} ({self.detail})" if self.detail else meaning

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{where}: {self.reason}: {self.message}"
