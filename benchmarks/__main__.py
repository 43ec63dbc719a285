"""Times the pipeline against stock spaCy on the same articles: `python -m benchmarks [--toy]`.

Two corpora are timed, dense reports on states and a newspaper's mixture (`benchmarks.corpora`). Runs alternate;
medians of processor time are shown, since wall time on a shared machine says little. Peak memory is that of a process
of its own that codes the same articles.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.corpora import dense, mixed
from benchmarks.memory import peak
from detente.coding import Coder
from detente.coding.desk import Desk, can_hold_event
from detente.reading import read
from detente.reading.pipeline import MODEL_PACKAGES
from detente.records import Article

PARSE = "spaCy's parse"


def stock() -> Callable[[list[Article]], None]:
    package = next(m for name in MODEL_PACKAGES if (m := _maybe(name)) is not None)
    nlp = package.load()

    def run(items: list[Article]) -> None:
        for _ in nlp.pipe(article.text for article in items):
            pass

    return run


def spacy_parse() -> Callable[[list[Article]], None]:
    """spaCy's tagger and parser as they come, on the whole text: what others mean by the time of parsing."""
    package = next(m for name in MODEL_PACKAGES if (m := _maybe(name)) is not None)
    nlp = package.load(exclude=["ner", "senter", "lemmatizer"])

    def run(items: list[Article]) -> None:
        for _ in nlp.pipe(article.text for article in items):
            pass

    return run


def _maybe(name: str):  # type: ignore[no-untyped-def]
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def coder(encoder: bool) -> Callable[[list[Article]], None]:
    built = Coder(encoder=encoder)

    def run(items: list[Article]) -> None:
        for _ in built.stream(items):
            pass

    return run


def parsing() -> Callable[[list[Article]], None]:
    def run(items: list[Article]) -> None:
        for article in items:
            read(article.text, can_hold_event)

    return run


def statements_and_actors() -> Callable[[list[Article]], None]:
    """All that is known of an article before events are looked for: the parse, who speaks, who is who."""

    def run(items: list[Article]) -> None:
        for article in items:
            Desk(article)

    return run


def contenders() -> dict[str, Callable[[list[Article]], None]]:
    return {
        "stock spaCy": stock(),
        PARSE: spacy_parse(),
        "parse alone": parsing(),
        "with actors": statements_and_actors(),
        "detente, frames": coder(False),
        "detente": coder(True),
    }


def measure(runs: dict[str, Callable[[list[Article]], None]], items: list[Article], rounds: int) -> dict[str, float]:
    """Articles per processor second of each contender, by the median of the rounds."""
    for run in runs.values():
        run(items[:2])
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            started = time.process_time()
            run(items)
            spent[name].append(time.process_time() - started)
    return {name: len(items) / statistics.median(times) for name, times in spent.items()}


def start_up(*command: str) -> float:
    """Wall seconds of a command, the best of three."""
    best = 1e9
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "detente.cli", *command], check=True, capture_output=True)
        best = min(best, time.perf_counter() - started)
    return best


def peak_memory(count: int) -> float:
    """Mebibytes that a process needs at most to code the articles."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--only-code", str(count)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--toy", action="store_true", help="few articles, one round: shows that it runs")
    parser.add_argument("--only-code", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.only_code:
        coder(True)(dense(chosen.only_code))
        print(peak())
        return 0
    count, rounds = (3, 1) if chosen.toy else (60, 3)
    runs = contenders()
    for title, items in (("dense reports", dense(count)), ("mixed news", mixed(count))):
        rates = measure(runs, items, rounds)
        print(f"{title}: {count} articles of about 500 words, median of {rounds} rounds, articles per processor second")
        for name, rate in rates.items():
            print(f"  {name:16} {rate:8.2f}   {rate / rates['stock spaCy']:.2f} x stock spaCy")
        added = 1 / rates["with actors"] - 1 / rates["parse alone"]
        print(
            f"  statements and actors add {added * 1000:.1f} ms an article: {added * rates['parse alone']:.0%} of our "
            f"parse, {added * rates[PARSE]:.0%} of spaCy's"
        )
    print(f"  detente --help   {start_up('--help'):8.2f} s to start")
    print(f"  peak memory      {peak_memory(count):8.0f} MiB in one process")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
