"""The main job, by somebody who has never been here: find, read, meet the gate, study, come back elsewhere."""

import re

import pytest
from playwright.sync_api import Page, expect

from enrollment.models import Enrollment
from lessons.models import Reading
from study.models import Note
from tests.journeys import steps
from tests.journeys.conftest import Screen
from tests.journeys.watch import check, comes_into_view, top

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

EMAIL = "nadia@example.org"


def test_a_newcomer_finds_reads_enrols_studies_and_comes_back_elsewhere(live_server, concurrency, open_browser, screen):
    page = open_browser(**screen.options())
    steps.find_the_lesson(page, live_server.url)
    check(page)
    steps.open_the_lesson(page)
    check(page)
    read_three_tiers(page)
    open_a_term(page, screen)
    pass_the_gate(page)
    study(page)
    write_a_note(page)
    go_on_to_the_next_lesson(page)
    paragraph = steps.linger(page, "Too small, and the parcels cost more")
    page.close(run_before_unload=True)
    what_the_server_kept()
    come_back(open_browser(**screen.options()), live_server.url, paragraph)


def read_three_tiers(page: Page) -> None:
    """Each depth keeps the heading where it was, has an address, and the way back works."""
    switch = page.get_by_role("navigation", name="Depth of the summary")
    switch.scroll_into_view_if_needed()
    for name in ("Basic", "Detailed"):
        place = top(page, "#summary-title")
        switch.get_by_role("link", name=name).click()
        expect(switch.get_by_role("link", name=name)).to_have_attribute("aria-current", "true")
        expect(page).to_have_url(re.compile(rf"\?tier={name.lower()}$"))
        assert abs(top(page, "#summary-title") - place) <= 2
        check(page)
    page.go_back()
    expect(switch.get_by_role("link", name="Basic")).to_have_attribute("aria-current", "true")
    page.go_forward()
    expect(switch.get_by_role("link", name="Detailed")).to_have_attribute("aria-current", "true")


def open_a_term(page: Page, screen: Screen) -> None:
    word = page.locator(".term", has_text="global interpreter lock").first
    meaning = page.locator(":popover-open")
    word.scroll_into_view_if_needed()
    if screen.is_touched:
        word.tap()
    else:
        word.hover()
    expect(meaning).to_contain_text("lock")
    check(page)
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    page.mouse.move(2, 2)
    page.locator(".segments__one").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".term:focus")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    expect(page.locator(".term:focus")).to_have_count(1)


def pass_the_gate(page: Page) -> None:
    steps.meet_the_gate(page)
    check(page)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_label("E-mail address")).to_be_focused()  # the browser itself asks for it
    steps.sign_up(page, EMAIL)
    expect(page).to_have_url(re.compile(steps.LESSON + "#concepts$"))
    assert Enrollment.objects.active().filter(learner__email=EMAIL, course__slug="python-concurrency").exists()
    comes_into_view(page, "#concepts-title")
    expect(page.locator(".toast")).to_have_text("You are enrolled in Concurrency in Python.")
    expect(page.locator(".gate")).to_have_count(0)
    expect(page.locator("[data-tier=detailed]")).to_have_attribute("aria-current", "true")  # as the visitor had it
    check(page)


def study(page: Page) -> None:
    """Reading is noticed, and the page knows the place when it is opened again."""
    block = steps.linger(page, "The one lock per process")
    page.reload()
    kept = Reading.objects.filter(learner__email=EMAIL, lesson__slug="threads-or-processes")
    steps.eventually(lambda: kept.filter(read_keys__contains=block.removeprefix("b-")).exists())
    assert not kept.get().finished_at
    page.reload()
    page.get_by_role("link", name="Go on where you stopped").click()
    comes_into_view(page, ".block[id]:target")


def write_a_note(page: Page) -> None:
    block = page.locator(".block[id]", has_text="A job whose time goes into computing")
    block.hover()
    block.get_by_role("link", name="Note or highlight").click()
    field = page.get_by_role("textbox", name="Your note")
    expect(field).to_be_focused()
    check(page)
    field.fill("Measure first.")
    page.get_by_label("Highlight the paragraph").check()
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".toast").last).to_contain_text("Note kept.")
    expect(block).to_have_class(re.compile("block--marked"))
    check(page)
    change = page.locator(".note").get_by_role("link", name="Change")
    change.click()
    page.get_by_role("textbox", name="Your note").fill("Something else")
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator(".note__text")).to_have_text("Measure first.")
    change.click()
    page.get_by_role("textbox", name="Your note").fill("Measure first, with two clocks.")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".note__text")).to_have_text("Measure first, with two clocks.")
    assert Note.objects.get().is_highlighted


def go_on_to_the_next_lesson(page: Page) -> None:
    page.get_by_role("button", name="Mark read and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pools and futures")
    check(page)


def what_the_server_kept() -> None:
    assert Reading.objects.get(lesson__slug="threads-or-processes").finished_at
    # The last report was on its way when the page closed.
    steps.eventually(lambda: Reading.objects.filter(lesson__slug="pools-and-futures", place_at__isnull=False).exists())


def come_back(page: Page, home: str, paragraph: str) -> None:
    """In another browser: one press from My learning to the very paragraph."""
    steps.log_in(page, home, EMAIL)
    expect(page.get_by_role("heading", level=1)).to_have_text("My learning")
    expect(page.get_by_text("1 of 5 lessons read")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Continue").click()
    expect(page).to_have_url(re.compile(f"/pools-and-futures/.*#{paragraph}$"))
    comes_into_view(page, f"#{paragraph}")
    check(page)
    expect(page.locator(".facts")).to_contain_text("% read")
