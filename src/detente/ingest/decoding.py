"""Bytes to text. Nothing is ever replaced: bytes that no encoding explains raise `UnreadableText`."""

from __future__ import annotations

import codecs
import re

from detente.errors import UnreadableText

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16-LE
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SIGNATURES = {
    b"%PDF-": "a PDF file", b"PK\x03\x04": "a ZIP or Office file", b"\x1f\x8b": "a gzip file", b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image", b"GIF8": "an image", b"\x7fELF": "a program", b"MZ\x90": "a program",
    b"\xd0\xcf\x11\xe0": "an old Office file", b"BZh": "a bzip2 file", b"\xfd7zXZ": "an xz file",
    b"(\xb5/\xfd": "a zstd file", b"SQLite format 3": "a database", b"OggS": "audio", b"ID3": "audio",
}  # fmt: skip
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_C1 = re.compile(r"[\x80-\x9f]")
SAMPLE = 100_000


def decode(data: bytes) -> str:
    """The text of the bytes, without byte order mark."""
    return _strict(data, encoding_of(data))


def encoding_of(data: bytes) -> str:
    """Name of the encoding; of a long text's beginning, too, so that tables can be read in a stream."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return encoding
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            raise UnreadableText(f"this is {kind}, not text")
    sample = data[:SAMPLE]
    if len(_CONTROL.findall(sample)) > max(1, len(sample)) * 0.005:
        raise UnreadableText("binary data, not text")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)  # a sample may end within a character
    except UnicodeDecodeError as error:
        return _legacy(data, error)
    return "utf-8"


def _legacy(data: bytes, error: UnicodeDecodeError) -> str:
    multibyte = len(_MULTIBYTE.findall(data))
    stray = sum(byte >= 0x80 for byte in _MULTIBYTE.sub(b"", data[:SAMPLE]))
    if multibyte and multibyte >= stray:
        raise UnreadableText(f"broken UTF-8 at byte {error.start}")
    high = sum(byte >= 0x80 for byte in data[:SAMPLE])
    # A few high bytes among English letters are Western quotation marks and accents; statistics err on so little.
    if high <= 0.05 * min(len(data), SAMPLE) and _decodes(data, "cp1252"):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(data[:SAMPLE]).best()
    if best is None or not _decodes(data, best.encoding):
        raise UnreadableText("text in no known encoding; save it as UTF-8")
    return str(best.encoding)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        return not _C1.search(data.decode(encoding))
    except (UnicodeDecodeError, LookupError):
        return False


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableText(f"broken {encoding.upper()} at byte {error.start}") from None
