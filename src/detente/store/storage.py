"""A folder of files, on disk or in object storage, in which a file is seen whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq

from detente.errors import StoreError, StoreFull, StoreReadOnly

FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


class Folder:
    """`root` is a path, or an address that pyarrow knows, as s3://bucket/news or gs://bucket/news."""

    def __init__(self, root: str | Path) -> None:
        self.root = str(root)
        if "://" in self.root:
            try:
                self.files, self._base = pyarrow.fs.FileSystem.from_uri(self.root)
            except (pa.ArrowException, OSError) as error:
                raise StoreError(f"{self.root}: no folder that can be opened ({error})") from error
        else:
            self.files, self._base = pyarrow.fs.LocalFileSystem(), os.path.abspath(self.root)

    @property
    def local(self) -> Path | None:
        """The folder on disk; None where it is elsewhere."""
        return Path(self._base) if isinstance(self.files, pyarrow.fs.LocalFileSystem) else None

    def path(self, name: str) -> str:
        return f"{self._base}/{name}"

    def exists(self, name: str) -> bool:
        return bool(self.files.get_file_info(self.path(name)).type == pyarrow.fs.FileType.File)

    def names(self, below: str) -> list[str]:
        """Names of the files right below, sorted; drafts of a run that was cut off are no files."""
        selector = pyarrow.fs.FileSelector(self.path(below), allow_not_found=True)
        return sorted(
            info.base_name
            for info in self.files.get_file_info(selector)
            if info.type == pyarrow.fs.FileType.File and not info.base_name.startswith(".")
        )

    def folders(self, below: str) -> list[str]:
        selector = pyarrow.fs.FileSelector(self.path(below), allow_not_found=True)
        found = self.files.get_file_info(selector)
        return sorted(info.base_name for info in found if info.type == pyarrow.fs.FileType.Directory)

    def delete(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self.files.delete_file(self.path(name))

    def delete_folder(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self.files.delete_dir(self.path(name))

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """A stream whose file appears under its name when the block is left without an error.

        Object storage shows an object once it is closed; on disk a draft is renamed.
        """
        path = self.path(name)
        folder, _, base = path.rpartition("/")
        draft = path if self.local is None else f"{folder}/.{base}.{uuid.uuid4().hex}.part"
        try:
            self.files.create_dir(folder, recursive=True)
            try:
                with self.files.open_output_stream(draft) as stream:
                    yield stream
                if draft != path:
                    os.replace(draft, path)
            finally:
                if draft != path:
                    Path(draft).unlink(missing_ok=True)
        except OSError as error:
            raise self._named(error) from error

    def write(self, name: str, data: bytes) -> None:
        with self.writing(name) as stream:
            stream.write(data)

    def write_table(self, name: str, table: pa.Table) -> None:
        with self.writing(name) as stream:
            pq.write_table(table, stream, compression="zstd")

    def write_json(self, name: str, value: object) -> None:
        self.write(name, json.dumps(value, ensure_ascii=True, indent=1).encode())

    def read_json(self, name: str) -> Any:
        with self.files.open_input_stream(self.path(name)) as stream:
            return json.loads(stream.read())

    def parquet(self, name: str) -> pq.ParquetFile:
        return pq.ParquetFile(self.files.open_input_file(self.path(name)))

    def _named(self, error: OSError) -> StoreError:
        if error.errno in FULL:
            return StoreFull(
                f"{self.root}: no room to write ({os.strerror(error.errno)}); what is complete is kept. "
                "Free some space; the same command goes on"
            )
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return StoreReadOnly(f"{self.root}: the folder is not writable; choose another with --store")
        return StoreError(f"{self.root}: cannot be written ({error})")
