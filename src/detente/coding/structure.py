"""Roles by meaning, read off the parse: who acts, on whom, and what stands in which slot of a predicate."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from detente.coding.words import words
from detente.reading import lemma

SUBJECT_DEPS = ("nsubj", "csubj")
PASSIVE_SUBJECT_DEPS = ("nsubjpass", "csubjpass")
CLAUSE_DEPS = ("ccomp", "xcomp", "advcl", "pcomp", "acl", "relcl")
# Verbs whose subject is against the attempt that is their object.
REFUSING = frozenset(
    {"reject", "condemn", "foil", "thwart", "oppose", "prevent", "stop", "block", "denounce", "resist"}
)
# Verbs that say after "of" or "for" what their object has done or is to have.
CHARGING = frozenset(
    {"accuse", "suspect", "convict", "warn", "remind", "assure", "absolve", "blame", "thank", "punish"}
)
FINITE = ("VBD", "VBZ", "VBP")
AGENTIVE = ("poss", "amod", "compound", "nmod")


def with_conjuncts(token: Token) -> list[Token]:
    """The token and what is coordinated with it."""
    return [token, *(t for t in token.conjuncts if t.i > token.i)]


def children(token: Token, *deps: str) -> list[Token]:
    return [c for c in token.children if c.dep_ in deps]


def is_passive(verb: Token) -> bool:
    return any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children) or (
        verb.tag_ == "VBN" and verb.dep_ in ("acl", "amod", "advcl") and not children(verb, "aux", "dobj", "nsubj")
    )


def pobjs(token: Token, *prepositions: str) -> list[Token]:
    """Objects of the token's prepositions, all of them where none is named; coordination is followed."""
    found = []
    # "hits back at Washington": the parse may hang a phrase on the particle
    particles_of = [p for c in children(token, "advmod", "prt") for p in children(c, "prep") if c.i < p.i]
    for prep in [*token.children, *particles_of]:
        if prep.dep_ in ("prep", "agent", "dative") and (not prepositions or prep.lower_ in prepositions):
            for inner in prep.children:
                if inner.dep_ == "pobj":
                    found += with_conjuncts(inner)
                elif inner.dep_ == "prep":
                    found += [t for o in children(inner, "pobj") for t in with_conjuncts(o)]
    return found


def agents(verb: Token, depth: int = 0) -> list[Token]:
    """Who does what the verb says: the subject, the by-phrase of a passive, or one inherited from the clause above."""
    if is_passive(verb):
        return pobjs(verb, "by")
    own = children(verb, *SUBJECT_DEPS)
    if own:
        own = [*own, *_likewise(verb)]
        return [_relative_antecedent(t) for subject in own for t in with_conjuncts(subject)]
    return _inherited(verb, depth)


def _likewise(verb: Token) -> list[Token]:
    """Who is said to have done the same ("Israel hailed the step, as did Saudi Arabia", "and so did Egypt")."""
    found: list[Token] = []
    for other in children(verb, "advcl", "conj"):
        if lemma(other) == "do" and not children(other, "dobj", "neg", "advcl", "ccomp", "xcomp"):
            says_so = any(c.lower_ in ("as", "so") for c in other.lefts)
            found += [s for s in children(other, *SUBJECT_DEPS) if says_so and s.i > other.i]
    return found


def patients(verb: Token, depth: int = 0) -> list[Token]:
    """Whom or what the verb is done to: the object, or the subject of a passive."""
    if is_passive(verb):
        own = children(verb, *PASSIVE_SUBJECT_DEPS)
        if own:
            return [_relative_antecedent(t) for subject in own for t in with_conjuncts(subject)]
        if verb.dep_ in ("acl", "relcl", "amod"):
            return [verb.head]
        if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX") and depth < 4:
            return patients(verb.head, depth + 1)
        if verb.dep_ == "xcomp" and depth < 4:
            return agents(verb.head, depth + 1) if not is_passive(verb.head) else patients(verb.head, depth + 1)
        return []
    own = [t for o in children(verb, "dobj", "obj") for t in with_conjuncts(o)]
    if own:
        own += _others_charged(verb, own)
        return [_relative_antecedent(t) for t in own]
    if verb.dep_ == "relcl" and children(verb, *SUBJECT_DEPS) and not children(verb, "ccomp", "xcomp"):
        return [verb.head]
    if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and depth < 2 and verb.i - verb.head.i <= 3:
        return patients(verb.head, depth + 1)
    return []


