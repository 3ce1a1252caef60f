"""What people do, step by step, in words they would use. Each step ends where the next one may begin."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

LESSON = "/courses/python-concurrency/threads-or-processes/"
PASSWORD = "seven quiet herons"


def find_the_lesson(page: Page, home: str) -> None:
    """By searching from the first page, with a slip of the finger."""
    page.goto(home)
    page.fill("#hero-search", "multiprocesing")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Showing results for multiprocessing")


def open_the_lesson(page: Page) -> None:
    page.get_by_role("link", name="Threads or processes?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Threads or processes?")
    expect(page).to_have_url(re.compile(LESSON + "$"))


def meet_the_gate(page: Page) -> None:
    page.locator(".gate").get_by_role("link", name="Enrol for free").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Create a free account")


def sign_up(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.locator("[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()


def log_in(page: Page, home: str, email: str, password: str = PASSWORD, then: str = "") -> None:
    page.goto(f"{home}/account/login/{then and f'?next={then}'}")
    page.get_by_label("E-mail address").fill(email)
    page.locator("[type=password]").fill(password)
    page.locator("main").get_by_role("button", name="Log in").click()
    expect(page).not_to_have_url(re.compile("/account/login/"))


def linger(page: Page, text: str) -> str:
    """Bring the paragraph with `text` to the top of the window and stay until it counts as read. Returns its id."""
    block = page.locator(".block[id]", has_text=text).last
    block.evaluate(
        "element => scrollTo({top: element.getBoundingClientRect().top + scrollY - 120, behavior: 'instant'})"
    )
    page.wait_for_timeout(1_000 + 1_000 * min(len(block.inner_text().split()) / 8, 6))  # as static/js/study.js counts
    return str(block.get_attribute("id"))


def eventually(what: Callable[[], object]) -> None:
    """What the server does is seen a moment after the browser asked for it."""
    end = time.monotonic() + 10
    while not what():
        assert time.monotonic() < end, "it did not happen within ten seconds"
        time.sleep(0.1)
