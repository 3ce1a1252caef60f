import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.django_db(transaction=True)
def test_a_real_browser_shows_the_first_page_with_its_style(page: Page, live_server):
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    assert page.goto(live_server.url).status == 200
    assert page.locator("h1").is_visible()
    assert page.evaluate("document.styleSheets.length") > 0
    assert problems == []
