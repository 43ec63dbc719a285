"""The documentation does what it says: commands and examples run, generated pages are current, nothing is left out."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main

sys.path.insert(0, str(Path(__file__).parent / "api"))  # api_clients

from api_clients import TOKEN, running

import detente
from detente import cli, config, records
from detente.api import Desk, make_app
from detente.cli.app import app
from detente.ingest.records import DECISIONS, FAILURES
from detente.run.local import default_coder
from detente.store import open_store

sys.path.insert(0, str(Path(__file__).parent / "fetching"))
from web_site import Site

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.glob("*.md"), *DOCS.glob("generated/*.md")])
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SERVED = "http://127.0.0.1:8600"
EXIT_CODE = re.compile(r"# exit code (\d)$")
PAIR = {"id": 1, "text": "Norway expelled two Russian diplomats.", "source": [0, 6], "target": [20, 27]}
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@dataclass(frozen=True)
class Command:
    page: Path
    line: str

    @property
    def argv(self) -> list[str]:
        return shlex.split(EXIT_CODE.sub("", self.line))[1:]

    @property
    def exit_code(self) -> int:
        found = EXIT_CODE.search(self.line)
        return int(found[1]) if found else 0


def blocks(page: Path, language: str) -> list[str]:
    return [m[2] for m in BLOCK.finditer(page.read_text(encoding="utf-8")) if m[1] == language]


def commands() -> list[Command]:
    """Each command of the pages once, by its text."""
    found = [
        Command(page, line.removeprefix("$ "))
        for page in PAGES
        for block in blocks(page, "console")
        for line in block.splitlines()
        if line.startswith("$ detente") and not line.startswith("$ detente serve")  # that does not end by itself
    ]
    return list({command.line: command for command in found}.values())


def curls() -> list[str]:
    """Each call of curl, with the lines that it goes on over."""
    joined = [block.replace("\\\n", " ") for page in PAGES for block in blocks(page, "console")]
    lines = [line.removeprefix("$ ") for block in joined for line in block.splitlines() if line.startswith("$ curl")]
    return list(dict.fromkeys(lines))


def run(argv: list[str]) -> int:
    """Exit code of a command, run in this process: a process of its own would load the models anew each time."""
    with warnings.catch_warnings(), pytest.raises(SystemExit) as ended:
        cli.main(argv if has_model() else without_model(argv))
    return int(ended.value.code or 0)


HARBOR_WIRE = "https://harbor-wire.example"


def harbor_wire(site: Site) -> None:
    """The site that the documentation names, on this machine, with what its feed announces."""
    feed = (ROOT / "examples" / "feed.xml").read_text(encoding="utf-8").replace(HARBOR_WIRE, site.url())
    site.add("/feed.xml", feed)
    site.add("/today.xml", feed.replace(f"{site.url()}/nairobi", f"{site.url()}/today"))
    for path in ("/nairobi", "/pictures", "/today"):
        text = f"Kenya summoned the Somali ambassador on Thursday over smugglers near Mandera, as {path[1:]} shows."
        site.add(path, f"<html><body><article><h1>Kenya</h1><p>{text}</p></article></body></html>")


def has_model() -> bool:
    return (ROOT / "src" / "detente" / "encoder" / "model" / "relation.onnx").exists()


def without_model(argv: list[str]) -> list[str]:
    """The command as it can be run in a checkout that lacks the encoder's weights."""
    codes = argv[0] in ("read", "ingest", "watch", "evaluate") and "--no-encoder" not in argv
    return [*argv, "--no-encoder"] if codes else argv


