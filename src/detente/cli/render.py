"""A coded article for a person: the text with marked spans, who said what, who did what to whom, how they stand."""

from __future__ import annotations

import shutil
import textwrap
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from detente import marks
from detente.records import Actor, CodedArticle, Date, Event, Span, Statement

WIDTH = 100
RESET = "\x1b[0m"
STYLES = {"actor": "\x1b[36m", "trigger": "\x1b[1;31m", "quote": "\x1b[3m", "heading": "\x1b[1m", "dim": "\x1b[2m"}
MARKS = {"actor": ("[", "]"), "trigger": ("*", "*"), "quote": ("‹", "›")}
LAYERS = ("quote", "actor", "trigger")  # the outer ones first
QUADS = {1: "cooperative words", 2: "cooperative deeds", 3: "hostile words", 4: "hostile deeds"}
QUOTATION_MARKS = "“”‘’\"'« »"


@dataclass(frozen=True)
class _Page:
    coded: CodedArticle
    colour: bool
    width: int

    def style(self, text: str, name: str) -> str:
        return f"{STYLES[name]}{text}{RESET}" if self.colour and text else text

    def wrap(self, text: str, indent: str = "  ", hanging: str = "    ") -> str:
        return textwrap.fill(text, self.width, initial_indent=indent, subsequent_indent=hanging)

    def actor(self, id_: str | None) -> Actor | None:
        return next((actor for actor in self.coded.actors if actor.id == id_), None)

    def quote(self, span: Span) -> str:
        return " ".join(span.of(self.coded.article.text).split())


def render(coded: CodedArticle, colour: bool = False, width: int | None = None) -> str:
    """The page as text; with `colour` for a terminal that shows styles, else with marks. No line break at its end."""
    width = width or (min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns) if colour else WIDTH)
    page = _Page(coded, colour, width)
    sections = [
        ("", _article(page)),
        ("WHO SAID WHAT", [_statement(page, statement) for statement in coded.statements]),
        ("WHO DID WHAT TO WHOM", [_event(page, event) for event in _by_date(coded.events)]),
        ("HOW THE RELATION STANDS", _relations(page)),
    ]
    parts = []
    for heading, entries in sections:
        lines = entries or [page.style("  nothing found", "dim")]
        parts.append("\n".join([page.style(heading, "heading"), *lines] if heading else lines))
    return "\n\n".join(parts)


def _article(page: _Page) -> list[str]:
    article = page.coded.article
    facts = [article.publisher, article.published.date().isoformat() if article.published else None, article.url]
    head = [page.style(article.title, "heading")] if article.title else []
    head += [page.style(" · ".join(fact for fact in facts if fact), "dim")] if any(facts) else []
    if page.colour:
        legend = (
            f"{page.style('actor', 'actor')}, {page.style('act', 'trigger')}, {page.style('what was said', 'quote')}"
        )
    else:
        legend = "Marks: [actor] *act* ‹what was said›"
    paragraphs = [line for line in marked(page.coded, page.colour).split("\n") if line.strip()]
    if not page.colour:
        paragraphs = [textwrap.fill(line, page.width) for line in paragraphs]
    return [*head, legend, "", "\n\n".join(paragraphs)]


