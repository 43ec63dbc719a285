"""Our events after the rules of each format: the cells of a row, or a record.

What a format has no place for is lost; `docs/formats.md` lists it. An event that a format cannot say truly is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from detente import ontology
from detente.formats import codes
from detente.formats.layouts import GDELT1, GDELT2, ICEWS, POLECAT
from detente.formats.own import Side, Told, number_of
from detente.formats.plover_mapping import QUADS

NOT_DONE = ("negated", "denied", "conditional")
AUXILIARY = {
    "negated": "negation", "denied": "negation", "conditional": "hypothetical", "future": "future",
    "historical": "historical",
}  # fmt: skip
REASONS = {
    "no_date": "events without a date",
    "not_done": "negated, denied and conditional events, for which the format has no mark",
    "no_type": "events of CAMEO codes that PLOVER has no type for",
}


def left_out(format: str, event: Told) -> str | None:
    """Why the format cannot hold an event, a key of `REASONS`."""
    if event.row["event_date"] is None:
        return "no_date"
    if format != "plover" and event.row["modality"] in NOT_DONE:
        return "not_done"
    if format in ("plover", "polecat") and event.row["event"] is None:
        return "no_type"
    return None


def _clean(text: object) -> str:
    """A cell of a tab-separated file holds no tab and no line end."""
    return re.sub(r"[\t\r\n]+", " ", str(text)).strip()


def _decimal(value: float) -> str:
    return repr(float(value))


def _goldstein(event: Told) -> float:
    value = event.row["goldstein"]
    return float(value if value is not None else codes.coding_of_cameo(event.cameo).goldstein or 0.0)


def gdelt_rows(event: Told, columns: tuple[str, ...]) -> Iterator[list[str]]:
    """A row for each pair of actors, since GDELT holds one on a side."""
    day, added, code = event.date, event.published, event.cameo
    fraction = day.year + ((day.month - 1) * 30 + day.day) / 365
    stamp = f"{added:%Y%m%d}"
    if columns is GDELT2:
        stamp = f"{added:%Y%m%d%H}{added.minute // 15 * 15:02}00"
    common = {
        "SQLDATE": f"{day:%Y%m%d}", "MonthYear": f"{day:%Y%m}", "Year": f"{day:%Y}", "FractionDate": f"{fraction:.4f}",
        "IsRootEvent": str(int(event.is_root)), "EventCode": code, "EventBaseCode": code[:3],
        "EventRootCode": code[:2], "QuadClass": str(ontology.cameo_quad(code)),
        "GoldsteinScale": _decimal(_goldstein(event)), "NumMentions": str(event.row["mention_count"] or 1),
        "NumSources": str(event.row.get("source_count") or 1), "NumArticles": str(event.row.get("article_count") or 1),
        "Actor1Geo_Type": "0", "Actor2Geo_Type": "0", **_place(event), "DATEADDED": stamp,
        "SOURCEURL": _clean(event.url or event.story),
    }  # fmt: skip
    for i, (source, target) in enumerate(event.pairs()):
        cells = {
            **common,
            "GLOBALEVENTID": str(event.number(i)),
            **_actor("Actor1", source),
            **_actor("Actor2", target),
        }
        yield [cells.get(column, "") for column in columns]


def _actor(prefix: str, side: Side) -> dict[str, str]:
    """GDELT's name and codes of an actor; the code joins country, group and types, bodies begin with their type."""
    types = codes.cameo_types_of(side.country, side.sectors)
    group = codes.KNOWN_GROUP.get(side.country or "", "")
    is_body = side.country in codes.BODIES
    country = (
        "EUR" if side.country == "EUR" else "" if is_body or not side.country else codes.cameo_country(side.country)
    )
    parts = [*types[:1], country, group, *types[1:]] if is_body else [country, group, *types]
    return {
        f"{prefix}Code": "".join(parts), f"{prefix}Name": _clean(side.name).upper(),
        f"{prefix}CountryCode": country, f"{prefix}KnownGroupCode": group,
        **{f"{prefix}Type{n}Code": code for n, code in enumerate(types, 1)},
    }  # fmt: skip


def _place(event: Told) -> dict[str, str]:
    """A place that is a country; others would want coordinates that we do not have."""
    country = codes.country_of_name(event.row["place"] or "")
    fips = codes.fips_country(country) if country else ""
    if not fips:
        return {"ActionGeo_Type": "0"}
    return {
        "ActionGeo_Type": "1", "ActionGeo_FullName": _clean(event.row["place"]), "ActionGeo_CountryCode": fips,
        "ActionGeo_ADM1Code": fips, "ActionGeo_FeatureID": fips,
    }  # fmt: skip


def icews_rows(event: Told) -> Iterator[list[str]]:
    code = event.cameo
    country = codes.country_of_name(event.row["place"] or "")
    names = ontology.cameo_codes()
    label = next((names[part].name for part in (code, code[:3], code[:2]) if part in names), code)
    for i, (source, target) in enumerate(event.pairs()):
        cells = {
            "Event ID": str(event.number(i)), "Event Date": f"{event.date:%Y-%m-%d}", **_icews_actor("Source", source),
            **_icews_actor("Target", target), "Event Text": label, "CAMEO Code": code,
            "Intensity": _decimal(_goldstein(event)), "Story ID": str(number_of(event.story)),
            "Publisher": _clean(event.row["publisher"] or ""),
            "Country": codes.icews_country(country) if country else "",
        }  # fmt: skip
        yield [cells.get(column, "") for column in ICEWS]


