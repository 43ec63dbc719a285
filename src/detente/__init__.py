"""Detente reads news about relations between states and keeps the record.

>>> import detente
>>> coded = detente.code("France condemned the arrest.", published="2024-03-01")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.about import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime
    from pathlib import Path

    from detente.coding import Coder
    from detente.records import CodedArticle
    from detente.store import Store

__all__ = ["Coder", "__version__", "code", "open_store", "relate"]


def code(text: str, published: date | datetime | str | None = None) -> CodedArticle:
    """The record of one text; `published` anchors words such as "Thursday". The coder is loaded once a process."""
    return _coder().code(text, published=published)


def relate(items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the source did to the target, for each `{"id", "text", "source": [start, end], "target": [start, end]}`."""
    from detente.encoder.relate import relate as run

    return run(items)


def open_store(path: str | Path, read_only: bool = False) -> Store:
    """The store at `path`, made if it is not there and `read_only` is False."""
    from detente.store import open_store as opened

    return opened(path, read_only=read_only)


def _coder() -> Coder:
    global _CODER
    if _CODER is None:
        from detente.coding import Coder

        _CODER = Coder()
    return _CODER


_CODER: Coder | None = None


def __getattr__(name: str) -> Any:
    """Load the coder's class only when it is asked for: it brings spaCy along."""
    if name == "Coder":
        from detente.coding import Coder

        return Coder
    raise AttributeError(f"module 'detente' has no attribute {name!r}")
