"""What is known of a pair, in memory: of groups, of lists of countries, of imported data.

`detente.relations.stored.Stored` answers the same for two countries without reading everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from detente.relations.columns import Events, Reports, events_of
from detente.relations.events import columns_of, objects_of, placed_in
from detente.relations.evidence import Evidence, Judged, Source
from detente.relations.explain import record_of
from detente.relations.parameters import Parameters
from detente.relations.quotes import Sayings
from detente.relations.report import PairEventRecord
from detente.relations.seen import Seen


@dataclass(frozen=True)
class Held:
    evidence: Evidence
    numbers: dict[tuple[str, ...], int] = field(default_factory=dict)

    @cached_property
    def reports(self) -> Reports:
        return columns_of(self.evidence.reports, self.numbers)

    @cached_property
    def seen(self) -> Seen:
        return Seen.of(self.evidence.articles)

    @property
    def looked(self) -> tuple[date, ...]:
        return self.evidence.looked

    def known(self, last: date) -> Held:
        """Only what could be known on the last day: a report on the past does not see what was published later."""
        held = self.evidence

        def known(source: Source) -> bool:
            return source.published is None or source.published.date() <= last

        return Held(Evidence(
            tuple(r for r in held.reports if known(r.source) and (r.day is None or r.day <= last)),
            tuple(s for s in held.said if known(s.source)),
            tuple(j for j in held.judged if known(j.source)),
            tuple(source for source in held.articles if known(source)),
            tuple(day for day in held.looked if day <= last),
        ))  # fmt: skip

    def events(self, parameters: Parameters) -> Events:
        joined = placed_in(self.evidence.reports, parameters)
        return events_of(self.reports.with_columns(joined), parameters)

    def records(self, events: Events, chosen: Sequence[int]) -> list[PairEventRecord]:
        return [record_of(event) for event in objects_of(events, self.evidence.reports, chosen)]

    def sources(
        self, first: date | None, last: date | None, limit: int | None, cited: Sequence[PairEventRecord]
    ) -> list[Source]:
        """Articles of the period, by publication; with a limit the newest, and those that are cited."""
        found = [
            s for s in self.evidence.articles if in_period(s.published.date() if s.published else None, first, last)
        ]
        if limit is None or len(found) <= limit:
            return found
        wanted = {id_ for record in cited for id_ in record.article_ids}
        dated = [s for s in found if s.published]
        wanted |= {s.article_id for s in dated[-limit:]}
        return [s for s in found if s.article_id in wanted]

    @cached_property
    def sayings(self) -> Sayings:
        return Sayings.of(self.evidence.said, self.numbers)

    def judged(self, first: date | None, last: date | None) -> list[Judged]:
        """Those of the period, by day; what has no day is counted with every period."""
        return [each for each in self.evidence.judged if in_period(each.day, first, last)]


def in_period(day: date | None, first: date | None, last: date | None) -> bool:
    """What has no day is counted with every period."""
    return day is None or ((first is None or first <= day) and (last is None or day <= last))
