"""Draws the pictures of the dashboard anew: `python docs/screenshots.py [FOLDER]`. Needs chromium and its driver."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

from PIL import Image

from detente.api import Desk, make_app
from detente.api.server import demo_store
from detente.dashboard.warming import warm
from detente.run.local import default_coder
from detente.store import open_store

ROOT = Path(__file__).parents[1]
PICTURES = {
    "world": ("/?until=2021-04-18", 1180),
    "relation": ("/relation/RUS/USA", 1320),
    "matrix": ("/matrix?until=2021-04-30", 800),
    "alerts": ("/alerts?country=RUS&other=USA", 900),
    "article": ("/article/ru-us-recall-brief?mark=SANCTION", 860),
    "try": ("/try?example=1", 1000),
}
COLOURS = 256


def main(folder: Path) -> None:
    """With the browser and the server of the tests."""
    sys.path[:0] = [str(ROOT / "tests" / "dashboard"), str(ROOT / "tests" / "api")]
    clients, browsers = importlib.import_module("api_clients"), importlib.import_module("browser")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        open_store(demo_store(), read_only=True) as store,
        tempfile.TemporaryDirectory() as profile,
        clients.running(app := make_app(Desk(store, default_coder))) as address,
    ):
        warm(app)
        browser = browsers.Browser(address, Path(profile))
        for name, (path, height) in PICTURES.items():
            browser.open(path)
            if name == "try":
                browser.until(lambda: browser.all("#result [data-coded]"))
            target = folder / f"{name}.png"
            browser.picture(target, height)
            Image.open(target).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(target, optimize=True)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
