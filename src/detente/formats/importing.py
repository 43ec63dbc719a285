"""Files of event data into the store: each file whole or not at all, the same one only once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from detente.errors import DetenteError, InputError
from detente.formats.layouts import Layout
from detente.formats.reading import READ_ERRORS, Block, opened, read_commas, read_lines, read_parquet, read_tabs
from detente.formats.schemes import SCHEMES, Scheme
from detente.formats.staging import Staging
from detente.formats.target import FileResult, Target

if TYPE_CHECKING:
    from detente.store import Store

NAMED = 20


@dataclass
class ImportSummary:
    """Figures of a run; `rejects` is the file with the rejected rows, None where there were none."""

    files: list[FileResult] = field(default_factory=list)
    rejects: Path | None = None

    @property
    def failed(self) -> bool:
        return any(each.rejected or each.failure for each in self.files)


Progress = Callable[[str, int], None]


def import_files(
    store: Store, paths: Sequence[str | Path], format: str, *, rejects: Path | None = None,
    columns: Mapping[str, str] | None = None, progress: Progress | None = None,
) -> ImportSummary:  # fmt: skip
    """Imports files of one format; a file that cannot be read is named in the summary, and the others are imported.

    `rejects`: where the rejected rows are written as JSON Lines, by default beside the store. `columns`: our name of a
    column to the file's, for CSV and Parquet. `progress` is called with the file and its rows so far.
    """
    scheme = SCHEMES.get(format)
    if scheme is None:
        raise InputError(f"unknown format {format!r}; known are {', '.join(SCHEMES)}")
    summary = ImportSummary()
    ids: list[str] = []
    for path in map(Path, paths):
        result = FileResult(str(path))
        summary.files.append(result)
        try:
            id_ = _file_id(path, format, columns or {})
            with store.transaction() as connection:
                target = Target(connection, format, id_, str(path))
                if not target.recall(result):
                    _import_file(target, result, scheme, columns or {}, progress)
                result.named = target.rejections(NAMED)
            ids.append(id_)
        except READ_ERRORS as error:
            result.failure = f"{path}: {getattr(error, 'strerror', None) or error}"
        except InputError as error:
            result.failure = str(error) if str(path) in str(error) else f"{path}: {error}"
    summary.rejects = _write_rejects(store, ids, rejects or store.path.with_name(f"{store.path.name}.rejects.jsonl"))
    return summary


def _file_id(path: Path, format: str, columns: Mapping[str, str]) -> str:
    """The same for the same bytes read in the same way, whatever the file's name."""
    digest = hashlib.sha256(json.dumps([format, sorted(columns.items())]).encode())
    with path.open("rb") as stream:
        while data := stream.read(1 << 20):
            digest.update(data)
    return digest.hexdigest()[:32]


def _import_file(
    target: Target, result: FileResult, scheme: Scheme, columns: Mapping[str, str], progress: Progress | None
) -> None:
    path = Path(result.path)
    blocks = _blocks(path, target.dataset)
    layout = next(blocks)
    assert isinstance(layout, Layout)
    staging = Staging(target.dataset, scheme, path)
    try:
        staging.begin(layout, _renamed(layout, columns, path))
        rows = cast("Iterator[Block]", blocks)
        target.insert(staging.events(rows, target.schema, lambda n: progress(result.path, n) if progress else None))
        if staging.failure:
            raise staging.failure
        target.reject(staging.rejects())
        result.repeated = target.mark_repeated(scheme.id_with_date)
        result.mirrors = target.mark_mirrors(staging.mirrors())
    finally:
        staging.close()
    result.added, result.rejected, result.recoded = target.added, staging.rejected, staging.recoded
    result.present = staging.read - staging.bad - target.added
    target.finish(staging.layout, result.present, result.rejected, result.recoded)


def _blocks(path: Path, format: str) -> Iterator[Layout | Block]:
    if format == "parquet":
        yield from read_parquet(path)
        return
    with opened(path) as stream:
        if format == "csv":
            yield from read_commas(stream, path)
        elif format == "plover":
            yield from read_lines(stream)
        else:
            yield from read_tabs(stream, format)


def _renamed(layout: Layout, columns: Mapping[str, str], path: Path) -> Layout:
    """The layout with our names for the columns that the caller names."""
    missing = [theirs for theirs in columns.values() if theirs not in layout.names]
    if missing:
        raise InputError(f"no column {missing[0]!r} among {', '.join(layout.names)[:300]}", path=path)
    ours = {theirs: name for name, theirs in columns.items()}
    return replace(layout, names=tuple(ours.get(name, name) for name in layout.names))


def _write_rejects(store: Store, ids: Iterable[str], path: Path) -> Path | None:
    """All rejected rows of these files, also of those imported by an earlier run; None where there are none."""
    sql = """SELECT f.path, r.line, r.reason, r.detail, r.row_text
             FROM imported_rejections r JOIN imported_files f ON f.id = r.file_id
             WHERE r.file_id IN (SELECT unnest(?)) ORDER BY f.number, r.line"""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    number = 0
    try:
        for batch in store.batches(sql, [list(ids)]):
            with draft.open("a", encoding="utf-8", newline="\n") as stream:
                for row in batch.to_pylist():
                    record = {
                        "file": row["path"], "line": row["line"], "reason": row["reason"], "detail": row["detail"],
                        "row": row["row_text"],
                    }  # fmt: skip
                    stream.write(json.dumps(record, ensure_ascii=False) + "\n")
                    number += 1
        if not number:
            return None
        os.replace(draft, path)
    except OSError as error:
        raise DetenteError(f"{path}: the rejected rows cannot be written ({error.strerror}); see --rejects") from error
    finally:
        draft.unlink(missing_ok=True)
    return path
