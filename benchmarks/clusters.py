"""Times the finding of one event's reports, on generated ones (labelled so): `python -m benchmarks.clusters [--toy]`.

Each event of a year of one pair is told by one to twelve articles within four days, in sentences put together from the
objects of the concept table; processor seconds are shown, since wall time on a shared machine says little.
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import datetime, timedelta

from detente.clusters import Telling, cluster_tellings

FIRST = datetime(2022, 1, 1)
KINDS = (("SANCTION", 4), ("ACCUSE", 3), ("CONSULT", 1), ("AID", 2), ("REQUEST", 3), ("AGREE", 1))
OBJECTS = ("banks", "diplomats", "oil", "barley", "ships", "visas", "journalists", "steel", "flights", "the border")
SENTENCES = (
    "The United States acted on Russian {object} on a broad front, officials said.",
    "Russian {object} were the target of a step that Washington took.",
    "WASHINGTON: US moves against {object} of Russia.",
    "It was about {object} that the US turned to Russia, after {number} rounds.",
)
PAIRS = (("USA", "RUS"), ("RUS", "USA"))


def generated(count: int, seed: int = 1) -> list[Telling]:
    """At least `count` reports, the same for the same seed."""
    draw = random.Random(seed)
    made: list[Telling] = []
    while len(made) < count:
        day = FIRST + timedelta(days=draw.randrange(365))
        (kind, quad), (by, to), thing = draw.choice(KINDS), draw.choice(PAIRS), draw.choice(OBJECTS)
        for _ in range(draw.randint(1, 12)):
            published = day + timedelta(days=draw.randrange(4))
            dated = draw.random() < 0.5
            sentence = draw.choice(SENTENCES).format(object=thing, number=draw.randint(3, 90))
            number = f"r{len(made)}"
            made.append(
                Telling(
                    article_id=number, event_id="e1", original=number, published=published,
                    day=day.date() if dated else published.date(), dated=dated, slack=0, type=kind, mode=None,
                    quad=quad, modality="actual", by=frozenset({by}), to=frozenset({to}), sentence=sentence,
                )
            )  # fmt: skip
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--toy", action="store_true", help="few reports: shows that it runs")
    for count in (200,) if parser.parse_args().toy else (1_000, 5_000, 10_000):
        reports = generated(count)
        started = time.process_time()
        groups = cluster_tellings(reports)
        spent = time.process_time() - started
        print(f"{len(reports)} generated reports of one pair in a year: {len(groups)} events in {spent:.2f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
