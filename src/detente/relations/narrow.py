"""Reports of pairs of countries from the store's narrow columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from detente.relations.columns import Reports

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

NUMBER_OF = "coalesce({0}::DATE - DATE '0001-01-01' + 1, 0)::BIGINT"
"""An ordinal day, as Python counts them, 0 for none."""
PAIRED = "p.source <> p.target AND (p.source < p.target OR NOT p.mutual)"
"""Each event once a pair: a mutual one has a row in each direction."""
BETWEEN = "((p.source = $a AND p.target = $b) OR (p.source = $b AND p.target = $a AND NOT p.mutual))"
"""The same for two codes of which the first comes before the second."""
NARROW = f"""
    {NUMBER_OF.format("p.day")} AS day, p.slack::BIGINT AS slack, p.guessed,
    CASE WHEN p.mutual THEN 2 WHEN p.source < p.target THEN 0 ELSE 1 END::BIGINT AS direction, p.event AS type,
    p.plover_quad::BIGINT AS quad, p.modality, p.intensity, p.confidence, p.on_targets_word,
    {NUMBER_OF.format("p.published")} AS published, nullif(p.publisher, '') AS publisher,
    p.original IS NOT NULL AS copy, coalesce(p.telling, -1) AS telling, coalesce(p.place, 0)::BIGINT AS place,
    coalesce(p.area, -1) AS area, coalesce(p.area_size, 0)::BIGINT AS area_size"""
TRACES = """p.article_id, p.event_id, p.coder_version, p.dyad, coalesce(p.original, p.article_id) AS family,
    CASE WHEN coalesce(p.attribution_id, '') = '' THEN 0 ELSE hash(p.article_id, p.attribution_id) END::UBIGINT
        AS statement, hash(p.article_id) AS article"""
"""What leads to the words of a row, and to what else its article holds."""
_TEXTS = ("type", "modality", "publisher")
_PLAIN = ("day", "slack", "guessed", "direction", "quad", "intensity", "confidence", "on_targets_word", "published",
          "copy", "telling", "place", "area", "area_size")  # fmt: skip


def columns_from(table: pa.Table) -> Reports:
    """Of an answer with the columns `NARROW`; `pair`, `article` and `statement` are taken over where they are there."""
    import numpy as np

    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in _PLAIN}
    columns["voices"] = np.ones(table.num_rows, dtype=np.int64)
    for name in ("pair", "article", "statement"):
        known = name in table.column_names
        columns[name] = (
            table[name].to_numpy(zero_copy_only=False) if known else np.zeros(table.num_rows, dtype=np.int64)
        )
    lists = []
    for name in _TEXTS:
        columns[name], names = numbered(table[name])
        lists.append(names)
    return Reports(columns, lists[0], lists[1], lists[2], lambda rows: list(table["article_id"].take(rows).to_pylist()))


def numbered(column: pa.ChunkedArray) -> tuple[np.ndarray, list[str]]:
    """Places in a list of the values, -1 for none, and the list."""
    import numpy as np

    coded = column.combine_chunks().dictionary_encode()
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(places, dtype=np.int64), coded.dictionary.to_pylist()


def text_list(texts: Iterable[Any]) -> str:
    """For SQL's IN: values that stand in the query itself let files be passed over by their statistics."""
    quoted = sorted({"'" + str(text).replace("'", "''") + "'" for text in texts})
    return ", ".join(quoted) or "NULL"
