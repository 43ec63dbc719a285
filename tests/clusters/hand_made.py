"""Hand-made reports of events between India and Pakistan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from detente.clusters import Telling
from detente.ontology.tables import plover_quad


def telling(article_id: str, type_: str, sentence: str, day: str = "2020-02-26", **changed: Any) -> Telling:
    """What India does to Pakistan, published on the day and dated by its words."""
    published = datetime.fromisoformat(changed.pop("published", day))
    fields: dict[str, Any] = {
        "event_id": "e1", "original": article_id, "dated": True, "slack": 0, "mode": None,
        "modality": "actual", "by": frozenset({"IND"}), "to": frozenset({"PAK"}),
    }  # fmt: skip
    return Telling(
        article_id=article_id, published=published, day=datetime.fromisoformat(day).date(), type=type_,
        quad=plover_quad(type_), sentence=sentence, **{**fields, **changed},
    )  # fmt: skip