def _icews_actor(role: str, side: Side) -> dict[str, str]:
    return {
        f"{role} Name": _clean(side.name), f"{role} Sectors": codes.icews_sectors_of(side.country, side.sectors),
        f"{role} Country": codes.icews_country(side.country) if side.country else "",
    }  # fmt: skip


class PolecatWriter:
    """Rows with ids that do not repeat: a second event of the same story, type and mode gets a number behind."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def rows(self, event: Told) -> Iterator[list[str]]:
        row = event.row
        mode = row["mode"]
        cells = {
            "Event ID": self._id(event), "Event Date": f"{event.date:%Y-%m-%d}", "Event Type": row["event"],
            "Event Mode": mode, "Intensity": _decimal(row["intensity"]), "Quad Code": QUADS[row["plover_quad"]],
            "Contexts": "; ".join(row["contexts"]), **_polecat_actors("Actor", event.sources),
            **_polecat_actors("Recipient", event.targets), "Placename": row["place"], "Raw Placename": row["place"],
            "Source": row["publisher"], "Publication Date": f"{event.published:%Y-%m-%d}", "Language": event.language,
            "Version": f"detente {row['coder_version']}",
        }  # fmt: skip
        yield [_clean(cells.get(column) or "None") for column in POLECAT]

    def _id(self, event: Told) -> str:
        story = f"{event.published:%Y%m%d-%H%M}-{number_of(event.story):013x}"
        id_ = f"{story}_{event.row['event']}_{event.row['mode'] or 'None'}"
        self._seen[id_] = self._seen.get(id_, 0) + 1
        return id_ if self._seen[id_] == 1 else f"{id_}_{self._seen[id_]}"


def _polecat_actors(role: str, sides: tuple[Side, ...]) -> dict[str, str]:
    def listed(values: Iterator[str]) -> str:
        return "; ".join(value.replace(";", ",") or "None" for value in values) if sides else "None"

    sectors = list(dict.fromkeys(sector for side in sides for sector in side.sectors))
    wiki = f"Wikipedia {role} ID"
    return {
        f"{role} Name": listed(side.name for side in sides),
        f"{role} Country": listed(side.country or "" for side in sides),
        f"{role} COW": listed(codes.cow_number(side.country or "") for side in sides),
        f"Primary {role} Sector": sectors[0] if sectors else "None", f"{role} Sectors": "; ".join(sectors) or "None",
        f"{role} Title": listed(side.office or "" for side in sides) if any(side.office for side in sides) else "None",
        f"{role} Name Raw": listed(side.name for side in sides), wiki: "None",
    }  # fmt: skip


def plover_record(event: Told) -> str:
    """One line of JSON after the manual's data fields."""
    row = event.row
    modes = [mode for mode in (row["mode"], AUXILIARY.get(row["modality"] or "")) if mode]
    record: dict[str, object] = {
        "id": f"{row['article_id']}-{row['id']}", "date": f"{event.date:%Y-%m-%d}",
        "actor": [_entity(side) for side in event.sources] or [{"entity_text": "unknown"}],
    }  # fmt: skip
    if event.targets:
        record["recipient"] = [_entity(side) for side in event.targets]
    record |= {
        "event": [row["event"]],
        "has_event": True,
        "quad_code": row["plover_quad"],
        "event_scale": row["intensity"],
    }
    if modes:
        record["mode"] = modes
    if row["contexts"]:
        record["context"] = list(row["contexts"])
    if row["place"]:
        record["event_loc"] = {"extracted_place": row["place"]}
    if row["sentence"]:
        place = {key: row[f"{key}_offset"] for key in ("start", "end") if row[f"{key}_offset"] is not None}
        record["event_text"] = [{"sequence": 1, **place, "text_story": row["sentence"]}]
    cite = {"url": event.url, "title": event.title, "language": event.language, "publication": row["publisher"]}
    record["cite_info"] = {
        **{key: value for key, value in cite.items() if value}, "coder": "detente", "codebook": "PLOVER",
        "version": row["coder_version"],
    }  # fmt: skip
    record["coder"] = "detente"
    if row["modality"] == "alleged":
        record["comment"] = f"alleged by {row['attribution_speaker'] or 'somebody unnamed'}"
    return json.dumps(record, ensure_ascii=False)


def _entity(side: Side) -> dict[str, str]:
    entity = {"code": side.country, "sector": side.sectors[0] if side.sectors else None, "entity_text": side.name,
              "office": side.office}  # fmt: skip
    return {key: value for key, value in entity.items() if value}


RowWriter = Callable[[Told], Iterator[list[str]]]


def row_writer(format: str) -> tuple[tuple[str, ...], RowWriter]:
    """The columns and the writer of a tab-separated format."""
    if format in ("gdelt1", "gdelt2"):
        columns = GDELT1 if format == "gdelt1" else GDELT2
        return columns, lambda event: gdelt_rows(event, columns)
    if format == "icews":
        return ICEWS, icews_rows
    return POLECAT, PolecatWriter().rows
