from __future__ import annotations

import codecs
import gzip
import io
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from detente.config import Settings
from detente.errors import ArticleTooLong, InputError, UnreadableText
from detente.ingest import Rejected, read_article, read_articles
from detente.ingest.counting import count_articles
from detente.ingest.dates import parse_published
from detente.ingest.decoding import decode
from detente.ingest.raw import check_columns
from detente.ingest.tables import read_parquet
from detente.records import Article

TEXT = "Russia recalled its ambassador from Washington on Wednesday. “We will answer,” the Kremlin said."
ROW = {
    "id": "r1",
    "url": "https://example.org/1",
    "title": "Recall",
    "text": TEXT,
    "publisher": "Wire",
    "published": "2021-03-18",
}


def only(path: Path | str, **options: dict[str, str]) -> Article | Rejected:
    (found,) = read_articles([path], **options)
    return found


def reasons(path: Path) -> list[str]:
    return [found.reason for found in read_articles([path]) if isinstance(found, Rejected)]


def check_row(found: Article | Rejected) -> None:
    assert isinstance(found, Article)
    assert (found.id, found.text, found.title, found.publisher) == ("r1", TEXT, "Recall", "Wire")
    assert found.published == datetime(2021, 3, 18, tzinfo=UTC)
    assert found.language == "en"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("cp1252", b""),
    ],
)
def test_text_is_read_in_its_encoding(tmp_path: Path, encoding: str, bom: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(bom + TEXT.encode(encoding))
    assert read_article(tmp_path / "a.txt").text == TEXT


def test_other_encodings_are_detected() -> None:
    russian = "Президент России Владимир Путин отозвал посла из Вашингтона для консультаций в среду. " * 5
    assert decode(russian.encode("cp1251")) == russian


@pytest.mark.parametrize("data", [TEXT.encode()[:-6] + b"\xe2\x80 x \xff" + TEXT.encode(), "“”".encode() + b"\xff"])
def test_broken_utf8_is_named_and_never_replaced(data: bytes) -> None:
    with pytest.raises(UnreadableText, match="broken UTF-8 at byte"):
        decode(data)


@pytest.mark.parametrize("data", [b"%PDF-1.7 ...", b"PK\x03\x04" + b"x" * 50, bytes(range(256)) * 9, b"\x00" * 999])
def test_binary_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    assert reasons(tmp_path / "a") == ["binary"]
    with pytest.raises(UnreadableText):
        read_article(tmp_path / "a")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \n\n ", "empty"),
        ("Advertisement", "empty"),
        ("Moscow. Kyiv.", "too_short"),
        ('"' * 200_000, "no_sentence"),
        ("1234 5678 " * 20, "no_sentence"),
        (
            "Der Kanzler sagte am Mittwoch in Berlin, dass er keine Reise nach Moskau plant und wartet.",
            "other_language",
        ),
        (
            "Le président russe a rappelé mercredi son ambassadeur à Washington pour des consultations.",
            "other_language",
        ),
        ("俄罗斯周三召回驻美国大使进行磋商，克里姆林宫表示两国关系正处于危机之中。", "other_language"),
        ("a word. " * 40_000, "too_long"),
        ("word " * 10_000_000, "too_long"),
    ],
)
def test_unusable_text_is_rejected_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert reasons(tmp_path / "a.txt") == [reason]


def test_read_article_raises_by_kind(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("word " * 100_000)
    with pytest.raises(ArticleTooLong, match=r"long\.txt"):
        read_article(tmp_path / "long.txt")
    with pytest.raises(InputError, match="does not exist"):
        read_article(tmp_path / "none.txt")


def test_short_headline_in_english_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Putin “warns” Biden on Ukraine", encoding="utf-8")
    assert read_article(tmp_path / "a.txt").language == "en"


def test_json_lines_go_on_after_bad_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps(ROW),
        "not json",
        "[1]",
        "{}",
        "",
        '{"text": 5}',
        '{"text": "\\ud83d half"}',
        json.dumps({"text": TEXT}),
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    found = list(read_articles([tmp_path / "a.jsonl"]))
    check_row(found[0])
    assert isinstance(found[-1], Article)
    assert [(each.line, each.reason) for each in found if isinstance(each, Rejected)] == [
        (2, "bad_json"),
        (3, "bad_json"),
        (4, "no_text"),
        (6, "no_text"),
        (7, "undecodable"),
    ]


def test_json_lines_in_utf16_and_with_stray_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW, ensure_ascii=False) + "\n", encoding="utf-16")
    check_row(only(tmp_path / "a.jsonl"))
    (tmp_path / "b.jsonl").write_bytes(json.dumps(ROW, ensure_ascii=False).encode("cp1252"))
    check_row(only(tmp_path / "b.jsonl"))


