"""What our modules do, in a real browser, under the real policy."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.look.urls"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def everything(page, live_server):
    """The page, with every complaint of the console collected in `page.complaints`."""
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/everything/", wait_until="networkidle")
    yield page
    assert page.complaints == []


def is_open(page, selector):
    return page.locator(selector).evaluate("element => element.matches(':popover-open, [open]')")


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def test_a_definition_opens_beside_its_word_for_keyboard_and_pointer(everything):
    word = everything.locator(".term")
    everything.locator(".menu__open").focus()
    everything.keyboard.press("Shift+Tab")
    assert focused(everything) == "term"
    assert is_open(everything, "#def-1")
    assert word.get_attribute("aria-expanded") == "true"
    everything.keyboard.press("Tab")
    assert focused(everything) == ""  # the link inside, not the menu after it
    assert is_open(everything, "#def-1")
    everything.keyboard.press("Escape")
    assert not is_open(everything, "#def-1")
    assert focused(everything) == "term"
    everything.evaluate("document.activeElement.blur()")
    word.hover()
    everything.wait_for_selector("#def-1:popover-open")
    below = everything.locator("#def-1").bounding_box()["y"] - word.bounding_box()["y"]
    assert 0 < below < 60
    everything.mouse.move(5, 5)
    everything.wait_for_selector("#def-1:not(:popover-open)", state="hidden")


def test_a_definition_opens_without_script(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/everything/")
    page.locator(".term").click()
    assert page.get_by_text("Lets one in at a time").is_visible()
    context.close()


def test_a_menu_closes_on_escape_and_gives_focus_back(everything):
    everything.locator(".menu__open").click()
    assert is_open(everything, "details.menu")
    everything.keyboard.press("Escape")
    assert not is_open(everything, "details.menu")
    assert focused(everything) == "menu__open"


def test_keys_work_except_while_somebody_types(everything):
    everything.keyboard.press("?")
    assert is_open(everything, "#keys")
    everything.keyboard.press("Escape")
    everything.keyboard.press("/")
    assert focused(everything) == "bar-search"
    everything.keyboard.type("g h?")
    assert everything.locator("#bar-search").input_value() == "g h?"
    assert everything.url.endswith("/everything/")


def test_a_visitors_theme_is_kept_on_the_device(everything):
    everything.locator("[data-theme-choice=dark]").click()
    everything.reload()
    assert everything.evaluate("document.documentElement.dataset.theme") == "dark"
    assert everything.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(18, 19, 22)"
    everything.locator("[data-theme-choice=system]").click()
    everything.reload()
    assert everything.evaluate("document.documentElement.dataset.theme") is None


def test_a_request_that_fails_says_so_in_place_and_can_be_tried_again(everything):
    everything.route("**/save/", lambda route: route.abort())
    everything.locator("#save button").click()
    everything.get_by_text("Nothing was lost").first.wait_for()
    everything.unroute("**/save/")
    everything.route("**/save/", lambda route: route.fulfill(status=422, body="<p>Look again</p>"))
    everything.get_by_role("button", name="Try again").click()
    everything.get_by_text("Look again").wait_for()
    assert everything.locator("[data-request-failed]").count() == 0
    everything.complaints.clear()  # the browser itself reports the aborted request and the 422


def test_the_page_is_no_wider_than_a_small_screen(everything):
    everything.set_viewport_size({"width": 320, "height": 640})
    assert everything.evaluate("document.documentElement.scrollWidth") == 320
