"""Shows that memory stays flat: `python -m benchmarks.memory [--articles 3000]`.

One process codes that many distinct articles of the mixed corpus, encoder included, and tells its memory on the way.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora import mixed
from detente.coding import Coder

STEPS = 10
BATCH = 100


def resident() -> float:
    """Mebibytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def peak() -> float:
    """Mebibytes that this process held at most; `getrusage` would tell its parent's where that was larger."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def samples(count: int) -> Iterator[tuple[int, float, float]]:
    """Articles coded so far, memory held then and articles per processor second since the start; ten times."""
    coder, done = Coder(), 0
    started = time.process_time()
    for step in range(1, STEPS + 1):
        until = count * step // STEPS
        while done < until:
            size = min(BATCH, until - done)
            for _ in coder.stream(mixed(size, seed=done + 1)):
                pass
            done += size
        yield done, resident(), done / (time.process_time() - started)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=3000)
    options = parser.parse_args()
    for done, held, rate in samples(options.articles):
        print(f"{done:8} articles {held:8.0f} MiB {rate:8.2f} articles per processor second", flush=True)
    print(f"peak {peak():.0f} MiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
