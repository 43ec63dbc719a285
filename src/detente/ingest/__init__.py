"""Inputs of any kind as clean articles, with a reason for each that did not become one."""

from detente.ingest.records import Rejected
from detente.ingest.sources import read_article, read_articles

__all__ = ["Rejected", "read_article", "read_articles"]
