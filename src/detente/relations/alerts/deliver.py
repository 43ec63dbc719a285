"""Alerts on their way: a JSON Lines file, an RSS feed, a webhook. Each target gets each alert once."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import format_datetime
from pathlib import Path
from xml.etree import ElementTree

from detente.about import __version__
from detente.errors import DetenteError
from detente.relations.alerts.book import AlertFilter, list_alerts, mark_delivered, undelivered
from detente.relations.alerts.records import Alert
from detente.relations.alerts.rules import Delivery
from detente.relations.alerts.webhook import Webhook
from detente.relations.imported import Rows
from detente.relations.words import clean

FEED_LENGTH = 100


class DeliveryFailed(DetenteError):
    """A target that could not be reached or written; what it lacks is sent at the next check."""


@dataclass(frozen=True)
class Outcome:
    """How many alerts reached a target, and why no more did."""

    target: str
    delivered: int
    failure: str | None = None


def deliver(store: Rows, deliveries: Sequence[Delivery], environ: Mapping[str, str] | None = None) -> list[Outcome]:
    """One outcome a target; one that fails does not keep the others from theirs."""
    return [_one(store, delivery, os.environ if environ is None else environ) for delivery in deliveries]


def _one(store: Rows, delivery: Delivery, environ: Mapping[str, str]) -> Outcome:
    waiting = undelivered(store, delivery.target)
    done = 0
    try:
        if delivery.to == "rss":
            write_feed(Path(delivery.path or ""), list_alerts(store, AlertFilter(limit=FEED_LENGTH)))
        hook = _webhook(delivery, environ) if delivery.to == "webhook" else None
        for alert in waiting:
            if hook:
                hook.send(alert)
            elif delivery.to == "jsonl":
                append_line(Path(delivery.path or ""), alert)
            mark_delivered(store, alert, delivery.target)
            done += 1
    except (DetenteError, OSError) as error:
        return Outcome(delivery.target, done, str(error))
    return Outcome(delivery.target, done)


def _webhook(delivery: Delivery, environ: Mapping[str, str]) -> Webhook:
    secret = environ.get(delivery.secret) if delivery.secret else None
    if delivery.secret and not secret:
        raise DeliveryFailed(f"the environment variable {delivery.secret}, which holds the secret, is not set")
    return Webhook(delivery.url or "", secret)


def append_line(path: Path, alert: Alert) -> None:
    with path.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(as_json(alert) + "\n")


def as_json(alert: Alert) -> str:
    """The alert as one line of JSON, as files and webhooks carry it."""
    return json.dumps({**alert.model_dump(mode="json"), "state": alert.state}, ensure_ascii=False)


def write_feed(path: Path, alerts: Sequence[Alert]) -> None:
    """The newest alerts as RSS 2.0; the file appears complete or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(feed(alerts), encoding="utf-8")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def feed(alerts: Sequence[Alert]) -> str:
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    for name, text in (
        ("title", "Detente: alerts"), ("link", "about:blank"), ("generator", f"Detente {__version__}"),
        ("description", "Changes in the relations between states, with the events behind them."),
    ):  # fmt: skip
        ElementTree.SubElement(channel, name).text = text
    for alert in alerts:
        channel.append(_item(alert))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _item(alert: Alert) -> ElementTree.Element:
    item = ElementTree.Element("item")
    link = next((event.url for event in alert.evidence if event.url and event.url.startswith("http")), None)
    day = datetime.combine(alert.day, time(), UTC)
    for name, text in (
        ("title", clean(alert.title)), ("link", link), ("description", clean(alert.text)),
        ("category", alert.rule), ("pubDate", format_datetime(day)),
    ):  # fmt: skip
        if text:
            ElementTree.SubElement(item, name).text = text
    ElementTree.SubElement(item, "guid", isPermaLink="false").text = f"detente:{alert.id}"
    return item
