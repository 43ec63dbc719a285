"""From desk and drafts to the record: ids given, actors and statements written down, links and assessments found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.coding import assembly
from detente.coding.assessments import find_assessments
from detente.coding.attribution import Attribution
from detente.coding.dates import TimeWords
from detente.coding.desk import Desk
from detente.coding.links import find_links
from detente.records import (
    Actor,
    Assessment,
    CodedArticle,
    Event,
    Link,
    Span,
    Statement,
)

if TYPE_CHECKING:
    pass


def build_record(desk: Desk, drafts: list[assembly.Draft]) -> CodedArticle:
    """The article's record of what is on its desk."""
    numbers = _used_actors(desk, drafts)
    actor_ids = {actor: f"a{n + 1}" for n, actor in enumerate(numbers)}
    statement_numbers = [n for n, a in enumerate(desk.attributions) if a.cue_class == "report"]
    statement_ids = {n: f"s{i + 1}" for i, n in enumerate(statement_numbers)}
    events = [
        assembly.build_event(
            d, n + 1, desk.cast, actor_ids, statement_ids.get(d.statement) if d.statement is not None else None
        )
        for n, d in enumerate(drafts)
    ]
    statements = [_statement(desk, n, statement_ids, actor_ids, events) for n in statement_numbers]
    assessments = _assessments(desk, statement_ids)
    sentences = [(s.start_char, s.end_char) for s in desk.doc.sents]
    return CodedArticle(
        article=desk.article,
        actors=tuple(_actor(desk, number, actor_ids[number]) for number in numbers),
        statements=tuple(statements),
        events=tuple(events),
        assessments=tuple(assessments),
        links=tuple(_links(desk, sentences, actor_ids, events, statements)),
        rejections=tuple(desk.rejections),
    )


def _links(
    desk: Desk,
    sentences: list[tuple[int, int]],
    actor_ids: dict[int, str],
    events: list[Event],
    statements: list[Statement],
) -> list[Link]:
    country = {actor_ids[a.index]: a.country for a in desk.cast.actors if a.index in actor_ids}
    sides = {e.id: frozenset(c for a in e.sources if (c := country.get(a))) for e in events}
    sides |= {s.id: frozenset(c for c in [country.get(s.speaker or "")] if c) for s in statements}
    heads = [(desk.doc[m.head].idx, desk.cast.country_of(m)) for m in desk.cast.mentions if m.head >= 0]

    def side_after(start: int, end: int) -> str | None:
        return next((c for at, c in sorted(heads, key=lambda h: h[0]) if start <= at < end and c), None)

    return find_links(desk.article.text, sentences, events, statements, sides, side_after)


def _used_actors(desk: Desk, drafts: list[assembly.Draft]) -> list[int]:
    """Actors in the order of their first mention; unresolved ones only where an event or a statement needs them."""
    needed = {m.actor for d in drafts for c in (d.candidate, *d.mentions) for m in (*c.sources, *c.targets)}
    for number in range(len(desk.attributions)):
        speaker = desk.speaker(number)
        if speaker is not None:
            needed.add(speaker.actor)
    order: dict[int, int] = {}
    for draft in drafts:
        for candidate in (draft.candidate, *draft.mentions):
            for mention in (*candidate.sources, *candidate.targets):
                order[mention.actor] = min(mention.head, order.get(mention.actor, mention.head))
    for mention in desk.cast.mentions:
        actor = desk.cast.actors[mention.actor] if mention.actor >= 0 else None
        if actor is None:
            continue
        if actor.index in needed or (actor.resolved_by and mention.kind != "place"):
            order[actor.index] = min(mention.head, order.get(actor.index, mention.head))
    return sorted(order, key=lambda a: (order[a], a))


def _actor(desk: Desk, number: int, id_: str) -> Actor:
    actor = desk.cast.actors[number]
    stand_ins = [m for group in desk.cast.expansions.values() for m in group if m.actor == number]
    spans = {}
    for mention in (*actor.mentions, *stand_ins):
        if mention.head >= 0:
            span = assembly.span_of(desk.doc, mention.start, mention.end)
            spans[span.start, span.end] = span
    kind = actor.kind if actor.kind in ("state", "organisation", "person", "group") else "group"
    return Actor.model_validate(
        {
            "id": id_,
            "name": actor.name,
            "country": actor.country,
            "sectors": actor.sectors,
            "office": actor.office,
            "kind": kind,
            "mentions": tuple(spans[key] for key in sorted(spans)),
            "resolved_by": actor.resolved_by,
        }
    )


def _statement(
    desk: Desk, number: int, ids: dict[int, str], actor_ids: dict[int, str], events: list[Event]
) -> Statement:
    attribution = desk.attributions[number]
    speaker = desk.speaker(number)
    content = tuple(Span(start=s, end=e) for s, e in attribution.content)
    when = statement_date(desk, attribution)
    about = {
        actor_ids[m.actor]
        for span in desk.content_tokens(number)
        for m in desk.mentions_in(*span)
        if m.actor in actor_ids and (speaker is None or m.actor != speaker.actor)
    }
    told = [e.id for e in events if any(s.start <= e.evidence.trigger[0].start < s.end for s in content)]
    return Statement(
        id=ids[number],
        speaker=actor_ids.get(speaker.actor) if speaker else None,
        speaker_mention=Span(start=attribution.speaker[0], end=attribution.speaker[1]) if attribution.speaker else None,
        cue=Span(start=attribution.cue[0], end=attribution.cue[1]) if attribution.cue else None,
        content=content,
        kind=attribution.kind,
        audience=attribution.audience,
        venue=attribution.venue,
        date=when.date if when else None,
        about=(*sorted(about, key=lambda a: int(a[1:])), *told),
        reported_by=ids.get(attribution.parent) if attribution.parent is not None else None,
    )


def statement_date(desk: Desk, attribution: Attribution) -> TimeWords | None:
    """Time words of the saying: those that the attribution names, else near its cue and outside its content."""
    if attribution.date_words is not None:
        for words in desk.times:
            if words.start < attribution.date_words[1] and attribution.date_words[0] < words.end:
                return words
    if attribution.cue is None:
        return None
    sentence = desk.doc.char_span(*attribution.cue, alignment_mode="expand")
    if sentence is None:
        return None
    sent = sentence[0].sent
    near = [
        w
        for w in desk.times
        if sent.start_char <= w.start < sent.end_char
        and abs(w.start - attribution.cue[1]) < 40
        and not any(s <= w.start < e for s, e in attribution.content)
        and not assembly.is_of_an_aside(desk.doc[desk.tokens(w.start, w.end)[1] - 1], sentence.root)
    ]
    cue_end = attribution.cue[1]
    return min(near, key=lambda w: abs(w.start - cue_end), default=None)


def _assessments(desk: Desk, statement_ids: dict[int, str]) -> list[Assessment]:
    sides = []
    for number in sorted(statement_ids, key=lambda n: sum(e - s for s, e in desk.attributions[n].content)):
        speaker = desk.speaker(number)
        country = desk.cast.country_of(speaker) if speaker is not None else None
        sides += [(s, e, country) for s, e in desk.content_tokens(number)]
    found = []
    for number, item in enumerate(find_assessments(desk.cast, sides)):
        region = desk.region_of[item.first]
        span = assembly.span_of(desk.doc, item.first, item.last + 1)
        found.append(
            Assessment(
                id=f"x{number + 1}",
                pair=item.pair,
                descriptor=item.descriptor,
                direction=item.direction,
                holder=statement_ids.get(region),
                evidence=span,
            )
        )
    return found
