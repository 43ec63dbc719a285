"""What the readers give: the fields of an article as they stand in the input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detente.errors import InputError, UnreadableText
from detente.ingest.decoding import decode
from detente.ingest.records import Rejected

COLUMNS = ("id", "url", "title", "author", "text", "publisher", "published")


@dataclass(frozen=True)
class Raw:
    """An article before any check. `line` as in Rejected."""

    fields: Mapping[str, object]
    path: str
    line: int | None = None

    def reject(self, reason: str, detail: str = "") -> Rejected:
        return Rejected(self.path, reason, detail, self.line)


def check_columns(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Detente's field → column of the input, for all fields."""
    unknown = sorted(set(columns or {}) - set(COLUMNS))
    if unknown:
        raise InputError(f"unknown field {unknown[0]!r} in the column mapping; known are {', '.join(COLUMNS)}")
    return {name: name for name in COLUMNS} | dict(columns or {})


def pick(row: Mapping[str, object], columns: Mapping[str, str], path: str, line: int) -> Raw | Rejected:
    """The fields of a row of a table; a text with bytes that are no UTF-8 is decoded again on its own."""
    fields = {name: value_at(row, column) for name, column in columns.items()}
    if fields["text"] is None:
        return Rejected(path, "no_text", f"no value in {columns['text']!r}", line)
    for name, value in fields.items():
        if isinstance(value, str) and not value.isascii():
            try:
                fields[name] = _whole(value)
            except UnreadableText as error:
                return Rejected(path, "undecodable", f"{columns[name]}: {error}", line)
    return Raw(fields, path, line)


def value_at(row: Mapping[str, object], column: str) -> object:
    """The value under that name; of "a.b.0" where there is no such name, what lies there within; None if nothing is."""
    if column in row or "." not in column:
        return row.get(column)
    value: object = row
    for name in column.split("."):
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _whole(value: str) -> str:
    """The value itself, or, where it was read by surrogateescape, decoded in the encoding that fits."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return decode(value.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError:
            raise UnreadableText("half of a character (a lone surrogate)") from None
    return value
