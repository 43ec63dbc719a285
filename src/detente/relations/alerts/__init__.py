"""Alerts: `check_alerts(store, rules)` finds and keeps them, `list_alerts` shows them, `deliver` sends them on."""

from detente.relations.alerts.book import (
    AlertFilter,
    UnknownAlert,
    acknowledge,
    count_alerts,
    end_silence,
    list_alerts,
    list_silences,
    mark_of,
    raised_since,
    rules_told,
    silence,
)
from detente.relations.alerts.deliver import DeliveryFailed, Outcome, deliver, feed
from detente.relations.alerts.records import ALERT_COLUMNS, Alert, Silence
from detente.relations.alerts.rules import Delivery, Rules, default_text, read_rules
from detente.relations.alerts.run import CheckResult, check_alerts

__all__ = [
    "ALERT_COLUMNS", "Alert", "AlertFilter", "CheckResult", "Delivery", "DeliveryFailed", "Outcome", "Rules", "Silence",
    "UnknownAlert", "acknowledge", "check_alerts", "count_alerts", "default_text", "deliver", "end_silence", "feed",
    "list_alerts", "list_silences", "mark_of", "raised_since", "read_rules", "rules_told", "silence",
]  # fmt: skip
