"""The report as one self-contained HTML page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from detente.about import __version__
from detente.relations import plot
from detente.relations.report import Counts, RelationReport
from detente.relations.words import QUADS, clean, events_say, holder_of, members_of, shorten, signed

if TYPE_CHECKING:
    from jinja2 import Template


def render(report: RelationReport) -> str:
    """Values are cleaned of controls and of marks that turn the direction of text, then escaped."""
    charts = _charts(report) if report.days else {}
    return _template().render(
        report=report,
        charts=charts,
        quads=QUADS,
        totals=_totals(report),
        version=__version__,
        shorten=shorten,
        holder_of=holder_of,
        members=members_of,
        events_say=events_say,
        told={event.id: event.told for event in report.events},
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("detente.relations"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_finalize,
    )  # fmt: skip
    environment.filters["web"] = web_address
    environment.filters["signed"] = signed
    return environment.get_template("relation.html.j2")


def _finalize(value: object) -> object:
    return clean(value) if type(value) is str else value


def web_address(url: str | None) -> str | None:
    """The address if it is one of the web; anything else ("javascript:") is not made a link."""
    return url if url and url.lower().startswith(("https://", "http://")) else None


def _charts(report: RelationReport) -> dict[str, object]:
    """Each chart twice: wide for desks and paper, narrow with larger type for phones."""
    from markupsafe import Markup

    # Markup is safe here: plot.py escapes each text that it sets
    return {
        "timeline_wide": Markup(plot.timeline(report, "timeline")),
        "timeline_narrow": Markup(plot.timeline(report, "timeline-n", 400, 330, 12)),
        "words_wide": Markup(plot.words_and_deeds(report, "words")),
        "words_narrow": Markup(plot.words_and_deeds(report, "words-n", 400, 230, 12)),
    }


def _totals(report: RelationReport) -> list[tuple[str, dict[int, int], int]]:
    """Name, events by quad and all events, for each direction."""
    totals = []
    for state in report.states:
        mine: list[Counts] = [c for p in report.periods for c in p.counts if c.direction == state.direction and c.quads]
        quads = {quad: sum((c.quads or {})[quad] for c in mine) for quad in (1, 2, 3, 4)}
        totals.append((report.series_name(state.direction), quads, sum(quads.values())))
    return totals
