"""The player where things go differently: other tabs and devices, lost connections, narrow windows, killed browsers."""

import re

import pytest
from playwright.sync_api import Page, expect

from lessons.models import Bookmark, Listening, Playback
from study.models import Note
from tests.journeys import steps
from tests.journeys.hearing import (
    AUDIO,
    LOSE_ADDRESS,
    TIME,
    plays_beyond,
    press_play,
    seek_to,
    time_of,
    until,
)
from tests.journeys.watch import COVERED, has_ring

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

MINUTE_LATER = "{ const now = Date.now; Date.now = () => now.call(Date) + 70000; }"
# What is kept on this device of what was heard: names in both places.
KEPT = """async () => {
  const names = Object.keys(localStorage).filter(name => name.startsWith("hear."));
  const databases = (await indexedDB.databases()).map(({name}) => name).filter(name => name === "hear");
  return [...names, ...databases];
}"""
MOST_STOPS = 90


def player(page: Page):
    return page.get_by_role("region", name="Player")


def notice(page: Page):
    return page.locator("[data-notice]")


def test_one_tab_plays_at_a_time(enter):
    page = enter()
    press_play(page)
    plays_beyond(page, 0.5)
    other = page.context.new_page()
    other.goto(page.url)
    press_play(other)
    plays_beyond(other, 0.5)
    until(page, f"{AUDIO}.paused")
    expect(player(page).get_by_role("button", name="Play", exact=True)).to_be_visible()
    plays_beyond(other, time_of(other) + 0.5)


def test_the_place_of_another_device_is_offered_once(enter, listener):
    page = enter()
    press_play(page)
    plays_beyond(page, 1.5)
    page.keyboard.press("Space")
    until(page, f"{AUDIO}.paused")
    other = enter()
    press_play(other)
    plays_beyond(other, 0.5)
    seek_to(other, 60)
    plays_beyond(other, 62)
    other.close(run_before_unload=True)
    steps.eventually(lambda: Listening.objects.filter(learner=listener, place__gte=60).exists())
    page.evaluate(MINUTE_LATER)
    press_play(page)
    expect(notice(page)).to_contain_text("You listened on another device up to 1:0")
    notice(page).get_by_role("button", name=re.compile("^Jump to 1:0")).click()
    plays_beyond(page, 60)
    expect(notice(page)).to_be_hidden()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    plays_beyond(page, time_of(page) + 0.5)
    expect(notice(page)).to_be_hidden()


def test_a_bookmark_leads_back_and_becomes_a_note(enter, listener):
    page = enter()
    press_play(page)
    plays_beyond(page, 0.5)
    seek_to(page, 30)
    plays_beyond(page, 30.2)
    page.keyboard.press("b")
    expect(page.locator(".toast")).to_contain_text("Bookmark added at 0:30")
    seek_to(page, 70)
    player(page).locator("summary[aria-label='Bookmarks']").click()
    page.locator("[data-bookmarks-list] .player__row").click()
    until(page, f"{TIME} > 29 && {TIME} < 36")
    player(page).locator("summary[aria-label='Bookmarks']").click()
    page.get_by_role("button", name="Make it a note").click()
    expect(page.locator(".toast").last).to_contain_text("Kept as a note")
    assert Note.objects.get(learner=listener).body == Bookmark.objects.get().words
    page.get_by_role("button", name="Remove the bookmark").click()
    expect(page.locator("[data-no-bookmarks]")).to_be_visible()
    assert not Bookmark.objects.exists()


def test_words_are_copied_with_their_time_and_the_address_leads_there(enter):
    page = enter()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = page.locator(".turn").nth(5)
    turn.hover()
    shown = turn.locator("[data-time]").inner_text()
    turn.get_by_role("button", name="Copy with its time").click()
    expect(page.locator(".toast")).to_contain_text("Copied, with its time")
    words, last = page.evaluate("navigator.clipboard.readText()").rsplit("\n", 1)
    assert words == " ".join(turn.locator(".turn__text").inner_text().split())
    time, address = last.split(" ")
    assert time == shown
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("[data-elapsed]")).to_have_text(shown)
    expect(page.locator(".turn").nth(5)).to_be_in_viewport()


