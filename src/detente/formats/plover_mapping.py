"""The columns of the PLOVER formats, POLECAT, PLOVER JSON and our own tables, in our terms."""

from __future__ import annotations

from collections.abc import Callable

from detente.errors import InputError
from detente.formats.fields import (
    CAMEO,
    NO_LIST,
    Fields,
    cell_of,
    fields_test,
    first_of,
    number_of,
    number_tests,
    problems,
    text_of,
    type_list,
)
from detente.formats.layouts import Layout

QUADS = {1: "VERBAL COOPERATION", 2: "MATERIAL COOPERATION", 3: "VERBAL CONFLICT", 4: "MATERIAL CONFLICT"}


def polecat_fields(layout: Layout) -> Fields:
    def cell(name: str) -> str:
        return f"nullif({text_of(cell_of(layout, name))}, 'None')"

    def listed(name: str) -> str:
        trimmed = f"list_transform(string_split(coalesce({cell(name)}, ''), ';'), lambda x: trim(x))"
        parts = f"list_filter({trimmed}, lambda x: x NOT IN ('', 'None'))"
        return f"{parts}::VARCHAR[]"

    day = f"try_strptime({cell('Event Date')}, '%Y-%m-%d')::DATE"
    event = f"upper({cell('Event Type')})"
    quads = " ".join(f"WHEN '{name}' THEN {number}" for number, name in QUADS.items())
    quad = f"(CASE upper({cell('Quad Code')}) {quads} END)::TINYINT"
    return Fields(
        problem=problems(
            fields_test(layout, "polecat"),
            ("id", f"{cell('Event ID')} IS NULL", "'Event ID is missing'"),
            ("date", f"{day} IS NULL", f"'Event Date is no date: ' || {cell_of(layout, 'Event Date')}"),
            ("code", f"{event} NOT IN {type_list()}", f"'no PLOVER type: ' || {cell_of(layout, 'Event Type')}"),
            *number_tests(layout, ("Intensity", "Latitude", "Longitude")),
        ),
        id=cell("Event ID"), event_date=day,
        coding=f"{event} || '|' || coalesce(lower({cell('Event Mode')}), '') || '|'",
        source_party=_polecat_party(cell, "Actor"), target_party=_polecat_party(cell, "Recipient"),
        source_names=first_of(listed("Actor Name"), listed("Actor Name Raw"), listed("Actor Country")),
        target_names=first_of(listed("Recipient Name"), listed("Recipient Name Raw"), listed("Recipient Country")),
        contexts=listed("Contexts"), plover_quad=quad,
        intensity=number_of(cell("Intensity")), place=f"coalesce({cell('Placename')}, {cell('Raw Placename')})",
        place_code=cell("Country"), latitude=number_of(cell("Latitude")), longitude=number_of(cell("Longitude")),
        story_id=f"string_split({cell('Event ID')}, '_')[1]", publisher=cell("Source"),
        published=f"try_cast({cell('Publication Date')} AS TIMESTAMP)",
    )  # fmt: skip


def _polecat_party(cell: Callable[[str], str], side: str) -> str:
    sectors = f"concat_ws(';', {cell(f'Primary {side} Sector')}, {cell(f'{side} Sectors')})"
    return f"coalesce({cell(f'{side} Country')}, '') || '|' || coalesce({sectors}, '')"


NAMES = ("entity_text", "entity_name", "raw_text", "identifier_text", "code", "country")
ENTITY = "[{" + ", ".join(f'"{name}": "VARCHAR"' for name in (*NAMES, "sector", "sector_code")) + "}]"
AUXILIARY = {"negation": "negated", "hypothetical": "conditional", "future": "future", "historical": "historical"}


