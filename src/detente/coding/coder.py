"""The coder: an article in, its record out. A `Coder` serves any number of articles and keeps no state between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from detente.about import __version__
from detente.coding import assembly
from detente.coding.candidates import TOLD, Candidate, CandidateFinder
from detente.coding.cast import Cast, Mention
from detente.coding.deeds import FORCEFUL, doers_of, kind_of, take_up
from detente.coding.desk import Desk
from detente.coding.frames import lexicon
from detente.coding.modality import Setting, may_be_meant
from detente.coding.record import build_record, statement_date
from detente.coding.speech import ALLEGE, Naming, Words, act_of, addressed, judgements, namings, things_named, unnamed
from detente.coding.typing import settle, specify, turn
from detente.errors import UnreadableText
from detente.ontology import plover_quad
from detente.records import (
    Article,
    CodedArticle,
    Rejection,
)

if TYPE_CHECKING:
    from detente.coding.meaning import Judge

# The batches of one article are small: a second thread costs a seventh more processor time and saves none on the clock.
CODER_THREADS = 1
_SURROGATE = re.compile("[\ud800-\udfff]")
SPEECH_TYPES = frozenset({"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SUPPORT", "AGREE"})
CONFIDENCE_FRAME, CONFIDENCE_NOUN, CONFIDENCE_SPEECH, CONFIDENCE_WEAK = 0.72, 0.6, 0.5, 0.35


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
        return build_record(desk, drafts)

    def _drafts(self, desk: Desk) -> list[assembly.Draft]:
        finder = CandidateFinder(desk.doc, desk.cast, self._lexicon)
        found = finder.find()
        half_told = finder.half_told()
        candidates = [c for c in take_up(found, half_told, finder) if settle(c)]
        for candidate in candidates:
            told = finder.told_of(candidate) if candidate.event in SPEECH_TYPES else None
            if told is not None:
                specify(candidate, told.event, told.mode)
        _threats_in_words(candidates, desk)
        candidates = _with_speakers(_without_shells(candidates, desk.cast), desk)
        candidates += _speech_acts(candidates, half_told, desk)
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

        return load_encoder(CODER_THREADS).meta.version

    def _judge(self, desk: Desk) -> Judge:
        from detente.coding.meaning import Judge
        from detente.encoder import load_encoder

        return Judge(load_encoder(CODER_THREADS), desk.cast, self._lexicon, desk.speakers_by_sentence())


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


def _without_shells(candidates: list[Candidate], cast: Cast) -> list[Candidate]:
    """Drop a promise whose content is an event of its own ("promised to send": the sending, promised, is the event)."""
    told = {
        (c.setting.matrix.i, c.event)
        for c in candidates
        if c.setting.control in ("promise", "threat")
        and c.setting.matrix is not None
        and (c.intended is not None or plover_quad(c.event) == 4)
    }
    matrices = {matrix for matrix, _ in told}
    kept = [c for c in candidates if not (c.trigger.i in matrices and c.event in ("AGREE", "THREATEN"))]
    return [c for c in kept if not any(_is_within(c, other, cast) or _is_vaguer(c, other, cast) for other in kept)]


def _is_refusal_of(one: Candidate, other: Candidate) -> bool:
    matrix = other.setting.matrix
    is_under = other.setting.control == "refuse" and matrix is not None and matrix.i == one.trigger.i
    return is_under and one.event == other.event == "REJECT"


def _is_within(inner: Candidate, outer: Candidate, cast: Cast) -> bool:
    """Whether what is refused is told by the refusal already ("refused to cooperate with Chad")."""
    return _is_refusal_of(outer, inner) and assembly.sides(cast, outer.targets) == assembly.sides(cast, inner.targets)


def _is_vaguer(outer: Candidate, inner: Candidate, cast: Cast) -> bool:
    """Whether a refusal names no state where what is refused does ("refused to take in refugees from Chad")."""
    if not _is_refusal_of(outer, inner) or any(cast.country_of(t) for t in outer.targets):
        return False
    return any(cast.country_of(t) for t in inner.targets)


def _threats_in_words(candidates: list[Candidate], desk: Desk) -> None:
    """What a side says that it might do to another is a threat, tied to a condition or not (codebook, rule 8)."""
    for candidate in candidates:
        region = desk.region_of[candidate.trigger.i]
        speaker = desk.speaker(region) if region >= 0 else None
        if speaker is None or candidate.modality != "conditional" or plover_quad(candidate.event) != 4:
            continue
        is_own = assembly.sides(desk.cast, [speaker]) <= assembly.sides(desk.cast, candidate.sources)
        if is_own and may_be_meant(candidate.trigger):
            turn(candidate, "THREATEN", "actual")


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


def _speech_acts(candidates: list[Candidate], half_told: list[Candidate], desk: Desk) -> list[Candidate]:
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
    found += _namings([*candidates, *found], half_told, desk)
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


def _namings(candidates: list[Candidate], half_told: list[Candidate], desk: Desk) -> list[Candidate]:
    """What is called a mistake or a friend, where no frame has said so; "it" is what the other side has just done."""
    found: list[Candidate] = []
    taken = {c.trigger.i for c in candidates}
    for naming in namings(desk.cast):
        if naming.verb.i in taken:
            continue
        act = act_of(naming, [])
        act.targets = _named(naming, act, [*candidates, *half_told], desk)
        if act.targets and not _is_told(act, [*candidates, *found], desk.cast):
            found.append(act)
    return found


def _named(naming: Naming, act: Candidate, told: list[Candidate], desk: Desk) -> list[Mention]:
    """Whose deed is named: the text's word, else who did what was told before, else the other side named last."""
    if naming.other is not None and not assembly.sides(desk.cast, [naming.other]) & assembly.sides(
        desk.cast, [naming.speaker]
    ):
        return [naming.other]
    things = things_named(naming)
    doers = doers_of(things, act, told, desk.cast)
    if doers:
        act.takes_up, act.strength = True, TOLD
        return doers
    if any(kind_of(thing, naming.verb, act.event) in FORCEFUL for thing in things):
        return []  # an attack by nobody who is known
    other = _last_doer(naming, [c for c in told if c.targets], desk)
    if other is None and naming.frame.event == "ACCUSE":  # praise without a name may be of one's own deeds
        other = _other_side_before(naming.verb.i, naming.speaker, desk)
    return [other] if other is not None else []


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
        when = statement_date(desk, desk.attributions[region]) if region >= 0 else None
    else:
        when = assembly.pick_date(candidate, desk.times, desk.region_of)
    modality = candidate.modality
    is_ahead = when is not None and candidate.frame.ahead and when.start > candidate.trigger.idx
    if when is not None and (modality == "future" or is_ahead):
        when = assembly.coming(when, desk.published)
    elif modality in ("actual", "alleged") and when is not None and assembly.is_to_come(when.date, desk.published):
        when = None  # "banned imports from 2027": what is done is not done then
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
