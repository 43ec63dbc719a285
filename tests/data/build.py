"""Turns the marked texts beside this file into JSON Lines with offsets: `python tests/data/build.py`.

Actors: `[span|country or -|sectors|person's name|office]` after a line `# id date`.
Coreference: `[span|chain]`, nested where need be, after `# id date` and `= chain: name | country or -`.
The files with `fresh` in their name were written after the resolver had been mended on the others.
clusters.marked.txt: after `# event date` its reports, one a line: `publisher +days text`, with the words that tell the
event in brackets; {W} is the weekday of the event. Half of the events are held out from tuning, by a hash of the name.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_CLOSE = re.compile(r"\|([^\[\]]*)\]")


def unmark(marked: str) -> tuple[str, list[tuple[int, int, list[str]]]]:
    """The text without marks, and for each mark its span and fields, in text order."""
    text, found, opened, at = "", [], [], 0
    while at < len(marked):
        close = _CLOSE.match(marked, at)
        if marked[at] == "[":
            opened.append(len(text))
            at += 1
        elif close is not None and opened:
            found.append((opened.pop(), len(text), close.group(1).split("|")))
            at = close.end()
        else:
            text += marked[at]
            at += 1
    if opened:
        raise ValueError(f"mark not closed in: {marked[:60]}")
    return text, sorted(found, key=lambda f: (f[0], -f[1]))


def blocks(name: str) -> list[tuple[str, str, list[str]]]:
    """Id, day and lines of each text of a marked file."""
    found = []
    for block in (HERE / name).read_text(encoding="utf-8").strip().split("\n\n# "):
        head, *lines = block.removeprefix("# ").split("\n")
        found.append((*head.split(), [line for line in lines if line]))
    return found  # type: ignore[return-value]


def actor_record(id_: str, day: str, lines: list[str]) -> dict[str, Any]:
    text, marks = unmark(" ".join(lines))
    mentions = []
    for start, end, fields in marks:
        country, sectors, name, office = (*fields, *[""] * 4)[:4]
        mentions.append(
            {
                "start": start,
                "end": end,
                "country": None if country == "-" else country,
                "sectors": [s for s in sectors.split(",") if s],
                "name": name or None,
                "office": office or None,
            }
        )
    return {"id": id_, "published": day, "text": text, "mentions": mentions}


def chain_record(id_: str, day: str, lines: list[str]) -> dict[str, Any]:
    text, marks = unmark("\n".join(line for line in lines if not line.startswith("= ")))
    chains: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line.startswith("= "):
            key, rest = line[2:].split(":")
            name, country = (part.strip() for part in rest.split("|"))
            chains[key] = {"name": name, "country": None if country == "-" else country, "mentions": []}
    for start, end, fields in marks:
        chains[fields[0]]["mentions"].append([start, end])
    return {"id": id_, "published": day, "text": text, "chains": list(chains.values())}


def cluster_records(event: str, day: str, lines: list[str]) -> list[dict[str, Any]]:
    held_out = hashlib.sha256(event.encode()).digest()[0] % 2 == 1
    happened = date.fromisoformat(day)
    records = []
    for number, line in enumerate(lines, 1):
        publisher, later, marked = line.split(" ", 2)
        start, end = marked.index("["), marked.index("]") - 1
        text = marked.replace("[", "").replace("]", "")
        told = [place + text[:place].count("{W}") * (len(f"{happened:%A}") - 3) for place in (start, end)]
        records.append(
            {
                "id": f"{event}.{number}",
                "published": str(happened + timedelta(days=int(later))),
                "publisher": publisher.replace("-", " "),
                "text": text.replace("{W}", f"{happened:%A}"),
                "event": event,
                "told": told,
                "held_out": held_out,
            }
        )
    return records


SETS = (
    ("actors", actor_record),
    ("actors_fresh", actor_record),
    ("coreference", chain_record),
    ("coreference_fresh", chain_record),
    ("clusters", cluster_records),
)


def lines(name: str, make: Callable[[str, str, list[str]], Any]) -> str:
    """The JSON Lines of one marked file; `make` gives a record or several."""
    made = [make(*block) for block in blocks(f"{name}.marked.txt")]
    records = [record for one in made for record in (one if isinstance(one, list) else [one])]
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def write() -> None:
    for name, make in SETS:
        (HERE / f"{name}.jsonl").write_text(lines(name, make), encoding="utf-8")


if __name__ == "__main__":
    write()
