"""The formats that can be imported: what their columns mean, and how their codes are explained.

A mapping gives one SQL expression a field; `coding` and the parties are keys that `detente.formats.codes` explains once
each. `problem` is NULL for a good row, else "reason: what is wrong". Cells are never NULL but in Parquet files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from detente.formats.cameo_mapping import gdelt_fields, icews_fields
from detente.formats.codes import (
    Coding,
    Party,
    coding_of_cameo,
    coding_of_plover,
    party_of_cameo,
    party_of_icews,
    party_of_plover,
)
from detente.formats.fields import Fields
from detente.formats.layouts import Layout
from detente.formats.plover_mapping import own_fields, plover_fields, polecat_fields


@dataclass(frozen=True)
class Scheme:
    """How a format's keys are explained, and what tells a row from its repetition."""

    fields: Callable[[Layout], Fields]
    coding: Callable[[str], Coding]
    party: Callable[[str], Party]
    place_scheme: str | None = None
    id_with_date: bool = False


def _coding_of_types(key: str) -> Coding:
    event, _, rest = key.partition("|")
    mode, _, cameo = rest.rpartition("|")  # a mode may hold any letter
    if not event:
        return coding_of_cameo(cameo)
    return coding_of_plover(event, mode or None, cameo or None)


SCHEMES: Mapping[str, Scheme] = {
    "gdelt1": Scheme(lambda layout: gdelt_fields(layout, "gdelt1"), coding_of_cameo, party_of_cameo, "fips"),
    "gdelt2": Scheme(lambda layout: gdelt_fields(layout, "gdelt2"), coding_of_cameo, party_of_cameo, "fips"),
    "icews": Scheme(icews_fields, coding_of_cameo, party_of_icews, "icews", id_with_date=True),
    "polecat": Scheme(polecat_fields, _coding_of_types, party_of_plover, "iso"),
    "plover": Scheme(plover_fields, _coding_of_types, party_of_plover, "iso"),
    "csv": Scheme(own_fields, _coding_of_types, party_of_plover),
    "parquet": Scheme(own_fields, _coding_of_types, party_of_plover),
}
