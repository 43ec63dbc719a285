"""Alerts in the store: kept once, listed, acknowledged, silenced, and where they were delivered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from detente.errors import DetenteError
from detente.relations.alerts.records import Alert, Silence
from detente.relations.imported import Row, Rows
from detente.relations.report import PairEventRecord

STATES = ("new", "acknowledged", "silenced", "all")
COLUMNS = ("id", "rule", "kind", "severity", "a", "b", "subject", "day", "title", "text", "level", "before", "evidence",
           "raised")  # fmt: skip


class UnknownAlert(DetenteError):
    """An id that no alert, or no silence, has."""


@dataclass(frozen=True)
class AlertFilter:
    """`pair` and `country` are codes; `state` is one of STATES.

    `after`: id of the alert to go on behind, so that pages fit together while alerts are added.
    """

    since: date | None = None
    until: date | None = None
    rule: str | None = None
    kind: str | None = None
    severity: str | None = None
    pair: tuple[str, str] | None = None
    country: str | None = None
    state: str = "new"
    limit: int | None = None
    offset: int = 0
    after: str | None = None


def now() -> datetime:
    """Naive UTC, as the store keeps times."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


_HELD = """EXISTS (SELECT 1 FROM alert_silences s WHERE (s.rule IS NULL OR s.rule = alerts.rule)
            AND (s.a IS NULL OR (s.a = alerts.a AND s.b = alerts.b)) AND (s.until IS NULL OR alerts.day <= s.until))"""
_STATES = {
    "new": f"acknowledged IS NULL AND NOT {_HELD}", "acknowledged": "acknowledged IS NOT NULL",
    "silenced": f"acknowledged IS NULL AND {_HELD}", "all": "true",
}  # fmt: skip
_ORDER = "day DESC, rule, a, b, id"
_BEHIND = """EXISTS (SELECT 1 FROM alerts x WHERE x.id = ? AND (
    alerts.day < x.day OR (alerts.day = x.day
                           AND row(alerts.rule, alerts.a, alerts.b, alerts.id) > row(x.rule, x.a, x.b, x.id))))"""


def list_alerts(store: Rows, where: AlertFilter | None = None) -> tuple[Alert, ...]:
    """Newest first. Those that nobody has acknowledged and no silence covers, unless the filter says otherwise."""
    where = where or AlertFilter()
    condition, parameters = _condition(where)
    page = f" LIMIT {int(where.limit)}" if where.limit is not None else ""
    page += f" OFFSET {int(where.offset)}" if where.offset else ""
    return _alerts(store, f"{condition} ORDER BY {_ORDER}{page}", parameters)


def count_alerts(store: Rows, where: AlertFilter) -> int:
    """How many `list_alerts` would give without a limit."""
    condition, parameters = _condition(replace(where, limit=None, offset=0, after=None))
    return int(store.rows(f"SELECT count(*) AS n FROM alerts WHERE {condition}", parameters)[0]["n"])


def rules_told(store: Rows) -> tuple[str, ...]:
    """Ids of the rules that have raised an alert."""
    return tuple(row["rule"] for row in store.rows("SELECT DISTINCT rule FROM alerts ORDER BY rule"))


def _condition(where: AlertFilter) -> tuple[str, list[object]]:
    if where.state not in _STATES:
        return "false", []
    asked: list[tuple[str, tuple[object, ...]]] = [
        ("day >= ?", (where.since,)), ("day <= ?", (where.until,)), ("rule = ?", (where.rule,)),
        ("kind = ?", (where.kind,)), ("severity = ?", (where.severity,)), (_BEHIND, (where.after,)),
        ("(a = ? OR b = ?)", (where.country,) * 2),
        ("(a = ? AND b = ?)", tuple(sorted(where.pair)) if where.pair else (None,)),
    ]  # fmt: skip
    wanted = [(sql, values) for sql, values in asked if values[0] is not None]
    conditions = [_STATES[where.state], *(sql for sql, _ in wanted)]
    return " AND ".join(conditions), [value for _, values in wanted for value in values]


def _alerts(store: Rows, condition: str, parameters: Sequence[object]) -> tuple[Alert, ...]:
    """With whether a silence covers each now."""
    rows = store.rows(f"SELECT *, {_HELD} AS silenced FROM alerts WHERE {condition}", list(parameters))
    return tuple(_alert(row) for row in rows)


def _alert(row: Row) -> Alert:
    evidence = tuple(PairEventRecord.model_validate(event) for event in json.loads(row["evidence"]))
    return Alert.model_validate({**row, "evidence": evidence})


