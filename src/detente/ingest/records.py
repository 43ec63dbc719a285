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
    "shard_failed": "a shard of the corpus was not coded; the same command tries it again",
    "broken_archive": "the archive breaks its format; what follows in it is not read",
    "broken_record": "the record in the archive is damaged or cut off",
    "bad_feed": "neither RSS nor Atom nor OPML",
    "no_link": "the item of the feed leads to no page",
    "refused_address": "the address is private, or of a kind that is not fetched",
    "unreachable": "there was no answer that could be read",
    "timed_out": "the answer took too long",
    "http_error": "the server answered with an error",
    "too_many_redirects": "the server redirected too often, or in a circle",
    "page_too_large": "the page is larger than fetch_max_bytes",
    "broken_body": "the page came damaged or in an unknown compression",
}
DECISIONS = {
    "other_language": "the text is in a language that is not coded",
    "unknown_date": "the publication date cannot be read; coded without it",
    "malformed_feed": "the feed breaks its format; what could be read of it was taken",
    "summary_only": "the page could not be fetched; the feed's own words were coded",
    "no_page": "no page that holds a report: a request, an error, another kind of file",
    "not_fetched": "an address in a list; `detente watch` fetches it, `detente ingest` does not",
    "robots_txt": "the site's robots.txt asks not to fetch it",
}
NOTICES = frozenset({"unknown_date", "malformed_feed", "summary_only"})  # beside an article, not in place of one


@dataclass(frozen=True)
class Rejected:
    """An input that did not become an article, or lost a part of it (see NOTICES), and why.

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
    def row(self) -> tuple[str, int | None, str, str | None]:
        """As a store keeps it: bytes of a file's name that are no text are written out."""
        path, detail = (text.encode("utf-8", "backslashreplace").decode() for text in (self.path, self.detail))
        return path, self.line, self.reason, detail or None

    @property
    def notice(self) -> bool:
        """True where something is said about an input that is coded nonetheless."""
        return self.reason in NOTICES

    @property
    def message(self) -> str:
        meaning = FAILURES.get(self.reason) or DECISIONS.get(self.reason) or self.reason
        return f"{meaning} ({self.detail})" if self.detail else meaning

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}, line {self.line}"
        return f"{where}: {self.reason}: {self.message}"
