"""What a sentence is about."""

from __future__ import annotations

from collections import Counter

from detente.clusters.content import content_of, stem
from detente.ontology.tables import read_table


def test_content_leaves_out_who_and_when() -> None:
    content = content_of("Germany on Monday expelled 40 Russian diplomats, the foreign ministry in Berlin said.")
    assert content.objects == {"embassy staff"}
    assert content.acts == {"expulsion"}
    assert content.numbers == {"40"}
    assert content.places == {"berlin"}
    assert not content.words


def test_numbers_are_amounts() -> None:
    assert content_of("Forty of 1,500 soldiers left within 48 hours on 14 March 2020.").numbers == {"40", "1500"}
    assert content_of("One of two.").numbers == frozenset()


def test_places_are_no_states() -> None:
    assert content_of("They met in Nagoya on Russian ships near France's coast in May.").places == {"nagoya"}


def test_words_fall_together_by_stem() -> None:
    assert stem("quarrels") == stem("quarrel") == stem("quarrelled"[:-3])
    assert content_of("a quarrel").words & content_of("their quarrels").words


def test_concepts_are_named_once_and_found_by_their_words() -> None:
    rows = read_table("detente.clusters", "concepts.tsv", ("slot", "concept", "words"))
    assert {row["slot"] for row in rows} == {"object", "act"}
    assert max(Counter((row["slot"], row["concept"]) for row in rows).values()) == 1
    for row in rows:
        word = row["words"].replace('"', "").split()[0].rstrip("*")
        phrase = row["words"].split('"')[1] if row["words"].startswith('"') else word
        content = content_of(f"about {phrase}")
        assert row["concept"] in content.objects | content.acts