def plover_fields(layout: Layout) -> Fields:
    record = "CASE WHEN json_valid(cells[1]) THEN cells[1] ELSE '{}' END"

    def field(path: str) -> str:
        return f"({record} ->> '$.{path}')"

    def listed(path: str) -> str:
        return f"(coalesce(json_transform({record} -> '$.{path}', '[\"VARCHAR\"]'), [])::VARCHAR[])"

    def entities(path: str) -> str:
        return f"coalesce(json_transform({record} -> '$.{path}', '{ENTITY}'), [])"

    def party(path: str) -> str:
        codes = f"list_transform({entities(path)}, lambda x: coalesce(x.code, x.country))"
        sectors = f"list_transform({entities(path)}, lambda x: coalesce(x.sector, x.sector_code))"
        return f"coalesce(array_to_string({codes}, ';'), '') || '|' || coalesce(array_to_string({sectors}, ';'), '')"

    def names(path: str) -> str:
        name = f"coalesce({', '.join(f'x.{each}' for each in NAMES)}, '?')"
        return f"list_transform({entities(path)}, lambda x: {name})::VARCHAR[]"

    event = f"upper({listed('event')}[1])"
    day = f"try_strptime({field('date')}, '%Y-%m-%d')::DATE"
    auxiliary = ", ".join(f"'{name}'" for name in AUXILIARY)
    mode = f"lower(list_filter({listed('mode')}, lambda x: lower(x) NOT IN ({auxiliary}))[1])"
    marks = f"list_transform({listed('mode')}, lambda x: lower(x))"
    modality = " ".join(f"WHEN list_contains({marks}, '{mark}') THEN '{ours}'" for mark, ours in AUXILIARY.items())
    texts = f"""json_transform({record} -> '$.event_text', '[{{"text_story": "VARCHAR"}}]')"""
    stories = f"array_to_string(list_transform(coalesce({texts}, []), lambda x: x.text_story), ' … ')"
    actors = f"{record} -> '$.actor'"
    return Fields(
        problem=problems(
            ("json", "NOT json_valid(cells[1])", "'no JSON object in one line'"),
            ("json", "json_type(cells[1]) <> 'OBJECT'", "'no JSON object'"),
            ("id", f"{text_of(field('id'))} IS NULL", "'id is missing'"),
            ("date", f"{day} IS NULL", f"'date is no day: ' || coalesce({field('date')}, 'none')"),
            ("actor", f"coalesce(json_type({actors}), '') <> 'ARRAY' OR json_array_length({actors}) = 0",
             "'actor is no list of entities'"),
            ("code", f"len({listed('event')}) = 0 OR {event} NOT IN {type_list()}",
             f"'no PLOVER type: ' || coalesce({event}, 'none')"),
        ),
        id=field("id"), event_date=day, coding=f"{event} || '|' || coalesce({mode}, '') || '|'",
        source_party=party("actor"), target_party=party("recipient"),
        source_names=names("actor"), target_names=names("recipient"), contexts=listed("context"),
        plover_quad=number_of(field("quad_code"), "TINYINT"), intensity=number_of(field("event_scale")),
        modality=f"CASE {modality} END",
        place=f"coalesce({field('event_loc.resolved_place')}, {field('event_loc.extracted_place')})",
        place_code=field("event_loc.country_code"), latitude=number_of(field("event_loc.lat")),
        longitude=number_of(field("event_loc.lon")),
        text=f"coalesce(nullif({stories}, ''), {field('text')})",
        story_id=f"coalesce({field('cite_info.url')}, {field('link')})",
        url=f"coalesce({field('cite_info.url')}, {field('link')})", publisher=field("cite_info.publication"),
    )  # fmt: skip


def own_fields(layout: Layout) -> Fields:
    """Tables with our own column names, CSV and Parquet."""
    if layout.place("event_date") is None or not (layout.place("event") or layout.place("cameo")):
        raise InputError(
            f"columns event_date and event (or cameo) are wanted; there are {', '.join(layout.names)[:300]}; "
            "name yours with --columns event_date=day,event=type"
        )

    def cell(name: str) -> str:
        return text_of(cell_of(layout, name))

    def listed(name: str) -> str:
        position = layout.place(name)
        if position is None:
            return NO_LIST
        if layout.types and layout.types[position - 1].endswith("[]"):
            return f"coalesce(try_cast(cells[{position}] AS VARCHAR[]), [])"
        return f"list_filter(string_split(coalesce(cells[{position}], ''), ';'), lambda x: trim(x) <> '')"

    def party(side: str) -> str:
        countries, sectors = listed(f"{side}_countries"), listed(f"{side}_sectors")
        return f"array_to_string({countries}, ';') || '|' || array_to_string({sectors}, ';')"

    day = f"try_cast({cell('event_date')} AS DATE)"
    event, cameo = f"upper({cell('event')})", cell("cameo")
    article, id_ = cell("article_id"), cell("id")
    width = fields_test(layout, "csv") if layout.counts else ("fields", "false", "''")
    number_columns = ("intensity", "goldstein", "confidence", "mention_count")
    return Fields(
        problem=problems(
            width,
            ("date", f"{cell('event_date')} IS NOT NULL AND {day} IS NULL",
             f"'event_date is no date: ' || {cell('event_date')}"),
            ("code", f"{event} IS NOT NULL AND {event} NOT IN {type_list()}",
             f"'no PLOVER type: ' || {event}"),
            ("code", f"{event} IS NULL AND {cameo} IS NULL", "'neither event nor cameo'"),
            ("code", f"{cameo} IS NOT NULL AND NOT regexp_full_match({cameo}, {CAMEO})",
             f"'no CAMEO code: ' || {cameo}"),
            *number_tests(layout, number_columns),
        ),
        id=f"CASE WHEN {id_} IS NULL THEN NULL ELSE concat_ws(' ', {article}, {id_}) END", event_date=day,
        date_precision=cell("date_precision"), intended=cell("intended"),
        coding=f"coalesce({event}, '') || '|' || coalesce(lower({cell('mode')}), '') || '|' || coalesce({cameo}, '')",
        source_party=party("source"), target_party=party("target"),
        source_names=first_of(listed("source_names"), listed("source_countries")),
        target_names=first_of(listed("target_names"), listed("target_countries")),
        contexts=listed("contexts") if layout.place("contexts") else "NULL::VARCHAR[]",
        plover_quad=number_of(cell("plover_quad"), "TINYINT"), cameo_quad=number_of(cell("cameo_quad"), "TINYINT"),
        intensity=number_of(cell("intensity")), goldstein=number_of(cell("goldstein")), modality=cell("modality"),
        confidence=number_of(cell("confidence")), place=cell("place"),
        text=f"coalesce({cell('sentence')}, {cell('quote')})",
        story_id=f"coalesce({article}, {cell('url')})", url=cell("url"), publisher=cell("publisher"),
        published=f"try_cast({cell('published')} AS TIMESTAMP)",
        mention_count=number_of(cell("mention_count"), "INTEGER"),
    )  # fmt: skip
