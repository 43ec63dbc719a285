"""Times questions on a folder of Parquet that is generated: `python -m benchmarks.dataset [--toy] [--events N]`.

Its events are made up, not coded from anything: ten years, four events an article, each article on one pair of sixty
countries, some pairs in the news far more than others. Files lie by years, pair by pair. Times are seconds on the clock
and of the processor, of a process that has the folder open, medians of three after a first.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from detente.api.views import LISTED
from detente.relations import Excerpt, movers, relation_report
from detente.relations.report import Mover, Period
from detente.store import Store, open_store
from detente.store.folder import ROW_GROUP, ROW_GROUPS

YEARS = range(2011, 2021)
AN_ARTICLE = 4
CODES = (
    "USA", "RUS", "CHN", "GBR", "FRA", "DEU", "IND", "PAK", "ISR", "IRN", "TUR", "SAU", "EGY", "UKR", "JPN",
    "KOR", "PRK", "BRA", "ARG", "ZAF", "NGA", "KEN", "ETH", "SDN", "ESP", "ITA", "POL", "CZE", "HUN", "ROU",
    "BGR", "GRC", "SRB", "NLD", "BEL", "SWE", "NOR", "FIN", "DNK", "CAN", "MEX", "COL", "VEN", "CHL", "PER",
    "CUB", "AUS", "NZL", "IDN", "PHL", "VNM", "THA", "MYS", "SGP", "BGD", "LKA", "AFG", "IRQ", "SYR", "JOR",
)  # fmt: skip
_TYPES = "'CONSULT', 'AGREE', 'COOPERATE', 'AID', 'REJECT', 'ACCUSE', 'THREATEN', 'ASSAULT'"
_QUADS = "1, 1, 2, 2, 3, 3, 3, 4"
_INTENSITIES = "1.0, 2.0, 4.0, 5.0, -3.0, -4.0, -6.0, -9.0"


def generate(folder: Path, events: int) -> int:
    """Writes the tables that a record needs, in the order in which an export does; gives the number of events."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    a_year = max(1, events // len(YEARS) // AN_ARTICLE)
    for year in YEARS:
        for table, sql in _tables(connection, year, a_year).items():
            part = folder / table / f"year={year}"
            part.mkdir(parents=True)
            connection.execute(
                f"COPY ({sql}) TO '{part}/part-0.parquet' "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUPS.get(table, ROW_GROUP)})"
            )
    return a_year * AN_ARTICLE * len(YEARS)


