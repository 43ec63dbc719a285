"""Mentions to actors: names join by table entry, nominals by role and country, pronouns by where they stand."""

from __future__ import annotations

from spacy.tokens import Token

from detente.coding.anaphora import PRONOUNS, SUBJECTS, is_expletive
from detente.coding.cast import CastActor, Mention
from detente.coding.joining import Voice
from detente.coding.nominals import NominalResolver
from detente.coding.offices import offices
from detente.coding.pairs import BODIES
from detente.coding.scene import NO_STATES
from detente.coding.words import words

# What two have together: whose it is are both of them.
MEETINGS = frozenset({"meeting", "talks", "summit", "conversation", "encounter", "call", "discussion"})
POSSESSIVES = frozenset({"our", "their", "its", "his", "my"})

__all__ = ["Resolver", "Voice"]


class Resolver(NominalResolver):
    """Joins the mentions of a Cast into actors, in text order."""

    def resolve(self) -> None:
        by_head = {m.head: m for m in self.cast.mentions}
        strings = self.doc.vocab.strings
        wanted, owners = {strings["PRON"], strings["NOUN"]}, {strings[word] for word in POSSESSIVES}
        for index, (kind, low) in enumerate(self.doc.to_array(["POS", "LOWER"]).tolist()):
            mention = by_head.get(index)
            if mention is None and kind not in wanted and low not in owners:
                continue
            token = self.doc[index]
            if mention is not None:
                self._place(mention, token)
            elif is_expletive(token):
                continue
            elif token.pos_ == "PRON" or token.lower_ in POSSESSIVES:
                if token.lower_ == "their" and token.head.lower_ in MEETINGS:
                    self._pair_of(token)
                elif token.lower_ in PRONOUNS:
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

    def _place(self, mention: Mention, token: Token) -> None:
        if mention.form == "nominal":
            name = self._beside(mention, token)
            if name is not None:
                self._join(mention, self._actor(self._key(name), name))
                self._belong(mention, token, name)
                return
            is_unnamed = mention.country is None or mention.country in BODIES  # "the two NATO allies"
            if is_unnamed and self._is_pair_of_states(token):
                self._pair(token, mention)
                if mention.actor >= 0:
                    return
            if mention.bare:
                self._bare(mention, token)
                return
        known = self._known(mention, token)
        if known is not None:
            self._join(mention, known)
            return
        is_unplaced = mention.form == "person" and mention.country is None and not mention.resolved_by
        if is_unplaced and (mention.role or mention.home):
            served = self._served(token) or self._run(mention, token)
            country = self.scene.country_for(mention) if served is None else None
            if served is not None:
                mention.country, mention.resolved_by = served.country, f"of {served.name}"
                mention.sectors = served.sectors or mention.sectors
            elif country is not None:
                mention.country, mention.resolved_by = country, "domestic scene"
        self._join(mention, self._actor(self._key(mention), mention))

    def _served(self, token: Token) -> CastActor | None:
        """The organisation named before for which somebody speaks or works ("X, a spokesman for the agency")."""
        for noun in (c for c in token.rights if c.dep_ == "appos"):
            for prep in (p for p in noun.rights if p.lower_ in ("for", "of", "at", "with")):
                for body in (o for o in prep.children if o.dep_ == "pobj" and o.tag_ == "NN"):
                    actor = self._described(body, body.lower_)
                    if actor is not None and actor.kind == "organisation":
                        return actor
        return None

    def _run(self, mention: Mention, token: Token) -> CastActor | None:
        """The company of the sentences before whose "chief executive" somebody is."""
        company = self._spoken_for(token) if mention.role in words("actors", "of_companies") else None
        return company if company is not None and "BUS" in company.sectors else None

    def _known(self, mention: Mention, token: Token) -> CastActor | None:
        """Whom a name of a people or a noun with a country means, where it is somebody named before."""
        if mention.form == "name":
            return self._compatriot(mention, token) if mention.country else None
        if mention.form != "nominal":
            return None
        if (mention.resolved_by or "").startswith("roles:"):
            return self._described(token, mention.role or "")
        company = self._only_company(mention, token)
        if company is not None:
            return company
        is_former = mention.is_former and mention.country and not mention.is_plural
        group = self._former_of(mention) if is_former else self._group_of(mention, token)
        if group is None and self._key(mention) not in self._by_key and mention.kind == "person":
            return self._by_epithet(mention, token) if mention.role not in offices() else None
        return group

    def _beside(self, nominal: Mention, token: Token) -> Mention | None:
        """The name that a noun describes in apposition ("the minister, X"; "X, ambassador to Y"; "his party, X")."""
        others = [c for c in token.children if c.dep_ == "appos"]
        others += [c for place in self._places_of(token) for c in place.children if c.dep_ == "appos"]
        if token.dep_ == "appos":
            others.append(token.head)
        for other in others:
            mention = self.cast.at(other)
            if mention is not None and _can_be_named(nominal, mention):
                return mention
        return self._set_off(nominal, token)

    def _places_of(self, token: Token) -> list[Token]:
        """Places that end an office's phrase, to which the parse may hang its holder ("the governor of Beirut, X")."""
        inner = [o for p in token.rights if p.lower_ in ("of", "in") for o in p.children if o.dep_ == "pobj"]
        mentions = [(o, self.cast.at(o)) for o in inner]
        return [o for o, m in mentions if m is not None and m.form == "name" and m.kind in ("place", "state")]

    def _belong(self, mention: Mention, token: Token, name: Mention) -> None:
        """Give a person what the noun beside tells, and of "its country director" the side of whose director it is."""
        actor = self.cast.actors[mention.actor]
        if name.form != "person" or mention.is_plural:
            return
        if name.role is None and not name.sectors:
            name.role, name.office, name.sectors = mention.role, mention.office, mention.sectors
            name.country, name.resolved_by = name.country or mention.country, name.resolved_by or mention.resolved_by
        owner = self._owner(token) if actor.country is None else None
        if owner is None or owner is actor or set(mention.sectors) & {"CVL", "REF"}:
            return
        if mention.role in words("actors", "across") or (mention.role or "").endswith(("lawyer", "attorney")):
            return
        actor.country = name.country = owner.country
        actor.resolved_by = name.resolved_by = f"of {owner.name}"
        if owner.kind == "organisation" and owner.sectors and (owner.country in NO_STATES | {None}):
            actor.sectors = owner.sectors
            for other in (name, *actor.mentions):
                other.sectors = owner.sectors

    def _set_off(self, nominal: Mention, token: Token) -> Mention | None:
        """A person right after the title, with commas or none, where the parser takes both for subjects of one verb."""
        clauses = [c.right_edge.i for c in token.rights if c.dep_ == "relcl"]
        last = max([token.i, *clauses])
        last -= self.doc[last].is_punct and last > token.i
        after = self.doc[last + 1] if last + 1 < len(self.doc) else None
        if after is None or nominal.is_plural or nominal.kind != "person" or (clauses and after.orth_ != ","):
            return None
        first = last + 2 if after.orth_ == "," else last + 1
        mention = self.cast.covering(first)
        if mention is None or mention.form != "person" or mention.start != first:
            return None
        person = self.doc[mention.head]
        following = self.doc[mention.end] if mention.end < len(self.doc) else None
        is_closed = following is None or following.is_punct or following.pos_ in ("VERB", "AUX")
        is_subject = person.dep_ in SUBJECTS and token.dep_ not in ("conj", "dobj", "pobj")
        is_set_off = bool(clauses) and person.dep_ in ("appos", "npadvmod")
        return mention if is_closed and (is_subject or is_set_off) else None


def _can_be_named(nominal: Mention, name: Mention) -> bool:
    """Whether a noun and a name in apposition are one: persons, or an organisation and its name."""
    if name.form == "person":
        return nominal.kind != "organisation"
    is_name = name.form == "name" and name.kind == "organisation" and not name.is_place
    return is_name and nominal.kind in ("organisation", "group") and not nominal.is_plural
