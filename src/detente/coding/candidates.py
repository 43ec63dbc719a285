"""Candidate events: every predicate of a sentence that a frame knows, with who does it and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from detente.coding.cast import Cast, Mention
from detente.coding.fitting import (
    acts_by_itself,
    fits_adjective,
    fits_noun,
    fits_sense,
    is_aside,
    is_designation,
    is_free,
    is_sum,
    is_time,
)
from detente.coding.frames import Frame, Lexicon
from detente.coding.modality import Setting, setting_of
from detente.coding.nouns import serves_mission
from detente.coding.proper import is_date
from detente.coding.sides import is_among, parties
from detente.coding.slots import PLACE_TARGET_TYPES, SlotFinder
from detente.coding.structure import (
    SUBJECT_DEPS,
    agents,
    children,
    clause_of,
    complements,
    is_mutual,
    particles,
    patients,
    pobjs,
)
from detente.coding.words import words
from detente.ontology import plover_quad
from detente.reading import lemma

TRIGGER_POS = frozenset({"VERB", "AUX", "NOUN", "PROPN", "ADJ"})
OBJ_DEPS = ("dobj", "obj", "nsubjpass", "attr", "oprd")
PLACE_SLOTS = frozenset(["in", "into", "from", "near", "along", "off", "at", "outside", "across", "on"])
PARTICLES = frozenset({"down", "off", "in", "together"})
SPOKEN_TYPES = frozenset({"AGREE", "REQUEST", "THREATEN", "REJECT"})
# Acts that answer what the sentence before has told.
ANSWERS = frozenset({"SANCTION", "REJECT"})
# Verbs by which forces are told what to do.
ORDERS = frozenset({"order", "instruct", "command", "direct"})
# Strength of a candidate whose two sides the words give, and of one whose second side is the nearest of the sentence.
TOLD, GUESSED = 0.6, 0.4
# Types whose target may be named by a place ("troops in Syria", "an attack in Mali").


@dataclass(slots=True, eq=False)
class Candidate:
    """An event as structure sees it, before meaning and document have their say.

    `takes_up` marks a judgement of a deed that was told before, whose doers are its targets.
    """

    frame: Frame
    event: str
    trigger: Token
    sources: list[Mention]
    targets: list[Mention]
    setting: Setting
    extra: list[Token] = field(default_factory=list)
    intended: str | None = None
    mode: str | None = None
    cameo: str | None = None
    modality: str = "actual"
    by_speaker: bool = False
    takes_up: bool = False
    strength: float = TOLD
    probability: float | None = None
    decided_by_encoder: bool = False

    @property
    def sentence(self) -> Span:
        return self.trigger.sent


class CandidateFinder(SlotFinder):
    """Runs the lexicon over one Doc whose mentions are known."""

    def __init__(self, doc: Doc, cast: Cast, lexicon: Lexicon) -> None:
        super().__init__(doc, cast, lexicon)
        self.absorbed: set[int] = set()
        self.without_target: list[tuple[Frame, Token]] = []

    def find(self) -> list[Candidate]:
        """Candidates in text order; verbs go first, so that the nouns that they use up fire no event of their own."""
        tokens = [t for t in self.doc if t.pos_ in TRIGGER_POS]
        tokens.sort(key=lambda t: (t.pos_ != "VERB", t.i))
        found: list[Candidate] = []
        for token in tokens:
            if token.i in self.absorbed:
                continue
            candidate = self._candidate(token)
            if candidate is not None:
                found.append(candidate)
                self.absorbed |= _used_up(candidate)
        return sorted(self._with_orders(found), key=lambda c: c.trigger.i)

    def _with_orders(self, found: list[Candidate]) -> list[Candidate]:
        """What a side orders its own forces to do is its deed, and the order no request."""
        done: set[int] = set()
        for candidate in found:
            matrix = candidate.setting.matrix
            if matrix is None or lemma(matrix) not in ORDERS or candidate.setting.control != "request":
                continue
            givers = self._actors_of(agents(matrix), deep=True)
            own = {self.cast.country_of(m) for m in candidate.sources} - {None}
            if own and own == {self.cast.country_of(m) for m in givers}:
                candidate.sources, candidate.setting = givers, Setting(candidate.setting.modality)
                done.add(matrix.i)
        return [c for c in found if not (c.event == "REQUEST" and c.trigger.i in done)]

    def half_told(self) -> list[Candidate]:
        """Predicates whose source is known and whose target is not: no events, but deeds that others may judge."""
        found = []
        for frame, token in self.without_target:
            is_deed = frame.source == ("subj",) and token.pos_ == "VERB"
            sources = self._sources(frame, token) if is_deed else []
            if sources:
                setting = setting_of(token)
                found.append(
                    Candidate(frame, frame.event, token, sources, [], setting, mode=frame.mode, cameo=frame.cameo)
                )
        return found

    def is_guessed(self, candidate: Candidate) -> bool:
        """Whether the candidate's targets are only the nearest other side of its sentence."""
        return candidate.strength == GUESSED and bool(self._sources(candidate.frame, candidate.trigger))

    def aim(self, candidate: Candidate, targets: list[Mention]) -> None:
        """Give a candidate that has no targets, or guessed ones, those that the article tells."""
        candidate.targets, candidate.strength, candidate.takes_up = targets, TOLD, True
        if candidate.frame.reciprocal:
            candidate.sources, candidate.targets = [*candidate.sources, *targets], []
        self.without_target = [(f, t) for f, t in self.without_target if t.i != candidate.trigger.i]

    def told_of(self, candidate: Candidate) -> Frame | None:
        """Frame of what a demand, accusation, refusal or threat is about ("urged X to release Y")."""
        for clause in complements(candidate.trigger):
            frame = self.frame_of(clause)
            if frame is not None:
                return frame
        return None

    def frame_of(self, token: Token) -> Frame | None:
        """The first frame whose words and constraints the predicate meets, whoever its actors are."""
        return next(iter(self._frames(token)), None)

    def _candidate(self, token: Token) -> Candidate | None:
        fitting = []
        for frame in self._frames(token):
            fitting.append(frame)
            candidate = self._fill(frame, token) or (self._complete(frame, token) if frame.done else None)
            if candidate is not None:
                return candidate
        for frame in fitting:
            candidate = self._complete(frame, token)
            if candidate is not None:
                return candidate
        if fitting:
            self.without_target.append((fitting[0], token))
        return None

    # frames that fit a token

    def _frames(self, token: Token) -> Iterator[Frame]:
        name = lemma(token)
        if token.pos_ in ("VERB", "AUX") or (token.tag_ in ("VBN", "VBG") and token.dep_ != "amod"):
            entries = self.lexicon.verbs.get(name)
            if entries:
                rest = None
                is_phrasal = any(c.dep_ == "prt" and c.lower_ in PARTICLES for c in token.children)
                for completion, frame in entries:
                    if completion:
                        rest = particles(token) if rest is None else rest
                        if completion not in rest or (completion == "in" and not is_phrasal and is_aside(token)):
                            continue
                    elif is_phrasal:
                        continue  # "let down" is another verb than "let"
                    if self._fits_verb(frame, token):
                        yield frame
        elif token.pos_ in ("NOUN", "PROPN"):
            if self.cast.at(token) is None and not is_date(self.doc, token.i):
                yield from (f for f in self.lexicon.nouns.get(name, ()) if fits_noun(f, token))
        elif token.pos_ == "ADJ":
            yield from (f for f in self.lexicon.adjectives.get(token.lower_, ()) if fits_adjective(f, token))

    def _fits_verb(self, frame: Frame, verb: Token) -> bool:
        if frame.participle or (verb.dep_ == "amod" and frame.event in SPOKEN_TYPES):
            return False  # "the proposed campaign": nobody proposes it here
        objects = patients(verb)
        if frame.objects and not any(self._noun_in(o, frame.objects) for o in objects):
            if not frame.preps_objects and frame.any_of is None:
                return False
            if frame.preps_objects and not self._prep_object_fits(frame, verb):
                return False
            if frame.any_of and not any(self._noun_in(s, frame.subjects) for s in agents(verb)):
                return False
        elif frame.preps_objects and not frame.objects and not self._prep_object_fits(frame, verb):
            return False
        if frame.subjects and frame.any_of is None and not any(self._noun_in(s, frame.subjects) for s in agents(verb)):
            return False
        if frame.preps and not any(
            c.dep_ == "prep" and c.lower_ in frame.preps and not is_time(c)
            for head in (verb, *objects)
            for c in head.children
        ):
            return False
        if frame.rejects_preps and any(
            c.dep_ == "prep" and c.lower_ in frame.rejects_preps and not is_time(c)
            for head in (verb, *(o for o in objects if lemma(o) in frame.objects))
            for c in head.children
        ):
            return False
        if frame.rejects_objects and any(self._rejected(o, frame.rejects_objects) for o in objects):
            return False
        if not fits_sense(frame, verb, objects, any(self.cast.at(o) is not None for o in objects)):
            return False
        return self._fits_actors(frame, verb, objects)

    def _prep_object_fits(self, frame: Frame, verb: Token) -> bool:
        wanted = tuple(frame.preps) if frame.preps else ()
        wording = frame.preps_objects_modifier
        return any(
            lemma(o) in frame.preps_objects and (not wording or any(lemma(t) in wording for t in o.subtree))
            for head in (verb, *(patients(verb) if wanted else ()))
            for o in pobjs(head, *wanted)
        )

    def _fits_actors(self, frame: Frame, verb: Token, objects: list[Token]) -> bool:
        if frame.object_must_be_actor and not any(self.cast.at(o) is not None for o in objects):
            return False
        if frame.object_not_actor and (not objects or any(self._is_state(o) for o in objects)):
            return False
        if frame.object_modifier and not any(c.lower_ == frame.object_modifier for o in objects for c in o.children):
            return False
        if frame.subject_sectors or frame.subject_sectors_not:
            sectors = {
                s for a in agents(verb) for m in [self.cast.at(a)] if m is not None for s in (m.sectors or ("GOV",))
            }
            if frame.subject_sectors and sectors and not sectors & frame.subject_sectors:
                return False
            if frame.subject_sectors_not and sectors & frame.subject_sectors_not:
                return False
        if frame.goes_home and not self._goes_home(verb):
            return False
        for name, needed in frame.excludes_verbs_without:
            if lemma(verb) == name and not any(needed in t.lower_ for t in verb.subtree):
                return False
        return not frame.needs_hostile_comp or self._hostile_complement(verb)

    def _is_state(self, token: Token) -> bool:
        mention = self.cast.at(token)
        return mention is not None and mention.kind == "state"

    def _noun_in(self, token: Token, nouns: frozenset[str]) -> bool:
        if lemma(token) in nouns or token.lower_ in nouns:
            return True
        if token.pos_ == "PROPN" and any(c.dep_ == "appos" and lemma(c) in nouns for c in token.rights):
            return True  # "the Mavi Marmara, a Turkish ship"
        if "aircraft" in nouns and is_designation(token):
            return True
        if ("diplomat" in nouns and serves_mission(token)) or ("money" in nouns and is_sum(token)):
            return True
        mention = self.cast.at(token)
        if mention is not None and mention.role and (set(mention.role.split()) & nouns):
            return True
        return mention is not None and bool(mention.office) and bool(set((mention.office or "").split()) & nouns)

    @staticmethod
    def _rejected(token: Token, nouns: frozenset[str]) -> bool:
        return lemma(token) in nouns or ("diplomat" in nouns and serves_mission(token))

    def _hostile_complement(self, verb: Token) -> bool:
        for clause in clause_of(verb):
            for token in clause.subtree:
                if token.pos_ in ("VERB", "NOUN") and token.i != verb.i:
                    frame = self.frame_of(token) if token.pos_ == "VERB" else None
                    event = frame.event if frame else self.lexicon.noun_event(lemma(token))
                    if event and plover_quad(event) == 4:
                        return True
        return False

    def _goes_home(self, verb: Token) -> bool:
        """Whether an envoy travels to the state that sent him ("will return to Moscow")."""
        for subject in agents(verb):
            mention = self.cast.at(subject)
            if mention is None or not mention.country:
                continue
            if any(t.lower_ == "home" for t in verb.children):
                return True
            for place in pobjs(verb, "to", "for"):
                where = self.cast.at(place)
                if where is not None and where.country == mention.country:
                    return True
        return False

    # slots

    def _fill(self, frame: Frame, token: Token) -> Candidate | None:
        sources = self._beside_speech(token, self._sources(frame, token))
        if len(sources) > 1 and token.pos_ == "VERB" and is_mutual(token):
            targets = []
        elif token.pos_ not in ("VERB", "AUX"):
            targets = self._noun_targets(frame, token, sources)
        else:
            targets = self._targets(frame, token, sources)
        setting = setting_of(token)
        if frame.source == ("speaker",):
            if not targets:
                return None
            return Candidate(
                frame, frame.event, token, [], targets, setting, mode=frame.mode, cameo=frame.cameo, by_speaker=True
            )
        if not sources and not targets:
            return None
        targets = [t for t in targets if not any(t is s or t.actor == s.actor for s in sources)]
        if frame.reciprocal and len({self.cast.country_of(s) for s in sources} - {None}) >= 2:
            targets = []
        if frame.reciprocal and (both := parties(sources, targets)):
            return Candidate(frame, frame.event, token, both, [], setting, mode=frame.mode, cameo=frame.cameo)
        if self._are_their_own(sources, targets):
            targets = []  # "both lifted the block on their lines": each towards the other
        elif not sources or not (targets or (len(sources) > 1 and is_mutual(token))):
            return None
        return Candidate(frame, frame.event, token, sources, targets, setting, mode=frame.mode, cameo=frame.cameo)

    def _beside_speech(self, verb: Token, sources: list[Mention]) -> list[Mention]:
        """Who speaks, where the parse sets his next act beside what he said of somebody ("said Pakistan had fired and
        called on Islamabad to stop"): nobody calls on himself."""
        first = verb
        while first.dep_ == "conj":
            first = first.head
        is_beside = verb.i != first.i and first.dep_ == "ccomp" and first.head.pos_ == "VERB"
        if not is_beside or children(verb, *SUBJECT_DEPS):
            return sources
        others = self._actors_of([*patients(verb), *pobjs(verb)], deep=True)
        met = {self.cast.country_of(m) for m in others} - {None}
        if not met or not met <= {self.cast.country_of(s) for s in sources}:
            return sources
        return self._actors_of(agents(first.head), deep=True) or sources

    def _are_their_own(self, sources: list[Mention], targets: list[Mention]) -> bool:
        """Whether several do to what is theirs what they do."""
        own = {self.cast.country_of(s) for s in sources} - {None}
        return (
            len(own) > 1
            and any(t.members or self.cast.actor_of(t).members for t in targets)
            and all(set(self.cast.actor_of(t).members or (self.cast.country_of(t),)) <= own for t in targets)
        )

    def _complete(self, frame: Frame, token: Token) -> Candidate | None:
        """The candidate with its missing side taken from the sentence: the nearest other actor; weak evidence."""
        if frame.mode == "third-party" and token.dep_ in ("advcl", "relcl") and token.pos_ == "VERB":
            return self._between_those_above(frame, token)
        if (
            frame.source != ("subj",)
            or frame.goes_home
            or frame.event == "CONSULT"
            or (frame.reciprocal and token.pos_ != "VERB")
        ):
            return None
        sources = self._sources(frame, token)
        is_verb = token.pos_ in ("VERB", "AUX")
        targets = (
            [] if sources else self._targets(frame, token, []) if is_verb else self._noun_targets(frame, token, [])
        )
        if not sources and not targets:
            return None
        if not sources and is_verb and (acts_by_itself(token, self.cast) or self._is_done_by_nobody(frame, token)):
            return None  # "bases that house troops", "a trip planned for May"
        if not sources and not is_verb and (plover_quad(frame.event) == 4 or frame.event == "REQUEST"):
            return None  # "the poisoning of X": who is named nearby is as often the accuser as the accused
        known = sources or targets
        if is_verb and lemma(token) in words("actors", "to_forum"):
            return None  # who is named besides is whom one complains to
        if is_verb and sources and any(o.pos_ == "PROPN" and self.cast.at(o) is None for o in patients(token)):
            return None  # "Canada arrested Meng at the request of": the object is somebody, if unknown
        if is_verb and sources and self._acts_on_things(frame, token):
            return None  # "helped trade": that the sentence names another side as well says nothing
        is_place = frame.event in PLACE_TARGET_TYPES
        other = self._nearest_other(token, known, not sources, is_place, frame.event)
        if other is None and sources and is_verb and frame.event in ANSWERS and is_free(token):
            other = self._side_before(token, sources)
        if other is None:
            return None
        sources, targets = (known, [other]) if sources else ([other], known)
        if frame.reciprocal:
            both = parties(sources, targets)
            sources, targets = (both, []) if both else (sources, targets)
        return Candidate(frame, frame.event, token, sources, targets, setting_of(token), mode=frame.mode,
                         cameo=frame.cameo, strength=GUESSED)  # fmt: skip

    def _between_those_above(self, frame: Frame, verb: Token) -> Candidate | None:
        """A mediator's act on the parties of the clause above ("X and Y stopped after Egypt mediated a truce")."""
        sources = self._sources(frame, verb)
        parties_above = [m for m in self._actors_of(agents(verb.head), deep=False) if not is_among(m, sources)]
        if not sources or len(parties_above) < 2:
            return None
        return Candidate(frame, frame.event, verb, sources, parties_above, setting_of(verb), mode=frame.mode,
                         cameo=frame.cameo)  # fmt: skip


def _used_up(candidate: Candidate) -> set[int]:
    """The nouns by which a verb's frame was recognised ("launched an attack": one event, not two)."""
    frame, verb = candidate.frame, candidate.trigger
    if verb.pos_ != "VERB" or not (frame.objects or frame.preps_objects):
        return set()
    tokens = [*patients(verb), *pobjs(verb)]
    return {t.i for t in tokens if lemma(t) in frame.objects or lemma(t) in frame.preps_objects}
