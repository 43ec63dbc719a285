"""The commands and their options; each calls one function of its module."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="Reads news about relations between states and keeps the record: who said what, who did what to whom.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # loading Rich for --help would double the start-up time
    pretty_exceptions_enable=False,
)


class TextOrJson(StrEnum):
    text = "text"
    json = "json"


class RowFormat(StrEnum):
    text = "text"
    json = "json"
    csv = "csv"


class ReportFormat(StrEnum):
    text = "text"
    json = "json"
    csv = "csv"
    html = "html"
    png = "png"


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


# Typer reads ... | None at run time on every Python that Detente supports.
StoreOption = Annotated[Path | None, typer.Option("--store", help="File of the record.", show_default="detente.duckdb")]
Since = Annotated[str | None, typer.Option(help="First day, as 2021-03-18.")]
Until = Annotated[str | None, typer.Option(help="Last day.")]
Party = Annotated[str | None, typer.Option(help="Country (code or name) or part of an actor's name.")]
Search = Annotated[str | None, typer.Option(help="Words that must occur.")]
FullText = Annotated[str | None, typer.Option("--search", help='Words and "phrases" that must occur, in any form.')]
Publisher = Annotated[str | None, typer.Option(help="Name of the publisher.")]
ArticleId = Annotated[str | None, typer.Option("--article", help="Id of an article.")]
Groups = Annotated[
    Path | None, typer.Option(help="Table of own groups: group, code, and if wanted actors, since, until.")
]
Limit = Annotated[int | None, typer.Option(min=0, help="At most so many rows.")]
Offset = Annotated[int, typer.Option(min=0, help="Rows to leave out at the beginning.")]
Rows = Annotated[RowFormat, typer.Option("--format", help="json gives one object a line.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; - is standard output.")]
NoEncoder = Annotated[bool, typer.Option("--no-encoder", help="Code with frames alone.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        version()
        raise typer.Exit


@app.callback()
def options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks and library warnings.")] = False,
) -> None:
    """Options of every command."""


@app.command()
def version() -> None:
    """Print the version."""
    from detente.about import __version__

    print(f"detente {__version__}")


@app.command()
def read(
    path: Annotated[str, typer.Argument(help="File of text or HTML; - is standard input.")],
    published: Annotated[str | None, typer.Option(help="Day of publication, as 2021-03-18.")] = None,
    format: Annotated[TextOrJson, typer.Option("--format")] = TextOrJson.text,
    no_encoder: NoEncoder = False,
) -> None:
    """Code one article and print its record."""
    from detente.cli.reading import read_one

    read_one(path, published, format.value, not no_encoder)


@app.command()
def ingest(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, globs; - is standard input.")],
    store: StoreOption = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that code.", show_default="1")] = None,
    columns: Annotated[str | None, typer.Option(help="Columns of tables, as text=body,title=meta.head.")] = None,
    no_encoder: NoEncoder = False,
) -> None:
    """Code a corpus into the store. Articles that are in it already are passed over."""
    from detente.cli.corpus import ingest_paths

    raise typer.Exit(ingest_paths(paths, store, workers, columns, not no_encoder))


@app.command()
def watch(
    sources: Annotated[
        list[str], typer.Argument(metavar="FEED|OPML...", help="Addresses of feeds; lists of feeds, on disk or not.")
    ],
    store: StoreOption = None,
    once: Annotated[bool, typer.Option("--once", help="Poll each feed once, fetch what is new, and end.")] = False,
    interval: Annotated[
        float | None, typer.Option(min=1, help="Seconds between two polls of a feed.", show_default="900")
    ] = None,
    delay: Annotated[
        float | None, typer.Option(min=0, help="Seconds between two requests to one host.", show_default="2")
    ] = None,
    summaries: Annotated[
        bool, typer.Option("--summaries", help="Code the feed's own words where the page cannot be had.")
    ] = False,
    contact: Annotated[str | None, typer.Option(help="Your address or mail, told to the servers.")] = None,
    allow_network: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="Network to fetch from that is not public, as 127.0.0.0/8."),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that code.", show_default="1")] = None,
    no_encoder: NoEncoder = False,
) -> None:
    """Poll feeds, fetch the articles that they announce, and code them into the store."""
    from detente.cli.watching import watch_feeds

    overrides = {
        "watch_interval": interval, "fetch_delay": delay, "fetch_contact": contact, "workers": workers,
        "fetch_allow_networks": ",".join(allow_network) if allow_network else None,
    }  # fmt: skip
    raise typer.Exit(watch_feeds(sources, store, once, summaries, not no_encoder, overrides))


@app.command()
def events(
    since: Since = None,
    until: Until = None,
    source: Party = None,
    target: Party = None,
    pair: Annotated[
        tuple[str, str] | None, typer.Option(metavar="A B", help="Two countries, in either direction.")
    ] = None,
    type: Annotated[str | None, typer.Option("--type", help="PLOVER type, as ACCUSE.")] = None,
    modality: Annotated[str | None, typer.Option(help="As actual, alleged, future.")] = None,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1)] = None,
    publisher: Publisher = None,
    search: Search = None,
    article: ArticleId = None,
    limit: Limit = None,
    offset: Offset = 0,
    data: Annotated[
        Data, typer.Option("--data", help="What was coded here, or what was imported in a format.")
    ] = Data.detente,
    format: Rows = RowFormat.text,
    store: StoreOption = None,
) -> None:
    """List events: who did what to whom."""
    from detente.cli import asking

    where = asking.event_filter(
        since, until, source=source, target=target, pair=pair, type_=type, modality=modality,
        min_confidence=min_confidence, publisher=publisher, search=search, article=article, limit=limit, offset=offset,
        data=data.value,
    )  # fmt: skip
    asking.print_events(store, where, format.value)


@app.command()
def quotes(
    since: Since = None,
    until: Until = None,
    speaker: Party = None,
    about: Party = None,
    venue: Annotated[str | None, typer.Option(help="Part of the venue, as interview.")] = None,
    kind: Annotated[str | None, typer.Option(help="direct, indirect or mixed.")] = None,
    publisher: Publisher = None,
    search: FullText = None,
    article: ArticleId = None,
    each: Annotated[bool, typer.Option("--each", help="Every statement of every article by itself.")] = False,
    limit: Limit = None,
    offset: Offset = 0,
    format: Rows = RowFormat.text,
    store: StoreOption = None,
) -> None:
    """List quotes: who said what. The same quote in several articles is listed once, with its reports."""
    from detente.cli import asking

    where = asking.quote_filter(
        since, until, speaker=speaker, about=about, venue=venue, kind=kind, publisher=publisher, search=search,
        article=article, limit=limit, offset=offset,
    )  # fmt: skip
    (asking.print_quotes if each else asking.print_ledger)(store, where, format.value)


@app.command()
def articles(
    since: Since = None,
    until: Until = None,
    country: Annotated[str | None, typer.Option(help="Country that is spoken of.")] = None,
    publisher: Publisher = None,
    search: FullText = None,
    no_duplicates: Annotated[bool, typer.Option("--no-duplicates", help="Leave out near duplicates.")] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="List inputs that did not become articles.")] = False,
    limit: Limit = None,
    offset: Offset = 0,
    format: Rows = RowFormat.text,
    store: StoreOption = None,
) -> None:
    """List articles, or what was rejected."""
    from detente.cli import asking

    if rejected:
        asking.print_rejections(store, format.value)
        return
    where = asking.article_filter(
        since, until, country=country, publisher=publisher, search=search, duplicates=not no_duplicates, limit=limit,
        offset=offset,
    )  # fmt: skip
    asking.print_articles(store, where, format.value)


@app.command()
def relation(
    a: Annotated[str, typer.Argument(metavar="A", help="Country, group (EU, NATO, ...), list (USA,GBR) or all.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other side.")],
    since: Since = None,
    until: Until = None,
    by: Annotated[Step, typer.Option(help="Step of the series.")] = Step.day,
    directed: Annotated[bool, typer.Option("--directed", help="Only what A does to B, mutual acts included.")] = False,
    groups: Groups = None,
    events: Annotated[bool, typer.Option("--events", help="List the events behind the figures instead.")] = False,
    direction: Annotated[Way, typer.Option(help="With --events: whose.")] = Way.both,
    quad: Annotated[int | None, typer.Option(min=1, max=4, help="With --events: of this quad.")] = None,
    type: Annotated[str | None, typer.Option("--type", help="With --events: of this PLOVER type.")] = None,
    format: Annotated[ReportFormat, typer.Option("--format")] = ReportFormat.text,
    output: Output = None,
    store: StoreOption = None,
) -> None:
    """Show how two sides stand, what moved it, and the words that it rests on."""
    from detente.cli import relating

    question = relating.Question(a, b, since, until, by.value, directed, groups)
    if events:
        figure = relating.Figure(direction.value, quad, type)
        relating.print_events_behind(store, question, figure, format.value, output)
    else:
        relating.print_relation(store, question, format.value, output)


@app.command("import")
def import_(
    paths: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, also packed with gzip or zip.")],
    format: Annotated[ImportFormat, typer.Option("--format", help="Format of all the files.")],
    rejects: Annotated[
        Path | None,
        typer.Option(help="File for rejected rows (JSON Lines).", show_default="beside the store, .rejects.jsonl"),
    ] = None,
    columns: Annotated[str | None, typer.Option(help="Columns of csv and parquet, as event_date=day.")] = None,
    store: StoreOption = None,
) -> None:
    """Take in event data that others coded. A file that is in the store already adds nothing."""
    from detente.cli.exchange import import_events

    raise typer.Exit(import_events(paths, format.value, store, rejects, columns))


@app.command()
def export(
    format: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.jsonl,
    since: Since = None,
    until: Until = None,
    min_confidence: Annotated[float | None, typer.Option(min=0, max=1)] = None,
    data: Annotated[
        Data | None,
        typer.Option(
            "--data",
            help="What was coded here, or what was imported in a format.",
            show_default="detente, and what was imported in the format that is written",
        ),
    ] = None,
    output: Output = None,
    store: StoreOption = None,
) -> None:
    """Write events to a file. The same store gives the same bytes."""
    from detente.cli import asking
    from detente.cli.exchange import export_events

    where = asking.event_filter(since, until, min_confidence=min_confidence)
    export_events(store, where, format.value, output, data.value if data else None)


@app.command()
def relate(
    input: Annotated[str, typer.Option("--input", "-i", help="File of JSON Lines; - is standard input.")] = "-",
    output: Output = None,
) -> None:
    """Say what stands between given actors: JSON Lines with id, text, source, target in; types and scores out."""
    from detente.cli.tools import relate_lines

    raise typer.Exit(relate_lines(input, output))


@app.command()
def evaluate(
    gold: Annotated[str, typer.Argument(help="Gold file.")],
    task: Annotated[Task, typer.Option("--task", help="What is measured.")],
    format: Annotated[TextOrJson, typer.Option("--format")] = TextOrJson.text,
    no_encoder: NoEncoder = False,
) -> None:
    """Measure against a gold file: precision, recall, F1."""
    from detente.cli.tools import print_scores

    print_scores(task.value, gold, format.value, not no_encoder)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address; others than this machine's need DETENTE_TOKEN.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8600,
    store: StoreOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="Show the sample reports.")] = False,
    no_encoder: NoEncoder = False,
) -> None:
    """Show the record in a browser, and answer other programs over HTTP."""
    from detente.cli.serving import serve_store

    serve_store(store, host, port, demo, not no_encoder)
