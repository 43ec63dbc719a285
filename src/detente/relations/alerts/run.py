"""One check: all rules over all pairs of some days, what is new kept in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from detente.relations.alerts.book import keep
from detente.relations.alerts.checks import PairCourse, check
from detente.relations.alerts.records import Alert
from detente.relations.alerts.rules import Rules, read_rules
from detente.relations.events import join_reports
from detente.relations.evidence import Report, gather_reports
from detente.relations.imported import Rows
from detente.relations.level import HALF_LIVES
from detente.relations.movers import newest_day
from detente.relations.parameters import DEFAULTS, Parameters, RelationQuestion
from detente.relations.words import COLLECTIVE

DAYS = 30


@dataclass(frozen=True)
class CheckResult:
    """`new`: alerts that were not known before, the oldest first, silenced ones with them."""

    since: date
    until: date
    pairs: int
    found: int
    new: tuple[Alert, ...]


def check_alerts(
    store: Rows,
    rules: Rules | None = None,
    since: date | None = None,
    until: date | None = None,
    parameters: Parameters = DEFAULTS,
    data: str | None = None,
) -> CheckResult | None:
    """Looks at the days from `since` to `until` and keeps what is new; None where the store is empty.

    Without `until` the last day is that of the newest article, without `since` the first is 30 days before. What was
    found at an earlier check is not found again, so that days may be looked at twice.
    """
    rules = rules or read_rules()
    last = until or newest_day(store, data)
    if last is None:
        return None
    first = since or last - timedelta(days=DAYS)
    if first > last:
        raise RelationQuestion(f"the period from {first} to {last} is empty")
    alerts: list[Alert] = []
    parameters = _with_modalities(rules, parameters)
    courses = _courses(store, first, last, parameters, data)
    for course in courses:
        for rule in rules.rules:
            alerts += check(rule, course, rules.rungs)
    new = keep(store, alerts, {rule.id: rule.quiet for rule in rules.rules})
    return CheckResult(first, last, len(courses), len(alerts), new)


def _with_modalities(rules: Rules, parameters: Parameters) -> Parameters:
    """Events of a modality that a rule asks for and that no level counts are there too, and weigh nothing."""
    asked: dict[str, float] = {modality: 0.0 for rule in rules.rules for modality in rule.modalities}
    return replace(parameters, modality_weight={**asked, **parameters.modality_weight})


def _courses(
    store: Rows, since: date, until: date, parameters: Parameters, data: str | None = None
) -> list[PairCourse]:
    """Pairs of which something is told in these days; a level that only fades raises no alert."""
    reach = timedelta(days=parameters.baseline_days + round(HALF_LIVES * parameters.half_life))
    courses = []
    for (a, b), reports in gather_reports(store, since - reach, until, COLLECTIVE, data, fresh=since).items():
        events = join_reports(reports, parameters)
        if any(event.day >= since for event in events):
            courses.append(PairCourse(a, b, events, _days_read(reports), since, until, parameters))
    return courses


def _days_read(reports: Sequence[Report]) -> list[date]:
    published = [report.source.published.date() for report in reports if report.source.published]
    return published + [report.day for report in reports if report.day]
