"""The coder: an article in, its record out. A `Coder` serves any number of articles and keeps no state between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from spacy.tokens import Doc, Token
from spacy.tokens import Span as TokenSpan

from detente.about import __version__
from detente.actors.gazetteer import gazetteer
from detente.coding import assembly
from detente.coding.assessments import find_assessments
from detente.coding.attribution import Attribution, find_attributions
from detente.coding.candidates import Candidate, CandidateFinder
from detente.coding.cast import Cast, Mention
from detente.coding.coreference import Resolver, Voice
from detente.coding.dates import TimeWords, find_dates
from detente.coding.frames import lexicon
from detente.coding.links import find_links
from detente.coding.mentions import MentionFinder
from detente.coding.modality import Setting
from detente.coding.speech import ALLEGE, Naming, Words, act_of, addressed, judgements, namings, unnamed
from detente.coding.typing import settle, specify
from detente.errors import UnreadableText
from detente.ontology import plover_quad
from detente.reading import is_parsed, read
from detente.records import (
    Actor,
    Article,
    Assessment,
    CodedArticle,
    Event,
    Link,
    Rejection,
    Span,
    Statement,
)

if TYPE_CHECKING:
    from detente.coding.meaning import Judge

_SPEECH = re.compile(r"[\"“”„«‘]|\b(?:said|says|told|according|warned|added|statement)\b")
_SURROGATE = re.compile("[\ud800-\udfff]")
SPEECH_TYPES = frozenset({"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SUPPORT", "AGREE"})
CONFIDENCE_FRAME, CONFIDENCE_NOUN, CONFIDENCE_SPEECH, CONFIDENCE_WEAK = 0.72, 0.6, 0.5, 0.35


def can_hold_event(text: str) -> bool:
    """Whether a line is worth parsing: it names an actor or reports speech."""
    return gazetteer().mentions_any(text) or _SPEECH.search(text) is not None


class Desk:
    """Everything known of one article while it is coded."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.published: date | None = article.published.date() if article.published else None
        self.day = self.published.isoformat() if self.published else ""
        self.doc: Doc = read(article.text, can_hold_event)
        self.times: list[TimeWords] = find_dates(article.text, self.published)
        self.attributions: list[Attribution] = self._attributions()
        self.cast: Cast = self._cast()
        self.region_of = self._regions()
        self.statements: list[int] = []
        self.rejections: list[Rejection] = []

    def _cast(self) -> Cast:
        finder = MentionFinder(self.doc, self.day)
        cast = finder.find()
        for attribution in self.attributions:
            if attribution.speaker_head is not None:
                finder.ensure(attribution.speaker_head, attribution.speaker)
        voices = [
            Voice(*self._tokens(start, end), attribution.speaker_head)
            for attribution in sorted(self.attributions, key=lambda a: sum(e - s for s, e in a.content))
            for start, end in attribution.content
        ]
        Resolver(cast, self.day, voices).resolve()
        return cast

    def _attributions(self) -> list[Attribution]:
        """Attributions with words of their own: a time alone ("called on Tuesday") is nobody's statement."""
        found = find_attributions(self.doc)
        spans = {(t.start, t.end) for t in self.times}
        kept = [n for n, a in enumerate(found) if not all(self._is_time(span, spans) for span in a.content)]
        number = {old: new for new, old in enumerate(kept)}
        return [
            replace(found[n], parent=None if (parent := found[n].parent) is None else number.get(parent)) for n in kept
        ]

    def _is_time(self, span: tuple[int, int], times: set[tuple[int, int]]) -> bool:
        text = self.article.text[slice(*span)]
        return any(s <= span[0] + 4 and span[1] <= e for s, e in times) and len(text) < 30

    def _tokens(self, start: int, end: int) -> tuple[int, int]:
        span = self.doc.char_span(start, end, alignment_mode="expand")
        return (span.start, span.end) if span is not None else (0, 0)

    def _regions(self) -> list[int]:
        """For each token the innermost attribution whose content holds it, -1 for the author's words."""
        region = [-1] * len(self.doc)
        order = sorted(
            range(len(self.attributions)), key=lambda i: -sum(e - s for s, e in self.attributions[i].content)
        )
        for index in order:
            if self.attributions[index].cue_class != "report":
                continue
            for start, end in self.attributions[index].content:
                for i in range(*self._tokens(start, end)):
                    region[i] = index
        return region

    def speaker(self, attribution: int) -> Mention | None:
        head = self.attributions[attribution].speaker_head
        mention = self.cast.covering(head) if head is not None else None
        return mention if mention is not None and mention.actor >= 0 else None

    def content_tokens(self, attribution: int) -> tuple[tuple[int, int], ...]:
        return tuple(self._tokens(s, e) for s, e in self.attributions[attribution].content)

    def speakers_by_sentence(self) -> dict[int, Mention]:
        """For each sentence that is wholly somebody's words, who speaks; by the sentence's first token."""
        found = {}
        for sentence in self.doc.sents:
            region = self.region_of[sentence.start] if len(sentence) else -1
            if region < 0 and len(sentence) > 1:
                region = self.region_of[sentence.start + 1]
            speaker = self.speaker(region) if region >= 0 else None
            if speaker is not None and not sentence.start <= speaker.head < sentence.end:
                found[sentence.start] = speaker
        return found

    def cue_tokens(self, attribution: int, sentence: TokenSpan) -> list[Token]:
        """The cue's tokens where it stands in this sentence: with them an act of speech is shown."""
        cue = self.attributions[attribution].cue
        start, end = self._tokens(*cue) if cue is not None else (0, 0)
        return [self.doc[i] for i in range(start, end) if sentence.start <= i < sentence.end]

    def cue_statement(self, index: int) -> int | None:
        """The attribution whose cue covers this token."""
        at = self.doc[index].idx
        for number, attribution in enumerate(self.attributions):
            if attribution.cue is not None and attribution.cue[0] <= at < attribution.cue[1]:
                return number
        return None