def _others_charged(verb: Token, objects: list[Token]) -> list[Token]:
    """Whom a verb left out the second time is said of ("accused X of theft and Y of spying": Y)."""
    preps = [c for head in (verb, *objects) for c in children(head, "prep") if c.lower_ in ("of", "for")]
    said = [o for p in preps for o in children(p, "pobj", "pcomp")] if lemma(verb) in CHARGING else []
    return [
        c for o in said for c in (*o.conjuncts, *children(verb, "conj"))
        if c.i > o.i and c.pos_ in ("PROPN", "NOUN") and any(p.lower_ in ("of", "for") for p in children(c, "prep"))
    ]  # fmt: skip


def measured(noun: Token) -> Token:
    """The noun that counts or bundles it, whose place in the clause it has ("a fifth round of sanctions")."""
    above = noun.head.head
    if noun.dep_ == "pobj" and noun.head.lower_ == "of" and lemma(above) in words("actors", "bundles"):
        return above
    return noun


def is_mutual(verb: Token) -> bool:
    """Whether all subjects do it to one another ("expelled each other's envoys", "each accused the other")."""
    objects = [*patients(verb), *pobjs(verb)]
    for token in [t for o in objects for t in (o, *children(o, "poss"))]:
        pair = token.doc[max(token.i - 1, 0) : token.i + 2].text.lower()
        if token.lower_ in ("other", "another", "one") and ("each other" in pair or "one another" in pair):
            return True
    subjects = [t for s in children(verb, *SUBJECT_DEPS) for t in (s, *s.children)]
    if not any(t.lower_ in ("each", "both") for t in subjects):
        return False
    told = [s for c in clause_of(verb) for s in children(c, *SUBJECT_DEPS)]
    return any(t.lower_ == "other" and t.i and t.nbor(-1).lower_ == "the" for t in [*objects, *told])


def _relative_antecedent(token: Token) -> Token:
    """The noun that a relative pronoun stands for, or that a part is of; the token itself otherwise."""
    if token.pos_ in ("NOUN", "NUM") and lemma(token) in words("actors", "parts"):
        return next(iter(pobjs(token, "of")), token)
    if token.lower_ in ("who", "which", "that", "whom", "whose") and token.head.dep_ == "relcl":
        return token.head.head
    return token


def _inherited(verb: Token, depth: int) -> list[Token]:
    if depth > 5:
        return []
    head = verb.head
    if verb.dep_ == "conj" and head.pos_ in ("VERB", "AUX"):
        return agents(coordinated_with(verb), depth + 1)
    plot = plotted(verb)
    if plot is not None:
        owner = children(plot, *AGENTIVE) or pobjs(plot, "by")
        return owner or (agents(head, depth + 1) if lemma(head) not in REFUSING else [])
    if verb.dep_ == "xcomp":
        controller = children(head, "dobj")
        if controller and lemma(head) not in words("control", "own_purpose"):
            return [_relative_antecedent(t) for t in with_conjuncts(controller[0])]
        if is_passive(head):
            return patients(head, depth + 1)
        return agents(head, depth + 1)
    if verb.dep_ in ("advcl", "pcomp", "prep"):
        above = head if head.pos_ in ("VERB", "AUX") else head.head
        if above.dep_ == "pobj" and above.head.dep_ == "agent":
            above = above.head.head  # "was accused by Y of arming": the phrase hangs on Y, but says what X did
        if verb.dep_ == "pcomp" and head.lower_ == "in" and lemma(above) in ("join", "follow"):
            return [*agents(above, depth + 1), *patients(above, depth + 1)]  # "joined X in refusing": both refuse
        if verb.dep_ == "pcomp" and head.lower_ in ("for", "of", "from", "into", "over"):
            # "condemned X for arresting", "accused X of bombing": X does it
            controller = patients(above, depth + 1) if above.pos_ == "VERB" else []
            if controller:
                return controller
        if above.pos_ in ("VERB", "AUX") and above.i != verb.i:
            return agents(above, depth + 1) or (patients(above, depth + 1) if is_passive(above) else [])
    if verb.dep_ == "ccomp" and verb.tag_ in ("VBG", "VB") and head.pos_ == "VERB":
        return agents(head, depth + 1)
    if verb.dep_ == "acl" and verb.tag_ in ("VBG", "VB"):
        return _of_noun_above(verb, depth)
    return []


def is_opposed(verb: Token) -> bool:
    """Whether the subject above is against it ("rejects any attempt to displace them"): it is somebody else's."""
    plot = verb.head
    is_plot = verb.dep_ == "acl" and plot.dep_ == "dobj" and lemma(plot) in words("control", "plots")
    return is_plot and lemma(plot.head) in REFUSING


def _of_noun_above(verb: Token, depth: int) -> list[Token]:
    """Who does what an infinitive or participle after a noun says."""
    head = verb.head
    # "its decision to withdraw": whoever decides acts; "troops fighting rebels": the troops
    if verb.tag_ == "VBG":
        return [head]
    if head.dep_ == "dobj" and lemma(head.head) in words("control", "request"):
        return [_relative_antecedent(head)]  # "ordered the bulk of its forces to leave"
    owner = children(head, "poss", "amod", "compound")
    if owner:
        return owner[:1]
    by = pobjs(head, "by")
    if by:
        return by
    if is_opposed(verb):
        return []
    if head.dep_ in ("dobj", "pobj", "attr") and head.head.pos_ == "VERB":
        return agents(head.head, depth + 1)
    if head.dep_ == "pobj" and head.head.head.pos_ == "VERB":
        return agents(head.head.head, depth + 1)
    return []


def is_finite(verb: Token) -> bool:
    return verb.tag_ in FINITE or any(c.tag_ in (*FINITE, "MD") for c in children(verb, "aux", "auxpass"))


def coordinated_with(verb: Token) -> Token:
    """The verb that a coordinated one goes on from, which is not always where the parse hangs it.

    A finite verb does not go on from an infinitive ("calls on X to withdraw and commends Y"), nor, after a comma, from
    what is said ("said that X had begun it, and left").
    """
    head: Token = verb.head
    if not is_finite(verb) or (head.tag_ == "VBN" and verb.tag_ == "VBD" and not is_finite(head)):
        return head  # "for having understood and respected": the tagger takes participles for past tenses
    if not is_finite(head):
        head = next((a for a in head.ancestors if a.pos_ in ("VERB", "AUX") and is_finite(a)), head)
    is_like = head.head.tag_ == verb.tag_ or (head.head.tag_ == "VBD" and _is_of_now(verb))
    is_told = head.dep_ == "ccomp" and head.head.i < head.i and is_like and is_finite(head.head)
    if is_told and any(c.dep_ == "punct" and c.text == "," and head.i < c.i < verb.i for c in verb.head.children):
        return head.head
    return head


def _is_of_now(verb: Token) -> bool:
    """Whether a verb's tense is the teller's, not that of what was said ("said that X had left, and will follow")."""
    return verb.tag_ in ("VBZ", "VBP") or any(c.lower_ in ("will", "has", "is") for c in children(verb, "aux"))


def is_set_apart(clause: Token) -> bool:
    """Whether the parse takes for a complement what a semicolon or a dash sets beside its head."""
    between = clause.doc[min(clause.i, clause.head.i) : max(clause.i, clause.head.i)]
    return clause.dep_ in ("ccomp", "parataxis") and any(t.text in (";", "–", "—") for t in between)


def stand_apart(one: Token, other: Token) -> bool:
    """Whether two words stand in clauses set side by side, each with its own subject ("X resigned, and Y declined")."""
    return _is_beside(one, other) or _is_beside(other, one)