def test_where_copying_is_not_allowed_the_address_leads_to_the_sentence(enter):
    page = enter()
    page.evaluate("{ navigator.clipboard.writeText = () => Promise.reject(new Error('no')); null; }")
    page.locator(".turn").nth(5).hover()
    page.locator(".turn").nth(5).get_by_role("button", name="Copy with its time").click()
    expect(page.locator(".toast")).to_contain_text("now leads to the sentence")
    expect(page).to_have_url(re.compile(r"/listen/#t=\d+$"))


def test_the_lock_screen_shows_what_plays(enter):
    page = enter()
    press_play(page)
    plays_beyond(page, 0.5)
    assert page.evaluate("(({title, artist, album}) => [title, artist, album])(navigator.mediaSession.metadata)") == [
        "Threads or processes?",
        "Classroom conversation",
        page.locator("course-player").get_attribute("data-album"),
    ]
    assert page.evaluate("navigator.mediaSession.playbackState") == "playing"
    assert page.evaluate("fetch(navigator.mediaSession.metadata.artwork[0].src).then(reply => reply.ok)")


def test_sound_that_a_lost_connection_stopped_goes_on_when_it_is_back(enter):
    page = enter()
    press_play(page)
    plays_beyond(page, 1)
    at = time_of(page)
    page.context.set_offline(True)
    page.evaluate(LOSE_ADDRESS)
    expect(notice(page)).to_contain_text("Your place is kept.")
    page.context.set_offline(False)
    plays_beyond(page, at)
    expect(notice(page)).to_be_hidden()


def test_the_speed_is_remembered_for_the_course_at_once(enter, listener, live_server, audible):
    page = enter()
    player(page).locator("summary[aria-label='Speed']").click()
    player(page).get_by_role("button", name="1.5×").click()
    page.goto(f"{live_server.url}/listen/{audible.slug}/")
    steps.eventually(lambda: Playback.objects.filter(learner=listener, rate=1.5).exists())
    page.reload()
    expect(page.locator("[data-rate]")).to_have_text("1.5×")
    page.get_by_role("link", name="Play", exact=True).or_(page.get_by_role("button", name="Play")).first.click()
    until(page, f"{AUDIO}.playbackRate === 1.5 && {TIME} > 0.3")


def test_logging_out_sends_what_was_heard_and_leaves_nothing_behind(enter, listener):
    page = enter()
    press_play(page)
    plays_beyond(page, 3)
    assert page.evaluate(KEPT)
    page.locator(".menu__open").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(lambda url: "/listen/" not in url)
    assert page.evaluate(KEPT) == []
    steps.eventually(lambda: Listening.objects.filter(learner=listener, place__gt=2).exists())


def test_the_sleep_timer_counts_minutes_while_it_plays(enter):
    page = enter()
    press_play(page)
    plays_beyond(page, 0.5)
    player(page).locator("summary[aria-label='Sleep timer']").click()
    player(page).get_by_role("button", name="5 minutes", exact=True).click()
    left = page.locator("[data-sleep-left]")
    expect(left).to_have_text(re.compile(r"^4:5\d$"))
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    until(page, f"{AUDIO}.paused")
    before = left.inner_text()
    page.wait_for_timeout(1500)
    assert left.inner_text() == before


@pytest.mark.parametrize("width", [390, 1280])
def test_the_bars_cover_nothing_that_has_focus(enter, width):
    page = enter(viewport={"width": width, "height": 700})
    press_play(page)
    plays_beyond(page, 0.2)
    page.keyboard.press("Space")
    page.locator("main h1").evaluate("heading => { heading.tabIndex = -1; heading.focus(); }")
    hidden = []
    for _press in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("!document.activeElement.closest('main, course-player')"):
            break
        if not has_ring(page) or page.evaluate(COVERED):
            hidden.append(page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))
    assert hidden == []


def test_nothing_moves_for_those_who_ask(enter):
    page = enter(reduced_motion="reduce")
    press_play(page)
    plays_beyond(page, 0.2)
    page.evaluate(
        """() => {
          window.smooth = 0;
          const by = scrollBy;
          scrollBy = (options) => { smooth += options.behavior === "smooth"; by(options); };
        }"""
    )
    seek_to(page, 70)
    plays_beyond(page, 70)
    expect(page.locator(".block--here")).to_be_in_viewport()
    assert page.evaluate("window.smooth") == 0
