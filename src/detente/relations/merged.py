"""Events with all their reports: what forty articles tell of one act is one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from detente.clusters import ClusterParameters, Telling, cluster_tellings
from detente.clusters.parameters import DEFAULTS
from detente.relations.events import event_id
from detente.relations.imported import Row, Rows
from detente.relations.telling import telling_of_row
from detente.store.queries import EventFilter, event_query

Key = tuple[str, str]


@dataclass(frozen=True)
class MergedEvent:
    """`day` and the words are those of the report that leads; `first_day`, `last_day`: of the reports' publication."""

    id: str
    day: date | None
    event: str
    mode: str | None
    modality: str
    source_countries: list[str]
    source_names: list[str]
    target_countries: list[str]
    target_names: list[str]
    quote: str
    confidence: float
    reports: int
    publishers: list[str]
    first_day: date | None
    last_day: date | None
    report_ids: list[str]
    """Article and event of each report, the earliest first, as "3f2a e1"."""

    def row(self) -> dict[str, Any]:
        return asdict(self)


MERGED_COLUMNS = tuple(field.name for field in fields(MergedEvent))


def merged_events(
    store: Rows, where: EventFilter | None = None, parameters: ClusterParameters = DEFAULTS
) -> list[MergedEvent]:
    """By day, then id. An event is given with all its reports if one matches; `limit` and `offset` count events.

    An event whose day nothing tells stands by itself.
    """
    where = where or EventFilter()
    sql, values = event_query(replace(where, limit=None, offset=0))
    matched = [(row["article_id"], row["id"]) for row in store.rows(f"SELECT article_id, id FROM ({sql})", values)]
    if not matched:
        return []
    rows = {(row["article_id"], row["id"]): row for row in _around(store, matched, parameters.window)}
    wanted = set(matched)
    found = [_merged([rows[key] for key in group]) for group in _groups(rows, parameters) if wanted.intersection(group)]
    found.sort(key=lambda event: (event.day is None, event.day or date.min, event.id))
    end = None if where.limit is None else where.offset + where.limit
    return found[where.offset : end]


_BY_KEY = (
    "SELECT e.* FROM current_events e JOIN (SELECT unnest(?) AS a, unnest(?) AS i) k ON k.a = article_id AND k.i = id"
)
_ROWS = """SELECT e.*, articles.near_duplicate_of FROM current_events e JOIN articles ON articles.id = e.article_id"""


def _around(store: Rows, matched: Sequence[Key], window: int) -> list[Row]:
    """The matched events, and all that may be reports of the same: their parties, and days not too far from theirs."""
    keys = [[article_id for article_id, _ in matched], [id_ for _, id_ in matched]]
    (span,) = store.rows(
        f"""SELECT min(least(event_date, published::DATE)) AS first, max(event_date) AS last,
                   list_distinct(flatten(list(list_concat(source_countries, target_countries)))) AS codes,
                   list_distinct(flatten(list(list_concat(source_names, target_names)))) AS names
            FROM ({_BY_KEY})""",
        keys,
    )
    reach = timedelta(days=2 * window + 31)  # a chain of reports, and a month that is known by its first day
    first, last = (span["first"] or date.max) - reach if span["first"] else None, span["last"]
    return store.rows(
        f"""{_ROWS} WHERE (e.event_date BETWEEN ? AND ?
              AND (list_has_any(source_countries, ?) OR list_has_any(target_countries, ?)
                   OR list_has_any(source_names, ?) OR list_has_any(target_names, ?)))
              OR (e.article_id, e.id) IN (SELECT (unnest(?), unnest(?)))""",
        [first, last + reach if last else None, *[span["codes"] or []] * 2, *[span["names"] or []] * 2, *keys],
    )


def _groups(rows: dict[Key, Row], parameters: ClusterParameters) -> Iterable[list[Key]]:
    tellings: list[Telling] = []
    for key, row in rows.items():
        telling = telling_of_row(row)
        if telling is None:
            yield [key]
        else:
            tellings.append(telling)
    for group in cluster_tellings(tellings, parameters):
        yield [(telling.article_id, telling.event_id) for telling in group]


def _merged(rows: Sequence[Row]) -> MergedEvent:
    """Of reports in the order of publication. The surest leads, of those whose words name a day.

    Where no words do, the first report gives the day.
    """
    lead = max(rows, key=lambda row: (_names_day(row), row["confidence"]))
    day = lead["event_date"] if _names_day(lead) else rows[0]["event_date"]
    printed = [row["published"].date() for row in rows if row["published"]]
    return MergedEvent(
        id=event_id((rows[0]["article_id"], rows[0]["id"])), day=day, event=lead["event"],
        mode=lead["mode"], modality=lead["modality"], source_countries=lead["source_countries"],
        source_names=lead["source_names"], target_countries=lead["target_countries"],
        target_names=lead["target_names"], quote=lead["quote"], confidence=lead["confidence"], reports=len(rows),
        publishers=sorted({row["publisher"] for row in rows if row["publisher"]}),
        first_day=min(printed, default=None), last_day=max(printed, default=None),
        report_ids=[f"{row['article_id']} {row['id']}" for row in rows],
    )  # fmt: skip


def _names_day(row: Row) -> bool:
    return bool(row["dated_by"] == "words" and row["date_precision"] == "day")
