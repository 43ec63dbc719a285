"""Times the import of event data on one core: `python -m benchmarks.formats [--toy] [--rows N] [--format gdelt2]`.

A file of made-up rows is written and imported by a process of its own that is held to one core. Rows per processor
second, the time on the clock, and the peak of memory are shown, for a file and for one twice as long: memory that grew
with the file would show.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from detente.formats import import_files
from detente.formats.layouts import COLUMNS
from detente.store import open_store

COUNTRIES = ("NOR", "ROM", "ZAF", "UKR", "KEN", "PER", "JPN", "CHL")
CODES = ("010", "042", "0231", "057", "112", "1411", "163", "190")


def rows(format: str, count: int, countries: Sequence[str] = COUNTRIES, days: int = 28) -> Iterator[list[str]]:
    """Rows as long as real ones are, with as many different actors and codes as matter.

    Of several `countries` the first act most; `days` from the first of March 2021 on.
    """
    dice = random.Random(7)
    columns = COLUMNS[format]
    shares = [1 / (2 + place) for place in range(len(countries))]
    for i in range(count):
        (a, b), code = dice.choices(countries, shares, k=2), dice.choice(CODES)
        day = f"{date(2021, 3, 1) + timedelta(days=i % days):%Y%m%d}"
        place = {"Type": "4", "FullName": "Harbour, Somewhere, Romania", "CountryCode": "RO", "ADM1Code": "RO10",
                 "ADM2Code": "25106", "Lat": "44.4333", "Long": "26.1", "FeatureID": "-1044367"}  # fmt: skip
        gdelt = {
            "GLOBALEVENTID": str(900_000_000 + i), "SQLDATE": day, "MonthYear": day[:6], "Year": day[:4],
            "FractionDate": "2021.2137", "Actor1Code": f"{a}GOV", "Actor1Name": f"ACTOR {dice.randrange(5000)}",
            "Actor1CountryCode": a, "Actor1Type1Code": "GOV", "Actor2Code": b, "Actor2Name": "SOMEBODY",
            "Actor2CountryCode": b, "IsRootEvent": "1", "EventCode": code, "EventBaseCode": code[:3],
            "EventRootCode": code[:2], "QuadClass": "1", "GoldsteinScale": "-2.0", "NumMentions": "4",
            "NumSources": "1", "NumArticles": "4", "AvgTone": f"{dice.uniform(-9, 9):.12f}", "DATEADDED": day,
            "SOURCEURL": f"https://news{dice.randrange(900)}.example.org/{day}/a-title-of-some-words-{i}",
            **{f"{role}Geo_{key}": value for role in ("Actor1", "Actor2", "Action") for key, value in place.items()},
        }  # fmt: skip
        icews = {
            "Event ID": str(i), "Event Date": f"{day[:4]}-{day[4:6]}-{day[6:]}",
            "Source Name": f"Actor {dice.randrange(5000)}",
            "Source Sectors": "Government,Executive", "Source Country": "Norway", "Event Text": "Text of the code",
            "CAMEO Code": code, "Intensity": "-2.0", "Target Name": "Citizen (Romania)", "Target Sectors": "Social",
            "Target Country": "Romania", "Story ID": str(i // 3), "Sentence Number": str(i % 3),
            "Publisher": "Harbour Post", "City": "Oslo", "Country": "Norway", "Latitude": "59.9", "Longitude": "10.7",
        }  # fmt: skip
        cells = icews if format == "icews" else gdelt
        yield [cells.get(column, "") for column in columns]


def write(path: Path, format: str, count: int, countries: Sequence[str] = COUNTRIES, days: int = 28) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        if format == "icews":
            out.write("\t".join(COLUMNS[format]) + "\n")
        out.writelines("\t".join(row) + "\n" for row in rows(format, count, countries, days))


def measure(path: Path, format: str, store: Path) -> dict[str, float]:
    """Imports in this process, which is held to one core where the system allows it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with open_store(store) as opened:
        clock, processor = time.perf_counter(), time.process_time()
        (result,) = import_files(opened, [path], format).files
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": result.added, "processor": processor, "clock": clock, "peak": peak}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--toy", action="store_true", help="few rows: shows that it runs")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--format", choices=("gdelt1", "gdelt2", "icews"), default="gdelt2")
    parser.add_argument("--only-import", nargs=2, metavar=("FILE", "STORE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.only_import:
        path, store = map(Path, chosen.only_import)
        print(json.dumps(measure(path, chosen.format, store)))
        return 0
    count = 1000 if chosen.toy else chosen.rows
    with tempfile.TemporaryDirectory() as folder:
        for number in (count // 2, count):
            path, store = Path(folder) / "events.tsv", Path(folder) / f"{number}.duckdb"
            write(path, chosen.format, number)
            command = [sys.executable, "-m", "benchmarks.formats", "--format", chosen.format, "--only-import"]
            done = subprocess.run([*command, str(path), str(store)], check=True, capture_output=True, text=True)
            found = json.loads(done.stdout)
            print(
                f"{chosen.format}: {found['rows']:,.0f} rows, {found['rows'] / found['processor']:,.0f} rows per "
                f"processor second ({found['clock']:.1f} s on the clock), peak memory {found['peak']:,.0f} MiB"
            )
            store.unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
