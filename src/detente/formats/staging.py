"""One file on its way into the store: its rows checked and explained, block by block."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import InputError
from detente.formats.codes import Coding, Party, country_code, country_of_fips, country_of_name
from detente.formats.layouts import Layout
from detente.formats.reading import Block, Reject
from detente.formats.schemes import Scheme

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]

PLACES: dict[str, Callable[[str], str | None]] = {
    "fips": country_of_fips,
    "icews": country_of_name,
    "iso": lambda code: country_code(code) or country_of_name(code),
}
MEMORY = "512MB"
HALF = 2**64 - 1
"""Rows are told apart by half of their MD5: among 10**8 rows a new one is taken for a known one with p < 10**-11."""
TABLES = """
CREATE TABLE codings (key VARCHAR, event VARCHAR, mode VARCHAR, contexts VARCHAR[], cameo VARCHAR,
    plover_quad TINYINT, cameo_quad TINYINT, intensity DOUBLE, goldstein DOUBLE);
CREATE TABLE parties (key VARCHAR, countries VARCHAR[], sectors VARCHAR[]);
CREATE TABLE places (key VARCHAR, country VARCHAR);
CREATE TABLE mirrors (line BIGINT, key UBIGINT, forward BOOLEAN, hosts BOOLEAN);
CREATE TABLE rejected (line BIGINT, reason VARCHAR, detail VARCHAR, row_text VARCHAR);
"""
EXPLAINED = """
SELECT p.line, p.row_key, coalesce(p.id, hex(p.row_key)) AS id, p.event_date,
    CASE WHEN p.event_date IS NULL THEN NULL ELSE coalesce(p.date_precision, 'day') END AS date_precision,
    c.event, p.intended, c.mode, coalesce(p.contexts, c.contexts, []) AS contexts, c.cameo,
    coalesce(p.plover_quad, c.plover_quad) AS plover_quad, coalesce(p.cameo_quad, c.cameo_quad) AS cameo_quad,
    coalesce(p.intensity, c.intensity) AS intensity, coalesce(p.goldstein, c.goldstein) AS goldstein,
    p.modality, p.confidence,
    p.source_names, coalesce(s.countries, []) AS source_countries, coalesce(s.sectors, []) AS source_sectors,
    p.target_names, coalesce(t.countries, []) AS target_countries, coalesce(t.sectors, []) AS target_sectors,
    p.place, l.country AS place_country, p.latitude, p.longitude, p.text, p.story_id, p.sentence_number, p.url,
    p.publisher, p.published, p.mention_count, p.source_count, p.article_count, p.tone
