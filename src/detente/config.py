"""Every setting, declared once. Each can be set by the environment variable `DETENTE_<NAME>` or by an option."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from detente.errors import DetenteError

ENVIRONMENT_PREFIX = "DETENTE_"


def _setting(default: object, help_: str) -> object:
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults; `Settings.load()` takes the environment into account."""

    store: str = _setting("detente.duckdb", "File that holds the record.")  # type: ignore[assignment]
    workers: int = _setting(1, "Processes that code articles; 1 codes in the main process.")  # type: ignore[assignment]
    chunk_size: int = _setting(16, "Articles handed to a worker, and written, at a time.")  # type: ignore[assignment]
    shard_articles: int = _setting(  # type: ignore[assignment]
        500, "Articles of a shard with `--engine ray`, the unit that is written and done again as a whole."
    )
    max_article_chars: int = _setting(250_000, "Longer texts are rejected.")  # type: ignore[assignment]
    min_article_chars: int = _setting(20, "Shorter texts are rejected.")  # type: ignore[assignment]
    languages: str = _setting("en", "Languages that are coded, separated by commas.")  # type: ignore[assignment]
    token: str = _setting(  # type: ignore[assignment]
        "", "Secret that clients of `detente serve` send to write, and to read from other machines."
    )
    near_duplicate_threshold: float = _setting(  # type: ignore[assignment]
        0.6, "Share of common word shingles (Jaccard) from which two texts are near duplicates."
    )
    fetch_delay: float = _setting(2.0, "Seconds between two requests to one host.")  # type: ignore[assignment]
    fetch_timeout: float = _setting(30.0, "Seconds for one request in all.")  # type: ignore[assignment]
    fetch_max_bytes: int = _setting(5_000_000, "Larger pages are refused, unpacked.")  # type: ignore[assignment]
    feed_max_bytes: int = _setting(50_000_000, "Larger feeds are refused, unpacked.")  # type: ignore[assignment]
    fetch_max_redirects: int = _setting(5, "Redirects that are followed for one page.")  # type: ignore[assignment]
    fetch_attempts: int = _setting(10, "Tries for a page that fails for a time.")  # type: ignore[assignment]
    fetch_backoff: float = _setting(  # type: ignore[assignment]
        60.0, "Seconds until a page is tried again; doubled with each try."
    )
    fetch_hosts: int = _setting(8, "Hosts that are asked at the same time.")  # type: ignore[assignment]
    fetch_contact: str = _setting("", "Address or mail of who fetches, told to the servers.")  # type: ignore[assignment]
    fetch_allow_networks: str = _setting(  # type: ignore[assignment]
        "", "Networks that are not public and may be fetched from, as 127.0.0.0/8, separated by commas."
    )
    watch_interval: float = _setting(900.0, "Seconds between two polls of a feed.")  # type: ignore[assignment]

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
        """Defaults, then the environment, then `overrides` that are not None."""
        environ = os.environ if environ is None else environ
        values: dict[str, object] = {}
        for setting in fields(cls):
            raw = environ.get(environment_name(setting.name))
            if overrides.get(setting.name) is not None:
                values[setting.name] = overrides[setting.name]
            elif raw is not None:
                values[setting.name] = _parse(setting.name, raw, type(setting.default))
        return cls(**values)  # type: ignore[arg-type]


def environment_name(name: str) -> str:
    return ENVIRONMENT_PREFIX + name.upper()


def describe() -> list[tuple[str, object, str]]:
    """Name, default and help of each setting."""
    return [(setting.name, setting.default, setting.metadata["help"]) for setting in fields(Settings)]


def _parse(name: str, raw: str, kind: type) -> object:
    try:
        value: object = kind(raw)
    except ValueError:
        wanted = {int: "a whole number", float: "a number"}[kind]
        raise DetenteError(f"{environment_name(name)}={raw!r}: expected {wanted}") from None
    return value
