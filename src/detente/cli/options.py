"""The options that commands share: what they are called, what they take, what they mean."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class TextOrJson(StrEnum):
    text = "text"
    json = "json"


class RowFormat(StrEnum):
    text = "text"
    json = "json"
    csv = "csv"


class AlertFormat(StrEnum):
    text = "text"
    json = "json"
    csv = "csv"
    rss = "rss"


class ReportFormat(StrEnum):
    text = "text"
    json = "json"
    csv = "csv"
    html = "html"
    png = "png"


class Engine(StrEnum):
    local = "local"
    ray = "ray"


class ImportFormat(StrEnum):
    gdelt1 = "gdelt1"
    gdelt2 = "gdelt2"
    icews = "icews"
    polecat = "polecat"
    plover = "plover"
    csv = "csv"
    parquet = "parquet"


class ExportFormat(StrEnum):
    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"
    gdelt1 = "gdelt1"
    gdelt2 = "gdelt2"
    icews = "icews"
    polecat = "polecat"
    plover = "plover"


class Data(StrEnum):
    detente = "detente"
    gdelt1 = "gdelt1"
    gdelt2 = "gdelt2"
    icews = "icews"
    polecat = "polecat"
    plover = "plover"
    csv = "csv"
    parquet = "parquet"
    all = "all"


class Step(StrEnum):
    day = "day"
    week = "week"
    month = "month"


class Way(StrEnum):
    both = "both"
    a_to_b = "a>b"
    b_to_a = "b>a"
    mutual = "mutual"


class Task(StrEnum):
    events = "events"
    relations = "relations"
    quotes = "quotes"
    actors = "actors"
    coreference = "coreference"
    clusters = "clusters"


class Reports(StrEnum):
    each = "each"
    merged = "merged"


# Typer reads ... | None at run time on every Python that Detente supports.
StoreOption = Annotated[Path | None, typer.Option("--store", help="File of the record.", show_default="detente.duckdb")]
Since = Annotated[str | None, typer.Option(help="First day, as 2021-03-18.")]
Until = Annotated[str | None, typer.Option(help="Last day.")]
Party = Annotated[str | None, typer.Option(help="Country (code or name) or part of an actor's name.")]
Search = Annotated[str | None, typer.Option(help="Words that must occur.")]
FullText = Annotated[str | None, typer.Option("--search", help='Words and "phrases" that must occur, in any form.')]
Publisher = Annotated[str | None, typer.Option(help="Name of the publisher.")]
ArticleId = Annotated[str | None, typer.Option("--article", help="Id of an article.")]
SideA = Annotated[str, typer.Argument(metavar="A", help="Country, group (EU, NATO, ...), list (USA,GBR) or all.")]
SideB = Annotated[str, typer.Argument(metavar="B", help="The other side.")]
Directed = Annotated[bool, typer.Option("--directed", help="Only what A does to B, mutual acts included.")]
Known = Annotated[str | None, typer.Option(help="Last day that is known; if not given, the newest article's.")]
EventsOf = Annotated[
    Data | None,
    typer.Option(
        "--data",
        help="Whose events count: those coded here, those imported in a format, or all.",
        show_default="detente, or what was imported where there is no article",
    ),
]
Groups = Annotated[
    Path | None, typer.Option(help="Table of own groups: group, code, and if wanted actors, since, until.")
]
Limit = Annotated[int | None, typer.Option(min=0, help="At most so many rows.")]
Offset = Annotated[int, typer.Option(min=0, help="Rows to leave out at the beginning.")]
Rows = Annotated[RowFormat, typer.Option("--format", help="json gives one object a line.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; - is standard output.")]
NoEncoder = Annotated[bool, typer.Option("--no-encoder", help="Code with frames alone.")]
