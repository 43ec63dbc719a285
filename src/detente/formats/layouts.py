"""The columns of each format, and what the header of a file says about where they stand."""

from __future__ import annotations

from dataclasses import dataclass

FORMATS = ("gdelt1", "gdelt2", "icews", "polecat", "plover", "csv", "parquet")


def _geo(role: str, with_adm2: bool) -> tuple[str, ...]:
    names = ["Type", "FullName", "CountryCode", "ADM1Code", *(["ADM2Code"] if with_adm2 else [])]
    return tuple(f"{role}Geo_{name}" for name in [*names, "Lat", "Long", "FeatureID"])


def _gdelt(with_adm2: bool) -> tuple[str, ...]:
    actor = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code")
    parts = (*actor, "Type1Code", "Type2Code", "Type3Code")
    return (
        "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
        *(f"Actor1{part}" for part in parts), *(f"Actor2{part}" for part in parts),
        "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions",
        "NumSources", "NumArticles", "AvgTone",
        *_geo("Actor1", with_adm2), *_geo("Actor2", with_adm2), *_geo("Action", with_adm2), "DATEADDED", "SOURCEURL",
    )  # fmt: skip


GDELT1 = _gdelt(with_adm2=False)
GDELT2 = _gdelt(with_adm2=True)
ICEWS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code",
    "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher", "City",
    "District", "Province", "Country", "Latitude", "Longitude",
)  # fmt: skip
POLECAT = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts", "Actor Name",
    "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw",
    "Wikipedia Actor ID", "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector",
    "Recipient Sectors", "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City",
    "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type",
    "Source", "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language", "Version",
)  # fmt: skip
PLOVER = ("record",)
COLUMNS = {"gdelt1": GDELT1, "gdelt2": GDELT2, "icews": ICEWS, "polecat": POLECAT, "plover": PLOVER}
MENTIONS_FIELDS = 16
KNOWN_COUNTS = {
    57: "gdelt1", 58: "gdelt1", 61: "gdelt2", 20: "icews", 39: "polecat", 40: "polecat",
    MENTIONS_FIELDS: "GDELT mentions, which are no events",
}  # fmt: skip
ALIASES = {"Event Intensity": "Intensity"}


@dataclass(frozen=True)
class Layout:
    """Where a file keeps its columns. `names`: as the file writes them; `types`: DuckDB's, of Parquet only.

    `counts`: how many cells a row may have. `header`: whether the file's first line was one.
    """

    names: tuple[str, ...]
    counts: tuple[int, ...] = ()
    header: bool = False
    types: tuple[str, ...] = ()

    def place(self, column: str) -> int | None:
        """Position of a column, from 1."""
        for position, name in enumerate(self.names, 1):
            if ALIASES.get(name, name) == column:
                return position
        return None


def layout_of(format: str, first: list[str], second: list[str] | None) -> Layout:
    """From the first two lines of a tab-separated file; `second` is None where there is but one.

    A first line that begins like a header is one. Where the header names more columns than the rows have cells, as
    some POLECAT files do, or lacks a name, the format's own order holds.
    """
    standard = COLUMNS[format]
    if not first or first[0].strip().casefold() != standard[0].casefold():
        return Layout(standard, _counts(format, len(standard)))
    names = tuple(name.strip() for name in _without_tail(first))
    rows = len(_without_tail(second)) if second else len(names)
    width = len(second) if second else len(names)
    if (format == "polecat" and len(names) > len(standard) >= rows) or (rows > len(names) and width == len(standard)):
        names = standard
    return Layout(names, _counts(format, len(names)), header=True)


def _counts(format: str, width: int) -> tuple[int, ...]:
    """Old GDELT files lack the address; everything else has all cells."""
    if format == "gdelt1" and width == len(GDELT1):
        return (width - 1, width)
    return (width,)


def _without_tail(cells: list[str]) -> list[str]:
    """Without the empty cells that trailing tabs make."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]
