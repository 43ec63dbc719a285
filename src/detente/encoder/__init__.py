"""The relation encoder: type and modality of what a source does to a target in a text, or NONE."""

from detente.encoder.marking import LABELS, MODALITIES, NONE, TYPES, Pair, SpanError
from detente.encoder.model import RelationEncoder, load_encoder
from detente.encoder.relate import relate
from detente.encoder.scores import Scores

__all__ = [
    "LABELS",
    "MODALITIES",
    "NONE",
    "TYPES",
    "Pair",
    "RelationEncoder",
    "Scores",
    "SpanError",
    "load_encoder",
    "relate",
]
