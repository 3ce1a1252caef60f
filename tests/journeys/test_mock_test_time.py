"""J3: the time of a mock test: device clocks that are wrong, the last minute, the end with and without a connection."""

import re

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from quizzes.models import Attempt, AttemptEvent, LateAnswer
from tests.journeys import steps
from tests.journeys.papers import (
    KEPT,
    choose,
    end_soon,
    has_paper,
    kept,
    left,
    only_ours,
    ready,
    save_line,
    saved,
)
from tests.journeys.watch import check

pytestmark = [pytest.mark.browser]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_wrong_clock_of_the_device_changes_nothing(sit, attempt, days):
    page = sit()
    page.context.add_init_script(
        f"const at = Date.now.bind(Date); Date.now = () => at() + {days * 86_400_000};"
        f"const Day = Date; globalThis.Date = class extends Day {{ constructor(...given) {{"
        f" super(...(given.length ? given : [Day.now()])); }} }};"
    )
    page.reload()
    ready(page)
    ends = Attempt.objects.get(pk=attempt.pk).deadline
    shown = left(page)
    assert abs(shown - (ends - now()).total_seconds()) <= 1.5
    choose(page, 1)
    saved(page)
    end_soon(attempt, 125)
    choose(page, 2)
    saved(page)
    expect(page.locator("[data-time]")).to_have_text(re.compile(r"^2:0\d$"))


def test_a_device_that_runs_ahead_takes_no_time_from_anybody(sit, attempt):
    page = sit(3)
    has_paper(page)
    choose(page, 1)
    saved(page)
    with page.expect_navigation():
        page.evaluate("const now = performance.now.bind(performance); performance.now = () => now() + 1_800_000;")
    ready(page)
    assert left(page) > 1700
    choose(page, 2)
    saved(page)
    attempt.refresh_from_db()
    assert attempt.is_open


def test_the_last_minute_shows_without_colour_alone_and_is_announced(sit, attempt):
    end_soon(attempt, 62)
    page = sit()
    expect(page.locator("#live-polite")).to_have_text("1 minute left")
    expect(page.locator("#clock > .icon")).to_be_visible()
    weight = page.locator("[data-time]").evaluate("element => getComputedStyle(element).fontWeight")
    assert int(weight) >= 700
    page.get_by_role("button", name="Hide").click()
    expect(page.locator("[data-time]")).to_be_hidden()
    check(page)
    page.get_by_role("button", name="Show the time").click()
    expect(page.locator("[data-time]")).to_be_visible()


def test_when_time_is_up_the_answers_are_sent_and_the_result_comes(sit, attempt):
    page = sit(5)
    end_soon(attempt, 5)
    page.reload()
    ready(page)
    page.get_by_label("Your answer").fill("dead")
    page.route("**/submission/", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    expect(page.get_by_role("dialog", name="Time is up")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_be_disabled()
    page.wait_for_url("**/result/")
    attempt.refresh_from_db()
    assert attempt.state != Attempt.State.OPEN
    assert attempt.finished_at == attempt.deadline
    assert kept(attempt, 5).value == "dead"


def test_offline_when_time_is_up_the_page_says_what_counts(sit, attempt):
    page = sit(5)
    has_paper(page)
    page.get_by_label("Your answer").fill("deadlock")
    saved(page)
    page.get_by_role("button", name="Previous").click()
    end_soon(attempt, 4)
    page.get_by_label("Your answer").fill("1")
    steps.eventually(lambda: kept(attempt, 4) is not None)
    page.context.set_offline(True)
    page.get_by_role("button", name="Previous").click()
    choose(page, 1)
    dialog = page.get_by_role("dialog", name="Time is up")
    expect(dialog).to_contain_text("2 answers reached us and count. 1 is kept on this device")
    only_ours(page)
    check(page)
    end_soon(attempt, -20)  # longer ago than the grace
    page.context.set_offline(False)
    page.wait_for_url("**/result/")
    assert LateAnswer.objects.get(attempt=attempt).slot == 3
    assert kept(attempt, 3) is None


def test_back_within_the_grace_what_waited_still_counts(sit, attempt):
    page = sit(3)
    has_paper(page)
    end_soon(attempt, 3)
    choose(page, 1)
    saved(page)
    page.context.set_offline(True)
    choose(page, 2)
    expect(page.get_by_role("dialog", name="Time is up")).to_contain_text("1 is kept on this device")
    page.context.set_offline(False)
    page.wait_for_url("**/result/")
    assert kept(attempt, 3).value == "false"
    assert not LateAnswer.objects.exists()


def test_answers_that_a_closed_browser_kept_are_sent_from_the_result(sit, attempt, live_server):
    page = sit(3)
    has_paper(page)
    page.context.set_offline(True)
    choose(page, 2)
    expect(save_line(page)).to_contain_text("1 answer kept on this device")
    page.on("dialog", lambda dialog: dialog.accept())
    page.close()
    end_soon(attempt, -20)
    later = page.context.new_page()
    later.context.set_offline(False)
    later.goto(f"{live_server.url}/attempts/{attempt.pk}/")
    later.wait_for_url("**/result/")
    steps.eventually(lambda: LateAnswer.objects.filter(attempt=attempt, slot=3, value="false").exists())
    steps.eventually(lambda: later.evaluate(KEPT) == [])


def test_submitting_in_two_tabs_closes_once(sit, attempt, live_server):
    page = sit(10)
    page.get_by_role("button", name="Finish").click()
    other = page.context.new_page()
    other.goto(f"{live_server.url}/attempts/{attempt.pk}/finish/")
    page.get_by_role("button", name="Submit test").dblclick()
    page.wait_for_url("**/result/")
    other.evaluate("document.getElementById('submission').submit()")
    other.wait_for_url("**/result/")
    assert AttemptEvent.objects.filter(attempt=attempt, what="submitted").count() == 1
