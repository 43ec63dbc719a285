"""Rules, what they find, and what becomes of alerts."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from relation_stories import story, thaw_and_quarrel

from detente.errors import DataError
from detente.relations.alerts import (
    AlertFilter,
    Delivery,
    Rules,
    UnknownAlert,
    acknowledge,
    check_alerts,
    count_alerts,
    deliver,
    end_silence,
    list_alerts,
    list_silences,
    read_rules,
    rules_told,
    silence,
)
from detente.relations.alerts.rules import parse_rules
from detente.store import Store


def rules(text: str) -> Rules:
    return parse_rules(text, "rules.toml")


def found(store: Store, text: str, since: str = "2021-01-01", until: str | None = None):
    last = date.fromisoformat(until) if until else None
    return check_alerts(store, rules(text), date.fromisoformat(since), last).new


LADDER = '[[rule]]\nid = "up"\nkind = "ladder"\ndays = 90\nfrom = "words"\n'
LEVEL = '[[rule]]\nid = "low"\nkind = "level"\nbelow = -1.0\n'


def test_level_rule_tells_the_day_on_which_the_line_is_crossed(make_store):
    store = make_store([story("2021-03-01", "ACCUSE"), *[story("2021-03-08", "ASSAULT", confidence=0.9)]])
    (alert,) = found(store, LEVEL)
    assert (alert.day, alert.a, alert.b, alert.severity) == (date(2021, 3, 8), "RUS", "USA", "medium")
    assert alert.level < -1.0 < alert.before
    assert [event.event for event in alert.evidence] == ["ASSAULT", "ACCUSE"]
    assert "acted on" in alert.text


def test_level_rule_above_tells_a_thaw(make_store):
    store = make_store([story("2021-03-08", "SUPPORT", target=None)])
    text = '[[rule]]\nid = "warm"\nkind = "level"\nabove = 0.5\n'
    assert [a.title for a in found(store, text)] == ["Russia – United States: level above +0.5"]
    assert found(store, text) == ()


def test_change_rule_needs_the_change_within_its_days(make_store):
    slow = [story(f"2021-0{month}-01", "SANCTION") for month in (1, 2, 3, 4)]
    text = '[[rule]]\nid = "fall"\nkind = "change"\nby = -2.5\ndays = 7\n'
    assert found(make_store(slow), text) == ()
    quick = [story("2021-03-08", kind) for kind in ("SANCTION", "COERCE", "ACCUSE")]
    (alert,) = found(make_store(quick), text)
    assert alert.title == "Russia – United States: level fell by 4.7 in 7 days"


def test_baseline_rule_compares_with_the_pairs_own_past(make_store):
    text = '[[rule]]\nid = "usual"\nkind = "baseline"\ndirection = "worse"\n'
    quarrel = [story(f"2021-{month:02}-{day:02}", "ACCUSE") for month in range(1, 9) for day in (1, 8, 15, 22)]
    assert found(make_store(quarrel), text, "2021-07-01") == ()
    (alert,) = found(make_store([*quarrel, story("2021-07-20", "ASSAULT")]), text, "2021-07-01", "2021-07-31")
    assert alert.day == date(2021, 7, 20)
    assert found(make_store([story("2021-07-20", "ASSAULT")]), text, "2021-07-01") == ()


def test_new_type_rule_wants_a_past_without_the_type(make_store):
    text = '[[rule]]\nid = "first"\nkind = "new-type"\ntypes = ["SANCTION"]\ndays = 60\nleast_events = 2\n'
    past = [story("2021-01-05", "ACCUSE"), story("2021-01-12", "REJECT")]
    (alert,) = found(make_store([*past, story("2021-02-01", "SANCTION")]), text)
    assert alert.title == "Russia – United States: first SANCTION for 60 days"
    assert found(make_store([*past, story("2021-01-20", "SANCTION"), story("2021-02-20", "SANCTION")]), text,
                 "2021-02-01") == ()  # fmt: skip
    assert found(make_store([story("2021-02-01", "SANCTION")]), text) == ()


def test_actor_rule_tells_each_event_of_a_name(make_store):
    text = '[[rule]]\nid = "who"\nkind = "actor"\nactor = "russia"\nquads = [3, 4]\npairs = [["USA", "all"]]\n'
    store = make_store([story("2021-02-01", "ACCUSE"), story("2021-02-02", "AGREE"), story("2021-02-03", "REJECT"),
                        story("2021-02-03", "REJECT", "IND", "PAK")])  # fmt: skip
    assert [(a.day.day, a.evidence[0].event) for a in found(store, text)] == [(1, "ACCUSE"), (3, "REJECT")]


def test_ladder_rule_tells_each_climb_and_no_step_down(make_store):
    steps = [("02-01", "ACCUSE"), ("02-05", "THREATEN"), ("02-20", "SANCTION"), ("02-25", "ACCUSE"),
             ("03-05", "ASSAULT"), ("03-06", "ASSAULT"), ("03-20", "SANCTION")]  # fmt: skip
    climbs = [a.title.split(": ")[1] for a in found(make_store([story(f"2021-{d}", k) for d, k in steps]), LADDER)]
    assert climbs == [
        "climbed from calm to words", "climbed from words to threats", "climbed from threats to sanctions",
        "climbed from sanctions to force",
    ]  # fmt: skip


def test_ladder_rule_takes_an_announced_deed_for_a_threat(make_store):
    store = make_store([story("2021-02-01", "ASSAULT", modality="conditional")])
    assert [a.subject for a in found(store, LADDER)] == ["threats"]


def test_rule_of_a_group_holds_for_its_members_only(make_store):
    text = LEVEL + 'pairs = [["BRICS", "USA"]]\n'
    stories = [story("2021-02-01", "ASSAULT", "PAK", "USA"), story("2021-02-01", "ASSAULT", "IND", "USA")]
    assert [(a.a, a.b) for a in found(make_store(stories), text)] == [("IND", "USA")]


def test_same_matter_is_told_once_however_often_and_late_it_is_reported(make_store):
    store = make_store([story("2021-03-08", "ASSAULT")])
    assert len(found(store, LEVEL)) == 1
    assert found(store, LEVEL) == ()
    store.write([story("2021-03-08", "ASSAULT", publisher="Baltic Courier"), story("2021-03-06", "ASSAULT")], "1.0")
    assert found(store, LEVEL) == ()
    store.write([story("2021-06-01", "ASSAULT")], "1.0")
    assert [alert.day.month for alert in found(store, LEVEL)] == [6]


def test_default_rules_find_the_quarrel(make_store):
    new = check_alerts(make_store(thaw_and_quarrel()), None, date(2021, 1, 1)).new
    assert {"sharp-fall", "escalation", "hostile"} <= {alert.rule for alert in new}
    assert {alert.day.month for alert in new if alert.rule == "escalation"} == {3}


def test_check_of_an_empty_store_is_none(make_store):
    assert check_alerts(make_store([])) is None


def test_acknowledged_alerts_leave_the_list(make_store):
    store = make_store([story("2021-03-08", "ASSAULT")])
    (alert,) = found(store, LEVEL)
    (done,) = acknowledge(store, [alert.id], "desk", "seen")
    assert (done.state, done.acknowledged_by, done.note) == ("acknowledged", "desk", "seen")
    assert list_alerts(store) == ()
    assert [a.id for a in list_alerts(store, AlertFilter(state="acknowledged"))] == [alert.id]
    with pytest.raises(UnknownAlert, match="no alert has the id nothing"):
        acknowledge(store, [alert.id, "nothing"])


@pytest.mark.parametrize(
    ("what", "state"),
    [
        ({"rule": "low"}, "silenced"), ({"pair": ("USA", "RUS")}, "silenced"), ({"rule": "other"}, "new"),
        ({"pair": ("IND", "PAK")}, "new"), ({"rule": "low", "until": date(2021, 3, 7)}, "new"),
        ({"rule": "low", "until": date(2021, 3, 8)}, "silenced"),
    ],
)  # fmt: skip
def test_silences_cover_what_they_name(make_store, what, state):
    store = make_store([story("2021-03-08", "ASSAULT")])
    made = silence(store, **what)
    (alert,) = found(store, LEVEL)
    assert alert.state == state
    end_silence(store, made.id)
    assert list_silences(store) == ()
    assert [a.state for a in list_alerts(store)] == ["new"]


def test_alerts_are_filtered(make_store):
    store = make_store([story("2021-03-08", "ASSAULT"), story("2021-04-08", "ASSAULT", "IND", "PAK")])
    found(store, LEVEL + LADDER)
    assert len(list_alerts(store)) == 4
    for where, number in (
        (AlertFilter(pair=("PAK", "IND")), 2), (AlertFilter(country="USA"), 2), (AlertFilter(rule="low"), 2),
        (AlertFilter(kind="ladder", since=date(2021, 4, 1)), 1), (AlertFilter(until=date(2021, 3, 31)), 2),
        (AlertFilter(severity="high"), 0), (AlertFilter(limit=1), 1),
    ):  # fmt: skip
        assert len(list_alerts(store, where)) == number, where
    assert [alert.day.month for alert in list_alerts(store)] == [4, 4, 3, 3]


def test_alerts_are_counted_and_paged_behind_one_of_them(make_store):
    store = make_store([story("2021-03-08", "ASSAULT"), story("2021-04-08", "ASSAULT", "IND", "PAK")])
    found(store, LEVEL + LADDER)
    every = list_alerts(store)
    assert count_alerts(store, AlertFilter(limit=1, after=every[0].id)) == 4
    assert count_alerts(store, AlertFilter(country="IND")) == 2
    assert list_alerts(store, AlertFilter(limit=2, after=every[0].id)) == every[1:3]
    assert list_alerts(store, AlertFilter(limit=2, offset=1)) == every[1:3]
    assert list_alerts(store, AlertFilter(after=every[-1].id)) == ()
    assert list_alerts(store, AlertFilter(after="none")) == ()
    acknowledge(store, [every[0].id])  # what leaves the list is a place in it all the same
    assert list_alerts(store, AlertFilter(after=every[0].id)) == every[1:]
    assert rules_told(store) == ("low", "up")


def test_jsonl_and_feed_get_each_alert_once(make_store, tmp_path: Path):
    store = make_store([story("2021-03-08", "ASSAULT", told="<acted> & on", url="https://example.org/a?b=1&c=2")])
    targets = [Delivery(to="jsonl", path=str(tmp_path / "a.jsonl")), Delivery(to="rss", path=str(tmp_path / "a.xml"))]
    (alert,) = found(store, LEVEL)
    assert [outcome.delivered for outcome in deliver(store, targets)] == [1, 1]
    assert [outcome.delivered for outcome in deliver(store, targets)] == [0, 0]
    (line,) = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] == alert.id
    assert json.loads(line)["evidence"][0]["event"] == "ASSAULT"
    (item,) = ElementTree.parse(tmp_path / "a.xml").getroot().iter("item")
    assert {child.tag: child.text for child in item} == {
        "title": alert.title, "guid": f"detente:{alert.id}", "link": "https://example.org/a?b=1&c=2",
        "description": alert.text, "category": "low", "pubDate": "Mon, 08 Mar 2021 00:00:00 +0000",
    }  # fmt: skip


def test_silenced_alerts_are_not_delivered(make_store, tmp_path: Path):
    store = make_store([story("2021-03-08", "ASSAULT")])
    held = silence(store, "low")
    found(store, LEVEL)
    target = Delivery(to="jsonl", path=str(tmp_path / "a.jsonl"))
    assert deliver(store, [target])[0].delivered == 0
    end_silence(store, held.id)
    assert deliver(store, [target])[0].delivered == 1


def test_target_that_fails_is_named_and_gets_its_alerts_later(make_store, tmp_path: Path):
    store = make_store([story("2021-03-08", "ASSAULT")])
    found(store, LEVEL)
    target = Delivery(to="jsonl", path=str(tmp_path / "later" / "a.jsonl"))
    (outcome,) = deliver(store, [target])
    assert outcome.failure is not None
    assert outcome.delivered == 0
    (tmp_path / "later").mkdir()
    assert deliver(store, [target])[0].delivered == 1


def test_default_rules_are_valid_and_use_every_kind_but_the_actor():
    shipped = read_rules()
    assert {rule.kind for rule in shipped.rules} == {"level", "baseline", "change", "new-type", "ladder"}
    assert [rung.name for rung in shipped.rungs] == [
        "words", "threats", "withdrawal of diplomats", "sanctions", "force",
    ]  # fmt: skip


def test_rules_name_all_that_is_wrong_together(tmp_path: Path):
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[rule]]\nid = "a"\nkind = "level"\n[[rule]]\nid = "a"\nkind = "change"\nby = "much"\n'
        '[[rule]]\nid = "b"\nkind = "ladder"\nfrom = "tears"\n[[rule]]\nid = "c"\nkind = "guess"\n'
        '[[rule]]\nid = "d"\nkind = "new-type"\ntypes = ["WAR"]\n'
        '[[rule]]\nid = "e"\nkind = "actor"\nactor = "Lavrov"\nname = "x"\npairs = [["USA", "Atlantis"]]\n'
        '[[deliver]]\nto = "webhook"\nurl = "ftp://example.org"\n[surprise]\n',
        encoding="utf-8",
    )
    with pytest.raises(DataError) as error:
        read_rules(path)
    text = str(error.value)
    for part in ("rule a: give either below or above", r"rule a: .*by", "no rung is named 'tears'", "rule c: .*guess",
                 r"rule d: .*types", "rule e: .*name", "deliver webhook: .*web address", "'surprise'"):  # fmt: skip
        assert re.search(part, text), (part, text)


def test_rules_that_are_no_toml_say_where(tmp_path: Path):
    path = tmp_path / "rules.toml"
    path.write_text("[[rule]\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 1"):
        read_rules(path)


NEW_TYPE = '[[rule]]\nid = "new"\nkind = "new-type"\ntypes = ["SANCTION"]\nleast_events = 0\n'


def test_doubtful_events_raise_no_alert_unless_a_rule_asks_for_them(make_store):
    store = make_store([story("2021-03-08", "SANCTION", confidence=0.4)])
    assert found(store, NEW_TYPE + LADDER + LEVEL) == ()
    (alert,) = found(store, NEW_TYPE + "min_confidence = 0.3\n")
    assert alert.evidence[0].event == "SANCTION"


@pytest.mark.parametrize("modality", ["alleged", "historical", "negated", "denied"])
def test_what_is_not_told_as_actual_raises_no_alert_unless_a_rule_asks_for_it(make_store, modality: str):
    store = make_store([story("2021-03-08", "SANCTION", modality=modality)])
    assert found(store, NEW_TYPE + LADDER) == ()
    (alert,) = found(store, NEW_TYPE + f'modalities = ["actual", "{modality}"]\n')
    assert alert.evidence[0].modality == modality


def test_an_old_event_told_today_is_no_news(make_store):
    old = story("2021-03-08", "SANCTION", published="2021-04-02")
    store = make_store([old])
    assert found(store, NEW_TYPE + LADDER + LEVEL) == ()
    assert [a.day for a in found(store, NEW_TYPE + "max_delay = 30\n")] == [date(2021, 3, 8)]


def test_an_old_event_that_was_told_in_time_is_news(make_store):
    store = make_store([story("2021-03-08", "SANCTION"), story("2021-03-08", "SANCTION", published="2021-04-02")])
    assert [a.day for a in found(store, NEW_TYPE)] == [date(2021, 3, 8)]
