"""The journey by keyboard alone: where focus goes, that it is seen, and what single keys do."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from enrollment import seats
from tests import factories
from tests.journeys import steps
from tests.journeys.watch import COVERED, comes_into_view, has_ring, top

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MOST_STOPS = 80  # more presses of Tab than any page of ours should ask for in a row


@pytest.fixture
def learner(concurrency) -> User:
    user = factories.UserFactory(email="kim@example.org", display_name="Kim")
    seats.enroll(user, concurrency)
    return user


@pytest.fixture
def page(open_browser) -> Page:
    return open_browser(viewport={"width": 1280, "height": 900})


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press until focus is on what is called `name`; on the way every stop must be seen."""
    for _press in range(MOST_STOPS):
        page.keyboard.press(key)
        assert has_ring(page), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        label = page.evaluate(
            "(e => e.labels?.[0]?.textContent ?? e.getAttribute('aria-label') ?? e.textContent)(document.activeElement)"
        )
        if name in label:
            return
    raise AssertionError(f"{name} was not reached with {MOST_STOPS} presses")


def test_a_newcomer_reads_signs_up_and_enrols_by_keyboard_alone(page, live_server, concurrency):
    page.goto(live_server.url)
    page.keyboard.press("/")
    page.keyboard.type("multiprocesing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    tab_to(page, "Threads or processes?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/threads-or-processes/")
    tab_to(page, "Skip to the content")
    page.keyboard.press("Enter")
    tab_to(page, "Detailed")
    page.keyboard.press("Enter")
    page.wait_for_url("**?tier=detailed")
    expect(page.locator("[data-tier=detailed]")).to_be_focused()
    tab_to(page, "Enrol for free")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/signup/**")
    tab_to(page, "E-mail address")
    page.keyboard.type("kim@example.org")
    tab_to(page, "Password")
    page.keyboard.type(steps.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{steps.LESSON}#concepts")
    tab_to(page, "Note or highlight")
    comes_into_view(page, ":focus")  # reading goes on from the gate's place, not from the top


def test_single_keys_lead_through_a_lesson(page, live_server, learner):
    steps.log_in(page, live_server.url, learner.email, factories.PASSWORD, then=steps.LESSON)
    before = top(page, "#summary-title")
    for tier in ("detailed", "basic", "medium"):
        page.keyboard.press("t")
        expect(page.locator(f"[data-tier={tier}]")).to_have_attribute("aria-current", "true")
    assert abs(top(page, "#summary-title") - before) <= 2
    for key, address in (("2", "/listen/"), ("3", "/recall/"), ("1", "/threads-or-processes/")):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(f"{address}$"))
        page.wait_for_load_state()  # a key before that is nobody's
    for key, title in (("]", "Pools and futures"), ("[", "Threads or processes?"), ("m", "Pools and futures")):
        page.keyboard.press(key)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page.get_by_text("1 of 5 lessons read")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_url(live_server.url + "/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_another_depth_keeps_a_heading_where_one_was_reading(page, live_server, concurrency):
    page.goto(live_server.url + steps.LESSON)
    heading = page.locator("#summary h3").nth(3)
    heading.evaluate("heading => scrollBy({top: heading.getBoundingClientRect().top - 150, behavior: 'instant'})")
    for tier in ("detailed", "basic", "medium"):
        page.keyboard.press("t")
        expect(page.locator(f"[data-tier={tier}]")).to_have_attribute("aria-current", "true")
        headings = page.locator("#summary :is(h2, h3)")
        tops = headings.evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
        assert any(abs(place - 150) <= 2 for place in tops), (tier, tops)


def test_a_note_is_written_and_cancelled_by_keyboard(page, live_server, learner):
    steps.log_in(page, live_server.url, learner.email, factories.PASSWORD, then=f"{steps.LESSON}%23concepts")
    tab_to(page, "Note or highlight")
    pencil = page.evaluate("document.activeElement.closest('.block').id")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your note")).to_be_focused()
    page.keyboard.type("m is a letter here")
    tab_to(page, "Keep note")
    page.keyboard.press("Enter")
    expect(page.locator(".note__text")).to_have_text("m is a letter here")
    expect(page.locator(f"#{pencil} .block__note")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Cancel")
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_have_count(0)
    expect(page.locator(f"#{pencil} .block__note")).to_be_focused()


def test_single_keys_do_nothing_for_those_who_switched_them_off(page, live_server, learner):
    User.objects.filter(pk=learner.pk).update(shortcuts_on=False)
    steps.log_in(page, live_server.url, learner.email, factories.PASSWORD, then=steps.LESSON)
    here = page.url
    for key in ("/", "?", "m", "t", "2", "]", "g", "l"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)  # time in which a wrong one would lead away
    assert page.url == here
    assert page.evaluate("document.activeElement === document.body")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("[data-tier=medium]")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("width", [390, 1280])
def test_wherever_tab_leads_it_is_seen_and_not_covered(open_browser, live_server, learner, width):
    page = open_browser(viewport={"width": width, "height": 700})
    steps.log_in(page, live_server.url, learner.email, factories.PASSWORD, then="/courses/python-concurrency/")
    stops = page.locator("a[href], button, summary, input").count()
    hidden = []
    for _press in range(min(stops, MOST_STOPS)):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        if not has_ring(page) or page.evaluate(COVERED):
            hidden.append(page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))
    assert hidden == []
