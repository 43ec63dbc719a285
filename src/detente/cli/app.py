"""The commands and their options; each calls one function of its module."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.alert_commands import alerts_app
from detente.cli.options import (
    ArticleId,
    Data,
    Directed,
    Engine,
    EventsOf,
    ExportFormat,
    FullText,
    Groups,
    ImportFormat,
    Known,
    Limit,
    NoEncoder,
    Offset,
    Output,
    Party,
    Publisher,
    ReportFormat,
    Reports,
    RowFormat,
    Rows,
    Search,
    SideA,
    SideB,
    Since,
    Step,
    StoreOption,
    Task,
    TextOrJson,
    Until,
    Way,
)

app = typer.Typer(
    help="Reads news about relations between states and keeps the record: who said what, who did what to whom.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # loading Rich for --help would double the start-up time
    pretty_exceptions_enable=False,
)


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
    store: Annotated[
        str | None,
        typer.Option(
            help="File of the record; with --engine ray a folder of Parquet, on disk or as s3://bucket/folder.",
            show_default="detente.duckdb",
        ),
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="ray spreads the work over the machines of a Ray cluster.")
    ] = Engine.local,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that code.", show_default="1")] = None,
    columns: Annotated[str | None, typer.Option(help="Columns of tables, as text=body,title=meta.head.")] = None,
    no_encoder: NoEncoder = False,
) -> None:
    """Code a corpus into the store. Articles that are in it already are passed over."""
    from detente.cli import corpus

    if engine is Engine.ray:
        raise typer.Exit(corpus.ingest_on_cluster(paths, store, workers, columns, not no_encoder))
    raise typer.Exit(corpus.ingest_paths(paths, Path(store) if store else None, workers, columns, not no_encoder))


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
    reports: Annotated[
        Reports, typer.Option(help="Each report by itself, or one row an event with all its reports.")
    ] = Reports.each,
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
    show = asking.print_merged if reports is Reports.merged else asking.print_events
    show(store, where, format.value)


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
    a: SideA,
    b: SideB,
    since: Since = None,
    until: Until = None,
    by: Annotated[Step, typer.Option(help="Step of the series.")] = Step.day,
    directed: Directed = False,
    groups: Groups = None,
    data: EventsOf = None,
    forecast: Annotated[bool, typer.Option("--forecast", help="Add next month's forecast; takes a while.")] = False,
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

    question = relating.Question(a, b, since, until, by.value, directed, groups, data.value if data else None)
    if events:
        figure = relating.Figure(direction.value, quad, type)
        relating.print_events_behind(store, question, figure, format.value, output)
    else:
        relating.print_relation(store, question, format.value, output, forecast)


@app.command()
def forecast(
    a: SideA,
    b: SideB,
    until: Known = None,
    directed: Directed = False,
    groups: Groups = None,
    data: EventsOf = None,
    format: Annotated[RowFormat, typer.Option("--format")] = RowFormat.text,
    store: StoreOption = None,
) -> None:
    """Say how many events next month may bring, where a model beats the naive ones, with the backtest beside it."""
    from detente.cli import relating

    question = relating.Question(a, b, None, until, "month", directed, groups, data.value if data else None)
    relating.print_forecast(store, question, format.value)


@app.command()
def backtest(
    a: SideA,
    b: SideB,
    until: Known = None,
    directed: Directed = False,
    groups: Groups = None,
    data: EventsOf = None,
    format: Annotated[RowFormat, typer.Option("--format")] = RowFormat.text,
    store: StoreOption = None,
) -> None:
    """Show how well models would have forecast the past months of two sides, beside naive ones."""
    from detente.cli import relating

    question = relating.Question(a, b, None, until, "month", directed, groups, data.value if data else None)
    relating.print_backtest(store, question, format.value)


app.add_typer(alerts_app, name="alerts")


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
    """Write events to a file, or the whole record to a folder of Parquet. The same store gives the same bytes."""
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
    watch: Annotated[
        list[str] | None, typer.Option(metavar="FEED|OPML", help="Watch this feed meanwhile, and raise alerts.")
    ] = None,
    rules: Annotated[Path | None, typer.Option(metavar="FILE", help="Rules of alerts, for --watch.")] = None,
    interval: Annotated[
        float | None, typer.Option(min=1, help="Seconds between two polls of a feed.", show_default="900")
    ] = None,
    contact: Annotated[str | None, typer.Option(help="Your address or mail, told to the servers.")] = None,
    allow_network: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="Network to fetch from that is not public, as 127.0.0.0/8."),
    ] = None,
    no_encoder: NoEncoder = False,
) -> None:
    """Show the record in a browser, and answer other programs over HTTP."""
    from detente.cli.serving import Feeds, serve_store

    settings = {
        "watch_interval": interval, "fetch_contact": contact,
        "fetch_allow_networks": ",".join(allow_network) if allow_network else None,
    }  # fmt: skip
    serve_store(store, host, port, demo, not no_encoder, Feeds(tuple(watch or ()), rules, settings))
