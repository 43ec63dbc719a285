"""Charts as SVG whose colours come from the style sheet, so that they follow dark and light."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING

from detente.dashboard.texts import count, day, say, short_day
from detente.overview.records import Month, Place
from detente.relations.report import Counts, Day, RelationReport
from detente.relations.words import signed

if TYPE_CHECKING:
    from markupsafe import Markup

REACHES = (2.0, 4.0, 6.0, 8.0, 10.0)
TONES = 5  # shades on either side of the neutral one
Link = Callable[[date, date], str]


@dataclass(frozen=True)
class Size:
    """In units of the view box."""

    width: float
    height: float
    font: float


HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" class="land"/><line x1="0" x2="0" y1="0" y2="5" class="hatch"/></pattern></defs>'
)
WIDE, NARROW = Size(940, 320, 13), Size(390, 300, 13)


@dataclass(frozen=True)
class Frame:
    """Where days and values lie; `reach` is the value at the upper edge, `low` that at the lower."""

    size: Size
    first: date
    days: int
    reach: float
    low: float

    @property
    def left(self) -> float:
        return 2.9 * self.size.font

    @property
    def right(self) -> float:
        return self.size.width - 0.8 * self.size.font

    @property
    def top(self) -> float:
        return 2.2 * self.size.font

    @property
    def bottom(self) -> float:
        return self.size.height - 2.0 * self.size.font

    def x(self, on: date, edge: float = 0.5) -> float:
        return self.left + (self.right - self.left) * ((on - self.first).days + edge) / self.days

    def y(self, value: float) -> float:
        return self.top + (self.bottom - self.top) * (self.reach - value) / (self.reach - self.low)


def course(report: RelationReport, id_: str, size: Size, link: Link) -> Markup:
    """Both directions' levels, the usual range, what is unmonitored, turning points and the heaviest events."""
    levels = [abs(v) for d in report.days for v in (d.a_to_b, d.b_to_a) if v is not None]
    reach = next(r for r in REACHES if r >= min(10.0, max(levels, default=1.0)))
    frame = Frame(size, report.days[0].day, len(report.days), reach, -reach)
    parts = [*_unmonitored(report, frame), *_usual(report, frame), *_dates(report.days, frame)]
    parts += [*_grid(frame, (-reach, -reach / 2, 0, reach / 2, reach)), *_ways(frame)]
    parts += [
        _line(report.days, lambda each: each.a_to_b, frame, "a"),
        _line(report.days, lambda each: each.b_to_a, frame, "b"),
    ]
    parts += [*_turns(report, frame), *_peaks(report, frame, link)]
    parts.append(f'<line class="cross" y1="{frame.top:.1f}" y2="{frame.bottom:.1f}" x1="0" x2="0"/>')
    title = say("relation.chart_title", a=report.a.name, b=report.b.name, since=day(report.since),
                until=day(report.until))  # fmt: skip
    turns = "; ".join(f"{day(t.day)}, {say('common.' + t.direction)}" for t in report.turning_points)
    text = report.summary[0] + (" " + say("relation.chart_turns", turns=turns) if turns else "")
    geometry = f' data-left="{frame.left:.1f}" data-right="{frame.right:.1f}"'
    return _svg(size, id_, "course", title, text, parts, geometry)


