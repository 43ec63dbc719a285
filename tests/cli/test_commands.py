from __future__ import annotations

import csv
import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import fake_coder
import pyarrow.parquet as pq
import pytest
from web_site import Site

from detente.about import __version__
from detente.cli import main
from detente.cli.arguments import columns, country, find_country
from detente.cli.render import render
from detente.cli.tools import score_lines
from detente.errors import UnknownCountry
from detente.records import Article, CodedArticle
from detente.store import open_store

TEXT = "Officials said that Russia was to blame for the crisis."


@dataclass
class Result:
    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command in an empty folder with the fake coder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.delenv("DETENTE_STORE", raising=False)
    monkeypatch.setattr("detente.run.local.default_coder", lambda encoder: fake_coder.make())
    monkeypatch.setattr("detente.cli._silence_libraries", lambda: None)

    def command(*arguments: str) -> Result:
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Result(int(stop.value.code or 0), out, err)

    return command


@pytest.fixture
def stocked(run: Run, tmp_path: Path) -> Run:
    rows = [
        {"id": f"n{i}", "text": f"{TEXT} Day {i}.", "published": f"2021-03-1{i}", "publisher": "Wire"} for i in range(3)
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert run("ingest", "corpus.jsonl").code == 0
    return run


def test_version_and_help(run: Run) -> None:
    assert run("version").out == run("--version").out == f"detente {__version__}\n"
    text = run("--help").out
    for command in [
        "read",
        "ingest",
        "events",
        "quotes",
        "articles",
        "relation",
        "relate",
        "evaluate",
        "export",
        "version",
    ]:
        assert command in text
        assert run(command, "--help").code == 0


def test_read_prints_the_record_of_the_cleaned_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{TEXT}\nCLICK HERE TO GET OUR APP\n")
    result = run("read", "a.txt", "--published", "2021-03-18", "--format", "json")
    coded = CodedArticle.model_validate_json(result.out)
    assert coded.article.text == TEXT
    assert json.loads(result.out)["article"]["published"] == "2021-03-18T00:00:00Z"
    assert json.loads(result.out)["links"][0]["from"] == "e1"
    assert (result.code, result.err) == (0, "")


def test_read_shows_text_with_marks_and_no_escapes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    out = run("read", "a.txt").out
    for part in (
        "[*Russia*]",
        "WHO SAID WHAT",
        "WHO DID WHAT TO WHOM",
        "RUS → USA",
        "HOW THE RELATION STANDS",
        "strained",
    ):
        assert part in out
    assert "\x1b" not in out


def test_render_in_colour_marks_the_same_text() -> None:
    coded = fake_coder.coded_article(Article.of(TEXT))
    assert "\x1b[36m" in render(coded, colour=True, width=80)
    assert "nothing found" in render(CodedArticle(article=Article.of(TEXT)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "no text"),
        (b'"' * 100_000, "no sentence"),
        (b"x y z " * 1_000_000, "longer than"),
        (b"Der Kanzler sagte am Mittwoch, dass er keine Reise nach Moskau plant.", "language"),
        (b"Putin said \xe2\x80\x9cno\xe2\x80\x9d \xe2\x80", "broken UTF-8"),
    ],
)
def test_read_names_what_is_wrong_in_one_line(run: Run, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    result = run("read", "a.txt")
    assert (result.code, result.out) == (1, "")
    assert message in result.err
    assert "a.txt" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["read", "none.txt"],
        ["read", "."],
        ["read", "a.txt", "--published", "yesterday"],
        ["read", "a.txt", "--format", "xml"],
        ["ingest", "none.txt"],
        ["ingest", "https://wire.example/feed"],
        ["ingest", "a.txt", "--columns", "body=text"],
        ["events"],
        ["watch", "none.opml", "--once"],
        ["watch", "a.txt", "--once"],
        ["watch", "ftp://wire.example/feed", "--once"],
        ["watch", "http://wire.example/feed", "--allow-network", "home"],
        ["watch", "http://wire.example/feed", "--contact", "Zoë"],
        ["events", "--since", "soon"],
        ["events", "--type", "HUG"],
        ["events", "--modality", "maybe"],
        ["events", "--pair", "Atlantis", "USA"],
        ["relation", "USA", "Atlantis"],
        ["relate", "--input", "none.jsonl"],
        ["evaluate", "none.jsonl", "--task", "events"],
        ["export", "--format", "parquet"],
        ["nonsense"],
    ],
)
def test_wrong_usage_exits_with_2(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    result = run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err
    assert not (tmp_path / "detente.duckdb").exists()


def test_ingest_reports_and_passes_over_what_is_coded(stocked: Run) -> None:
    again = stocked("ingest", "corpus.jsonl")
    assert again.code == 0
    assert "0 articles coded" in again.out
    assert "3 were coded before by version 1.0.0" in again.out
    assert "3/3" in again.err


def test_ingest_on_ray_wants_ray_and_a_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    monkeypatch.setitem(sys.modules, "ray", None)
    missing = run("ingest", "a.txt", "--engine", "ray", "--store", "news")
    assert (missing.code, missing.err) == (
        1, "detente: --engine ray needs Ray; install it with `pip install 'detente[ray]'`\n"
    )  # fmt: skip
    unnamed = run("ingest", "a.txt", "--engine", "ray")
    assert unnamed.code == 2
    assert "name it with --store" in unnamed.err
    assert not (tmp_path / "news").exists()


def test_ingest_names_failures_and_goes_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.jsonl").write_text('{"text": "Moscow."}\nnonsense\n')
    result = run("ingest", "a.txt", "b.jsonl", "none", "--store", "other")
    assert result.code == 1
    assert "1 articles coded" in result.out
    assert "b.jsonl, line 2: bad_json" in result.err
    assert "none: missing_file" in result.err
    listed = run("articles", "--rejected", "--store", "other", "--format", "csv")
    reasons = [row["reason"] for row in csv.DictReader(io.StringIO(listed.out))]
    assert reasons == ["too_short", "bad_json", "missing_file"]


def test_watch_reports_what_it_did_and_what_failed(run: Run, tmp_path: Path) -> None:
    with Site() as site:
        page = f"<html><body><article><h1>Crisis</h1><p>{TEXT} {TEXT}</p></article></body></html>"
        links = site.add("/1", page), site.add("/2", "", 404)
        rows = "".join(f"<item><title>T</title><link>{link}</link></item>" for link in links)
        feed = site.add("/feed", f"<rss version='2.0'><channel><title>Wire</title>{rows}</channel></rss>")
        options = ["--once", "--delay", "0", "--allow-network", "127.0.0.1/32"]
        result = run("watch", feed, *options, "--contact", "desk@wire.example")
        assert result.code == 1
        assert "polls: 1 (0 unchanged), failed feeds: 0, new items: 2" in result.out
        assert "1 articles coded" in result.out
        assert f"{feed}: 2 new of 2 items" in result.err
        assert f"{links[1]}: http_error" in result.err
        assert "desk@wire.example" in site.seen[0].headers["user-agent"]
        again = run("watch", feed, "--summaries", *options)
        assert (again.code, again.out.splitlines()[0]) == (0, "polls: 1 (0 unchanged), failed feeds: 0, new items: 0")
        refused = run("watch", feed, "--once")
        assert refused.code == 1
        assert f"detente: {feed}: refused_address: " in refused.err
        assert "127.0.0.1 is not public; --allow-network allows it" in refused.err
        site.add("/busy", "", 429, Retry_After="900")
        run("watch", site.url("/busy"), *options)
        waiting = run("watch", site.url("/busy"), *options)
        assert waiting.code == 1
        assert f"{site.url('/busy')}: http_error: {site.url('/busy')}: 429 Too Many Requests; not asked" in waiting.err


def test_watch_ends_in_order_when_told_to(tmp_path: Path) -> None:
    with Site() as site:
        feed = site.add("/feed", "<rss version='2.0'><channel><title>Wire</title></channel></rss>")
        command = [sys.executable, "-m", "detente.cli", "watch", feed, "--allow-network", "127.0.0.1", "--no-encoder"]
        with subprocess.Popen(
            [*command, "--store", str(tmp_path / "s")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert "0 new of 0 items" in process.stderr.readline()
            process.terminate()
            out, _ = process.communicate()
    assert (process.returncode, out.splitlines()[0]) == (0, "polls: 1 (0 unchanged), failed feeds: 0, new items: 0")


def test_store_is_named_by_the_environment(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETENTE_STORE", "elsewhere")
    (tmp_path / "a.txt").write_text(TEXT)
    run("ingest", "a.txt")
    assert (tmp_path / "elsewhere").exists()
    monkeypatch.setenv("DETENTE_WORKERS", "many")
    result = run("ingest", "a.txt")
    assert (result.code, result.err) == (1, "detente: DETENTE_WORKERS='many': expected a whole number\n")


def test_events_in_all_formats(stocked: Run) -> None:
    text = stocked("events", "--pair", "Russia", "us", "--type", "accuse")
    assert len(text.out.splitlines()) == 3
    assert "RUS (Russia) → USA (United States)" in text.out
    rows = [json.loads(line) for line in stocked("events", "--format", "json").out.splitlines()]
    assert len(rows) == 6
    assert rows[0]["event_date"] == "2021-03-18"
    table = list(csv.DictReader(io.StringIO(stocked("events", "--format", "csv").out)))
    assert [row["id"] for row in table] == [row["id"] for row in rows]


def test_quotes_and_articles_are_listed(stocked: Run) -> None:
    each = stocked("quotes", "--speaker", "Russia", "--about", "USA", "--each")
    assert len(each.out.splitlines()) == 3
    entries = stocked("quotes", "--speaker", "Russia", "--about", "USA", "--format", "json").out.splitlines()
    assert all(json.loads(line)["reports"] for line in entries)
    assert len(stocked("articles", "--since", "2021-03-11").out.splitlines()) == 2
    none = stocked("quotes", "--search", "peace")
    assert (none.code, none.out, none.err) == (0, "", "no quotes match\n")


def test_export_gives_the_same_bytes(stocked: Run, tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        assert stocked("export", "--output", name).code == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert stocked("export").out == (tmp_path / "a.jsonl").read_text()
    assert stocked("export", "--format", "parquet", "-o", "e.parquet").code == 0
    assert pq.read_table(tmp_path / "e.parquet").num_rows == 6
    assert stocked("export", "-o", "no/where.jsonl").code == 2


def test_a_record_in_object_storage_is_told_to_be_fetched(stocked: Run) -> None:
    result = stocked("events", "--store", "s3://bucket/news?region=here")
    assert result.code == 2
    assert "object storage" in result.err
    assert "copy the folder" in result.err


def test_unreadable_and_locked_stores_are_named(stocked: Run, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("no store")
    result = stocked("events", "--store", "bad")
    assert (result.code, result.err) == (
        1,
        "detente: bad: this file is not a Detente store; choose another with --store\n",
    )
    script = "from detente.store import open_store; s = open_store('detente.duckdb'); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        result = stocked("events")
        assert result.code == 1
        assert "has the store open for writing" in result.err
        holder.communicate("\n")


def test_internal_error_is_one_line(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(encoder: bool) -> None:
        raise RuntimeError("boom")

    (tmp_path / "a.txt").write_text(TEXT)
    monkeypatch.setattr("detente.run.local.default_coder", fail)
    result = run("read", "a.txt")
    assert (result.code, result.out) == (1, "")
    assert result.err == "detente: internal error (RuntimeError: boom); run again with --debug for details\n"
    with pytest.raises(RuntimeError):
        main(["read", "a.txt", "--debug"])


def test_relate_skips_bad_lines(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def relate(items: object) -> object:
        for item in items:  # type: ignore[attr-defined]
            yield {"error": str(item)} if isinstance(item, Exception) else {"id": item["id"], "event": "ACCUSE"}

    # The package has a function of the module's name, which a dotted path would find.
    monkeypatch.setattr(importlib.import_module("detente.encoder.relate"), "relate", relate)
    (tmp_path / "in.jsonl").write_text('{"id": 1}\n\nbad\n{"id": 2}\n')
    result = run("relate", "--input", "in.jsonl", "--output", "out.jsonl")
    assert result.code == 1
    assert result.err.startswith("detente: in.jsonl, line 3: ")
    assert [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()] == [1, 2]


def test_scores_are_shown_as_a_table() -> None:
    scores = {"type": {"f1": 0.5, "n": 3}, "quotes": {"speaker": {"f1": 1.0}}, "articles": 8}
    assert score_lines(scores) == ["type      f1 0.500  n 3", "quotes", "  speaker  f1 1.000", "articles  8"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("USA", "USA"),
        ("russia", "RUS"),
        ("United Kingdom", "GBR"),
        ("UK", "GBR"),
        ("EU", "EUR"),
        ("un", "UNO"),
        ("cn", "CHN"),
    ],
)
def test_countries_are_taken_by_code_and_name(value: str, code: str) -> None:
    assert country(value) == code


def test_unknown_country_gets_a_hint() -> None:
    assert find_country("Biden") is None
    with pytest.raises(UnknownCountry, match=r"did you mean .*RUS"):
        country("Rusia")


def test_columns_are_parsed() -> None:
    assert columns("text=body, published=date") == {"text": "body", "published": "date"}


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom detente.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = ('spacy', 'duckdb', 'pyarrow', 'rich', 'pydantic', 'numpy')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_interrupted_pipe_is_quiet(stocked: Run) -> None:
    command = f"{sys.executable} -m detente.cli events --format json | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env={**os.environ}, check=True)
    assert done.stderr == ""
    assert json.loads(done.stdout)


def test_ingest_in_two_processes_with_the_real_coder(tmp_path: Path) -> None:
    pytest.importorskip("detente.coding", exc_type=ImportError)
    rows = [
        {"id": f"n{i}", "text": "Russia expelled ten American diplomats on Friday.", "published": "2021-04-16"}
        for i in "ab"
    ]
    (tmp_path / "c.jsonl").write_text("\n".join(map(json.dumps, rows)))
    arguments = ["ingest", "c.jsonl", "--workers", "2", "--no-encoder", "--store", "s"]
    done = subprocess.run(
        [sys.executable, "-m", "detente.cli", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Warning" in done.stderr) == (0, False), done.stderr
    with open_store(tmp_path / "s", read_only=True) as store:
        found = store.rows("SELECT DISTINCT source, target FROM current_event_pairs")
    assert found == [{"source": "RUS", "target": "USA"}]
