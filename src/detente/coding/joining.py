"""Actors of an article as they gather: mentions joined under keys, and who speaks where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from detente.actors.gazetteer import Holder, entry_of, given_names
from detente.coding.anaphora import told_genders
from detente.coding.cast import Cast, CastActor, Mention
from detente.coding.offices import country_name, holder_in, holder_of_body, offices
from detente.coding.scene import Scene

QUOTES = frozenset(["“", "”", "„", "«", '"', "‘", "''", "``"])


@dataclass(frozen=True)
class Voice:
    """A stretch of attributed words and the token that heads its speaker."""

    start: int
    end: int
    speaker: int | None
    cue: int | None = None


class Joiner:
    """Actors by key, in text order; `voices` say whose words a token belongs to."""

    def __init__(self, cast: Cast, day: str, voices: Sequence[Voice] = ()) -> None:
        self.cast, self.day, self.doc = cast, day, cast.doc
        self.voices = voices
        self._by_key: dict[tuple[str, ...], CastActor] = {}
        self._order: list[Mention] = []
        self._last_words: set[str] = set()  # of names: "league" after "the Arab League"
        self._sentence_of = _sentence_numbers(cast)
        self._pending: list[Token] = []
        self._owned_by_speaker: list[Mention] = []
        self._genders = told_genders(cast)
        self.scene = Scene(cast, self._sentence_of)
        self._speakers = sorted({v.speaker for v in voices if v.speaker is not None})

    def _actor(self, key: tuple[str, ...], mention: Mention) -> CastActor:
        actor = self._by_key.get(key)
        if actor is None:
            actor = CastActor(len(self.cast.actors), mention.name, mention.kind, mention.country, mention.sectors,
                              mention.office, mention.resolved_by, members=mention.members)  # fmt: skip
            actor.kind = "place" if key[0] == "place" else actor.kind
            self.cast.actors.append(actor)
            self._by_key[key] = actor
        return actor

    def _join(self, mention: Mention, actor: CastActor) -> None:
        mention.actor = actor.index
        actor.mentions.append(mention)
        if mention.form == "person" and actor.gender is None:
            actor.gender = self._genders.get(mention.name) or given_names().get(mention.name.split()[0]) or None
        self._order.append(mention)
        if mention.form == "name" and mention.end - mention.start > 1:
            self._last_words.add(self.doc[mention.end - 1].lower_)
        if actor.country is None and mention.country is not None and not mention.bare:
            actor.country, actor.resolved_by = mention.country, mention.resolved_by
        if mention.form == "person" and (not actor.office or len(mention.office or "") > len(actor.office)):
            actor.office = mention.office or actor.office
            actor.sectors = mention.sectors or actor.sectors

    def _key(self, mention: Mention) -> tuple[str, ...]:
        if mention.form == "person":
            return ("person", mention.name)
        if mention.form in ("name", "adjective") and mention.resolved_by:
            if mention.kind == "place" or (mention.is_place and mention.name != country_name(mention.country or "")):
                return ("place", mention.name)
            return ("entry", mention.resolved_by)
        if mention.resolved_by == f"holders:{mention.country}/{mention.office}/{mention.name}":
            return ("person", mention.name)  # the holder was looked up before
        by = mention.resolved_by or ""
        is_national = not by.startswith(("subnational:", "regions:", "groups:")) and not _is_partys(mention, self.day)
        is_held = mention.country and is_national and not mention.is_former | mention.is_plural
        if is_held and (mention.role in offices() or (mention.resolved_by or "").startswith("bodies:")):
            holder = self._holder(mention)
            if holder is not None:
                mention.name, mention.office, mention.kind = holder.name, holder.office, "person"
                mention.resolved_by = f"holders:{holder.country}/{holder.office}/{holder.name}"
                return ("person", holder.name)
        return ("nominal", mention.role or mention.name, mention.country or "", str(mention.is_former))

    def _holder(self, mention: Mention) -> Holder | None:
        by = mention.resolved_by or ""
        if by.startswith("bodies:"):
            return holder_of_body(mention.role, by, self.day)
        return holder_in(mention.role, mention.country or "", self.day)

    def _anaphor(self, token: Token, actor: CastActor, width: int) -> None:
        start = token.left_edge.i if width else token.i
        mention = Mention(start, token.i + 1, token.i, "pronoun", actor.name, actor.kind, actor.country,
                          actor.sectors, actor.office, "coreference")  # fmt: skip
        self._join(mention, actor)
        self.cast.add(mention)

    def _state(self, country: str) -> CastActor:
        key = ("entry", f"countries:{country}")
        name = country_name(country)
        return self._actor(key, Mention(0, 0, -1, "name", name, "state", country, (), None, f"countries:{country}"))

    def _actor_before(self, token: Token) -> int | None:
        mention = self.cast.at(token)
        return mention.actor if mention is not None and mention.actor >= 0 else None

    def _speaker_at(self, index: int) -> CastActor | None:
        for voice in self.voices:
            if voice.start <= index < voice.end and voice.speaker is not None:
                mention = self.cast.covering(voice.speaker)
                if mention is not None and mention.actor >= 0:
                    return self.cast.actors[mention.actor]
        return None

    def _quoting(self, index: int) -> CastActor | None:
        """Who speaks the direct quotation around the token, also where the name comes after it and is known already."""
        for voice in self.voices:
            if voice.start <= index < voice.end and voice.speaker is not None and self._is_quoted(voice):
                mention = self.cast.covering(voice.speaker)
                if mention is None:
                    return None
                if mention.actor >= 0:
                    return self.cast.actors[mention.actor]
                return self._by_key.get(self._key(mention)) if not mention.bare else None
        return None

    def _is_quoted(self, voice: Voice) -> bool:
        return any(t.orth_ in QUOTES for t in self.doc[max(voice.start - 1, 0) : voice.start + 1])


def _is_partys(mention: Mention, day: str) -> bool:
    """Whether a leader is a party's ("the Ennahda leader"), whose state has another."""
    entry = entry_of(mention.resolved_by, day) if mention.role == "leader" else None
    return entry is not None and entry.acts_for_itself


def _sentence_numbers(cast: Cast) -> list[int]:
    starts = cast.doc.to_array(["SENT_START"]).ravel().astype("int64") == 1
    starts[:1] = True
    numbers: list[int] = (starts.cumsum() - 1).tolist()
    return numbers