class Coder:
    """Codes articles. `encoder=False` leaves all decisions to the frames."""

    def __init__(self, encoder: bool = True) -> None:
        self.uses_encoder = encoder
        self._lexicon = lexicon()

    @property
    def version(self) -> str:
        """Version under which the store keeps what this coder says: package and encoder weights."""
        if not self.uses_encoder:
            return f"{__version__}-frames"
        return f"{__version__}+{self._encoder_version()}"

    def code(
        self, text: str, *, published: date | datetime | str | None = None, title: str | None = None
    ) -> CodedArticle:
        """The record of one text, which is not changed; `published` anchors "Thursday" and "last week"."""
        if _SURROGATE.search(text):
            raise UnreadableText("the text holds lone surrogates; decode it as UTF-8 with errors='replace'")
        return self.code_article(Article.of(text, published=_moment(published), title=title, language="en"))

    def stream(self, articles: Iterable[Article | str]) -> Iterator[CodedArticle]:
        """Records in the order of the articles; one that cannot be coded gives a record with its rejection."""
        for item in articles:
            if isinstance(item, str) and _SURROGATE.search(item):
                article = Article.of(_SURROGATE.sub("\ufffd", item))
                yield CodedArticle(article=article, rejections=(Rejection(reason="undecodable"),))
                continue
            article = Article.of(item) if isinstance(item, str) else item
            try:
                yield self.code_article(article)
            except Exception as error:
                reason = Rejection(reason="coder_failed", detail=f"{type(error).__name__}: {error}")
                yield CodedArticle(article=article, rejections=(reason,))

    def code_article(self, article: Article) -> CodedArticle:
        if not article.text.strip():
            return CodedArticle(article=article, rejections=(Rejection(reason="empty"),))
        desk = Desk(article)
        drafts = self._drafts(desk)
        return _record(desk, drafts)

    def _drafts(self, desk: Desk) -> list[assembly.Draft]:
        finder = CandidateFinder(desk.doc, desk.cast, self._lexicon)
        candidates = [c for c in finder.find() if settle(c)]
        for candidate in candidates:
            told = finder.told_of(candidate) if candidate.event in SPEECH_TYPES else None
            if told is not None:
                specify(candidate, told.event, told.mode)
        candidates = _with_speakers(_without_shells(candidates), desk)
        candidates += _speech_acts(candidates, desk)
        candidates = [c for c in candidates if _is_relation(c, desk.cast)]
        if self.uses_encoder:
            candidates = self._judge(desk).decide(candidates)
        candidates.sort(key=lambda c: c.trigger.i)
        for frame, token in finder.without_target:
            span = assembly.span_of(desk.doc, token.i, token.i + 1)
            desk.rejections.append(Rejection(reason="no_actor_pair", evidence=span, detail=frame.id))
        drafts = [_draft(c, desk) for c in candidates]
        if self.uses_encoder:
            version = self._encoder_version()
            for draft in drafts:
                draft.encoder = version if draft.candidate.probability is not None else None
        return assembly.join(drafts, desk.cast)

    def _encoder_version(self) -> str:
        from detente.encoder import load_encoder

        return load_encoder().meta.version

    def _judge(self, desk: Desk) -> Judge:
        from detente.coding.meaning import Judge
        from detente.encoder import load_encoder

        return Judge(load_encoder(), desk.cast, self._lexicon, desk.speakers_by_sentence())


