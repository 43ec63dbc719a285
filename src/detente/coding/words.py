"""Word classes of a language, from `lang/<code>/words.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def words(section: str, key: str, language: str = "en") -> frozenset[str]:
    """The words of one class, as a set; raises KeyError where the file has no such class."""
    return frozenset(_table(language)[section][key])


@cache
def word_list(section: str, key: str, language: str = "en") -> tuple[str, ...]:
    """The words of one class in the file's order."""
    return tuple(_table(language)[section][key])


@cache
def _table(language: str) -> dict[str, dict[str, list[str]]]:
    path = files(f"detente.coding.lang.{language}").joinpath("words.toml")
    table: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return table


def words_by_key(section: str, language: str = "en") -> dict[str, tuple[str, ...]]:
    """All classes of a section, the keys with spaces for underscores."""
    return {key.replace("_", " "): tuple(values) for key, values in _table(language)[section].items()}
