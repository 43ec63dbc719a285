"""Outlines of countries on the Equal Earth projection, from the package countryinfo (generalised; no claim is made).

The projection is that of Šavrič, Patterson and Jenny (2018): areas stay comparable, and it looks familiar.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

WIDTH, HEIGHT = 960.0, 415.0
SOUTH = -58.0  # degrees; Antarctica is left out
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_REACH = 2.70663  # x of the equator's end
_SCALE = WIDTH / (2 * _REACH)
_TOP = 1.3173627591574133  # y of the pole


@dataclass(frozen=True)
class Outline:
    """`path` in SVG, None for a country that is too small to have one; `x`, `y`: where its name would stand."""

    code: str
    path: str | None
    x: float
    y: float


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Place on the map, from its upper left corner."""
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    a1, a2, a3, a4 = _A
    slope = 9 * a4 * theta**8 + 7 * a3 * theta**6 + 3 * a2 * theta**2 + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    y = a4 * theta**9 + a3 * theta**7 + a2 * theta**3 + a1 * theta
    return (x + _REACH) * _SCALE, (_TOP - y) * _SCALE


@cache
def outlines() -> tuple[Outline, ...]:
    """By code; the larger countries first, so that small ones lie on top."""
    from countryinfo import all_countries

    found: dict[str, tuple[float, Outline]] = {}
    for country in all_countries():
        info: dict[str, Any] = dict(country.info())
        code = info.get("ISO", {}).get("alpha3")
        place = info.get("latlng")
        if not code or code == "ATA" or not place:
            continue
        path = "".join(_rings(info.get("geo_json") or info.get("geoJSON") or {}))
        x, y = project(float(place[1]), float(place[0]))
        outline = Outline(code, path or None, round(x, 1), round(y, 1))
        if code not in found or (path and not found[code][1].path):
            found[code] = (float(info.get("area") or 0), outline)
    return tuple(outline for _, outline in sorted(found.values(), key=lambda item: (-item[0], item[1].code)))


def _rings(shape: dict[str, Any]) -> Iterator[str]:
    for feature in shape.get("features", ()):
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        for polygon in polygons:
            for ring in polygon:
                if min(latitude for _, latitude in ring) > SOUTH:
                    yield _path(ring)


def _path(ring: list[list[float]]) -> str:
    """Points that fall together on the map are drawn once."""
    points: list[str] = []
    for longitude, latitude in ring:
        x, y = project(longitude, latitude)
        point = f"{x:.1f} {y:.1f}"
        if not points or points[-1] != point:
            points.append(point)
    return f"M{'L'.join(points)}Z" if len(points) > 2 else ""
