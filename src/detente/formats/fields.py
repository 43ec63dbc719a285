"""What a format's columns mean in our terms, as SQL over the cells of a row: the fields and the parts they share."""

from __future__ import annotations

from dataclasses import dataclass, fields

from detente import ontology
from detente.formats.layouts import KNOWN_COUNTS, Layout

NOTHING = "NULL::VARCHAR"
NO_LIST = "[]::VARCHAR[]"
CAMEO = r"'(0[1-9]|1\d|20)\d{0,2}'"


@dataclass(frozen=True)
class Fields:
    """An SQL expression for each field of an imported event. `mirror_*`, `hosts`: for finding mirrors."""

    problem: str
    id: str
    event_date: str
    coding: str
    source_party: str
    target_party: str
    source_names: str
    target_names: str
    date_precision: str = "'day'"
    intended: str = NOTHING
    contexts: str = "NULL::VARCHAR[]"
    plover_quad: str = "NULL::TINYINT"
    cameo_quad: str = "NULL::TINYINT"
    intensity: str = "NULL::DOUBLE"
    goldstein: str = "NULL::DOUBLE"
    modality: str = NOTHING
    confidence: str = "NULL::DOUBLE"
    place: str = NOTHING
    place_code: str = NOTHING
    latitude: str = "NULL::DOUBLE"
    longitude: str = "NULL::DOUBLE"
    text: str = NOTHING
    story_id: str = NOTHING
    sentence_number: str = "NULL::INTEGER"
    url: str = NOTHING
    publisher: str = NOTHING
    published: str = "NULL::TIMESTAMP"
    mention_count: str = "NULL::INTEGER"
    source_count: str = "NULL::INTEGER"
    article_count: str = "NULL::INTEGER"
    tone: str = "NULL::DOUBLE"
    mirror_key: str = "NULL::UBIGINT"
    mirror_forward: str = "NULL::BOOLEAN"
    hosts: str = "NULL::BOOLEAN"

    def sql(self) -> str:
        return ",\n".join(f"{getattr(self, each.name)} AS {each.name}" for each in fields(self))


def cell_of(layout: Layout, column: str) -> str:
    position = layout.place(column)
    return f"cells[{position}]" if position else NOTHING


def text_of(expression: str) -> str:
    return f"nullif(trim({expression}), '')"


def number_of(expression: str, type_: str = "DOUBLE") -> str:
    return f"try_cast({text_of(expression)} AS {type_})"


def problems(*tests: tuple[str, str, str]) -> str:
    """(reason, condition of a bad row, SQL text that says what is wrong), tried in order."""
    cases = " ".join(f"WHEN coalesce({bad}, true) THEN '{reason}: ' || {detail}" for reason, bad, detail in tests)
    return f"CASE {cases} END"


def fields_test(layout: Layout, format: str) -> tuple[str, str, str]:
    """The number of cells; trailing tabs make empty cells that do no harm."""
    wanted = " or ".join(map(str, layout.counts))
    most = max(layout.counts)
    beyond = f"len(cells) > {most} AND trim(array_to_string(cells[{most + 1}:], '')) = ''"
    bad = f"len(cells) NOT IN {_values(layout.counts)} AND NOT ({beyond})"
    known = " ".join(
        f"WHEN {count} THEN ' (so many has {name})'"
        for count, name in KNOWN_COUNTS.items()
        if count not in layout.counts
    )
    detail = f"len(cells) || ' fields, {wanted} expected' || CASE len(cells) {known} ELSE '' END"
    return "fields", bad, detail


def _values(numbers: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, numbers)) + ")"


def number_tests(layout: Layout, columns: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Casting is several times as quick as a pattern, and the mapped column needs the same cast."""
    return [
        (
            "number",
            f"NOT coalesce(isfinite({number_of(cell)}), coalesce(trim({cell}), '') IN ('', 'None'))",
            f"'{column} is no number: ' || {cell}",
        )
        for column in columns
        if (cell := cell_of(layout, column)) != NOTHING
    ]


def cameo_test(cell: str) -> tuple[str, str, str]:
    lost = f"regexp_full_match(trim({cell}), '[2-9]\\d{{1,2}}')"
    hint = f"CASE WHEN {lost} THEN ' (a leading zero seems lost)' ELSE '' END"
    detail = f"'no CAMEO code: ' || coalesce({cell}, '') || {hint}"
    return "code", f"NOT regexp_full_match(trim({cell}), {CAMEO})", detail


def one_name(*expressions: str) -> str:
    first = f"coalesce({', '.join(text_of(each) for each in expressions)})"
    return f"CASE WHEN {first} IS NULL THEN {NO_LIST} ELSE [{first}] END"


def type_list() -> str:
    return "(" + ", ".join(f"'{name}'" for name in ontology.types()) + ")"


def first_of(*lists: str) -> str:
    """The first list that is not empty."""
    cases = " ".join(f"WHEN len({each}) > 0 THEN {each}" for each in lists)
    return f"CASE {cases} ELSE {NO_LIST} END"
