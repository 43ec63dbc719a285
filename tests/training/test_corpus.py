from pathlib import Path

import pytest
from training.corpus import HAND, Relation, load, parse_line, read_files, split

from detente.errors import DataError
from training import corpus

LINE = "[a|Mali] freed [b|two monks] near [c|Gao]. ## a>b RETREAT.release historical; c>a ?; b<>c CONSULT"


def test_a_line_gives_text_spans_and_relations():
    sentence = parse_line(LINE, "x:1")
    assert sentence.text == "Mali freed two monks near Gao."
    assert [sentence.text[slice(*span)] for span in sentence.spans.values()] == ["Mali", "two monks", "Gao"]
    assert sentence.relations["a", "b"] == (Relation("RETREAT", "release", "historical"),)
    assert sentence.relations["b", "c"] == sentence.relations["c", "b"] == (Relation("CONSULT", None, "actual"),)


def test_pairs_that_are_not_listed_are_none_and_doubtful_ones_left_out():
    pairs = {(p.source, p.target): p for p in parse_line(LINE, "x:1").pairs()}
    assert len(pairs) == 5
    reverse = pairs[(11, 20), (0, 4)]
    assert (reverse.type, reverse.modality, reverse.mirrored) == ("NONE", None, True)
    assert not pairs[(0, 4), (26, 29)].mirrored


def test_verdicts_are_trained_as_accuse():
    sentence = parse_line("[a|A court] convicted [b|a banker]. ## a>b SANCTION.convict", "x:1")
    assert sentence.relations["a", "b"][0].type == "ACCUSE"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[a|Mali] met [b|Chad].", "no ' ## '"),
        ("[a|Mali] met Chad. ## NONE", "1 marks"),
        ("[a|Mali] met [a|Chad]. ## NONE", "letter a marks two"),
        ("[a|Mali] met [b|Chad. ## a>b CONSULT", "not closed"),
        ("[a|Mali ] met [b|Chad]. ## NONE", "white space"),
        ("[a|Mali] met [b|Chad]. ## a>c CONSULT", "no mark c"),
        ("[a|Mali] met [b|Chad]. ## a>b MEET", "unknown type MEET"),
        ("[a|Mali] met [b|Chad]. ## a>b CONSULT.dinner", "no mode dinner"),
        ("[a|Mali] met [b|Chad]. ## a>b CONSULT maybe", "unknown modality maybe"),
        ("[a|Mali] met [b|Chad]. ## a>b CONSULT; a>b ?", "both listed and left out"),
        ("[a|Mali] met [b|Chad]. ## a>a CONSULT", "relate to itself"),
        ("[a|Mali] met [b|Chad]. ## ", "write NONE"),
    ],
)
def test_a_bad_line_says_what_is_wrong(line, reason):
    with pytest.raises(ValueError, match=reason.replace("?", r"\?")):
        parse_line(line, "x:1")


def test_all_bad_lines_of_a_folder_are_named(tmp_path: Path):
    (tmp_path / "one.txt").write_text(f"# comment\n\n{LINE}\n[a|x] ## NONE\n{LINE.replace('.', '!', 1)}\n")
    with pytest.raises(DataError) as caught:
        load(tmp_path)
    assert [problem.split(": ")[0] for problem in caught.value.problems] == ["one.txt:4", "one.txt:5"]


def test_near_duplicates_are_found():
    text = "[a|Mali] freed two old monks near the river town of [b|Gao] on {} after a long talk. ## NONE"
    pair = [parse_line(text.format(day), f"x:{i}") for i, day in enumerate(("Monday", "Tuesday"))]
    assert corpus.near_duplicates(pair, 0.6) == ["x:1: nearly the same text as x:0"]
    assert corpus.near_duplicates(pair, 0.95) == []


def test_a_sentence_is_held_out_by_its_text_alone():
    sentences, _ = read_files(HAND.glob("*.txt"))
    kept, held = split(sentences)
    assert 0.06 < len(held) / len(sentences) < 0.10
    assert not {s.text for s in kept} & {s.text for s in held}
    again = parse_line(LINE, "elsewhere:9")
    assert again.held_out == parse_line(LINE, "x:1").held_out


def test_the_training_text_is_sound_and_large_enough():
    sentences = load()
    assert len(sentences) >= 13_000
    relations = [r for s in sentences for held in s.relations.values() for r in held]
    for type_ in corpus.TYPES:
        assert sum(r.type == type_ for r in relations) >= 700
    for modality in corpus.MODALITIES:
        assert sum(r.modality == modality for r in relations) >= 0.015 * len(relations)
