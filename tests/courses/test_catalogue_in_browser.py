"""The catalogue in a real browser: filters swap the list in place, and the policy on scripts holds."""

import pytest
from playwright.sync_api import Page, expect

from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WATCH = (
    "document.addEventListener('securitypolicyviolation', (event) => console.error('CSP ' + event.violatedDirective))"
)


@pytest.fixture
def watched(page: Page) -> Page:
    page.problems = []
    page.on("console", lambda message: page.problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.add_init_script(WATCH)
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_filters_swap_the_list_and_the_way_back_works(live_server, watched, width):
    factories.CourseFactory.create_batch(22, level="beginner")
    factories.CourseFactory(level="advanced", title="Hard things")
    watched.set_viewport_size({"width": width, "height": 900})
    watched.goto(live_server.url)
    watched.evaluate("window.isSamePage = true")
    watched.click("#filter-level-advanced")
    expect(watched.locator(".course-row")).to_have_count(1)
    expect(watched.locator("#course-count")).to_have_text("1 course")
    expect(watched).to_have_url(f"{live_server.url}/?level=advanced")
    expect(watched.locator("#filter-level-advanced")).to_be_focused()
    watched.go_back()
    expect(watched.locator(".course-row")).to_have_count(20)
    watched.click("[rel=next]")
    expect(watched.locator(".course-row")).to_have_count(3)
    assert watched.evaluate("window.isSamePage"), "the list was swapped, the page was not loaded again"
    assert watched.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.problems == []


def test_data_for_search_engines_breaks_no_policy(live_server, watched):
    lesson = factories.full_lesson()
    for path in ("/", lesson.course.get_absolute_url(), lesson.get_absolute_url()):
        response = watched.goto(live_server.url + path)
        assert "script-src 'self'" in response.headers["content-security-policy"]
        assert watched.locator('script[type="application/ld+json"]').count() == 1, path
    assert watched.problems == []


def test_without_javascript_filters_and_pages_are_links(live_server, browser):
    factories.CourseFactory.create_batch(21, level="beginner")
    factories.CourseFactory(level="advanced")
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(live_server.url)
    plain.click("#filter-level-beginner")
    assert plain.url == f"{live_server.url}/?level=beginner"
    plain.click("[rel=next]")
    assert plain.url == f"{live_server.url}/?level=beginner&page=2"
    assert plain.locator(".course-row").count() == 1
    plain.context.close()