def keep(store: Rows, alerts: Sequence[Alert], quiet: Mapping[str, int]) -> tuple[Alert, ...]:
    """Adds those that are not there, and gives them back: known ids and the same matter in its quiet days stay out."""
    known = store.rows("SELECT id, rule, a, b, subject, day FROM alerts")
    ids = {row["id"] for row in known}
    days: dict[tuple[str, str, str, str], list[date]] = {}
    for row in known:
        days.setdefault((row["rule"], row["a"], row["b"], row["subject"]), []).append(row["day"])
    fresh = []
    for alert in sorted(alerts, key=lambda a: (a.day, a.rule, a.a, a.b, a.subject)):
        told = days.setdefault((alert.rule, alert.a, alert.b, alert.subject), [])
        if alert.id in ids or any(abs((alert.day - day).days) <= quiet.get(alert.rule, 0) for day in told):
            continue
        told.append(alert.day)
        fresh.append(alert.model_copy(update={"raised": now()}))
    if fresh:
        marks = ", ".join(["(" + ", ".join("?" * len(COLUMNS)) + ")"] * len(fresh))
        store.rows(
            f"INSERT INTO alerts ({', '.join(COLUMNS)}) VALUES {marks}", [v for alert in fresh for v in _row(alert)]
        )
    held = list_silences(store)
    return tuple(a.model_copy(update={"silenced": any(s.covers(a) for s in held)}) for a in fresh)


def _row(alert: Alert) -> list[object]:
    values = {name: getattr(alert, name) for name in COLUMNS}
    values["evidence"] = json.dumps([event.model_dump(mode="json") for event in alert.evidence], ensure_ascii=False)
    return list(values.values())


def acknowledge(store: Rows, ids: Iterable[str], by: str | None = None, note: str | None = None) -> tuple[Alert, ...]:
    """The alerts, now acknowledged; raises UnknownAlert, and then acknowledges none."""
    wanted = list(dict.fromkeys(ids))
    known = {row["id"] for row in store.rows("SELECT id FROM alerts WHERE list_contains(?, id)", [wanted])}
    unknown = [id_ for id_ in wanted if id_ not in known]
    if unknown:
        raise UnknownAlert(f"no alert has the id {', '.join(unknown)}; `detente alerts --state all` lists them")
    store.rows(
        """UPDATE alerts SET acknowledged = coalesce(acknowledged, ?), acknowledged_by = coalesce(?, acknowledged_by),
           note = coalesce(?, note) WHERE list_contains(?, id)""",
        [now(), by, note, wanted],
    )
    return _alerts(store, f"list_contains(?, id) ORDER BY {_ORDER}", [wanted])


def silence(
    store: Rows, rule: str | None = None, pair: tuple[str, str] | None = None, until: date | None = None,
    note: str | None = None,
) -> Silence:  # fmt: skip
    """Holds back the alerts of a rule, of a pair (codes), or of a rule on a pair; a new end replaces the former one."""
    if rule is None and pair is None:
        raise UnknownAlert("a silence needs a rule, a pair, or both")
    a, b = sorted(pair) if pair else (None, None)
    id_ = hashlib.sha256(f"{rule}|{a}|{b}".encode()).hexdigest()[:8]
    made = Silence(id=id_, rule=rule, a=a, b=b, until=until, note=note)
    store.rows(
        "INSERT OR REPLACE INTO alert_silences (id, rule, a, b, until, note, made) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [made.id, rule, a, b, until, note, now()],
    )
    return made


def end_silence(store: Rows, id_: str) -> Silence:
    """The silence that was ended; raises UnknownAlert."""
    found = next((held for held in list_silences(store) if held.id == id_), None)
    if found is None:
        raise UnknownAlert(f"no silence has the id {id_!r}; `detente alerts silences` lists them")
    store.rows("DELETE FROM alert_silences WHERE id = ?", [id_])
    return found


def list_silences(store: Rows) -> tuple[Silence, ...]:
    rows = store.rows("SELECT id, rule, a, b, until, note FROM alert_silences ORDER BY made, id")
    return tuple(Silence.model_validate(row) for row in rows)


def mark_of(store: Rows) -> str:
    """The same as long as no alert was raised or acknowledged and no silence begun or ended."""
    sql = """SELECT count(*) AS n, bit_xor(hash(id, acknowledged, acknowledged_by, note)) AS h,
             (SELECT bit_xor(hash(id, until, note)) FROM alert_silences) AS s FROM alerts"""
    row = store.rows(sql)[0]
    return hashlib.sha256(f"{row['n']} {row['h']} {row['s']}".encode()).hexdigest()[:16]


def undelivered(store: Rows, target: str) -> tuple[Alert, ...]:
    """Alerts that are new and have not reached the target, the oldest first."""
    waiting = "id NOT IN (SELECT alert_id FROM alert_deliveries WHERE target = ?)"
    return tuple(reversed(_alerts(store, f"{_STATES['new']} AND {waiting} ORDER BY {_ORDER}", [target])))


def raised_since(store: Rows, number: int) -> tuple[Alert, ...]:
    """New alerts among those that were raised after so many others, the newest day first."""
    return _alerts(store, f"{_STATES['new']} AND rowid >= ? ORDER BY {_ORDER}", [number])


def mark_delivered(store: Rows, alert: Alert, target: str) -> None:
    store.rows("INSERT OR IGNORE INTO alert_deliveries VALUES (?, ?, ?)", [alert.id, target, now()])
