"""Who stands in the slots of a frame: subject, object and prepositions of a verb, and what a noun holds of them."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from detente.coding.cast import Cast, Mention
from detente.coding.frames import Frame, Lexicon
from detente.coding.sides import SideFinder, is_among
from detente.coding.structure import agents, children, complements, is_opposed, is_passive, measured, patients, pobjs
from detente.coding.words import words
from detente.ontology import plover_quad
from detente.reading import lemma

HOSTILE_QUADS = (3, 4)
BODIES = frozenset({"IGO", "UNO", "EUR"})
# Nouns by which somebody is said to have wanted what another does ("at the request of").
WISHES = frozenset({"request", "invitation", "behest", "urging", "insistence", "instigation", "demand"})
PREPOSITION_SLOTS = frozenset(
    [
        "against",
        "on",
        "at",
        "to",
        "with",
        "toward",
        "towards",
        "into",
        "from",
        "over",
        "for",
        "in",
        "of",
        "about",
        "near",
        "along",
        "outside",
        "between",
        "among",
        "upon",
        "by",
        "off",
        "alongside",
        "under",
        "behind",
        "across",
    ]
)
PLACE_TARGET_TYPES = frozenset(
    {"ASSAULT", "COERCE", "MOBILIZE", "AID", "RETREAT", "CONSULT", "SANCTION", "COOPERATE", "CONCEDE"}
)
# Who did something "after talks with" somebody, or "during" them, had part in them.
TIMES = frozenset({"after", "before", "during", "following", "since", "upon"})


class SlotFinder(SideFinder):
    """Fills slots from one Doc."""

    def __init__(self, doc: Doc, cast: Cast, lexicon: Lexicon) -> None:
        super().__init__(doc, cast)
        self.lexicon = lexicon

    def _sources(self, frame: Frame, token: Token) -> list[Mention]:
        if token.pos_ not in ("VERB", "AUX"):
            return self._noun_sources(frame, token)
        for slot in frame.source:
            if slot == "subj":
                # who meets or travels is somebody: "no Swedish flag would fly in Brussels" is no visit of Sweden's
                found = self._actors_of(agents(token), deep=frame.event != "CONSULT")
            elif slot == "obj":
                found = self._actors_of(patients(token), deep=True)
            elif slot == "objmod":
                found = [m for o in patients(token) for m in self._inside(o, ("from", "in", "by", "of", "among"))]
            else:
                found = self._actors_of(pobjs(token, slot), deep=True)
            if found:
                return found
        if (
            frame.mode == "arrest"
            and is_passive(token)
            and token.dep_ not in ("amod", "acl")
            and not pobjs(token, "by")
        ):
            return self._actors_of(
                pobjs(token, "in", "at"), deep=True, places=True
            )  # "was arrested in Mali", not "two held in Mali"
        return []

    def _targets(self, frame: Frame, verb: Token, sources: list[Mention]) -> list[Mention]:
        for slot in frame.target:
            found = [m for m in self._slot(frame, verb, slot) if not is_among(m, sources)]
            if frame.event == "ACCUSE":  # "complained of the treatment of its citizens"
                own = {self.cast.country_of(s) for s in sources} - {None}
                found = [m for m in found if not (m.kind == "group" and self.cast.country_of(m) in own)]
            if found:
                return found
        return []

    def _slot(self, frame: Frame, verb: Token, slot: str) -> list[Mention]:
        if slot == "obj":
            given = frame.objects if frame.event == "AID" else ()  # "sent advisers": they are what is sent
            return self._actors_of([o for o in patients(verb) if lemma(o) not in given], deep=False)
        if slot == "objmod":
            return [m for o in patients(verb) for m in self._inside(o, self._object_prepositions(frame, o))]
        if slot in ("subj", "subjmod"):
            subjects = agents(verb) if not is_passive(verb) else patients(verb)
            return self._actors_of(subjects, deep=slot == "subjmod")
        if slot == "obj_indirect":
            return self._actors_of(
                [t for c in children(verb, "dative") for t in [*pobjs(c), c, *children(c, "pobj")]], deep=False
            )
        if slot == "accredited":
            return self._accredited(verb)
        if slot in ("comp", "obj_clause"):
            return self._complement_actors(verb)
        if slot == "for_comp":
            return self._complement_actors(verb)
        if slot == "out_of":
            return self._actors_of(pobjs(verb, "of", "out"), deep=False, places=True)
        if slot in PREPOSITION_SLOTS:
            return self._prepositional(frame, verb, slot)
        return []

    def _prepositional(self, frame: Frame, token: Token, slot: str) -> list[Mention]:
        is_place = frame.event in PLACE_TARGET_TYPES
        tokens = pobjs(token, slot)
        if token.pos_ in ("VERB", "AUX"):
            for o in patients(token):
                tokens += pobjs(o, slot)
        if slot in ("in",) and not is_place:
            return []
        if slot == "to" and frame.event == "ACCUSE" and lemma(token) in words("actors", "to_forum"):
            tokens = [t for t in tokens if not self._is_body(t)]
        if slot == "to":  # "to the surprise of Seoul"
            tokens = [t for t in tokens if lemma(t) not in words("actors", "feelings")]
        if slot == "at":  # "hit back at Russia": one is angry at a state, not in it
            is_place = is_place or all(m is None or m.kind != "place" for t in tokens for m in [self.cast.at(t)])
        if frame.mode == "visit":  # "landed in Taipei in defiance of Beijing": one travels to no act
            tokens = [t for t in tokens if self.lexicon.noun_event(lemma(t)) is None or self.cast.at(t) is not None]
        return self._actors_of(tokens, deep=True, places=is_place)

    def _is_body(self, token: Token) -> bool:
        """Whether the word names a body of states, before which somebody complains of another."""
        mention = self.cast.at(token)
        return mention is not None and self.cast.country_of(mention) in BODIES

    def _object_prepositions(self, frame: Frame, noun: Token) -> tuple[str, ...]:
        """Prepositions in the object that may hold its agent: for hostile acts "by", for what follows "on" suffers."""
        event = self.lexicon.noun_event(lemma(noun))
        if (
            event is not None
            and plover_quad(event) in HOSTILE_QUADS
            and frame.event in ("ACCUSE", "SUPPORT", "REJECT", "CONCEDE", "REQUEST")
        ):
            return ("by", "from") if frame.event != "CONCEDE" else ("on", "against", "by")
        return ("of", "by", "from", "in", "against", "on", "to", "with", "at", "for", "between", "toward", "towards")

    def _complement_actors(self, verb: Token) -> list[Mention]:
        for clause in complements(verb):
            subjects = agents(clause) if not is_passive(clause) else patients(clause)
            found = self._actors_of([s for s in subjects if s.i > verb.i], deep=True)
            if found:
                return found
        for clause in complements(verb):
            found = self._actors_of(patients(clause), deep=True)
            found = found or self._actors_of(
                pobjs(clause, "against", "on", "to", "with", "at", "from", "in"), deep=True
            )
            if found:
                return found
        return []

    # nouns and adjectives as predicates

    def _noun_sources(self, frame: Frame, noun: Token) -> list[Mention]:
        if is_wish(noun):
            wisher = [c for c in noun.lefts if c.dep_ in ("poss", "amod", "compound")] + pobjs(noun, "of")
            return self._actors_of(wisher, deep=False)
        own = self._actors_of(
            [t for c in noun.lefts if c.dep_ in ("poss", "amod", "compound", "nmod") for t in self._modifier_heads(c)],
            deep=False,
        )
        # Who withdraws does so from somewhere: "from" names no agent there.
        agentive = ("by",) if frame.event == "RETREAT" else ("by", "from")
        found = own or self._actors_of(pobjs(noun, *agentive), deep=False)
        if not found and frame.objects:  # "the expulsion of two envoys by Kenya"
            found = self._actors_of([t for o in pobjs(noun, "of") for t in pobjs(o, "by")], deep=False)
        if not found:
            found = self._governing_source(noun, frame)
        if not found and frame.reciprocal:
            found = self._actors_of(pobjs(noun, "between", "among"), deep=False)
        if not found:
            of = self._actors_of(pobjs(noun, "of"), deep=False)
            others = self._actors_of(
                pobjs(noun, "against", "on", "to", "with", "at", "from", "in", "into"), deep=False, places=True
            )
            # "the withdrawal of X from Y": X acts; "the shelling of X": X suffers
            if of and others and (frame.event == "RETREAT" or ("of" not in frame.target and not frame.objects)):
                found = of
        if noun.pos_ == "ADJ":
            subject = agents(noun.head) if noun.dep_ in ("acomp", "attr", "oprd") else agents(noun)
            found = self._actors_of(subject, deep=True)
        return found

    def _governing_source(self, noun: Token, frame: Frame) -> list[Mention]:
        """Subject of the light verb that governs the noun ("issued a warning"), or of what was done at the talks."""
        noun = measured(noun)
        head = noun.head
        if noun.dep_ in ("dobj", "attr", "oprd") and head.pos_ in ("VERB", "AUX"):
            name = lemma(head)
            if name in words("light", "carry") and pobjs(head, "from"):
                return self._actors_of(pobjs(head, "from"), deep=False)  # the messenger says nothing himself
            if name in words("light", "give"):
                return self._actors_of(agents(head), deep=True)
            if name in words("light", "receive"):
                return self._actors_of(pobjs(head, "from"), deep=False)
        if (
            noun.dep_ == "pobj"
            and head.dep_ == "prep"
            and (head.lower_ in ("in", "under", "at") or (head.lower_ in TIMES and self._is_with(noun, frame)))
            and head.head.pos_ in ("VERB", "AUX")
        ):
            return self._actors_of(agents(head.head), deep=False)
        if noun.dep_ == "nsubjpass":
            return self._actors_of(pobjs(head, "by"), deep=False)
        if noun.dep_ == "conj":
            return self._governing_source(head, frame) if head.i != noun.i and head.pos_ == "NOUN" else []
        return []

    @staticmethod
    def _is_harm(frame: Frame) -> bool:
        return frame.event in ("ASSAULT", "COERCE")

    @staticmethod
    def _is_with(noun: Token, frame: Frame) -> bool:
        """Whether the subject of what was done at talks had part in them: they were with others, or it is several."""
        if frame.event != "CONSULT":
            return False
        return bool(pobjs(noun, "with")) or len(agents(noun.head.head)) > 1

    def _noun_targets(self, frame: Frame, noun: Token, sources: list[Mention]) -> list[Mention]:
        place = frame.event in PLACE_TARGET_TYPES
        for slot in frame.target:
            if slot == "accredited" and (sent_to := self._sent_to(pobjs(noun, "of"))):
                return sent_to
            if slot in ("obj", "objmod", "comp"):
                continue
            if slot in PREPOSITION_SLOTS:
                found = [
                    m for m in self._actors_of(pobjs(noun, slot), deep=True, places=place) if not is_among(m, sources)
                ]
                if found:
                    return found
        head = noun.head
        if is_wish(noun):
            doers = patients(head.head) if is_passive(head.head) else agents(head.head)
            return [m for m in self._actors_of(doers, deep=True) if not is_among(m, sources)]
        if noun.dep_ == "pobj" and head.lower_ in ("in", "by", "during") and is_passive(head.head):
            # "were killed in the shelling": whom the verb is done to
            found = self._actors_of(patients(head.head), deep=True) if self._is_harm(frame) else []
            if found:
                return [m for m in found if not is_among(m, sources)]
        if noun.dep_ in ("dobj", "obj") and head.pos_ == "VERB" and lemma(head) in words("light", "receive"):
            return [m for m in self._actors_of(agents(head), deep=False) if not is_among(m, sources)]
        if noun.dep_ in ("dobj", "obj", "nsubjpass") and head.pos_ == "VERB":
            for slot in ("against", "on", "to", "with", "at", "into"):
                found = [
                    m for m in self._actors_of(pobjs(head, slot), deep=False, places=place) if not is_among(m, sources)
                ]
                if found:
                    return found
        if noun.pos_ == "ADJ":
            return [m for m in self._actors_of(pobjs(noun), deep=True) if not is_among(m, sources)]
        # "anti-Iran rhetoric", "US Iran sanctions": a second modifier
        modifiers = self._actors_of([c for c in noun.lefts if c.dep_ in ("amod", "compound", "nmod")], deep=False)
        rest = [m for m in modifiers if not is_among(m, sources)]
        if rest:
            return rest
        if self.lexicon.noun_event(lemma(noun)) is not None and sources:
            return [m for m in self._complement_actors(noun) if not is_among(m, sources)]
        return []

    def _is_done_by_nobody(self, frame: Frame, verb: Token) -> bool:
        """Whether a participle after a thing that is nobody's leaves out who does it ("a trip planned for May")."""
        if is_opposed(verb):
            return True
        is_bare = verb.tag_ == "VBN" and verb.dep_ == "acl" and not pobjs(verb, "by") and not frame.reciprocal
        return is_bare and not self._actors_of([verb.head], deep=True, places=True)

    def _acts_on_things(self, frame: Frame, verb: Token) -> bool:
        """Whether a frame that wants somebody as its object has a thing there that belongs to nobody."""
        if frame.target[:1] != ("obj",) or frame.objects or frame.object_not_actor or frame.done:
            return False
        objects = patients(verb)
        return bool(objects) and all(o.pos_ == "NOUN" and not self._actors_of([o], deep=True) for o in objects)


def is_wish(noun: Token) -> bool:
    """Whether the noun says at whose wish its clause is done ("at the request of Yemen", "at Turkey's invitation")."""
    return noun.dep_ == "pobj" and noun.head.lower_ in ("at", "on") and lemma(noun) in WISHES
