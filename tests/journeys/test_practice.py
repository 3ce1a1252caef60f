"""Practice, adaptive tests, and tests without script: the same questions, sat in other ways."""

import pytest
from playwright.sync_api import expect

from quizzes import sitting
from quizzes.models import Answer, Attempt
from tests import factories
from tests.journeys import papers, steps
from tests.journeys.papers import address, heading, ready
from tests.journeys.watch import check

pytestmark = [pytest.mark.browser]

EMAIL = "practises@example.org"
ORDER_ALONE = 7  # place of the ordering among papers.questions()


@pytest.fixture
def learner(transactional_db):
    user = factories.UserFactory(email=EMAIL)
    user.set_password(steps.PASSWORD)
    user.save()
    return user


@pytest.fixture
def lesson(learner):
    found = factories.full_lesson(course=factories.CourseFactory(slug="concurrency"))
    factories.EnrollmentFactory(learner=learner, course=found.course)
    return found


@pytest.fixture
def enter(open_browser, live_server, learner, screen):
    def at(place: str, **options):
        page = open_browser(**(screen.options() | options))
        steps.log_in(page, live_server.url, EMAIL)
        page.goto(live_server.url + place)
        return page

    return at


def test_a_practice_question_is_judged_at_once(enter, learner, lesson):
    factories.question(lesson.course, lesson=lesson, **papers.questions()[ORDER_ALONE])
    attempt = sitting.practise(learner, lesson)
    page = enter(address(attempt))
    heading(page, 1, 1)
    check(page)
    page.get_by_role("button", name="Move down: ").first.click()
    expect(page.get_by_role("button", name="It is right as it stands")).to_be_hidden()
    shown = page.locator("[data-id]").evaluate_all("rows => rows.map(row => row.dataset.id)")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".judged")).to_be_visible()
    check(page)
    answer = Answer.objects.get(attempt=attempt, slot=1)
    assert answer.value == shown
    assert answer.graded_id
    page.reload()
    expect(page.locator(".judged")).to_be_visible()


def test_an_order_that_nobody_confirmed_is_no_answer(enter, learner, lesson):
    factories.question(lesson.course, lesson=lesson, **papers.questions()[ORDER_ALONE])
    attempt = sitting.practise(learner, lesson)
    page = enter(address(attempt))
    page.get_by_role("button", name="Check").click()
    expect(page.locator("[data-error]")).to_contain_text("Answer first")
    assert page.evaluate("document.activeElement.matches('#answer [data-move]')"), "one goes on with the answer"
    page.get_by_role("button", name="It is right as it stands").click()
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".judged")).to_be_visible()


def test_an_adaptive_test_goes_on_question_by_question(enter, learner, lesson):
    questions = [factories.question(lesson.course, **papers.questions()[number % 3]) for number in range(14)]
    test = factories.mock_test(lesson.course, questions, title="Find my level", way="adaptive", minutes=20)
    attempt = factories.open_attempt(learner, test)
    page = enter(address(attempt))
    for number in range(1, 4):
        ready(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Question {number}")
        page.locator("[data-choice='1']").check()
        page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Question 4")
    check(page)
    assert Answer.objects.filter(attempt=attempt).exclude(value=None).count() == 3
    page.get_by_role("link", name="Finish").click()
    page.get_by_role("button", name="Submit test").click()
    page.wait_for_url("**/result/")
    attempt.refresh_from_db()
    assert attempt.state != Attempt.State.OPEN


def test_a_whole_test_without_script(enter, learner, lesson):
    attempt = factories.open_attempt(learner, papers.mock_test(lesson.course))
    page = enter(address(attempt), java_script_enabled=False)
    page.locator("[data-choice='3']").check()
    page.get_by_role("button", name="Next").click()
    page.locator("[data-choice='1']").check()
    page.get_by_role("button", name="Flag for review").click()
    heading(page, 2)
    page.get_by_role("button", name="Next").click()
    if (fold := page.locator("#palette-sheet > summary")).is_visible():
        fold.click()
    page.get_by_role("button", name="Question 1, answered").click()
    heading(page, 1)
    expect(page.locator("[data-choice='3']")).to_be_checked()
    page.goto(page.url.replace("/q/1/", "/q/8/"))
    for name, place in (("It waits", "2"), ("The thread asks for the lock", "1"), ("It holds the lock", "3")):
        page.get_by_label(name, exact=True).select_option(place)
    page.get_by_label("It gives the lock back", exact=True).select_option("4")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("definition").first).to_have_text("3 of 10")
    page.get_by_role("button", name="Submit test").click()
    page.wait_for_url("**/result/")
    attempt.refresh_from_db()
    assert attempt.state != Attempt.State.OPEN
    steps_in_order = [
        one["id"]
        for one in papers.options(
            "The thread asks for the lock", "It waits", "It holds the lock", "It gives the lock back"
        )
    ]
    assert Answer.objects.get(attempt=attempt, slot=8).value == steps_in_order
    assert Answer.objects.get(attempt=attempt, slot=2).is_flagged
