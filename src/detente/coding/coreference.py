"""Mentions to actors: names join by table entry, nominals by role and country, pronouns by where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from detente.actors.gazetteer import Holder, entry_of, given_names
from detente.coding.anaphora import (
    BODY_NOUNS,
    COUNTRY_NOUNS,
    HE,
    PAIR_NOUNS,
    PRONOUNS,
    REFLEXIVE,
    SHE,
    SPEAKER_PRONOUNS,
    SPEAKER_SIDE,
    SUBJECTS,
    can_be_called,
    can_describe,
    co_arguments,
    doer_of,
    fits,
    is_expletive,
    is_thing,
    told_genders,
)
from detente.coding.cast import Cast, CastActor, Mention
from detente.coding.nouns import SELF_STANDING
from detente.coding.offices import country_name, holder_beside, holder_in, offices, one_country
from detente.coding.scene import Scene
from detente.coding.words import words
from detente.reading import lemma


QUOTES = frozenset(["“", "”", "„", "«", '"', "‘", "''", "``"])


@dataclass(frozen=True)
class Voice:
    """A stretch of attributed words and the token that heads its speaker."""

    start: int
    end: int
    speaker: int | None
    cue: int | None = None


class Resolver:
    """Joins the mentions of a Cast into actors, in text order; `voices` say whose words a token belongs to."""

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

    def resolve(self) -> None:
        by_head = {m.head: m for m in self.cast.mentions}
        for token in self.doc:
            mention = by_head.get(token.i)
            if mention is not None:
                self._place(mention, token)
            elif is_expletive(token):
                continue
            elif token.pos_ == "PRON" or token.lower_ in ("our", "their", "its", "his", "my"):
                if token.lower_ in PRONOUNS:
                    self._pronoun(token)
            elif token.pos_ == "NOUN":
                self._description(token)
        for token in self._pending:
            self._first_person(token)
        for mention in list(self.cast.mentions):
            if mention.actor >= 0 and mention.form != "name":
                self._expand(mention)
        for mention in self._owned_by_speaker:
            self._speakers_own(mention)

    def _speakers_own(self, mention: Mention) -> None:
        """ "our embassy": the speaker's; without a speaker it stays without a country."""
        speaker = self._speaker_at(mention.head)
        if speaker is not None and speaker.country:
            mention.country, mention.resolved_by, mention.bare = speaker.country, "first person", False
        self._join(mention, self._actor(self._key(mention), mention))

    def _expand(self, mention: Mention) -> None:
        """One stand-in for each country of a phrase that names several, so that an event has them all as parties."""
        members = mention.members or self.cast.actors[mention.actor].members
        if not 2 <= len(members) <= 6:
            return
        stand_ins = []
        for country in members:
            actor = self._state(country)
            stand_in = Mention(mention.start, mention.end, mention.head, mention.form, actor.name, "state", country)
            stand_in.actor = actor.index
            stand_ins.append(stand_in)
        self.cast.expansions[id(mention)] = stand_ins

    # keys and actors

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

    def _place(self, mention: Mention, token: Token) -> None:
        if mention.form == "nominal":
            person = self._person_beside(token)
            if person is not None:
                self._join(mention, self._actor(self._key(person), person))
                return
        if mention.form == "nominal" and mention.bare:
            self._bare(mention, token)
            return
        if mention.form == "nominal" and self._key(mention) not in self._by_key and mention.kind == "person":
            person = self._by_epithet(mention, token) if mention.role not in offices() else None
            if person is not None:
                self._join(mention, person)
                return
        if mention.form == "person" and mention.country is None and mention.role:
            country = self.scene.country_for(mention)
            if country is not None:
                mention.country, mention.resolved_by = country, "domestic scene"
        self._join(mention, self._actor(self._key(mention), mention))

    def _person_beside(self, token: Token) -> Mention | None:
        """The person whom the role noun describes in apposition ("the finance minister, X"; "X, ambassador to Y")."""
        others = [c for c in token.children if c.dep_ == "appos"]
        if token.dep_ == "appos":
            others.append(token.head)
        for other in others:
            mention = self.cast.at(other)
            if mention is not None and mention.form == "person":
                return mention
        return None

    def _key(self, mention: Mention) -> tuple[str, ...]:
        if mention.form == "person":
            return ("person", mention.name)
        if mention.form in ("name", "adjective") and mention.resolved_by:
            if mention.kind == "place" or (mention.is_place and mention.name != country_name(mention.country or "")):
                return ("place", mention.name)
            return ("entry", mention.resolved_by)
        is_national = not (mention.resolved_by or "").startswith(("subnational:", "regions:"))
        if mention.role in offices() and mention.country and is_national and not mention.is_former | mention.is_plural:
            holder = self._holder(mention.role, mention.country)
            if holder is not None:
                mention.name, mention.office, mention.kind = holder.name, holder.office, "person"
                mention.resolved_by = f"holders:{holder.country}/{holder.office}/{holder.name}"
                return ("person", holder.name)
        return ("nominal", mention.role or mention.name, mention.country or "", str(mention.is_former))

    def _holder(self, role: str | None, country: str) -> Holder | None:
        return holder_in(role, country, self.day)

    # nominals without a country of their own

    def _bare(self, mention: Mention, token: Token) -> None:
        if any(c.dep_ == "poss" and c.lower_ in SPEAKER_SIDE | SPEAKER_PRONOUNS for c in token.lefts):
            self._owned_by_speaker.append(mention)
            return
        if mention.is_plural and self._is_pair(token, mention.role or ""):
            self._pair(token, mention)
            if mention.actor >= 0:
                return
        owner = self._owner(token)
        if owner is not None:
            self._owned(mention, owner)
            return
        actor = self._same_role(mention, token) or self._described(token, mention.role or lemma(token))
        actor = actor or self._by_epithet(mention, token)
        if actor is None:
            actor = self._of_scene(mention, token)
        elif not mention.resolved_by:
            mention.country, mention.resolved_by = actor.country, "same role in the article"
        self._join(mention, actor)

    def _owned(self, mention: Mention, owner: CastActor) -> None:
        """ "her defence minister", "his predecessor": the possessor's country, but not "his hosts" or "its rivals"."""
        role, mention.bare = mention.role or "", False
        entry = entry_of(owner.resolved_by, self.day) if role in ("predecessor", "successor") else None
        beside = holder_beside(entry, -1 if role == "predecessor" else 1) if entry is not None else None
        if beside is not None:
            mention.name, mention.kind, mention.country = beside.name, "person", beside.country
            mention.resolved_by = f"holders:{beside.country}/{beside.office}/{beside.name}"
            mention.office = f"former {beside.office}" if role == "predecessor" else None
            self._join(mention, self._actor(("person", beside.name), mention))
            return
        if role in words("actors", "across"):
            sent_to = next((m.accredited_to for m in owner.mentions if m.accredited_to), None)
            mention.country, mention.resolved_by = (sent_to if role == "host" else None), f"across from {owner.name}"
        else:
            mention.country, mention.resolved_by = owner.country, f"of {owner.name}"
        if set(mention.sectors) & SELF_STANDING:
            mention.country = None
        self._join(mention, self._actor(self._key(mention), mention))

    def _of_scene(self, mention: Mention, token: Token) -> CastActor:
        """The actor of a nominal that nothing before explains: its noun's one country, or the article's."""
        role = mention.role or ""
        only = one_country().get(role) if token.text[0].isupper() or role in offices() else None
        country = only[0] if only is not None else self.scene.country_for(mention)
        if country is not None:
            mention.country, mention.bare = country, False
            mention.resolved_by = "rule:nouns-of-one-country" if only is not None else "domestic scene"
            return self._actor(self._key(mention), mention)
        return self._actor(("nominal", role or mention.name, "", str(mention.is_former)), mention)

    def _owner(self, token: Token) -> CastActor | None:
        """Actor of a possessive pronoun ("his administration"), where it is known."""
        for child in token.lefts:
            if child.dep_ == "poss" and child.lower_ in PRONOUNS:
                mention = self.cast.at(child)
                if mention is None:
                    self._pronoun(child)
                    mention = self.cast.at(child)
                if mention is not None and mention.actor >= 0:
                    return self.cast.actors[mention.actor]
        return None

    def _same_role(self, mention: Mention, token: Token) -> CastActor | None:
        is_definite = any(c.lower_ in ("the", "this", "that") for c in token.lefts)
        if mention.is_former and is_definite and not mention.is_plural:
            return self._former(mention.role or "")
        if not (is_definite or mention.is_plural or token.pos_ == "PROPN") or mention.is_former:
            return None
        role = mention.role or ""
        if not role:
            return None
        speaker = self._speaker_at(token.i)
        if speaker is not None and speaker.country and is_definite and role in offices():
            holder = self._holder(role, speaker.country)
            if holder is not None:
                known = self._by_key.get(("person", holder.name))
                if known is not None:
                    return known
        for earlier in reversed(self._order):
            actor = self.cast.actors[earlier.actor]
            bears = actor.kind == "person" and is_definite and (actor.office or "").split(" to ")[0].endswith(role)
            if earlier.role == role or (bears and actor.country):
                return actor
        return None

    def _by_epithet(self, mention: Mention, token: Token) -> CastActor | None:
        """The one person of the sentences before whom a description can mean ("the miner", "the Nobel laureate")."""
        if mention.kind != "person" or mention.is_plural or token.pos_ != "NOUN" or not any(c.lower_ == "the" for c in token.lefts):
            return None
        if any(c.dep_ in ("relcl", "acl") or (c.dep_ == "prep" and c.lower_ == "of") for c in token.rights):
            return None
        here = self._sentence_of[token.i]
        for distance in (1, 2, 3):
            near = [m for m in self._order if here - self._sentence_of[m.head] == distance and m.form != "nominal"]
            persons = [m for m in near if self.cast.actors[m.actor].kind == "person" and not m.is_plural]
            fitting = [m for m in persons if can_describe(self.cast.actors[m.actor], mention)]
            if not fitting:
                continue
            lead = [m for m in fitting if self.doc[m.head].dep_ in SUBJECTS and self._quoting(m.head) is None]
            actors = {m.actor for m in lead or fitting}
            return self.cast.actors[actors.pop()] if len(actors) == 1 else None
        return None

    def _former(self, role: str) -> CastActor | None:
        """The person named before who once held the office ("the former president")."""
        for earlier in reversed(self._order):
            actor = self.cast.actors[earlier.actor]
            if earlier.is_former and actor.kind == "person" and (actor.office or "").endswith(role):
                return actor
        return None

    # descriptions that no role table holds

    def _description(self, token: Token) -> None:
        noun = lemma(token)
        if noun in self._last_words and token.tag_ == "NN":
            self._single_description(token, noun, {c.lower_ for c in token.lefts})
        elif noun in COUNTRY_NOUNS or noun in BODY_NOUNS or noun in PAIR_NOUNS:
            words = {c.lower_ for c in token.lefts}
            if words & {"two", "both", "three"} and noun in PAIR_NOUNS and token.tag_ == "NNS":
                self._pair(token)
            elif noun in COUNTRY_NOUNS or noun in BODY_NOUNS:
                self._single_description(token, noun, words)

    def _single_description(self, token: Token, noun: str, words: set[str]) -> None:
        owner = next((c for c in token.lefts if c.dep_ == "poss" and c.lower_ in PRONOUNS), None)
        if owner is not None and noun in COUNTRY_NOUNS:
            if owner.lower_ in SPEAKER_SIDE | SPEAKER_PRONOUNS:
                self._pending.append(token)
                return
            self._pronoun(owner)
            mention = self.cast.at(owner)
            if mention is not None and mention.actor >= 0 and self.cast.actors[mention.actor].country:
                self._anaphor(token, self._state(self.cast.actors[mention.actor].country or ""), 1)
            return
        if (
            not words & {"the", "this", "that"}
            or token.tag_ != "NN"
            or any(c.dep_ in ("poss", "prep", "relcl", "acl") for c in token.children)
        ):
            return
        actor = self._described(token, noun)
        if actor is not None:
            self._anaphor(token, actor, 1)

    def _described(self, token: Token, noun: str) -> CastActor | None:
        """The state, body, company or party named last that the noun with "the" can stand for."""
        if token.tag_ != "NN" or not any(c.lower_ in ("the", "this", "that") for c in token.lefts):
            return None
        if any(c.dep_ in ("amod", "compound", "nmod", "relcl", "acl") for c in token.children):
            return None
        for earlier in reversed(self._order):
            actor = self.cast.actors[earlier.actor]
            if earlier.form == "name" and noun in COUNTRY_NOUNS and actor.kind == "place" and actor.country:
                return self._state(actor.country)
            if earlier.form == "name" and (can_be_called(actor, noun) or self._ends_in(earlier, noun)):
                return actor
        return None

    def _ends_in(self, mention: Mention, noun: str) -> bool:
        """Whether a name's last word is the noun ("the league" for the Arab League)."""
        return mention.end - mention.start > 1 and self.doc[mention.end - 1].lower_ == noun

    def _is_pair(self, token: Token, role: str) -> bool:
        """ "both leaders", "the two ministers", "the presidents" without further description."""
        determiners = {c.lower_ for c in token.lefts}
        noun = role.split()[-1] if role else ""
        if noun not in PAIR_NOUNS or any(
            c.dep_ in ("prep", "relcl", "poss", "amod", "compound") for c in token.children
        ):
            return False
        return bool(determiners & {"two", "both"}) or (
            "the" in determiners and noun in ("president", "leader", "minister")
        )

    def _pair(self, token: Token, known: Mention | None = None) -> None:
        """The last two countries named, as one mention; `known` is used for it where the noun has one already."""
        countries: list[str] = []
        for earlier in reversed(self._order):
            country = self.cast.actors[earlier.actor].country
            if country and country not in countries and earlier.kind != "place":
                countries.append(country)
            if len(countries) == 2:
                break
        if len(countries) == 2:
            names = " and ".join(sorted(country_name(c) for c in countries))
            mention = known or Mention(token.left_edge.i, token.i + 1, token.i, "nominal", names, "group")
            mention.name, mention.kind, mention.resolved_by = names, "group", "the two named last"
            mention.members, mention.country, mention.bare = tuple(countries), None, False
            self._join(mention, self._actor(("pair", *sorted(countries)), mention))
            if known is None:
                self.cast.add(mention)

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

    # pronouns

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
            if previous is not None and previous.index not in others | told:
                if fits(previous, previous.mentions[-1], word):
                    return previous
            found = self._nearest(token, others | told) if told else None
            if found is not None:
                return found
        return self._nearest(token, others)

    def _nearest(self, token: Token, others: set[int]) -> CastActor | None:
        """The actor that fits best among those of the last sentences: subjects and persons before others, by distance."""
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
        score = -1.5 * distance + (1.2 if is_subject else 0.0) - 0.002 * (token.i - earlier.head)
        score += 0.3 if head.dep_ == "poss" and token.lower_ in HE | SHE else 0.0
        score += 0.5 if earlier.form == "person" else -0.6 if earlier.form == "adjective" else 0.0
        return score + (0.8 if distance == 1 and is_subject and self._sentence_start(token) else 0.0)

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

    def _actor_before(self, token: Token) -> int | None:
        mention = self.cast.at(token)
        return mention.actor if mention is not None and mention.actor >= 0 else None

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

    def _speaker_before(self, token: Token) -> CastActor | None:
        """Who spoke last, where a pronoun speaks on in the same or the next two sentences ("He added")."""
        for index in reversed([s for s in self._speakers if s < token.i]):
            if self._sentence_of[token.i] - self._sentence_of[index] > 2:
                return None
            mention = self.cast.covering(index)
            if mention is not None and mention.actor >= 0:
                actor = self.cast.actors[mention.actor]
                return None if self._is_left(token, index, actor) else actor
        return None

    def _is_left(self, token: Token, speaker: int, actor: CastActor) -> bool:
        """Whether another that the pronoun fits is the subject of a sentence since that speaker's."""
        for earlier in reversed(self._order):
            if self._sentence_of[earlier.head] <= self._sentence_of[speaker]:
                return False
            other = self.cast.actors[earlier.actor]
            is_subject = self.doc[earlier.head].dep_ in SUBJECTS and self._quoting(earlier.head) is None
            if is_subject and other is not actor and fits(other, earlier, token.lower_):
                return self._sentence_of[earlier.head] < self._sentence_of[token.i]
        return False

    def _told_of(self, speaker: int) -> set[int]:
        """Actors named in what somebody says: "Kim would stop, he said" is not Kim's word."""
        told = [(v.start, v.end) for v in self.voices if v.speaker == speaker and v.start < speaker]
        return {
            m.actor for m in self._order if m.form in ("person", "name") and any(start <= m.head < end for start, end in told)
        }

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
        elif speaker.country:
            self._anaphor(token, self._state(speaker.country), 0 if token.lower_ in SPEAKER_SIDE else 1)
        else:
            self._anaphor(token, speaker, 0)

    def _speaker_at(self, index: int) -> CastActor | None:
        for voice in self.voices:
            if voice.start <= index < voice.end and voice.speaker is not None:
                mention = self.cast.covering(voice.speaker)
                if mention is not None and mention.actor >= 0:
                    return self.cast.actors[mention.actor]
        return None


def _sentence_numbers(cast: Cast) -> list[int]:
    numbers, current = [], -1
    for token in cast.doc:
        if token.is_sent_start or token.i == 0:
            current += 1
        numbers.append(current)
    return numbers
