"""The dashboard in a real browser: shown, used, readable for everybody, and quiet in the console.

Pictures of every page are left under build/screenshots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import browser as browsers
import pytest
from api_clients import running
from browser import Browser
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from test_pages import HOSTILE, PAGES

from detente.api import Desk, make_app

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"

pytestmark = pytest.mark.skipif(not browsers.is_there(), reason="chromium and chromium-driver are not installed")


@pytest.fixture(scope="module")
def window(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running(make_app(desk)) as address:
        window = Browser(address, tmp_path_factory.mktemp("profile"))
        yield window
        window.close()


@pytest.fixture
def browser(window: Browser) -> Iterator[Browser]:
    """On a desk, by day, and with a clean console when the test is over."""
    window.look("desktop", "light")
    window.errors()
    yield window
    assert window.errors() == []


@pytest.mark.parametrize("name", PAGES)
def test_page_is_seen_and_read_by_everybody(browser: Browser, name: str) -> None:
    """Desk by day and phone by night are checked with axe; the other two are drawn."""
    for device, theme in (("desktop", "light"), ("phone", "dark"), ("desktop", "dark"), ("phone", "light")):
        browser.look(device, theme)
        browser.open(PAGES[name])
        browser.picture(PICTURES / f"{name.replace(', ', ' ').replace(' ', '-')}-{device}-{theme}.png")
        assert not browser.is_too_wide(), (device, theme)
        assert browser.run("return document.documentElement.dataset.theme") == theme
        assert browser.run("return document.title") not in ("", "broken")
        if (device, theme) in (("desktop", "light"), ("phone", "dark")):
            assert browser.axe() == [], (device, theme)


def test_colours_can_be_chosen_and_stay(browser: Browser) -> None:
    browser.open("/matrix")
    browser.click("[data-theme-switch]")
    browser.open("/quotes")
    assert browser.run("return document.documentElement.dataset.theme") == "dark"
    browser.click("[data-theme-switch]")
    browser.run("localStorage.clear()")
    assert browser.run("return document.documentElement.dataset.theme") == "light"


def test_world_leads_from_a_mover_to_the_words(browser: Browser) -> None:
    browser.open("/?until=2021-04-18")
    browser.click(".movers .where a")
    assert browser.until(lambda: "/article/" in browser.driver.current_url)
    assert browser.one("#marked").is_displayed()
    assert "pointed" in browser.one("#marked").get_attribute("class")


def test_map_leads_to_a_country(browser: Browser) -> None:
    browser.open("/?until=2021-04-18")
    browser.run("document.querySelector('svg.map a[href=\"/country/RUS\"]').focus()")
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.until(lambda: browser.driver.current_url.endswith("/country/RUS"))
    assert browser.one("h1").text == "Russia"


def test_sides_can_be_chosen(browser: Browser) -> None:
    browser.open("/")
    browser.one("#f-a").send_keys("India")
    browser.one("#f-b").send_keys("Pakistan" + Keys.ENTER)
    assert browser.until(lambda: "/relation/India/Pakistan" in browser.driver.current_url)
    browser.until(lambda: browser.all("h1") and "India – Pakistan" in browser.one("h1").text)


def test_a_peak_leads_to_its_events_and_to_the_marked_article(browser: Browser) -> None:
    browser.open("/relation/RUS/USA")
    peak = browser.one("svg.course a.peak")
    told = peak.find_element("css selector", "title").get_attribute("textContent")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", peak)
    ActionChains(browser.driver).move_to_element(peak).click().perform()
    browser.until(lambda: browser.all("#opened"))
    assert told.split(": ", 1)[1][:40] in browser.one("#opened").text
    assert browser.driver.switch_to.active_element.get_attribute("id") == "opened"
    browser.click("#opened .cite")
    browser.until(lambda: browser.all("[data-coded]"))
    assert browser.one("#marked").is_displayed()


def test_a_click_on_the_course_opens_the_day(browser: Browser) -> None:
    browser.open("/relation/RUS/USA")
    chart = browser.one("svg.course")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", chart)
    ActionChains(browser.driver).move_to_element_with_offset(chart, 37, 90).perform()
    tip = browser.until(lambda: browser.one(".tip"))
    day = tip.text.split("\n")[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
    assert "Russia → United States" in tip.text
    ActionChains(browser.driver).click().perform()
    browser.until(lambda: f"start={day}" in browser.driver.current_url)
    assert browser.one("#h-opened").text.startswith("Events of")


def test_a_bar_opens_the_events_of_its_week(browser: Browser) -> None:
    browser.open("/relation/RUS/USA?by=week")
    bar = browser.all(".wide svg.deeds a")[-3]
    browser.run("arguments[0].scrollIntoView({block: 'center'})", bar)
    ActionChains(browser.driver).move_to_element(bar).click().perform()
    browser.until(lambda: browser.all("#opened .event"))


def test_a_turning_point_leads_to_its_explanation(browser: Browser) -> None:
    browser.open("/relation/RUS/USA")
    turn = browser.one("svg.course a.turn text")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", turn)
    ActionChains(browser.driver).move_to_element(turn).click().perform()
    browser.until(lambda: browser.driver.current_url.endswith("#turn-1"))
    assert browser.one("#turn-1").is_displayed()


def test_an_entry_lights_up_its_words_by_mouse_and_by_keys(browser: Browser) -> None:
    browser.open("/article/ru-us-recall-brief")
    browser.click("[data-entry=e1]")
    lit = [found.text for found in browser.all(".body .lit")]
    assert "recalled" in lit
    assert browser.one("[data-entry=e1]").get_attribute("aria-pressed") == "true"
    entry = browser.one("[data-entry=s1]")
    entry.send_keys(Keys.ENTER)
    assert browser.one("[data-entry=e1]").get_attribute("aria-pressed") == "false"
    assert entry.get_attribute("aria-pressed") == "true"
    entry.send_keys(Keys.ESCAPE)
    assert browser.all(".body .lit") == []


def test_words_lead_to_their_entry(browser: Browser) -> None:
    browser.open("/article/ru-us-recall-brief")
    next(found for found in browser.all(".body .m-trigger") if found.text == "recalled").click()
    assert browser.one(".entries .lit").text.startswith("SANCTION")


def test_a_shared_address_shows_the_entry(browser: Browser) -> None:
    browser.open("/quotes?search=ambassador")
    browser.click(".prints a")
    browser.until(lambda: browser.all("[data-coded] .entries .lit"))
    assert "/article/" in browser.driver.current_url


def test_try_it_codes_on_the_button_and_while_typing(browser: Browser) -> None:
    browser.open("/try")
    text = browser.one("#f-text")
    text.send_keys("France condemned the arrest of two journalists in Belarus on Tuesday.")
    browser.click("form.try button")
    browser.until(lambda: "ACCUSE" in browser.one("#result").text)
    assert browser.driver.current_url.endswith("/try")
    browser.click("#live")
    text.clear()
    text.send_keys("Norway expelled two Russian diplomats.")
    browser.until(lambda: "SANCTION" in browser.one("#result").text)
    browser.until(lambda: not browser.all("#result[aria-busy]"))
    assert browser.axe() == []


def test_what_was_tried_has_an_address_and_files(browser: Browser) -> None:
    browser.open("/try")
    browser.one("#f-text").send_keys("Norway expelled two Russian diplomats.")
    browser.click("form.try button")
    browser.until(lambda: browser.all(".taken button"))
    browser.click(".taken button[value=events]")  # a download leaves the page as it is
    assert "SANCTION" in browser.one("#result").text
    browser.click(".taken p a")
    browser.until(lambda: "/try?text=Norway" in browser.driver.current_url)
    browser.until(lambda: browser.all("#result [data-coded]"))
    assert browser.one("#f-text").get_attribute("value") == "Norway expelled two Russian diplomats."
    assert "SANCTION" in browser.one("#result").text


def test_a_wide_table_fades_where_it_goes_on(browser: Browser) -> None:
    browser.look("phone", "light")
    browser.open("/matrix?until=2021-04-30")
    browser.until(lambda: browser.all(".scroll.on"))
    browser.run("const strip = document.querySelector('.scroll.on'); strip.scrollLeft = strip.scrollWidth")
    browser.until(lambda: not browser.all(".scroll.on"))
    browser.look("desktop", "light")
    browser.open("/matrix?until=2021-04-30")
    assert browser.all(".scroll.on") == []


def test_try_it_shows_its_example(browser: Browser) -> None:
    browser.open("/try?example=1")
    browser.until(lambda: browser.all("#result [data-coded]"))
    assert browser.axe() == []
    browser.picture(PICTURES / "try-coded-desktop-light.png")


def test_quotes_are_found_and_turned_page_by_page(browser: Browser) -> None:
    browser.open("/quotes")
    first = browser.one(".said").text
    browser.click("a[rel=next]")
    browser.until(lambda: "at=0." in browser.driver.current_url)
    assert browser.one(".said").text != first
    assert "Page 2" in browser.one(".pager").text
    browser.click("a[rel=prev]")
    browser.until(lambda: "at=0" in browser.driver.current_url and "at=0." not in browser.driver.current_url)
    assert browser.one(".said").text == first
    browser.one("#f-search").send_keys("sanctions" + Keys.ENTER)
    browser.until(lambda: "search=sanctions" in browser.driver.current_url)
    assert "match" in browser.one("[role=status]").text


def test_search_finds_from_every_page(browser: Browser) -> None:
    browser.open("/matrix")
    browser.one(".find input").send_keys("ambassador" + Keys.ENTER)
    browser.until(lambda: "/search?q=ambassador" in browser.driver.current_url)
    assert browser.all(".rows a")
    assert browser.all(".said")


def test_keyboard_skips_to_the_content(browser: Browser) -> None:
    browser.open("/matrix")
    browser.one("body").send_keys(Keys.TAB)
    link = browser.driver.switch_to.active_element
    assert link.text == "Skip to the content"
    link.send_keys(Keys.ENTER)
    assert browser.driver.switch_to.active_element.get_attribute("id") == "content"


def test_matrix_leads_to_the_relation_of_its_period(browser: Browser) -> None:
    browser.open("/matrix?until=2021-04-30")
    browser.click(".matrix td a")
    browser.until(lambda: "/relation/" in browser.driver.current_url)
    assert "since=2021-01-31&until=2021-04-30" in browser.driver.current_url


def test_on_a_phone_no_table_breaks_a_word_and_strips_begin_at_what_they_show(browser: Browser) -> None:
    browser.look("phone", "light")
    browser.open("/country/RUS")
    tall = browser.run(
        "return [...document.querySelectorAll('.partners th')].map(e => e.getBoundingClientRect().height)"
    )
    assert max(tall) < 80, tall
    browser.open("/?until=2021-07-28")
    shown = browser.run(
        "const mark = document.querySelector('.strip .here').getBoundingClientRect();"
        "return [mark.left, mark.right, document.querySelector('svg.map').getBoundingClientRect().width]"
    )
    assert shown[0] >= 0
    assert shown[1] <= browser.width
    assert shown[2] <= browser.width


def test_hostile_text_stays_text(browser: Browser) -> None:
    for address in ("/?until=2031-05-04", "/relation/NOR/CHL", "/country/NOR", HOSTILE, "/quotes?about=CHL"):
        browser.open(address)
        assert "broken" not in browser.driver.title.split("<script>")[0]
        assert browser.run("return document.images.length") == 0
        assert browser.run("return document.scripts.length") <= 3
    browser.open(HOSTILE)
    assert "<script>document.title='broken'</script>" in browser.one(".body").text


def test_errors_are_designed(browser: Browser) -> None:
    for address in ("/nowhere", "/relation/RUS/Rusia", "/article/none"):
        browser.open(address)
        assert browser.one("[role=alert] h1").is_displayed()
        assert browser.axe() == []
    browser.picture(PICTURES / "error-desktop-light.png")
    assert all("Failed to load resource" in message for message in browser.errors())


def test_nothing_is_fetched_from_elsewhere(browser: Browser) -> None:
    for address in ("/", "/relation/RUS/USA", "/article/ru-us-recall-brief", "/try"):
        browser.open(address)
        names = browser.run("return performance.getEntriesByType('resource').map(e => e.name)")
        assert [name for name in names if not name.startswith(browser.address)] == []
