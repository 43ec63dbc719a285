"""The commands: what they print and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from format_rows import gdelt, read_tabs, write_tabs

from detente.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DETENTE_STORE", raising=False)
    monkeypatch.setattr("detente.cli._silence_libraries", lambda: None)

    def command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return int(stop.value.code or 0), out, err

    return command


def test_import_and_export_give_the_same_rows(run: Run, tmp_path: Path) -> None:
    write_tabs(tmp_path / "in.CSV", [gdelt("1"), gdelt("2", code="010")])
    assert run("import", "in.CSV", "--format", "gdelt2") == (0, "in.CSV: 2 events imported\n", "")
    assert run("import", "in.CSV", "--format", "gdelt2") == (
        0, "in.CSV: imported before (2 events); nothing added\n", "",
    )  # fmt: skip
    assert run("export", "--format", "gdelt2", "--output", "out.CSV") == (0, "", "2 events written\n")
    assert read_tabs(tmp_path / "out.CSV") == read_tabs(tmp_path / "in.CSV")
    code, out, _ = run("export", "--format", "gdelt2", "--output", "-")
    assert (code, out.encode()) == (0, (tmp_path / "in.CSV").read_bytes())


def test_bad_rows_end_with_exit_code_1_and_a_file(run: Run, tmp_path: Path) -> None:
    write_tabs(tmp_path / "in.CSV", [gdelt("1"), *(gdelt(f"x{i}") for i in range(30))])
    code, out, err = run("import", "in.CSV", "--format", "gdelt2", "--rejects", "bad.jsonl")
    assert (code, out) == (1, "in.CSV: 1 event imported, 30 rejected\nrejected rows are in bad.jsonl\n")
    assert err.startswith("detente: in.CSV, line 2: id: GLOBALEVENTID is no whole number: x0\n")
    assert err.endswith("detente: and 10 more\n")
    assert [json.loads(line)["line"] for line in (tmp_path / "bad.jsonl").read_text().splitlines()] == [*range(2, 32)]


def test_events_shows_what_was_imported_only_when_asked(run: Run, tmp_path: Path) -> None:
    write_tabs(tmp_path / "in.CSV", [gdelt("1"), gdelt("2", code="010")])
    run("import", "in.CSV", "--format", "gdelt2")
    assert run("events")[1:] == ("", "no events match\n")
    _, out, _ = run("events", "--data", "gdelt2")
    first, second = out.splitlines()
    assert first.startswith("2021-04-12  ACCUSE    -              -  NOR (NORWAY) → ROU (BUCHAREST) [gdelt2:")
    assert "CAMEO 010" in second
    (row, _) = map(json.loads, run("events", "--data", "all", "--format", "json")[1].splitlines())
    assert (row["dataset"], row["goldstein"], row["article_count"]) == ("gdelt2", -2.0, 3)
    assert run("events", "--data", "gdelt2", "--format", "csv")[1].startswith("dataset,event_date,")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("import", "none.CSV", "--format", "gdelt2"), "no such file"),
        (("import", "in.CSV", "--format", "gdelt2", "--columns", "event_date=day"), "fixed"),
        (("import", "in.CSV", "--format", "csv", "--columns", "day=event_date"), "write FIELD=COLUMN"),
        (("import", "in.CSV", "--format", "gdelt2", "--rejects", "no/bad.jsonl"), "does not exist"),
        (("export", "--format", "parquet"), "add --output"),
    ],
)  # fmt: skip
def test_wrong_usage_ends_with_exit_code_2(run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    write_tabs(tmp_path / "in.CSV", [gdelt("1")])
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
