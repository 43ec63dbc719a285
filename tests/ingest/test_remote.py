"""Addresses of storage are read as files are; `file://` goes the same way as s3:// through pyarrow."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from detente.ingest import remote
from detente.ingest.records import Rejected
from detente.ingest.sources import read_articles
from detente.records import Article

TEXT = "Officials said that Russia was to blame for the crisis."


def read(path: str) -> list[str]:
    found = read_articles([path])
    return [item.text if isinstance(item, Article) else item.reason for item in found]


def test_address_of_a_file_and_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "b.txt").write_text(TEXT)
    (tmp_path / "2024" / ".hidden").write_text(TEXT)
    with gzip.open(tmp_path / "a.jsonl.gz", "wt") as stream:
        stream.write(f'{{"text": "{TEXT}"}}\n{{"text": "Short."}}\n')
    assert read(f"file://{tmp_path}/2024/b.txt") == [TEXT]
    assert read(f"file://{tmp_path}") == read(f"file://{tmp_path}/") == [TEXT, TEXT, "too_short"]


class Bucket:
    """A bucket behind options of its address, as s3://corpus?region=x has them; kept in a folder."""

    def __init__(self, folder: Path) -> None:
        from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

        self.files = SubTreeFileSystem(str(folder), LocalFileSystem())
        self.asked: list[str] = []

    def opened(self, address: str) -> tuple[object, str]:
        self.asked.append(address)
        path, _, options = address.partition("?")
        assert options == "region=here"
        return self.files, path.removeprefix("s3://")


def test_options_of_an_address_stay_behind_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "corpus" / "2024").mkdir(parents=True)
    (tmp_path / "corpus" / "2024" / "a.jsonl").write_text(f'{{"text": "{TEXT}"}}\n')
    bucket = Bucket(tmp_path)
    monkeypatch.setattr(remote, "_opened", bucket.opened)
    assert read("s3://corpus/?region=here") == [TEXT]
    assert bucket.asked[-1] == "s3://corpus/2024/a.jsonl?region=here"
    size, changed = remote.described(bucket.asked[-1])
    assert size == (tmp_path / "corpus" / "2024" / "a.jsonl").stat().st_size
    assert changed is not None


def test_address_with_nothing_behind_it_is_rejected(tmp_path: Path) -> None:
    (missing,) = read_articles([f"file://{tmp_path}/none.txt"])
    assert isinstance(missing, Rejected)
    assert (missing.path, missing.reason) == (f"file://{tmp_path}/none.txt", "missing_file")
    assert read("s3://?no bucket/") == ["unreadable_file"]
