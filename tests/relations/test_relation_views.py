"""The report as text, JSON, CSV, HTML and PNG."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from relation_stories import story

from detente.ontology.tables import types
from detente.relations import RelationReport, relation_report

HOSTILE_TEXT = "<script>alert(1)</script> \u202eevil\u202c {{ 7*7 }} \x1b[31m & \"'>"
VOID = {"meta", "br", "hr", "img", "input", "link", "rect", "line"}


class Page(HTMLParser):
    """Collects elements and checks that tags nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


@pytest.fixture
def hostile(make_store) -> RelationReport:
    article = {"title": HOSTILE_TEXT, "publisher": HOSTILE_TEXT, "url": "javascript:alert(1)"}
    return relation_report(make_store([story("2021-03-01", "ACCUSE", told=HOSTILE_TEXT, **article)]), "USA", "RUS")


def test_json_round_trip(report: RelationReport):
    assert RelationReport.model_validate_json(report.to_json()) == report


def test_csv_round_trip(report: RelationReport):
    rows = list(csv.DictReader(io.StringIO(report.to_csv())))
    cells = iter(rows)
    for period in report.periods:
        for counts in period.counts:
            row = next(cells)
            assert (row["start"], row["direction"]) == (period.start.isoformat(), counts.direction)
            assert int(row["events"]) == counts.events
            assert float(row["level"]) == counts.level
            assert {name: int(row[name]) for name in types() if row[name] != "0"} == counts.types
    assert next(cells, None) is None


def test_csv_leaves_unmonitored_cells_empty(make_store):
    report = relation_report(make_store([]), "USA", "RUS", "2021-01-01", "2021-01-03")
    row = next(csv.DictReader(io.StringIO(report.to_csv())), None)
    assert row is not None
    assert (row["monitored"], row["events"], row["level"], row["ASSAULT"]) == ("false", "", "", "")


def test_html_has_no_script_and_fetches_nothing(report: RelationReport):
    text = report.to_html()
    page = Page(text)
    assert not {"script", "img", "iframe", "object", "embed", "link", "form"} & {tag for tag, _ in page.seen}
    assert not re.search(r"url\(|@import|\ssrc=|\son\w+=", text)
    assert all((a["href"] or "").startswith("http") for a in page.all("a"))


def test_html_escapes_hostile_text(hostile: RelationReport):
    text = hostile.to_html()
    page = Page(text)
    assert "script" not in {tag for tag, _ in page.seen}
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert page.all("a") == []


def test_text_carries_no_control_characters(hostile: RelationReport):
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", hostile.to_text())


def test_html_is_accessible(report: RelationReport):
    text = report.to_html()
    page = Page(text)
    ids = {attributes["id"] for _, attributes in page.seen if "id" in attributes}
    charts = page.all("svg")
    assert charts
    for chart in charts:
        assert chart["role"] == "img"
        assert set((chart["aria-labelledby"] or "").split()) <= ids
    assert len([title for title in page.all("title") if "id" in title]) == len(charts)
    assert len(page.all("desc")) == len(charts)
    assert all("scope" in header for header in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("bdi")


def test_html_says_state_turning_points_and_method(report: RelationReport):
    text = report.to_html()
    for heading in (
        "Timeline",
        "Turning points",
        "Words and deeds",
        "In their words",
        "Coverage and sources",
        "Method",
    ):
        assert f">{heading}</h2>" in text
    assert "on a scale from −10 to +10" in text


def test_text_fits_its_width_and_names_the_turning_points(report: RelationReport):
    for width in (80, 100):
        assert max(len(line) for line in report.to_text(width=width).splitlines()) <= width
    text = report.to_text()
    assert all(f"{turn.day} {turn.direction}" in text for turn in report.turning_points)
    assert "\x1b" not in text


def test_text_in_color_says_the_same(report: RelationReport):
    assert re.sub(r"\x1b\[\d+m", "", report.to_text(color=True)) == report.to_text()


def test_png_is_one(report: RelationReport, make_store):
    assert report.to_png().startswith(b"\x89PNG")
    assert relation_report(make_store([]), "USA", "RUS").to_png().startswith(b"\x89PNG")


def test_import_loads_no_heavy_library():
    heavy = "'matplotlib', 'ruptures', 'jinja2', 'numpy', 'duckdb'"
    code = f"import sys, detente.relations; sys.exit(any(name in sys.modules for name in ({heavy})))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
