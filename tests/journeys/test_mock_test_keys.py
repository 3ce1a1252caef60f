"""J3: a mock test by keyboard alone, and by the buttons of the browser."""

import pytest
from playwright.sync_api import expect

from tests.journeys.papers import (
    address,
    go_on,
    has_paper,
    heading,
)
from tests.journeys.watch import check, has_ring

pytestmark = [pytest.mark.browser]


def test_the_whole_test_by_keyboard(sit, attempt):
    page = sit()
    has_paper(page)
    page.keyboard.press("c")
    expect(page.locator("[data-choice='3']")).to_be_checked()
    assert has_ring(page)
    page.keyboard.press("n")
    heading(page, 2)
    assert page.evaluate("document.activeElement.id") == "question-title"
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("f")
    expect(page.locator("[data-flag]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("p")
    heading(page, 1)
    page.keyboard.press("q")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Question 1, answered"
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "Home", "End"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.dataset.go") == "10"
    page.keyboard.press("Enter")
    heading(page, 10)
    page.keyboard.press("Tab")
    page.keyboard.type("n p f 1 q")
    expect(page.get_by_label("Your answer")).to_have_value("n p f 1 q")
    heading(page, 10)
    page.get_by_role("heading", level=1).focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Choose an answer")
    check(page)
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("They are off.").first).to_be_visible()
    page.keyboard.press("p")
    page.wait_for_timeout(300)
    heading(page, 10)
    attempt.learner.refresh_from_db()
    assert not attempt.learner.shortcuts_on


def test_going_back_in_the_browser_goes_back_in_the_test(sit, attempt, live_server):
    page = sit()
    has_paper(page)
    go_on(page)
    go_on(page)
    heading(page, 3)
    assert page.url == live_server.url + address(attempt, 3)
    assert page.title() == "Question 3 of 10 · Threads and processes · Fivefold"
    page.go_back()
    heading(page, 2)
    page.go_back()
    heading(page, 1)
    page.go_forward()
    heading(page, 2)
