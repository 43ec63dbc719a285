"""`detente serve`."""

from __future__ import annotations

import sys
from pathlib import Path

from detente.cli import arguments
from detente.cli.failures import WrongUsage
from detente.config import Settings


def serve_store(store: Path | None, host: str, port: int, demo: bool, encoder: bool) -> None:
    if demo and store is not None:
        raise WrongUsage("--demo brings its own store; leave out --store")
    from detente.api.server import Place, demo_store, make_desk, serve

    place, token = Place(host, port), Settings.load().token or None
    if not place.is_loopback and not token:
        make_desk(None, place, token)  # type: ignore[arg-type] # only to say why not, before anything is opened
    if demo:
        print("detente: coding the sample reports (once)", file=sys.stderr)
        path = demo_store(encoder=encoder)
    else:
        path = arguments.store_path(store)
        if not path.exists():
            raise WrongUsage(
                f"{path}: no store here; make one with `detente ingest PATH`, name one with --store, or try --demo"
            )
    print(f"detente: {path} at {place.address} (stop with Ctrl+C)", file=sys.stderr)
    serve(path, place, token, encoder, read_only=demo)