def needs_model(argv: list[str]) -> bool:
    return argv[0] == "relate" or (argv[0] == "evaluate" and "relations" in argv)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The working directory: examples, the sample corpus as reports.jsonl, and the store made of it."""
    path = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "examples", path / "examples")
    shutil.copy(ROOT / "src" / "detente" / "samples" / "corpus.jsonl", path / "reports.jsonl")
    (path / "pairs.jsonl").write_text(json.dumps(PAIR) + "\n", encoding="utf-8")
    environment, before = dict(os.environ), Path.cwd()
    for name in [name for name in os.environ if name.startswith(config.ENVIRONMENT_PREFIX)]:
        del os.environ[name]
    os.chdir(path)
    assert run(["ingest", "reports.jsonl"]) == 0
    with Site() as site:
        harbor_wire(site)
        list_ = path / "examples" / "watched.opml"
        list_.write_text(list_.read_text(encoding="utf-8").replace(HARBOR_WIRE, site.url()), encoding="utf-8")
        os.environ |= {
            "DETENTE_FETCH_ALLOW_NETWORKS": "127.0.0.1/32",
            "DETENTE_FETCH_DELAY": "0",
            "HARBOR_WIRE": site.url(),
        }
        yield path
    os.chdir(before)
    os.environ.clear()
    os.environ.update(environment)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    """The address of a server on a copy of the store of the docs, which may be written to."""
    copy = shutil.copy("detente.duckdb", "served.duckdb")
    os.environ["DETENTE_TOKEN"] = TOKEN
    with (
        open_store(copy) as store,
        running(make_app(Desk(store, lambda: default_coder(has_model()), TOKEN))) as address,
    ):
        yield address
    del os.environ["DETENTE_TOKEN"]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.line)
def test_command_runs(command: Command, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = command.exit_code if has_model() or not needs_model(command.argv) else 1
    argv = [argument.replace(HARBOR_WIRE, os.environ["HARBOR_WIRE"]) for argument in command.argv]
    assert run(argv) == wanted, capsys.readouterr().err


@pytest.mark.parametrize("line", curls())
def test_curl_is_answered(line: str, server: str) -> None:
    command = line.replace(SERVED, server)
    done = subprocess.run(["bash", "-c", command.replace("curl ", "curl --fail-with-body ", 1)], capture_output=True)
    assert done.returncode == 0, (done.stdout[:500], done.stderr[-500:])
    assert done.stdout


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda page: page.name)
def test_python_runs(
    page: Path, folder: Path, server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks of a page share their names, as for a reader who types them one after the other."""
    if not has_model():
        monkeypatch.setattr(detente, "_CODER", detente.Coder(encoder=False))
    names: dict[str, Any] = {}
    for block in blocks(page, "python"):
        if "detente.relate(" in block and not has_model():
            continue
        exec(compile(block.replace(SERVED, server), str(page), "exec"), names)
    assert capsys.readouterr().out


def test_pages_hold_commands_and_python() -> None:
    assert len(commands()) >= 15
    assert len(curls()) >= 8
    assert {page.name for page in PAGES if blocks(page, "python")} >= {"tutorial.md", "relations.md", "api.md"}


def test_generated_pages_are_current(generator: ModuleType, tmp_path: Path) -> None:
    generator.main(tmp_path)
    fresh = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "generated").iterdir()}
    assert fresh == kept, "run `python docs/generate.py`"


def test_every_command_is_documented() -> None:
    names = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert [name for name in names if f"## detente {name}\n" not in TEXT] == []


def test_every_setting_is_documented() -> None:
    assert [name for name, _, _ in config.describe() if f"`{config.environment_name(name)}`" not in TEXT] == []


def test_every_field_is_documented() -> None:
    page = (DOCS / "generated" / "records.md").read_text(encoding="utf-8")
    sections = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    public = [r for r in vars(records).values() if isinstance(r, type) and issubclass(r, records.Record)]
    missing = [
        f"{record.__name__}.{field}"
        for record in public
        if record is not records.Record
        for field in record.model_json_schema(by_alias=True)["properties"]
        if f"| `{field}` |" not in sections.get(record.__name__, "")
    ]
    assert missing == []


def test_every_rejection_reason_is_documented() -> None:
    """Ingest's reasons by their tables, the coder's by the words in its code."""
    coder = {
        reason
        for path in (ROOT / "src" / "detente" / "coding").rglob("*.py")
        for reason in re.findall(r'Rejection\(\s*reason="(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert coder >= {"no_actor_pair", "coder_failed"}
    assert [r for r in sorted(coder | set(FAILURES) | set(DECISIONS)) if f"| `{r}` |" not in TEXT] == []


def test_links_lead_somewhere() -> None:
    """Links between files of the repository; mkdocs checks those within docs only."""
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []
