"""`detente serve`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.cli import arguments
from detente.cli.failures import WrongUsage
from detente.config import Settings

if TYPE_CHECKING:
    from detente.api.live import Watching


@dataclass(frozen=True)
class Feeds:
    """What is watched beside, as options give it."""

    sources: tuple[str, ...] = ()
    rules: Path | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def serve_store(store: Path | None, host: str, port: int, demo: bool, encoder: bool, feeds: Feeds) -> None:
    if demo and store is not None:
        raise WrongUsage("--demo brings its own store; leave out --store")
    if demo and feeds.sources:
        raise WrongUsage("--demo is never written to; name a store with --store to watch feeds")
    watching = _watching(feeds)
    from detente.api.server import Place, demo_store, make_desk, serve

    place, token = Place(host, port), Settings.load().token or None
    if not place.is_loopback and not token:
        make_desk(None, place, token)  # type: ignore[arg-type] # only to say why not, before anything is opened
    if demo:
        print("detente: coding the sample reports (once)", file=sys.stderr)
        path = demo_store(encoder=encoder)
    else:
        path = arguments.store_path(store)
        if not path.exists() and not watching:
            raise WrongUsage(
                f"{path}: no store here; make one with `detente ingest PATH`, name one with --store, or try --demo"
            )
    print(f"detente: {path} at {place.address} (stop with Ctrl+C)", file=sys.stderr)
    serve(path, place, token, encoder, read_only=demo, watching=watching)


def _watching(feeds: Feeds) -> Watching | None:
    """None where nothing is watched; raises WrongUsage for what cannot be."""
    if not feeds.sources:
        if feeds.rules or any(value is not None for value in feeds.settings.values()):
            raise WrongUsage("--rules, --interval, --contact and --allow-network are for what --watch names")
        return None
    from detente.api.live import Watching
    from detente.cli.watching import checked_sources
    from detente.relations.alerts import read_rules

    if feeds.rules and not feeds.rules.is_file():
        raise WrongUsage(f"--rules {feeds.rules}: no such file")
    settings = Settings.load(**feeds.settings)
    checked_sources(feeds.sources, settings)
    return Watching(feeds.sources, settings, read_rules(feeds.rules))
