"""Generated training sentences: frames (`training/text/frames/*.toml`) with actors of the tables in their slots.

A small addition to the hand-written text, for direction and voice: every frame names its source and target, so that
each sentence also yields its reverse as NONE. Seeded: the same seed gives the same sentences.
"""

from __future__ import annotations

import argparse
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from detente.encoder.marking import NONE
from detente.errors import DataError
from training.corpus import Sentence, label_problem, parse_line
from training.examples import country_rows

FRAMES = Path(__file__).parent / "text" / "frames"
CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
ROLES = {"S": "a", "T": "b", "B": "c", "P": "a"}

FILLERS = {
    "topic": (
        "the border dispute|the new dam|fishing rights|the gas pipeline|the election|water|the refugee camps|"
        "human rights|the grain deal|the nuclear plant|the detained sailors|land reform|the budget|migration|"
        "the cathedral bombing|unpaid wages|the railway|the data breach|vaccines|the missing students"
    ),
    "when": (
        "on Monday|on Thursday|late on Friday|last week|this month|yesterday|on 4 March|in mid-June|over the weekend|"
        "on Tuesday evening|early on Sunday|in recent days|on 17 November|overnight"
    ),
    "soon": "next week|on Monday|in April|within days|later this year|before the summer|from 1 July",
    "soon_date": "Wednesday|next month|the spring|12 May",
}
PEOPLE = (
    "farmers|nurses|students|several thousand miners|dock workers|widows of the disaster|lorry drivers|"
    "opposition supporters|teachers|villagers|indigenous leaders|about 300 pensioners|bus drivers|monks"
)
BODIES = (
    "the United Nations|the European Union|NATO|the African Union|the Red Cross|Amnesty International|the World Bank|"
    "Human Rights Watch|ASEAN|the Arab League|the Security Council|Mercosur|the IMF|Doctors Without Borders"
)
OTHERS = (
    "the rebels|the army|the police|the opposition|the central bank|the supreme court|a mining company|"
    "the miners' union|"
    "the governor of the northern province|two foreign journalists|the militia|the ruling party|local councillors|"
    "three fishermen|a human rights lawyer|the interior ministry|the bishops|separatist fighters|the customs service|"
    "an opposition lawmaker|the striking nurses|the coast guard|several hundred villagers|the state broadcaster"
)


@dataclass(frozen=True)
class Frame:
    type: str
    texts: tuple[str, ...]
    modality: str = "actual"
    both: bool = False
    people: bool = False
    fix: tuple[tuple[str, str], ...] = ()


def read_frames(folder: Path = FRAMES) -> list[Frame]:
    """All frames. Raises DataError that names every bad one."""
    frames, problems = [], []
    known = {field.name for field in fields(Frame)}
    for path in sorted(folder.glob("*.toml")):
        for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["frame"], start=1):
            wrong = None if row.get("type") == NONE else label_problem(row.get("type", ""), None, row.get("modality"))
            if wrong or set(row) - known or not row.get("texts"):
                problems.append(f"{path.name}, frame {number}: {wrong or sorted(set(row) - known) or 'no texts'}")
                continue
            row = row | {"texts": tuple(row["texts"]), "fix": tuple(map(tuple, row.get("fix", ())))}
            frames.append(Frame(**row))
    if problems:
        raise DataError(folder, problems)
    return frames


class Cast:
    """Draws actors: countries in their several names, offices, bodies, people and firms."""

    def __init__(self) -> None:
        rows = country_rows()
        current = (row for row in rows if row["adjectives"] and row["capital"] and row["cow"] and not row["valid_to"])
        self.countries = list(current)

    def actor(self, rng: random.Random) -> str:
        country = rng.choice(self.countries)
        name, adjective = country["name"], country["adjectives"].split(";")[0]
        capital = country["capital"].split(";")[0]
        offices = ("foreign minister", "president", "police", "army", "government", "parliament", "prime minister")
        forms = (
            name, name, capital, f"the {adjective} {rng.choice(offices)}", f"{_genitive(name)} {rng.choice(offices)}",
            f"{adjective} {rng.choice(('troops', 'officials', 'soldiers', 'diplomats', 'lawmakers', 'fishermen'))}",
            rng.choice(BODIES.split("|")), rng.choice(OTHERS.split("|")), rng.choice(OTHERS.split("|")),
        )  # fmt: skip
        return rng.choice(forms)

    def place(self, rng: random.Random) -> str:
        return rng.choice(self.countries)["capital"].split(";")[0]


def _genitive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def fill(frame: Frame, cast: Cast, rng: random.Random) -> str:
    """One line in the corpus's format."""
    text = rng.choice(frame.texts)
    while CHOICE.search(text):
        text = CHOICE.sub(lambda found: rng.choice(found.group(1).split("|")), text, count=1)
    for wrong, right in frame.fix:
        text = text.replace(wrong, right)
    for slot, values in FILLERS.items():
        text = text.replace("{" + slot + "}", rng.choice(values.split("|")))
    text = text.replace("{place}", cast.place(rng))
    used: set[str] = set()
    for slot, letter in ROLES.items():
        if "{" + slot + "}" not in text:
            continue
        actor = rng.choice(PEOPLE.split("|")) if slot == "P" else cast.actor(rng)
        while actor in used:
            actor = cast.actor(rng)
        used.add(actor)
        head = "[" + letter + "|"
        text = text.replace("{" + slot + "}", head + actor + "]")
    text = re.sub(r"^((?:\[[a-z]\|)?)([a-z])", lambda found: found.group(1) + found.group(2).upper(), text)
    if frame.type == NONE:
        return f"{text} ## NONE"
    arrow = "<>" if frame.both else ">"
    return f"{text} ## a{arrow}b {frame.type} {frame.modality}"


def lines(count: int, seed: int = 1) -> Iterator[str]:
    """`count` different lines, types in turn."""
    rng, cast = random.Random(seed), Cast()
    by_type: dict[str, list[Frame]] = {}
    for frame in read_frames():
        by_type.setdefault(frame.type, []).append(frame)
    types, seen = sorted(by_type), set()
    while len(seen) < count:
        frames = by_type[types[len(seen) % len(types)]]
        line = fill(rng.choices(frames, weights=[len(frame.texts) for frame in frames])[0], cast, rng)
        if line not in seen:
            seen.add(line)
            yield line


def generate(count: int, seed: int = 1) -> list[Sentence]:
    """Sentences of `lines`, their origin `generated:N`."""
    found = []
    for number, line in enumerate(lines(count, seed), start=1):
        sentence = parse_line(line, f"generated:{number}")
        found.append(sentence)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for line in lines(options.count, options.seed):
        print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
