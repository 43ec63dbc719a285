"""The encoder's say: which candidates hold, as what, and what the frames have missed.

Rules, measured in docs/coding.md: a frame's event stands unless the encoder is sure that nothing holds; a weak
candidate (one side taken from the sentence, a judgement) needs the encoder's consent; a pair of sides for which no
frame fired becomes an event where the encoder is confident. A type is changed where the encoder is sure of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Span, Token

from detente.coding.candidates import Candidate
from detente.coding.cast import Cast, Mention
from detente.coding.frames import Frame, Lexicon
from detente.coding.modality import Setting, setting_of
from detente.encoder import Pair, RelationEncoder, Scores
from detente.ontology import plover_quad
from detente.reading import is_parsed, lemma, text_of

NONE = "NONE"
STRONG = 0.6
# Thresholds on calibrated probabilities.
DROP_WEAK = 0.85
RETYPE = 0.98
ADD = 0.85
MAX_SIDES = 4
RECIPROCAL = frozenset({"CONSULT", "COOPERATE", "AGREE"})
# Types that, found in both directions of one sentence, are one event of both: treaties signed and clashes as well.
MUTUAL = RECIPROCAL | {"SUPPORT", "ASSAULT"}


@dataclass(frozen=True, slots=True)
class Question:
    """A pair put to the encoder: sentence, source and target mentions."""

    sentence: Span
    source: Mention
    target: Mention


class Judge:
    """Decides over the candidates of one article with one batch of encoder scores."""

    def __init__(
        self,
        encoder: RelationEncoder,
        cast: Cast,
        lexicon: Lexicon,
        speaker_of: dict[int, Mention],
    ) -> None:
        self.encoder, self.cast, self.lexicon = encoder, cast, lexicon
        self.speaker_of = speaker_of
        self._text = text_of(cast.doc)
        self._scores: dict[tuple[int, int, int], Scores] = {}

    def decide(self, candidates: list[Candidate]) -> list[Candidate]:
        # A frame with both its actors stands by itself: asking costs a third of the time and changed nothing measured.
        questions = [q for c in candidates if c.strength < STRONG for q in self._questions_of(c)]
        pairs = self._open_pairs(candidates)
        self._ask([*questions, *pairs])
        kept = [c for c in candidates if self._judge(c)]
        return kept + self._missed(pairs, kept)

    # asking

    def _questions_of(self, candidate: Candidate) -> list[Question]:
        targets = candidate.targets or candidate.sources[1:]
        return [Question(candidate.sentence, s, t) for s in candidate.sources[:1] for t in targets[:1]]

    def _open_pairs(self, candidates: list[Candidate]) -> list[Question]:
        found: list[Question] = []
        by_sentence: dict[int, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            by_sentence[candidate.sentence.start].append(candidate)
        for sentence in self.cast.doc.sents:
            here = by_sentence[sentence.start]
            # A frame with both its actors explains the sentence: asking on found little and costs most.
            is_told = any(c.strength >= STRONG for c in here)
            if is_told or not is_parsed(sentence[0]) or not self._has_trigger(sentence):
                continue
            mentions = self._sides_in(sentence)
            taken = {(self._side(s), self._side(t)) for c in here for s in c.sources for t in (c.targets or c.sources)}
            found += [
                Question(sentence, a, b)
                for a in mentions
                for b in mentions
                if a is not b and self._may_act(a) and (self._side(a), self._side(b)) not in taken
            ]
        return found

    def _may_act(self, mention: Mention) -> bool:
        """Whether a mention stands where somebody who acts does: as a subject, or after the "by" of a passive."""
        if mention.form == "adjective":
            return False
        head = self.cast.doc[mention.head]
        while head.dep_ == "conj":
            head = head.head
        return head.dep_ == "nsubj" or (head.dep_ == "pobj" and head.head.dep_ == "agent")

    def _has_trigger(self, sentence: Span) -> bool:
        return any(
            t.pos_ in ("VERB", "NOUN", "ADJ")
            and (
                lemma(t) in self.lexicon.verbs or lemma(t) in self.lexicon.nouns or t.lower_ in self.lexicon.adjectives
            )
            for t in sentence
        )

    def _sides_in(self, sentence: Span) -> list[Mention]:
        """One mention for each country or body in the sentence, its speaker's included; the best-placed one of each."""
        best: dict[str, Mention] = {}
        for token in sentence:
            mention = self.cast.at(token)
            if mention is None or mention.actor < 0 or (mention.is_place and mention.kind == "place"):
                continue
            for one in self.cast.expand(mention):
                country = self.cast.country_of(one)
                if country and country not in ("NGO", "MNC", "IMG", "ISM") and _rank(one) > _rank(best.get(country)):
                    best[country] = one
        speaker = self.speaker_of.get(sentence.start)
        if speaker is not None and (country := self.cast.country_of(speaker)):
            best.setdefault(country, speaker)
        return list(best.values())[:MAX_SIDES]

    def _side(self, mention: Mention) -> str:
        actor = self.cast.actor_of(mention)
        return actor.country or actor.name

    def _ask(self, questions: Iterable[Question]) -> None:
        wanted: dict[tuple[int, int, int], Pair] = {}
        for question in questions:
            key = _key(question)
            if key not in wanted and (pair := self._pair(question)) is not None:
                wanted[key] = pair
        scores = self.encoder.score(list(wanted.values()))
        self._scores = {key: s for key, s in zip(wanted, scores, strict=True) if s.error is None}

    def _pair(self, question: Question) -> Pair | None:
        """The sentence with both spans; a party named elsewhere is put before it as its speaker."""
        doc = self.cast.doc
        sentence = question.sentence
        base = sentence.start_char
        text = self._text[base : sentence.end_char].rstrip()
        spans: list[tuple[int, int]] = []
        prefix = ""
        for mention in (question.source, question.target):
            if sentence.start <= mention.head < sentence.end:
                start, end = max(mention.start, sentence.start), min(mention.end, sentence.end)
                spans.append((doc[start].idx - base, doc[end - 1].idx + len(doc[end - 1]) - base))
            elif prefix:
                return None
            else:
                name = self.cast.actor_of(mention).name
                prefix = f"{name} said: "
                spans.append((-len(prefix), -len(prefix) + len(name)))
        moved = [(s + len(prefix), e + len(prefix)) for s, e in spans]
        (a, b), (c, d) = moved
        if a < d and c < b:
            return None
        return Pair(prefix + text, moved[0], moved[1])

    # deciding

    def scores_of(self, candidate: Candidate) -> Scores | None:
        return next((s for q in self._questions_of(candidate) if (s := self._scores.get(_key(q))) is not None), None)

    def _judge(self, candidate: Candidate) -> bool:
        scores = self.scores_of(candidate)
        if scores is None:
            candidate.probability = None
            return True
        none = scores.types[NONE]
        if none > DROP_WEAK:
            return False
        best, probability = _best_event(scores)
        if (
            best != candidate.event
            and probability > RETYPE
            and candidate.intended is None
            and _may_retype(candidate, best)
        ):
            candidate.event, candidate.mode, candidate.cameo = best, None, None
            candidate.decided_by_encoder = True
        candidate.probability = 1 - none
        return True

    def _missed(self, pairs: list[Question], kept: list[Candidate]) -> list[Candidate]:
        found: dict[tuple[int, str, str], Candidate] = {}
        for question in pairs:
            scores = self._scores.get(_key(question))
            if scores is None:
                continue
            best, probability = _best_event(scores)
            if probability < ADD or (best not in RECIPROCAL and self._coordinated(question)):
                continue
            source, target = self._side(question.source), self._side(question.target)
            reverse = found.get((question.sentence.start, target, source))
            if reverse is not None and reverse.event == best and best in MUTUAL:
                reverse.sources, reverse.targets = [*reverse.sources, question.source], []
                continue
            found[question.sentence.start, source, target] = self._made(question, best, probability, scores)
        return list(found.values())

    def _coordinated(self, question: Question) -> bool:
        """Whether both stand in one list ("Spain and Portugal asked"): what they do, they do together."""
        doc = self.cast.doc
        return any(t.i == question.target.head for t in doc[question.source.head].conjuncts)

    def _made(self, question: Question, event: str, probability: float, scores: Scores) -> Candidate:
        trigger = self._trigger(question, event)
        setting = setting_of(trigger)
        modality = max(scores.modality, key=lambda m: scores.modality[m])
        candidate = Candidate(Frame(f"encoder.{event.lower()}", event), event, trigger, [question.source],
                              [question.target], Setting(modality), strength=0.5)  # fmt: skip
        candidate.modality = setting.modality if setting.modality in ("negated", "denied") else modality
        candidate.decided_by_encoder = True
        candidate.probability = probability
        return candidate

    def _trigger(self, question: Question, event: str) -> Token:
        """The word that shows the event: one that a frame of its type knows, else of its quad, else the main verb."""
        quad = plover_quad(event)
        best, best_score = question.sentence.root, 0.0
        for token in question.sentence:
            if token.pos_ not in ("VERB", "NOUN", "ADJ") or self.cast.at(token) is not None:
                continue
            known = self._events_of(token)
            score = 2.0 if event in known else 1.0 if any(plover_quad(e) == quad for e in known) else 0.0
            if score:
                near = abs(token.i - question.source.head)
                score -= 0.01 * min(near, abs(token.i - question.target.head)) + 0.001 * near
            if score > best_score:
                best, best_score = token, score
        return best

    def _events_of(self, token: Token) -> set[str]:
        name = lemma(token)
        found = {f.event for _, f in self.lexicon.verbs.get(name, ())} if token.pos_ == "VERB" else set()
        return (
            found
            | {f.event for f in self.lexicon.nouns.get(name, ())}
            | {f.event for f in self.lexicon.adjectives.get(token.lower_, ())}
        )


def _key(question: Question) -> tuple[int, int, int]:
    return (
        question.sentence.start,
        question.source.head * 10 + question.source.actor % 10,
        question.target.head * 10 + question.target.actor % 10,
    )


def _rank(mention: Mention | None) -> int:
    if mention is None:
        return -1
    form = {"person": 4, "nominal": 4, "name": 3, "pronoun": 2, "adjective": 1}.get(mention.form, 0)
    return form - (2 if mention.is_place else 0)


def _best_event(scores: Scores) -> tuple[str, float]:
    name = max((t for t in scores.types if t != NONE), key=lambda t: scores.types[t])
    return name, scores.types[name]


def _may_retype(candidate: Candidate, event: str) -> bool:
    """A reciprocal event keeps a type that can be one; the frame's own done measures stay."""
    if candidate.frame.done or candidate.modality in ("negated", "denied"):
        return False
    return bool(candidate.targets) or event in RECIPROCAL or event in ("SUPPORT", "ASSAULT", "ACCUSE")
