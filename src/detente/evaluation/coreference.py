"""Chains of mentions against a gold file, by LEA (Moosavi and Strube 2016): links, weighted by a chain's size.

Mentions are compared by head token. Chains of one mention carry no link and are left out; adjectives ("Russian") are no
mentions here, and neither are descriptions in apposition to a name. Figures are pooled over all articles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from detente.coding.cast import Cast, Mention
from detente.evaluation.actors import cast_of, head_of

Chain = frozenset[int]


def made_chains(cast: Cast) -> list[Chain]:
    """The chains of a Cast, as sets of head tokens."""
    found = []
    for actor in cast.actors:
        heads = frozenset(m.head for m in actor.mentions if m.head >= 0 and not is_part_of_mention(m, cast))
        if len(heads) > 1:
            found.append(heads)
    return found


def is_part_of_mention(mention: Mention, cast: Cast) -> bool:
    """Whether it is an adjective, or a description in apposition, which belongs to the name beside it."""
    if mention.form == "adjective":
        return True
    token = cast.doc[mention.head]
    if mention.form != "nominal":
        return False
    beside = [c for c in token.children if c.dep_ == "appos"] + ([token.head] if token.dep_ == "appos" else [])
    others = [cast.at(t) for t in beside]
    return any(m is not None and m.actor == mention.actor and m.form == "person" for m in others)


def gold_chains(record: dict[str, Any], cast: Cast) -> list[Chain]:
    chains = (frozenset(head_of(cast, s, e) for s, e in c["mentions"]) for c in record["chains"])
    return [chain for chain in chains if len(chain) > 1]


def lea(chains: Iterable[Chain], others: list[Chain]) -> tuple[float, float]:
    """Weighted share of the links of `chains` that `others` have too: numerator and denominator, by size."""
    found = total = 0.0
    for chain in chains:
        links = len(chain) * (len(chain) - 1) / 2
        shared = sum(n * (n - 1) / 2 for n in (len(chain & other) for other in others))
        found += len(chain) * shared / links
        total += len(chain)
    return found, total


def score_coreference(golds: list[dict[str, Any]]) -> dict[str, Any]:
    """LEA precision, recall and F1 over gold articles (text, published, chains), and those of each article."""
    sums = [0.0] * 4
    by_article = {}
    for record in golds:
        cast = cast_of(record["text"], record.get("published"))
        gold, made = gold_chains(record, cast), made_chains(cast)
        figures = [*lea(gold, made), *lea(made, gold)]
        by_article[str(record["id"])] = _f1(figures)
        sums = [a + b for a, b in zip(sums, figures, strict=True)]
    return {"articles": len(golds), "lea": _f1(sums), "by_article": by_article}


def _f1(figures: list[float]) -> dict[str, float]:
    recall, precision = figures[0] / max(figures[1], 1e-9), figures[2] / max(figures[3], 1e-9)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"p": round(precision, 4), "r": round(recall, 4), "f1": round(f1, 4)}
