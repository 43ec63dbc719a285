"""Coders that kill what they run in, once: what the marker file does not say has happened yet."""

from __future__ import annotations

import functools
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import fake_coder

from detente.records import Article, CodedArticle


@dataclass
class KillsItsActor(fake_coder.FakeCoder):
    marker: str = ""

    def code_article(self, article: Article) -> CodedArticle:
        if "KILL NOW" in article.text and not Path(self.marker).exists():
            Path(self.marker).touch()
            os.kill(os.getppid(), signal.SIGKILL)
        return super().code_article(article)


def _make(marker: str) -> KillsItsActor:
    return KillsItsActor(marker=marker)


def killing(marker: Path) -> functools.partial[KillsItsActor]:
    return functools.partial(_make, str(marker))
