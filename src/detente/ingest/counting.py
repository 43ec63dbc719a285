"""How many articles an input holds, for a progress bar; read before the input itself."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from detente.ingest.pages import read_html
from detente.ingest.records import Rejected
from detente.ingest.sources import READERS, STDIN, expand, read_text
from detente.ingest.tables import delimiter_of, read_csv, read_jsonl, read_parquet

BLOCK = 1 << 20


def count_articles(paths: Iterable[str | Path]) -> int | None:
    """Articles and rows in the files, bad ones among them; None where that cannot be known before reading."""
    total = 0
    for path in paths:
        for file in expand(path):
            count = 1 if isinstance(file, Rejected) else _count(file)
            if count is None:
                return None
            total += count
    return total


def _count(file: str) -> int | None:
    reader = READERS.get(Path(file).suffix.lower())
    if file == STDIN or not Path(file).is_file():
        return None
    try:
        if reader is read_jsonl:
            return _lines(file)
        if reader is read_csv:
            return _csv_rows(file)
        if reader is read_parquet:
            return _parquet_rows(file)
    except (OSError, ValueError, csv.Error):
        return None
    return 1 if reader in (read_text, read_html) else None


def _lines(file: str) -> int:
    with open(file, "rb") as stream:
        lines, last = 0, b"\n"
        while block := stream.read(BLOCK):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")


def _csv_rows(file: str) -> int:
    with open(file, encoding="latin-1", newline="") as stream:
        header = stream.readline()
        return sum(1 for row in csv.reader(stream, delimiter=delimiter_of(header)) if any(row))


def _parquet_rows(file: str) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(file).num_rows)
