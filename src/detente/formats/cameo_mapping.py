"""The columns of the CAMEO formats, GDELT and ICEWS, in our terms."""

from __future__ import annotations

from collections.abc import Callable

from detente.formats.fields import (
    Fields,
    cameo_test,
    cell_of,
    fields_test,
    number_of,
    number_tests,
    one_name,
    problems,
    text_of,
)
from detente.formats.layouts import Layout


def gdelt_fields(layout: Layout, format: str) -> Fields:
    def cell(name: str) -> str:
        return cell_of(layout, name)

    day = f"try_strptime({cell('SQLDATE')}, '%Y%m%d')::DATE"
    added = cell("DATEADDED")
    code, url = f"trim({cell('EventCode')})", f"nullif({cell('SOURCEURL')}, '')"
    sides = [f"concat_ws('|', {cell(f'Actor{n}Code')}, {cell(f'Actor{n}Name')})" for n in (1, 2)]
    return Fields(
        problem=problems(
            fields_test(layout, format),
            ("id", f"NOT regexp_full_match({cell('GLOBALEVENTID')}, '\\d+')",
             f"'GLOBALEVENTID is no whole number: ' || {cell('GLOBALEVENTID')}"),
            ("date", f"NOT regexp_full_match({cell('SQLDATE')}, '\\d{{8}}') OR {day} IS NULL",
             f"'SQLDATE is no date: ' || {cell('SQLDATE')}"),
            cameo_test(cell("EventCode")),
            ("code", f"coalesce(trim({cell('QuadClass')}), '') NOT IN ('', '1', '2', '3', '4')",
             f"'QuadClass is not 1 to 4: ' || {cell('QuadClass')}"),
            *number_tests(layout, ("GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone")),
        ),
        id=cell("GLOBALEVENTID"), event_date=day, coding=code,
        source_party=_gdelt_party(layout, 1), target_party=_gdelt_party(layout, 2),
        source_names=one_name(cell("Actor1Name"), cell("Actor1Code")),
        target_names=one_name(cell("Actor2Name"), cell("Actor2Code")),
        cameo_quad=number_of(cell("QuadClass"), "TINYINT"), goldstein=number_of(cell("GoldsteinScale")),
        place=text_of(cell("ActionGeo_FullName")), place_code=text_of(cell("ActionGeo_CountryCode")),
        latitude=number_of(cell("ActionGeo_Lat")), longitude=number_of(cell("ActionGeo_Long")),
        story_id=url, url=url, publisher=_site(url),
        published=f"coalesce(try_strptime({added}, '%Y%m%d%H%M%S'), try_strptime({added}, '%Y%m%d'))",
        mention_count=number_of(cell("NumMentions"), "INTEGER"), source_count=number_of(cell("NumSources"), "INTEGER"),
        article_count=number_of(cell("NumArticles"), "INTEGER"), tone=number_of(cell("AvgTone")),
        mirror_key=_mirror_key(code, sides, [cell("SQLDATE"), url, cell("ActionGeo_FeatureID")]),
        mirror_forward=f"{sides[0]} < {sides[1]}", hosts=f"{code} = '043'",
    )  # fmt: skip


def _site(url: str) -> str:
    """The host of an address; a pattern would take four times as long."""
    host = f"split_part(split_part({url}, '://', 2), '/', 1)"
    return f"nullif(CASE WHEN starts_with({host}, 'www.') THEN {host}[5:] ELSE {host} END, '')"


def _gdelt_party(layout: Layout, number: int) -> str:
    parts = ("CountryCode", "KnownGroupCode", "Type1Code", "Type2Code", "Type3Code")
    return " || '|' || ".join(f"trim({cell_of(layout, f'Actor{number}{part}')})" for part in parts)


def _mirror_key(code: str, sides: list[str], same: list[str]) -> str:
    """The same for both directions of a meeting; NULL where one cannot tell. 042 and 043 are visitor and host."""
    first, second = sides
    rest = ", ".join([f"CASE {code} WHEN '043' THEN '042' ELSE {code} END", *same])
    is_meeting = f"{code} LIKE '04%' AND {code} NOT LIKE '045%' AND {same[1]} IS NOT NULL AND {first} <> {second}"
    return f"CASE WHEN {is_meeting} THEN hash({rest}, least({first}, {second}), greatest({first}, {second})) END"


def icews_fields(layout: Layout) -> Fields:
    def cell(name: str) -> str:
        return cell_of(layout, name)

    tries = ", ".join(f"try_strptime({cell('Event Date')}, '{form}')" for form in ("%Y-%m-%d", "%m/%d/%Y"))
    day = f"coalesce({tries})::DATE"
    code, story = f"trim({cell('CAMEO Code')})", text_of(cell("Story ID"))
    sides = [f"concat_ws('|', {cell(f'{side} Name')}, {cell(f'{side} Country')})" for side in ("Source", "Target")]
    places = ", ".join(text_of(cell(name)) for name in ("City", "District", "Province", "Country"))
    return Fields(
        problem=problems(
            fields_test(layout, "icews"),
            ("id", f"NOT regexp_full_match({cell('Event ID')}, '\\d+')",
             f"'Event ID is no whole number: ' || {cell('Event ID')}"),
            ("date", f"{day} IS NULL", f"'Event Date is no date: ' || {cell('Event Date')}"),
            cameo_test(cell("CAMEO Code")),
            *number_tests(layout, ("Intensity", "Story ID", "Sentence Number", "Latitude", "Longitude")),
        ),
        id=cell("Event ID"), event_date=day, coding=code,
        source_party=_icews_party(cell, "Source"), target_party=_icews_party(cell, "Target"),
        source_names=one_name(cell("Source Name")), target_names=one_name(cell("Target Name")),
        goldstein=number_of(cell("Intensity")), place=f"nullif(concat_ws(', ', {places}), '')",
        place_code=text_of(cell("Country")),
        latitude=number_of(cell("Latitude")), longitude=number_of(cell("Longitude")),
        story_id=story, sentence_number=number_of(cell("Sentence Number"), "INTEGER"),
        publisher=text_of(cell("Publisher")),
        mirror_key=_mirror_key(code, sides, [cell("Event Date"), story, cell("Sentence Number")]),
        mirror_forward=f"{sides[0]} < {sides[1]}", hosts=f"{code} = '043'",
    )  # fmt: skip


def _icews_party(cell: Callable[[str], str], side: str) -> str:
    """Country, sectors, and the name of those that have no country, which are mostly bodies."""
    country = f"trim(coalesce({cell(f'{side} Country')}, ''))"
    name = f"CASE WHEN {country} = '' THEN coalesce({cell(f'{side} Name')}, '') ELSE '' END"
    return f"{country} || '|' || coalesce({cell(f'{side} Sectors')}, '') || '|' || {name}"
