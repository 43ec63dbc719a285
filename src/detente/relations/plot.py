"""The timeline as inline SVG: no script, nothing fetched, with a title and a description for screen readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from detente.relations.report import Counts, Day, RelationReport
from detente.relations.words import clean, holder_of

BLUE, ORANGE, INK, GREY, BAND = "#1f5fa8", "#b5530a", "#1d232b", "#59636e", "#e6e9ee"
WORSE, BETTER = "#a4161a", "#1b6e3c"
QUAD_FILL = {1: "#8fc1a9", 2: "#1b6e3c", 3: "#e3a3a0", 4: "#a4161a"}
NAMES = {"a>b": BLUE, "b>a": ORANGE}


@dataclass(frozen=True)
class Canvas:
    """Sizes in units of the view box; `first` to `last` is the period."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    first: date
    days: int
    reach: float
    """The value at the upper and, negated, at the lower edge."""
    font: float

    def x(self, day: date) -> float:
        return self.left + (self.width - self.left - self.right) * ((day - self.first).days + 0.5) / self.days

    def y(self, value: float) -> float:
        share = (self.reach - value) / (2 * self.reach)
        return self.top + (self.height - self.top - self.bottom) * share


def _canvas(report: RelationReport, width: float, height: float, reach: float, font: float) -> Canvas:
    top = 2.0 * font if width > 600 else 3.4 * font  # the legend takes two rows on a phone
    return Canvas(width, height, 3.2 * font, 0.8 * font, top, 2.0 * font, report.days[0].day, len(report.days),
                  reach, font)  # fmt: skip


def timeline(report: RelationReport, id_: str, width: float = 920, height: float = 330, font: float = 13) -> str:
    """Both directions' levels, the baseline band, what is unmonitored, and the numbered turning points."""
    levels = [abs(v) for d in report.days for v in (d.both, d.a_to_b, d.b_to_a) if v is not None]
    reach = next(r for r in (2.0, 4.0, 6.0, 8.0, 10.0) if r >= min(10.0, max(levels, default=1.0)))
    canvas = _canvas(report, width, height, reach, font)
    parts = [*_unmonitored(report, canvas), *_band(report, canvas), *_axes(canvas, reach / 2), *_months(report, canvas)]
    parts += _paths(report, canvas)
    parts += _marks(report, canvas)
    parts += _said(report, canvas)
    title = f"Level of the relation {report.a.name} – {report.b.name}, {report.since} to {report.until}"
    return _svg(canvas, id_, title, _describe(report), parts)