def deeds(report: RelationReport, id_: str, size: Size, link: Link) -> Markup:
    """Events per period: cooperation above the line, conflict below, deeds darker than words."""
    quads = [_quads(period.counts) for period in report.periods]
    top, low = max((q[1] + q[2] for q in quads), default=0), max((q[3] + q[4] for q in quads), default=0)
    step = _step(top + low)
    edge, floor = max(1, -(-top // step)) * step, max(1, -(-low // step)) * step
    frame = Frame(size, report.days[0].day, len(report.days), edge, -floor)
    values = range(-floor, edge + 1, step)
    parts = [*_unmonitored(report, frame, named=False), *_grid(frame, values, counted=True)]
    parts += [*_dates(report.days, frame), *_ways(frame)]
    for period, found in zip(report.periods, quads, strict=True):
        if not any(found.values()):
            continue
        x, to = frame.x(period.start, 0), frame.x(period.end, 1)
        wide = max(1.5, to - x - 1)
        facts = ", ".join(f"{found[q]} {say(f'quad.{q}')}" for q in (1, 2, 3, 4) if found[q])
        name = f"{_span(period.start, period.end)}: {facts}"
        bars = "".join(_bars(frame, x, wide, found))
        hit = _rect("hit", x, frame.top, wide, frame.bottom - frame.top)
        target = escape(link(period.start, period.end))
        parts.append(f'<a href="{target}" tabindex="-1"><title>{escape(name)}</title>{hit}{bars}</a>')
    totals = {q: sum(found[q] for found in quads) for q in (1, 2, 3, 4)}
    text = say("relation.deeds_text", by=report.by, **{f"q{q}": n for q, n in totals.items()})
    return _svg(size, id_, "deeds", say("relation.deeds_title", by=report.by), text, parts)


def _bars(frame: Frame, x: float, wide: float, found: dict[int, int]) -> Iterator[str]:
    for sign, pair in ((1, (2, 1)), (-1, (4, 3))):
        base = 0
        for quad in pair:
            upper, lower = frame.y(sign * (base + found[quad])), frame.y(sign * base)
            base += found[quad]
            if found[quad]:
                y, tall = min(upper, lower), abs(upper - lower)
                yield f'<rect class="q{quad}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>'


def _quads(counts: Sequence[Counts]) -> dict[int, int]:
    quads = counts[0].quads if counts else None
    return dict(quads) if quads else dict.fromkeys((1, 2, 3, 4), 0)


def _span(start: date, end: date) -> str:
    return day(start) if start == end else f"{short_day(start)} – {short_day(end)}"


def _step(events: int) -> int:
    """Between two lines of a chart of counts, so that there are about five."""
    return next((n for n in (1, 2, 5) if events <= 5 * n), None) or _step(-(-events // 10)) * 10


def _grid(frame: Frame, values: Iterable[float], counted: bool = False) -> Iterator[str]:
    for value in values:
        y = frame.y(value)
        label = f"{abs(value):,g}" if counted else f"{value:+g}".replace("-", "−").replace("+0", "0").replace("−0", "0")
        kind = "axis" if value == 0 else "grid"
        yield f'<line class="{kind}" x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(frame.left - 6, y + frame.size.font * 0.35, label, "end")


def _ways(frame: Frame) -> Iterator[str]:
    """What up and down mean, at the edges."""
    font = frame.size.font
    for y, key in ((frame.top + font * 1.25, "relation.up"), (frame.bottom - font * 0.6, "relation.down")):
        yield _text(frame.left + font * 0.4, y, say(key), "start", "way")


def _dates(days: Sequence[Day], frame: Frame) -> Iterator[str]:
    """First days of months, as many as there is room for; days in a short period."""
    room = max(2, int((frame.right - frame.left) / (frame.size.font * 5.4)))
    firsts = [each.day for each in days if each.day.day == 1]
    if len(firsts) < 2:
        ticks, form = [each.day for each in days[:: max(1, -(-len(days) // room))]], "%d %b"
    else:
        every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if len(firsts) / n <= room)
        ticks, form = [d for d in firsts if (d.year * 12 + d.month - 1) % every == 0], "%b %Y"
    for tick in ticks:
        x = frame.x(tick)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{frame.bottom:.1f}" y2="{frame.bottom + 4:.1f}"/>'
        if x - frame.size.font * 1.6 >= 0 and x + frame.size.font * 2.4 <= frame.size.width:
            yield _text(x, frame.bottom + frame.size.font * 1.35, f"{tick:{form}}")


def _unmonitored(report: RelationReport, frame: Frame, named: bool = True) -> Iterator[str]:
    for start, end in report.coverage.unmonitored:
        x, to = frame.x(start, 0), frame.x(end, 1)
        tall = frame.bottom - frame.top
        yield _rect("unseen", x, frame.top, to - x, tall)
        if named and to - x > frame.size.font * 7:
            yield _text((x + to) / 2, frame.bottom - frame.size.font * 2, say("common.unmonitored"))


def _usual(report: RelationReport, frame: Frame) -> Iterator[str]:
    base = report.states[0].baseline if report.states else None
    if base is None:
        return
    top, bottom, middle = (
        frame.y(min(base.high, frame.reach)),
        frame.y(max(base.low, -frame.reach)),
        frame.y(base.median),
    )
    wide = frame.right - frame.left
    yield _rect("usual", frame.left, top, wide, max(bottom - top, 1))
    yield f'<line class="median" x1="{frame.left:.1f}" x2="{frame.right:.1f}" y1="{middle:.1f}" y2="{middle:.1f}"/>'


def _line(days: Sequence[Day], value: Callable[[Day], float | None], frame: Frame, side: str) -> str:
    steps, down = [], False
    for each in days:
        level = value(each)
        if level is not None:
            steps.append(f"{'L' if down else 'M'}{frame.x(each.day):.1f} {frame.y(level):.1f}")
        down = level is not None
    return f'<path class="line {side}" d="{"".join(steps)}"/>'


def _turns(report: RelationReport, frame: Frame) -> Iterator[str]:
    """Numbered, in rows where they would touch, and without a sign where no row has room; each leads to its words."""
    font = frame.size.font
    taken = [-1e9, -1e9]
    for number, turn in enumerate(report.turning_points, 1):
        x = frame.x(turn.day)
        half = font * (0.55 + 0.33 * len(str(number)))
        row = next((i for i, end in enumerate(taken) if x - half > end), None)
        name = f"{number}: {day(turn.day)}, {say('common.' + turn.direction)}"
        mark, top = "", frame.top
        if row is not None:
            taken[row] = x + half
            y = font * (0.9 + 1.15 * row)
            top = y + 3
            mark = _text(x, y, f"{'▲' if turn.direction == 'better' else '▼'}{number}")
        yield (
            f'<a href="#turn-{number}" class="turn {turn.direction}"><title>{escape(name)}</title>'
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{frame.bottom:.1f}"/>{mark}</a>'
        )


def _peaks(report: RelationReport, frame: Frame, link: Link) -> Iterator[str]:
    """A dot at each of the heaviest events, on the line of who did it."""
    levels = {each.day: each for each in report.days}
    seen: set[tuple[date, str]] = set()
    for event in report.top_events:
        on = levels.get(event.day)
        sides = {"a>b": "a", "b>a": "b"}.get(event.direction, "a")
        level = None if on is None else (on.a_to_b if sides == "a" else on.b_to_a)
        if level is None or (event.day, sides) in seen:
            continue
        seen.add((event.day, sides))
        x, y = frame.x(event.day), frame.y(level)
        radius = frame.size.font * (0.28 + min(abs(event.weight), 10) / 40)
        name = f"{day(event.day)}: {event.told}"
        yield (
            f'<a href="{escape(link(event.day, event.day))}" class="peak {sides}"><title>{escape(name)}</title>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/></a>'
        )


def move(before: float, level: float, id_: str) -> Markup:
    """From where a level stood to where it stands, on the scale from -10 to 10."""
    size = Size(200, 22, 10)

    def x(value: float) -> float:
        return 6 + (value + 10) / 20 * 188

    kind = "worse" if level < before else "better"
    text = say("world.move_text", before=signed(before), level=signed(level))
    parts = [
        '<line class="axis" x1="6" x2="194" y1="11" y2="11"/>',
        f'<line class="axis" x1="{x(0):.1f}" x2="{x(0):.1f}" y1="5" y2="17"/>',
        f'<line class="way {kind}" x1="{x(before):.1f}" x2="{x(level):.1f}" y1="11" y2="11"/>',
        f'<circle class="from" cx="{x(before):.1f}" cy="11" r="3.5"/>',
        f'<circle class="to {kind}" cx="{x(level):.1f}" cy="11" r="5"/>',
    ]
    return _svg(size, id_, "move", text, "", parts)


def months(found: Sequence[Month], chosen: date | None, id_: str, link: Callable[[date], str]) -> Markup:
    """Articles a month; each bar leads to the world at the month's end."""
    if not found:
        return _markup("")
    first, last = found[0].start, found[-1].start
    number = (last.year - first.year) * 12 + last.month - first.month + 1
    size = Size(940, 74, 12)
    wide, top = 936 / number, max(month.articles for month in found)
    parts = ['<line class="axis" x1="2" x2="938" y1="54" y2="54"/>']
    for month in found:
        at = (month.start.year - first.year) * 12 + month.start.month - first.month
        tall = 4 + 44 * month.articles / top
        here = chosen is not None and (chosen.year, chosen.month) == (month.start.year, month.start.month)
        name = f"{month.start:%B %Y}: {count('article', month.articles)}, {count('event', month.events)}"
        x = 2 + wide * at
        parts.append(
            f'<a href="{escape(link(month.start))}"{" class=here" if here else ""} aria-label="{escape(name)}">'
            f"<title>{escape(name)}</title>"
            f"{_rect('hit', x, 0, wide, 54)}{_rect('bar', x + 1, 54 - tall, max(1.0, min(wide - 2, 40)), tall)}</a>"
        )
    years = range(first.year, last.year + 1)
    for year in years if len(years) <= 40 else years[:: -(-len(years) // 40)]:
        at = max(0, (year - first.year) * 12 + 1 - first.month)
        parts.append(_text(4 + wide * at, 70, str(year), "start"))
    return _svg(size, id_, "months", say("world.months_title"), "", parts, role="group")


def tone_class(tone: float | None, events: int = 1) -> str:
    """The shade for a tone; "t0" is neutral, "none" is where there was nothing to take it of."""
    if tone is None or not events:
        return "none"
    shade = min(TONES, round(abs(tone) / 10 * TONES * 1.6))
    return "t0" if shade == 0 else f"{'c' if tone > 0 else 'h'}{shade}"


def world_map(places: Sequence[Place], id_: str, link: Callable[[str], str], names: Callable[[str], str]) -> Markup:
    """Countries in the shade of their tone; hatched where no article speaks of them."""
    from detente.dashboard.worldmap import HEIGHT, WIDTH, outlines

    known = {place.code: place for place in places}
    parts = [HATCH]
    dots: list[str] = []
    for outline in outlines():
        place = known.get(outline.code)
        if place is None:
            title = escape(f"{names(outline.code)}: {say('common.unmonitored')}")
            if outline.path:
                parts.append(f'<path class="unseen" d="{outline.path}"><title>{title}</title></path>')
            else:
                dots.append(
                    f'<circle class="unseen" cx="{outline.x}" cy="{outline.y}" r="2"><title>{title}</title></circle>'
                )
            continue
        shade = tone_class(place.tone, place.events)
        shape = (
            f'<path class="{shade}" d="{outline.path}"/>'
            if outline.path
            else (f'<circle class="{shade}" cx="{outline.x}" cy="{outline.y}" r="5"/>')
        )
        name = _place_name(place)
        one = f'<a href="{escape(link(place.code))}"><title>{escape(name)}</title>{shape}</a>'
        (parts if outline.path else dots).append(one)
    text = say("world.map_text", n=len(known))
    return _svg(Size(WIDTH, HEIGHT, 12), id_, "map", say("world.map_title"), text, parts + dots, role="group")


def off_map(places: Sequence[Place]) -> list[Place]:
    """Those that articles speak of and that have no place on the map."""
    from detente.dashboard.worldmap import outlines

    drawn = {outline.code for outline in outlines()}
    return [place for place in places if place.code not in drawn]


def _place_name(place: Place) -> str:
    told = (
        f"{say('world.tone')} {signed(place.tone)}, {count('event', place.events)}"
        if place.events
        else say("world.no_events")
    )
    return f"{place.name}: {told}, {count('article', place.articles)}"


def _svg(
    size: Size, id_: str, kind: str, title: str, text: str, parts: Sequence[str], extra: str = "", role: str = "img"
) -> Markup:
    """A picture for the eye and a sentence for the ear. Charts with links are groups, so that the links are read."""
    linked = role == "img" and any("<a " in part for part in parts)
    description = f'<desc id="{id_}-d">{escape(text)}</desc>' if text else ""
    described = f' aria-describedby="{id_}-d"' if text else ""
    return _markup(
        f'<svg class="chart {kind}" viewBox="0 0 {size.width:g} {size.height:g}" role="{"group" if linked else role}" '
        f'aria-labelledby="{id_}-t"{described} font-size="{size.font:g}"{extra}>'
        f'<title id="{id_}-t">{escape(title)}</title>{description}{"".join(parts)}</svg>'
    )


def _markup(text: str) -> Markup:
    """All that comes from articles has been escaped where it was set in."""
    from markupsafe import Markup

    return Markup(text)


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
