"""Pages on the smallest screen, with the largest text, mirrored, on paper, and for those who want nothing to move."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys import steps
from tests.journeys.watch import problems, too_wide

pytestmark = [pytest.mark.browser]

COURSE = "/courses/python-concurrency/"
PUBLIC = {
    "first page": "/",
    "nothing found by filters": "/?level=advanced",
    "track": "/tracks/business/",
    "search": "/search/?q=lock",
    "search without result": "/search/?q=zzzzqqqq",
    "course": COURSE,
    "lesson": f"{steps.LESSON}?tier=detailed",
    "transcript": f"{steps.LESSON}listen/",
    "recall": f"{steps.LESSON}recall/",
    "lesson with formulas": f"{COURSE}pools-and-futures/?tier=detailed",
    "lesson about prices": "/courses/pricing-that-pays/discounts-and-bundles/?tier=detailed",
    "glossary": f"{COURSE}glossary/",
    "sign-up": "/account/signup/",
    "log-in": "/account/login/",
    "forgotten password": "/account/password/reset/",
    "no such page": "/nowhere/",
}
PRIVATE = {
    "my learning": "/learn/",
    "my notes": "/learn/notes/",
    "profile": "/account/",
    "e-mail": "/account/email/",
    "password": "/account/password/change/",
    "second factor": "/account/2fa/",
    "sign-ins": "/account/sessions/",
    "tokens": "/account/tokens/",
    "joining": "/courses/pricing-that-pays/join/",
    "course": COURSE,
    "leaving": f"{COURSE}enrollment/departure/",
    "lesson": f"{steps.LESSON}?tier=basic",
    "transcript": f"{steps.LESSON}listen/",
    "recall": f"{steps.LESSON}recall/",
    "courses to hear": "/listen/",
    "course to hear": "/listen/python-concurrency/",
    "feed": "/listen/python-concurrency/feed/",
}
SHAPE = Path(__file__).with_name("shape.js").read_text()
# WCAG 1.4.12: as much space as a reader may ask for.
SPACED = """addEventListener("DOMContentLoaded", () => {
  const sheet = new CSSStyleSheet();
  const space = ["letter-spacing: 0.12em", "word-spacing: 0.16em", "line-height: 1.5"];
  sheet.replaceSync(`* { ${space.map(one => `${one} !important`).join("; ")} }`);
  document.adoptedStyleSheets.push(sheet);
})"""
MOVING = """() => [...document.querySelectorAll("*")].filter(element => {
  const {transitionDuration, animationDuration} = getComputedStyle(element);
  return `${transitionDuration},${animationDuration}`.split(",").some(time => parseFloat(time) > 0.08);
}).map(element => element.className)"""


def walk(page: Page, home: str, addresses: dict[str, str], look) -> dict[str, list[str]]:
    """What `look` finds on each page, for pages on which it finds something."""
    found = {}
    for name, address in addresses.items():
        answer = page.goto(home + address)
        assert answer.status == (404 if name == "no such page" else 200), name
        found[name] = look(page)
    return {name: what for name, what in found.items() if what}


def shape(page: Page) -> list[str]:
    return [*too_wide(page), *page.evaluate(SHAPE)]


def everything(page: Page) -> list[str]:
    found = problems(page)
    page.complaints.clear()
    # The browser itself reports the status of the page that does not exist.
    return [*(one for one in found if "404 (Not Found)" not in one), *page.evaluate(SHAPE)]


@pytest.fixture
def signed_in(open_browser, enrolled_state) -> Callable[..., Page]:
    return partial(open_browser, storage_state=enrolled_state)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_every_page_has_no_finding(open_browser, signed_in, site, width, scheme):
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    assert walk(open_browser(**options), site.url, PUBLIC, everything) == {}
    assert walk(signed_in(**options), site.url, PRIVATE, everything) == {}


def test_nothing_scrolls_sideways_on_the_smallest_screen(open_browser, signed_in, site):
    smallest = {"viewport": {"width": 320, "height": 568}}
    assert walk(open_browser(**smallest), site.url, PUBLIC, shape) == {}
    assert walk(signed_in(**smallest), site.url, PRIVATE, shape) == {}


def test_twice_as_large_text_loses_nothing(open_browser, signed_in, site):
    """A window of 1280 px zoomed to 200 % has 640; in it the largest text, spaced."""
    zoomed = {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2}
    larger = "document.documentElement.dataset.textSize = 'xl'"
    for page, addresses in ((open_browser(**zoomed), PUBLIC), (signed_in(**zoomed), PRIVATE)):
        page.add_init_script(SPACED)

        def look(page: Page) -> list[str]:
            page.evaluate(larger)
            return shape(page)

        assert walk(page, site.url, addresses, look) == {}


@pytest.mark.parametrize("width", [390, 1280])
def test_mirrored_pages_keep_their_shape(open_browser, signed_in, site, width):
    def look(page: Page) -> list[str]:
        page.evaluate("document.documentElement.dir = 'rtl'")
        return shape(page)

    viewport = {"viewport": {"width": width, "height": 800}}
    assert walk(open_browser(**viewport), site.url, PUBLIC, look) == {}
    assert walk(signed_in(**viewport), site.url, PRIVATE, look) == {}


def test_nothing_moves_for_those_who_ask(open_browser, site):
    page = open_browser(reduced_motion="reduce")
    page.goto(site.url + steps.LESSON)
    page.locator(".term").first.click()
    page.keyboard.press("?")
    assert page.evaluate(MOVING) == []


def test_a_lesson_on_paper_is_text_alone(open_browser, site):
    page = open_browser()
    page.goto(f"{site.url}{steps.LESSON}?tier=detailed")
    page.emulate_media(media="print")
    for part in (".bar", ".places", ".footer", ".modes", ".with-aside__aside", ".gate", ".segments", ".pager"):
        assert page.locator(part).first.is_hidden(), part
    for part in ("h1", "#summary .prose", "#concepts", "#examples", "#memory-aids"):
        assert page.locator(part).is_visible(), part
