"""The wheel holds all that coding needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NEEDED = (
    "detente/py.typed",
    "detente/ontology/data/cameo.tsv",
    "detente/actors/data/countries.tsv",
    "detente/actors/data/holders/europe.tsv",
    "detente/coding/lang/en/words.toml",
    "detente/coding/lang/en/frames/accuse.toml",
    "detente/coding/lang/en/attribution_verbs.tsv",
    "detente/reading/lemmas.tsv",
    "detente/samples/corpus.jsonl",
    "detente/store/migrations/0001_initial.sql",
    "detente/encoder/model/relation.onnx",
    "detente/encoder/model/tokenizer.json",
)
READS = (
    "import sys; sys.path.insert(0, sys.argv[1]); import detente; assert detente.__file__.startswith(sys.argv[1]); "
    "print(detente.code('Norway condemned Belarus on Monday.', published='2021-03-18').events[0].event)"
)


@pytest.mark.package
def test_wheel_is_whole_and_codes(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(unpacked)
    assert set(NEEDED) <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    reads = subprocess.run(
        [sys.executable, "-c", READS, str(unpacked)], capture_output=True, text=True, timeout=120, cwd=tmp_path
    )
    assert reads.stdout.strip() == "ACCUSE", reads.stderr[-2000:]
