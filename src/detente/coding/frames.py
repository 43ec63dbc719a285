"""Predicate frames: which words name which event, with what constraints. Records live in `lang/en/frames/*.toml`."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files

from detente import ontology
from detente.errors import DataError

DEFAULT_TARGET = ("obj", "objmod", "against", "on", "at", "to", "with", "toward", "into", "from", "over", "comp")


@dataclass(frozen=True)
class Frame:
    """One predicate frame.

    `verbs` may carry a particle ("crack_down") or an object word ("take_hostage"); `nouns` and `adjectives` are
    predicates as well. `objects`, `subjects`, `preps`, `preps_objects` must be there when given, and with
    `preps_objects_modifier` one of these words in the phrase of the last. `target` and `source`
    are slots in order of preference: grammatical roles (`obj`, `subj`), actors inside them (`objmod`, `subjmod`),
    prepositions, `comp` (the complement clause), `accredited` (the state an envoy is sent to), `speaker`.
    `done` marks a measure that is taken by announcing it (codebook, rule 8). `ahead` marks one whose time words tell of
    what it announces, where they follow it ("invited him to Lima in November").
    """

    id: str
    event: str
    mode: str | None = None
    cameo: str | None = None
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    objects: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    preps: frozenset[str] = frozenset()
    preps_objects: frozenset[str] = frozenset()
    preps_objects_modifier: frozenset[str] = frozenset()
    rejects_objects: frozenset[str] = frozenset()
    rejects_preps: frozenset[str] = frozenset()
    subject_sectors: frozenset[str] = frozenset()
    subject_sectors_not: frozenset[str] = frozenset()
    needs_violent_context: frozenset[str] = frozenset()
    excludes_verbs_without: tuple[tuple[str, str], ...] = ()
    object_modifier: str | None = None
    source: tuple[str, ...] = ("subj",)
    target: tuple[str, ...] = DEFAULT_TARGET
    any_of: str | None = None
    reciprocal: bool = False
    done: bool = False
    ahead: bool = False
    goes_home: bool = False
    needs_hostile_comp: bool = False
    rejects_targets_of_others: bool = False
    object_must_be_actor: bool = False
    object_not_actor: bool = False
    requires_consent: bool = False
    participle: bool = False
    match: str = ""
    unlike: str = ""

    @property
    def specificity(self) -> int:
        """Number of constraints; the more constrained frame is tried first."""
        return sum(bool(getattr(self, name)) for name in _CONSTRAINTS)


_CONSTRAINTS = (
    "objects", "subjects", "preps", "preps_objects", "preps_objects_modifier", "subject_sectors", "subject_sectors_not",
    "object_modifier", "goes_home", "needs_hostile_comp", "object_must_be_actor", "participle",
)  # fmt: skip
_SETS = {f.name for f in fields(Frame) if str(f.type).startswith("frozenset")}
_KEYS = {f.name for f in fields(Frame)}


@dataclass
class Lexicon:
    """All frames, by verb lemma, noun lemma and adjective; the most constrained first."""

    frames: dict[str, Frame]
    verbs: dict[str, list[tuple[str, Frame]]] = field(default_factory=lambda: defaultdict(list))
    nouns: dict[str, list[Frame]] = field(default_factory=lambda: defaultdict(list))
    adjectives: dict[str, list[Frame]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for frame in sorted(self.frames.values(), key=lambda f: -f.specificity):
            for verb in frame.verbs:
                lemma, _, rest = verb.partition("_")
                self.verbs[lemma].append((rest, frame))
            for noun in frame.nouns:
                self.nouns[noun].append(frame)
            for adjective in frame.adjectives:
                self.adjectives[adjective].append(frame)
        for entries in self.verbs.values():
            entries.sort(key=lambda item: (-bool(item[0]), -item[1].specificity))

    def noun_event(self, noun: str) -> str | None:
        found = self.nouns.get(noun)
        return found[0].event if found else None


def _frame(record: dict[str, object]) -> Frame:
    values: dict[str, object] = {}
    for key, value in record.items():
        if key == "excludes_verbs_without" and isinstance(value, dict):
            values[key] = tuple(value.items())
        elif isinstance(value, list):
            values[key] = frozenset(value) if key in _SETS else tuple(value)
        else:
            values[key] = value
    return Frame(**values)  # type: ignore[arg-type]


def _problems(name: str, record: dict[str, object], seen: set[str]) -> list[str]:
    where = f"{name}: {record.get('id', '(no id)')}"
    problems = [f"{where}: unknown key {key!r}" for key in record.keys() - _KEYS]
    if not {"id", "event"} <= record.keys():
        problems.append(f"{where}: id and event are needed")
    elif record["event"] not in ontology.types():
        problems.append(f"{where}: unknown PLOVER type {record['event']!r}")
    elif record.get("mode") and (record["event"], record["mode"]) not in ontology.modes():
        problems.append(f"{where}: {record['event']} has no mode {record['mode']!r}")
    if record.get("cameo") and record["cameo"] not in ontology.cameo_codes():
        problems.append(f"{where}: unknown CAMEO code {record['cameo']!r}")
    if record.get("id") in seen:
        problems.append(f"{where}: id used twice")
    return problems


@cache
def lexicon(language: str = "en") -> Lexicon:
    """The frames of a language; raises DataError that lists every bad record."""
    folder = files(f"detente.coding.lang.{language}").joinpath("frames")
    frames: dict[str, Frame] = {}
    problems: list[str] = []
    for path in sorted((p for p in folder.iterdir() if p.name.endswith(".toml")), key=lambda p: p.name):
        for record in tomllib.loads(path.read_text(encoding="utf-8")).get("frame", []):
            bad = _problems(path.name, record, set(frames))
            problems += bad
            if not bad:
                frames[record["id"]] = _frame(record)
    if problems:
        raise DataError(str(folder), problems)
    return Lexicon(frames)