def words_and_deeds(report: RelationReport, id_: str, width: float = 920, height: float = 210, font: float = 13) -> str:
    """Weighted intensity per period: cooperation upwards, conflict downwards, deeds in the darker shade."""
    counts = [_whole(period.counts) for period in report.periods]
    sums = [_by_quad(report, i) for i in range(len(counts))]
    top = max((max(s[1] + s[2], s[3] + s[4]) for s in sums), default=0) or 1
    canvas = _canvas(report, width, height, float(top), font)
    step = max(1.0, float(-(-top // 2)))
    parts = [*_unmonitored(report, canvas), *_axes(canvas, step, counts=True), *_months(report, canvas)]
    room = canvas.width - canvas.left - canvas.right
    for period, quads in zip(report.periods, sums, strict=True):
        days = (period.end - period.start).days + 1
        wide = max(1.2, room * days / canvas.days - 1)
        at = canvas.left + room * (period.start - canvas.first).days / canvas.days
        parts += _bar(canvas, at, wide, quads)
    parts += _legend(canvas, [("cooperative words", QUAD_FILL[1]), ("cooperative deeds", QUAD_FILL[2]),
                              ("hostile words", QUAD_FILL[3]), ("hostile deeds", QUAD_FILL[4])])  # fmt: skip
    totals = {quad: sum(s[quad] for s in sums) for quad in (1, 2, 3, 4)}
    text = (f"Events per {report.by}: {totals[1]} cooperative words, {totals[2]} cooperative deeds, "
            f"{totals[3]} hostile words, {totals[4]} hostile deeds in all.")  # fmt: skip
    return _svg(canvas, id_, f"Words and deeds per {report.by}", text, parts)


def _whole(counts: Sequence[Counts]) -> Counts | None:
    return counts[0] if counts else None


def _by_quad(report: RelationReport, i: int) -> dict[int, int]:
    counts = _whole(report.periods[i].counts)
    return dict(counts.quads) if counts and counts.quads else dict.fromkeys((1, 2, 3, 4), 0)


def _bar(canvas: Canvas, x: float, wide: float, quads: dict[int, int]) -> Iterator[str]:
    for sign, pair in ((1, (2, 1)), (-1, (4, 3))):
        base = 0
        for quad in pair:
            upper, lower = canvas.y(sign * (base + quads[quad])), canvas.y(sign * base)
            base += quads[quad]
            if quads[quad]:
                y, tall = min(upper, lower), abs(upper - lower)
                yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{QUAD_FILL[quad]}"/>'


def _svg(canvas: Canvas, id_: str, title: str, text: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {canvas.width:.0f} {canvas.height:.0f}" role="img" aria-labelledby="{id_}-t {id_}-d" '
        f'font-family="inherit" font-size="{canvas.font:g}">'
        f'<title id="{id_}-t">{escape(title)}</title><desc id="{id_}-d">{escape(text)}</desc>{"".join(parts)}</svg>'
    )


def _describe(report: RelationReport) -> str:
    turns = [f"{t.day} {t.direction}" for t in report.turning_points]
    return " ".join(report.summary[:1]) + (f" Turning points: {'; '.join(turns)}." if turns else "")


def _text(x: float, y: float, text: str, anchor: str = "middle", fill: str = GREY, extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{extra}>{escape(text)}</text>'


def _axes(canvas: Canvas, step: float, counts: bool = False) -> Iterator[str]:
    value = -canvas.reach
    values = [-step * 2, -step, 0.0, step, step * 2] if not counts else [-step, 0.0, step]
    for value in values:
        if abs(value) > canvas.reach:
            continue
        y = canvas.y(value)
        stroke = GREY if value == 0 else "#d3d8de"
        yield (f'<line x1="{canvas.left}" x2="{canvas.width - canvas.right}" y1="{y:.1f}" y2="{y:.1f}" '
               f'stroke="{stroke}" stroke-width="{1.2 if value == 0 else 0.8}"/>')  # fmt: skip
        label = f"{abs(value):g}" if counts else f"{value:+g}".replace("-", "−").replace("+0", "0")
        yield _text(canvas.left - 6, y + canvas.font * 0.35, label, "end")


def _months(report: RelationReport, canvas: Canvas) -> Iterator[str]:
    """A tick at the first of a month, as many as there is room for; the days themselves in a short period."""
    room = max(2, int((canvas.width - canvas.left) / (canvas.font * 5.2)))
    firsts = [d.day for d in report.days if d.day.day == 1]
    if len(firsts) < 2:
        every = max(1, -(-len(report.days) // room))
        ticks, style = [d.day for d in report.days[::every]], "%d %b"
    else:
        every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if len(firsts) / n <= room)
        ticks, style = [d for d in firsts if (d.year * 12 + d.month - 1) % every == 0], "%b %Y"
    for day in ticks:
        x, y = canvas.x(day), canvas.height - canvas.bottom
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{y + 4:.1f}" stroke="{GREY}"/>'
        if canvas.left - 4 <= x - canvas.font * 1.6 and x + canvas.font * 2.6 <= canvas.width:
            yield _text(x, y + canvas.font * 1.35, f"{day:{style}}")


def _unmonitored(report: RelationReport, canvas: Canvas) -> Iterator[str]:
    for start, end in report.coverage.unmonitored:
        x, to = canvas.x(start), canvas.x(end)
        yield (f'<rect x="{x:.1f}" y="{canvas.top:.1f}" width="{max(to - x, 1):.1f}" '
               f'height="{canvas.height - canvas.top - canvas.bottom:.1f}" fill="#f3efe6"/>')  # fmt: skip
        if to - x > canvas.font * 7:
            yield _text((x + to) / 2, canvas.height - canvas.bottom - 6, "unmonitored")


def _band(report: RelationReport, canvas: Canvas) -> Iterator[str]:
    base = report.states[0].baseline if report.states else None
    if base is None:
        return
    top, bottom = canvas.y(base.high), canvas.y(base.low)
    wide = canvas.width - canvas.left - canvas.right
    yield f'<rect x="{canvas.left}" y="{top:.1f}" width="{wide:.1f}" height="{bottom - top:.1f}" fill="{BAND}"/>'
    y = canvas.y(base.median)
    yield (f'<line x1="{canvas.left}" x2="{canvas.width - canvas.right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GREY}" '
           f'stroke-dasharray="2 4"/>')  # fmt: skip


def _paths(report: RelationReport, canvas: Canvas) -> list[str]:
    series: list[tuple[str, str, Callable[[Day], float | None], str]] = [
        (f"{report.a.name} → {report.b.name}", BLUE, lambda day: day.a_to_b, ""),
    ]
    if not report.directed:
        dashes = ' stroke-dasharray="7 3"'
        series.append((f"{report.b.name} → {report.a.name}", ORANGE, lambda day: day.b_to_a, dashes))
    parts = []
    for _, color, value, dash in series:
        path = _path(report.days, value, canvas)
        parts.append(f'<path d="{path}" fill="none" stroke="{color}" stroke-width="2" stroke-linejoin="round"{dash}/>')
    return parts + list(_legend(canvas, [(name, color) for name, color, _, _ in series] + _band_key(report)))


def _band_key(report: RelationReport) -> list[tuple[str, str]]:
    known = report.states and report.states[0].baseline is not None
    return [("usual (8 of 10 days)", "#cdd3db")] if known else []


def _path(days: Sequence[Day], value: Callable[[Day], float | None], canvas: Canvas) -> str:
    steps, pen_down = [], False
    for day in days:
        level = value(day)
        if level is not None:
            steps.append(f"{'L' if pen_down else 'M'}{canvas.x(day.day):.1f} {canvas.y(level):.1f}")
        pen_down = level is not None
    return "".join(steps)


def _legend(canvas: Canvas, entries: Sequence[tuple[str, str]]) -> Iterator[str]:
    x, y = canvas.left, canvas.font
    for name, color in entries:
        size = canvas.font * 0.75
        if x > canvas.left and x + size + 4 + len(name) * canvas.font * 0.54 > canvas.width:
            x, y = canvas.left, y + canvas.font * 1.4
        yield f'<rect x="{x:.1f}" y="{y - size:.1f}" width="{size:.1f}" height="{size:.1f}" fill="{color}"/>'
        yield _text(x + size + 4, y, name, "start", INK)
        x += size + 12 + len(name) * canvas.font * 0.56


def _said(report: RelationReport, canvas: Canvas) -> Iterator[str]:
    """A mark at the foot for each assessment: upwards where it says better, downwards where worse, else a diamond."""
    days = {day.day for day in report.days}
    size, foot = canvas.font * 0.36, canvas.height - canvas.bottom - canvas.font * 0.6
    shapes = {
        "better": (BETTER, f"m{-size:.1f} {size:.1f}h{2 * size:.1f}l{-size:.1f} {-2 * size:.1f}z"),
        "worse": (WORSE, f"m{-size:.1f} {-size:.1f}h{2 * size:.1f}l{-size:.1f} {2 * size:.1f}z"),
    }
    diamond = (GREY, f"m0 {-size:.1f}l{size:.1f} {size:.1f}l{-size:.1f} {size:.1f}l{-size:.1f} {-size:.1f}z")
    for item in report.assessments:
        if item.day is not None and item.day in days:
            color, shape = shapes.get(item.direction or "", diamond)
            title = escape(clean(f"{item.day}: “{item.descriptor}”, {holder_of(item)}"))
            yield (f'<path d="M{canvas.x(item.day):.1f} {foot:.1f}{shape}" fill="{color}" stroke="#fff" '
                   f'stroke-width="0.6"><title>{title}</title></path>')  # fmt: skip


def _marks(report: RelationReport, canvas: Canvas) -> Iterator[str]:
    """A numbered triangle and a thin line at each turning point; numbers that would touch change their row."""
    rows: list[float] = [-1e9, -1e9, -1e9]
    size = canvas.font * 0.5
    for number, turn in enumerate(report.turning_points, 1):
        x = canvas.x(turn.day)
        row = next((i for i, taken in enumerate(rows) if x - taken > canvas.font * 1.9), 0)
        rows[row] = x
        y = canvas.top + canvas.font * (0.9 + 1.25 * row)
        color = BETTER if turn.direction == "better" else WORSE
        tip = -size if turn.direction == "better" else size
        yield (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y + 3:.1f}" y2="{canvas.height - canvas.bottom:.1f}" '
               f'stroke="{color}" stroke-width="1" stroke-dasharray="1 3"/>')  # fmt: skip
        middle = y - canvas.font * 0.35
        yield (f'<path d="M{x - size * 1.7:.1f} {middle - tip * 0.8:.1f}h{size * 1.6:.1f}'
               f'l{-size * 0.8:.1f} {tip * 1.6:.1f}z" '
               f'fill="{color}"/>')  # fmt: skip
        near_edge = x + size * 4 > canvas.width
        at, anchor = (x - size * 1.9, "end") if near_edge else (x + size * 0.2, "start")
        yield _text(at, y, str(number), anchor, color, ' font-weight="600"')
