"""What the store holds on two countries, read as far as it is asked for: narrow columns first, words for what is shown.

It answers as `detente.relations.held.Held` does, which has everything in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from detente.relations.columns import Events, Reports, day_of, events_of
from detente.relations.evidence import ARTICLE, Judged, Said, Source, judged_of, report_of, said_of, source_of
from detente.relations.explain import record_of_lead
from detente.relations.imported import Row, Rows
from detente.relations.members import KNOWN, MEMBERS, members_of, mention_of
from detente.relations.narrow import BETWEEN, NARROW, NUMBER_OF, TRACES, columns_from, numbered, text_list
from detente.relations.parameters import Parameters
from detente.relations.parties import Pair
from detente.relations.quotes import KIND_RANK, QUOTE_LENGTHS, Sayings
from detente.relations.regrouping import regrouped
from detente.relations.report import PairEventRecord
from detente.relations.seen import Seen

if TYPE_CHECKING:
    import pyarrow as pa

_INSIDE = "({0} IS NULL OR (($first IS NULL OR {0} >= $first) AND ($last IS NULL OR {0} <= $last)))"
_WITHIN = "({0} IS NULL OR {0} BETWEEN {1}.since AND {1}.until)"
_RANKS = " ".join(f"WHEN '{kind}' THEN {rank}" for kind, rank in KIND_RANK.items())
_SAID = f"""
    SELECT {NUMBER_OF.format("s.statement_date")} AS day, CASE x.side WHEN 'a' THEN 0 ELSE 1 END::BIGINT AS side,
        CASE s.kind {_RANKS} ELSE 0 END::DOUBLE
        + CASE WHEN length(s.text) BETWEEN {QUOTE_LENGTHS[0]} AND {QUOTE_LENGTHS[1]} THEN 0 ELSE -2 END
        + CASE WHEN coalesce(s.speaker_office, '') <> '' OR list_contains(s.speaker_sectors, 'GOV') THEN 0.5 ELSE 0 END
        + CASE WHEN list_has_any(s.about_countries, CASE x.side WHEN 'a' THEN $others ELSE $ours END)
          THEN 1.5 ELSE 0 END AS rank,
        m.original IS NOT NULL AS copy, hash(s.article_id) AS article, hash(s.article_id, s.id) AS statement,
        hash(s.text) AS text, s.article_id, s.id
    FROM current_statements s
    JOIN members x ON x.code = s.speaker_country AND {_WITHIN.format("s.statement_date", "x")}
                  AND (len(x.actors) = 0 OR list_contains(x.actors, s.speaker))
    JOIN mention m ON m.article_id = s.article_id
    ORDER BY s.statement_date NULLS LAST, s.article_id, s.id"""


@dataclass(frozen=True)
class Stored:
    """A pair of two countries; what was coded here, by the newest coder version, as it was known on `last`."""

    store: Rows
    pair: Pair
    table: pa.Table
    last: date | None = None
    everything: Seen | None = None
    """What was seen up to any day."""

    @classmethod
    def of(cls, store: Rows, pair: Pair) -> Stored:
        sql = f"SELECT {NARROW}, {TRACES} FROM current_event_pairs p WHERE {BETWEEN}"
        return cls(store, pair, store.arrow(sql, codes_of(pair)))

    def rows_of(self, reports: Sequence[int]) -> Sequence[int]:
        """Rows of the table, one for each of these reports."""
        return reports

    @cached_property
    def reports(self) -> Reports:
        import numpy as np

        found = columns_from(self.table)
        direction = found["direction"]
        if self.pair.a.code > self.pair.b.code:
            direction = np.where(direction < 2, 1 - direction, 2)
        return found.with_columns({"direction": direction})

    @property
    def _of_pair(self) -> dict[str, Any]:
        """Parameters of what is asked with `_with`."""
        return {**members_of(self.pair), "last": self.last}

    @property
    def _with(self) -> str:
        return f"WITH {MEMBERS}, {mention_of(self.pair)}"

    @cached_property
    def seen(self) -> Seen:
        if self.everything is not None:
            return self.everything.within(None, self.last)
        sql = f"""{self._with} SELECT {NUMBER_OF.format("m.published")} AS day, nullif(m.publisher, '') AS publisher,
                                      m.original IS NOT NULL AS copy, count(*) AS n
                  FROM mention m GROUP BY ALL ORDER BY ALL"""
        rows = self.store.arrow(sql, self._of_pair)
        publishers = numbered(rows["publisher"])
        days, copies, counts = (rows[name].to_numpy(zero_copy_only=False) for name in ("day", "copy", "n"))
        return Seen(days, publishers[0], copies, counts, publishers[1])

    @property
    def looked(self) -> tuple[date, ...]:
        return ()

    def known(self, last: date) -> Stored:
        """Only what could be known on the last day: a report on the past does not see what was published later."""
        at = last.toordinal()
        mask = (self.reports["day"] <= at) & (self.reports["published"] <= at)
        import pyarrow as pa

        return Stored(self.store, self.pair, self.table.filter(pa.array(mask)), last, self.seen)

    def events(self, parameters: Parameters) -> Events:
        a, b = sorted((self.pair.a.code, self.pair.b.code))
        joined = regrouped(self.store, [(a, b)], self.reports, self.table, parameters, self.last)
        return events_of(self.reports.with_columns(joined), parameters)

    def records(self, events: Events, chosen: Sequence[int]) -> list[PairEventRecord]:
        rows = self.rows_of([int(events.lead[i]) for i in chosen])
        return records_of(self.store, self.table, events, chosen, rows, [self.pair] * len(chosen))

    def sources(
        self, first: date | None, last: date | None, limit: int | None, cited: Sequence[PairEventRecord]
    ) -> list[Source]:
        """Articles of the period, by publication; with a limit the newest, and those that are cited."""
        among = f"SELECT m.article_id, m.published FROM mention m WHERE {_INSIDE.format('m.published::DATE')}"
        asked: dict[str, Any] = {**self._of_pair, "first": first, "last": last}
        if limit is not None:
            asked["cited"] = sorted({id_ for record in cited for id_ in record.article_ids})
            among = f"""({among} AND m.published IS NOT NULL ORDER BY m.published DESC, m.article_id DESC
                         LIMIT {int(limit)})
                        UNION ({among} AND m.article_id IN (SELECT unnest($cited)))"""
        sql = f"""{self._with} SELECT ar.id AS article_id, {ARTICLE} FROM articles ar
                  WHERE ar.id IN (SELECT article_id FROM ({among})) ORDER BY ar.published NULLS LAST, ar.id"""
        return [source_of(row) for row in self.store.rows(sql, asked)]

    @cached_property
    def sayings(self) -> Sayings:
        sides = {"ours": list(self.pair.a.codes), "others": list(self.pair.b.codes)}
        table = self.store.arrow(f"{self._with} {_SAID}", {**self._of_pair, **sides})
        names = ("day", "side", "rank", "copy", "article", "statement", "text")
        columns = {name: table[name].to_numpy(zero_copy_only=False) for name in names}
        return Sayings(**columns, words=lambda rows: self._words(table, rows))

    def _words(self, table: pa.Table, rows: Sequence[int]) -> list[Said]:
        keys = [(table["article_id"][row].as_py(), table["id"][row].as_py()) for row in rows]
        sql = f"""SELECT s.*, {ARTICLE} FROM current_statements s
                  JOIN articles ar ON ar.id = s.article_id
                  WHERE s.article_id IN ({text_list(a for a, _ in keys)})
                    AND (s.article_id, s.id) IN (SELECT (unnest($articles), unnest($ids)))"""
        asked = {"articles": [article for article, _ in keys], "ids": [id_ for _, id_ in keys]}
        said = {(row["article_id"], row["id"]): said_of(row, self.pair) for row in self.store.rows(sql, asked)}
        return [item for key in keys if (item := said[key])]

    def judged(self, first: date | None, last: date | None) -> list[Judged]:
        """Those of the period, by day, the same words of the same holder once."""
        sql = f"""WITH {MEMBERS} SELECT j.*, {ARTICLE} FROM (
                      SELECT DISTINCT ON (j.descriptor, j.holder_speaker, j.text) j.* FROM current_assessments j
                      JOIN members s ON s.code = j.country_a AND len(s.actors) = 0
                      JOIN members t ON t.code = j.country_b AND len(t.actors) = 0 AND t.side <> s.side
                      WHERE {_INSIDE.format("j.assessed_on")} AND {KNOWN.format("j")}
                        AND {_WITHIN.format("j.assessed_on", "s")} AND {_WITHIN.format("j.assessed_on", "t")}
                      ORDER BY j.assessed_on NULLS LAST, j.article_id, j.position) j
                  JOIN articles ar ON ar.id = j.article_id
                  ORDER BY assessed_on NULLS LAST, j.article_id, j.position"""
        asked = {**members_of(self.pair), "first": first, "last": last}
        return [judged_of(row) for row in self.store.rows(sql, asked)]


_LEAD = ", ".join(f"e.{name}" for name in (
    "article_id", "id", "event_date", "date_precision", "dated_by", "event", "mode", "intended", "plover_quad",
    "intensity", "confidence", "modality", "source_names", "source_countries", "target_ids", "target_names",
    "target_countries", "quote", "sentence", "attribution_speaker", "attribution_country", "attribution_id",
))  # fmt: skip


def codes_of(pair: Pair) -> dict[str, str]:
    """In the order of the alphabet, as the tables have them."""
    a, b = sorted((pair.a.code, pair.b.code))
    return {"a": a, "b": b}


def records_of(
    store: Rows, table: pa.Table, events: Events, chosen: Sequence[int], rows: Sequence[int], pairs: Sequence[Pair]
) -> list[PairEventRecord]:
    """Events by index, each as it bears on its pair; `rows` of the table lead to the words that they are told in."""
    if not chosen:
        return []
    made = []
    leads = _leads(store, table, rows)
    articles = iter(events.reports.article_ids(events.rows_of_all(chosen)))
    for i, row, pair in zip(chosen, leads, pairs, strict=True):
        lead = report_of(row, pair)
        assert lead is not None
        number = int(events.count[i])
        ids = tuple(sorted({next(articles) for _ in range(number)}))
        made.append(record_of_lead(lead, events.id_of(i), day_of(events.day[i]), float(events.weight[i]), number, ids,
                                   events.publishers_of(i)))  # fmt: skip
    return made


def _leads(store: Rows, table: pa.Table, rows: Sequence[int]) -> list[Row]:
    """What the events table and their articles say of these rows of a table of reports."""
    told = table.take(list(rows)).select(["article_id", "event_id", "dyad"]).to_pydict()
    sql = f"""SELECT {_LEAD}, {ARTICLE} FROM current_events e JOIN articles ar ON ar.id = e.article_id
              WHERE e.dyad IN ({text_list(told["dyad"])})
                AND (e.article_id, e.id) IN (SELECT (unnest($articles), unnest($events)))"""
    found = store.rows(sql, {"articles": told["article_id"], "events": told["event_id"]})
    by_key = {(row["article_id"], row["id"]): row for row in found}
    return [by_key[key] for key in zip(told["article_id"], told["event_id"], strict=True)]
