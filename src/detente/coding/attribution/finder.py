"""Puts the finders together: drafts from the parse, quotations bound to them, then the records."""

from __future__ import annotations

from spacy.tokens import Doc

from detente.coding.attribution.asides import find_asides, without_doubles
from detente.coding.attribution.clauses import ClauseFinder
from detente.coding.attribution.layout import find_labels
from detente.coding.attribution.phrases import find_phrases
from detente.coding.attribution.quotes import find_quotes
from detente.coding.attribution.records import Attribution
from detente.coding.attribution.repair import mend
from detente.coding.attribution.spans import build
from detente.coding.attribution.threads import Threader
from detente.coding.attribution.tree import Tree


def find_attributions(doc: Doc) -> list[Attribution]:
    """Who says what, in the order of the text.

    Reads the parse and the quotation marks; where a part of the Doc is unparsed, only its quotations with a cue
    beside them are found.
    """
    tree = mend(Tree(doc))
    if not tree.size:
        return []
    quotes = find_quotes(tree.text)
    drafts = [*ClauseFinder(tree).find(), *find_phrases(tree), *find_labels(tree)]
    drafts = without_doubles(drafts, find_asides(tree))
    return build(tree, quotes, Threader(tree, quotes, drafts).run())
