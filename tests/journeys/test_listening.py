"""Hearing a lesson: from the sample through the gate to the last word, with real sound; and in a podcast app."""

import re

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Listening, Playback
from tests.journeys import steps
from tests.journeys.hearing import (
    AUDIO,
    EMAIL,
    LENGTH,
    LISTEN,
    LOSE_ADDRESS,
    TIME,
    plays_beyond,
    press_play,
    seek_to,
    time_of,
    until,
)
from tests.journeys.watch import check

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SILENT_LEAVING = """['pagehide', 'visibilitychange'].forEach(name =>
  addEventListener(name, event => event.stopImmediatePropagation(), true))"""


def test_from_the_sample_through_the_gate_to_the_same_second_elsewhere(live_server, audible, open_browser, screen):
    page = open_browser(**screen.options())
    page.goto(live_server.url + LISTEN)
    check(page)
    page.locator(".gate audio").evaluate("audio => audio.play()")
    until(page, "document.querySelector('.gate audio').currentTime > 1")
    page.locator(".gate").get_by_role("link", name="Enrol to listen").click()
    steps.sign_up(page, EMAIL)
    expect(page).to_have_url(re.compile(f"{LISTEN}#hear$"))
    expect(page.get_by_role("region", name="Player")).to_be_visible()
    check(page)
    press_play(page)
    plays_beyond(page, 1)
    seek_to(page, 40)
    plays_beyond(page, 42)
    check(page)
    expect(page.locator(".block--here")).to_be_visible()
    left = time_of(page)
    page.close(run_before_unload=True)
    steps.eventually(lambda: Listening.objects.filter(place__gte=40).exists())
    other = open_browser(**screen.options())
    steps.log_in(other, live_server.url, EMAIL)
    other.goto(live_server.url + LISTEN)
    expect(other.get_by_role("button", name=re.compile(r"^Resume at 0:\d\d"))).to_be_visible()
    press_play(other)
    plays_beyond(other, 40)
    assert abs(time_of(other) - left) < 10
    heard = sum(end - start for start, end in Listening.objects.get().heard)
    assert heard < 15  # what was jumped over does not count


def test_a_browser_that_dies_loses_no_more_than_seconds(enter, listener):
    page = enter()
    press_play(page)
    plays_beyond(page, 4)
    at = time_of(page)
    # As if it were killed: nothing is said on leaving.
    page.evaluate(SILENT_LEAVING)
    page.route("**/heard/", lambda route: route.abort())
    page.reload()
    page.unroute("**/heard/")
    page.complaints.clear()
    page.wait_for_timeout(5500)  # until a page that is silent so long counts as gone
    page.reload()
    steps.eventually(lambda: Listening.objects.filter(learner=listener, place__gt=at - 5).exists())


def test_the_sound_goes_on_while_pages_change(enter, live_server):
    page = enter()
    page.evaluate("window.same = true")
    press_play(page)
    plays_beyond(page, 1)
    page.get_by_role("link", name="Read", exact=True).click()
    expect(page).to_have_url(live_server.url + steps.LESSON)
    expect(page.locator("main h1")).to_be_focused()
    plays_beyond(page, time_of(page) + 0.5)
    page.get_by_role("link", name="Basic", exact=True).click()  # htmx came along with the page
    expect(page).to_have_url(re.compile("tier=basic"))
    page.go_back()
    expect(page).to_have_url(live_server.url + steps.LESSON)
    page.go_back()
    expect(page.get_by_role("link", name="Listen", exact=True).last).to_have_attribute("aria-current", "page")
    expect(page.locator(".block--here")).to_have_count(1)
    plays_beyond(page, time_of(page) + 0.5)
    assert page.evaluate("window.same")
    check(page)


def test_notes_work_on_a_page_that_came_while_something_played(enter):
    page = enter()
    press_play(page)
    plays_beyond(page, 1)
    page.get_by_role("link", name="Read", exact=True).click()
    block = page.locator(".block[id]", has_text="A job whose time goes into computing")
    block.hover()
    block.get_by_role("link", name="Note or highlight").click()
    page.get_by_role("textbox", name="Your note").fill("Heard and read.")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".block + .note .note__text")).to_have_text("Heard and read.")
    page.get_by_role("link", name="Listen", exact=True).last.click()
    page.get_by_role("link", name="Read", exact=True).click()
    expect(page.locator(".block + .note .note__text")).to_have_text("Heard and read.")
    plays_beyond(page, 1)


def test_everything_by_keyboard(enter, listener):
    page = enter()
    expect(page.locator(".turn__from").first).to_be_visible()
    page.keyboard.press("Space")
    plays_beyond(page, 0.5)
    page.keyboard.press("ArrowRight")
    plays_beyond(page, 30)
    page.keyboard.press("ArrowLeft")
    until(page, f"{TIME} < 25")
    for _step in range(5):
        page.keyboard.press(">")
    until(page, f"{AUDIO}.playbackRate === 1.25")
    steps.eventually(lambda: Playback.objects.filter(learner=listener, rate=1.25).exists())
    before = time_of(page)
    page.keyboard.press(".")
    until(page, f"{TIME} > {before} + 0.1")
    page.keyboard.press("b")
    expect(page.locator(".toast")).to_contain_text("Bookmark added at")
    page.keyboard.press("c")
    expect(page.locator("[data-chapters-list] button").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Space")  # on the menu's button: it opens again, and nothing stops
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    until(page, f"{AUDIO}.paused")
    page.keyboard.press("s")
    page.keyboard.type("thread")
    expect(page.locator("#transcript-tools output")).to_have_text(re.compile(r"^1 of \d+$"))
    page.keyboard.press("Enter")
    expect(page.locator("#transcript-tools output")).to_have_text(re.compile(r"^2 of \d+$"))
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("Bookmark this place")).to_be_visible()
    check(page)