def _moment(published: date | datetime | str | None) -> datetime | None:
    if published is None or isinstance(published, datetime):
        return published
    if isinstance(published, str):
        return datetime.fromisoformat(published)
    return datetime(published.year, published.month, published.day)


def _is_relation(candidate: Candidate, cast: Cast) -> bool:
    """Whether two different sides are there; a state and somebody of its own are, an actor and itself are not."""
    sources, targets = assembly.sides(cast, candidate.sources), assembly.sides(cast, candidate.targets)
    if not candidate.targets:
        return len(sources) >= 2
    if not sources or targets - sources:
        return bool(sources)
    if candidate.event == "CONSULT":
        return False
    return all(t.kind in ("person", "group") and cast.actor_of(t).kind != "state" for t in candidate.targets)


def _without_shells(candidates: list[Candidate]) -> list[Candidate]:
    """Drop a promise whose content is an event of its own ("promised to send": the sending, promised, is the event)."""
    told = {
        (c.setting.matrix.i, c.event)
        for c in candidates
        if c.setting.control in ("promise", "threat") and c.setting.matrix is not None and c.intended is not None
    }
    matrices = {matrix for matrix, _ in told}
    return [c for c in candidates if not (c.trigger.i in matrices and c.event in ("AGREE", "THREATEN"))]


def _with_speakers(candidates: list[Candidate], desk: Desk) -> list[Candidate]:
    """Give the acts that only a speaker can do ("he would pay a price") their speaker, or drop them."""
    kept = []
    for candidate in candidates:
        if candidate.by_speaker:
            region = desk.region_of[candidate.trigger.i]
            speaker = desk.speaker(region) if region >= 0 else None
            if speaker is None or any(t.actor == speaker.actor for t in candidate.targets):
                continue
            candidate.sources, candidate.modality = [speaker], "actual"
        kept.append(candidate)
    return kept


def _speech_acts(candidates: list[Candidate], desk: Desk) -> list[Candidate]:
    """Judgements in what is said, and accusations that lie in telling another side's hostile act."""
    found: list[Candidate] = []
    for number, attribution in enumerate(desk.attributions):
        speaker = desk.speaker(number)
        if speaker is None or attribution.cue_class != "report":
            continue
        said = Words(
            speaker,
            tuple(i for s, e in desk.content_tokens(number) for i in range(s, e) if desk.region_of[i] == number),
        )
        other = _other_side(number, speaker, desk)
        acts = judgements(said, desk.cast) + addressed(said, desk.cast, other)
        acts += unnamed(said, desk.cast, other) if not acts else []
        for act in acts:
            act.extra = desk.cue_tokens(number, act.sentence)
        found += [c for c in acts if not _is_told(c, [*candidates, *found], desk.cast)]
    found += _namings([*candidates, *found], desk)
    for candidate in candidates:
        region = desk.region_of[candidate.trigger.i]
        if (
            region < 0
            or plover_quad(candidate.event) != 4
            or candidate.modality in ("negated", "denied", "conditional")
        ):
            continue
        speaker = desk.speaker(region)
        if speaker is None or not desk.cast.country_of(speaker):
            continue
        side = assembly.sides(desk.cast, [speaker])
        if side & assembly.sides(desk.cast, candidate.sources):
            continue
        if candidate.modality == "actual":
            candidate.modality = "alleged" if side & assembly.sides(desk.cast, candidate.targets) else "actual"
        accusation = Candidate(ALLEGE, "ACCUSE", candidate.trigger, [speaker], candidate.sources, Setting(),
                               mode="allege", cameo="112", strength=0.5)  # fmt: skip
        if not _is_told(accusation, [*candidates, *found], desk.cast):
            found.append(accusation)
    return found


