"""A Chromium without a window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from threading import Event
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

REQUIRED = "BROWSER_TESTS"  # set to "required" where a missing browser is a failure
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
WIDTHS = {"desktop": 1280, "phone": 360}
HEIGHT = 860
SECONDS = 20.0
THERE = """return document.readyState === "complete" && document.querySelector("main") !== null
           && document.querySelector("[data-working]:not(form)") === null"""


def is_there() -> bool:
    """Whether the browser can be started. Raises where it must be."""
    found = bool(CHROMIUM and DRIVER)
    if not found and os.environ.get(REQUIRED) == "required":
        raise RuntimeError("chromium and chromium-driver are not installed, and these tests must not be skipped")
    return found


class Browser:
    """One window; every page that it opens is looked at in the colours and the width that are set."""

    def __init__(self, address: str, profile: Path, prompts: bool = False) -> None:
        """`prompts`: the browser will be asked for passwords, see `prompted`."""
        options = webdriver.ChromeOptions()
        if prompts:  # the driver answers nothing while it waits for a page
            options.enable_bidi, options.page_load_strategy = True, "none"
        options.binary_location = CHROMIUM or ""
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.address = address
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        self.driver.set_page_load_timeout(60)
        self.width = WIDTHS["desktop"]
        self.look("desktop", "light")

    def close(self) -> None:
        self.driver.quit()

    def look(self, device: str, theme: str) -> None:
        self.width = WIDTHS[device]
        features = [
            {"name": "prefers-color-scheme", "value": theme}, {"name": "prefers-reduced-motion", "value": "reduce"},
        ]  # fmt: skip
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self._resize(HEIGHT)

    def _resize(self, height: int) -> None:
        size = {"width": self.width, "height": height, "deviceScaleFactor": 1, "mobile": self.width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def open(self, path: str) -> None:
        """Waits until the page is there, also where it is being worked on."""
        self.driver.get(self.address + path)
        self.until(lambda: self.run(THERE))  # between two looks of a page that is worked on there is none at all

    def until(self, happens: Any) -> Any:
        return WebDriverWait(self.driver, SECONDS, 0.05).until(lambda _: happens())

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """The first that can be seen."""
        return next(found for found in self.all(selector) if found.is_displayed())

    def click(self, selector: str) -> None:
        found = self.one(selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()

    def prompted(self, answers: list[str | None], go: Callable[[], object]) -> None:
        """Does what leads to a prompt, and types these passwords, one each time that it comes; None cancels it."""
        left, ended = list(answers), Event()

        def answer(prompt: Any) -> None:
            password = left.pop(0) if left else None
            if password is None:
                prompt.cancel()
            else:
                prompt.provide_credentials("anybody", password)
            if not left:
                ended.set()

        handler = self.driver.network.add_authentication_handler(answer)
        go()
        assert ended.wait(SECONDS)
        # The driver does one thing at a time: a script that waits for the page would keep it from giving the answer.
        self.driver.set_script_timeout(1)
        WebDriverWait(self.driver, SECONDS, 0.3, [TimeoutException]).until(lambda _: self.run(THERE))
        self.driver.set_script_timeout(30)
        self.driver.network.remove_authentication_handler(handler)

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def errors(self) -> list[str]:
        """What the console has said since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def picture(self, path: Path, most: int = 2400) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._resize(min(most, int(self.run("return document.documentElement.scrollHeight"))))
        self.driver.save_screenshot(str(path))
        self._resize(HEIGHT)

    def is_too_wide(self) -> bool:
        return bool(self.run("return document.documentElement.scrollWidth") > self.width)

    def axe(self) -> list[str]:
        """Serious and critical findings of axe, by rule, with what they are about."""
        source = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        self.driver.execute_script(source)
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})"
            ".then(r => done(r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
            ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))))"
        )
        return list(found)
