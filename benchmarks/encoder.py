"""Times the shipped encoder (int8, onnxruntime) against the same network in PyTorch, 32 bits, on the same cores.

`python -m benchmarks.encoder [--run build/encoder] [--threads 1] [--count 600]`. Both read the same pairs in batches of
similar length and take turns; the median of the rounds counts. Without torch only the first is timed; without the
trained weights (`--run`) PyTorch gets random heads, which take the same time.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from training.corpus import HAND, read_files

from detente.encoder import Pair, RelationEncoder


def pairs_of(count: int) -> list[Pair]:
    """The first `count` pairs of the training text, spread over its files."""
    sentences, _ = read_files(HAND.glob("*.txt"))
    step = max(len(sentences) // count, 1)
    labelled = [next(sentence.pairs(), None) for sentence in sentences[::step]]
    return [Pair(pair.text, pair.source, pair.target) for pair in labelled if pair][:count]


def torch_scorer(run: Path, threads: int) -> Callable[[list[Pair]], object] | None:
    try:
        import torch
    except ImportError:
        return None
    from training.model import RelationModel, load_tokenizer
    from training.train import logits

    from detente.encoder.marking import mark

    torch.set_num_threads(threads)
    tokenizer = load_tokenizer()
    model = RelationModel(tokenizer.get_vocab_size() - 4, 0.0, 0.0).eval()
    if (run / "weights.pt").exists():
        model.load_state_dict(torch.load(run / "weights.pt", map_location="cpu"))
    return lambda pairs: logits(model, tokenizer, [mark(p.text, p.source, p.target) for p in pairs], size=32)


def seconds(work: Callable[[list[Pair]], object], pairs: list[Pair]) -> float:
    started = time.perf_counter()
    work(pairs)
    return time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("build/encoder"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    pairs = pairs_of(options.count)
    works: dict[str, Callable[[list[Pair]], object]] = {
        "onnxruntime int8": RelationEncoder(threads=options.threads).score
    }
    if plain := torch_scorer(options.run, options.threads):
        works["PyTorch fp32"] = plain
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work(pairs[:64])
    for _ in range(options.rounds):
        for name, work in works.items():
            times[name].append(seconds(work, pairs))
    slowest = statistics.median(times[list(works)[-1]])
    print(f"{len(pairs)} pairs, {options.threads} threads, median of {options.rounds} rounds")
    for name, measured in times.items():
        middle = statistics.median(measured)
        print(f"{name:18} {len(pairs) / middle:8.0f} pairs/s  {slowest / middle:5.2f}x")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
