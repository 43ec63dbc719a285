"""The events that reports tell as far as a question knows them: what is settled, and the rest worked out anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from detente.relations.columns import Reports
from detente.relations.imported import Rows
from detente.relations.narrow import numbered
from detente.relations.parameters import Parameters
from detente.relations.settling import LARGE, MARGIN, NUMBER_BITS, TOLD, rows_to_settle, settled_rows

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def regrouped(
    store: Rows, codes: Sequence[tuple[str, str]], reports: Reports, table: pa.Table, parameters: Parameters,
    last: date | None = None, torn: np.ndarray | None = None,
) -> dict[str, np.ndarray]:  # fmt: skip
    """The columns `telling` and `place` for the reports that the table holds, and no others.

    `codes` are those of the pairs that `reports` counts in, each in the order of the alphabet. Settled neighbourhoods
    that are there as a whole, and that no new report may touch, are as they were settled. Of large ones that are
    not, what lies long before the `last` day that is known, or far from what is new, is as it was settled too. Where
    what lies before the table is known as well, `torn` says by `keys_of` of which something else is missing.
    """
    redo = unsettled(reports, table, parameters, last, torn)
    telling, place = reports["telling"].copy(), reports["place"].copy()
    if redo.any():
        keys = table.filter(redo).select(["article_id", "event_id"])
        names = (keys[name].to_pylist() for name in ("article_id", "event_id"))
        pairs = (codes[pair] for pair in reports["pair"][redo])
        wanted = [(*pair, article, event) for pair, article, event in zip(pairs, *names, strict=True)]
        rows = rows_to_settle(store, wanted, parameters.modality_weight)
        settled = settled_rows(rows)
        found = {(r["a"], r["b"], r["article_id"], r["event_id"]): s for r, s in zip(rows, settled, strict=True)}
        for at, key in zip(redo.nonzero()[0], wanted, strict=True):
            telling[at], place[at] = found[key].telling, found[key].place
    return {"telling": telling, "place": place}


def keys_of(codes: pa.ChunkedArray, areas: pa.ChunkedArray, names: Sequence[str]) -> np.ndarray:
    """Numbers of the neighbourhoods of pairs that `names` counts ("RUS-USA"); other pairs are passed over."""
    import numpy as np

    places = {name: i for i, name in enumerate(names)}
    at, found = numbered(codes)
    pair = np.array([places.get(name, -1) for name in found], dtype=np.int64)[at]
    known = pair >= 0
    return np.asarray(areas.to_numpy()[known] + (pair[known] << NUMBER_BITS))


def unsettled(
    reports: Reports, table: pa.Table, parameters: Parameters, last: date | None = None,
    torn: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """Which rows are to be worked out."""
    import numpy as np

    counts = reports.weighed(parameters)
    if set(parameters.modality_weight) != set(TOLD):
        return counts
    loose = counts & (reports["area"] < 0)
    settled = counts & ~loose
    area = reports["area"] + (reports["pair"] << NUMBER_BITS)  # the first event of an area can be of several pairs
    if torn is None:
        _, at, sizes = np.unique(area[settled], return_inverse=True, return_counts=True)
        again = np.unique(area[settled][sizes[at] != reports["area_size"][settled]])
    else:
        again = torn
    redo = settled & np.isin(area, again)
    if last is not None:
        redo = _near(reports, redo, reports["day"] >= last.toordinal() - MARGIN)
    if loose.any():
        touched = settled & _touched(reports, table, loose)
        redo |= _near(reports, settled & np.isin(area, area[touched]), touched)
    return loose | redo


def _near(reports: Reports, rows: np.ndarray, near: np.ndarray) -> np.ndarray:
    """These rows, but of large neighbourhoods the groups alone of which some row is near."""
    import numpy as np

    told = reports["telling"] + (reports["pair"] << NUMBER_BITS)
    return np.asarray(rows & ((reports["area_size"] <= LARGE) | np.isin(told, told[rows & near])))


def _touched(reports: Reports, table: pa.Table, loose: np.ndarray) -> np.ndarray:
    """Rows of whose pair something is loose that lies near, or is of a near duplicate of their article."""
    import numpy as np

    touched = np.zeros(len(loose), dtype=bool)
    family = table["family"].to_numpy(zero_copy_only=False)
    for pair in np.unique(reports["pair"][loose]):
        mine = np.flatnonzero(reports["pair"] == pair)
        new = mine[loose[mine]]
        days, own = np.unique(reports["day"][new]), reports["day"][mine]
        after = np.minimum(np.searchsorted(days, own), len(days) - 1)
        gaps = np.minimum(np.abs(days[after] - own), np.abs(days[np.maximum(after - 1, 0)] - own))
        touched[mine] = (gaps <= MARGIN) | np.isin(family[mine], np.unique(family[new]))
    return touched
