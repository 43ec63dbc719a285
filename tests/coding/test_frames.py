"""Every frame by its own two sentences: one in which it fires, one with the same word in which it must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente import ontology
from detente.coding import Coder
from detente.coding import frames as frames_module
from detente.coding.frames import Frame, lexicon
from detente.errors import DataError
from detente.records import Event

FRAMES = tuple(lexicon().frames.values())
FRAME_IDS = [frame.id for frame in FRAMES]
PUBLISHED = "2026-11-20"
LISTS = ("verbs", "nouns", "adjectives")

GOOD = """
[[frame]]
id = "accuse.scold"
event = "ACCUSE"
mode = "disapprove"
cameo = "111"
verbs = ["scold"]
"""
BAD = """
[[frame]]
id = "accuse.colour"
event = "ACCUSE"
verbs = ["scold"]
colour = "red"

[[frame]]
id = "accuse.type"
event = "SHOUT"
verbs = ["shout"]

[[frame]]
id = "accuse.mode"
event = "ACCUSE"
mode = "aerial"
verbs = ["scold"]

[[frame]]
id = "accuse.cameo"
event = "ACCUSE"
cameo = "999"
verbs = ["scold"]

[[frame]]
event = "ACCUSE"
verbs = ["scold"]
"""


@pytest.fixture(scope="session")
def coder() -> Coder:
    return Coder(encoder=False)


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Loads a lexicon whose files hold the given records."""

    def loaded(**texts: str) -> frames_module.Lexicon:
        folder = tmp_path / "frames"
        folder.mkdir()
        for name, text in texts.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(frames_module, "files", lambda package: tmp_path)
        return lexicon.__wrapped__("en")

    return loaded


def events_of(coder: Coder, frame: Frame, sentence: str) -> list[Event]:
    return [e for e in coder.code(sentence, published=PUBLISHED).events if e.produced_by.rule == frame.id]


# what each record says of itself


@pytest.mark.parametrize("frame", FRAMES, ids=FRAME_IDS)
def test_frame_fires_in_its_match(coder: Coder, frame: Frame) -> None:
    events = events_of(coder, frame, frame.match)
    assert [e for e in events if frame.event in (e.event, e.intended)], frame.match
    assert all(e.sources and (e.targets or len(e.sources) > 1) for e in events)


@pytest.mark.parametrize("frame", FRAMES, ids=FRAME_IDS)
def test_frame_keeps_still_in_its_unlike(coder: Coder, frame: Frame) -> None:
    assert not events_of(coder, frame, frame.unlike), frame.unlike


@pytest.mark.parametrize("frame", FRAMES, ids=FRAME_IDS)
def test_frame_record_is_complete(frame: Frame) -> None:
    assert frame.id.startswith(f"{frame.event.lower()}.")
    assert frame.match
    assert frame.unlike
    assert frame.match != frame.unlike
    assert frame.cameo in ontology.cameo_codes()
    assert any(getattr(frame, name) for name in LISTS)


def test_frames_cover_every_type_and_mode() -> None:
    assert {frame.event for frame in FRAMES} == set(ontology.types())
    # findings of guilt are ACCUSE by the codebook's rule 9, which leaves SANCTION's mode for them without a frame
    unused = {("SANCTION", "convict")}
    assert {(frame.event, frame.mode) for frame in FRAMES if frame.mode} == set(ontology.modes()) - unused


def test_lexicon_is_as_wide_as_world_news() -> None:
    triggers = {(name, word) for frame in FRAMES for name in LISTS for word in getattr(frame, name)}
    assert len(FRAMES) >= 300
    assert len(triggers) >= 1500


# the loader


def test_lexicon_loads_good_records(load) -> None:
    assert list(load(accuse=GOOD).frames) == ["accuse.scold"]


def test_lexicon_reports_all_bad_records_together(load) -> None:
    with pytest.raises(DataError) as caught:
        load(good=GOOD, bad=BAD)
    assert caught.value.problems == [
        "bad.toml: accuse.colour: unknown key 'colour'",
        "bad.toml: accuse.type: unknown PLOVER type 'SHOUT'",
        "bad.toml: accuse.mode: ACCUSE has no mode 'aerial'",
        "bad.toml: accuse.cameo: unknown CAMEO code '999'",
        "bad.toml: (no id): id and event are needed",
    ]
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_lexicon_reports_an_id_used_in_two_files(load) -> None:
    with pytest.raises(DataError) as caught:
        load(one=GOOD, two=GOOD)
    assert caught.value.problems == ["two.toml: accuse.scold: id used twice"]


def test_lexicon_tries_the_more_constrained_frame_first(load) -> None:
    wide = GOOD.replace("accuse.scold", "accuse.wide").replace('["scold"]', '["lodge"]')
    narrow = wide.replace("accuse.wide", "accuse.narrow") + 'objects = ["protest"]\n'
    entries = load(accuse=wide + narrow).verbs["lodge"]
    assert [frame.id for _, frame in entries] == ["accuse.narrow", "accuse.wide"]


def test_lexicon_tries_phrasal_verbs_first(load) -> None:
    phrasal = GOOD.replace("accuse.scold", "accuse.phrasal").replace('["scold"]', '["scold_away"]')
    entries = load(accuse=GOOD + phrasal).verbs["scold"]
    assert [(rest, frame.id) for rest, frame in entries] == [("away", "accuse.phrasal"), ("", "accuse.scold")]
