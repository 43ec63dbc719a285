"""Who has no token, or a wrong one, in a real browser: what is seen after a cancelled prompt, and what then helps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from shutil import copy

import browser as browsers
import pytest
from api_clients import TOKEN, running
from browser import Browser

from detente.api import Desk, make_app
from detente.coding import Coder
from detente.relations.alerts import AlertFilter, check_alerts, count_alerts
from detente.store import Store, open_store

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"

pytestmark = pytest.mark.skipif(not browsers.is_there(), reason="chromium and chromium-driver are not installed")


@pytest.fixture(scope="module")
def store(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(Path(copy(sample_store, tmp_path_factory.mktemp("locked") / "own.duckdb"))) as store:
        check_alerts(store, since=date(2021, 3, 1), until=date(2021, 5, 1))
        yield store


@contextmanager
def window_on(store: Store, coder: Coder, profile: Path, open_reading: bool) -> Iterator[Browser]:
    with running(make_app(Desk(store, lambda: coder, TOKEN, open_reading=open_reading))) as address:
        window = Browser(address, profile, prompts=True)
        yield window
        window.close()


def test_a_reader_without_the_token_sees_what_is_missing(store: Store, coder: Coder, tmp_path: Path) -> None:
    """From another machine everything needs it: cancelled, wrong, cancelled on a phone by night, then right."""
    with window_on(store, coder, tmp_path, open_reading=False) as window:

        def go() -> None:
            window.driver.get(window.address + "/matrix?days=30")

        window.prompted([None], go)
        assert window.one("[role=alert] h1").text == "This needs the token"
        assert "DETENTE_TOKEN" in window.one("main").text
        assert "not the one of this server" not in window.one("main").text
        font = "return getComputedStyle(document.querySelector('main .button')).backgroundColor"
        assert window.run(font) == "rgb(28, 36, 48)", "the style sheet needs no token"
        assert window.axe() == []
        window.picture(PICTURES / "locked-desktop-light.png")
        window.prompted(["guessed", None], go)
        assert "not the one of this server" in window.one("main").text
        window.look("phone", "dark")
        assert not window.is_too_wide()
        assert window.axe() == []
        window.picture(PICTURES / "locked-phone-dark.png")
        window.prompted([TOKEN], lambda: window.click(".ways .button"))
        window.until(lambda: window.one("h1").text == "Who to whom")
        assert window.driver.current_url.endswith("/matrix?days=30")
        window.click("a[href='/quotes']")  # it is asked for once
        window.until(lambda: window.one("h1").text == "Quotes")
        assert [said for said in window.errors() if "401" not in said and "Mapper instance" not in said] == []


def test_an_alert_is_acknowledged_only_with_the_token(store: Store, coder: Coder, tmp_path: Path) -> None:
    """Reading is open; what was being looked at is a click away, and the button works once the token is known."""

    def acknowledged() -> int:
        return count_alerts(store, AlertFilter(state="acknowledged"))

    with window_on(store, coder, tmp_path, open_reading=True) as window:
        window.open("/alerts?country=RUS")
        before = acknowledged()
        window.prompted([None], lambda: window.click(".acts button"))
        assert window.one("[role=alert] h1").text == "This needs the token"
        assert "Nothing was changed" in window.one("main").text
        assert acknowledged() == before
        window.click(".ways .button")
        window.until(lambda: window.all(".acts button"))
        assert window.driver.current_url.endswith("/alerts?country=RUS")
        window.prompted([TOKEN], lambda: window.click(".acts button"))
        window.until(lambda: acknowledged() == before + 1)
        window.until(lambda: window.driver.current_url.endswith("/alerts?country=RUS"))
        assert window.one("h1").text == "Alerts"