def _tables(connection: duckdb.DuckDBPyConnection, year: int, articles: int) -> dict[str, str]:
    codes = ", ".join(f"'{code}'" for code in CODES)
    first = (year - YEARS[0]) * articles
    # The square makes the first codes frequent; the second country is another one. The four events of an article are
    # of four types, and all say their day: so those of one day, type and direction are reports of one event, and no
    # others are. That is what `detente.relations.settling` finds, as a test compares.
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE made AS
        SELECT lpad(n::VARCHAR, 9, '0') AS article_id, '1.0' AS coder_version, n,
               [{codes}][a + 1] AS one, [{codes}][(a + 1 + b) % {len(CODES)} + 1] AS other,
               least(one, other) AS a_code, greatest(one, other) AS b_code, concat(a_code, '-', b_code) AS dyad,
               DATE '{year}-01-01' + ((n - {first}) * 365 // {articles})::INTEGER AS day,
               day::TIMESTAMP AS published, 'Generated Press' AS publisher
        FROM (SELECT n, floor(pow(hash(n) % 10007 / 10007, 2) * {len(CODES)})::INTEGER AS a,
                     floor(pow(hash(n, 1) % 10007 / 10007, 2) * {len(CODES) - 1})::INTEGER AS b
              FROM range({first}, {first + articles}) r(n))""")
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE told AS
        SELECT *, CASE WHEN forth THEN one ELSE other END AS source, CASE WHEN forth THEN other ELSE one END AS target,
               [{_TYPES}][kind] AS event, [{_QUADS}][kind] AS plover_quad, [{_INTENSITIES}][kind] AS intensity
        FROM (SELECT *, 'e' || k AS id, ((hash(n, 2) + 3 * k) % 8)::INTEGER + 1 AS kind, hash(n, k) % 16 < 8 AS forth
              FROM made, range(1, {AN_ARTICLE + 1}) e(k))
        ORDER BY source, target, day, kind, n""")
    key = "article_id, coder_version"
    same = "PARTITION BY source, target, day, kind"
    return {
        "articles": "SELECT article_id AS id, 'Generated' AS title, '' AS text, publisher, published FROM made "
                    "ORDER BY id",
        "codings": f"SELECT {key}, [1, 0] AS version_order, '{{}}' AS record FROM made ORDER BY article_id",
        "actors": f"SELECT {key}, 'a' || k AS id, k AS position, code AS name, code AS country, []::VARCHAR[] AS "
                  "sectors, 'state' AS kind, []::VARCHAR[] AS mentions FROM (SELECT *, unnest([one, other]) AS code, "
                  "unnest([1, 2]) AS k FROM made) ORDER BY article_id, position",
        "article_pairs": f"SELECT {key}, a_code AS a, b_code AS b, published, publisher, NULL::VARCHAR AS original "
                         "FROM made ORDER BY a, b, published, article_id",
        "events": f"""
            SELECT {key}, id, k AS position, md5(article_id || id)[:16] AS event_key, event,
                   []::VARCHAR[] AS contexts, plover_quad, intensity,
                   'actual' AS modality, 0.9 AS confidence, day AS event_date, 'day' AS date_precision,
                   'words' AS dated_by, ['s'] AS source_ids, [source] AS source_names,
                   source_names AS source_countries, []::VARCHAR[] AS source_sectors, ['t'] AS target_ids,
                   [target] AS target_names, target_names AS target_countries,
                   []::VARCHAR[] AS target_sectors, '' AS quote, '' AS trigger_text, '' AS sentence,
                   0 AS start_offset, 0 AS end_offset, 1 AS mention_count, 'generated' AS coder,
                   published, publisher, dyad FROM told ORDER BY dyad, day, article_id, position""",
        "event_pairs": f"""
            SELECT {key}, id AS event_id, source, target, false AS reciprocal, day AS event_date, false AS mutual, day,
                   0::TINYINT AS slack, false AS guessed, event, NULL::VARCHAR AS mode, plover_quad,
                   'actual' AS modality, intensity, 0.9 AS confidence, NULL::VARCHAR AS attribution_id,
                   false AS on_targets_word, published, publisher, NULL::VARCHAR AS original, dyad,
                   ('0x' || first(sha256(article_id || '|' || id)[:12]) OVER earliest)::BIGINT AS telling,
                   (row_number() OVER earliest - 1)::INTEGER AS place, telling AS area,
                   (count(*) OVER ({same}))::INTEGER AS area_size
            FROM told WINDOW earliest AS ({same} ORDER BY n)
            ORDER BY source, target, event_date, article_id, event_id""",
    }  # fmt: skip


def monthly(store: Store, a: str, b: str) -> tuple[Period, ...]:
    """As a page shows it: every event counted, the newest listed."""
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    return relation_report(store, a, b, first, last, by="month", excerpt=Excerpt(LISTED)).periods


def week(store: Store) -> tuple[Mover, ...]:
    return movers(store, date(YEARS[-1], 11, 15), days=7)


def measure(folder: Path, rounds: int) -> list[tuple[str, float, float]]:
    """Question, wall seconds, processor seconds."""
    questions: dict[str, Callable[[Store], object]] = {
        "monthly series, USA-DEU": lambda store: monthly(store, "USA", "DEU"),
        "monthly series, NZL-PER": lambda store: monthly(store, "NZL", "PER"),
        "movers of a week": week,
    }
    found = []
    with open_store(folder, read_only=True) as store:
        for name, ask in questions.items():
            wall, busy = [], []
            for _ in range(1 + rounds):
                started, at_work = time.perf_counter(), time.process_time()
                ask(store)
                wall.append(time.perf_counter() - started)
                busy.append(time.process_time() - at_work)
            found.append((name, statistics.median(wall[1:]), statistics.median(busy[1:])))
    return found


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--toy", action="store_true", help="few events, once: shows that it runs")
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--folder", type=Path, help="keep the dataset here, or ask the one that is here")
    chosen = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        started = time.perf_counter()
        if not (folder / "events").exists():
            number = generate(folder, 4000 if chosen.toy else chosen.events)
            size = sum(file.stat().st_size for file in folder.rglob("*.parquet")) / 1e6
            print(f"generated {number:,} events, {size:,.0f} MB, in {time.perf_counter() - started:.0f} s", flush=True)
        for name, wall, busy in measure(folder, 1 if chosen.toy else 3):
            print(f"  {wall:8.2f} s on the clock {busy:8.2f} s of the processor  {name}", flush=True)


if __name__ == "__main__":
    main()
