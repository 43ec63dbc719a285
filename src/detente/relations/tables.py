"""The series as CSV: one row a period and direction."""

from __future__ import annotations

import csv
import io

from detente.ontology.tables import types
from detente.relations.report import Counts, Period, RelationReport

FIXED = ("start", "end", "a", "b", "direction", "monitored", "articles", "publishers", "events",
         "quad1", "quad2", "quad3", "quad4", "quad1_share", "quad2_share", "quad3_share", "quad4_share",
         "intensity", "words", "deeds", "threats", "acts", "level")  # fmt: skip


def columns() -> tuple[str, ...]:
    return (*FIXED, *types(), "event_ids")


def render(report: RelationReport) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(), lineterminator="\n")
    writer.writeheader()
    for period in report.periods:
        for counts in period.counts:
            writer.writerow({"a": report.a.code, "b": report.b.code, **_row(period, counts)})
    return out.getvalue()


def _row(period: Period, counts: Counts) -> dict[str, object]:
    """None becomes an empty cell: not monitored is not zero."""
    quads, shares, found = counts.quads, counts.quad_shares, counts.types
    return {
        "start": period.start, "end": period.end, "direction": counts.direction,
        "monitored": str(period.monitored).lower(), "articles": period.articles, "publishers": period.publishers,
        "events": counts.events,
        **{f"quad{quad}": None if quads is None else quads[quad] for quad in (1, 2, 3, 4)},
        **{f"quad{quad}_share": None if shares is None else shares[quad] for quad in (1, 2, 3, 4)},
        "intensity": counts.intensity, "threats": counts.threats, "acts": counts.acts,
        "event_ids": None if counts.event_ids is None else ";".join(counts.event_ids),
        "words": counts.words, "deeds": counts.deeds, "level": counts.level,
        **{name: None if found is None else found.get(name, 0) for name in types()},
    }  # fmt: skip