def test_a_sentence_leads_to_its_second_and_an_address_to_both(enter, live_server):
    page = enter()
    press_play(page)
    plays_beyond(page, 0.5)
    turn = page.locator(".turn").nth(6)
    turn.scroll_into_view_if_needed()
    shown = turn.locator("[data-time]").inner_text()
    seconds = sum(int(part) * unit for part, unit in zip(shown.split(":"), (60, 1), strict=True))
    turn.locator(".turn__text").click(position={"x": 12, "y": 12})
    until(page, f"Math.abs({TIME} - {seconds}) < 3")
    page.goto(f"{live_server.url}{LISTEN}#t={seconds},audiobook")
    page.reload()
    expect(page.locator("[data-elapsed]")).to_have_text(shown)
    expect(page.locator("[data-chapter]")).to_contain_text("Audiobook")


def test_whoever_stopped_reading_hears_that_paragraph(enter):
    page = enter()
    steps.linger(page, page.locator(".turn .turn__text").nth(20).inner_text()[:40])
    key = page.evaluate("document.querySelector('reading-place').place")
    press_play(page)
    plays_beyond(page, 5)
    expect(page.locator(".block--here")).to_have_id(f"b-{key}")


def test_a_lost_address_is_renewed_and_a_lost_course_is_told(enter, listener):
    page = enter()
    press_play(page)
    plays_beyond(page, 1)
    page.evaluate(LOSE_ADDRESS)
    steps.eventually(lambda: page.evaluate(f"!{AUDIO}.src.includes('forged')"))
    plays_beyond(page, 0.2)
    listener.enrollments.all().delete()
    page.evaluate(LOSE_ADDRESS)
    expect(page.locator("[data-notice]")).to_contain_text("Your place is kept.")
    expect(page.locator("[data-notice]").get_by_role("button", name="Try again")).to_be_visible()


def test_the_course_plays_on_to_the_next_piece(enter, audible):
    page = enter(f"/listen/{audible.slug}/")
    check(page)
    page.get_by_role("button", name="Play").or_(page.get_by_role("link", name="Play from the beginning")).first.click()
    plays_beyond(page, 0.5)
    expect(page.locator("[data-chapter]")).to_contain_text("Classroom conversation")
    seek_to(page, int(LENGTH) - 2)
    expect(page.locator("[data-chapter]")).to_contain_text("Audiobook")
    plays_beyond(page, 0.2)
    check(page)


def test_the_sleep_timer_stops_at_the_end_of_the_chapter(enter):
    page = enter()
    press_play(page)
    plays_beyond(page, 0.5)
    page.locator("summary[aria-label='Sleep timer']").click()
    page.get_by_role("button", name="End of the chapter").click()
    seek_to(page, int(LENGTH) - 3)
    until(page, f"{AUDIO}.paused && {TIME} > {LENGTH - 4}")
    expect(page.locator("[data-chapter]")).to_contain_text("Classroom conversation")


def test_without_script_there_is_a_plain_player(enter):
    page = enter(java_script_enabled=False)
    expect(page.locator(".hear__plain").first).to_be_visible()
    expect(page.locator("course-player")).to_be_hidden()
    expect(page.locator("[data-play]").first).to_be_hidden()
    expect(page.get_by_role("link", name="Download").first).to_be_visible()
    expect(page.locator(".turn").first).to_be_visible()


def test_a_feed_is_made_shown_once_and_replaced(enter, audible, live_server):
    page = enter(f"/listen/{audible.slug}/")
    page.get_by_role("link", name="Hear it in your podcast app").click()
    check(page)
    page.get_by_role("button", name="Make my feed address").click()
    first = feed_address(page)
    check(page)
    assert page.request.get(first).status == 200
    page.goto(f"{live_server.url}/listen/{audible.slug}/feed/")
    expect(page.locator("#feed-address")).to_have_count(0)
    page.get_by_text("Replace the address").click()
    page.get_by_role("button", name="Replace it").click()
    second = feed_address(page)
    assert second != first
    assert page.request.get(first).status == 410
    feed = page.request.get(second)
    assert feed.status == 200
    enclosure = re.search(r'<enclosure[^>]*url="([^"]+)"', feed.text())[1]
    piece = page.request.get(at_home(page, enclosure), headers={"Range": "bytes=0-99"})
    assert (piece.status, len(piece.body())) == (206, 100)


def feed_address(page: Page) -> str:
    """As the page shows it this once, at the address this site has in the test."""
    shown = page.locator("#feed-address")
    expect(shown).to_have_text(re.compile(r"/feeds/[\w-]+\.xml$"))
    return at_home(page, shown.inner_text())


def at_home(page: Page, address: str) -> str:
    return page.url.split("/listen/")[0] + re.sub(r"^https?://[^/]+", "", address)
