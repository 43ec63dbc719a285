"""Our own events in each format: valid by its rules, and what it cannot hold is left out and counted."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import fake_coder
import pytest
from format_rows import gdelt, write_tabs

from detente import ontology
from detente.errors import InputError
from detente.formats import ExportSummary, codes, export, import_files
from detente.formats.layouts import GDELT1, GDELT2, ICEWS, POLECAT
from detente.records import Actor, Article, CodedArticle, Date, Event
from detente.store import Store
from detente.store.queries import EVENT_COLUMNS, EventFilter

TEXT = "Officials said that Russia was to blame.\nTalks with Romania and the EU followed."


def coded(number: int = 0, **changes: object) -> CodedArticle:
    """ACCUSE by Russia of the USA, and talks of Russia, Romania and the EU."""
    facts = {"url": f"https://example.org/{number}", "publisher": "Harbour\tPost", "title": "A title", "language": "en"}
    article = Article.of(f"{TEXT} {number}", id=f"n{number}", published="2021-03-19T10:20:00Z", **facts)
    base = fake_coder.coded_article(article)
    accuse, talks = base.events
    actors = (
        base.actors[0].model_copy(update={"office": "president", "sectors": ("GOV", "JRN")}), base.actors[1],
        Actor(id="a3", name="Bucharest", country="ROU", kind="state"),
        Actor(id="a4", name="European Union", country="EUR", kind="organisation"),
    )  # fmt: skip
    fields = {"mode": "disapprove", "cameo": "111", "goldstein": -2.0, "place": "Ukraine", **changes}
    accuse = accuse.model_copy(update=fields)
    talks = Event.model_validate({**talks.model_dump(), "id": "e2", "sources": ("a1", "a3", "a4"), "intensity": 2.5,
                                  "plover_quad": 1, "cameo_quad": None})  # fmt: skip
    return base.model_copy(update={"actors": actors, "events": (accuse, talks)})


def written(store: Store, format: str, **options: object) -> tuple[list[str], ExportSummary]:
    out = io.StringIO()
    summary = export(store, format, out, **options)  # type: ignore[arg-type]
    return out.getvalue().splitlines(), summary


def table(lines: list[str], columns: tuple[str, ...]) -> list[dict[str, str]]:
    rows = [line.split("\t") for line in lines]
    assert {len(row) for row in rows} == {len(columns)}
    return [dict(zip(columns, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("format", "columns"), [("gdelt1", GDELT1), ("gdelt2", GDELT2)])
def test_gdelt_rows_follow_its_codebook(store: Store, format: str, columns: tuple[str, ...]) -> None:
    store.write([coded()], "1.0.0")
    rows = table(written(store, format)[0], columns)
    assert len(rows) == 1 + 6  # three parties talk: each with each, in both directions
    assert len({row["GLOBALEVENTID"] for row in rows}) == 7
    for row in rows:
        assert row["GLOBALEVENTID"].isdigit()
        assert re.fullmatch(r"20210318", row["SQLDATE"])
        assert (row["MonthYear"], row["Year"]) == ("202103", "2021")
        assert row["FractionDate"] == "2021.2137"
        assert row["EventCode"] in ontology.cameo_codes()
        assert (row["EventBaseCode"], row["EventRootCode"]) == (row["EventCode"][:3], row["EventCode"][:2])
        assert row["QuadClass"] == str(ontology.cameo_quad(row["EventCode"]))
        assert -10 <= float(row["GoldsteinScale"]) <= 10
        assert row["IsRootEvent"] in "01"
        assert all(row[name].isdigit() for name in ("NumMentions", "NumSources", "NumArticles", "ActionGeo_Type"))
        assert re.fullmatch(r"\d{8}" if format == "gdelt1" else r"\d{10}(00|15|30|45)00", row["DATEADDED"])
        assert row["SOURCEURL"] == "https://example.org/0"
    first = rows[0]
    assert (first["EventCode"], first["QuadClass"], first["GoldsteinScale"]) == ("111", "3", "-2.0")
    assert (first["Actor1Code"], first["Actor1Type1Code"], first["Actor1Type2Code"]) == ("RUSGOVMED", "GOV", "MED")
    assert (first["ActionGeo_CountryCode"], first["ActionGeo_Type"]) == ("UP", "1")
    talks = {(row["Actor1Code"], row["Actor2Code"]) for row in rows[1:]}
    assert {("ROM", "IGOEUREEC"), ("IGOEUREEC", "ROM")} <= talks
    union = next(row for row in rows if row["Actor1Code"] == "IGOEUREEC")
    assert (union["Actor1CountryCode"], union["Actor1KnownGroupCode"], union["Actor1Type1Code"]) == (
        "EUR",
        "EEC",
        "IGO",
    )


def test_icews_rows_follow_its_columns(store: Store) -> None:
    store.write([coded()], "1.0.0")
    header, *lines = written(store, "icews")[0]
    assert header.split("\t") == list(ICEWS)
    rows = table(lines, ICEWS)
    first = rows[0]
    assert (first["Event Date"], first["CAMEO Code"], first["Intensity"]) == ("2021-03-18", "111", "-2.0")
    assert (first["Source Country"], first["Target Country"]) == ("Russian Federation", "United States")
    assert (first["Source Sectors"], first["Publisher"]) == ("Government,Media", "Harbour Post")
    assert first["Event Text"] == ontology.cameo_codes()["111"].name
    assert len({(row["Event ID"], row["Event Date"]) for row in rows}) == 7
    assert len({row["Story ID"] for row in rows}) == 1


def test_polecat_rows_follow_its_columns(store: Store) -> None:
    two = coded()
    again = two.events[0].model_copy(update={"id": "e3", "targets": ("a3",)})
    store.write([two.model_copy(update={"events": (*two.events, again)})], "1.0.0")
    header, *lines = written(store, "polecat")[0]
    assert header.split("\t") == list(POLECAT)
    rows = table(lines, POLECAT)
    assert len(rows) == 3
    assert all(cell for row in rows for cell in row.values())
    assert re.fullmatch(r"20210319-1020-[0-9a-f]{13}_ACCUSE_disapprove", rows[0]["Event ID"])
    assert [row["Event ID"].split("_", 1)[1] for row in rows] == [
        "ACCUSE_disapprove",
        "CONSULT_None",
        "ACCUSE_disapprove_2",
    ]
    assert len({row["Event ID"].split("_")[0] for row in rows}) == 1
    assert rows[0]["Quad Code"] == "VERBAL CONFLICT"
    talks = rows[1]
    assert (talks["Actor Name"], talks["Actor Country"]) == ("Russia; Bucharest; European Union", "RUS; ROU; EUR")
    assert (talks["Actor COW"], talks["Recipient Name"], talks["Event Mode"]) == ("365; 360; None", "None", "None")


REQUIRED = {"id", "date", "actor", "event"}
OPTIONAL = {"has_event", "recipient", "event_loc", "event_text", "quad_code", "event_scale", "mode", "context",
            "cite_info", "coder", "comment"}  # fmt: skip


def test_plover_records_follow_the_manual(store: Store) -> None:
    store.write([coded(), coded(1, modality="denied"), coded(2, modality="alleged", contexts=("military",))], "1.0.0")
    lines, summary = written(store, "plover")
    records = [json.loads(line) for line in lines]
    assert (len(records), summary.left_out) == (6, {})
    for record in records:
        assert REQUIRED <= set(record) <= REQUIRED | OPTIONAL
        assert date.fromisoformat(record["date"])
        assert record["event"][0] in ontology.types()
        assert record["quad_code"] in (1, 2, 3, 4)
        assert all(set(entity) <= {"code", "sector", "entity_text", "office"} for entity in record["actor"])
        assert all(len(entity["code"]) == 3 for entity in record["actor"])
    assert len({record["id"] for record in records}) == 6
    by_id = {record["id"]: record for record in records}
    assert by_id["n0-e1"]["mode"] == ["disapprove"]
    assert by_id["n1-e1"]["mode"] == ["disapprove", "negation"]
    assert by_id["n2-e1"]["comment"] == "alleged by Russia"
    assert by_id["n2-e1"]["context"] == ["military"]
    assert "recipient" not in by_id["n0-e2"]
    assert [entity["code"] for entity in by_id["n0-e2"]["actor"]] == ["RUS", "ROU", "EUR"]


@pytest.mark.parametrize("format", ["gdelt1", "gdelt2", "icews", "polecat"])
def test_events_that_a_format_would_misstate_are_left_out(store: Store, format: str) -> None:
    items = [coded(1, modality="negated"), coded(2, modality="denied"), coded(3, modality="conditional"),
             coded(4, modality="future")]  # fmt: skip
    undated = coded(5, date=None)
    article = undated.article.model_copy(update={"published": None})
    store.write([*items, undated.model_copy(update={"article": article})], "1.0.0")
    lines, summary = written(store, format)
    assert summary.left_out == {"not_done": 3, "no_date": 1}
    assert summary.rows == len(lines) - (format in ("icews", "polecat"))


def test_event_without_cameo_gets_the_code_of_its_type_and_mode(store: Store) -> None:
    store.write([coded(event="SANCTION", mode="expel", cameo=None, goldstein=None)], "1.0.0")
    row = table(written(store, "gdelt2")[0], GDELT2)[0]
    assert (row["EventCode"], row["QuadClass"], row["GoldsteinScale"]) == ("166", "4", "-7.0")


@pytest.mark.parametrize("format", ["gdelt1", "gdelt2", "icews", "polecat", "plover"])
def test_what_is_written_can_be_imported(store: Store, tmp_path: Path, format: str) -> None:
    store.write([coded(), coded(1)], "1.0.0")
    lines, summary = written(store, format)
    (tmp_path / "out").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (result,) = import_files(store, [tmp_path / "out"], format).files
    assert (result.added, result.named, result.repeated) == (summary.rows, [], 0)
    row = store.rows("SELECT * FROM all_events WHERE dataset = ? AND event = 'ACCUSE' LIMIT 1", [format])[0]
    own = store.rows("SELECT * FROM all_events WHERE dataset = 'detente' AND event = 'ACCUSE' LIMIT 1")[0]
    for column in ("event_date", "event", "mode", "source_countries", "target_countries", "plover_quad"):
        assert row[column] == own[column]
    assert row["event_key"] == own["event_key"]
    assert written(store, format, data=format)[0] == lines


def test_imported_events_can_be_written_in_another_format(store: Store, tmp_path: Path) -> None:
    rows = [gdelt("1"), gdelt("2", code="010")]
    import_files(store, [write_tabs(tmp_path / "a", rows)], "gdelt2")
    _, line = written(store, "icews", data="gdelt2")[0][:2]
    row = dict(zip(ICEWS, line.split("\t"), strict=True))
    assert (row["Source Country"], row["Target Country"], row["CAMEO Code"]) == ("Norway", "Romania", "112")
    assert written(store, "plover", data="gdelt2")[1].left_out == {"no_type": 1}
    lines, _ = written(store, "csv", data="gdelt2")
    assert lines[0].startswith("dataset,event_date,")
    assert len(lines) == 3


def test_default_is_what_was_coded_here_and_imported_in_this_format(store: Store, tmp_path: Path) -> None:
    import_files(store, [write_tabs(tmp_path / "a", [gdelt("1")])], "gdelt2")
    assert written(store, "gdelt2")[1] == ExportSummary(originals=1)
    assert written(store, "icews")[1] == ExportSummary()
    store.write([coded()], "1.0.0")
    assert written(store, "gdelt2")[1] == ExportSummary(originals=1, made=7)
    assert written(store, "gdelt2", data="detente")[1] == ExportSummary(made=7)
    assert written(store, "icews", data="all")[1] == ExportSummary(made=8)
    assert written(store, "gdelt2", where=EventFilter(since=date(2021, 4, 1)))[1] == ExportSummary(originals=1)


def test_csv_and_jsonl_of_own_events_are_as_before(store: Store, tmp_path: Path) -> None:
    from detente.store.export import export_csv, export_jsonl

    store.write([coded()], "1.0.0")
    for format, old in (("csv", export_csv), ("jsonl", export_jsonl)):
        out = io.StringIO()
        old(store, out)
        lines, summary = written(store, format)
        assert "\n".join(lines) + "\n" == out.getvalue()
        assert summary.made == 2


def test_own_csv_beside_an_imported_table_keeps_both_sets_of_columns(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("event_date,event,note\n2021-04-12,AID,mine\n")
    import_files(store, [tmp_path / "a.csv"], "csv")
    assert written(store, "csv")[0] == ["event_date,event,note", "2021-04-12,AID,mine"]
    store.write([coded()], "1.0.0")
    lines, summary = written(store, "csv")
    assert lines[0] == ",".join([*EVENT_COLUMNS, "note"])
    assert (summary.originals, summary.made) == (1, 2)


def test_own_events_come_back_from_csv_and_parquet(store: Store, tmp_path: Path) -> None:
    store.write([coded()], "1.0.0")
    (tmp_path / "own.csv").write_text("\n".join(written(store, "csv")[0]) + "\n")
    export(store, "parquet", tmp_path / "own.parquet")
    own = store.rows("SELECT * FROM all_events WHERE dataset = 'detente' ORDER BY id")
    for format in ("csv", "parquet"):
        (result,) = import_files(store, [tmp_path / f"own.{format}"], format).files
        assert (result.added, result.named) == (2, [])
        back = store.rows("SELECT * FROM all_events WHERE dataset = ? ORDER BY id", [format])
        for mine, theirs in zip(own, back, strict=True):
            for column in ("event_date", "event", "mode", "contexts", "cameo", "intensity", "goldstein", "modality",
                           "confidence", "source_names", "source_countries", "target_countries", "event_key",
                           "sentence", "published"):  # fmt: skip
                assert theirs[column] == mine[column], column


def test_unknown_data_is_an_error(store: Store) -> None:
    with pytest.raises(InputError, match="known are detente"):
        written(store, "gdelt2", data="gdelt3")


def test_dates_of_the_record_come_from_the_event(store: Store) -> None:
    store.write([coded(date=Date(value="2021-02", precision="month"))], "1.0.0")
    assert table(written(store, "gdelt1")[0], GDELT1)[0]["SQLDATE"] == "20210201"


def test_bodies_have_codes_in_every_format() -> None:
    assert codes.cameo_types_of("UNO", ("GOV", "MED")) == ("IGO", "GOV", "HLH")
    assert codes.cameo_types_of("MNC", ("BUS",)) == ("MNC", "BUS")
    assert codes.cameo_types_of(None, ("PRM", "SOC", "JRN", "LAB")) == ("UAF", "CVL", "MED")
    assert codes.icews_sectors_of("EUR", ("GOV",)) == "International Government Organization,Government"
