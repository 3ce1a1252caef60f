"""Everything a learner does, with JavaScript switched off."""

import re

import pytest
from playwright.sync_api import Page, expect

from enrollment.models import Enrollment
from lessons.models import Reading
from study.models import Note
from tests import factories
from tests.journeys import steps
from tests.journeys.watch import comes_into_view

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

EMAIL = "noor@example.org"


@pytest.fixture
def plain(open_browser, concurrency) -> Page:
    return open_browser(java_script_enabled=False, viewport={"width": 1280, "height": 900})


def test_a_visitor_filters_searches_and_reads_without_script(plain, live_server):
    factories.CourseFactory(level="beginner")
    plain.goto(live_server.url)
    plain.get_by_role("link", name="Intermediate").click()
    expect(plain).to_have_url(re.compile(r"\?level=intermediate$"))
    expect(plain.locator(".course-row")).to_have_count(1)
    steps.find_the_lesson(plain, live_server.url)
    steps.open_the_lesson(plain)
    for name in ("Basic", "Medium", "Detailed"):
        plain.get_by_role("link", name=name, exact=True).click()
        expect(plain).to_have_url(re.compile(rf"\?tier={name.lower()}$"))
        expect(plain.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "true")
    word = plain.locator(".term").first
    word.click()
    expect(plain.locator(".definition:popover-open")).to_be_visible()
    expect(plain.get_by_role("link", name="Pools and futures").first).to_be_visible()  # the outline stands open
    plain.get_by_role("link", name="Recall").click()
    plain.locator(".reveal__front").first.click()
    expect(plain.locator(".reveal__back").first).to_be_visible()


def test_a_newcomer_enrols_notes_and_marks_read_without_script(plain, live_server):
    plain.goto(live_server.url + steps.LESSON)
    steps.meet_the_gate(plain)
    steps.sign_up(plain, EMAIL)
    expect(plain).to_have_url(re.compile(steps.LESSON + "#concepts$"))
    assert Enrollment.objects.active().filter(learner__email=EMAIL).exists()
    comes_into_view(plain, "#concepts-title")
    write_a_note(plain)
    plain.get_by_role("button", name="Mark read and continue").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Pools and futures")
    assert Reading.objects.get().finished_at
    plain.get_by_role("link", name="My learning").first.click()
    expect(plain.get_by_text("1 of 5 lessons read")).to_be_visible()


def write_a_note(page: Page) -> None:
    block = page.locator(".block[id]", has_text="A job whose time goes into computing")
    block.hover()
    block.get_by_role("link", name="Note or highlight").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Note on a paragraph")
    page.get_by_label("Your note").fill("Measure first.")
    page.get_by_label("Highlight the paragraph").check()
    page.get_by_role("button", name="Keep note").click()
    expect(page).to_have_url(re.compile(rf"{steps.LESSON}.*#b-"))
    expect(page.locator("#notes .note__text")).to_have_text("Measure first.")
    assert Note.objects.get().is_highlighted


def test_a_wrong_form_comes_back_with_what_was_typed_without_script(plain, live_server):
    plain.goto(f"{live_server.url}/account/signup/")
    plain.get_by_label("E-mail address").fill("noor@example.org")
    plain.get_by_label("Password").fill("noor")
    plain.get_by_role("button", name="Sign up").click()
    expect(plain.get_by_label("E-mail address")).to_have_value("noor@example.org")
    expect(plain.locator("[aria-invalid=true]")).to_have_attribute("name", "password1")
