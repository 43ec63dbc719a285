"""What was imported is exported as it was, whatever stands in the cells."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from format_rows import gdelt, gdelt1, icews, polecat, read_tabs, write_tabs
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.formats import export, import_files
from detente.formats.layouts import GDELT1, GDELT2, ICEWS, POLECAT
from detente.store import open_store

# A tab and a line feed end a cell; a return at the end of a line belongs to the line's end.
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\t\n\r"), max_size=12)
NUMBERS = st.sampled_from(["", "0", "-10.0", "3.40", "1e2", "+7", " 5 "])
DAYS = st.dates(date(1979, 1, 1), date(2030, 12, 31))


def gdelt_rows(columns: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    special = {
        "GLOBALEVENTID": st.integers(0, 10**10).map(str), "SQLDATE": DAYS.map(lambda day: f"{day:%Y%m%d}"),
        "EventCode": st.sampled_from(["010", "042", "0231", "1411", "190", "204"]),
        "QuadClass": st.sampled_from(["", "1", "4"]),
        **dict.fromkeys(("GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone"), NUMBERS),
    }  # fmt: skip
    rows = st.tuples(*(special.get(column, CELLS) for column in columns)).map(list)
    return st.tuples(rows, st.booleans()).map(lambda pair: pair[0][:57] if columns is GDELT1 and pair[1] else pair[0])


def table_rows(columns: tuple[str, ...], special: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[list[str]]:
    return st.tuples(*(special.get(column, CELLS) for column in columns)).map(list)


ICEWS_ROWS = table_rows(ICEWS, {
    "Event ID": st.integers(0, 10**9).map(str), "Event Date": DAYS.map(str),
    "CAMEO Code": st.sampled_from(["010", "042", "173"]),
    **dict.fromkeys(("Intensity", "Story ID", "Sentence Number", "Latitude", "Longitude"), NUMBERS),
})  # fmt: skip
POLECAT_ROWS = table_rows(POLECAT, {
    "Event ID": st.text("abc_0", min_size=1), "Event Date": DAYS.map(str),
    "Event Type": st.sampled_from(["AGREE", "CONSULT", "ASSAULT"]),
    **dict.fromkeys(("Intensity", "Latitude", "Longitude"), NUMBERS),
    # Empty cells at the end of a line can be trailing tabs.
    "Version": st.just("v1"),
})  # fmt: skip


def round_trip(format: str, rows: list[list[str]], header: tuple[str, ...] | None = None) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "s") as store:
        path = write_tabs(Path(folder) / "in", rows, header)
        (result,) = import_files(store, [path], format).files
        assert (result.failure, result.named, result.added) == (None, [], len(rows))
        with (Path(folder) / "out").open("w", encoding="utf-8", newline="\n") as out:
            assert export(store, format, out).originals == len(rows)
        found = read_tabs(Path(folder) / "out")
    if header:
        assert found[0] == list(header)
    return found[1:] if header else found


@settings(max_examples=25)
@given(st.lists(gdelt_rows(GDELT1), min_size=1, max_size=4))
def test_gdelt1_comes_back(rows: list[list[str]]) -> None:
    assert round_trip("gdelt1", rows) == rows


@settings(max_examples=25)
@given(st.lists(gdelt_rows(GDELT2), min_size=1, max_size=4))
def test_gdelt2_comes_back(rows: list[list[str]]) -> None:
    assert round_trip("gdelt2", rows) == rows


@settings(max_examples=25)
@given(st.lists(ICEWS_ROWS, min_size=1, max_size=4))
def test_icews_comes_back(rows: list[list[str]]) -> None:
    assert round_trip("icews", rows, ICEWS) == rows


@settings(max_examples=25)
@given(st.lists(POLECAT_ROWS, min_size=1, max_size=4))
def test_polecat_comes_back(rows: list[list[str]]) -> None:
    assert round_trip("polecat", rows, POLECAT) == rows


@pytest.mark.parametrize(
    ("format", "rows", "header"),
    [
        ("gdelt1", [gdelt1("1")[:57], gdelt1("2", code="020")], None),
        ("gdelt2", [gdelt("1", code="010"), gdelt("2", AvgTone="-2.51256281407035")], None),
        ("icews", [icews("1"), icews("1", "2018-06-02", Source_Sectors='"Police,Government"')], ICEWS),
        ("polecat", [polecat(), polecat()], POLECAT),
        ("polecat", [polecat()], (*POLECAT[:4], "Event Intensity", *POLECAT[5:])),
    ],
    ids=["gdelt1", "gdelt2", "icews", "polecat", "polecat, other header"],
)
def test_golden_rows_come_back(format: str, rows: list[list[str]], header: tuple[str, ...] | None) -> None:
    assert round_trip(format, rows, header) == rows


def test_files_of_different_headers_come_back_under_one(tmp_path: Path) -> None:
    other = (*POLECAT[:4], "Event Intensity", *POLECAT[5:], "Headline")
    first = write_tabs(tmp_path / "a", [polecat()], POLECAT)
    second = write_tabs(tmp_path / "b", [[*polecat("20210413-0000-x_AID_"), "Ships sail"]], other)
    with open_store(tmp_path / "s") as store:
        import_files(store, [first, second], "polecat")
        out = io.StringIO()
        export(store, "polecat", out)
    header, *rows = [line.split("\t") for line in out.getvalue().splitlines()]
    assert header == [*POLECAT, "Headline"]
    assert [row[4] for row in rows] == ["-2.0", "-2.0"]
    assert [row[40] for row in rows] == ["", "Ships sail"]


JSON_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
RECORDS = st.builds(
    lambda id_, day, note, event: {
        "id": id_, "date": str(day), "actor": [{"code": "NOR", "entity_text": note}], "event": [event], "note": note,
    },
    JSON_TEXT.filter(lambda text: text.strip(" \t\n\r") != ""), DAYS, JSON_TEXT,
    st.sampled_from(["AID", "CONSULT"]),
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(RECORDS, min_size=1, max_size=4), st.booleans())
def test_plover_comes_back(records: list[dict[str, Any]], ascii_: bool) -> None:
    lines = [json.dumps(record, ensure_ascii=ascii_) for record in records]
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "s") as store:
        (Path(folder) / "in").write_bytes(("\n".join(lines) + "\n").encode())
        (result,) = import_files(store, [Path(folder) / "in"], "plover").files
        assert (result.failure, result.named) == (None, [])
        out = io.StringIO()
        export(store, "plover", out)
    assert out.getvalue() == "\n".join(lines) + "\n"


FREE = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CSV_ROWS = st.tuples(DAYS.map(str), st.sampled_from(["AID", "ACCUSE"]), FREE, FREE).map(list)


@settings(max_examples=40)
@given(st.lists(CSV_ROWS, min_size=1, max_size=5))
def test_csv_comes_back(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "s") as store:
        with (Path(folder) / "in").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
            writer.writerows([["event_date", "event", "source_names", "my note"], *rows])
        (result,) = import_files(store, [Path(folder) / "in"], "csv").files
        assert (result.failure, result.named, result.added) == (None, [], len(rows))
        out = io.StringIO(newline="")
        export(store, "csv", out)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:] == rows


COLUMNS = {
    "event_date": (pa.date32(), DAYS),
    "event": (pa.string(), st.just("AID")),
    "source_countries": (pa.list_(pa.string()), st.none() | st.lists(JSON_TEXT, max_size=3)),
    "a float": (pa.float64(), st.none() | st.floats()),
    'a "half"': (pa.float32(), st.none() | st.floats(width=32)),
    "n": (pa.int64(), st.none() | st.integers(-(2**63), 2**63 - 1)),
    "flag": (pa.bool_(), st.none() | st.booleans()),
    "text": (pa.string(), st.none() | JSON_TEXT),
    "bytes": (pa.binary(), st.none() | st.binary(max_size=5)),
    "when": (pa.timestamp("us"), st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))),
    "zoned": (pa.timestamp("us", "UTC"),
              st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))),
    "price": (pa.decimal128(10, 2), st.none() | st.decimals(-1000, 1000, places=2).map(Decimal)),
    "pair": (pa.struct([("a", pa.int32()), ("b", pa.string())]),
             st.none() | st.fixed_dictionaries({"a": st.none() | st.integers(0, 9), "b": st.none() | JSON_TEXT})),
}  # fmt: skip


@settings(max_examples=40)
@given(
    st.lists(st.fixed_dictionaries({name: strategy for name, (_, strategy) in COLUMNS.items()}), min_size=1, max_size=4)
)
def test_parquet_comes_back_with_its_types(rows: list[dict[str, Any]]) -> None:
    schema = pa.schema([(name, kind) for name, (kind, _) in COLUMNS.items()])
    before = pa.Table.from_pylist(rows, schema=schema)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "s") as store:
        pq.write_table(before, Path(folder) / "in")
        (result,) = import_files(store, [Path(folder) / "in"], "parquet").files
        assert (result.failure, result.named, result.added) == (None, [], len(rows))
        summary = export(store, "parquet", Path(folder) / "out")
        after = pq.read_table(Path(folder) / "out")
    assert (summary.originals, summary.made) == (len(rows), 0)
    assert after.schema.names == schema.names
    assert repr(after.cast(schema).to_pylist()) == repr(before.to_pylist())  # repr: NaN equals itself there
