"""Times every page and answer of `detente serve`: `python -m benchmarks.pages [--toy] [--events N]`.

First on the sample reports, then (with --events) on a record of so many events, made from them by moving their days and
handing their parts to other countries, and on as many imported rows. The server makes itself ready behind its first
answers, as `detente serve` does: how long that takes is told first. The first time of a page is that of a visitor who
comes before everybody else, on the clock and of the processor; then the median of later ones. Times are those of the
server, without a network.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from importlib.resources import as_file, files
from pathlib import Path

from fastapi.testclient import TestClient

from benchmarks.formats import write
from detente.api import Desk, make_app
from detente.dashboard.warming import warm
from detente.formats import import_files
from detente.relations.settling import settle
from detente.run import ingest
from detente.run.local import default_coder
from detente.store import Store, open_store

PAGES = (
    "/", "/?until=2021-04-18", "/relation/RUS/USA", "/relation/RUS/USA?start=2021-04-15&end=2021-04-15",
    "/relation/IND/PAK", "/relation/NATO/RUS", "/matrix", "/matrix?countries=G20", "/country/RUS", "/articles",
    "/articles?search=ambassador", "/article/in-pk-pulwama", "/quotes?speaker=PAK&since=2021-01-01",
    "/quotes?search=%22red+line%22", "/search?q=truce", "/try", "/api/v1/health", "/api/v1/coverage",
    "/api/v1/events?limit=100", "/api/v1/events?pair=RUS,USA&limit=100", "/api/v1/articles?limit=100",
    "/api/v1/statements?limit=100", "/api/v1/relations", "/api/v1/assessments",
)  # fmt: skip
FOREIGN = (
    "/", "/?until=2026-04-18", "/relation/RUS/USA", "/relation/IND/PAK", "/relation/NATO/RUS", "/matrix?countries=G20",
    "/country/RUS", "/api/v1/events?data=gdelt2&limit=100", "/api/v1/relations",
)  # fmt: skip
ROUNDS = 5
CODES = ("USA", "RUS", "IND", "PAK", "ISR", "ARE", "CHN", "AUS", "GBR", "FRA", "DEU", "TUR", "IRN", "SAU", "EGY", "ETH",
         "SDN", "JPN", "KOR", "BRA", "ARG", "ZAF", "NGA", "KEN", "ESP", "MAR", "ITA", "POL", "UKR", "CZE")  # fmt: skip
TABLES = ("codings", "actors", "statements", "events", "event_pairs", "article_pairs", "assessments", "rejections")


def samples(path: Path) -> None:
    with as_file(files("detente.samples").joinpath("corpus.jsonl")) as corpus:
        ingest([corpus], path, encoder=False)


def multiply(path: Path, events: int) -> int:
    """Copies of the record until it holds so many events, spread over ten years; gives the number of events."""
    with open_store(path) as store:
        rows = store.rows("SELECT count(*) AS n FROM events")[0]["n"]
        copies = max(1, -(-events // rows))
        run = store._connection.execute
        run(f"CREATE TEMP TABLE copies AS SELECT range AS k, (range * 37) % 3650 AS back FROM range(1, {copies})")
        run("CREATE TEMP TABLE named AS SELECT DISTINCT country FROM actors WHERE country IS NOT NULL")
        codes = ", ".join(f"'{code}'" for code in CODES)
        run(f"CREATE TEMP MACRO other(c, k) AS CASE WHEN k % 4 = 0 OR NOT list_contains([{codes}], c) THEN c ELSE "
            f"[{codes}][(list_position([{codes}], c) + k) % {len(CODES)} + 1] END")  # fmt: skip
        run("CREATE TEMP MACRO others(l, k) AS list_distinct(list_transform(l, lambda c: other(c, k)))")
        run("""INSERT INTO articles SELECT a.* REPLACE (a.id || '-' || k AS id,
               near_duplicate_of || '-' || k AS near_duplicate_of,
               published - to_days(back::INTEGER) AS published) FROM articles a, copies""")
        for table in TABLES:
            run(f"INSERT INTO {table} SELECT t.* REPLACE ({_moved(table)}) FROM {table} t, copies")
        settle(store)
        return int(store.rows("SELECT count(*) AS n FROM events")[0]["n"])


def imported(path: Path, count: int) -> None:
    """So many rows of ten years in the layout of GDELT."""
    file = path.with_suffix(".tsv")
    write(file, "gdelt2", count, CODES, days=3650)
    with open_store(path) as store:
        import_files(store, [file], "gdelt2")
    file.unlink()


def _moved(table: str) -> str:
    """What is another in a copy: the article, the day, the countries."""
    days = {"events": ("event_date", "published"), "event_pairs": ("event_date", "day", "published"),
            "article_pairs": ("published",), "statements": ("statement_date", "published"),
            "assessments": ("assessed_on", "published")}  # fmt: skip
    countries = {"actors": ("country",), "statements": ("speaker_country",), "event_pairs": ("source", "target")}
    lists = {"events": ("source_countries", "target_countries"), "statements": ("about_countries",)}
    changed = ["t.article_id || '-' || k AS article_id"]
    for name in days.get(table, ()):
        kind = "DATE" if name != "published" else "TIMESTAMP"
        changed.append(f"(t.{name} - to_days(back::INTEGER))::{kind} AS {name}")
    changed += [f"other(t.{name}, k) AS {name}" for name in countries.get(table, ())]
    changed += [f"others(t.{name}, k) AS {name}" for name in lists.get(table, ())]
    if table == "events":
        changed.append("t.event_key || '-' || k AS event_key")
    if table in ("events", "event_pairs"):
        changed.append("concat(least(other(t.dyad[:3], k), other(t.dyad[5:], k)), '-', "
                       "greatest(other(t.dyad[:3], k), other(t.dyad[5:], k))) AS dyad")  # fmt: skip
    if table == "article_pairs":
        changed += ["least(other(t.a, k), other(t.b, k)) AS a", "greatest(other(t.a, k), other(t.b, k)) AS b"]
    if table in ("event_pairs", "article_pairs"):
        changed.append("t.original || '-' || k AS original")
    if table == "event_pairs":
        changed += [f"NULL AS {name}" for name in ("telling", "place", "area", "area_size")]
    return ", ".join(changed)


def measure(store: Store, pages: tuple[str, ...], rounds: int) -> list[tuple[str, float, float, float]]:
    """Page, seconds (clock, processor) of the first visitor until it is there, and the median of the later ones."""
    app = make_app(Desk(store, lambda: default_coder(False)))
    client = TestClient(app, base_url="http://localhost")
    client.get("/api/v1/health")
    clock, processor = time.perf_counter(), time.process_time()
    warm(app)
    found = [("made ready", time.perf_counter() - clock, time.process_time() - processor, 0.0)]
    for page in pages:
        started, processor = time.perf_counter(), time.process_time()
        answer = client.get(page)
        while answer.status_code == 202:
            time.sleep(0.02)
            answer = client.get(page)
        first, busy = time.perf_counter() - started, time.process_time() - processor
        if answer.status_code != 200:
            raise SystemExit(f"{page}: {answer.status_code} {answer.text[:300]}")
        later = []
        for _ in range(rounds):
            started = time.perf_counter()
            client.get(page)
            later.append(time.perf_counter() - started)
        found.append((page, first, busy, statistics.median(later)))
    return found


def report(name: str, found: list[tuple[str, float, float, float]]) -> None:
    print(f"{name}: milliseconds until the page is there: first visitor, of that the processor's, later ones")
    for page, *seconds in found:
        print("  " + " ".join(f"{value * 1000:8.0f}" for value in seconds) + f"  {page}")


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--toy", action="store_true", help="few pages, once: shows that it runs")
    parser.add_argument("--events", type=int, default=0, help="also on a record of so many events")
    chosen = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.duckdb"
        samples(path)
        with open_store(path, read_only=True) as store:
            pages = PAGES[:4] if chosen.toy else PAGES
            report("sample reports", measure(store, pages, 1 if chosen.toy else ROUNDS))
        if chosen.events:
            started = time.perf_counter()
            number = multiply(path, chosen.events)
            print(f"made {number:,} events in {time.perf_counter() - started:.0f} s", flush=True)
            with open_store(path, read_only=True) as store:
                report(f"{number:,} events", measure(store, pages, 1 if chosen.toy else ROUNDS))
            path = Path(folder) / "imported.duckdb"
            imported(path, chosen.events)
            with open_store(path, read_only=True) as store:
                pages = FOREIGN[:3] if chosen.toy else FOREIGN
                report(f"{chosen.events:,} imported rows", measure(store, pages, 1 if chosen.toy else ROUNDS))


if __name__ == "__main__":
    main()
