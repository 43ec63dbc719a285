"""Nouns to actors: "the embassy", "her minister", "the miner", "the bloc", "both leaders"."""

from __future__ import annotations

from itertools import takewhile

from spacy.tokens import Token

from detente.actors.gazetteer import ADJECTIVE, DEMONYM, entry_of, gazetteer
from detente.coding.anaphora import (
    BODY_NOUNS,
    COUNTRY_NOUNS,
    GROUP_NOUNS,
    PAIR_NOUNS,
    PRONOUNS,
    SPEAKER_PRONOUNS,
    SPEAKER_SIDE,
    SUBJECTS,
    can_be_called,
    can_describe,
)
from detente.coding.cast import CastActor, Mention
from detente.coding.nouns import SELF_STANDING, tells_age
from detente.coding.offices import holder_beside, holder_in, offices, one_country
from detente.coding.pairs import PairResolver
from detente.coding.scene import NO_STATES
from detente.coding.structure import CHARGING
from detente.coding.words import words
from detente.reading import lemma

# Ends of the words for a people that mean all of it ("the Dutch", "the Chinese").
HEADS_OF_STATE = ("president", "prime minister", "chancellor", "leader", "monarch")
MANY = ("sh", "ch", "ese", "ss")


class NominalResolver(PairResolver):
    """Finds whom a noun without a country of its own means."""

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
            several = self._named_together(owner, token) if mention.is_plural else []
            if several:
                self._stand_for(token, several, mention)
            else:
                self._owned(mention, owner)
            return
        actor = self._same_role(mention, token) or self._described(token, mention.role or lemma(token))
        actor = actor or self._by_epithet(mention, token)
        if actor is None and (mention.role or "").startswith("spokes") and not mention.is_plural:
            spoken_for = self._spoken_for(token)
            if spoken_for is not None:
                self._owned(mention, spoken_for)
                return
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
        if _runs_itself(owner) and role not in words("actors", "across"):
            mention.sectors = owner.sectors
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
        """Actor of a possessive pronoun ("his administration", "whose envoy"), where it is known."""
        for child in token.lefts:
            if child.dep_ == "poss" and child.lower_ == "whose":
                clause = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
                mention = self.cast.at(clause.head) if clause is not None else None
                if mention is not None and mention.actor >= 0:
                    return self.cast.actors[mention.actor]
            if child.dep_ == "poss" and child.lower_ in PRONOUNS:
                mention = self.cast.at(child)
                if mention is None:
                    self._pronoun(child)
                    mention = self.cast.at(child)
                if mention is not None and mention.actor >= 0:
                    return self.cast.actors[mention.actor]
            if child.dep_ == "poss" and (mention := self.cast.at(child)) is not None and mention.form == "nominal":
                return self.cast.actors[mention.actor] if mention.actor >= 0 else None
        return None

    def _same_role(self, mention: Mention, token: Token) -> CastActor | None:
        is_definite = any(c.lower_ in ("the", "this", "that") for c in token.lefts)
        if mention.is_former and is_definite and not mention.is_plural:
            return self._former(mention.role or "") or self._fallen(mention, token)
        if not (is_definite or mention.is_plural or token.pos_ == "PROPN") or mention.is_former:
            return None
        role = mention.role or ""
        if not role:
            return None
        speaker = self._speaker_at(token.i)
        if speaker is not None and speaker.country and is_definite and role in offices():
            holder = holder_in(role, speaker.country, self.day)
            if holder is not None:
                known = self._by_key.get(("person", holder.name))
                if known is not None:
                    return known
        for earlier in reversed(self._order):
            actor = self.cast.actors[earlier.actor]
            bears = actor.kind == "person" and is_definite and _bears(actor, role)
            if earlier.role == role or (bears and actor.country and not earlier.is_former):
                own = self._holder_of_speaker(mention, speaker) if is_definite and actor.country is None else None
                return own or actor
            if is_definite and not mention.is_plural and self._is_named_so(earlier, actor, role):
                return actor
        return self._holder_of_speaker(mention, speaker) if is_definite else None

    def _is_named_so(self, earlier: Mention, actor: CastActor, role: str) -> bool:
        """Whether an organisation's name holds the noun ("the ministry" for India's Ministry of External Affairs)."""
        if earlier.form != "name" or actor.kind != "organisation" or earlier.end - earlier.start < 2:
            return False
        if role in words("actors", "armies") and "MIL" in actor.sectors and actor.country not in NO_STATES:
            return True
        return role in {t.lower_ for t in self.doc[earlier.start : earlier.end]}

    def _holder_of_speaker(self, mention: Mention, speaker: CastActor | None) -> CastActor | None:
        """Whom a state's voice calls "the president", where nobody has been called so before: its own."""
        if speaker is None or mention.role not in offices() or mention.is_plural:
            return None
        if not speaker.country or speaker.country in NO_STATES:
            return None
        holder = holder_in(mention.role, speaker.country, self.day)
        if holder is None:
            return None
        mention.name, mention.kind, mention.office, mention.country = (
            holder.name,
            "person",
            holder.office,
            holder.country,
        )
        mention.resolved_by, mention.bare = f"holders:{holder.country}/{holder.office}/{holder.name}", False
        return self._actor(("person", holder.name), mention)

    def _compatriot(self, mention: Mention, token: Token) -> CastActor | None:
        """The person named last, in three sentences, whom "the Nigerian" can mean; "the Dutch" are not one."""
        if mention.is_plural or token.lower_.endswith(MANY) or not any(c.lower_ == "the" for c in token.lefts):
            return None
        entries = gazetteer().names.get(token.text, ()) if mention.end - mention.start == 1 else ()
        if not entries or any(e.form not in (ADJECTIVE, DEMONYM) for e in entries):
            return None
        if any(c.dep_ in ("prep", "relcl") for c in token.rights):
            return None
        here = self._sentence_of[token.i]
        for earlier in reversed(self._order):
            if here - self._sentence_of[earlier.head] > 3:
                return None
            actor = self.cast.actors[earlier.actor]
            if earlier.form == "person" and actor.country == mention.country and self._sentence_of[earlier.head] < here:
                return actor
        return None

    def _spoken_for(self, token: Token) -> CastActor | None:
        """For whom an unnamed "spokeswoman" speaks: the organisation that spoke or acted last, in two sentences."""
        here = self._sentence_of[token.i]
        for earlier in reversed(self._order):
            if here - self._sentence_of[earlier.head] > 2:
                return None
            actor = self.cast.actors[earlier.actor]
            is_one = actor.kind == earlier.kind == "organisation" and not earlier.is_place
            if is_one and self.doc[earlier.head].dep_ in (*SUBJECTS, "poss"):
                return actor
        return None

    def _only_company(self, mention: Mention, token: Token) -> CastActor | None:
        """The one company that the article has named, for "the German carmaker"."""
        is_one = mention.kind == "organisation" and "BUS" in mention.sectors and not mention.is_plural
        if not is_one or not any(c.lower_ in ("the", "this") for c in token.lefts):
            return None
        if any(c.dep_ in ("poss", "prep", "relcl", "acl", "appos") for c in token.children):
            return None
        named = {m.actor for m in self._order if m.form == "name"}
        found = [a for i in sorted(named) if "BUS" in (a := self.cast.actors[i]).sectors and a.kind == "organisation"]
        return found[0] if len(found) == 1 else None

    def _group_of(self, mention: Mention, token: Token) -> CastActor | None:
        """The group that "M23 rebels" are of, or the one that the article names where it says "the rebels"."""
        if not (mention.is_plural and set(mention.sectors) & SELF_STANDING):
            return None
        labels = {
            c.dep_ for c in token.children if self.doc[c.left_edge.i - 1].orth_ != ","
        }  # set off, it narrows nothing
        named = entry_of(mention.resolved_by, self.day)
        is_some = any(t.like_num for t in self.doc[mention.start : mention.head])
        if named is not None and named.table == "groups" and not is_some and not labels & {"relcl", "acl"}:
            return self._actor(("entry", named.resolved_by), Mention(0, 0, -1, "name", named.name, named.kind, None,
                               named.sectors, None, named.resolved_by))  # fmt: skip
        is_definite = any(c.lower_ in ("the", "these", "those") for c in token.lefts)
        is_plain = not labels & {"prep", "relcl", "acl", "poss", "nummod"}
        if mention.resolved_by != "stateless group" or not (is_definite and is_plain):
            return None
        found = {m.actor for m in self._order if (m.resolved_by or "").startswith("groups:") and m.form == "name"}
        groups = [self.cast.actors[index] for index in found]
        return groups[0] if len(groups) == 1 and set(groups[0].sectors) & SELF_STANDING else None

    def _by_epithet(self, mention: Mention, token: Token) -> CastActor | None:
        """The one person of the sentences before whom a description can mean ("the miner", "the Nobel laureate")."""
        if (
            mention.kind != "person"
            or mention.is_plural
            or not (token.pos_ == "NOUN" or tells_age(token) or (mention.is_former and token.pos_ == "PROPN"))
            or not any(c.lower_ == "the" for c in token.lefts)
        ):
            return None
        if any(c.dep_ in ("relcl", "acl") or (c.dep_ == "prep" and c.lower_ == "of") for c in token.rights):
            return None
        here = self._sentence_of[token.i]
        recent = list(takewhile(lambda m: here - self._sentence_of[m.head] <= 3, reversed(self._order)))
        for distance in (1, 2, 3):
            near = [m for m in recent if here - self._sentence_of[m.head] == distance and m.form != "nominal"]
            persons = [m for m in near if self.cast.actors[m.actor].kind == "person" and not m.is_plural]
            fitting = [m for m in persons if tells_age(token) or can_describe(self.cast.actors[m.actor], mention)]
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

    def _former_of(self, mention: Mention) -> CastActor | None:
        """The person named before who once led the state ("the former Bolivian leader")."""
        for earlier in reversed(self._order):
            actor = self.cast.actors[earlier.actor]
            if earlier.is_former and earlier.form == "person" and actor.country == mention.country:
                office = (actor.office or "").split(" to ")[0]
                if _bears(actor, mention.role or "?") or (mention.role == "leader" and office.endswith(HEADS_OF_STATE)):
                    return actor
        return None

    def _fallen(self, mention: Mention, token: Token) -> CastActor | None:
        """The office-holder named before whom "the ousted president" or "the deposed king" is said of."""
        if not any(c.lower_ in words("actors", "fallen") for c in token.lefts):
            return None
        for earlier in reversed(self._order):
            actor = self.cast.actors[earlier.actor]
            if earlier.form == "person" and (actor.office or "").endswith(mention.role or "?"):
                return actor
        return None

    def _description(self, token: Token) -> None:
        noun = lemma(token)
        if (noun in self._last_words and token.tag_ == "NN") or noun == "movement":
            self._single_description(token, noun, {c.lower_ for c in token.lefts})
        elif noun in COUNTRY_NOUNS or noun in BODY_NOUNS or noun in PAIR_NOUNS:
            if self._is_pair_of_states(token):
                self._pair(token)
            elif noun in COUNTRY_NOUNS or noun in BODY_NOUNS:
                self._single_description(token, noun, {c.lower_ for c in token.lefts})

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
            or any(c.dep_ in ("poss", "prep", "relcl", "acl") and not _is_charge(c) for c in token.children)
        ):
            return
        actor = self._described(token, noun)
        if actor is not None:
            self._anaphor(token, actor, 1)

    def _described(self, token: Token, noun: str) -> CastActor | None:
        """The state, body, company or party named last that the noun with "the" can stand for."""
        if token.tag_ != "NN" or not any(c.lower_ in ("the", "this", "that") for c in token.lefts):
            return None
        inner = [c for c in token.children if c.i < token.i or self.doc[c.left_edge.i - 1].orth_ != ","]
        described = [c for c in inner if c.dep_ in ("amod", "compound", "nmod", "relcl", "acl")]
        if described and (noun not in GROUP_NOUNS or not all(_tells_of_group(c) for c in described)):
            return None
        for earlier in reversed(self._order):
            actor = self.cast.actors[earlier.actor]
            if earlier.form == "name" and noun in COUNTRY_NOUNS and actor.kind == "place" and actor.country:
                return self._state(actor.country)
            if described and not (set(actor.sectors) & SELF_STANDING):
                continue
            if earlier.form == "name" and (can_be_called(actor, noun) or self._ends_in(earlier, noun)):
                return actor
        return None

    def _ends_in(self, mention: Mention, noun: str) -> bool:
        """Whether a name's last word is the noun ("the league" for the Arab League)."""
        return mention.end - mention.start > 1 and self.doc[mention.end - 1].lower_ == noun


def _is_charge(prep: Token) -> bool:
    """Whether the phrase says of what, though the parse hangs it on whom ("accused the kingdom of hostile acts")."""
    noun = prep.head
    return prep.lower_ in ("of", "for") and noun.dep_ == "dobj" and lemma(noun.head) in CHARGING


def _bears(actor: CastActor, role: str) -> bool:
    """Whether a person's office is what the noun says; "spokeswoman" and "spokesman" are one."""
    office = (actor.office or "").split(" to ")[0]
    return office.endswith(role) or office.replace("woman", "man").endswith(role.replace("woman", "man"))


def _runs_itself(actor: CastActor) -> bool:
    """Whether an organisation is no state's: those who speak and work for it are of its sector."""
    is_private = actor.country in (None, "MNC", "NGO") and "GOV" not in actor.sectors
    if actor.kind == "group":
        return bool(set(actor.sectors) & SELF_STANDING)
    return actor.kind == "organisation" and is_private and bool(actor.country or actor.sectors)


def _tells_of_group(token: Token) -> bool:
    """Whether an attribute fits any armed group ("the Iran-backed group", "the Islamist movement")."""
    return token.lower_ in words("actors", "backed") | words("actors", "of_groups")
