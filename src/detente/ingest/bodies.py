"""Bodies of HTTP answers without their encodings, never unpacked to more than is allowed."""

from __future__ import annotations

import zlib

GZIP = b"\x1f\x8b"


class BrokenBody(Exception):
    """A body that its encoding does not explain."""


class Unpacker:
    """Takes a body piece by piece; `size` counts what it unpacked to. Reads gzip and deflate, and none at all."""

    def __init__(self, encoding: str, limit: int) -> None:
        """`encoding` as in Content-Encoding. Raises BrokenBody for one that is not known."""
        names = [name for each in encoding.split(",") if (name := each.strip().lower()) not in ("", "identity")]
        if len(names) > 1 or (names and names[0] not in ("gzip", "x-gzip", "deflate")):
            raise BrokenBody(f"compressed as {encoding!r}; known are gzip and deflate")
        self._name = names[0] if names else None
        self._inflate: zlib._Decompress | None = None
        self._parts: list[bytes] = []
        self._limit = limit
        self.size = 0

    @property
    def full(self) -> bool:
        """True once there is more than the limit; then nothing more is taken."""
        return self.size > self._limit

    def feed(self, data: bytes) -> None:
        if self._name is None:
            self._keep(data)
            return
        while data and not self.full:
            inflate = self._inflate = self._inflate or self._start(data)
            try:
                self._keep(inflate.decompress(data, self._limit - self.size + 1))
            except zlib.error as error:
                raise BrokenBody(f"broken {self._name} ({error})") from None
            if not inflate.eof:
                data = inflate.unconsumed_tail
            elif inflate.unused_data.startswith(GZIP):  # one more gzip member
                data, self._inflate = inflate.unused_data, None
            else:
                return

    def result(self) -> bytes:
        if self._inflate is not None and not self._inflate.eof and not self.full:
            raise BrokenBody(f"broken {self._name} (it ends too early)")
        return b"".join(self._parts)

    def _start(self, data: bytes) -> zlib._Decompress:
        if data.startswith(GZIP):
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        if self._name != "deflate":
            # Archives and careless servers keep the header of an encoding that is already undone.
            raise BrokenBody("broken gzip (it does not begin as such)")
        is_zlib = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] << 8 | data[1]) % 31 == 0)
        return zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)

    def _keep(self, data: bytes) -> None:
        self._parts.append(data)
        self.size += len(data)


def decode_body(data: bytes, encoding: str, limit: int) -> bytes | None:
    """The body unpacked; None where that is more than `limit` bytes. Raises BrokenBody."""
    if encoding.strip().lower() in ("gzip", "x-gzip") and not data.startswith(GZIP):
        return data if len(data) <= limit else None  # archives keep the header of an encoding that they have undone
    unpacker = Unpacker(encoding, limit)
    unpacker.feed(data)
    return None if unpacker.full else unpacker.result()


def join_chunks(data: bytes) -> bytes:
    """A body in HTTP chunks as one piece; one that is in none, as archives that undid them keep it, as it is."""
    parts: list[bytes] = []
    place = 0
    while True:
        end = data.find(b"\r\n", place, place + 1000)
        size = data[place:end].partition(b";")[0].strip()
        if end < 0 or not size or not all(byte in b"0123456789abcdefABCDEF" for byte in size):
            if not parts:
                return data
            raise BrokenBody("broken chunks")
        length = int(size, 16)
        if not length:
            return b"".join(parts)
        place = end + 2 + length + 2
        if place - 2 > len(data):
            raise BrokenBody("broken chunks (they end too early)")
        parts.append(data[end + 2 : place - 2])
