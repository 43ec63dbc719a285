"""Pronouns to actors: by gender and number, the clause that they stand in, who speaks, and distance."""

from __future__ import annotations

from itertools import takewhile

from spacy.tokens import Token

from detente.coding.anaphora import (
    HE,
    REFLEXIVE,
    SHE,
    SPEAKER_PRONOUNS,
    SPEAKER_SIDE,
    SUBJECTS,
    co_arguments,
    doer_of,
    fits,
    is_thing,
)
from detente.coding.cast import CastActor, Mention
from detente.coding.joining import Joiner
from detente.coding.scene import NO_STATES

BODIES_BY_CODE = {"EUR": "bodies:EU", "UNO": "bodies:UN"}


class PronounResolver(Joiner):
    """Finds whom a pronoun means among the actors gathered so far."""

    def _pronoun(self, token: Token) -> None:
        if self.cast.at(token) is not None:
            return
        word = token.lower_
        if word in SPEAKER_PRONOUNS | SPEAKER_SIDE:
            self._pending.append(token)
            return
        actor = self._antecedent(token)
        if actor is not None:
            self._anaphor(token, actor, 0)
            if word in HE | SHE:
                actor.gender = actor.gender or ("m" if word in HE else "f")

    def _antecedent(self, token: Token) -> CastActor | None:
        word = token.lower_
        if word in REFLEXIVE:
            return self._self(token)
        if word == "it" and is_thing(token):
            return None
        others = self._other_actors(token)
        if token.i in self._speakers:
            told = self._told_of(token.i)
            previous = self._speaker_before(token)
            is_free = previous is not None and previous.index not in others | told
            if previous is not None and is_free and fits(previous, previous.mentions[-1], word):
                return previous
            found = self._nearest(token, others | told) if told else None
            if found is not None:
                return found
        return self._nearest(token, others)

    def _nearest(self, token: Token, others: set[int]) -> CastActor | None:
        """The actor that fits best among those of the last sentences: subjects and persons first, by distance."""
        word, here = token.lower_, self._sentence_of[token.i]
        best, best_score = None, -3.0
        for earlier in reversed(self._order):
            distance = here - self._sentence_of[earlier.head]
            if distance > 3:
                break
            actor = self.cast.actors[earlier.actor]
            if not fits(actor, earlier, word) or actor.index in others:
                continue
            score = self._nearness(token, earlier, distance)
            if score > best_score:
                best, best_score = actor, score
        return best

    def _nearness(self, token: Token, earlier: Mention, distance: int) -> float:
        head = self.doc[earlier.head]
        is_subject = head.dep_ in SUBJECTS
        is_embedded = is_subject and head.head.dep_ in ("xcomp", "ccomp", "relcl", "acl", "pcomp")
        score = (
            -1.5 * distance + (0.6 if is_embedded else 1.2 if is_subject else 0.0) - 0.002 * (token.i - earlier.head)
        )
        score -= 1.2 if distance and self._is_source(earlier) else 0.0
        score += 0.3 if head.dep_ == "poss" and token.lower_ in HE | SHE else 0.0
        score += 0.5 if earlier.form == "person" else -0.6 if earlier.form == "adjective" else 0.0
        return score + (0.8 if distance == 1 and is_subject and self._sentence_start(token) else 0.0)

    def _is_source(self, mention: Mention) -> bool:
        """Whether somebody unnamed closes a sentence as its source ("..., a friend said"), seldom spoken of again."""
        if mention.form != "nominal" or mention.head not in self._speakers:
            return False
        is_unnamed = self.doc[mention.start].lower_ in ("a", "an")
        return is_unnamed and any(v.speaker == mention.head and v.end <= mention.head for v in self.voices)

    def _self(self, token: Token) -> CastActor | None:
        verb = next((t for t in token.ancestors if t.pos_ in ("VERB", "AUX")), None)
        doer = doer_of(verb) if verb is not None else None
        mention = self.cast.covering(doer.i) if doer is not None else None
        actor = self.cast.actors[mention.actor] if mention is not None and mention.actor >= 0 else None
        return actor if mention is not None and actor is not None and fits(actor, mention, token.lower_) else None

    def _other_actors(self, token: Token) -> set[int]:
        """Actors that a third person cannot be: arguments of its clause, and who speaks the quotation that it is in."""
        found = {self._actor_before(head) for head in co_arguments(token)}
        found |= {v.index for v in [self._quoting(token.i)] if v is not None}
        return {index for index in found if index is not None}

    def _speaker_before(self, token: Token) -> CastActor | None:
        """Who spoke last, where a pronoun speaks on in the same or the next two sentences ("He added")."""
        for index in reversed([s for s in self._speakers if s < token.i]):
            if self._sentence_of[token.i] - self._sentence_of[index] > 2:
                return None
            mention = self.cast.covering(index)
            if mention is not None and mention.actor >= 0:
                actor = self.cast.actors[mention.actor]
                is_left = self._is_left(token, index, actor) or self._is_replaced(token, index, actor)
                return None if is_left else actor
        return None

    def _is_left(self, token: Token, speaker: int, actor: CastActor) -> bool:
        """Whether another that the pronoun fits is the subject of a sentence since that speaker's."""
        for earlier in reversed(self._order):
            if self._sentence_of[earlier.head] <= self._sentence_of[speaker]:
                return False
            other = self.cast.actors[earlier.actor]
            is_subject = self.doc[earlier.head].dep_ in SUBJECTS and self._quoting(earlier.head) is None
            if is_subject and other is not actor and fits(other, earlier, token.lower_):
                is_beside = self._sentence_of[earlier.head] == self._sentence_of[token.i]
                return not is_beside or not self._is_told_by(token.i, earlier.head)
        return False

    def _is_replaced(self, token: Token, speaker: int, actor: CastActor) -> bool:
        """Whether a sentence between tells, outside quotations, of one other person and not of who spoke."""
        here = self._sentence_of[token.i]
        if here - self._sentence_of[speaker] != 2:
            return False
        between = [m for m in self._order if self._sentence_of[m.head] == here - 1 and self._quoting(m.head) is None]
        others = {m.actor for m in between if m.form == "person" and fits(self.cast.actors[m.actor], m, token.lower_)}
        return len(others) == 1 and all(m.actor != actor.index for m in between)

    def _is_told_by(self, speaker: int, index: int) -> bool:
        """Whether a token is among the words of who speaks at another token."""
        return any(v.speaker == speaker and v.start <= index < v.end for v in self.voices)

    def _told_of(self, speaker: int) -> set[int]:
        """Actors named in what somebody says: "Kim would stop, he said" is not Kim's word."""
        told = [(v.start, v.end) for v in self.voices if v.speaker == speaker and v.start < speaker]
        first = min((start for start, _ in told), default=speaker)
        recent = takewhile(lambda m: m.head >= first, reversed(self._order))
        named = [m for m in recent if m.form in ("person", "name")]
        return {m.actor for m in named if any(start <= m.head < end for start, end in told)}

    def _sentence_start(self, token: Token) -> bool:
        return token.dep_ in SUBJECTS and token.i - token.sent.start <= 3

    def _first_person(self, token: Token) -> None:
        if self.cast.at(token) is not None:
            return
        speaker = self._speaker_at(token.i)
        if speaker is None:
            return
        if token.lower_ in SPEAKER_PRONOUNS:
            self._anaphor(token, speaker, 0)
        else:
            self._anaphor(token, self._side_of(speaker), 0 if token.lower_ in SPEAKER_SIDE else 1)

    def _side_of(self, speaker: CastActor) -> CastActor:
        """For whom somebody says "we": the state, the EU or UN where the article names it, else whoever speaks."""
        if speaker.country in NO_STATES:
            return self._by_key.get(("entry", BODIES_BY_CODE.get(speaker.country or "", "")), speaker)
        return self._state(speaker.country) if speaker.country else speaker
