"""The coding schemes as data: PLOVER, CAMEO, Goldstein, both quads, and the crosswalk between them."""

from detente.ontology.tables import (
    CameoCode,
    Context,
    PloverMode,
    PloverType,
    cameo_codes,
    cameo_quad,
    contexts,
    goldstein,
    intensity,
    modes,
    plover_quad,
    types,
)

__all__ = [
    "CameoCode",
    "Context",
    "PloverMode",
    "PloverType",
    "cameo_codes",
    "cameo_quad",
    "contexts",
    "goldstein",
    "intensity",
    "modes",
    "plover_quad",
    "types",
]
