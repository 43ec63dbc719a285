from detente.encoder.marking import LABELS, MODALITIES
from detente.encoder.scores import Scores


def scores(**given: float) -> Scores:
    rest = (1 - sum(given.values())) / (len(LABELS) - len(given))
    return Scores({label: given.get(label, rest) for label in LABELS}, dict.fromkeys(MODALITIES, 1 / 7))


def test_best_is_none_from_the_threshold_on():
    assert scores(NONE=0.5, AID=0.3).best == "NONE"
    assert scores(NONE=0.45, AID=0.3).best == "AID"


def test_best_event_ignores_none():
    assert scores(NONE=0.9, AID=0.05).best_event == "AID"


def test_the_two_ways_of_yielding_compete_with_their_sum():
    found = scores(CONCEDE=0.25, RETREAT=0.3, AID=0.4)
    assert found.best == "RETREAT"
    assert found.confidence == 0.3


def test_a_pair_that_could_not_be_scored_has_no_answer():
    failed = Scores({}, {}, "source [0, 0] is empty")
    assert (failed.best, failed.best_modality, failed.confidence) == (None, None, 0.0)
