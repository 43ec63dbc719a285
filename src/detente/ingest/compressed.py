"""Compressed inputs as streams of what is in them, known by their first bytes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import IO, cast

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")


def _gzip(stream: IO[bytes]) -> IO[bytes]:
    import gzip

    return cast(IO[bytes], gzip.GzipFile(fileobj=stream))


def _bz2(stream: IO[bytes]) -> IO[bytes]:
    import bz2

    return bz2.open(stream)


def _xz(stream: IO[bytes]) -> IO[bytes]:
    import lzma

    return lzma.open(stream)


def _zstd(stream: IO[bytes]) -> IO[bytes]:
    import zstandard

    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return cast(IO[bytes], reader)


MAGIC: dict[bytes, Callable[[IO[bytes]], IO[bytes]]] = {
    b"\x1f\x8b\x08": _gzip, b"BZh": _bz2, b"\xfd7zXZ\x00": _xz, b"(\xb5/\xfd": _zstd,
}  # fmt: skip


def unpacked(stream: io.BufferedReader) -> io.BufferedReader | None:
    """A stream of the content; None where the stream is not compressed."""
    head = stream.peek(8)[:8]
    for magic, opener in MAGIC.items():
        if head.startswith(magic):
            return io.BufferedReader(cast(io.RawIOBase, opener(stream)))
    return None


def unpacking_errors() -> tuple[type[Exception], ...]:
    """What damaged compressed data raises while it is read, OSError apart."""
    import lzma

    import zstandard

    return (EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError)
