"""Writes the reference pages from the code, so that they say what it does: `python docs/generate.py [FOLDER]`."""

from __future__ import annotations

import sys
import typing
from enum import Enum
from pathlib import Path
from typing import Any

import typer.main

from detente import config, ontology, records
from detente.cli.app import app
from detente.ingest.records import DECISIONS, FAILURES

HERE = Path(__file__).parent / "generated"
SHOWN = (
    "CodedArticle", "Article", "Actor", "Statement", "Event", "Evidence", "ProducedBy", "Assessment", "Link",
    "Rejection", "Date", "Span",
)  # fmt: skip


def table(header: list[str], rows: list[list[object]]) -> str:
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def ontology_page() -> str:
    types = [[t.name, t.quad, f"{t.intensity:g}", t.description, t.note] for t in ontology.types().values()]
    modes = [
        [m.type, m.name, "" if m.intensity is None else f"{m.intensity:g}", m.description]
        for m in ontology.modes().values()
    ]
    contexts = [[c.name, c.description] for c in ontology.contexts().values()]
    codes = [
        [c.code, c.name, f"{c.goldstein:g}", ontology.cameo_quad(c.code), c.plover or "", c.mode or "", c.mend]
        for c in ontology.cameo_codes().values()
    ]
    return "\n".join(
        [
            "# Ontology tables\n",
            "Made from the tables in the package. Scores are PLOVER's, Goldstein values CAMEO's; the two quad schemes "
            "differ for CAMEO roots 08, 09 and 14 and are kept apart.\n",
            "## PLOVER types\n",
            table(["type", "quad", "score", "meaning", "note"], types),
            "## Modes\n",
            table(["type", "mode", "score", "meaning"], modes),
            "## Contexts\n",
            table(["context", "meaning"], contexts),
            "## CAMEO codes and the crosswalk\n",
            "The last column says where the public crosswalk was mended, and why.\n",
            table(["code", "meaning", "Goldstein", "quad", "PLOVER", "mode", "mend"], codes),
        ]
    )


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if "items" in schema else "list"
    return str(schema.get("format") or schema.get("type") or "")


def meanings() -> dict[str, str]:
    """What each field means, by "Record.field", from fields.tsv; raises ValueError where the two don't match."""
    lines = (Path(__file__).parent / "fields.tsv").read_text(encoding="utf-8").splitlines()
    said = dict(line.split("\t") for line in lines)
    known = {f"{name}.{field}" for name in SHOWN for field in schema_of(name)["properties"]}
    if known != said.keys():
        raise ValueError(f"fields.tsv and records.py differ in {sorted(known ^ said.keys())}")
    return said


def schema_of(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = getattr(records, name).model_json_schema(by_alias=True)
    return schema


def records_page() -> str:
    meaning = meanings()
    parts = ["# Records\n", (records.__doc__ or "").strip() + "\n"]
    for name in SHOWN:
        rows = [
            [f"`{field}`", _type(spec), meaning[f"{name}.{field}"]]
            for field, spec in schema_of(name)["properties"].items()
        ]
        text = (getattr(records, name).__doc__ or "").strip()
        parts += [f"## {name}\n", text + "\n", table(["field", "type", "meaning"], rows)]
    parts += ["## Reasons of rejections\n", table(["reason", "meaning"], [[f"`{k}`", v] for k, v in reasons().items()])]
    return "\n".join(parts)


def reasons() -> dict[str, str]:
    """Every reason for which something read is not coded, ingest's and the coder's."""
    return {
        **FAILURES,
        **DECISIONS,
        "no_actor_pair": "a word that shows an act, without two actors for it",
    }


def commands_page() -> str:
    """Options with what they take, their defaults and help, as Typer holds them."""
    group = typer.main.get_command(app)
    parts = [
        "# Commands\n",
        "stdout carries data, stderr progress and messages. Exit codes: 0 done, 1 finished with failures (each named), "
        "2 wrong usage, 130 stopped by hand.\n",
        "Before a command: `--version` prints the version, `--debug` shows tracebacks and library warnings.\n",
    ]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        parts += _command(name, command)
        for below, subcommand in getattr(command, "commands", {}).items():
            parts += _command(f"{name} {below}", subcommand)
    return "\n".join(parts)


def _command(name: str, command: Any) -> list[str]:
    rows = [_parameter(parameter) for parameter in command.params]
    parts = [f"## detente {name}\n", (command.help or "").strip() + "\n"]
    return [*parts, table(["option", "takes", "default", "meaning"], rows)] if rows else parts


TAKES = {str: "text", int: "whole number", float: "number", Path: "file"}


def _parameter(parameter: Any) -> list[object]:
    is_argument = parameter.param_type_name == "argument"
    label = parameter.metavar or (parameter.name or "").upper() if is_argument else ", ".join(parameter.opts)
    kind = parameter.type_descriptor.annotation
    kind = next((k for k in typing.get_args(kind) if k is not type(None)), kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        takes = " or ".join(f"`{choice.value}`" for choice in kind)
    else:
        takes = "" if kind is bool else parameter.metavar or TAKES.get(kind, "text")
    default = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
    shown = "" if default in (None, False) or is_argument else f"`{getattr(default, 'value', default)}`"
    return [f"`{label}`", "" if is_argument else takes, shown, getattr(parameter, "help", None) or ""]


def settings_page() -> str:
    rows = [
        [f"`{name}`", f"`{config.environment_name(name)}`", f"`{default}`", help_]
        for name, default, help_ in config.describe()
    ]
    note = "An option of a command comes before the environment, and the environment before the default.\n"
    return "\n".join(["# Settings\n", note, table(["setting", "environment", "default", "meaning"], rows)])


PAGES = {
    "ontology.md": ontology_page,
    "records.md": records_page,
    "commands.md": commands_page,
    "settings.md": settings_page,
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