def is_anothers(word: Token, trigger: Token) -> bool:
    """Whether a word is what another verb of the same subject acts on ("announced sanctions and asked NATO to")."""
    if word.dep_ in (*SUBJECT_DEPS, *PASSIVE_SUBJECT_DEPS):
        return False
    one = next((a for a in word.ancestors if a.pos_ in ("VERB", "AUX")), None)
    other = next((a for a in (trigger, *trigger.ancestors) if a.pos_ in ("VERB", "AUX")), None)
    if one is None or other is None or one.i == other.i:
        return False
    return one.dep_ == "conj" and one.head.i == other.i


def _is_beside(token: Token, other: Token) -> bool:
    for clause in (token, *token.ancestors):
        is_own = clause.dep_ == "conj" and clause.pos_ in ("VERB", "AUX")
        if not (is_own and children(clause, *SUBJECT_DEPS, *PASSIVE_SUBJECT_DEPS)) and not is_set_apart(clause):
            continue
        head = clause.head
        is_in_clause = clause.i == other.i or clause.is_ancestor(other)
        if not is_in_clause and (head.i == other.i or head.is_ancestor(other)):
            return True
    return False


def plotted(verb: Token) -> Token | None:
    """The plan right before an infinitive that the parse hangs on the verb above ("broke up a plot to kill")."""
    to = next((c for c in verb.lefts if c.lower_ == "to"), None)
    if to is None or not to.i or verb.dep_ not in ("xcomp", "advcl"):
        return None
    noun = to.nbor(-1)
    return noun if noun.pos_ == "NOUN" and noun.dep_ == "dobj" and lemma(noun) in words("control", "plots") else None


def particles(verb: Token) -> set[str]:
    """Words that may complete the verb's lemma: particles, adverbs, prepositions, and a bare object or complement.

    Two of them are joined as they stand ("stood up for": `up_for`, "came out in favour of": `out_in_favour`).
    """
    found = set()
    for child in verb.children:
        if child.dep_ in ("prt", "advmod", "prep", "dobj", "acomp", "oprd", "pobj"):
            found.add(child.lower_)
            if child.dep_ in ("dobj", "prep"):
                found.add(lemma(child))
            if child.dep_ == "prep":
                found |= {f"{child.lower_}_{lemma(o)}" for o in children(child, "pobj")}
        elif child.dep_ in ("advcl", "ccomp") and child.pos_ == "ADJ" and not children(child, *SUBJECT_DEPS):
            found.add(child.lower_)  # "held X responsible for it"
    firsts = [c.lower_ for c in children(verb, "prt", "advmod")]
    rest = [c.lower_ for c in children(verb, "prep")] + [w for w in found if "_" in w]
    return found | {f"{first}_{second}" for first in firsts for second in rest}


def clause_of(verb: Token) -> list[Token]:
    """Complement clauses of the verb: their head verbs."""
    return [c for c in verb.children if c.dep_ in ("ccomp", "xcomp") and c.i != verb.i and not is_set_apart(c)]


def complements(verb: Token) -> list[Token]:
    """Heads of infinitive and that-clauses below the verb, its object's included ("urged X to stop")."""
    found = clause_of(verb)
    for child in verb.children:
        if child.dep_ in ("dobj", "prep", "advcl"):
            if child.dep_ == "advcl" and any(c.lower_ == "to" for c in child.children):
                found.append(child)
            found += [
                c for c in child.children if c.dep_ in ("relcl", "acl", "pcomp", "ccomp") and child.dep_ == "prep"
            ]
            for inner in children(child, "pobj"):
                found += [
                    c
                    for c in inner.children
                    if c.dep_ in ("relcl", "acl") and any(x.lower_ == "to" for x in c.children)
                ]
    return found


def chain_above(token: Token) -> Iterator[tuple[Token, Token]]:
    """Pairs (clause head, governor) going up from the token to its sentence's root."""
    current = token
    for _ in range(12):
        head = current.head
        if head.i == current.i:
            return
        yield current, head
        current = head