def marked(coded: CodedArticle, colour: bool) -> str:
    """The text with actors, triggers and statements marked: by styles or by brackets."""
    text = coded.article.text
    layers = marks.layers(coded)
    if colour:
        return _styled(text, layers)
    inserts: defaultdict[int, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for layer in LAYERS:
        opening, closing = MARKS[layer]
        for start, end in layers[layer]:
            inserts[start][1].append(opening)
            inserts[end][0].insert(0, closing)
    parts, last = [], 0
    for place in sorted(inserts):
        closings, openings = inserts[place]
        parts += [text[last:place], *closings, *openings]
        last = place
    return "".join([*parts, text[last:]])


def _styled(text: str, layers: dict[str, list[tuple[int, int]]]) -> str:
    edges = {0, len(text)} | {edge for spans in layers.values() for span in spans for edge in span}
    edges |= {i + offset for i, char in enumerate(text) if char == "\n" for offset in (0, 1)}
    parts = []
    for start, end in pairwise(sorted(edges)):
        styles = [STYLES[layer] for layer in LAYERS if any(s <= start and end <= e for s, e in layers[layer])]
        piece = text[start:end]
        parts.append(f"{''.join(styles)}{piece}{RESET}" if styles and piece != "\n" else piece)
    return "".join(parts)


def _statement(page: _Page, statement: Statement) -> str:
    actor = page.actor(statement.speaker)
    mention = statement.speaker_mention
    speaker = _described(actor) if actor else page.quote(mention) if mention else "unnamed"
    teller = next((s for s in page.coded.statements if s.id == statement.reported_by), None)
    told_by = page.actor(teller.speaker) if teller else None
    facts = [
        statement.kind, _date(statement.date), statement.venue,
        f"to {statement.audience}" if statement.audience else None,
        f"as told by {told_by.name}" if told_by else None,
    ]  # fmt: skip
    head = f"  {statement.id:>3}  {page.style(speaker, 'actor')} · " + " · ".join(fact for fact in facts if fact)
    words = " … ".join(page.quote(span) for span in statement.content)
    if statement.kind == "direct":
        words = f"“{words.strip(QUOTATION_MARKS)}”"
    return f"{head}\n{page.wrap(words, ' ' * 7, ' ' * 7)}"


def _event(page: _Page, event: Event) -> str:
    sources = _parties(page, event.sources)
    parties = f"{sources} → {_parties(page, event.targets)}" if event.targets else sources
    details = [f"intends {event.intended}" if event.intended else None, event.mode]
    what = event.event + (f" ({', '.join(each for each in details if each)})" if any(details) else "")
    facts = [event.modality, _date(event.date) or "no date", f"confidence {event.confidence:.2f}"]
    statement = next((each for each in page.coded.statements if each.id == event.attribution), None)
    if statement is not None:
        teller = page.actor(statement.speaker)
        facts.append(f"on the word of {teller.name if teller else 'somebody unnamed'} ({statement.id})")
    head = f"  {event.id:>3}  {page.style(what, 'trigger')}  {parties} · " + " · ".join(facts)
    return f"{head}\n{page.wrap('“' + page.quote(event.evidence.sentence).strip() + '”', ' ' * 7, ' ' * 7)}"


def _parties(page: _Page, ids: tuple[str, ...]) -> str:
    actors = [page.actor(id_) for id_ in ids]
    return ", ".join(f"{actor.name} ({actor.country or '?'})" for actor in actors if actor) or "?"


def _described(actor: Actor) -> str:
    facts = ", ".join(fact for fact in (actor.country, actor.office) if fact)
    return f"{actor.name} ({facts})" if facts else actor.name


def _by_date(events: tuple[Event, ...]) -> list[Event]:
    return sorted(events, key=lambda event: (event.date.value if event.date else "9999", event.evidence.sentence.start))


def _date(date: Date | None) -> str | None:
    if date is None:
        return None
    return date.value if date.precision == "day" else f"{date.value} ({date.precision})"


def _relations(page: _Page) -> list[str]:
    """For each pair of countries: what was said of it, and its events in each direction."""
    pairs: defaultdict[tuple[str, str], defaultdict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for event in page.coded.events:
        for pair, direction in _directions(page, event):
            pairs[pair][direction].append(event)
    for assessment in page.coded.assessments:
        _ = pairs[_pair(*assessment.pair)]
    lines = []
    for pair in sorted(pairs, key=lambda pair: -sum(map(len, pairs[pair].values()))):
        lines.append("  " + page.style(" – ".join(pair), "heading"))
        lines += [
            line for direction in sorted(pairs[pair]) for line in _course(page, direction, pairs[pair][direction])
        ]
        lines += _assessments(page, pair)
    return lines


def _directions(page: _Page, event: Event) -> list[tuple[tuple[str, str], str]]:
    sources, targets = _countries(page, event.sources), _countries(page, event.targets)
    if event.targets:
        return [(_pair(s, t), f"{s} → {t}") for s in sources for t in targets if s != t]
    return [((s, t), f"{s} ↔ {t}") for s in sources for t in sources if s < t]


def _countries(page: _Page, ids: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(actor.country for id_ in ids if (actor := page.actor(id_)) and actor.country))


def _pair(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first <= second else (second, first)


def _course(page: _Page, direction: str, events: list[Event]) -> list[str]:
    counts = [(QUADS[quad], sum(event.plover_quad == quad for event in events)) for quad in QUADS]
    kinds = ", ".join(f"{number} {name}" for name, number in counts if number)
    mean = sum(event.intensity for event in events) / len(events)
    number = "1 event" if len(events) == 1 else f"{len(events)} events"
    return [page.wrap(f"{direction}: {number} ({kinds}), mean intensity {mean:+.1f}", "    ", "      ")]


def _assessments(page: _Page, pair: tuple[str, str]) -> list[str]:
    lines = []
    for assessment in page.coded.assessments:
        if _pair(*assessment.pair) == pair:
            statement = next((s for s in page.coded.statements if s.id == assessment.holder), None)
            actor = page.actor(statement.speaker) if statement else None
            holder = "the author" if assessment.holder is None else actor.name if actor else assessment.holder
            direction = f", {assessment.direction}" if assessment.direction else ""
            lines.append(page.wrap(f"“{assessment.descriptor}”{direction}, says {holder}", "    ", "      "))
    return lines
