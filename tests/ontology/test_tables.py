"""The coding schemes as data: counts, quads, scores, the mended crosswalk, errors."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from detente import ontology
from detente.errors import DataError, UnknownCode
from detente.ontology.tables import listed, read_table

# Codes under each CAMEO root; 313 is the standard's 312 with 1214, which only the official crosswalk has.
CODES_BY_ROOT = {
    "01": 11, "02": 28, "03": 29, "04": 8, "05": 9, "06": 6, "07": 7, "08": 26, "09": 6, "10": 28,
    "11": 13, "12": 29, "13": 23, "14": 27, "15": 6, "16": 14, "17": 13, "18": 14, "19": 8, "20": 8,
}  # fmt: skip
QUADS = {
    1: {"AGREE", "CONSULT", "SUPPORT", "CONCEDE"},
    2: {"COOPERATE", "AID", "RETREAT"},
    3: {"REQUEST", "ACCUSE", "REJECT", "THREATEN"},
    4: {"PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"},
}
# code: (type, mode, a context) after the mend
MENDS = {
    "016": ("REJECT", None, None),
    "020": ("REQUEST", None, None),
    "0233": ("REQUEST", "assist", None),
    "0253": ("REQUEST", "yield", None),
    "026": ("REQUEST", "meet", None),
    "0333": ("AGREE", None, "human_security"),
    "0811": ("CONCEDE", None, "pro_democracy"),
    "0813": ("CONCEDE", None, "legal"),
    "0842": ("RETREAT", "release", "legal"),
    "085": ("CONCEDE", None, "economic"),
    "0871": ("CONCEDE", None, "military"),
    "1214": ("REJECT", "assist", "intelligence"),
    "132": ("THREATEN", "restrict", "executive"),
    "163": ("SANCTION", "discontinue", "diplomatic"),
    "1712": ("ASSAULT", "destroy", "human_security"),
    "1722": ("COERCE", "restrict", "pro_autocracy"),
    "175": ("ASSAULT", "crowd-control", "repression"),
    "185": ("ASSAULT", "targeted", None),
    "20": ("ASSAULT", None, None),
    "202": ("ASSAULT", "targeted", "religion_ethnicity"),
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with one table of two columns."""
    data = tmp_path / "tables_of_a_test" / "data"
    data.mkdir(parents=True)
    (tmp_path / "tables_of_a_test" / "__init__.py").touch()
    (data / "good.tsv").write_text('a\tb\n1\t"two"\n', encoding="utf-8")
    (data / "short.tsv").write_text("a\tb\n1\t2\n1\n1\t2\t3\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "tables_of_a_test"
    sys.modules.pop("tables_of_a_test", None)


def test_counts() -> None:
    assert len(ontology.types()) == 16
    assert len(ontology.contexts()) == 37
    assert len(ontology.cameo_codes()) == 313


def test_cameo_codes_by_root() -> None:
    assert Counter(code.root for code in ontology.cameo_codes().values()) == CODES_BY_ROOT


def test_cameo_code_has_its_parents() -> None:
    codes = ontology.cameo_codes()
    assert [code for code in codes if len(code) > 2 and code[:-1] not in codes] == []


def test_cameo_names_are_there_and_tell_codes_apart() -> None:
    names = [code.name for code in ontology.cameo_codes().values()]
    assert all(name and name == name.strip() for name in names)
    assert len(set(names)) == len(names)


def test_cameo_goldstein_lies_on_its_scale() -> None:
    assert all(-10 <= code.goldstein <= 10 for code in ontology.cameo_codes().values())


def test_intensity_lies_on_its_scale() -> None:
    scores = [t.intensity for t in ontology.types().values()] + [
        m.intensity for m in ontology.modes().values() if m.intensity is not None
    ]
    assert all(-10 <= score <= 10 for score in scores)


@pytest.mark.parametrize(("quad", "events"), QUADS.items())
def test_plover_quad_of_types(quad: int, events: set[str]) -> None:
    assert {event for event in ontology.types() if ontology.plover_quad(event) == quad} == events


@pytest.mark.parametrize("root", CODES_BY_ROOT)
def test_cameo_quad_by_root(root: str) -> None:
    number = int(root)
    expected = 1 if number < 6 else 2 if number < 10 else 3 if number < 15 else 4
    assert {ontology.cameo_quad(code) for code in ontology.cameo_codes() if code.startswith(root)} == {expected}


@pytest.mark.parametrize(("root", "cameo", "plover"), [("08", 2, 1), ("09", 2, 3), ("14", 3, 4)])
def test_quads_disagree_where_the_schemes_do(root: str, cameo: int, plover: int) -> None:
    types = [c.plover for c in ontology.cameo_codes().values() if c.root == root and c.plover]
    assert ontology.cameo_quad(root) == cameo
    assert plover in {ontology.plover_quad(event) for event in types}


def test_crosswalk_leaves_out_statements_only() -> None:
    without = {code.code for code in ontology.cameo_codes().values() if code.plover is None}
    assert without == {"01", "010", "011", "012", "013", "014", "015", "017", "018", "019"}


@pytest.mark.parametrize(("code", "mended"), MENDS.items())
def test_crosswalk_mends(code: str, mended: tuple[str, str | None, str | None]) -> None:
    row = ontology.cameo_codes()[code]
    event, mode, context = mended
    assert (row.plover, row.mode) == (event, mode)
    assert context is None or context in row.contexts
    assert row.mend


def test_crosswalk_reaches_every_type() -> None:
    assert {code.plover for code in ontology.cameo_codes().values() if code.plover} == set(ontology.types())


@pytest.mark.parametrize(
    ("event", "mode", "score"),
    [
        ("ACCUSE", None, -3),
        ("ACCUSE", "disapprove", -2),
        ("CONSULT", "phone", 1.5),
        ("RETREAT", "disarm", 10),
        ("ASSAULT", "unconventional", -10),
        ("PROTEST", "vandalize", -5),
    ],
)
def test_intensity(event: str, mode: str | None, score: float) -> None:
    assert ontology.intensity(event, mode) == score


@pytest.mark.parametrize(
    ("code", "value"), [("01", 0), ("057", 8), ("112", -2), ("163", -8), ("1214", -4), ("20", -10)]
)
def test_goldstein(code: str, value: float) -> None:
    assert ontology.goldstein(code) == value


def test_unknown_type_is_named_with_the_known() -> None:
    with pytest.raises(UnknownCode, match="unknown PLOVER type 'SHOUT'") as caught:
        ontology.plover_quad("SHOUT")
    assert caught.value.value == "SHOUT"
    assert caught.value.allowed == sorted(ontology.types())


def test_unknown_mode_is_named_with_the_known() -> None:
    with pytest.raises(UnknownCode, match="unknown mode of ACCUSE 'aerial'") as caught:
        ontology.intensity("ACCUSE", "aerial")
    assert caught.value.allowed == ["allege", "disapprove", "investigate"]


@pytest.mark.parametrize("code", ["999", "0", "21", "0999"])
def test_unknown_cameo_code(code: str) -> None:
    with pytest.raises(UnknownCode, match=f"unknown CAMEO code '{code}'"):
        ontology.goldstein(code)


@pytest.mark.parametrize("code", ["00", "21", "99"])
def test_unknown_cameo_root(code: str) -> None:
    with pytest.raises(UnknownCode, match="unknown CAMEO code"):
        ontology.cameo_quad(code)


def test_read_table_takes_quotes_as_they_are(package: str) -> None:
    assert read_table(package, "good.tsv", ("a", "b")) == [{"a": "1", "b": '"two"'}]


def test_read_table_reports_other_columns(package: str) -> None:
    with pytest.raises(DataError, match="line 1: columns"):
        read_table(package, "good.tsv", ("a", "c"))


def test_read_table_reports_all_short_and_long_rows(package: str) -> None:
    with pytest.raises(DataError) as caught:
        read_table(package, "short.tsv", ("a", "b"))
    assert caught.value.problems == ["line 3: 2 fields expected", "line 4: 2 fields expected"]


@pytest.mark.parametrize(("cell", "values"), [("", ()), ("a", ("a",)), ("a; b", ("a", "b")), (" a ;; b;", ("a", "b"))])
def test_listed(cell: str, values: tuple[str, ...]) -> None:
    assert listed(cell) == values
