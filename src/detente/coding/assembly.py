"""Candidates to events: types settled, told twice joined, dated, placed, attributed, scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from spacy.tokens import Doc, Token

from detente import ontology
from detente.about import __version__
from detente.coding.candidates import Candidate
from detente.coding.cast import Cast, Mention
from detente.coding.dates import TimeWords, day_of
from detente.coding.structure import pobjs
from detente.ontology import plover_quad
from detente.records import Date, Event, Evidence, ProducedBy, Span

HISTORICAL_AFTER = timedelta(days=92)
PERIOD_DAYS = {"day": 1, "week": 7, "month": 31, "season": 92, "year": 366, "unknown": 1}
MAX_CONTEXTS = 3


@dataclass(slots=True, eq=False)
class Draft:
    """An event in the making with all its tellings; the first one gives the evidence."""

    candidate: Candidate
    mentions: list[Candidate] = field(default_factory=list)
    statement: int | None = None
    date: TimeWords | None = None
    modality: str = "actual"
    confidence: float = 0.5
    encoder: str | None = None


def span_of(doc: Doc, start: int, end: int) -> Span:
    """Character span of a token range, without white space at its ends."""
    while end > start + 1 and doc[end - 1].is_space:
        end -= 1
    while start < end - 1 and doc[start].is_space:
        start += 1
    last = doc[end - 1]
    return Span(start=doc[start].idx, end=last.idx + len(last.text.rstrip()))


def trigger_spans(candidate: Candidate) -> tuple[Span, ...]:
    """The trigger with its particle."""
    token = candidate.trigger
    doc = token.doc
    tokens = [token, *(c for c in token.children if c.dep_ == "prt"), *candidate.extra]
    spans: list[Span] = []
    last = token.i
    for index in sorted({t.i for t in tokens}):
        span = span_of(doc, index, index + 1)
        is_next = all(t.is_space for t in doc[last + 1 : index])
        last = index
        if spans and is_next:
            spans[-1] = Span(start=spans[-1].start, end=span.end)
        else:
            spans.append(span)
    return tuple(spans)


def evidence_of(candidate: Candidate, when: TimeWords | None) -> Evidence:
    doc, sentence = candidate.trigger.doc, candidate.sentence
    return Evidence(
        sentence=span_of(doc, sentence.start, sentence.end),
        trigger=trigger_spans(candidate),
        source=tuple(span_of(doc, m.start, m.end) for m in candidate.sources if m.head >= 0),
        target=tuple(span_of(doc, m.start, m.end) for m in candidate.targets if m.head >= 0),
        date=Span(start=when.start, end=when.end) if when is not None else None,
    )


def parties(cast: Cast, mentions: Sequence[Mention]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(m.actor for m in mentions))


def sides(cast: Cast, mentions: Sequence[Mention]) -> frozenset[str]:
    """Countries of the mentions, or names where there is none: what makes two events the same pair's."""
    found: set[str] = set()
    for mention in mentions:
        actor = cast.actor_of(mention)
        found |= {actor.country} if actor.country else set(actor.members) or {actor.name}
    return frozenset(found)


def join(drafts: list[Draft], cast: Cast) -> list[Draft]:
    """One draft an event: same type and sides in one sentence, or told again by a definite noun."""
    kept: list[Draft] = []
    for draft in drafts:
        twin = next((k for k in reversed(kept) if _same_event(k.candidate, draft.candidate, cast)), None)
        if twin is None:
            kept.append(draft)
        else:
            twin.mentions.append(draft.candidate)
            twin.confidence = max(twin.confidence, draft.confidence)
            if twin.date is None:
                twin.date = draft.date
    return kept


def _same_event(one: Candidate, other: Candidate, cast: Cast) -> bool:
    if one.event != other.event or one.modality != other.modality:
        return False
    if sides(cast, one.sources) != sides(cast, other.sources) or sides(cast, one.targets) != sides(cast, other.targets):
        return False
    same_sentence = one.sentence.start == other.sentence.start
    close = abs(one.trigger.i - other.trigger.i) <= 12
    judged = one.frame.id.startswith("speech.") and other.frame.id.startswith("speech.")
    if same_sentence and (one.trigger.i == other.trigger.i or close or judged):
        return True
    return other.trigger.pos_ == "NOUN" and is_definite(other.trigger)


def is_definite(noun: Token) -> bool:
    return any(c.lower_ in ("the", "this", "that", "these", "those", "his", "her", "their", "its") for c in noun.lefts)


def pick_date(candidate: Candidate, times: Sequence[TimeWords], region_of: Sequence[int]) -> TimeWords | None:
    """The time words nearest to the trigger in its sentence, told by the same voice."""
    doc, sentence = candidate.trigger.doc, candidate.sentence
    start, end = doc[sentence.start].idx, doc[sentence.end - 1].idx + len(doc[sentence.end - 1])
    at, region = candidate.trigger.idx, region_of[candidate.trigger.i]
    best, best_distance = None, 10_000
    for words in times:
        if not start <= words.start < end:
            continue
        span = doc.char_span(words.start, words.end, alignment_mode="expand")
        if span is None or region_of[span.start] != region:
            continue
        if is_of_an_aside(span[len(span) - 1], candidate.trigger):
            continue  # "promised to reopen the border, which it had shut in 2019"
        distance = words.start - at if words.start > at else (at - words.end) + 15
        if not _same_clause(span[len(span) - 1], candidate.trigger):
            if plover_quad(candidate.event) == 3 or _is_of_a_later_verb(span[len(span) - 1], candidate.trigger):
                continue  # the time of what is criticised, or done next, is not the time of the act
            distance += 60
        if distance > 120:
            continue
        if distance < best_distance:
            best, best_distance = words, distance
    return best


