"""Kills an ingest at random moments and looks whether the rerun makes the store that an undisturbed one makes:
`python -m benchmarks.faults [--kills 20] [--workers 2] [--engine local|ray] [--toy]`. Exit code 1 where it does not.

The articles are generated and labelled so; the coder is a stand-in that takes its time, so that moments differ. What is
killed (SIGKILL) is the whole group of processes. The moments are drawn so that they are spread over the work.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from detente.store import open_store
from detente.store.dataset import gather
from detente.store.export import export_jsonl

STAND_IN = Path(__file__).parents[1] / "tests" / "run"
START = """
import sys
sys.path.insert(0, sys.argv[1])
import fake_coder
from detente.config import Settings

if __name__ == "__main__":
    settings = Settings(chunk_size=4, shard_articles=8, workers=int(sys.argv[4]))
"""
INGEST = {
    "local": """
    from detente.run import ingest
    ingest([sys.argv[2]], sys.argv[3], make_coder=fake_coder.make_slow, settings=settings)
""",
    "ray": """
    from detente.run.cluster import ingest_on_ray
    ingest_on_ray([sys.argv[2]], sys.argv[3], make_coder=fake_coder.make_slow, settings=settings)
""",
}


@dataclass
class Killed:
    """Exports of both stores; `cut_short`: kills that hit a run before its end."""

    undisturbed: str
    ended: str
    cut_short: int


def generated(path: Path, number: int) -> Path:
    """Articles as JSON Lines, a tenth of them near duplicates of others."""
    draw = random.Random(number)
    topics = ("gas", "grain", "visas", "steel", "ships", "the border", "banks", "diplomats")
    texts: list[str] = []
    for i in range(number):
        words = " ".join(f"and of {draw.choice(topics)} number {draw.randrange(1000)}" for _ in range(30))
        fresh = f"Generated report {i}: Russia said in the talks {words} that it was ready."
        texts.append(f"{draw.choice(texts)} It said more." if texts and draw.random() < 0.1 else fresh)
    rows = [{"id": f"generated-{i}", "text": text, "published": "2021-03-18"} for i, text in enumerate(texts)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def export_of(store: Path) -> str:
    """All events of the store or dataset as JSON Lines."""
    if store.is_dir():
        gathered = store.with_name(f"{store.name}.gathered")
        with open_store(gathered) as opened:
            gather(store, opened)
        store = gathered
    out = io.StringIO()
    with open_store(store, read_only=True) as opened:
        export_jsonl(opened, out)
    return out.getvalue()


def kill_at_random(
    folder: Path, kills: int, articles: int, workers: int = 1, seed: int = 0, engine: str = "local"
) -> Killed:
    """Ingests twice: once undisturbed, once killed so many times, each time at another moment, and then to the end."""
    path = generated(folder / "generated.jsonl", articles)

    def start_run(name: str) -> Running:
        return Running(path, folder / name, workers, engine)

    whole = start_run("undisturbed").wait_to_end()
    start = start_run("undisturbed").wait_to_end()  # that has nothing left to code
    # So that the kills are spread over the whole work: each run gets on by about its share of it.
    latest = start + 1.5 * max(0.0, whole - start) / max(1, kills)
    draw, cut_short = random.Random(seed), 0
    for _ in range(kills):
        run = start_run("killed")
        cut_short += run.kill_after(draw.uniform(0.3 * start, latest))
    start_run("killed").wait_to_end()
    return Killed(export_of(folder / "undisturbed"), export_of(folder / "killed"), cut_short)


@contextmanager
def two_workers() -> Iterator[None]:
    """A Ray cluster on this machine, of a head and two nodes that work, which the ingests connect to."""
    from ray.cluster_utils import Cluster

    before = dict(os.environ)
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(STAND_IN)}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": 80_000_000})
    for _ in range(2):
        cluster.add_node(num_cpus=2, object_store_memory=80_000_000)
    os.environ["RAY_ADDRESS"] = cluster.address
    try:
        yield
    finally:
        cluster.shutdown()
        os.environ.clear()
        os.environ.update(before)


class Running:
    """An ingest in a group of processes of its own."""

    def __init__(self, path: Path, store: Path, workers: int, engine: str) -> None:
        script = path.with_name("ingest_generated.py")
        script.write_text(START + INGEST[engine], encoding="utf-8")
        command = [sys.executable, str(script), str(STAND_IN), str(path), str(store), str(workers)]
        self._started = time.monotonic()
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)

    def wait_to_end(self) -> float:
        """Seconds that it took."""
        if self._process.wait() != 0:
            raise RuntimeError(f"the ingest ended with {self._process.returncode}")
        return time.monotonic() - self._started

    def kill_after(self, seconds: float) -> bool:
        """True where it had not ended by itself."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            return True
        return False


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engine", choices=sorted(INGEST), default="local")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--toy", action="store_true", help="two kills of a short run: shows that it runs")
    options = parser.parse_args(arguments)
    if options.toy:
        options.kills, options.articles = 2, 40
    folder = Path(tempfile.mkdtemp())
    try:
        with two_workers() if options.engine == "ray" else nullcontext():
            killed = kill_at_random(
                folder, options.kills, options.articles, options.workers, options.seed, options.engine
            )
    finally:
        shutil.rmtree(folder)
    same = killed.ended == killed.undisturbed
    print(f"{options.articles} generated articles, engine {options.engine}, {options.workers} workers:", end=" ")
    print(f"{options.kills} kills, {killed.cut_short} before the end; ", end="")
    print(f"the export is {'the same' if same else 'ANOTHER'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
