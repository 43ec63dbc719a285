"""Running the steps over a corpus."""

from detente.run.local import IngestSummary, ingest

__all__ = ["IngestSummary", "ingest"]
