"""`detente serve`: opens the store, refuses what would be unsafe, and answers until it is stopped."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from detente.about import __version__
from detente.api.app import make_app
from detente.api.desk import Desk
from detente.api.live import Watch, Watching
from detente.dashboard.warming import warm
from detente.errors import DetenteError
from detente.run.local import IngestSummary, default_coder, ingest
from detente.store import Store, open_store

CONNECTIONS = 200
IDLE_SECONDS = 10
QUIET, GIVEN_UP = 600, 86_400  # seconds since a draft was written, without and with a process of its number
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class UnsafeAddress(DetenteError):
    """Others could read the record from this address, and nothing asks who they are."""


@dataclass(frozen=True)
class Place:
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host.casefold() == "localhost"

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"


def make_desk(store: Store, place: Place, token: str | None, encoder: bool = True) -> Desk:
    """Reading is open on loopback; elsewhere everything needs the token. Raises UnsafeAddress where there is none."""
    if not place.is_loopback and not token:
        raise UnsafeAddress(
            f"{place.host} can be reached by others: set DETENTE_TOKEN to a long secret that clients must send, "
            "or serve on 127.0.0.1"
        )
    hosts = LOOPBACK_NAMES | {place.host.casefold()} if place.is_loopback else frozenset()
    return Desk(store, lambda: default_coder(encoder), token or None, place.is_loopback, frozenset(hosts))


def serve(
    store: Path,
    place: Place,
    token: str | None,
    encoder: bool = True,
    read_only: bool = False,
    watching: Watching | None = None,
) -> None:
    """Until it is interrupted. With a token, or where feeds are watched, no other process can open the store."""
    import uvicorn

    with open_store(store, read_only=read_only or not (token or watching)) as opened:
        desk = make_desk(opened, place, token, encoder)
        app = make_app(desk)
        threading.Thread(target=warm, args=(app,), name="warm", daemon=True).start()
        config: Any = uvicorn.Config(
            app, host=place.host.strip("[]"), port=place.port, log_level="warning", access_log=False,
            server_header=False, limit_concurrency=CONNECTIONS, timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=5,
        )  # fmt: skip
        watch = Watch(desk, watching) if watching else None
        if watch:
            watch.start()
        try:
            uvicorn.Server(config).run()
        finally:
            if watch:
                watch.stop()
            desk.close()


def demo_store(progress: Callable[[IngestSummary], None] | None = None, encoder: bool = True) -> Path:
    """The bundled reports, coded once by each version and kept in the user's cache."""
    corpus = files("detente.samples").joinpath("corpus.jsonl")
    mark = hashlib.sha256(corpus.read_bytes() + f"{__version__}{encoder} alerts".encode()).hexdigest()[:12]
    path = cache_folder() / f"demo-{mark}.duckdb"
    sweep(path.parent)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with as_file(corpus) as source:
                ingest([source], draft, encoder=encoder, progress=progress)
            _raise_alerts(draft)
            os.replace(draft, path)
        finally:
            for left in (draft, draft.with_name(f"{draft.name}.wal")):
                left.unlink(missing_ok=True)
    return path


def sweep(folder: Path) -> None:
    """Removes the drafts of runs that were killed: their process is gone, and nobody has written to them since.

    A cache may be shared with processes that cannot be seen from here, so a draft that was just written stays.
    """
    drafts: dict[str, list[Path]] = {}
    for left in folder.glob("demo-*.part*"):
        drafts.setdefault(left.name.partition(".part")[0], []).append(left)
    for name, parts in drafts.items():
        with suppress(OSError):  # another process was faster, or the folder is not ours to clean
            quiet = time.time() - max(left.stat().st_mtime for left in parts)
            if quiet > GIVEN_UP or (quiet > QUIET and not _runs(name.rpartition(".")[2])):
                for left in parts:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()


def _runs(process: str) -> bool:
    """Whether there is a process of this number; where that cannot be asked, there may be."""
    if os.name != "posix" or not process.isdecimal():
        return True
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _raise_alerts(path: Path) -> None:
    """Those of the shipped rules over the whole time of the record."""
    from detente.overview import coverage
    from detente.relations.alerts import check_alerts

    with open_store(path) as store:
        months = coverage(store).months
        check_alerts(store, since=months[0].start if months else None)


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "detente"