FROM picked p
LEFT JOIN codings c ON c.key = p.coding
LEFT JOIN parties s ON s.key = p.source_party
LEFT JOIN parties t ON t.key = p.target_party
LEFT JOIN places l ON l.key = p.place_code
WHERE p.problem IS NULL
"""


class Staging:
    """A database in memory beside the store, so that no half-done work is in the store's transaction.

    `read` counts rows, `bad` those of them that are set aside; `rejected` is `bad` and what could not even be read;
    `recoded` counts lines that were no UTF-8; `failure` is what ended the reading early.
    """

    def __init__(self, format: str, scheme: Scheme, path: Path) -> None:
        import duckdb

        self.format, self.path = format, path
        self.read = self.bad = self.rejected = self.recoded = 0
        self.failure: BaseException | None = None
        self.layout = Layout(())
        self._scheme = scheme
        # What does not fit, as a million rejected rows, goes to a folder of its own, not to the current one.
        self._overflow = tempfile.TemporaryDirectory(prefix="detente-import-")
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "threads": 1,
            "temp_directory": self._overflow.name,
        }
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute(TABLES)
        self._known: dict[str, set[str]] = {"codings": set(), "parties": set(), "places": set()}
        self._fields = ""

    def close(self) -> None:
        self._connection.close()
        self._overflow.cleanup()

    def begin(self, layout: Layout, renamed: Layout) -> None:
        """`renamed`: the layout under our names of columns."""
        self.layout, self._renamed = layout, renamed
        if self.format != "parquet":
            self._fields = self._scheme.fields(renamed).sql()

    def events(
        self, blocks: Iterable[Block | pa.RecordBatch], schema: pa.Schema, progress: Callable[[int], None]
    ) -> Iterator[pa.RecordBatch]:
        """The good rows in the columns of `schema`. An error ends them and is kept in `failure`.

        It is kept because DuckDB, which draws the rows, would show its words only.
        """
        try:
            for block in blocks:
                table = self._add(block)
                if table is not None:
                    yield from table.select(schema.names).cast(schema).to_batches()
                progress(self.read)
        except BaseException as error:
            self.failure = error

    def rejects(self) -> pa.RecordBatchReader:
        return self._connection.sql("SELECT * FROM rejected ORDER BY line").to_arrow_reader(10_000)

    def mirrors(self) -> pa.Table:
        """`line`, `key`, `forward` and `hosts` of the rows that may have a mirror."""
        return self._connection.sql("SELECT * FROM mirrors").to_arrow_table()

    def _add(self, block: Block | pa.RecordBatch) -> pa.Table | None:
        if isinstance(block, Block):
            self.recoded += block.recoded
            self._reject(block.rejects)
            rows = block.rows
        else:
            rows = self._as_cells(block)
        self.read += rows.num_rows
        if not rows.num_rows:
            return None
        self._connection.register("incoming", rows)
        try:
            self._pick("text" if "text" in rows.column_names else "to_json(cells)::VARCHAR")
        finally:
            self._connection.unregister("incoming")
        rows = self._without_bad(rows)
        self._explain()
        table = self._connection.sql(EXPLAINED).to_arrow_table()
        if not table["line"].equals(rows["line"]):  # joins mostly keep the order; sorting always would be slow
            table = table.sort_by("line")
        return table.append_column("cells", rows["cells"])

    def _pick(self, text: str) -> None:
        self._connection.execute(
            f"""CREATE OR REPLACE TABLE picked AS
                SELECT line, (md5_number({text}) & {HALF})::UBIGINT AS row_key, {self._fields} FROM incoming"""
        )
        self._connection.execute(
            """INSERT INTO mirrors SELECT line, mirror_key, mirror_forward, hosts FROM picked
               WHERE problem IS NULL AND mirror_key IS NOT NULL"""
        )

    def _without_bad(self, rows: pa.Table) -> pa.Table:
        """The rows that are kept; the others are set aside."""
        import pyarrow as pa
        import pyarrow.compute as pc

        bad = {
            int(line): problem
            for line, problem in self._rows("SELECT line, problem FROM picked WHERE problem IS NOT NULL")
        }
        if not bad:
            return rows
        if len(bad) == self.read:
            self._refuse_other_format(next(iter(bad.values())))
        is_bad = pc.is_in(rows["line"], pa.array(bad.keys(), pa.int64()))
        rejects = []
        for row in rows.filter(is_bad).to_pylist():
            reason, _, detail = bad[row["line"]].partition(": ")
            rejects.append(Reject(row["line"], reason, detail, "\t".join(cell or "" for cell in row["cells"])))
        self.bad += len(rejects)
        self._reject(rejects)
        return rows.filter(pc.invert(is_bad))

    def _refuse_other_format(self, problem: str) -> None:
        """Where no row of the first block fits and the rows are those of another format, the format is wrong."""
        if "(so many has " in problem:
            detail = problem.partition(": ")[2]
            raise InputError(f"no {self.format} file: {detail}; try another --format", path=self.path)

    def _reject(self, rejects: list[Reject]) -> None:
        if rejects:
            self.rejected += len(rejects)
            rows = [{"line": r.line, "reason": r.reason, "detail": r.detail, "row_text": r.row} for r in rejects]
            self._insert("rejected", rows)

    def _as_cells(self, batch: pa.RecordBatch) -> pa.Table:
        """The values of a Parquet batch as text, from which DuckDB makes the same values again."""
        self._connection.register("incoming", batch)
        try:
            if not self.layout.types:
                self._learn_types()
            casts = ", ".join(f'CAST("{_quoted(name)}" AS VARCHAR)' for name in self.layout.names)
            sql = f"SELECT {self.read} + row_number() OVER () AS line, [{casts}] AS cells FROM incoming"
            return self._connection.sql(sql).to_arrow_table()
        finally:
            self._connection.unregister("incoming")

    def _learn_types(self) -> None:
        types = tuple(str(row[1]) for row in self._rows("DESCRIBE SELECT * FROM incoming"))
        self.layout = Layout(self.layout.names, types=types)
        self._fields = self._scheme.fields(Layout(self._renamed.names, types=types)).sql()

    def _explain(self) -> None:
        """What the keys of this block mean, as far as they are new."""
        good = "FROM picked WHERE problem IS NULL"
        self._learn("codings", f"SELECT DISTINCT coding {good}", self._coding_row)
        both = f"SELECT source_party {good} UNION SELECT target_party {good}"
        self._learn("parties", both, self._party_row)
        place = PLACES.get(self._scheme.place_scheme or "")
        if place:
            sql = f"SELECT DISTINCT place_code {good}"
            self._learn("places", sql, lambda key: {"key": key, "country": place(key)})

    def _coding_row(self, key: str) -> Row:
        coding: Coding = self._scheme.coding(key)
        return {"key": key, **asdict(coding), "contexts": list(coding.contexts)}

    def _party_row(self, key: str) -> Row:
        party: Party = self._scheme.party(key)
        return {"key": key, "countries": list(party.countries), "sectors": list(party.sectors)}

    def _learn(self, table: str, sql: str, explain: Callable[[str], Row]) -> None:
        known = self._known[table]
        new = sorted(key for (key,) in self._rows(sql) if key is not None and key not in known)
        if new:
            known.update(new)
            self._insert(table, [explain(key) for key in new])

    def _insert(self, table: str, rows: list[Row]) -> None:
        import pyarrow as pa

        schema = self._connection.sql(f"SELECT * FROM {table} LIMIT 0").to_arrow_table().schema
        self._connection.register("learnt", pa.Table.from_pylist(rows, schema=schema))
        try:
            self._connection.execute(f"INSERT INTO {table} SELECT * FROM learnt")
        finally:
            self._connection.unregister("learnt")

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()


def _quoted(name: str) -> str:
    return name.replace('"', '""')
