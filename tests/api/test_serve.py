"""`detente serve` as a process: what it starts on, what it refuses, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from web_site import Site

from detente.api.server import Place, demo_store, sweep
from detente.cli import main
from detente.store import open_store


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_drafts_of_killed_runs_are_removed_and_no_other(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    ages = {
        f"demo-1.duckdb.{ended.pid}.part": 3_600, f"demo-1.duckdb.{ended.pid}.part.wal": 1_200,
        f"demo-2.duckdb.{ended.pid}.part": 3_600, f"demo-2.duckdb.{ended.pid}.part.wal": 30,
        f"demo-3.duckdb.{os.getpid()}.part": 3_600, f"demo-4.duckdb.{os.getpid()}.part": 100_000,
        "demo-5.duckdb": 100_000, "demo-6.duckdb.part": 3_600, "own.duckdb.1.part": 100_000,
    }  # fmt: skip
    for name, age in ages.items():
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    sweep(tmp_path)
    sweep(tmp_path / "none")
    left = {found.name for found in tmp_path.iterdir()}
    assert sorted(set(ages) - left) == sorted([*list(ages)[:2], f"demo-4.duckdb.{os.getpid()}.part"])


def test_demo_is_coded_once_served_and_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = demo_store(encoder=False)
    with open_store(path, read_only=True) as store:
        assert store.rows("SELECT count(*) AS n FROM articles")[0]["n"] == 114
    assert [found.name for found in path.parent.iterdir() if ".part" in found.name] == []
    before = path.stat().st_mtime_ns
    port = free_port()
    command = [sys.executable, "-m", "detente.cli", "serve", "--demo", "--no-encoder", "--port", str(port)]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    )
    try:
        for _ in range(300):
            try:
                health = httpx.get(f"http://127.0.0.1:{port}/api/v1/health").json()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        assert (health["articles"], health["writable"]) == (114, False)
        front = httpx.get(f"http://127.0.0.1:{port}/", timeout=30)
        while front.status_code == 202:  # it is still being made ready
            time.sleep(0.1)
            front = httpx.get(f"http://127.0.0.1:{port}/", timeout=30)
        assert "The world in the week to" in front.text
    finally:
        process.send_signal(signal.SIGINT)
        _, messages = process.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}/" in messages
    assert "Traceback" not in messages
    assert path.stat().st_mtime_ns == before


def test_feeds_are_watched_by_the_server_itself(tmp_path: Path) -> None:
    """On a store that is not there yet; ended by a signal, it leaves it whole and open to others."""
    with Site() as site:
        text = "Kenya summoned the Somali ambassador on Thursday over smugglers near Mandera. " * 3
        link = site.add("/kenya", f"<html><body><article><h1>Kenya</h1><p>{text}</p></article></body></html>")
        item = f"<item><title>Kenya</title><link>{link}</link><pubDate>Thu, 18 Mar 2021 15:30:00 GMT</pubDate></item>"
        feed = site.add("/feed.xml", f"<rss version='2.0'><channel><title>Wire</title>{item}</channel></rss>")
        port, store = free_port(), tmp_path / "new.duckdb"
        command = [sys.executable, "-m", "detente.cli", "serve", "--no-encoder", "--port", str(port), "--store",
                   str(store), "--watch", feed, "--interval", "1", "--allow-network", "127.0.0.1/32"]  # fmt: skip
        environment = {**os.environ, "DETENTE_FETCH_DELAY": "0"}
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        try:
            found: dict[str, object] = {}
            for _ in range(400):
                with suppress(httpx.HTTPError):
                    found = httpx.get(f"http://127.0.0.1:{port}/api/v1/changes?cursor=WzAsIDBd", timeout=30).json()
                if found.get("events"):
                    break
                time.sleep(0.1)
            assert (found["articles"], found["live"]) == (1, True)
        finally:
            process.send_signal(signal.SIGINT)
            _, messages = process.communicate(timeout=60)
    assert "1 new of 1 items" in messages
    assert "Traceback" not in messages
    with open_store(store, read_only=True) as left:
        assert left.rows("SELECT count(*) AS n FROM articles")[0]["n"] == 1


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["--store", "none.duckdb"], "no store here"),
        (["--demo", "--store", "x.duckdb"], "leave out --store"),
        (["--demo", "--watch", "https://wire.example/feed"], "never written to"),
        (["--watch", "no-feed"], "no-feed"),
        (["--interval", "60"], "--watch"),
        (["--watch", "https://wire.example/feed", "--rules", "none.toml"], "no such file"),
        (["--host", "0.0.0.0", "--demo"], "DETENTE_TOKEN"),
    ],
)
def test_wrong_use_is_refused(
    argv: list[str], word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DETENTE_TOKEN", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["serve", *argv])
    assert ended.value.code == 2
    assert word in capsys.readouterr().err


def test_places_know_whether_others_reach_them() -> None:
    assert [Place(host, 1).is_loopback for host in ("127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]")] == [
        True
    ] * 5
    assert [Place(host, 1).is_loopback for host in ("0.0.0.0", "::", "10.0.0.1", "example.org")] == [False] * 4
    assert Place("::1", 80).address == "http://[::1]:80/"
