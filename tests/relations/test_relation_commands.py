"""`detente relation` and `detente alerts` as they are typed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from relation_stories import story, thaw_and_quarrel

from detente.cli import main
from detente.store import open_store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command beside a store of the thaw and the quarrel; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DETENTE_STORE", raising=False)
    monkeypatch.setattr("detente.cli._silence_libraries", lambda: None)
    with open_store(tmp_path / "detente.duckdb") as store:
        store.write([*thaw_and_quarrel(), story("2021-03-15", "ACCUSE", "IND", "USA")], "1.0")

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return command


def test_relation_takes_groups_lists_and_all(run: Run) -> None:
    assert run("relation", "NATO", "Russia")[1].startswith("NATO – Russia")
    assert run("relation", "all", "US", "--format", "json")[1].count('"code": "all"') == 1
    out = run("relation", "India,Russia", "USA", "--by", "month", "--format", "csv")[1]
    assert {row["a"] for row in csv.DictReader(io.StringIO(out))} == {"IND,RUS"}


def test_relation_takes_own_groups(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.tsv").write_text("group\tcode\nPact\tIND\nPact\tRUS\n", encoding="utf-8")
    assert run("relation", "Pact", "USA", "--groups", "own.tsv")[1].startswith("Pact – United States")
    code, _, err = run("relation", "Pact", "USA", "--groups", "none.tsv")
    assert (code, "none.tsv: no such file" in err) == (2, True)


def test_relation_events_lists_what_makes_a_figure(run: Run) -> None:
    asked = ("relation", "USA", "RUS", "--events", "--quad", "4", "--direction", "a>b", "--since", "2021-03-16",
             "--until", "2021-03-17")  # fmt: skip
    rows = [json.loads(line) for line in run(*asked, "--format", "json")[1].splitlines()]
    assert [(row["day"], row["event"]) for row in rows] == [("2021-03-16", "SANCTION"), ("2021-03-17", "SANCTION")]
    assert all(row["article_ids"] for row in rows)
    assert run(*asked)[1].count("sanctioned or cut ties") == 2
    assert next(csv.DictReader(io.StringIO(run(*asked, "--format", "csv")[1])))["id"] == rows[0]["id"]
    assert run(*asked, "--format", "html")[0] == 2
    assert "no events match" in run(*asked, "--type", "ASSAULT")[2]


def test_relation_directed_keeps_to_one_side(run: Run) -> None:
    out = run("relation", "RUS", "USA", "--directed", "--format", "json")[1]
    assert [state["direction"] for state in json.loads(out)["states"]] == ["a>b"]


def test_alerts_are_checked_listed_and_acknowledged(run: Run) -> None:
    assert run("alerts")[1:] == ("", "no alerts match; `detente alerts check` looks for new ones\n")
    code, out, err = run("alerts", "check", "--since", "2021-03-01", "--until", "2021-03-31")
    assert code == 0
    assert "climbed from calm to sanctions" in out
    assert "new alerts" in err
    assert run("alerts", "check", "--since", "2021-03-01", "--until", "2021-03-31")[1] == ""
    rows = [json.loads(line) for line in run("alerts", "--format", "json")[1].splitlines()]
    climbs = [row for row in rows if row["rule"] == "escalation"]
    assert len(climbs) == 1
    assert climbs[0]["evidence"][0]["article_ids"]
    assert run("alerts", "acknowledge", climbs[0]["id"], "--by", "desk")[0] == 0
    listed = list(csv.DictReader(io.StringIO(run("alerts", "--state", "all", "--format", "csv")[1])))
    assert len(listed) == len(rows)
    assert [row["acknowledged_by"] for row in listed if row["state"] == "acknowledged"] == ["desk"]
    assert "by desk" in run("alerts", "--state", "acknowledged")[1]


def test_alerts_are_silenced_and_told_again(run: Run) -> None:
    code, out, _ = run("alerts", "silence", "--pair", "Russia", "USA", "--note", "known")
    assert code == 0
    id_ = out.split()[0]
    assert "known" in run("alerts", "silences")[1]
    _, out, err = run("alerts", "check", "--since", "2021-03-01", "--until", "2021-03-31")
    assert out == ""
    assert "silenced" in err
    assert run("alerts", "silences", "--end", id_)[0] == 0
    assert "escalation" in run("alerts")[1]


def test_alerts_go_to_files(run: Run, tmp_path: Path) -> None:
    out = run("alerts", "check", "--since", "2021-03-01", "--jsonl", "a.jsonl", "--rss", "a.xml", "--format", "json")[1]
    assert len((tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()) == len(out.splitlines()) > 0
    assert (tmp_path / "a.xml").read_text(encoding="utf-8").count("<item>") == len(out.splitlines())
    assert run("alerts", "--format", "rss")[1].count("<item>") == len(out.splitlines())


def test_alerts_that_do_not_arrive_fail_the_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detente.relations.alerts.webhook.FIRST_PAUSE", 0.0)
    code, out, err = run("alerts", "check", "--since", "2021-03-01", "--webhook", "http://127.0.0.1:9/hook")
    assert code == 1
    assert out
    assert "cannot be reached" in err


def test_alert_rules_can_be_printed_and_read_back(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(run("alerts", "rules")[1], encoding="utf-8")
    assert run("alerts", "check", "--rules", "rules.toml", "--since", "2021-03-01")[0] == 0


def test_alert_rules_name_their_own_targets(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        '[[rule]]\nid = "low"\nkind = "level"\nbelow = -1.0\n[[deliver]]\nto = "jsonl"\npath = "mine.jsonl"\n',
        encoding="utf-8",
    )
    _, out, err = run("alerts", "check", "--rules", "rules.toml", "--since", "2021-03-01", "--format", "json")
    assert (tmp_path / "mine.jsonl").read_text(encoding="utf-8") == out != ""
    assert "mine.jsonl: 1 delivered" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("alerts", "--state", "lost"), ("alerts", "--kind", "guess"), ("alerts", "acknowledge", "nothing"),
        ("alerts", "silence"), ("alerts", "silences", "--end", "nothing"), ("alerts", "check", "--rules", "none.toml"),
        ("alerts", "check", "--since", "2021-04-01", "--until", "2021-03-01"), ("relation", "USA", "all,RUS"),
        ("alerts", "check", "--webhook", "ftp://example.org"), ("relation", "EU", "EU"),
        ("alerts", "check", "--secret", "NAME"),
    ],
)  # fmt: skip
def test_wrong_usage_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err
