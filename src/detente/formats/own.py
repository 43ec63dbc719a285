"""Events as the writers of the formats want them: each side as actors with a country and sectors of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from detente.formats.codes import cameo_of
from detente.store.queries import EventFilter, event_query

if TYPE_CHECKING:
    from detente.store import Store

Row = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """One actor of an event; `country` may be the code of a body."""

    name: str = ""
    country: str | None = None
    sectors: tuple[str, ...] = ()
    office: str | None = None


@dataclass(frozen=True)
class Told:
    """An event with what the formats ask for beyond our columns. `row` has the columns of `all_events`."""

    row: Row
    sources: tuple[Side, ...]
    targets: tuple[Side, ...]
    url: str | None
    title: str | None
    language: str | None
    is_root: bool

    @property
    def date(self) -> date:
        day: date = self.row["event_date"]
        return day

    @property
    def published(self) -> datetime:
        """The day of the event at midnight where it is not known."""
        when: datetime | None = self.row["published"]
        return when or datetime(self.date.year, self.date.month, self.date.day)

    @property
    def cameo(self) -> str:
        """The event's own code, else the nearest to its type and mode; roots get the 0 of "no more known"."""
        code: str = self.row["cameo"] or cameo_of(self.row["event"], self.row["mode"])
        return code if len(code) > 2 else f"{code}0"

    @property
    def story(self) -> str:
        return str(self.row["article_id"])

    def pairs(self) -> list[tuple[Side, Side]]:
        """Each source with each target; of a reciprocal event, each party with each other one, in both directions."""
        if self.targets:
            return [(source, target) for source in self.sources or (Side(),) for target in self.targets]
        if len(self.sources) < 2:
            return [(source, Side()) for source in self.sources or (Side(),)]
        both = range(len(self.sources))
        return [(self.sources[i], self.sources[j]) for i in both for j in both if i != j]

    def number(self, *parts: object) -> int:
        """A whole number made of the event and `parts`, below 2**52, so that tools that read floats keep it."""
        return number_of(self.row["article_id"], self.row["id"], *parts)


def number_of(*parts: object) -> int:
    text = "\x1f".join(map(str, parts))
    return int(hashlib.sha256(text.encode()).hexdigest()[:13], 16)


def told(store: Store, where: EventFilter) -> Iterator[Told]:
    """Events that the filter selects, in its order."""
    sql, parameters = event_query(where)
    if where.data != "detente":
        for batch in store.batches(sql, parameters):
            for row in batch.to_pylist():
                yield Told(row, _imported(row, "source"), _imported(row, "target"), row["url"], None, None, False)
        return
    sql = f"""
        WITH chosen AS (SELECT row_number() OVER () AS chosen_order, * FROM ({sql}))
        SELECT chosen.*, e.source_ids, e.target_ids, a.url, a.title, a.language,
            e.start_offset < coalesce(nullif(strpos(a.text, chr(10)), 0), length(a.text) + 1) AS is_root, parties.found
        FROM chosen
        JOIN events e USING (article_id, coder_version, id)
        LEFT JOIN articles a ON a.id = chosen.article_id
        LEFT JOIN (SELECT article_id, coder_version,
                       list({{'id': id, 'country': country, 'sectors': sectors, 'office': office}}) AS found
                   FROM actors GROUP BY ALL) parties USING (article_id, coder_version)
        ORDER BY chosen_order"""
    for batch in store.batches(sql, parameters):
        for row in batch.to_pylist():
            actors = {actor["id"]: actor for actor in row["found"] or ()}
            yield Told(
                row, _own(row, "source", actors), _own(row, "target", actors), row["url"], row["title"],
                row["language"], bool(row["is_root"]),
            )  # fmt: skip


def _own(row: Row, role: str, actors: dict[str, Row]) -> tuple[Side, ...]:
    sides = []
    for id_, name in zip(row[f"{role}_ids"], row[f"{role}_names"], strict=True):
        actor = actors.get(id_)
        side = Side(name)
        if actor:
            side = replace(
                side, country=actor["country"], sectors=tuple(actor["sectors"] or ()), office=actor["office"]
            )
        sides.append(side)
    return tuple(sides)


def _imported(row: Row, role: str) -> tuple[Side, ...]:
    """Names and countries run in parallel in most rows; where they do not, each country is a party."""
    names: Sequence[str] = row[f"{role}_names"]
    countries: Sequence[str] = row[f"{role}_countries"]
    sectors = tuple(row[f"{role}_sectors"])
    if len(names) == len(countries):
        return tuple(Side(name, code, sectors) for name, code in zip(names, countries, strict=True))
    if len(countries) <= 1:
        return tuple(Side(name, countries[0] if countries else None, sectors) for name in names)
    return tuple(Side(code, code, sectors) for code in countries)