def _namings(candidates: list[Candidate], desk: Desk) -> list[Candidate]:
    """What is called a mistake or a friend, where no frame has said so; "it" is what the other side has just done."""
    found: list[Candidate] = []
    taken = {c.trigger.i for c in candidates}
    for naming in namings(desk.cast):
        side = assembly.sides(desk.cast, [naming.speaker])
        other = naming.other
        if other is None or assembly.sides(desk.cast, [other]) & side:
            other = _last_doer(naming, candidates, desk)
            if other is None and naming.frame.event == "ACCUSE":  # praise without a name may be of one's own deeds
                other = _other_side_before(naming.verb.i, naming.speaker, desk)
        if other is None or naming.verb.i in taken:
            continue
        act = act_of(naming, other)
        if not _is_told(act, [*candidates, *found], desk.cast):
            found.append(act)
    return found


def _last_doer(naming: Naming, candidates: list[Candidate], desk: Desk) -> Mention | None:
    """Who did the last act that was told before, in this sentence or the one before it, if it is another side."""
    side = assembly.sides(desk.cast, [naming.speaker])
    start = naming.verb.sent.start
    first = desk.doc[start - 1].sent.start if start else 0
    before = [c for c in candidates if first <= c.trigger.i < naming.verb.i and c.sources]
    for candidate in sorted(before, key=lambda c: -c.trigger.i):
        if not assembly.sides(desk.cast, candidate.sources) & side:
            return candidate.sources[0]
    return None


def _other_side(number: int, speaker: Mention, desk: Desk) -> Mention | None:
    """The state that a statement's speaker has to do with."""
    start = desk.attributions[number].content[0][0]
    span = desk.doc.char_span(start, start + 1, alignment_mode="expand")
    return _other_side_before(span.start, speaker, desk) if span is not None else None


def _other_side_before(index: int, speaker: Mention, desk: Desk) -> Mention | None:
    """The last state named before a token, in two sentences, that is not the speaker's own."""
    side = assembly.sides(desk.cast, [speaker])
    first = desk.doc[max(desk.doc[index].sent.start - 60, 0)].i
    for mention in reversed([m for m in desk.cast.mentions if first <= m.head < index and m.actor >= 0]):
        country = desk.cast.country_of(mention)
        if country and country not in side and not mention.is_place and mention.form != "adjective":
            return mention
    return None


def _is_told(candidate: Candidate, others: list[Candidate], cast: Cast) -> bool:
    """Whether the same sentence already holds a verbal act of this source towards this target."""
    for other in others:
        if (
            other is not candidate
            and other.event in SPEECH_TYPES
            and other.sentence.start == candidate.sentence.start
            and (other.sources[0].actor == candidate.sources[0].actor or abs(other.trigger.i - candidate.trigger.i) < 8)
            and assembly.sides(cast, other.sources) & assembly.sides(cast, candidate.sources)
            and assembly.sides(cast, other.targets) & assembly.sides(cast, candidate.targets)
        ):
            return True
    return False


def _draft(candidate: Candidate, desk: Desk) -> assembly.Draft:
    region = desk.region_of[candidate.trigger.i]
    if candidate.frame.id.startswith("speech."):
        when = _statement_date(desk, desk.attributions[region]) if region >= 0 else None
    else:
        when = assembly.pick_date(candidate, desk.times, desk.region_of)
    modality = candidate.modality
    if when is not None and modality == "future":
        when = assembly.coming(when, desk.published)
    if modality == "actual" and when is not None and assembly.is_long_past(when.date, desk.published):
        modality = "historical"
    cue = desk.cue_statement(candidate.trigger.i)
    statement = cue if cue is not None else desk.region_of[candidate.trigger.i]
    confidence = CONFIDENCE_FRAME if candidate.trigger.pos_ == "VERB" else CONFIDENCE_NOUN
    if candidate.strength <= 0.5:
        confidence = CONFIDENCE_SPEECH if candidate.strength > 0.4 else CONFIDENCE_WEAK
    if candidate.probability is not None:
        confidence = candidate.probability if candidate.decided_by_encoder else (confidence + candidate.probability) / 2
    return assembly.Draft(candidate, [], statement if statement >= 0 else None, when, modality, confidence)


# the record


def _record(desk: Desk, drafts: list[assembly.Draft]) -> CodedArticle:
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
    when = _statement_date(desk, attribution)
    ranges = desk.content_tokens(number)
    about = {
        actor_ids[m.actor]
        for m in desk.cast.mentions
        if m.actor in actor_ids
        and any(s <= m.head < e for s, e in ranges)
        and (speaker is None or m.actor != speaker.actor)
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


def _statement_date(desk: Desk, attribution: Attribution) -> TimeWords | None:
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


def parsed_tokens(doc: Doc) -> int:
    """How many tokens went through the parser: the gate's measure."""
    return sum(is_parsed(t) for t in doc)
