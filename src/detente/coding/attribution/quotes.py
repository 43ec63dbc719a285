"""Stretches of text between quotation marks, in one pass over the marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARK = re.compile(r"``|''|[\"“”„«»‘’'\n]")
OPENERS, CLOSERS = frozenset("“„«"), frozenset("”»")
BEFORE_SINGLE = frozenset('([—–:-“"')


@dataclass(slots=True)
class Quote:
    """The inside of a quotation: `start` and `end` exclude the marks, `outer_*` include them."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool = True
    follows: bool = False
    """Whether it goes on with the quotation of the paragraph before, which was not closed."""
    single: bool = False


class _Scanner:
    """The state of the pass: where a double and a single quotation stand open."""

    def __init__(self, text: str) -> None:
        self.text, self.found = text, list[Quote]()
        self.double: tuple[int, int] | None = None
        self.single: int | None = None
        self.depth = 0
        self.singles = list[Quote]()

    def close(self, at: int, width: int, closed: bool = True) -> None:
        if self.double is None:
            return
        outer, inner = self.double
        if any(c.isalnum() for c in self.text[inner:at]):
            self.found.append(Quote(inner, at, outer, at + width, closed))
        self.double, self.depth, self.singles, self.single = None, 0, [], None

    def open(self, at: int, width: int) -> None:
        self.double, self.depth = (at, at + width), 1
        self.found += self.singles
        self.singles, self.single = [], None

    def line_end(self, at: int) -> None:
        self.close(at, 0, closed=False)
        self.found += self.singles
        self.singles, self.single = [], None

    def straight(self, at: int, width: int) -> None:
        """A mark that opens and closes alike: before a word and after a space it opens anew."""
        text, after = self.text, at + width
        leads = (not at or text[at - 1].isspace()) and after < len(text) and not text[after].isspace()
        if self.double is None:
            self.open(at, width)
        elif leads and text[self.double[0]] == text[at]:
            self.close(at, 0, closed=False)
            self.open(at, width)
        else:
            self.close(at, width)

    def quote_single(self, at: int, mark: str) -> None:
        """A single mark outside a double quotation; apostrophes have a letter on either side."""
        if self.double is not None:
            return
        text = self.text
        before = text[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else " "
        opens = mark != "’" and (before.isspace() or before in BEFORE_SINGLE) and not after.isspace()
        if opens:
            self.single = at
        elif mark != "‘" and self.single is not None and not after.isalnum() and not before.isspace():
            if text.find(" ", self.single, at) > 0:
                self.singles.append(Quote(self.single + 1, at, self.single, at + 1, single=True))
            self.single = None


def _joined(text: str, found: list[Quote]) -> Iterator[Quote]:
    """Marks as `follows` the quotations that open a paragraph while the one before was left open."""
    last: Quote | None = None
    for quote in found:
        if (
            last is not None
            and not last.closed
            and "\n" in text[last.end : quote.outer_start]
            and not text[last.end : quote.outer_start].strip()
        ):
            quote.follows = True
        last = quote
        yield quote


def find_quotes(text: str) -> list[Quote]:
    """Quotations in order; none crosses a line end, one left open ends with its line."""
    scan = _Scanner(text)
    for match in MARK.finditer(text):
        at, mark = match.start(), match.group()
        if mark == "\n":
            scan.line_end(at)
        elif mark in {'"', "''"}:
            scan.straight(at, len(mark))
        elif mark in OPENERS or mark == "``":
            if scan.double is None:
                scan.open(at, len(mark))
        elif mark in CLOSERS:
            scan.close(at, 1)
        else:
            scan.quote_single(at, mark)
    scan.line_end(len(text))
    return list(_joined(text, sorted(scan.found, key=lambda quote: quote.start)))
