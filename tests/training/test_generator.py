from training.generator import generate, lines, read_frames

from detente.encoder.marking import TYPES


def test_the_same_seed_gives_the_same_lines():
    assert list(lines(60, seed=7)) == list(lines(60, seed=7))
    assert list(lines(60, seed=7)) != list(lines(60, seed=8))


def test_every_line_parses_and_all_types_are_there():
    sentences = generate(340, seed=2)
    assert {r.type for s in sentences for held in s.relations.values() for r in held} == set(TYPES)
    assert all("{" not in s.text and "(" not in s.text for s in sentences)


def test_frames_name_source_and_target():
    for frame in read_frames():
        for text in frame.texts:
            assert "{T}" in text
            assert ("{P}" if frame.people else "{S}") in text
