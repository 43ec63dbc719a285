"""The relation encoder at work: onnxruntime over batches of similar length, no torch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from detente.encoder.marking import LABELS, MODALITIES, Pair, SpanError, mark
from detente.encoder.scores import Scores
from detente.errors import DataError, ModelMissing

FILES = ("relation.onnx", "tokenizer.json", "meta.json")
PAD_STEP = 8
"""Batches are padded to multiples of this."""

Array = npt.NDArray[np.float32]


def model_folder() -> Path:
    return Path(str(files("detente.encoder").joinpath("model")))


@dataclass(frozen=True)
class Meta:
    """What `meta.json` says of the weights beside it."""

    version: str
    labels: tuple[str, ...]
    modalities: tuple[str, ...]
    temperature_types: float
    temperature_modality: float
    none_threshold: float
    max_tokens: int

    @classmethod
    def read(cls, path: Path) -> Meta:
        raw = json.loads(path.read_text(encoding="utf-8"))
        missing = [name for name in cls.__dataclass_fields__ if name not in raw]
        if missing:
            raise DataError(path, [f"no {name}" for name in missing])
        meta = cls(**{name: raw[name] for name in cls.__dataclass_fields__})
        if (tuple(meta.labels), tuple(meta.modalities)) != (LABELS, MODALITIES):
            raise DataError(path, ["its labels are not this version's; export the model again"])
        return meta


class RelationEncoder:
    """Reads pairs, gives `Scores`. One instance serves many threads; it pickles by its folder."""

    def __init__(self, folder: Path | None = None, *, threads: int = 0, batch_size: int = 32) -> None:
        """`threads` of one operator; 0 leaves the number to onnxruntime."""
        self.folder = folder or model_folder()
        self.threads, self.batch_size = threads, batch_size
        absent = [name for name in FILES if not (self.folder / name).is_file()]
        if absent:
            raise ModelMissing(
                f"no relation encoder in {self.folder}: {', '.join(absent)} missing; reinstall detente, "
                "or rebuild the weights with `python -m training.train` and `python -m training.export`"
            )
        self.meta = Meta.read(self.folder / "meta.json")
        self._tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.meta.max_tokens)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The extended level puts in SkipLayerNormalization, nine times as slow as the two operators it replaces.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        # Waiting threads that spin cost more processor time than the small batches of an article take.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(self.folder / "relation.onnx"), options, providers=["CPUExecutionProvider"]
        )

    @property
    def version(self) -> str:
        """Hash of the weights."""
        return self.meta.version

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.folder, self.threads, self.batch_size)

    def score(self, items: Sequence[Pair]) -> list[Scores]:
        """One `Scores` a pair, in order; a pair with bad spans gets one with `error` set."""
        results: list[Scores | None] = [None] * len(items)
        encoded: list[tuple[int, list[int]]] = []
        for index, pair in enumerate(items):
            try:
                marked = mark(pair.text, pair.source, pair.target)
            except SpanError as error:
                results[index] = Scores({}, {}, str(error))
                continue
            encoded.append((index, self._tokenizer.encode(marked).ids))
        encoded.sort(key=lambda item: len(item[1]))
        for batch in self._batches(encoded):
            for (index, _), scores in zip(batch, self._run([ids for _, ids in batch]), strict=True):
                results[index] = scores
        return [scores for scores in results if scores is not None]

    def stream(self, items: Iterable[Pair], chunk: int = 1024) -> Iterator[Scores]:
        """Scores of any number of pairs, `chunk` of them in memory at a time."""
        held: list[Pair] = []
        for item in items:
            held.append(item)
            if len(held) == chunk:
                yield from self.score(held)
                held = []
        yield from self.score(held)

    def _batches(self, encoded: list[tuple[int, list[int]]]) -> Iterator[list[tuple[int, list[int]]]]:
        """Runs of equal padded width: padding never reaches another width's rows."""
        batch: list[tuple[int, list[int]]] = []
        for item in encoded:
            if batch and (len(batch) == self.batch_size or _padded(item[1]) != _padded(batch[0][1])):
                yield batch
                batch = []
            batch.append(item)
        if batch:
            yield batch

    def _run(self, rows: list[list[int]]) -> Iterator[Scores]:
        width = _padded(rows[-1])
        ids = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        types, modality = self._session.run(["types", "modality"], {"ids": ids, "mask": mask})
        type_rows = softmax(types / self.meta.temperature_types)
        modality_rows = softmax(modality / self.meta.temperature_modality)
        for type_row, modality_row in zip(type_rows, modality_rows, strict=True):
            yield Scores(
                dict(zip(LABELS, map(float, type_row), strict=True)),
                dict(zip(MODALITIES, map(float, modality_row), strict=True)),
                none_threshold=self.meta.none_threshold,
            )


def _padded(row: list[int]) -> int:
    return -(-len(row) // PAD_STEP) * PAD_STEP


def softmax(values: Array) -> Array:
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    total: Array = raised / raised.sum(axis=-1, keepdims=True)
    return total


def _restore(folder: Path, threads: int, batch_size: int) -> RelationEncoder:
    return RelationEncoder(folder, threads=threads, batch_size=batch_size)


@cache
def load_encoder(threads: int = 0) -> RelationEncoder:
    """The shipped encoder, loaded once a process and number of threads. Raises ModelMissing."""
    return RelationEncoder(threads=threads)
