import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.encoder.marking import MARKERS, MAX_CHARS, MAX_SPAN_CHARS, SpanError, mark

TEXT = "Kenya has expelled two Tanzanian diplomats."


def test_mark_names_source_and_target_in_text_order():
    assert mark(TEXT, (0, 5), (23, 32)) == "[S] Kenya [/S]  has expelled two  [T] Tanzanian [/T]  diplomats."


def test_mark_keeps_roles_when_the_target_comes_first():
    assert mark(TEXT, (23, 32), (0, 5)).startswith("[T] Kenya [/T]")


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ((0, 0), (23, 32), "empty"),
        ((0, 5), (40, 400), "outside"),
        ((-1, 5), (23, 32), "outside"),
        ((0, 5), (0, 5), "overlap"),
        ((5, 6), (23, 32), "white space"),
    ],
)
def test_mark_refuses_bad_spans(source, target, reason):
    with pytest.raises(SpanError, match=reason):
        mark(TEXT, source, target)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ((23, 42), (23, 32), "[T] Tanzanian [/T]  [S]  diplomats [/S] ."),
        ((23, 32), (23, 42), "[S] Tanzanian [/S]  [T]  diplomats [/T] ."),
    ],
)
def test_mark_cuts_the_wider_of_two_nested_spans(source, target, expected):
    assert mark(TEXT, source, target).endswith(expected)


def test_mark_counts_code_points():
    text = "𝔘𝔰𝔢 🇫🇷 accused Germany"
    assert "[T] Germany [/T]" in mark(text, (0, 3), (text.index("Germany"), len(text)))


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000))
def test_mark_cuts_long_texts_around_both_spans(before, between, after):
    text = "x" * before + "Kenya" + "y" * (between + 1) + "Tanzania" + "z" * after
    second = before + 5 + between + 1
    marked = mark(text, (before, before + 5), (second, second + 8))
    assert "[S] Kenya [/S]" in marked
    assert "[T] Tanzania [/T]" in marked
    assert len(marked) <= MAX_CHARS + sum(map(len, MARKERS)) + 20


def test_mark_shortens_a_very_long_span():
    text = "a" * 5000 + " b"
    assert len(mark(text, (0, 5000), (5001, 5002))) <= MAX_SPAN_CHARS + 60
