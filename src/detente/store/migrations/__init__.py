"""The versions of the store's schema, one numbered SQL file each; a file is never changed once released."""

from __future__ import annotations

from importlib.resources import files


def migrations() -> list[tuple[int, str, str]]:
    """Version, name and SQL of each, in order."""
    found = sorted(entry.name for entry in files(__name__).iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), name, (files(__name__) / name).read_text(encoding="utf-8")) for name in found]
