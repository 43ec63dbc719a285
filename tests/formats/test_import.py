"""What each format's rows become, and what is set aside."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from format_rows import gdelt, gdelt1, icews, imported, polecat, write_tabs

from detente.errors import InputError
from detente.formats import FileResult, import_files
from detente.formats.layouts import GDELT2, ICEWS, POLECAT
from detente.store import Store, open_store
from detente.store.queries import EventFilter, events


def take(store: Store, path: Path, format: str, **options: object) -> FileResult:
    (result,) = import_files(store, [path], format, **options).files  # type: ignore[arg-type]
    return result


def test_gdelt2_row_in_our_columns(store: Store, tmp_path: Path) -> None:
    row = gdelt("17", code="0231")
    assert take(store, write_tabs(tmp_path / "a.CSV", [row]), "gdelt2").added == 1
    (event,) = imported(store, "gdelt2")
    assert event["cells"] == row
    expected = {
        "id": "17", "event_date": date(2021, 4, 12), "event": "REQUEST", "mode": "assist", "cameo": "0231",
        "plover_quad": 3, "cameo_quad": 3, "goldstein": -2.0, "intensity": 0.5, "source_names": ["NORWAY"],
        "source_countries": ["NOR"], "target_countries": ["ROU"], "target_sectors": ["GOV"], "place": "South Africa",
        "place_country": "ZAF", "latitude": -30.0, "url": "https://www.harbour.example.org/1",
        "publisher": "harbour.example.org", "published": datetime(2021, 4, 12, 12, 15), "mention_count": 4,
        "source_count": 2, "article_count": 3, "tone": -1.5, "modality": None, "confidence": None,
    }  # fmt: skip
    assert {key: event[key] for key in expected} == expected


def test_gdelt1_has_rows_of_57_and_58_fields(store: Store, tmp_path: Path) -> None:
    path = write_tabs(tmp_path / "a.CSV", [gdelt1("1")[:57], gdelt1("2")])
    assert take(store, path, "gdelt1").added == 2
    old, new = imported(store, "gdelt1")
    assert (old["url"], old["published"]) == (None, datetime(2021, 4, 12))
    assert new["url"] == "https://www.harbour.example.org/1"
    assert [len(row["cells"]) for row in (old, new)] == [57, 58]  # type: ignore[arg-type]


def test_icews_reads_quotes_as_letters(store: Store, tmp_path: Path) -> None:
    row = icews("3", Source_Name='The "Rebel', Source_Sectors='"Police,Government"', code="173")
    take(store, write_tabs(tmp_path / "a.tab", [row], ICEWS), "icews")
    (event,) = imported(store, "icews")
    assert (event["source_names"], event["source_sectors"]) == (['The "Rebel'], ["COP", "GOV"])
    assert (event["source_countries"], event["event"], event["mode"]) == (["MDA"], "COERCE", "arrest")
    assert (event["story_id"], event["sentence_number"], event["place"]) == ("77", 2, "Chisinau, Moldova, Republic of")


def test_icews_date_of_the_file_of_2017_is_read(store: Store, tmp_path: Path) -> None:
    take(store, write_tabs(tmp_path / "a.tab", [icews(day="6/1/2017")], ICEWS), "icews")
    assert imported(store, "icews")[0]["event_date"] == date(2017, 6, 1)


def test_icews_id_repeats_only_on_the_same_day(store: Store, tmp_path: Path) -> None:
    rows = [icews("5"), icews("5", "2018-06-02"), icews("5", Publisher="Other")]
    result = take(store, write_tabs(tmp_path / "a.tab", rows, ICEWS), "icews")
    assert (result.added, result.repeated) == (3, 1)
    assert [row["repeated"] for row in imported(store, "icews")] == [False, False, True]
    assert len(events(store, EventFilter(data="icews"))) == 2


def test_meeting_told_from_both_sides_is_one_event(store: Store, tmp_path: Path) -> None:
    back = {"Source_Name": "Citizen (Norway)", "Source_Country": "Norway", "Target_Name": "Police (Moldova)",
            "Target_Country": "Moldova, Republic of"}  # fmt: skip
    rows = [
        icews("1", code="040"), icews("2", code="040", **back),
        icews("3", code="040", Sentence_Number="3"),  # told once: directed
        icews("4", code="112", Sentence_Number="4"), icews("5", code="112", Sentence_Number="4", **back),
    ]  # fmt: skip
    assert take(store, write_tabs(tmp_path / "a.tab", rows, ICEWS), "icews").mirrors == 1
    found = events(store, EventFilter(data="icews"))
    assert [row["id"] for row in found] == ["1", "3", "4", "5"]
    assert (found[0]["source_countries"], found[0]["target_countries"]) == (["MDA", "NOR"], [])
    pairs = store.rows("SELECT source, target, reciprocal FROM all_event_pairs WHERE event_id = '1' ORDER BY ALL")
    assert [tuple(row.values()) for row in pairs] == [("MDA", "NOR", True), ("NOR", "MDA", True)]
    assert [row["id"] for row in events(store, EventFilter(data="icews", pair=("NOR", "MDA")))] == ["1", "3", "4", "5"]
    assert [row["id"] for row in events(store, EventFilter(data="icews", target="MDA"))] == ["1", "5"]


def test_visit_and_hosting_are_the_visit(store: Store, tmp_path: Path) -> None:
    host, guest = {"Code": "A", "Name": "A"}, {"Code": "B", "Name": "B"}
    there = gdelt("1", code="043", source=host, target=guest)
    back = gdelt("2", code="042", source=guest, target=host)
    assert take(store, write_tabs(tmp_path / "a.CSV", [there, back]), "gdelt2").mirrors == 1
    (event,) = events(store, EventFilter(data="gdelt2"))
    assert (event["id"], event["source_names"], event["target_names"]) == ("2", ["B"], ["A"])


def test_polecat_lists_and_missing_values(store: Store, tmp_path: Path) -> None:
    bare = polecat("20210412-0815-ab_AGREE_", Event_Type="AGREE", Event_Mode="None", Contexts="None",
                   Recipient_Name="None", Recipient_Country="None", Quad_Code="None", Intensity="None")  # fmt: skip
    take(store, write_tabs(tmp_path / "a.txt", [polecat(), bare], POLECAT), "polecat")
    full, none = imported(store, "polecat")
    assert (full["source_countries"], full["source_names"]) == (["NOR", "SWE"], ["Norway", "Sweden"])
    assert (full["target_countries"], full["contexts"]) == (["KOS"], ["diplomatic", "economic"])
    assert (full["plover_quad"], full["cameo"], full["story_id"]) == (3, None, "20210412-0815-ab")
    assert (none["mode"], none["contexts"], none["target_names"], none["intensity"]) == (None, [], [], 2.5)


@pytest.mark.parametrize(
    ("header", "change"),
    [
        ([*POLECAT[:4], "Event Intensity", *POLECAT[5:]], lambda row: row),
        ([*POLECAT[:4], *POLECAT[5:]], lambda row: [*row[:4], *row[5:]]),
        ([*POLECAT, "Headline"], lambda row: row),
        ([*POLECAT, "Headline"], lambda row: [*row, "A headline"]),
        (POLECAT, lambda row: [*row, "", ""]),
        ([*POLECAT, "", ""], lambda row: [*row, "", ""]),
        (None, lambda row: row),
    ],
    ids=["event intensity", "39 columns", "name beyond", "column beyond", "trailing tabs", "tabs in both", "no header"],
)
def test_polecat_headers_vary(store: Store, tmp_path: Path, header: list[str] | None, change) -> None:  # type: ignore[no-untyped-def]
    rows = [change(polecat()), change(polecat("20210413-0000-cd_ACCUSE_disapprove"))]
    result = take(store, write_tabs(tmp_path / "a.txt", rows, header), "polecat")
    assert (result.added, result.named) == (2, [])
    assert [row["cells"] for row in imported(store, "polecat")] == rows
    assert {row["intensity"] for row in imported(store, "polecat")} == {-2.0}
    assert {row["publisher"] for row in imported(store, "polecat")} == {"Harbour Post"}


def test_plover_record_in_our_columns(store: Store, tmp_path: Path) -> None:
    record = {
        "id": "p1", "date": "2021-04-12", "actor": [{"code": "NOR", "sector": "GOV"}, {"code": "SWE"}],
        "event": ["CONSULT"], "mode": ["visit", "negation"], "context": ["diplomatic"], "quad_code": 1,
        "event_text": [{"text_story": "They did not meet."}], "cite_info": {"publication": "Harbour Post"},
    }  # fmt: skip
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n\n")
    take(store, tmp_path / "a.jsonl", "plover")
    (event,) = imported(store, "plover")
    assert (event["source_countries"], event["target_countries"]) == (["NOR", "SWE"], [])
    assert (event["source_names"], event["source_sectors"]) == (["NOR", "SWE"], ["GOV"])
    assert (event["mode"], event["modality"], event["intensity"]) == ("visit", "negated", 4.0)
    assert (event["text"], event["publisher"]) == ("They did not meet.", "Harbour Post")
    assert event["cells"] == [json.dumps(record)]


def test_plover_list_in_one_file_is_read(store: Store, tmp_path: Path) -> None:
    records = [{"id": f"p{i}", "date": "2021-04-12", "actor": [{"code": "NOR"}], "event": ["AID"]} for i in range(3)]
    (tmp_path / "a.json").write_text(json.dumps(records, indent=1))
    assert take(store, tmp_path / "a.json", "plover").added == 3


def test_csv_with_columns_of_other_names(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('day;kind;from;to\n2021-04-12;ACCUSE;NOR;ROU\n"2021-04-13";AID;NOR;\n')
    names = {"event_date": "day", "event": "kind", "source_countries": "from", "target_countries": "to"}
    assert take(store, tmp_path / "a.csv", "csv", columns=names).added == 2
    rows = imported(store, "csv")
    assert [(row["event"], row["source_countries"], row["target_countries"]) for row in rows] == [
        ("ACCUSE", ["NOR"], ["ROU"]), ("AID", ["NOR"], []),
    ]  # fmt: skip


BAD = [
    ("gdelt2", gdelt("1")[:60], "fields", "60 fields, 61 expected"),
    ("gdelt2", gdelt("x1"), "id", "x1"),
    ("gdelt2", gdelt(day="20210230"), "date", "20210230"),
    ("gdelt2", gdelt(day="2021041"), "date", "2021041"),
    ("gdelt2", gdelt(code="42"), "code", "leading zero"),
    ("gdelt2", gdelt(code="210"), "code", "210"),
    ("gdelt2", gdelt(code=""), "code", ""),
    ("gdelt2", gdelt(QuadClass="5"), "code", "QuadClass"),
    ("gdelt2", gdelt(GoldsteinScale="low"), "number", "GoldsteinScale is no number: low"),
    ("icews", icews("1.5"), "id", "1.5"),
    ("icews", icews(day="June 2018"), "date", "June 2018"),
    ("icews", icews(Intensity="nan"), "number", "Intensity"),
    ("polecat", polecat("None"), "id", "missing"),
    ("polecat", polecat(Event_Type="FIGHT"), "code", "FIGHT"),
    ("polecat", polecat()[:38], "fields", "38 fields, 40 expected"),
    ("plover", ['{"id":"a","date":2016-07-24,"actor":[{"code":"USA"}],"event":["CONSULT"]}'], "json", "no JSON"),
    ("plover", ['["id"]'], "json", "no JSON object"),
    ("plover", ['{"id":"a","date":"2016-07-24","actor":{"code":"USA"},"event":["CONSULT"]}'], "actor", "list"),
    ("plover", ['{"id":"a","date":"2016-07-24","actor":[{"code":"USA"}],"event":["FIGHT"]}'], "code", "FIGHT"),
    ("plover", ['{"id":"a","date":"24 July","actor":[{"code":"USA"}],"event":["CONSULT"]}'], "date", "24 July"),
]
GOOD = {
    "gdelt2": gdelt("99"), "icews": icews("99"), "polecat": polecat("20210412-0000-z_AID_"),
    "plover": ['{"id":"z","date":"2016-07-24","actor":[{"code":"USA"}],"event":["CONSULT"]}'],
}  # fmt: skip


@pytest.mark.parametrize(("format", "row", "reason", "detail"), BAD, ids=lambda value: str(value)[:20])
def test_bad_row_is_named_counted_and_set_aside(
    store: Store, tmp_path: Path, format: str, row: list[str], reason: str, detail: str
) -> None:
    path = write_tabs(tmp_path / "a", [GOOD[format], row])
    summary = import_files(store, [path], format)
    (result,) = summary.files
    assert (summary.failed, result.added, result.rejected) == (True, 1, 1)
    assert result.named[0].startswith(f"{path}, line 2: {reason}: ")
    assert detail in result.named[0]
    assert summary.rejects == tmp_path / "s.duckdb.rejects.jsonl"
    (reject,) = map(json.loads, summary.rejects.read_text(encoding="utf-8").splitlines())
    assert (reject["file"], reject["line"], reject["reason"], reject["row"]) == (str(path), 2, reason, "\t".join(row))


def test_line_numbers_count_empty_lines_and_lines_within_cells(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(("\t".join(gdelt("1")) + "\r\n\r\n\n" + "\t".join(gdelt("x")) + "\r\n").encode())
    assert ", line 4: id" in take(store, tmp_path / "a", "gdelt2").named[0]
    (tmp_path / "b.csv").write_text('event_date,event,note\n2021-04-12,AID,"a\nb\n\nc"\n\n2021-04-1x,AID,d\n')
    assert ", line 7: date" in take(store, tmp_path / "b.csv", "csv").named[0]


def test_wrong_format_is_said_for_the_whole_file(store: Store, tmp_path: Path) -> None:
    path = write_tabs(tmp_path / "a", [gdelt("1"), gdelt("2")])
    result = take(store, path, "gdelt1")
    assert result.failure is not None
    assert "61 fields, 57 or 58 expected (so many has gdelt2)" in result.failure
    assert imported(store, "gdelt1") == store.rows("SELECT * FROM imported_rejections") == []


def test_one_unreadable_file_does_not_stop_the_others(store: Store, tmp_path: Path) -> None:
    whole = gzip.compress(("\t".join(gdelt("1")) + "\n").encode() * 5000)
    (tmp_path / "cut.gz").write_bytes(whole[:-20])
    good = write_tabs(tmp_path / "good", [gdelt("2")])
    cut, missing, last = import_files(store, [tmp_path / "cut.gz", tmp_path / "none", good], "gdelt2").files
    assert str(tmp_path / "cut.gz") in str(cut.failure)
    assert "No such file" in str(missing.failure)
    assert (last.failure, last.added) == (None, 1)
    assert [row["id"] for row in imported(store, "gdelt2")] == ["2"]


def test_packed_files_are_read(store: Store, tmp_path: Path) -> None:
    data = ("\t".join(gdelt("1")) + "\n").encode()
    (tmp_path / "a.CSV.gz").write_bytes(gzip.compress(data))
    with zipfile.ZipFile(tmp_path / "b.CSV.zip", "w") as archive:
        archive.writestr("b.CSV", data.replace(b"1\t", b"2\t", 1))
    results = import_files(store, [tmp_path / "a.CSV.gz", tmp_path / "b.CSV.zip"], "gdelt2").files
    assert [result.added for result in results] == [1, 1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_encodings_are_told_by_the_bytes(store: Store, tmp_path: Path, encoding: str) -> None:
    text = "\n".join("\t".join(row) for row in [ICEWS, icews(City="Curaçao – é"[: 11 if encoding != "latin-1" else 7])])
    (tmp_path / "a").write_bytes((text + "\n").encode(encoding))
    result = take(store, tmp_path / "a", "icews")
    assert (result.added, result.recoded) == (1, int(encoding in ("cp1252", "latin-1")))
    assert str(imported(store, "icews")[0]["place"]).startswith("Curaçao")


def test_same_file_adds_nothing_and_still_tells_its_rejects(store: Store, tmp_path: Path) -> None:
    path = write_tabs(tmp_path / "a", [gdelt("1"), gdelt("x")])
    take(store, path, "gdelt2")
    (tmp_path / "s.duckdb.rejects.jsonl").unlink()
    path.rename(tmp_path / "b")
    summary = import_files(store, [tmp_path / "b"], "gdelt2")
    (again,) = summary.files
    assert (again.before, again.added, again.rejected, summary.failed) == (True, 1, 1, True)
    assert summary.rejects is not None
    assert len(summary.rejects.read_text().splitlines()) == 1
    assert len(imported(store, "gdelt2")) == 1


def test_rows_of_another_file_are_not_added_again(store: Store, tmp_path: Path) -> None:
    take(store, write_tabs(tmp_path / "a", [gdelt("1"), gdelt("2"), gdelt("2")]), "gdelt2")
    result = take(store, write_tabs(tmp_path / "b", [gdelt("2"), gdelt("2", NumMentions="9"), gdelt("3")]), "gdelt2")
    assert (result.added, result.present, result.repeated) == (2, 1, 1)
    assert [row["id"] for row in events(store, EventFilter(data="gdelt2"))] == ["1", "2", "3"]
    assert [row["repeated"] for row in imported(store, "gdelt2")] == [False, False, True, True, False]


def test_unknown_format_and_missing_columns_are_errors(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="known are gdelt1"):
        import_files(store, [], "gdelt3")
    (tmp_path / "a.csv").write_text("day,kind\n2021-04-12,AID\n")
    assert "event_date" in str(take(store, tmp_path / "a.csv", "csv").failure)
    assert "no column 'no'" in str(take(store, tmp_path / "a.csv", "csv", columns={"event_date": "no"}).failure)


def test_empty_file_is_an_empty_import(store: Store, tmp_path: Path) -> None:
    for format in ("gdelt1", "icews", "plover"):
        (tmp_path / format).touch()
        result = take(store, tmp_path / format, format)
        assert (result.failure, result.added) == (None, 0)


KILLED = """
import os, signal, sys
from detente.formats import import_files
from detente.formats.target import Target
from detente.store import open_store

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "end":
    Target.finish = die
with open_store(sys.argv[1]) as store:
    import_files(store, [sys.argv[2]], "gdelt2", progress=None if sys.argv[3] == "end" else die)
"""


@pytest.mark.parametrize("moment", ["first block", "end"])
def test_killed_import_leaves_nothing_and_a_rerun_completes_it(tmp_path: Path, moment: str) -> None:
    path = write_tabs(tmp_path / "a", [gdelt(str(i)) for i in range(500)])
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "k.duckdb"), str(path), moment], check=False)
    assert done.returncode == -9
    with open_store(tmp_path / "k.duckdb") as store:
        assert imported(store, "gdelt2") == []
        assert take(store, path, "gdelt2").added == 500
        assert len(imported(store, "gdelt2")) == 500


def test_original_columns_can_be_asked_for(store: Store, tmp_path: Path) -> None:
    take(store, write_tabs(tmp_path / "a", [gdelt("1", AvgTone="-3.25")]), "gdelt2")
    place = GDELT2.index("AvgTone") + 1
    assert store.rows(f"SELECT cells[{place}] AS tone FROM imported_events") == [{"tone": "-3.25"}]
