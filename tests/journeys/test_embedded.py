"""The journey against a copy as `script/server` starts it: SQLite, real processes, joined and hashed files."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.site import Site
from tests.journeys.watch import check, comes_into_view

pytestmark = [pytest.mark.browser]

COURSE = "python-concurrency"
READING = """
    SELECT r.* FROM lessons_reading r JOIN accounts_user u ON u.id = r.learner_id
    WHERE u.email = ? AND {}
"""
ENROLLED = """
    SELECT count(*) FROM enrollment_enrollment e
    JOIN accounts_user u ON u.id = e.learner_id JOIN courses_course c ON c.id = e.course_id
    WHERE u.email = ? AND c.slug = ?
"""


def enrollments(site: Site, email: str, course: str = COURSE) -> int:
    return site.sql(ENROLLED, email, course)[0][0]


def newcomer(site: Site, page: Page, email: str) -> None:
    """Somebody with an account, enrolled in the course about concurrency, on its lesson."""
    page.goto(site.url + steps.LESSON)
    steps.meet_the_gate(page)
    steps.sign_up(page, email)
    expect(page).to_have_url(re.compile(steps.LESSON + "#concepts$"))


def test_a_newcomer_enrols_and_stands_at_the_same_paragraph_in_a_second_browser(site, open_browser):
    page = open_browser()
    steps.find_the_lesson(page, site.url)
    steps.open_the_lesson(page)
    page.get_by_role("link", name="Detailed").click()
    expect(page).to_have_url(re.compile("tier=detailed$"))
    steps.meet_the_gate(page)
    steps.sign_up(page, "sven@example.org")
    expect(page).to_have_url(re.compile(steps.LESSON + "#concepts$"))
    assert enrollments(site, "sven@example.org") == 1
    paragraph = steps.linger(page, "A job whose time goes into computing")
    page.close(run_before_unload=True)
    steps.eventually(lambda: site.sql(READING.format("r.place_key = ?"), "sven@example.org", paragraph[2:]))
    second = open_browser()
    steps.log_in(second, site.url, "sven@example.org")
    second.get_by_role("link", name="Continue").click()
    expect(second).to_have_url(re.compile(f"#{paragraph}$"))
    comes_into_view(second, f"#{paragraph}")
    check(second)


def test_back_and_forward_go_through_depths_and_pages(site, open_browser):
    page = open_browser()
    page.goto(f"{site.url}/courses/{COURSE}/")
    page.get_by_role("link", name="Threads or processes?").click()
    for tier in ("basic", "detailed"):
        page.locator(f"[data-tier={tier}]").click()
        expect(page).to_have_url(re.compile(f"tier={tier}$"))
    page.get_by_role("link", name="Recall").click()
    expect(page).to_have_url(re.compile("/recall/$"))
    for tier in ("detailed", "basic"):
        page.go_back()
        expect(page.locator(f"[data-tier={tier}]")).to_have_attribute("aria-current", "true")
        expect(page.get_by_role("heading", level=1)).to_have_text("Threads or processes?")
    page.go_back()
    expect(page).to_have_url(re.compile(f"{steps.LESSON}$"))
    page.go_forward()
    expect(page.locator("[data-tier=basic]")).to_have_attribute("aria-current", "true")
    assert page.complaints == []


def test_a_double_click_on_enrol_takes_one_seat(site, open_browser):
    page = open_browser()
    newcomer(site, page, "dora@example.org")
    page.goto(f"{site.url}/courses/pricing-that-pays/")
    before = site.sql("SELECT seats_taken FROM courses_course WHERE slug = 'pricing-that-pays'")[0][0]
    page.get_by_role("button", name="Enrol for free").dblclick()
    expect(page.get_by_text("You are enrolled in Pricing that pays.")).to_be_visible()
    assert enrollments(site, "dora@example.org", "pricing-that-pays") == 1
    assert site.sql("SELECT seats_taken FROM courses_course WHERE slug = 'pricing-that-pays'")[0][0] == before + 1
    check(page)


def test_two_tabs_mark_the_same_lesson_read(site, open_browser):
    page = open_browser()
    newcomer(site, page, "tove@example.org")
    other = page.context.new_page()
    other.goto(site.url + steps.LESSON)
    for tab in (page, other):
        tab.get_by_role("button", name="Mark read and continue").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Pools and futures")
    assert len(site.sql(READING.format("r.finished_at IS NOT NULL"), "tove@example.org")) == 1
    page.goto(f"{site.url}/learn/")
    expect(page.get_by_text("1 of 5 lessons read")).to_be_visible()


def test_seats_gone_during_the_click_are_told_and_reading_goes_on(site, open_browser):
    page = open_browser()
    newcomer(site, page, "finn@example.org")
    page.goto(f"{site.url}/courses/interfaces-people-understand/")
    site.sql("UPDATE courses_course SET seats = 0 WHERE slug = 'interfaces-people-understand'")
    try:
        page.get_by_role("button", name="Enrol for free").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Enrolment is closed|No seats left"))
        page.complaints.clear()  # the browser itself reports the status 409
        check(page)
        assert enrollments(site, "finn@example.org", "interfaces-people-understand") == 0
        page.get_by_role("link", name="Read on").click()
        expect(page.get_by_text("reading stays free")).to_be_visible()
        page.get_by_role("link", name="Start reading").click()
        expect(page.get_by_role("navigation", name="Ways to study this lesson")).to_be_visible()
    finally:
        site.sql("UPDATE courses_course SET seats = NULL WHERE slug = 'interfaces-people-understand'")
