"""Full-text search: a tantivy index in the folder `<store>.search`, brought up to date when asked or by `prepare`.

The record of what is indexed is a document of the index itself, committed together with the texts: a process that is
killed leaves the last whole state. Where the folder cannot be used, the index is made in memory and kept while the
process lives.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import tantivy

from detente.errors import StoreError

if TYPE_CHECKING:
    from detente.store.store import Store

Kind = Literal["statement", "article"]

FORMAT = 1
MARK = "detente-search"  # in the folder: it is ours and may be removed
MOST_WORDS = 256
LEAST_RANKED = 2_000
BATCH = 20_000
MEMORY = 64_000_000  # bytes; one thread, so that a search does not take the machine
SEPARATOR = "\x1f"
TITLE_WEIGHT = 2.0
Progress = Callable[[int, int], None]
"""Is told how many of so many codings are in the index."""
_updating = threading.RLock()  # two threads would both find the index behind, and the second its folder locked
_in_memory: dict[Path, Any] = {}


def search(store: Store, kind: Kind, query: str, most: int | None = None) -> dict[str, int]:
    """The place of each match, the best first, by `key`; only texts that match all words and all "phrases" of it.

    `most`: only the best so many are wanted.
    """
    wanted = _terms(query)
    if not wanted:
        return {}
    index = _index(store)
    searcher = index.searcher()
    schema = index.schema
    parts = [(tantivy.Occur.Must, tantivy.Query.term_query(schema, "kind", kind))]
    parts += [(tantivy.Occur.Must, _anywhere(schema, phrase)) for phrase in wanted]
    limit = max(searcher.num_docs, 1)
    if most is not None:  # more than that, for of equal matches the first by key come first
        limit = min(limit, max(most, LEAST_RANKED))
    found = searcher.search(tantivy.Query.boolean_query(parts), limit=limit)
    keys = [(-score, searcher.doc(address)["key"][0]) for score, address in found.hits]
    return {key: place for place, (_, key) in enumerate(sorted(keys)[:most])}


def prepare(store: Store, progress: Progress | None = None) -> None:
    """Brings the index up to date, so that the first search does not wait for it."""
    _index(store, progress)


def key(article_id: str, coder_version: str, statement_id: str) -> str:
    """Of a statement; that of an article is its id."""
    return SEPARATOR.join((article_id, coder_version, statement_id))


def article_of(name: str) -> str:
    """The id of the article that a key names."""
    return name.rsplit(SEPARATOR, 2)[0]


def folder(store: Store) -> Path:
    return store.path.with_name(store.path.name + ".search")


def has_index(store: Store) -> bool:
    """Whether the index is kept beside the store; else each process makes it in memory."""
    return (folder(store) / MARK).exists()


def _analyzer() -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    steps = (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer("english"))
    for step in steps:
        builder = builder.filter(step)
    return builder.build()


def _terms(query: str) -> list[list[str]]:
    """Each word, and each phrase in quotation marks, as stems. No character is an operator."""
    analyzer = _analyzer()
    text = _plain(query.encode("utf-8", "replace").decode())
    phrases = [first or second for first, second in re.findall(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)', text)]
    found = [stems for phrase in phrases if (stems := analyzer.analyze(phrase))]
    if sum(map(len, found)) > MOST_WORDS:
        raise StoreError(f"a search has at most {MOST_WORDS} words, this one {sum(map(len, found))}")
    return found


def _plain(text: str) -> str:
    """Without the apostrophe in "don’t", which some print straight and some bent."""
    return re.sub(r"(?<=\w)['’ʼ](?=\w)", "", text)


def _anywhere(schema: Any, stems: list[str]) -> Any:
    """In the text or in the title."""
    in_fields = []
    for name, weight in (("text", 1.0), ("title", TITLE_WEIGHT)):
        if len(stems) > 1:
            query = tantivy.Query.phrase_query(schema, name, list(stems))
        else:
            query = tantivy.Query.term_query(schema, name, stems[0])
        in_fields.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, weight)))
    return tantivy.Query.boolean_query(in_fields)


def _index(store: Store, progress: Progress | None = None) -> Any:
    """The index with all that the store has."""
    path = folder(store)
    with _updating:
        with suppress(OSError):  # no permission, no room, a file of that name
            if _is_ours(path):
                for _ in range(2):
                    try:
                        return _updated(store, _open(path), progress)
                    except (OSError, ValueError, RuntimeError) as error:
                        if "lock" in str(error).casefold():  # another process brings it up to date
                            break
                        _clear(path)  # damaged, or of an older layout
        if path not in _in_memory:
            _in_memory[path] = _open(None)
        return _updated(store, _in_memory[path], progress)


def _is_ours(path: Path) -> bool:
    """Makes the folder where there is none."""
    path.mkdir(exist_ok=True)
    mark = path / MARK
    if mark.exists():
        return True
    if any(path.iterdir()):
        return False
    mark.touch()
    return True


def _clear(path: Path) -> None:
    """The mark goes last, so that a folder half cleared is still ours."""
    for file in path.iterdir():
        if file.name != MARK:
            file.unlink(missing_ok=True)


def _open(path: Path | None) -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("kind", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", stored=False, tokenizer_name="detente")
    builder.add_text_field("text", stored=False, tokenizer_name="detente")
    schema = builder.build()
    index = tantivy.Index(schema) if path is None else tantivy.Index(schema, path=str(path))
    index.register_tokenizer("detente", _analyzer())
    return index


def _updated(store: Store, index: Any, progress: Progress | None = None) -> Any:
    present, known = _state(store), _recorded(index)
    if known == present:
        return index
    # Codings are only ever added: what was indexed stands at the beginning, unless this is another store.
    start = known["codings"] if known and known == _state(store, known["codings"]) else 0
    writer = index.writer(heap_size=MEMORY, num_threads=1)
    try:
        if start == 0:
            writer.delete_all_documents()
        writer.delete_documents_by_term("kind", "state")
        for first in range(start, present["codings"], BATCH):
            for document in _documents(store, first, min(first + BATCH, present["codings"])):
                writer.add_document(tantivy.Document(**document))
            if progress:
                progress(min(first + BATCH, present["codings"]), present["codings"])
        writer.add_document(tantivy.Document(kind="state", key=json.dumps(present)))
        writer.commit()
    finally:
        writer.wait_merging_threads()
    index.reload()
    return index


def _state(store: Store, codings: int | None = None) -> dict[str, int]:
    """What the first so many codings (all of them) are."""
    where = "" if codings is None else f" WHERE rowid < {int(codings)}"
    sql = f"SELECT count(*) AS n, bit_xor(hash(rowid, article_id, coder_version)) AS h FROM codings{where}"
    row = store.rows(sql)[0]
    return {"format": FORMAT, "codings": int(row["n"]), "hash": int(row["h"] or 0)}


def _recorded(index: Any) -> dict[str, int] | None:
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.term_query(index.schema, "kind", "state"), limit=1).hits
    return dict(json.loads(searcher.doc(hits[0][1])["key"][0])) if hits else None


def _documents(store: Store, start: int, end: int) -> Iterator[dict[str, str]]:
    """Texts of the codings from `start` to `end`; an article comes with the first of its codings."""
    sql = """SELECT s.article_id, s.coder_version, s.id, s.text FROM statements s
             SEMI JOIN (SELECT * FROM codings WHERE rowid >= ? AND rowid < ?) c USING (article_id, coder_version)"""
    for row in store.rows(sql, [start, end]):
        name = key(row["article_id"], row["coder_version"], row["id"])
        yield {"kind": "statement", "key": name, "title": "", "text": _plain(row["text"])}
    sql = """SELECT id, title, text FROM articles WHERE id IN
             (SELECT article_id FROM codings GROUP BY 1 HAVING min(rowid) >= ? AND min(rowid) < ?)"""
    for row in store.rows(sql, [start, end]):
        yield {
            "kind": "article", "key": row["id"], "title": _plain(row["title"] or ""), "text": _plain(row["text"]),
        }  # fmt: skip
