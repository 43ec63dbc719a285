"""Attributions from verbs and their clauses, objects and infinitives in the parse."""

from __future__ import annotations

from collections.abc import Iterator

from detente.coding.attribution.lexicon import Verb, load_lexicon
from detente.coding.attribution.records import Draft, Span
from detente.coding.attribution.roles import DEPTH, is_passive, own_subject, speaker_of
from detente.coding.attribution.tree import NOUN_TAGS, Tree

OPENING = frozenset({'"', "“", "``", "«", "„"})
CLOSING = frozenset({'"', "”", "''", "»"})
QUOTES = OPENING | CLOSING
QUESTIONS = frozenset({"who", "whom", "what", "why", "how", "whether", "where", "when", "which"})
NAMED_WITHIN = 9  # tokens from a cue to the quotation that names what it calls so
EXPLETIVE = frozenset({"it", "there"})


def is_negated(tree: Tree, verb: int, depth: int = 0) -> bool:
    """Whether the verb is denied: `did not say`, `declined to say`, `nobody said`."""
    words = load_lexicon().words
    for k in tree.kids[verb]:
        if tree.dep[k] == "neg" or (k < verb and tree.low[k] in words["negation.words"]):
            return True
    head = tree.head[verb]
    if tree.dep[verb] in {"xcomp", "pcomp"} and head != verb and depth < DEPTH:
        entry = load_lexicon().verbs.get(tree.low[head])
        lemma = entry.lemma if entry else tree.low[head]
        return any(lemma.startswith(word) for word in words["negation.governors"]) or (
            tree.is_verb(head) and is_negated(tree, head, depth + 1)
        )
    return False


def subtree(tree: Tree, i: int) -> Span:
    """Half-open token range of a subtree."""
    return tree.left[i], tree.right[i] + 1


def without(run: Span, hole: Span) -> list[Span]:
    """A range less another."""
    start, end = run
    a, b = max(start, hole[0]), min(end, hole[1])
    if a >= b:
        return [run]
    return [piece for piece in ((start, a), (b, end)) if piece[0] < piece[1]]


def joined(runs: list[Span]) -> list[Span]:
    """Ranges in order, those that touch or have one token between them made one."""
    found: list[Span] = []
    for start, end in sorted(runs):
        if found and start <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def clause_kid(tree: Tree, verb: int) -> list[int]:
    """The clauses that the verb reports."""
    found = []
    for k in tree.kids[verb]:
        if tree.dep[k] == "ccomp" or (tree.dep[k] in {"xcomp", "advcl"} and has_that(tree, k)):
            found.append(k)
    return found


def has_that(tree: Tree, verb: int) -> bool:
    return any(tree.dep[k] == "mark" and tree.low[k] in {"that", "whether", "if"} for k in tree.kids[verb])


def to_infinitive(tree: Tree, verb: int) -> bool:
    return any(tree.low[k] == "to" and tree.dep[k] == "aux" for k in tree.kids[verb])


