"""Turns trained weights into the shipped files: `python -m training.export --run build/encoder`.

Writes `relation.onnx` (int8), `tokenizer.json` and `meta.json` to `src/detente/encoder/model`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from detente.encoder.marking import LABELS, MODALITIES
from detente.encoder.model import FILES, model_folder
from training.model import MAX_TOKENS, RelationModel, load_tokenizer
from training.quantise import quantise_rows


def load_model(run: Path) -> RelationModel:
    settings = json.loads((run / "run.json").read_text())["settings"]
    model = RelationModel(load_tokenizer().get_vocab_size() - 4, 0.0, 0.0, settings["toy"])
    model.load_state_dict(torch.load(run / "weights.pt", map_location="cpu"))
    return model.eval()


class Merged(torch.nn.Module):
    """The model with the markers' table joined to the words', as one embedding that can be quantised."""

    def __init__(self, model: RelationModel) -> None:
        super().__init__()
        self.model = model
        table = torch.cat([model.body.embeddings.word_embeddings.weight, model.markers]).detach()
        self.table = torch.nn.Embedding.from_pretrained(table)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        types, modality = self.model.from_embedded(self.table(ids), ids, mask)
        return types, modality


def to_onnx(model: RelationModel, path: Path) -> None:
    ids = torch.randint(5, 1000, (2, 16))
    ids[:, 2], ids[:, 6] = model.words, model.words + 2
    batch, width = torch.export.Dim("batch"), torch.export.Dim("width", max=MAX_TOKENS)
    program = torch.onnx.export(
        Merged(model).eval(),
        (ids, torch.ones_like(ids)),
        input_names=["ids", "mask"],
        output_names=["types", "modality"],
        dynamic_shapes=({0: batch, 1: width}, {0: batch, 1: width}),
        dynamo=True,
        opset_version=18,
    )
    program.save(str(path))


def quantise(source: Path, target: Path) -> None:
    """Word table and matrix products in 8 bits."""
    with tempfile.TemporaryDirectory() as scratch:
        clean, table = Path(scratch) / "clean.onnx", Path(scratch) / "table.onnx"
        graph = onnx.load(str(source))
        del graph.graph.value_info[:]
        onnx.save(graph, str(clean))
        quantize_dynamic(
            clean, table, per_channel=True, weight_type=QuantType.QInt8, op_types_to_quantize=["Gather"]
        )  # fmt: skip
        quantise_rows(table, target)


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
    full = options.run / "relation.fp32.onnx"
    to_onnx(load_model(options.run), full)
    quantise(full, options.output / "relation.onnx")
    load_tokenizer().save(str(options.run / "tokenizer.json"))
    shutil.copy(options.run / "tokenizer.json", options.output / "tokenizer.json")
    write_meta(options.run, options.output, options.none_threshold)
    size = sum((options.output / name).stat().st_size for name in FILES)
    print(f"{options.output}: {size / 1e6:.1f} MB, version {digest(options.output / 'relation.onnx')}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
