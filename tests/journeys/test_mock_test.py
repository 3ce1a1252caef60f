"""J3: a mock test from its first question to its end, and nothing is lost on the way: reloads, lost connections, other
tabs, sessions that end."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from quizzes.models import Answer, Attempt, AttemptEvent
from tests import factories
from tests.journeys import steps
from tests.journeys.papers import (
    KEPT,
    SITTER,
    address,
    choose,
    elsewhere,
    go_on,
    has_paper,
    heading,
    kept,
    only_ours,
    ready,
    save_line,
    saved,
    text_of,
)
from tests.journeys.watch import check

pytestmark = [pytest.mark.browser]


def test_a_test_from_its_first_question_to_its_end(open_browser, live_server, attempt, screen):
    page = open_browser(**screen.options())
    steps.log_in(page, live_server.url, SITTER)
    page.goto(live_server.url + address(attempt))
    ready(page)
    check(page)
    choose(page, 3)
    saved(page)
    go_on(page)
    heading(page, 2)
    choose(page, 1)
    choose(page, 2)
    page.locator("[data-flag]").click()
    go_on(page)
    choose(page, 2)
    go_on(page)
    page.get_by_label("Your answer").fill("1,5")
    page.get_by_role("heading", level=1).click()
    expect(page.locator("[data-error]")).to_contain_text("1.5")
    check(page)
    go_on(page)
    page.get_by_label("Your answer").fill("deadlock")
    go_on(page)
    for gap, words in ((1, "waiting"), (2, "computing")):
        page.get_by_label(f"Gap {gap}").select_option(label=words)
    page.get_by_label("Gap 3").fill("lock")
    check(page)
    go_on(page)
    page.get_by_label("Thread").select_option(label="shares memory")
    page.get_by_label("Process").select_option(label="has its own memory")
    check(page)
    go_on(page)
    page.get_by_role("button", name="Move down: ").first.click()
    check(page)
    go_on(page)
    page.get_by_label("Your formula").fill("1/(1-p+p/n)")
    go_on(page)
    page.get_by_label("Your answer").fill("I would measure first.")
    expect(page.get_by_text("4 words so far.")).to_be_visible()
    check(page)
    page.get_by_role("button", name="To the end").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Before you submit")
    expect(page.get_by_role("definition").first).to_have_text("10 of 10")
    expect(page.get_by_text("These answers cannot be read")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Submit test").click()
    page.wait_for_url("**/result/")
    attempt.refresh_from_db()
    assert (attempt.state != Attempt.State.OPEN, attempt.closed_by) == (True, "learner")
    values = dict(attempt.answers.values_list("slot", "value"))
    assert len(values) == 10
    assert values[1] == text_of(attempt, 1, 3)
    assert (values[4], values[5], values[6]["3"]) == ("1,5", "deadlock", "lock")
    assert kept(attempt, 2).is_flagged
    assert kept(attempt, 1).seconds < 60
    assert page.evaluate(KEPT) == []


def test_what_was_answered_survives_a_reload_and_a_crash(sit, attempt):
    page = sit()
    page.route("**/answers/", lambda route: route.abort())
    choose(page, 2)
    expect(save_line(page)).to_have_text("Not saved, retrying")
    page.unroute("**/answers/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    ready(page)
    expect(page.locator("[data-choice='2']")).to_be_checked()
    saved(page)
    assert kept(attempt, 1).value == text_of(attempt, 1, 2)
    steps.eventually(lambda: page.evaluate(KEPT) == [])


def test_five_answers_given_offline_are_all_kept(sit, attempt):
    page = sit()
    has_paper(page)
    page.context.set_offline(True)
    choose(page, 3)
    expect(save_line(page)).to_have_text("Offline, 1 answer kept on this device")
    go_on(page)
    choose(page, 1)
    go_on(page)
    choose(page, 2)
    go_on(page)
    page.get_by_label("Your answer").fill("1")
    go_on(page)
    page.get_by_label("Your answer").fill("deadlock")
    go_on(page)
    heading(page, 6)
    expect(save_line(page)).to_have_text("Offline, 5 answers kept on this device")
    assert len(page.evaluate(KEPT)) == 5
    assert not Answer.objects.filter(attempt=attempt).exists()
    page.get_by_role("button", name="Previous").click()
    expect(page.get_by_label("Your answer")).to_have_value("deadlock")
    page.context.set_offline(False)
    saved(page)
    assert sorted(attempt.answers.values_list("slot", flat=True)) == [1, 2, 3, 4, 5]
    assert kept(attempt, 5).value == "deadlock"
    only_ours(page)
    check(page)


def test_the_test_cannot_be_submitted_while_an_answer_is_not_saved(sit, attempt):
    page = sit(10)
    page.get_by_role("button", name="To the end").click()
    page.get_by_role("link", name="Question 1", exact=True).click()
    has_paper(page)
    choose(page, 1)
    saved(page)
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Before you submit")
    page.context.set_offline(True)
    page.get_by_role("link", name="Go to 2").click()
    choose(page, 1)
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("That did not reach us. Nothing was lost.")).to_be_visible()
    heading(page, 2)
    page.context.set_offline(False)
    saved(page)
    assert kept(attempt, 2).value == [text_of(attempt, 2, 1)]


def test_a_second_tab_steps_back_until_it_takes_over(sit, attempt, live_server):
    first = sit()
    choose(first, 1)
    saved(first)
    second = first.context.new_page()
    second.goto(live_server.url + address(attempt))
    expect(elsewhere(second)).to_be_visible()
    second.get_by_role("button", name="Take over").click()
    expect(elsewhere(second)).to_be_hidden()
    choose(second, 2)
    saved(second)
    assert kept(attempt, 1).value == text_of(attempt, 1, 2)
    first.bring_to_front()
    first.locator("[data-choice='4']").click()
    expect(elsewhere(first)).to_be_visible()
    expect(save_line(first)).to_have_text("Not saved, open in another tab")
    assert kept(attempt, 1).value == text_of(attempt, 1, 2)
    first.get_by_role("button", name="Take over").click()
    saved(first)
    assert AttemptEvent.objects.filter(attempt=attempt, what="taken_over").count() == 2
    only_ours(first)
    check(first)


def test_a_session_that_ends_is_renewed_inside_the_page(sit, attempt):
    page = sit()
    choose(page, 1)
    saved(page)
    Session.objects.all().delete()
    choose(page, 4)
    dialog = page.get_by_role("dialog", name="Log in to go on")
    expect(dialog).to_be_visible()
    only_ours(page)
    check(page)
    dialog.get_by_label("Password").fill("not my password")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is not right")
    dialog.get_by_label("Password").fill(steps.PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_be_hidden()
    saved(page)
    assert kept(attempt, 1).value == text_of(attempt, 1, 4)
    expect(page.locator("[data-choice='4']")).to_be_checked()
    go_on(page)
    choose(page, 1)
    saved(page)
    steps.eventually(lambda: kept(attempt, 2) is not None)


def test_a_log_in_in_another_tab_changes_the_token_and_nothing_else(sit, attempt, live_server):
    page = sit()
    has_paper(page)
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'x'.repeat(64)")
    choose(page, 2)
    saved(page)
    steps.eventually(lambda: kept(attempt, 1) is not None)
    only_ours(page)
    check(page)


def test_answers_are_never_sent_as_somebody_else(sit, attempt, live_server):
    factories.UserFactory(email="other@example.org")
    page = sit()
    has_paper(page)
    page.context.clear_cookies()
    next_door = page.context.new_page()
    steps.log_in(next_door, live_server.url, "other@example.org", factories.PASSWORD)
    page.bring_to_front()
    choose(page, 3)
    dialog = page.get_by_role("dialog", name="Log in to go on")
    expect(dialog.get_by_role("alert")).to_contain_text(f"belongs to {SITTER}")
    assert not Answer.objects.filter(attempt=attempt).exists()
    assert len(page.evaluate(KEPT)) == 1


def test_a_page_that_the_server_cannot_make_leaves_the_question_where_it_is(sit, attempt):
    page = sit()
    ready(page)
    page.wait_for_load_state("networkidle")
    page.route(re.compile(r"/finish/$"), lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.route("**/answers/", lambda route: route.fulfill(status=500, content_type="text/html", body="<h1>No</h1>"))
    choose(page, 2)
    expect(save_line(page)).to_have_text("Not saved, retrying")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("That did not reach us. Nothing was lost.")).to_be_visible()
    heading(page, 1)
    page.unroute("**/answers/")
    saved(page)
    assert kept(attempt, 1).value == text_of(attempt, 1, 2)


def test_an_answer_that_is_never_taken_holds_up_no_other(sit, attempt):
    page = sit(5)
    has_paper(page)

    def reply(route):
        unfit = "poison" in (route.request.post_data or "")
        body = '{"detail": "No."}'
        route.fulfill(status=413, content_type="application/problem+json", body=body) if unfit else route.continue_()

    page.route("**/answers/", reply)
    page.context.set_offline(True)
    page.get_by_label("Your answer").fill("poison")
    page.get_by_role("button", name="Previous").click()
    page.get_by_label("Your answer").fill("1")
    page.get_by_role("button", name="Next").click()
    page.context.set_offline(False)
    expect(page.locator("[data-error]")).to_contain_text("cannot be kept")
    steps.eventually(lambda: kept(attempt, 4) is not None)
    expect(page.get_by_label("Your answer")).to_have_value("poison")
    assert kept(attempt, 5) is None


def test_leaving_warns_only_while_something_is_not_saved(sit, attempt, live_server):
    page = sit()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    choose(page, 1)
    saved(page)
    page.goto(f"{live_server.url}/")
    assert asked == []
    page.goto(live_server.url + address(attempt))
    ready(page)
    page.route("**/answers/", lambda route: route.abort())
    choose(page, 2)
    expect(save_line(page)).to_have_text("Not saved, retrying")
    page.goto(f"{live_server.url}/")
    assert asked == ["beforeunload"]


def test_logging_out_leaves_nothing_on_the_device(sit, attempt):
    page = sit()
    choose(page, 1)
    saved(page)
    page.locator(".menu__open").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(lambda url: "/attempts/" not in url)
    assert page.evaluate("indexedDB.databases().then(all => all.map(({name}) => name))") == []
