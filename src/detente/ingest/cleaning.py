"""Text without page furniture. Which lines are furniture stands in `furniture.toml`; paragraphs are kept."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from detente.errors import DataError

RULES_FILE = "furniture.toml"
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]"
)


@dataclass(frozen=True)
class FurnitureRule:
    """A kind of furniture. `max_chars`: longer lines are never taken for it."""

    id: str
    scope: str
    pattern: re.Pattern[str]
    drop: tuple[str, ...]
    keep: tuple[str, ...]
    max_chars: int = 300

    def covers(self, line: str) -> bool:
        return len(line) <= self.max_chars and self.pattern.fullmatch(line) is not None


def clean(text: str) -> str:
    """The text without furniture, control characters and superfluous white space; NFC; at most one blank line on end.

    Text that has none of these comes back as it is.
    """
    text = normalise(text)
    kept: list[str] = []
    for line in text.split("\n"):
        rest = without_furniture(line)
        if rest or not line:
            kept.append(rest)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def normalise(text: str) -> str:
    """Line breaks as \\n, single spaces within lines, none at their ends, no invisible or control characters."""
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return "\n".join(line.strip(" ") for line in text.split("\n"))


def without_furniture(line: str) -> str:
    """What is left of a line: all of it, nothing, or what surrounds a prompt in capitals."""
    if any(rule.covers(line) for rule in rules() if rule.scope == "line"):
        return ""
    for rule in rules():
        if rule.scope == "span" and rule.pattern.search(line):
            line = _SPACES.sub(" ", rule.pattern.sub(" ", line)).strip()
    return line


@cache
def rules() -> tuple[FurnitureRule, ...]:
    """All furniture rules, in the order of the file."""
    path = files(__package__) / RULES_FILE
    records = tomllib.loads(path.read_text(encoding="utf-8"))["rule"]
    problems: list[str] = []
    found = [rule for record in records if (rule := _rule(record, problems))]
    if problems:
        raise DataError(RULES_FILE, problems)
    return tuple(found)


def _rule(record: dict[str, Any], problems: list[str]) -> FurnitureRule | None:
    known = {field.name for field in fields(FurnitureRule)} | {"case"}
    id_ = record.get("id", "?")
    unknown = set(record) - known
    missing = {"id", "scope", "pattern", "drop", "keep"} - set(record)
    problems += [f"{id_}: unknown key {key!r}" for key in sorted(unknown)]
    problems += [f"{id_}: {key!r} is missing" for key in sorted(missing)]
    if unknown or missing:
        return None
    if record["scope"] not in ("line", "span"):
        problems.append(f"{id_}: scope {record['scope']!r}; known are 'line', 'span'")
    try:
        pattern = re.compile(record["pattern"], 0 if record.get("case") else re.IGNORECASE)
    except re.error as error:
        problems.append(f"{id_}: pattern: {error}")
        return None
    return FurnitureRule(
        id_, record["scope"], pattern, tuple(record["drop"]), tuple(record["keep"]), record.get("max_chars", 300)
    )
