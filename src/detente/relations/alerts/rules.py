"""The rules of alerts, read from TOML: each a record whose kind says what it needs."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from detente.errors import DataError
from detente.records import EventType, Modality, Record

Severity = Literal["low", "medium", "high"]
PairCodes = tuple[str, str]
MIN_CONFIDENCE = 0.5  # what the frames read without doubt has 0.7 or more, a guess of a side or of a sense 0.35


class _Rule(Record):
    """`pairs` is empty where a rule holds for every pair. `quiet`: days in which a rule tells a pair's matter once.

    Only events count that one report tells in one of these `modalities`, with at least `min_confidence`; levels are
    then those of such events. An event that was first told more than `max_delay` days after its day is no news: it
    raises no alert, though later ones are compared with it.
    """

    id: str = Field(min_length=1)
    severity: Severity = "medium"
    pairs: tuple[PairCodes, ...] = ()
    quiet: int = Field(default=14, ge=0)
    modalities: tuple[Modality, ...] = Field(default=("actual",), min_length=1)
    min_confidence: float = Field(default=MIN_CONFIDENCE, ge=0, le=1)
    max_delay: int = Field(default=14, ge=0)


class LevelRule(_Rule):
    """The level of the pair falls below, or rises above, a value."""

    kind: Literal["level"]
    below: float | None = Field(default=None, ge=-10, le=10)
    above: float | None = Field(default=None, ge=-10, le=10)


class BaselineRule(_Rule):
    """The level leaves its own usual range: nine of ten monitored days of the year before were better, or worse."""

    kind: Literal["baseline"]
    direction: Literal["worse", "better"] = "worse"
    least: float = Field(default=1.0, ge=0)
    """The level lies at least so far from the median: a calm pair's usual range is narrow."""


class ChangeRule(_Rule):
    """The level changes by at least `by` within `days`; a negative `by` is a fall."""

    kind: Literal["change"]
    by: float
    days: int = Field(default=7, ge=1)


class NewTypeRule(_Rule):
    """An event of a type that the pair has not seen for `days`, though at least `least_events` others were."""

    kind: Literal["new-type"]
    types: tuple[EventType, ...] = Field(min_length=1)
    days: int = Field(default=365, ge=1)
    least_events: int = Field(default=5, ge=0)


class ActorRule(_Rule):
    """An event of an actor whose name holds `actor`, of these types and quads where they are given."""

    kind: Literal["actor"]
    actor: str = Field(min_length=2)
    types: tuple[EventType, ...] = ()
    quads: tuple[Annotated[int, Field(ge=1, le=4)], ...] = ()


class LadderRule(_Rule):
    """An event on a higher rung than any of the `days` before, from the rung `from` upwards."""

    kind: Literal["ladder"]
    days: int = Field(default=90, ge=1)
    from_: str = Field(default="threats", alias="from")
    modalities: tuple[Modality, ...] = Field(default=("actual", "future", "conditional"), min_length=1)


Rule = Annotated[
    LevelRule | BaselineRule | ChangeRule | NewTypeRule | ActorRule | LadderRule, Field(discriminator="kind")
]


class Rung(Record):
    name: str
    types: tuple[EventType, ...] = Field(min_length=1)
    modes: tuple[str, ...] = ()


class Delivery(Record):
    """`path` for files, `url` for webhooks; `secret` names the environment variable that holds the key to sign with."""

    to: Literal["jsonl", "rss", "webhook"]
    path: str | None = None
    url: str | None = None
    secret: str | None = None

    @property
    def target(self) -> str:
        return f"{self.to}:{self.url if self.to == 'webhook' else Path(self.path or '').resolve()}"


class Rules(Record):
    rules: tuple[Rule, ...]
    rungs: tuple[Rung, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


def default_text() -> str:
    return (files("detente.relations.alerts") / "default.toml").read_text(encoding="utf-8")


def read_rules(path: Path | str | None = None) -> Rules:
    """The rules of a file, or those that come with the package; raises DataError with all that is wrong."""
    if path is None:
        return parse_rules(default_text(), "default.toml")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(path, [f"cannot be read ({error})"]) from error
    return parse_rules(text, path)


def parse_rules(text: str, path: Path | str) -> Rules:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(path, [str(error)]) from error
    problems = [f"unknown table {name!r}; known are rule, rung, deliver"
                for name in table.keys() - {"rule", "rung", "deliver"}]  # fmt: skip
    rules = _parsed(TypeAdapter(Rule), table.get("rule", []), "rule", problems)
    rungs = _parsed(TypeAdapter(Rung), table.get("rung", []), "rung", problems)
    deliveries = _parsed(TypeAdapter(Delivery), table.get("deliver", []), "deliver", problems)
    if not rungs and any(rule.kind == "ladder" for rule in rules):
        rungs = list(parse_rules(default_text(), "default.toml").rungs)
    problems += _odd(rules, rungs, deliveries)
    if problems:
        raise DataError(path, problems)
    return Rules(rules=tuple(rules), rungs=tuple(rungs), deliveries=tuple(deliveries))


def _parsed(adapter: TypeAdapter[object], entries: object, what: str, problems: list[str]) -> list:  # type: ignore[type-arg]
    found = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        name = entry.get("id") or entry.get("name") or number if isinstance(entry, dict) else number
        try:
            found.append(adapter.validate_python(entry))
        except ValidationError as error:
            for problem in error.errors():
                where = ".".join(str(part) for part in problem["loc"][1:] or problem["loc"])
                problems.append(f"{what} {name}: {where}: {problem['msg']}")
    return found


def _odd(rules: Sequence[Rule], rungs: Sequence[Rung], deliveries: Sequence[Delivery]) -> list[str]:
    """What each entry cannot know by itself."""
    from detente.relations.parameters import RelationQuestion
    from detente.relations.parties import resolve

    ids = [rule.id for rule in rules]
    problems = [f"rule {id_}: the id is given twice" for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1})]
    for rule in rules:
        if isinstance(rule, LevelRule) and (rule.below is None) == (rule.above is None):
            problems.append(f"rule {rule.id}: give either below or above")
        if isinstance(rule, LadderRule) and rule.from_ not in [rung.name for rung in rungs]:
            problems.append(f"rule {rule.id}: no rung is named {rule.from_!r}")
        for a, b in rule.pairs:
            try:
                resolve(a, b)
            except RelationQuestion as error:
                problems.append(f"rule {rule.id}: {error}")
    for delivery in deliveries:
        if delivery.to == "webhook" and not (delivery.url or "").startswith(("https://", "http://")):
            problems.append(f"deliver {delivery.to}: url {delivery.url!r} is no web address")
        if delivery.to != "webhook" and not delivery.path:
            problems.append(f"deliver {delivery.to}: a path is needed")
    return problems


def concerns(rule: Rule, a: str, b: str, day: date) -> bool:
    """Whether a rule speaks of a pair of codes on that day."""
    from detente.relations.parties import resolve

    if not rule.pairs:
        return True
    for first, second in rule.pairs:
        pair = resolve(first, second)
        one, two = pair.a.on(day), pair.b.on(day)
        if (a in one and b in two) or (b in one and a in two):
            return True
    return False
