"""Articles that come one at a time, into a store that stays open."""

from __future__ import annotations

from collections.abc import Mapping

from detente.config import Settings
from detente.ingest.admission import Located, admit
from detente.ingest.duplicates import DuplicateIndex
from detente.ingest.raw import Raw
from detente.ingest.records import FAILURES, Rejected
from detente.run.local import IngestSummary, Run
from detente.run.pool import CoderLike, code_chunk
from detente.store import Store


class Intake:
    """Cleans, checks, codes and writes as `ingest` does; near duplicates of earlier articles are told."""

    def __init__(self, store: Store, coder: CoderLike, settings: Settings | None = None) -> None:
        self.store = store
        self._coder = coder
        self._settings = settings or Settings.load()
        index = DuplicateIndex(self._settings.near_duplicate_threshold, store.signatures())
        self._run = Run(store, self._settings, IngestSummary(coder_version=coder.version), index)

    def add(self, fields: Mapping[str, object]) -> tuple[str, str, str]:
        """Id of the article ("" where it became none), "coded", "present" or the reason of its rejection, the detail.

        Nothing of a rejected article is kept: who sent it is told.
        """
        found = list(admit(Raw(fields, "intake"), self._settings))
        located = next((item for item in found if isinstance(item, Located)), None)
        if located is None:
            rejected = next(item for item in found if isinstance(item, Rejected))
            return "", rejected.reason, rejected.message
        id_ = located.article.id
        known = self.store.article_hashes([id_])
        if id_ in known and known[id_] != located.article.content_hash:
            return id_, "id_taken", FAILURES["id_taken"]
        for chunk in self._run.chunks([located]):
            (outcome,) = code_chunk(self._coder, chunk)
            self._run.keep([outcome])
            return (id_, "coded", "") if hasattr(outcome, "events") else (id_, outcome.reason, outcome.detail)
        return id_, "present", ""
