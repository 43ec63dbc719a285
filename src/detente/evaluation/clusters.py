"""Reports of events against marked ones, by B-cubed (Bagga and Baldwin 1998): of each report's group, the share right.

Gold lines are `{"id", "text", "published", "event", "told": [start, end]}`: the words that tell the marked event, and
which event that is. Each article is coded; the coded event whose trigger touches the marked words is the report's. Its
grouping with those of the other articles is compared with the gold. A report in which the coder found no such event is
not grouped: `found` says how many were, and `with_missed` counts each missed one as an event of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from detente.clusters import cluster_tellings
from detente.evaluation.events import prf
from detente.records import CodedArticle, Event
from detente.relations.telling import telling_of_row
from detente.store.rows import Projection


def told_event(coded: CodedArticle, told: tuple[int, int]) -> Event | None:
    """The coded event whose trigger shares most characters with the marked words; None where none does."""

    def shared(event: Event) -> int:
        return sum(max(0, min(span.end, told[1]) - max(span.start, told[0])) for span in event.evidence.trigger)

    best = max(coded.events, key=lambda event: (shared(event), event.confidence), default=None)
    return best if best is not None and shared(best) else None


def b_cubed(gold: Mapping[str, Hashable], made: Mapping[str, Hashable]) -> dict[str, float]:
    """Means over the items of `gold`; an item that `made` lacks is a group of its own."""
    labels = {item: ("group", made[item]) if item in made else ("alone", item) for item in gold}
    both = Counter((gold[item], labels[item]) for item in gold)
    by_gold, by_made = Counter(gold.values()), Counter(labels.values())
    count = max(len(gold), 1)
    precision = sum(both[gold[item], labels[item]] / by_made[labels[item]] for item in gold) / count
    recall = sum(both[gold[item], labels[item]] / by_gold[gold[item]] for item in gold) / count
    return prf(precision, recall)


def grouped(golds: list[dict[str, Any]], coded: Iterable[CodedArticle]) -> dict[str, int]:
    """The number of the group of each report in which the marked event was found, among all events of all articles."""
    told: dict[tuple[str, str], str] = {}
    tellings = []
    for gold, item in zip(golds, coded, strict=True):
        event = told_event(item, tuple(gold["told"]))
        if event is not None:
            told[item.article.id, event.id] = str(gold["id"])
        for row in Projection(item, "").rows()["events"]:
            telling = telling_of_row({**row, "near_duplicate_of": item.article.near_duplicate_of})
            tellings += [telling] if telling else []
    groups = enumerate(cluster_tellings(tellings))
    return {told[key]: number for number, group in groups for t in group if (key := (t.article_id, t.event_id)) in told}


def score_clusters(golds: list[dict[str, Any]], made: Mapping[str, Hashable]) -> dict[str, Any]:
    """`made`: the group of each report in which the event was found. Halves where the gold says what was held out."""
    halves = {"all": golds}
    if any("held_out" in gold for gold in golds):
        halves["tuned"] = [gold for gold in golds if not gold.get("held_out")]
        halves["held_out"] = [gold for gold in golds if gold.get("held_out")]
    return {name: _half(part, made) for name, part in halves.items()}


def _half(golds: list[dict[str, Any]], made: Mapping[str, Hashable]) -> dict[str, Any]:
    events = {str(gold["id"]): gold["event"] for gold in golds}
    found = {id_: event for id_, event in events.items() if id_ in made}
    return {
        "reports": len(events),
        "events": len(set(events.values())),
        "found": len(found),
        "found_events": len(set(found.values())),
        "groups": len({made[id_] for id_ in found}),
        **b_cubed(found, made),
        "with_missed": b_cubed(events, made)["f1"],
    }
