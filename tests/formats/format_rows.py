"""Rows written for the tests after the public descriptions of the formats; none is from a real file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from detente.formats.layouts import GDELT1, GDELT2, ICEWS, POLECAT
from detente.store import Store

NORWAY = {"Code": "NOR", "Name": "NORWAY", "CountryCode": "NOR"}
ROMANIA = {"Code": "ROMGOV", "Name": "BUCHAREST", "CountryCode": "ROM", "Type1Code": "GOV"}


def gdelt(
    id_: str = "1", day: str = "20210412", code: str = "112", *, source: Mapping[str, str] = NORWAY,
    target: Mapping[str, str] = ROMANIA, columns: Sequence[str] = GDELT2, **more: str,
) -> list[str]:  # fmt: skip
    row = {
        "GLOBALEVENTID": id_, "SQLDATE": day, "MonthYear": day[:6], "Year": day[:4], "FractionDate": "2021.2795",
        **{f"Actor1{key}": value for key, value in source.items()},
        **{f"Actor2{key}": value for key, value in target.items()},
        "IsRootEvent": "1", "EventCode": code, "EventBaseCode": code[:3], "EventRootCode": code[:2], "QuadClass": "3",
        "GoldsteinScale": "-2.0", "NumMentions": "4", "NumSources": "2", "NumArticles": "3", "AvgTone": "-1.5",
        "Actor1Geo_Type": "0", "Actor2Geo_Type": "0", "ActionGeo_Type": "1", "ActionGeo_FullName": "South Africa",
        "ActionGeo_CountryCode": "SF", "ActionGeo_ADM1Code": "SF", "ActionGeo_Lat": "-30", "ActionGeo_Long": "26",
        "ActionGeo_FeatureID": "SF", "DATEADDED": "20210412121500" if columns is GDELT2 else "20210412",
        "SOURCEURL": "https://www.harbour.example.org/1", **more,
    }  # fmt: skip
    return [row.get(column, "") for column in columns]


def gdelt1(*arguments: str, **more: str) -> list[str]:
    return gdelt(*arguments, columns=GDELT1, **more)  # type: ignore[misc,arg-type]


def icews(id_: str = "1", day: str = "2018-06-01", code: str = "112", **more: str) -> list[str]:
    row = {
        "Event ID": id_, "Event Date": day, "Source Name": "Police (Moldova)", "Source Sectors": "Police,Government",
        "Source Country": "Moldova, Republic of", "Event Text": "Accuse", "CAMEO Code": code, "Intensity": "-2.0",
        "Target Name": "Citizen (Norway)", "Target Sectors": "General Population / Civilian / Social,Social",
        "Target Country": "Norway", "Story ID": "77", "Sentence Number": "2", "Publisher": "Harbour Post",
        "City": "Chisinau", "Country": "Moldova, Republic of", "Latitude": "47.0", "Longitude": "28.9",
        **{key.replace("_", " "): value for key, value in more.items()},
    }  # fmt: skip
    return [row.get(column, "") for column in ICEWS]


def polecat(id_: str = "20210412-0815-ab_ACCUSE_disapprove", day: str = "2021-04-12", **more: str) -> list[str]:
    row = {
        "Event ID": id_, "Event Date": day, "Event Type": "ACCUSE", "Event Mode": "disapprove", "Intensity": "-2.0",
        "Quad Code": "VERBAL CONFLICT", "Contexts": "diplomatic; economic", "Actor Name": "Norway; Sweden",
        "Actor Country": "NOR; SWE", "Primary Actor Sector": "GOV", "Recipient Name": "Kosovo",
        "Recipient Country": "KOS", "Source": "Harbour Post", "Publication Date": "2021-04-13",
        **{key.replace("_", " "): value for key, value in more.items()},
    }  # fmt: skip
    return [row.get(column, "None") for column in POLECAT]


def write_tabs(path: Path, rows: Iterable[Sequence[str]], header: Sequence[str] | None = None) -> Path:
    lines = ["\t".join(row) for row in ([header, *rows] if header else rows)]
    path.write_bytes(("\n".join(lines) + "\n").encode("utf-8"))
    return path


def read_tabs(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_bytes().decode("utf-8").split("\n")[:-1]]


def imported(store: Store, dataset: str) -> list[dict[str, object]]:
    sql = "SELECT * FROM imported_events WHERE dataset = ? ORDER BY file_number, line"
    return store.rows(sql, [dataset])
