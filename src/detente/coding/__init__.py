"""Coding: an article's text to its actors, statements, events, assessments and links."""

from detente.coding.coder import Coder

__all__ = ["Coder"]
