"""The timeline as PNG."""

from __future__ import annotations

import io
from typing import Any

from detente.relations.plot import BAND, BETTER, BLUE, GREY, ORANGE, QUAD_FILL, WORSE
from detente.relations.report import RelationReport
from detente.relations.words import QUADS, clean, shorten


def render(report: RelationReport) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 6.2), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(f"{report.a.name} – {report.b.name}", x=0.02, ha="left", fontsize=15, fontweight="bold")
    if report.days:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2.4, 1))
        upper.set_title(shorten(_plain(report.summary[0]), 150), loc="left", fontsize=9, color=GREY)
        _levels(report, upper)
        _turns(report, upper)
        _bars(report, lower)
    else:
        figure.text(0.02, 0.5, shorten(_plain(" ".join(report.summary)), 160), fontsize=11)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": "detente"})
    return out.getvalue()


def _plain(text: str) -> str:
    return clean(text).replace("$", r"\$")


def _levels(report: RelationReport, axes: Any) -> None:
    days = [day.day for day in report.days]
    base = report.states[0].baseline
    if base is not None:
        axes.axhspan(base.low, base.high, color=BAND, label="usual (8 of 10 days)", zorder=0)
    forward = [float("nan") if day.a_to_b is None else day.a_to_b for day in report.days]
    axes.plot(days, forward, color=BLUE, lw=1.8, label=f"{report.a.name} → {report.b.name}")
    if not report.directed:
        backward = [float("nan") if day.b_to_a is None else day.b_to_a for day in report.days]
        axes.plot(days, backward, color=ORANGE, lw=1.8, ls="--", label=f"{report.b.name} → {report.a.name}")
    for start, end in report.coverage.unmonitored:
        axes.axvspan(start, end, color="#f3efe6", zorder=0)  # type: ignore[arg-type, unused-ignore]
    axes.axhline(0, color=GREY, lw=0.8)
    axes.set_xlim(days[0], days[-1])
    axes.margins(y=0.14)
    axes.set_ylabel("level (−10 to +10)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left", fontsize=8, frameon=False, ncols=3)


def _turns(report: RelationReport, axes: Any) -> None:
    for number, turn in enumerate(report.turning_points, 1):
        color = BETTER if turn.direction == "better" else WORSE
        sign = "▲" if turn.direction == "better" else "▼"
        axes.axvline(turn.day, color=color, lw=0.8, ls=":")
        axes.annotate(f"{sign}{number}", (turn.day, 1.0 - 0.06 * (number % 2)), xycoords=("data", "axes fraction"),
                      color=color, fontsize=8, ha="center", va="top")  # fmt: skip


def _bars(report: RelationReport, axes: Any) -> None:
    starts = [period.start for period in report.periods]
    widths = [(period.end - period.start).days + 0.8 for period in report.periods]
    for sign, quads in ((1, (2, 1)), (-1, (4, 3))):
        base = [0] * len(starts)
        for quad in quads:
            tall = [sign * ((p.counts[0].quads or {}).get(quad, 0)) for p in report.periods]
            axes.bar(starts, tall, widths, bottom=base, align="edge", color=QUAD_FILL[quad], label=QUADS[quad])
            base = [b + t for b, t in zip(base, tall, strict=True)]
    axes.axhline(0, color=GREY, lw=0.8)
    axes.set_ylabel(f"events per {report.by}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left", fontsize=8, frameon=False, ncols=4)
