"""Inputs in object storage: addresses that pyarrow knows, as s3://bucket/news.jsonl or gs://bucket/2024/."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from detente.ingest.records import Rejected

if TYPE_CHECKING:
    from typing import IO

SCHEMES = ("s3", "gs", "gcs", "abfs", "abfss", "hdfs", "file")


def is_remote(name: str) -> bool:
    return name.partition("://")[0] in SCHEMES and "://" in name


def expand_remote(address: str) -> Iterator[str | Rejected]:
    """The address of a file, or those of all files below a folder, sorted; hidden ones are passed over."""
    from pyarrow.fs import FileSelector, FileType

    try:
        files, path = _opened(address)
        kind = files.get_file_info(path).type
        if kind == FileType.File:
            yield address
        elif kind == FileType.Directory:
            base, (root, options) = path.rstrip("/"), _parted(address)
            found = files.get_file_info(FileSelector(path, recursive=True))
            below = sorted(info.path[len(base) :] for info in found if info.type == FileType.File)
            yield from (root.rstrip("/") + name + options for name in below if "/." not in name)
        else:
            yield Rejected(address, "missing_file")
    except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
        yield Rejected(address, "unreadable_file", str(error))


def name_of(address: str) -> str:
    """The address without its options (`?region=...`): what a file's kind is read from."""
    return _parted(address)[0]


def described(address: str) -> tuple[int, int | None]:
    """Bytes of a file and when it changed, in nanoseconds; (0, None) where it cannot be looked at."""
    try:
        files, path = _opened(address)
        info = files.get_file_info(path)
    except (OSError, ValueError):
        return 0, None
    return info.size or 0, info.mtime_ns


def _parted(address: str) -> tuple[str, str]:
    path, mark, options = address.partition("?")
    return path, mark + options


def open_remote(address: str) -> IO[bytes]:
    """Raises OSError where it cannot be read."""
    files, path = _opened(address)
    return cast("IO[bytes]", io.BufferedReader(files.open_input_file(path)))


def _opened(address: str) -> tuple[Any, str]:
    from pyarrow.fs import FileSystem

    files, path = FileSystem.from_uri(address)
    return files, path
