"""Mentions of actors against a gold file: whose they are, in which sector, who it is and in which office.

A gold mention is read as the mention whose head lies in its span. Country right includes "none" where none is meant;
a wrong country is one that is given although another, or none, is meant.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date
from typing import Any

from spacy.tokens import Token

from detente.actors.gazetteer import gazetteer
from detente.coding.attribution import find_attributions
from detente.coding.cast import Cast, CastActor, Mention
from detente.coding.coreference import Resolver, Voice
from detente.coding.mentions import MentionFinder
from detente.reading import read


def cast_of(text: str, published: str | None) -> Cast:
    """The resolved actors of one text, without coding its events."""
    day = date.fromisoformat(published[:10]).isoformat() if published else ""
    doc = read(text)
    finder = MentionFinder(doc, day)
    cast = finder.find()
    voices = []
    attributions = find_attributions(doc)
    for attribution in attributions:
        if attribution.speaker_head is not None:
            finder.ensure(attribution.speaker_head, attribution.speaker)
    for attribution in sorted(attributions, key=lambda a: sum(e - s for s, e in a.content)):
        for start, end in attribution.content:
            span = doc.char_span(start, end, alignment_mode="expand")
            voices.append(Voice(span.start if span else 0, span.end if span else 0, attribution.speaker_head))
    Resolver(cast, day, voices).resolve()
    return cast


def mention_at(cast: Cast, start: int, end: int) -> Mention | None:
    """The mention whose head is the span's root; else the one with its head in the span that covers most of it.

    Where the parser gives the span several roots, a possessor ("Japan's Kishida") is none.
    """
    span = cast.doc.char_span(start, end, alignment_mode="expand")
    if span is None:
        return None
    roots = [t for t in span if not span.start <= t.head.i < span.end and not _is_possessor(t)]
    found = cast.at(roots[0] if roots else span.root)
    if found is not None and found.actor >= 0:
        return found
    inside = [m for m in cast.mentions if span.start <= m.head < span.end and m.actor >= 0 and m.form != "pronoun"]
    inside = [m for m in inside if m.form != "adjective" and not _is_possessor(cast.doc[m.head])]
    return max(inside, key=lambda m: (min(m.end, span.end) - max(m.start, span.start), m.head), default=None)


def _is_possessor(token: Token) -> bool:
    following = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    return token.dep_ == "poss" or (following is not None and following.tag_ == "POS")


def head_of(cast: Cast, start: int, end: int) -> int:
    """Token that heads a span: its root, or the head of the mention read there."""
    mention = mention_at(cast, start, end)
    span = cast.doc.char_span(start, end, alignment_mode="expand")
    root = span.root.i if span is not None else -1
    return mention.head if mention is not None and span is not None and root != mention.head else root


def score_actors(golds: list[dict[str, Any]]) -> dict[str, Any]:
    """Shares over all mentions of gold articles (text, published, mentions), and each miss with what was made."""
    counts: Counter[str] = Counter()
    misses: list[dict[str, Any]] = []
    for record in golds:
        cast = cast_of(record["text"], record.get("published"))
        for gold in record["mentions"]:
            mention = mention_at(cast, gold["start"], gold["end"])
            actor = cast.actor_of(mention) if mention is not None else None
            wrong = _compare(gold, mention, actor, counts)
            if wrong:
                span = record["text"][gold["start"] : gold["end"]]
                misses.append({"id": record["id"], "span": span, "wrong": wrong, **_made(mention, actor)})
    return {
        "mentions": counts["mentions"],
        "country_right": _share(counts, "country"),
        "country_wrong": round(counts["wrong country"] / max(counts["mentions"], 1), 4),
        "sector_right": _share(counts, "sector"),
        "person_right": _share(counts, "person"),
        "misses": misses,
    }


def _compare(gold: dict[str, Any], mention: Mention | None, actor: CastActor | None, counts: Counter[str]) -> list[str]:
    wrong = []
    country = actor.country if actor is not None else None
    sectors = _sectors(mention, actor)

    def check(name: str, right: bool) -> None:
        counts[f"{name} all"] += 1
        counts[f"{name} right"] += right
        if not right:
            wrong.append(name)

    counts["mentions"] += 1
    check("country", country == gold["country"])
    if country is not None and country != gold["country"]:
        counts["wrong country"] += 1
        wrong.append("wrong country")
    if gold.get("sectors"):
        check("sector", bool(set(sectors) & set(gold["sectors"])))
    if gold.get("name") or gold.get("office"):
        name = actor.name if actor is not None else ""
        office = (mention.office if mention is not None else None) or (actor.office if actor is not None else None)
        named = not gold.get("name") or _is_called(name, gold["name"])
        check("person", named and (not gold.get("office") or _holds(office, gold["office"])))
    return wrong


def _sectors(mention: Mention | None, actor: CastActor | None) -> tuple[str, ...]:
    return (mention.sectors if mention is not None else ()) or (actor.sectors if actor is not None else ())


def _is_called(name: str, gold: str) -> bool:
    """Whether both are one person's names: the same, or the tables list one as an alias of the other."""
    return _plain(name) == _plain(gold) or any(e.name == name for e in gazetteer().names.get(gold, ()))


def _holds(office: str | None, gold: str) -> bool:
    """Whether the office given says all that one of the gold offices says ("Kremlin spokesman" for "spokesman")."""
    given = set(_plain(office or "").split())
    return any(set(_plain(wanted).split()) <= given for wanted in gold.split("/"))


def _plain(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.lower().replace("-", " ").replace(" the ", " ").replace("defence", "defense")


def _made(mention: Mention | None, actor: CastActor | None) -> dict[str, Any]:
    if mention is None or actor is None:
        return {"name": None}
    return {
        "name": actor.name,
        "country": actor.country,
        "sectors": _sectors(mention, actor),
        "office": mention.office or actor.office,
        "resolved_by": mention.resolved_by,
    }


def _share(counts: Counter[str], name: str) -> float:
    return round(counts[f"{name} right"] / max(counts[f"{name} all"], 1), 4)
