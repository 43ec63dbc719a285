"""Every error that Detente raises on purpose, under one root."""

from __future__ import annotations

from pathlib import Path


class DetenteError(Exception):
    """Anything that went wrong and that the caller can act on; the message says what, where and what to try."""


class InputError(DetenteError):
    """An input that cannot be read as an article or a table of articles."""

    def __init__(self, message: str, *, path: Path | str | None = None, line: int | None = None) -> None:
        self.path = path
        self.line = line
        where = f"{path}" if path is not None else ""
        if line is not None:
            where += f", line {line}"
        super().__init__(f"{where}: {message}" if where else message)


class UnreadableText(InputError):
    """Bytes that are no text, or text in no known encoding."""


class ArticleTooLong(InputError):
    """Text above the setting `max_article_chars`."""


class DataError(DetenteError):
    """A table of the package (ontology, actors, frames) that breaks its own rules; all bad records are listed."""

    def __init__(self, path: Path | str, problems: list[str]) -> None:
        self.path = path
        self.problems = problems
        super().__init__(f"{path}: {len(problems)} bad records:\n  " + "\n  ".join(problems[:50]))


class ModelMissing(DetenteError):
    """A model that should have come with a package is not there."""


class EngineMissing(DetenteError):
    """An engine whose libraries are not installed."""


class StoreError(DetenteError):
    """A store that cannot be opened, read or written."""


class StoreLocked(StoreError):
    """Another process has the store open for writing."""


class StoreReadOnly(StoreError):
    """The store's file or folder does not allow writing."""


class StoreFull(StoreError):
    """The disk, quota or file size limit leaves no room for what was to be written; the store is as before it."""


class UnknownCode(DetenteError):
    """A code (type, mode, country, CAMEO) that the ontology or the actor tables do not hold."""

    def __init__(self, kind: str, value: str, allowed: list[str] | None = None) -> None:
        self.kind, self.value, self.allowed = kind, value, allowed
        hint = f"; known are {', '.join(allowed[:40])}" if allowed else ""
        super().__init__(f"unknown {kind} {value!r}{hint}")


class UnknownCountry(UnknownCode):
    """No country of that name or code; `near` are codes of names that look like it."""

    def __init__(self, value: str, near: list[str]) -> None:
        self.near = near
        hint = f"did you mean {', '.join(near)}?" if near else "try USA or Russia"
        DetenteError.__init__(self, f"unknown country {value[:80]!r}; {hint}")
        self.kind, self.value, self.allowed = "country", value, None
