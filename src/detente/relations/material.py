"""What a report on a pair is made of, wherever it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from detente.relations.columns import Events, Reports
from detente.relations.evidence import Judged, Source, gather
from detente.relations.foreign import Foreign
from detente.relations.grouped import Grouped
from detente.relations.held import Held
from detente.relations.imported import Origin, Rows
from detente.relations.members import is_plain
from detente.relations.parameters import Parameters
from detente.relations.parties import Pair
from detente.relations.quotes import Sayings
from detente.relations.report import PairEventRecord
from detente.relations.seen import Seen
from detente.relations.stored import Stored


class Material(Protocol):
    """Reports in columns, when articles appeared, what both sides say; the words of what is shown."""

    @property
    def reports(self) -> Reports: ...
    @property
    def seen(self) -> Seen: ...
    @property
    def looked(self) -> tuple[date, ...]: ...
    @property
    def sayings(self) -> Sayings: ...
    def known(self, last: date) -> Material: ...
    def events(self, parameters: Parameters) -> Events: ...
    def records(self, events: Events, chosen: Sequence[int]) -> list[PairEventRecord]: ...
    def sources(
        self, first: date | None, last: date | None, limit: int | None, cited: Sequence[PairEventRecord]
    ) -> list[Source]: ...
    def judged(self, first: date | None, last: date | None) -> list[Judged]: ...


def material_of(store: Rows, pair: Pair, origin: Origin) -> Material:
    """What was coded here or imported is read as far as needed, both together as a whole."""
    if not origin.datasets:
        return Stored.of(store, pair) if is_plain(pair) else Grouped.of(store, pair)
    if not origin.own:
        return Foreign.of(store, pair, origin.datasets)
    return Held(gather(store, pair, origin.name))