def test_overlong_json_line_is_passed_over(tmp_path: Path) -> None:
    with (tmp_path / "a.jsonl").open("w") as out:
        out.write('{"text": "' + "x" * 8_000_000 + '"}\n' + json.dumps(ROW))
    first, second = read_articles([tmp_path / "a.jsonl"])
    assert isinstance(first, Rejected)
    assert (first.reason, first.line) == ("too_long", 1)
    check_row(second)


@pytest.mark.parametrize(
    "content", [json.dumps([ROW]), json.dumps(ROW), json.dumps(ROW, indent=2), json.dumps(ROW) + "\n"]
)
def test_json_is_read_as_list_object_or_lines(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    check_row(only(tmp_path / "a.json"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_by_its_header(tmp_path: Path, delimiter: str) -> None:
    cells = [f'"{value}"' for value in ROW.values()]
    (tmp_path / "a.csv").write_text(delimiter.join(ROW) + "\n" + delimiter.join(cells) + "\n\n", encoding="utf-8-sig")
    check_row(only(tmp_path / "a.csv"))


def test_csv_names_the_line_of_a_bad_row(tmp_path: Path) -> None:
    text = f'id,text\na,"{TEXT}\nSecond line."\nb,\nc,"{TEXT}"\n'
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    first, bad, last = read_articles([tmp_path / "a.csv"])
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(bad, Rejected)
    assert (bad.line, bad.reason) == (4, "no_text")


def test_csv_without_text_column_says_which_it_has(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,body\n1,x\n")
    found = only(tmp_path / "a.csv")
    assert isinstance(found, Rejected)
    assert "no column 'text' among id, body" in str(found)


def test_columns_are_mapped(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        f'id,text,when\nr1,"{TEXT}",2021-03-18\n'.replace("text", "body", 1), encoding="utf-8"
    )
    found = only(tmp_path / "a.csv", columns={"text": "body", "published": "when"})
    assert isinstance(found, Article)
    assert found.published == datetime(2021, 3, 18, tzinfo=UTC)
    with pytest.raises(InputError, match="unknown field 'body'"):
        list(read_articles([tmp_path / "a.csv"], columns={"body": "text"}))


def test_parquet_is_read(tmp_path: Path) -> None:
    row = {**ROW, "published": datetime(2021, 3, 18), "other": 1}
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "a.parquet")
    check_row(only(tmp_path / "a.parquet"))
    (tmp_path / "b.parquet").write_bytes(b"PAR1 not really")
    assert reasons(tmp_path / "b.parquet") == ["unreadable_table"]
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "c.parquet")
    assert reasons(tmp_path / "c.parquet") == ["no_text"]


def test_fields_within_fields_are_mapped(tmp_path: Path) -> None:
    nested = {"doc": {"id": "r1", "body": [{"text": TEXT}], "by": "Ann Clark"}, "pub.name": "Wire", "text": "not this"}
    columns = {"text": "doc.body.0.text", "id": "doc.id", "author": "doc.by", "publisher": "pub.name"}
    (tmp_path / "a.jsonl").write_text(json.dumps(nested))
    article = only(tmp_path / "a.jsonl", columns=columns)
    assert isinstance(article, Article)
    assert (article.id, article.text, article.author, article.publisher) == ("r1", TEXT, "Ann Clark", "Wire")
    columns["text"] = "doc.nothing.text"
    found = only(tmp_path / "a.jsonl", columns=columns)
    assert isinstance(found, Rejected)
    assert found.reason == "no_text"
    nested = {"doc": {"text": TEXT, "big": "x" * 100}, "title": "Recall"}
    pq.write_table(pa.Table.from_pylist([nested]), tmp_path / "a.parquet")
    article = only(tmp_path / "a.parquet", columns={"text": "doc.text"})
    assert isinstance(article, Article)
    assert (article.text, article.title) == (TEXT, "Recall")
    found = only(tmp_path / "a.parquet", columns={"text": "doc.none"})
    assert isinstance(found, Rejected)


def test_large_parquet_is_streamed(tmp_path: Path) -> None:
    """A row group of 200 MB, of which 45 MB are held at a time; without buffering it was 220."""
    text = pa.array([os.urandom(2000).hex() for _ in range(50_000)])
    pq.write_table(pa.table({"text": text}), tmp_path / "a.parquet", compression="none", use_dictionary=False)
    del text
    pa.default_memory_pool().release_unused()
    process, peak = psutil.Process(), 0
    before = process.memory_info().rss
    with open(tmp_path / "a.parquet", "rb") as stream:
        for number, _ in enumerate(read_parquet(stream, "a.parquet", check_columns(None), Settings())):
            if number % 500 == 0:
                peak = max(peak, process.memory_info().rss - before)
    assert number == 49_999
    assert peak < 110_000_000


def test_quotation_mark_never_closed_does_not_take_in_the_rest(tmp_path: Path) -> None:
    rows = "".join(f"{TEXT} {i}\n" for i in range(60_000))
    (tmp_path / "a.csv").write_text(f'text\n"{TEXT}\n{rows}', encoding="utf-8")
    found = list(read_articles([tmp_path / "a.csv"]))
    assert isinstance(found[0], Rejected)
    assert found[0].reason == "unreadable_table"
    assert any(isinstance(each, Article) for each in found)


PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Recall - Wire</title>
<meta property="og:title" content="Recall"><meta property="og:site_name" content="Wire">
<link rel="canonical" href="https://wire.example/recall"><meta name="author" content="Ann Clark">
<meta property="article:published_time" content="2021-03-18T15:30:00+02:00"></head><body>
<nav><a href="/">Home</a></nav><article><h1>Recall</h1><p>{TEXT}</p><p>Share this article on Facebook</p>
<p>The embassy said that relations between the two countries were under the threat of collapse, officials said.</p>
</article><footer>© 2021 Wire. All rights reserved.</footer></body></html>"""


def test_html_gives_report_and_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    article = read_article(tmp_path / "a.html")
    assert article.text.startswith("Russia recalled") or article.text.startswith("Recall")
    assert "threat of collapse" in article.text
    assert "Share this" not in article.text
    assert "All rights" not in article.text
    assert (article.title, article.author, article.publisher) == ("Recall", "Ann Clark", "Wire")
    assert article.url == "https://wire.example/recall"
    assert article.published == datetime(2021, 3, 18, 13, 30, tzinfo=UTC)


def test_html_without_report_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body></body></html>")
    assert reasons(tmp_path / "a.html") == ["empty"]


def test_folders_globs_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "a.txt", "sub/c.txt", ".hidden"):
        (tmp_path / name).write_text(f"{TEXT} {name}", encoding="utf-8")
    texts = [found.text[-5:] for found in read_articles([tmp_path]) if isinstance(found, Article)]
    assert texts == ["a.txt", "b.txt", "c.txt"]
    assert len(list(read_articles([tmp_path / "*.txt"]))) == 2
    assert reasons(tmp_path / "*.csv") == ["missing_file"]
    assert reasons(tmp_path / "none") == ["missing_file"]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        json.dumps(ROW).encode(),
        PAGE.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        f'title\ttext\nRecall\t"{TEXT}"\n'.encode(),
        gzip.compress(json.dumps(ROW).encode()),
    ],
)
def test_standard_input_is_read_by_what_it_begins_with(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    class Stdin:
        buffer = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]

    monkeypatch.setattr("sys.stdin", Stdin)
    assert TEXT in read_article("-").text


def test_unreadable_date_is_noted_and_the_article_kept(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({**ROW, "published": "gestern"}))
    notice, article = read_articles([tmp_path / "a.jsonl"])
    assert isinstance(notice, Rejected)
    assert notice.reason == "unknown_date"
    assert not notice.failed
    assert isinstance(article, Article)
    assert article.published is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-03-18", datetime(2021, 3, 18)),
        ("2021-03-18T15:30:00Z", datetime(2021, 3, 18, 15, 30)),
        ("2021-03-18T15:30:00+03:00", datetime(2021, 3, 18, 12, 30)),
        ("20210318", datetime(2021, 3, 18)),
        ("March 18, 2021", datetime(2021, 3, 18)),
        ("18 Mar 2021", datetime(2021, 3, 18)),
        ("Sept. 5, 2021", datetime(2021, 9, 5)),
        ("Thu, 18 Mar 2021 15:30:00 +0000", datetime(2021, 3, 18, 15, 30)),
        (date(2021, 3, 18), datetime(2021, 3, 18)),
    ],
)
def test_published_is_read(value: object, expected: datetime) -> None:
    assert parse_published(value) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["03/04/2021", "0001-01-01", "9999-12-31", "2021-13-01", "last week", 20210318, "1616025600"]
)
def test_doubtful_date_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"date|year"):
        parse_published(value)


def test_empty_date_is_none() -> None:
    assert parse_published(" ") is None


def test_count_is_known_before_reading(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{}\n{}")
    (tmp_path / "a.csv").write_text('text\n"a\nb"\nc\n')
    (tmp_path / "a.txt").write_text("x")
    pq.write_table(pa.table({"text": ["x"] * 5}), tmp_path / "a.parquet")
    assert count_articles([tmp_path, tmp_path / "none"]) == 11 - 0
    assert count_articles(["-"]) is None


def test_settings_limit_the_length(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (found,) = read_articles([tmp_path / "a.txt"], settings=Settings(max_article_chars=30))
    assert isinstance(found, Rejected)
    assert found.reason == "too_long"
