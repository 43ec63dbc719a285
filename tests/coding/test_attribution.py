"""Attribution on sentences of our own, one structure each."""

from __future__ import annotations

import time
from typing import Any

import pytest
from spacy.tokens import Doc

from detente.coding.attribution import Attribution, find_attributions
from detente.coding.attribution.quotes import find_quotes
from detente.reading import load_pipeline, read

Row = tuple[str | None, str | None, str]


def cut(text: str, span: tuple[int, int] | None) -> str | None:
    return text[slice(*span)] if span else None


def told(text: str) -> list[Row]:
    """Speaker, cue and content (its spans joined by a bar) of each reporting attribution."""
    return [
        (cut(text, item.speaker), cut(text, item.cue), " | ".join(text[a:b] for a, b in item.content))
        for item in find_attributions(read(text))
        if item.cue_class == "report"
    ]


def one(text: str) -> Attribution:
    return find_attributions(read(text))[0]


STRUCTURES: list[tuple[str, list[Row]]] = [
    (
        "The envoy was blunt. “We will not sign this text,” he said. “Not today, not next year.”",
        [("he", "said", "We will not sign this text,"), ("he", None, "Not today, not next year.")],
    ),
    (
        "“The border,” President Kovac said on Tuesday, “is closed.”",
        [("President Kovac", "said", "The border, | is closed.")],
    ),
    (
        "“We will not sign,” warned the defence minister, Pavel Orlov.",
        [("the defence minister", "warned", "We will not sign,")],
    ),
    ("“It is over,” said Ivo Maric, who led the talks for Croatia.", [("Ivo Maric", "said", "It is over,")]),
    ('Kim wrote on Telegram: "We are ready."', [("Kim", "wrote", "We are ready.")]),
    (
        "Finland’s president said the alliance would hold.",
        [("Finland’s president", "said", "the alliance would hold")],
    ),
    (
        "Minister Kovac counted the votes; he said that the count was fair.",
        [("he", "said", "the count was fair")],
    ),
    ("Chile praised “a very brave step”.", [("Chile", "praised", "a very brave step")]),
    ("Lee dismissed the report as “theatre”.", [("Lee", "dismissed", "the report as “theatre”")]),
    ("He called the ship “Norwegian”.", [("He", "called", "the ship “Norwegian”")]),
    ("Mali accused Benin on Monday of planning raids.", [("Mali", "accused", "planning raids")]),
    ("Each accused the other of lying first.", [("Each", "accused", "lying first")]),
    ("Benin accused the head of the bank.", []),
    ("The embassy called the arrests “hysteria”.", [("The embassy", "called", "the arrests “hysteria”")]),
    ("The mayor called a “special meeting”.", []),
    ("The leader denied having agreed to that.", [("The leader", "denied", "having agreed to that")]),
    (
        "The embassy asked in a tweet who was “really hurting” the canal.",
        [("The embassy", "asked", "who was “really hurting” the canal")],
    ),
    (
        "“What is the purpose of it?” President Lee asked the assembly on Tuesday, before leaving.",
        [("President Lee", "asked", "What is the purpose of it?")],
    ),
    (
        "The colonel said five jets were down; Minister Kovac put the dead at two.",
        [("The colonel", "said", "five jets were down"), ("Minister Kovac", "put", "the dead at two")],
    ),
    (
        "The colonel said five jets were down; they had burned.",
        [("The colonel", "said", "five jets were down; they had burned")],
    ),
    ("Lee answered that he did not know.", [("Lee", "answered", "he did not know")]),
    ("Lee called the committee together.", []),
    (
        "She had asked to come “at very short notice”, "
        "India's external affairs minister, S Jaishankar, told lawmakers.",
        [("India's external affairs minister", "told", "She had asked to come “at very short notice”")],
    ),
    (
        "According to Brig. Gen. Ana Ruiz, a second boat was drifting south; the port said it was old.",
        [
            ("Brig. Gen. Ana Ruiz", "According to", "a second boat was drifting south"),
            ("the port", "said", "it was old"),
        ],
    ),
    (
        "07:30 GMT — Chilean Minister of Trade Ana Ruiz: “We are glad of it.”",
        [("Chilean Minister of Trade Ana Ruiz", ":", "We are glad of it.")],
    ),
    (
        "The two sides will meet in Oslo next week, officials said.",
        [("officials", "said", "The two sides will meet in Oslo next week")],
    ),
    (
        "The bridge, officials said, was hit by two missiles on Thursday.",
        [("officials", "said", "The bridge | was hit by two missiles on Thursday")],
    ),
    (
        "According to Turkish state media, three ships left the port on Friday.",
        [("Turkish state media", "According to", "three ships left the port on Friday")],
    ),
    (
        "The exercise was cancelled because of the weather, according to the Norwegian defence ministry.",
        [("the Norwegian defence ministry", "according to", "The exercise was cancelled because of the weather")],
    ),
    ("Per the Kremlin, no decision has been taken.", [("the Kremlin", "Per", "no decision has been taken")]),
    (
        "In the words of the envoy, the deal is “dead on arrival.”",
        [("the envoy", "In the words", "the deal is “dead on arrival.”")],
    ),
    (
        "The talks, as Foreign Minister Anna Lind put it, were “a waste of coffee.”",
        [("Foreign Minister Anna Lind", "put", "The talks | were “a waste of coffee.”")],
    ),
    (
        "Orlov answered the charge, telling lawmakers that the army had left the valley.",
        [("Orlov", "telling", "the army had left the valley")],
    ),
    (
        "The minister who said that the pact was void has resigned.",
        [("The minister", "said", "the pact was void")],
    ),
    ("He went on to say that Chile would not attend.", [("He", "say", "Chile would not attend")]),
    (
        "The general was quoted as saying that the bridge was destroyed.",
        [("The general", "saying", "the bridge was destroyed")],
    ),
    (
        "The Kremlin quoted Putin as saying the strikes would continue.",
        [("Putin", "saying", "the strikes would continue")],
    ),
    (
        "It was announced by the interior ministry that the border would reopen.",
        [("the interior ministry", "announced", "the border would reopen")],
    ),
    (
        "Kremlin: no plans to meet the Latvian leader\n\nNothing else is known.",
        [("Kremlin", ":", "no plans to meet the Latvian leader")],
    ),
    (
        'When asked if he would visit Minsk, Novak said, "I might."',
        [("Novak", "said", "I might.")],
    ),
    (
        'The chancellor said that trade would suffer and added that "nobody wins."',
        [("The chancellor", "said", "trade would suffer"), ("The chancellor", "added", "nobody wins.")],
    ),
    (
        'Belarus denied that its soldiers had crossed the border, calling the report "a provocation."',
        [
            ("Belarus", "denied", "its soldiers had crossed the border"),
            ("Belarus", "calling", 'the report "a provocation."'),
        ],
    ),
    ("Canberra accused Beijing of hacking its parliament.", [("Canberra", "accused", "hacking its parliament")]),
    (
        "There was a warning from Ankara that the strait could be closed.",
        [("Ankara", "warning", "the strait could be closed")],
    ),
    (
        "The president was adamant that the troops would stay.",
        [("The president", "adamant", "the troops would stay")],
    ),
    (
        "'We shall not move,' the general told reporters in Dakar. 'Not an inch.'",
        [("the general", "told", "We shall not move,"), ("the general", None, "Not an inch.")],
    ),
    ("“Russia is ready for talks.” Lavrov’s remarks came late.", [("Lavrov", None, "Russia is ready for talks.")]),
    ("“NATO is strong.”\n\n— Jens Berg, secretary general", [("Jens Berg", "—", "NATO is strong.")]),
    (
        "The archive holds footage of President Kovac shouting, “Close the border tonight!”",
        [("President Kovac", "shouting", "Close the border tonight!")],
    ),
    (
        "Students marched past the embassy in Oslo - where the Danish envoy gave a dinner - while chanting, “Go home!”",
        [("Students", "chanting", "Go home!")],
    ),
    (
        "Lee said the talks had stalled for a week, and when pressed on the reasons, the envoy replied, “Ask them.”",
        [("Lee", "said", "the talks had stalled for a week"), ("the envoy", "replied", "Ask them.")],
    ),
    (
        "The “terms” he cited are “the right to inspect, the right to appeal and the right to leave,” Reuters said.",
        [("Reuters", "said", "the right to inspect, the right to appeal and the right to leave,")],
    ),
    (
        "Q: Who won? A: Nobody won the war.",
        [("Q", ":", "Who won?"), ("A", ":", "Nobody won the war")],
    ),
    (
        "The minister told the BBC that Kyiv “has the right to fight” and that Britain would “stand by its friends”.",
        [("The minister", "told", "Kyiv “has the right to fight” and that Britain would “stand by its friends”")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), STRUCTURES, ids=[text[:40] for text, _ in STRUCTURES])
def test_find_attributions_reads_each_structure(text: str, expected: list[Row]) -> None:
    assert told(text) == expected


SILENT = [
    "The spokesman did not say whether the talks had failed.",
    "The embassy declined to say who had been expelled.",
    "Nobody said that the war was over.",
    'The so-called "peace column" left the capital.',
    'He watched "Gone with the Wind" on the plane.',
    "The convoy crossed the bridge at dawn.",
]


@pytest.mark.parametrize("text", SILENT)
def test_find_attributions_leaves_other_sentences_alone(text: str) -> None:
    assert find_attributions(read(text)) == []


def test_find_attributions_gives_kind_by_quotation_marks() -> None:
    assert one("“We will go,” Lee said.").kind == "direct"
    assert one("Lee said they would go.").kind == "indirect"
    assert one('Lee said they would "never" go.').kind == "mixed"
    assert one('Lee added that "we will go."').kind == "mixed"


def test_find_attributions_nests_what_is_told_of_others() -> None:
    outer, inner = find_attributions(read("Zagreb said that Belgrade had admitted that the convoy crossed the line."))
    assert (outer.parent, inner.parent) == (None, 0)


def test_find_attributions_sets_a_closing_reporter_above_the_speaker() -> None:
    text = "Xi told Biden that Taiwan is a red line, China's state broadcaster reported on Monday."
    assert told(text) == [
        ("China's state broadcaster", "reported", "Xi told Biden that Taiwan is a red line"),
        ("Xi", "told", "Taiwan is a red line"),
    ]


def test_find_attributions_marks_beliefs_as_stance() -> None:
    assert one("Merkel is confident that the truce will hold.").cue_class == "stance"
    assert one("Analysts believe Tehran will build a bomb.").cue_class == "stance"


def test_find_attributions_joins_a_quotation_over_paragraphs() -> None:
    text = "“We have waited,” the king told parliament.\n\n“And we have suffered.\n\n“But we will not yield.”"
    last = find_attributions(read(text))[-1]
    assert [text[a:b] for a, b in last.content] == ["And we have suffered.", "But we will not yield."]
    assert cut(text, last.speaker) == "the king"


def test_find_attributions_gives_audience_venue_and_date() -> None:
    text = "The ministry told reporters on Thursday that the ship sank."
    assert (one(text).audience, cut(text, one(text).date_words)) == ("reporters", "on Thursday")
    text = "Seoul's foreign ministry said in a statement on March 3 that the missile fell into the sea."
    assert (one(text).venue, cut(text, one(text).date_words)) == ("statement", "on March 3")


def test_find_attributions_carries_the_venue_to_what_is_added() -> None:
    text = 'In his interview with ABC, Orlov warned that Latvia would "regret it." He added that he was tired.'
    assert [item.venue for item in find_attributions(read(text))] == ["interview with ABC"] * 2


ODD: list[Any] = [
    "",
    " \n\n ",
    '"',
    "“",
    "”",
    "'",
    '" " " "',
    "“a “b “c\n”d",
    "said",
    "according to",
    'as per in : said "',
    ": : :",
    '"said" said "said"',
    "💥 said “💥”\u200b\u00a0'“",
    "Q: A: Q: A:",
    "He said \"one\nand “two\n'three",
    *[text for text, _ in STRUCTURES],
]


@pytest.mark.parametrize("text", ODD)
def test_find_attributions_stays_within_the_text(text: str) -> None:
    doc = read(text)
    found = find_attributions(doc)
    assert found == find_attributions(doc)
    for item in found:
        spans = [*item.content, *(span for span in (item.speaker, item.cue, item.date_words) if span)]
        assert item.content
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert item.parent is None or 0 <= item.parent < len(found)
        assert item.speaker_head is None or 0 <= item.speaker_head < len(doc)


def test_find_attributions_binds_a_quotation_to_its_cue_in_unparsed_text() -> None:
    text = "“It is late,” said Lee."
    found = find_attributions(read(text, gate=lambda _: False))
    assert [(cut(text, item.cue), text[slice(*item.content[0])]) for item in found] == [("said", "It is late,")]


def test_find_quotes_closes_each_at_its_line_end() -> None:
    text = "She said: \"This goes on\nand \"this\" and ''that one'' and 'one more' end."
    assert [text[quote.start : quote.end] for quote in find_quotes(text)] == [
        "This goes on",
        "this",
        "that one",
        "one more",
    ]


def seconds(piece: str, count: int) -> float:
    words = list(piece * count)
    doc = Doc(load_pipeline().vocab, words=words, spaces=[False] * len(words))
    start = time.process_time()
    find_attributions(doc)
    return time.process_time() - start


@pytest.mark.parametrize("piece", ['"', "“a", "“”\"'’‘", '"a.b."'])
def test_find_attributions_takes_linear_time_on_marks(piece: str) -> None:
    # eight times the marks would take 64 times as long if any step looked back over all of them
    assert seconds(piece, 16_000) < 30 * seconds(piece, 2_000) + 0.5


ASIDES = [
    ("The opposition, he says, has learned to travel.", ("The opposition", "has learned to travel")),
    ("India, he writes in the Hindu, hugs everybody.", ("India", "hugs everybody")),
    ("It is, says Ada Reed of the Rand Corporation, a line on a map.", ("It is", "a line on a map")),
    ("Congress, he went on, would not sit idle.", ("Congress", "would not sit idle")),
    (
        "An error, the carrier's vice-president, Ihor Lysenko, insisted, was excluded.",
        ("An error", "was excluded"),
    ),
    ("For the party the way, wrote the paper, will be “hard”.", ("For the party the way", "will be “hard”")),
    ("There was, she regretted, no order in it.", ("There was", "no order in it")),
    # the words before are whole, or the cue is of another clause
    ("Lee, who told reporters, was late.", ()),
    ("The bank, said to be late, was early.", ()),
    ("Lee came, he was told, and left.", ()),
]


@pytest.mark.parametrize(("text", "content"), ASIDES, ids=[a[0] for a in ASIDES])
def test_find_attributions_reads_around_an_aside(text: str, content: tuple[str, ...]) -> None:
    found = find_attributions(read(text))
    parts = [tuple(text[start:end] for start, end in item.content) for item in found]
    assert (content in parts) if content else not any(len(part) > 1 for part in parts)


def speakers_of(text: str) -> list[tuple[str, str]]:
    """Speaker's head and first stretch of content of each attribution."""
    doc = read(text)
    found = find_attributions(doc)
    return [
        ("" if item.speaker_head is None else doc[item.speaker_head].text, text[slice(*item.content[0])])
        for item in found
    ]


EXCHANGES = [
    (
        "“Who met?” the judge asked.\n“Once,” Reed answered.\n“And what then?”\n“Coffee.”\nIt rained.",
        ["judge", "Reed", "judge", "Reed"],
    ),
    # one who is not asked goes on, and a quotation within a line is its speaker's
    ("“Is it late?” Lee asked.\n“It is late,” Kim said.\n“The war is over.”\nIt rained.", ["Lee", "Kim", "Kim"]),
    (
        "“It was late,” Lee said.\n“What do they want?” Lee said.\n“They want it all.”\nIt rained.",
        ["Lee", "Lee", "Lee"],
    ),
    (
        "Ada Reed, a historian, has watched Oslo for years. We spoke in Rome.\nQ: Is it late?\nA: It is always late.",
        ["Q", "Reed"],
    ),
    ("We spoke in Rome.\nQ: Is it late?\nA: It is always late.", ["Q", "A"]),
    ("The ministry put the dead at 9,061.", ["ministry"]),
    ("The ministry put the dead at the gate.", []),
    ("The ministers put their names to it at the zero line.", []),
    ("Ada Lee (Labour) asked when the army would leave.", ["Lee"]),
]


@pytest.mark.parametrize(("text", "speakers"), EXCHANGES, ids=[e[0] for e in EXCHANGES])
def test_find_attributions_takes_turns(text: str, speakers: list[str]) -> None:
    assert [speaker for speaker, _ in speakers_of(text)] == speakers


def test_find_attributions_ends_a_quotation_with_its_sentence() -> None:
    text = "“We will stay,” she wrote on X. Asked about talks, Lee replied that it was late."
    assert sorted(speakers_of(text)) == [("Lee", "it was late"), ("she", "We will stay,")]
