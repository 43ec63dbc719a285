"""The record on disk: one DuckDB file, opened with `open_store(path, read_only=False) -> Store`.

Tables are in `migrations/*.sql`. Reading code uses the views `current_events`, `current_event_pairs`,
`current_statements`, `current_assessments`, `current_actors`, `current_links` and `current_rejections` (the newest
coder version of each article) and `articles`; the tables behind them keep every version. Rows of one article join on
`article_id`; ids (`e1`, `s2`, `x1`) are unique within an article. Dyad questions start from `current_event_pairs`
(source, target, event_date) joined to `current_events` on (article_id, coder_version, event_id = id).

`event_date` is the day (or the first day of the longer period, see `date_precision`) that the words give, else the day
of publication: `dated_by` is 'words', 'publication' or NULL (no date at all). `event_key` is the same for events of the
same type, date, source and target countries, in whatever article. `quote` is the shortest stretch of the sentence that
holds trigger, source and target; `sentence` the whole of it.

`Store.rows(sql, parameters) -> list[dict]` runs a query, `Store.arrow(sql, parameters) -> pyarrow.Table` too;
`detente.store.queries` has the typed ones.
"""

from detente.store.store import Store, WriteResult, open_store

__all__ = ["Store", "WriteResult", "open_store"]
