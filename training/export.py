"""Turns trained weights into the shipped files: `python -m training.export --run build/encoder`.

Writes `relation.onnx` (int8), `tokenizer.json` and `meta.json` to `src/detente/encoder/model`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import torch

from detente.encoder.marking import LABELS, MARKERS, MODALITIES
from detente.encoder.model import FILES, model_folder
from training.graph import Weights, write_graph
from training.model import MAX_TOKENS, RelationModel, load_tokenizer


def load_weights(run: Path) -> tuple[Weights, int]:
    """The run's weights and the number of heads that attend in a layer."""
    settings = json.loads((run / "run.json").read_text())["settings"]
    model = RelationModel(load_tokenizer().get_vocab_size() - len(MARKERS), 0.0, 0.0, settings["toy"])
    model.load_state_dict(torch.load(run / "weights.pt", map_location="cpu"))
    weights = {name: value.float().numpy() for name, value in model.state_dict().items()}
    return weights, model.body.config.num_attention_heads


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def write_meta(run: Path, folder: Path, none_threshold: float) -> None:
    figures = json.loads((run / "run.json").read_text())
    meta = {
        "version": digest(folder / "relation.onnx"),
        "labels": LABELS,
        "modalities": MODALITIES,
        "temperature_types": figures["temperature_types"],
        "temperature_modality": figures["temperature_modality"],
        "none_threshold": none_threshold,
        "max_tokens": MAX_TOKENS,
        "settings": figures["settings"],
        "figures": {name: figures.get(name) for name in ("held_out", "held_out_modality_macro_f1", "dev")},
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("build/encoder"))
    parser.add_argument("--output", type=Path, default=model_folder())
    parser.add_argument("--none-threshold", type=float, default=0.5)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    weights, heads = load_weights(options.run)
    write_graph(weights, options.output / "relation.onnx", heads=heads, max_tokens=MAX_TOKENS)
    load_tokenizer().save(str(options.run / "tokenizer.json"))
    shutil.copy(options.run / "tokenizer.json", options.output / "tokenizer.json")
    write_meta(options.run, options.output, options.none_threshold)
    size = sum((options.output / name).stat().st_size for name in FILES)
    print(f"{options.output}: {size / 1e6:.1f} MB, version {digest(options.output / 'relation.onnx')}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
