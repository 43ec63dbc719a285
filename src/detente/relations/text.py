"""The report for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from detente.relations.forecast.text import backtest_table
from detente.relations.report import Day, PairEventRecord, Quote, RelationReport, TurningPoint
from detente.relations.words import QUADS, clean, events_say, holder_of, members_of, shorten

RED, GREEN, BOLD, DIM, OFF = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
ABOVE, BELOW = " ▁▂▃▄▅▆▇█", " ▔▔▀▀▀▀██"


class _Page:
    """Lines of one width; colours only where they are wanted."""

    def __init__(self, color: bool, width: int) -> None:
        self.color, self.width = color, max(40, width)
        self.lines: list[str] = []

    def paint(self, text: str, style: str) -> str:
        return f"{style}{text}{OFF}" if self.color else text

    def head(self, text: str) -> None:
        self.lines += ["", self.paint(text, BOLD)]

    def say(self, text: str, indent: str = "", hang: str | None = None, style: str = "") -> None:
        wrapped = textwrap.wrap(
            clean(text), self.width, initial_indent=indent, subsequent_indent=indent if hang is None else hang
        )
        self.lines += [self.paint(line, style) if style else line for line in wrapped]


def render(report: RelationReport, color: bool, width: int) -> str:
    page = _Page(color, width)
    period = f"{report.since} to {report.until}" if report.since else "no period"
    page.lines.append(page.paint(f"{report.a.name} – {report.b.name}", BOLD) + f"  {period}")
    page.lines.append("")
    for sentence in report.summary:
        page.say(sentence)
    _coverage(page, report)
    if report.coverage.events:
        _timeline(page, report)
        _turning_points(page, report)
        _counts(page, report)
        _events(page, report)
    _quotes(page, report)
    _assessments(page, report)
    _forecast(page, report)
    return "\n".join(page.lines) + "\n"


def _coverage(page: _Page, report: RelationReport) -> None:
    coverage = report.coverage
    if not coverage.articles:
        return
    names = [f"{clean(name)} {count}" for name, count in list(coverage.publishers.items())[:6]]
    page.head("Coverage")
    page.say(
        f"{coverage.articles} articles mention the pair ({coverage.copies} near duplicates), on "
        f"{coverage.days_with_articles} days; {coverage.monitored_days} of {coverage.days} days are monitored. "
        f"{coverage.reports} reports tell {coverage.events} events. Publishers: {', '.join(names) or 'not named'}.",
        "  ",
    )
    for side in (report.a, report.b):
        if side.members:
            page.say(f"{side.name} counts {members_of(side)}.", "  ")
    for start, end in coverage.unmonitored[:4]:
        page.say(f"Unmonitored: {start} to {end}.", "  ")
    if coverage.left_out:
        reasons = ", ".join(f"{count} {reason}" for reason, count in coverage.left_out.items())
        page.say(f"Not in the series: {reasons}.", "  ")


def _timeline(page: _Page, report: RelationReport) -> None:
    """A bar chart of two rows: above the line cooperation, below it conflict; dots where nobody was looking."""
    columns = min(page.width - 4, len(report.days))
    shares = [_slice(report.days, i, columns) for i in range(columns)]
    top = max((abs(v) for v in shares if v is not None), default=0.0) or 1.0
    page.head(f"Level, both directions together (bars reach {top:.1f})")
    up = "".join(" " if v is None else ABOVE[round(max(v, 0) / top * 8)] for v in shares)
    down = "".join("·" if v is None else BELOW[round(max(-v, 0) / top * 8)] for v in shares)
    marks = [" "] * columns
    for turn in report.turning_points:
        at = min(columns - 1, (turn.day - report.days[0].day).days * columns // len(report.days))
        marks[at] = "▲" if turn.direction == "better" else "▼"
    page.lines += ["  " + page.paint(up, GREEN), "  " + page.paint(down, RED), "  " + "".join(marks).rstrip()]
    first, last = str(report.since), str(report.until)
    page.lines.append("  " + first + last.rjust(max(columns - len(first), len(last) + 1)))


def _slice(days: Sequence[Day], i: int, columns: int) -> float | None:
    part = [d.both for d in days[i * len(days) // columns : (i + 1) * len(days) // columns] if d.both is not None]
    return max(part, key=abs) if part else None


def _turning_points(page: _Page, report: RelationReport) -> None:
    page.head("Turning points")
    if not report.turning_points:
        page.say("None found.", "  ")
    for turn in report.turning_points:
        _turning_point(page, turn)


def _turning_point(page: _Page, turn: TurningPoint) -> None:
    sign, style = ("▲", GREEN) if turn.direction == "better" else ("▼", RED)
    page.say(f"{sign} {turn.day} {turn.direction}: {turn.events[0].told}", "  ", "    ", style)
    shown: list[str] = []
    for i, event in enumerate(turn.events):
        if event.sentence not in shown and len(shown) < 2:
            page.say(f"“{shorten(event.sentence, 220)}” — {_where(event)}", "    ", "    ")
            shown.append(event.sentence)
        elif i:
            page.say(f"also: {event.told}", "    ", "      ")
    page.say(turn.weighed, "    ", "    ", DIM)
    for quote in turn.quotes[:1]:
        page.say(_said(quote), "    ", "    ", DIM)


def _where(event: PairEventRecord) -> str:
    names = ", ".join(clean(name) for name in event.publishers) or "publisher unknown"
    return f"{names}" + (f" ({event.reports} reports)" if event.reports > 1 else "")


def _said(quote: Quote) -> str:
    text = shorten(quote.text, 240)
    words = f"“{text}”" if quote.kind == "direct" else text
    return f"{quote.speaker or 'unnamed'}: {words}"


def _counts(page: _Page, report: RelationReport) -> None:
    """Events by quad and direction over the whole period."""
    page.head("Words and deeds (events)")
    names = [state.direction for state in report.states]
    label = min(max(len(report.series_name(name)) for name in names), page.width - 4 * 13 - 2)
    for part in zip(*(name.split(" ", 1) for name in QUADS.values()), strict=True):
        page.lines.append("  " + " " * label + "".join(f" {word:>12}" for word in part))
    for name in names:
        totals = dict.fromkeys((1, 2, 3, 4), 0)
        for period in report.periods:
            for counts in period.counts:
                if counts.direction == name and counts.quads is not None:
                    for quad, number in counts.quads.items():
                        totals[quad] += number
        cells = "".join(f" {number:>12}" for number in totals.values())
        page.lines.append("  " + shorten(report.series_name(name), label).ljust(label) + cells)


def _events(page: _Page, report: RelationReport) -> None:
    page.head("Events that weigh most")
    for event in report.top_events:
        style = GREEN if event.weight > 0 else RED
        page.say(f"{event.day}  {event.weight:+5.1f}  {event.told}", "  ", " " * 21, style)
        page.say(f"“{shorten(event.sentence, 160)}” — {_where(event)}", " " * 21, " " * 21)


def _quotes(page: _Page, report: RelationReport) -> None:
    for side, name in _sides(report):
        quotes = report.quotes_of(side)  # type: ignore[arg-type]
        if quotes:
            page.head(f"What {name} says")
        for quote in quotes:
            publisher = clean(quote.publisher or "publisher unknown")
            page.say(f"{quote.day or 'undated'}  {_said(quote)} — {publisher}", "  ", " " * 14)


def _sides(report: RelationReport) -> Iterator[tuple[str, str]]:
    yield "a", report.a.said
    yield "b", report.b.said


def _assessments(page: _Page, report: RelationReport) -> None:
    """What is said that the relation is, and below it what the events said then."""
    told = {event.id: event.told for event in report.events}
    if report.assessments:
        page.head("What people say the relation is, and what the events say")
    for item in report.assessments[:8]:
        course = f" ({item.direction})" if item.direction else ""
        page.say(f"{item.day or 'undated'}  “{item.descriptor}”{course} — {holder_of(item)}", "  ", " " * 14)
        if item.level is not None:
            page.say(f"Events: {events_say(item)}" + "".join(f"; {told[id_]}" for id_ in item.event_ids[:1]), " " * 14,
                     " " * 14, DIM)  # fmt: skip


def _forecast(page: _Page, report: RelationReport) -> None:
    if report.forecast is None:
        return
    page.head("Next month")
    for sentence in report.forecast.summary:
        page.say(sentence, "  ")
    page.lines += [f"  {line}".rstrip() for line in backtest_table(report.forecast.backtest)]