class ClauseFinder:
    """Tries the frames of one verb after another on its place in the parse."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def find(self) -> Iterator[Draft]:
        """Drafts of the whole document, in order of their cues."""
        verbs, tree = load_lexicon().verbs, self.tree
        for i, word in enumerate(tree.low):
            entry = verbs.get(word)
            if entry is not None and tree.tag[i].startswith("V") and tree.dep[i] not in {"aux", "auxpass", "amod"}:
                yield from self.drafts(i, entry)

    def drafts(self, i: int, entry: Verb) -> Iterator[Draft]:
        """The attributions of one cue verb: clauses first, then whatever other frame fits."""
        if is_negated(self.tree, i):
            return
        found = self.clause(i, entry) or self.other(i, entry)
        if found is None:
            return
        runs, name, frame = found
        speaker = speaker_of(self.tree, i)
        if speaker is None and not self.is_impersonal(i):
            return
        if speaker is not None and self.tree.low[speaker] in EXPLETIVE and frame not in {"c", "host"}:
            return
        if runs:
            yield Draft(i, speaker, runs, "stance" if name == "stance" else "report", frame)

    def said(self, i: int, k: int) -> Span:
        """A clause up to where the reporter goes on: `, days after Lee said`, `, and Lee replied, "..."`."""
        tree = self.tree
        start, end = subtree(tree, k)
        if k < i:
            return (start, start) if self.is_closed(end, i) else (start, end)
        end = self.semicolon(start, end)
        for m in tree.kids[k]:
            if m > k and tree.dep[m] == "advcl" and tree.left[m] > start and tree.low[tree.left[m] - 1] == ",":
                first = tree.left[m]
                if {"after", "before"} & set(tree.low[first : first + 3]) and own_subject(tree, m) is not None:
                    return start, first - 1
            if m > k and tree.dep[m] == "conj" and self.introduces(m):
                return start, self.before_conjunction(k, tree.left[m])
        return start, end

    def semicolon(self, start: int, end: int) -> int:
        """Where a clause ends at a semicolon after which another is spoken of, else where it ended."""
        is_open = False
        for m in range(start, end - 1):
            if self.tree.low[m] in QUOTES:
                is_open = not is_open
            elif self.tree.low[m] == ";" and not is_open and self.tree.tag[m + 1] not in {"PRP", "PRP$", "IN"}:
                return m
        return end

    def is_closed(self, end: int, i: int) -> bool:
        """Whether a semicolon ends the clause before its cue: `Lee left; he said that ...` tells nothing of it."""
        return any(self.tree.low[m] == ";" for m in range(max(end - 1, 0), i))

    def is_over(self, k: int, i: int) -> bool:
        """Whether a clause before the cue is of another sentence: `"We go," he wrote. Later Lee said that`."""
        return any(self.tree.low[m] in QUOTES | {".", "?", "!"} for m in range(self.tree.left[k], i))

    def introduces(self, verb: int) -> bool:
        """Whether a verb with a subject of its own opens a quotation: `Lee replied, "..."`."""
        tree = self.tree
        after = next((i for i in range(verb + 1, min(verb + 3, tree.size)) if tree.low[i] not in {",", ":"}), verb)
        return self.is_cue(verb) and own_subject(tree, verb) is not None and tree.low[after] in OPENING

    def before_conjunction(self, k: int, first: int) -> int:
        """Where the words before a coordinated clause end, without its conjunction and comma."""
        while first - 1 > k and self.tree.low[first - 1] in {",", "and", "but", "while"}:
            first -= 1
        return first

    def is_impersonal(self, i: int) -> bool:
        """`it was announced that`."""
        return any(self.tree.dep[k] == "nsubjpass" and self.tree.low[k] == "it" for k in self.tree.kids[i])

    def clause(self, i: int, entry: Verb) -> tuple[list[Span], str, str] | None:
        """A clause complement, or the sentence in which the cue is a parenthesis."""
        tree = self.tree
        name = entry.frame_class("c") or (entry.frame_class("q") and "report")
        if name is None:
            return None
        clauses = [k for k in clause_kid(tree, i) if self.is_content(i, k, entry)] or self.asked_in(i, entry)
        if any(k > i and has_that(tree, k) for k in clauses):
            clauses = [k for k in clauses if k > i or not self.is_over(k, i)]
        runs = joined([run for k in clauses if (run := self.said(i, k))[0] < run[1]])
        if runs:
            return runs, name, "c"
        if "c" in entry.report and self.closes(i):
            host = tree.head[i]
            return without((tree.left[host], tree.left[i]), (i, i)), name, "host"
        if tree.dep[i] in {"parataxis", "ccomp", "advcl"} and "c" in (entry.report | entry.stance):
            host = tree.head[i]
            if tree.dep[i] == "parataxis" and not clause_kid(tree, i) and tree.tag[host][:1] in {"V", "M", "N", "J"}:
                return without(subtree(tree, host), self.parenthesis(i)), name, "host"
        return None

    def asked_in(self, i: int, entry: Verb) -> list[int]:
        """The question that the parse hangs on where it was put: `asked in a tweet who was behind it`, `asked when`."""
        tree, found = self.tree, []
        for k in tree.kids[i] if "p:whether" in entry.report else []:
            if k > i and tree.dep[k] == "advcl" and tree.left[k] == i + 1 and tree.low[i + 1] in QUESTIONS:
                return [k]
            noun = tree.kid(k, "pobj") if k > i and tree.dep[k] == "prep" else None
            if noun is not None and tree.low[noun] in load_lexicon().words["venue.nouns"]:
                found += [m for m in tree.kids[noun] if tree.dep[m] == "relcl" and tree.low[tree.left[m]] in QUESTIONS]
        return found

    def closes(self, i: int) -> bool:
        """Whether `, X told reporters` ends a sentence whose first half the parse takes for its main clause."""
        tree, head, subject = self.tree, self.tree.head[i], own_subject(self.tree, i)
        if tree.dep[i] != "conj" or head >= i or subject is None or not tree.is_verb(head) or tree.dep[head] != "ROOT":
            return False
        first = tree.left[subject]
        if not head < first < i or tree.left[i] != first or tree.low[first - 1] != "," or clause_kid(tree, head):
            return False
        return not any(head < k < first and tree.dep[k] == "cc" for k in tree.kids[head])

    def parenthesis(self, i: int) -> Span:
        """Token range of `he said on Monday` between its commas: the parse may hang the words before on the cue."""
        tree, left = self.tree, self.tree.left[i]
        subject = own_subject(tree, i)
        start = min(i, tree.left[subject]) if subject is not None else i
        for k in range(start - 1, left - 1, -1):
            if tree.low[k] in {",", "–", "—", "-", "(", ";"}:
                left = k + 1
                break
        return left, tree.right[i] + 1

    def is_content(self, i: int, k: int, entry: Verb) -> bool:
        """Whether a clausal child is what is said: of a verb without clauses only one that stands before it."""
        if "c" in entry.report or "c" in entry.stance:
            return True
        return k < i

    def other(self, i: int, entry: Verb) -> tuple[list[Span], str, str] | None:
        """Infinitive, gerund, preposition, predicate or noun phrase."""
        tree = self.tree
        passive = is_passive(tree, i)
        return (
            self.open_clause(i, entry, passive)
            or self.preposition(i, entry)
            or self.predicate(i, entry)
            or (None if passive and not self.has_agent(i) else self.object(i, entry, passive))
        )

    def has_agent(self, i: int) -> bool:
        return self.tree.kid(i, "agent") is not None

    def open_clause(self, i: int, entry: Verb, passive: bool) -> tuple[list[Span], str, str] | None:
        tree = self.tree
        words = load_lexicon().words
        for k in tree.kids[i]:
            if k < i or tree.dep[k] not in {"xcomp", "ccomp"}:
                continue
            if to_infinitive(tree, k):
                frame = (
                    "oi"
                    if "oi" in (entry.report | entry.stance)
                    and (tree.kid(i, "dobj") is not None or own_subject(tree, k) is not None or passive)
                    else "i"
                )
                name = entry.frame_class(frame)
                if name and not (entry.lemma in words["negation.governors"] and self.is_cue(k)):
                    noun = tree.kid(i, "dobj")
                    start = tree.left[noun] if frame == "oi" and noun is not None and noun > i else tree.left[k]
                    return [(start, tree.right[k] + 1)], name, frame
            elif entry.frame_class("g") and (tree.tag[k] == "VBG" or self.is_perfect_gerund(k)):
                return [subtree(tree, k)], entry.frame_class("g") or "report", "g"
        return None

    def is_perfect_gerund(self, k: int) -> bool:
        """`denied having agreed`."""
        return self.tree.low[self.tree.left[k]] == "having" and self.tree.tag[k] == "VBN"

    def is_cue(self, k: int) -> bool:
        entry = load_lexicon().verbs.get(self.tree.low[k])
        return entry is not None and "q" in entry.report

    def preposition(self, i: int, entry: Verb) -> tuple[list[Span], str, str] | None:
        tree = self.tree
        for k in tree.kids[i]:
            if k > i and tree.dep[k] == "dobj" and (far := self.beyond(k, entry)) is not None:
                return [far], "report", "p"
            if k < i or tree.dep[k] not in {"prep", "prt", "dative", "agent", "advcl", "ccomp"}:
                continue
            name = entry.prepositions.get(tree.low[k])
            if name and tree.dep[k] == "prt":
                clauses = clause_kid(tree, i)
                noun = tree.kid(i, "dobj")
                best = clauses[0] if clauses else noun
                if best is not None:
                    return [subtree(tree, best)], name, "p"
            elif name and k < tree.right[k]:
                inner = tree.kid(k, "pobj", "pcomp")
                if inner is not None:
                    start = self.blamed(i, k, entry)
                    return [(tree.left[inner] if start is None else start, self.reach(i, k) + 1)], name, "p"
            elif name is None and (far := self.beyond(k, entry)) is not None:
                return [far], "report", "p"
            elif name is None and "for" in entry.prepositions and self.opens_with_for(k):
                return [(tree.left[k] + 1, tree.right[k] + 1)], entry.prepositions["for"], "p"
        return None

    def beyond(self, k: int, entry: Verb) -> Span | None:
        """`of lying`, where the parse hangs it on the noun or day before it: `accused Oslo on Monday of lying`."""
        tree = self.tree
        for m in range(k + 1, tree.right[k] if entry.prepositions.get("of") == "report" else 0):
            if tree.low[m] == "of" and tree.right[m] > m and tree.low[m + 1].endswith("ing"):
                return m + 1, tree.right[m] + 1
        return None

    def opens_with_for(self, k: int) -> bool:
        """`called for workers to wear masks`."""
        first = self.tree.left[k]
        return self.tree.low[first] == "for" and self.tree.dep[first] == "mark" and to_infinitive(self.tree, k)

    def reach(self, i: int, k: int) -> int:
        """The last token of `on Oslo to stop`: an infinitive of the cue that follows its preposition belongs to it."""
        tree, last = self.tree, self.tree.right[k]
        for m in tree.kids[i]:
            if m > k and tree.left[m] == last + 1 and tree.dep[m] in {"xcomp", "advcl"} and to_infinitive(tree, m):
                return tree.right[m]
        return last

    def blamed(self, i: int, k: int, entry: Verb) -> int | None:
        """Where the object begins that belongs to the content as well: `criticised Oslo for`, `called on Oslo to`."""
        if self.tree.low[k] != "for":
            return None
        noun = self.tree.kid(i, "dobj")
        return self.tree.left[noun] if noun is not None and i < noun < k and entry.lemma != "ask" else None

    def predicate(self, i: int, entry: Verb) -> tuple[list[Span], str, str] | None:
        """`called it a lie`, `described it as a lie`, `likened it to a war`."""
        tree = self.tree
        noun = tree.kid(i, "dobj", "nsubjpass")
        frames = entry.report | entry.stance
        for k in tree.kids[i]:
            if k < i:
                continue
            if "s" in frames and tree.dep[k] in {"oprd", "ccomp", "xcomp"} and tree.tag[k] not in {"RB", "RP"}:
                start = tree.left[noun] if noun is not None and i < noun < k else tree.left[k]
                return [(start, tree.right[k] + 1)], entry.frame_class("s") or "report", "s"
            joint = {"as": "a", "to": "p:to2"}.get(tree.low[k])
            if joint in frames and tree.dep[k] == "prep" and noun is not None:
                start = tree.left[noun] if i < noun < k else tree.left[k] + 1
                return [(start, tree.right[k] + 1)], entry.frame_class(joint) or "report", "a"
        quoted = self.quoted_name(i) if "s" in frames else None
        return None if quoted is None else ([quoted], entry.frame_class("s") or "report", "s")

    def quoted_name(self, i: int) -> Span | None:
        """`the ship "American"` after `called`: a noun phrase with nothing but a quotation after it."""
        tree, last = self.tree, min(self.tree.right[i], i + NAMED_WITHIN)
        opened = next((m for m in range(i + 2, last) if tree.low[m] in OPENING), None)
        if opened is None or tree.tag[opened - 1] not in NOUN_TAGS or tree.low[i + 1] in {"for", "on", "upon"}:
            return None
        if not any(tree.tag[m].startswith(("N", "PRP")) or tree.low[m] == "this" for m in range(i + 1, opened)):
            return None
        if any(tree.is_verb(m) or tree.low[m] == "," for m in range(i + 1, opened)):
            return None
        closed = next((m for m in range(opened + 1, tree.right[i] + 1) if tree.low[m] in CLOSING), None)
        return None if closed is None else (i + 1, closed + 1)

    def object(self, i: int, entry: Verb, passive: bool) -> tuple[list[Span], str, str] | None:
        name = entry.frame_class("n")
        noun = self.tree.kid(i, "nsubjpass" if passive else "dobj")
        if name is None or noun is None or (not passive and noun < i) or self.quotes_as(i):
            return None
        return [(self.tree.left[noun], self.tail(i, noun) + 1)], name, "n"

    def quotes_as(self, i: int) -> bool:
        """`cited X as saying`: the words are X's, and `saying` has them."""
        tree = self.tree
        return any(
            tree.low[k] == "as" and (inner := tree.kid(k, "pcomp")) is not None and self.is_cue(inner)
            for k in tree.kids[i]
        )

    def tail(self, i: int, noun: int) -> int:
        """The last token of an object and the phrases after it that say why: `blasted Oslo for leaving`."""
        last = self.tree.right[noun]
        for k in self.tree.kids[i]:
            if k > noun and self.tree.left[k] == last + 1 and self.tree.low[k] in {"for", "as", "over", "of", "about"}:
                last = self.tree.right[k]
        return last