def _same_clause(time: Token, trigger: Token) -> bool:
    """Whether the time words hang on the trigger's verb or on one that it shares its time with."""
    verb = _verb_above(time)
    clause = _verb_above(trigger)
    for _ in range(4):
        if verb.i == clause.i:
            return True
        if clause.dep_ not in ("xcomp", "conj"):
            return False
        clause = clause.head
    return False


def is_of_an_aside(time: Token, token: Token) -> bool:
    """Whether the time stands in a relative clause that the token is not in ("X, which left in May, said")."""
    verb = _verb_above(time)
    return verb.dep_ in ("relcl", "acl") and verb.i not in {token.i, *(above.i for above in token.ancestors)}


def _is_of_a_later_verb(time: Token, trigger: Token) -> bool:
    """Whether the time stands with a verb that is coordinated after the trigger's ("thanked X and left on Monday")."""
    verb, clause = _verb_above(time), _verb_above(trigger)
    return verb.dep_ == "conj" and verb.i > clause.i and any(a.i == clause.i for a in verb.ancestors)


def _verb_above(token: Token) -> Token:
    while token.pos_ not in ("VERB", "AUX") and token.head.i != token.i:
        token = token.head
    return token


def coming(when: TimeWords, published: date | None) -> TimeWords:
    """The next such day or month, where words without a year go with a future act ("in May", "on March 20")."""
    day = day_of(when.date)
    if published is None or when.has_year or day >= published or (published - day).days < 62:
        return when
    leap = day.month == 2 and day.day == 29
    following = day.replace(year=day.year + 1, day=28 if leap else day.day)
    return TimeWords(when.start, when.end, Date(value=following.isoformat(), precision=when.date.precision))


def is_to_come(when: Date, published: date | None) -> bool:
    """Whether a date begins after the day of publication, wherever on earth that was."""
    return published is not None and day_of(when) > published + timedelta(days=1)


def is_long_past(when: Date | None, published: date | None) -> bool:
    """Whether a date's whole period ended more than about three months before publication."""
    if when is None or published is None:
        return False
    return day_of(when) + timedelta(days=PERIOD_DAYS[when.precision]) + HISTORICAL_AFTER < published


def contexts_of(candidate: Candidate) -> tuple[str, ...]:
    """Contexts of the CAMEO code, then those whose words stand near the trigger."""
    found: list[str] = []
    if candidate.cameo:
        found += ontology.cameo_codes()[candidate.cameo].contexts
    sentence = candidate.sentence
    start, end = max(sentence.start, candidate.trigger.i - 12), min(sentence.end, candidate.trigger.i + 13)
    nearby = f" {' '.join(t.lower_ for t in candidate.trigger.doc[start:end])} "
    for context in ontology.contexts().values():
        if len(found) >= MAX_CONTEXTS:
            break
        if context.name not in found and any(f" {w} " in nearby or f" {w}s " in nearby for w in context.words):
            found.append(context.name)
    return tuple(found)


def place_of(candidate: Candidate, cast: Cast) -> str | None:
    """Where it happened: a place in a prepositional phrase of the predicate."""
    for token in pobjs(candidate.trigger, "in", "at", "near", "outside"):
        mention = cast.at(token)
        if mention is not None and mention.form == "name":
            return candidate.trigger.doc[mention.start : mention.end].text
    return None


def build_event(draft: Draft, number: int, cast: Cast, actor_ids: dict[int, str], statement_id: str | None) -> Event:
    candidate = draft.candidate
    cameo = candidate.cameo if candidate.cameo in ontology.cameo_codes() else None
    mode = candidate.mode if (candidate.event, candidate.mode) in ontology.modes() else None
    return Event.model_validate(
        {
            "id": f"e{number}",
            "event": candidate.event,
            "intended": candidate.intended,
            "mode": mode,
            "contexts": contexts_of(candidate),
            "cameo": cameo,
            "plover_quad": ontology.plover_quad(candidate.event),
            "cameo_quad": ontology.cameo_quad(cameo) if cameo else None,
            "intensity": ontology.intensity(candidate.event, mode),
            "goldstein": ontology.goldstein(cameo) if cameo else None,
            "sources": tuple(actor_ids[a] for a in parties(cast, candidate.sources)),
            "targets": tuple(actor_ids[a] for a in parties(cast, candidate.targets)),
            "modality": draft.modality,
            "date": draft.date.date if draft.date else None,
            "place": place_of(candidate, cast),
            "attribution": statement_id,
            "confidence": round(min(max(draft.confidence, 0.0), 1.0), 4),
            "evidence": evidence_of(candidate, draft.date),
            "mentions": tuple(evidence_of(m, None) for m in draft.mentions),
            "produced_by": ProducedBy(
                rule=None if candidate.decided_by_encoder else candidate.frame.id,
                encoder=draft.encoder,
                coder=__version__,
            ),
        }
    )
