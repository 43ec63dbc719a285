"""The two corpora that the pipeline is timed on, both our own: dense reports on states, and a day's mixed news."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path

from detente.records import Article

PUBLISHED = "2021-06-01T00:00:00Z"
WORDS = 500
SHARE_OF_POLITICS = 0.15
"""Of the articles of the mixed corpus; chosen by us."""


@cache
def _reports() -> list[str]:
    lines = files("detente.samples").joinpath("corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def dense(count: int) -> list[Article]:
    """The hard case: bundled reports, joined four by four to about 500 words, repeated to the number wanted."""
    texts = _reports()
    joined = ["\n\n".join(texts[i : i + 4]) for i in range(0, len(texts) - 3, 4)]
    return [Article.of(joined[i % len(joined)], id=f"dense{i}", published=PUBLISHED) for i in range(count)]


def mixed(count: int, seed: int = 1) -> list[Article]:
    """Generated news: mostly sport, business, culture, town, science and weather, with some articles of reports.

    An article on politics is four reports drawn at random, so that articles are distinct.
    """
    draw = random.Random(seed)
    made = []
    for number in range(count):
        is_politics = draw.random() < SHARE_OF_POLITICS
        text = "\n\n".join(draw.sample(_reports(), 4)) if is_politics else _other_news(draw)
        made.append(Article.of(text, id=f"mixed{number}", published=PUBLISHED))
    return made


def _other_news(draw: random.Random) -> str:
    """About 500 words of one section, in paragraphs of one to three sentences."""
    sections, slots = _sentences()
    sentences = sections[draw.choice(sorted(sections))]
    paragraphs: list[str] = []
    while sum(len(each.split()) for each in paragraphs) < WORDS:
        chosen = draw.sample(sentences, draw.randint(1, 3))
        paragraphs.append(" ".join(_filled(sentence, slots, draw) for sentence in chosen))
    return "\n\n".join(paragraphs)


def _filled(sentence: str, slots: dict[str, list[str]], draw: random.Random) -> str:
    for name, values in slots.items():
        while "{" + name + "}" in sentence:
            sentence = sentence.replace("{" + name + "}", draw.choice(values), 1)
    return sentence


@cache
def _sentences() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    sections: dict[str, list[str]] = defaultdict(list)
    slots: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("news_sentences.tsv").read_text(encoding="utf-8").splitlines():
        name, *values = line.split("\t")
        if name.startswith("="):
            slots[name[1:]] = values
        else:
            sections[name] += values
    return dict(sections), slots
