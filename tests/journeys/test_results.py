"""J4: from the result to the weakest concept, to its paragraph, to a card of one's own; and practice by keyboard."""

import re

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from courses.models import Lesson
from flashcards.models import OwnCard
from quizzes import scoring, sitting
from quizzes.models import Attempt, ProblemReport
from tests import factories
from tests.journeys import steps
from tests.journeys.watch import check, comes_into_view
from tests.quizzes.samples import SAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

RIGHT, WRONG = ("single", "truefalse", "multiple", "numeric"), ("short", "matching", "ordering", "cloze", "formula")


@pytest.fixture
def lesson(audible) -> Lesson:
    return Lesson.objects.get(course=audible, slug="threads-or-processes")


@pytest.fixture
def questions(lesson):
    """The first concept is known, the second is not. Practice draws from these alone."""
    lesson.course.questions.update(retired_at=now())
    strong, weak = lesson.concepts.all()[:2]
    return [
        factories.question(lesson.course, kind, lesson=lesson, concept=strong if kind in RIGHT else weak)
        for kind in (*RIGHT, *WRONG)
    ]


@pytest.fixture
def attempt(lesson, listener, questions) -> Attempt:
    test = factories.mock_test(lesson.course, questions, lesson=lesson, minutes=30, pass_percent=70, title="Mock test")
    attempt = sitting.start(listener, test)
    kinds = {question.pk: question.kind for question in questions}
    answers = [(slot["slot"], kinds[slot["question"]]) for slot in attempt.form["slots"]]
    items = [sitting.Item(n, 1, SAMPLES[kind].right if kind in RIGHT else SAMPLES[kind].wrong) for n, kind in answers]
    sitting.save(attempt.pk, listener, items)
    sitting.submit(attempt)
    return attempt


def result(attempt) -> str:
    return f"/attempts/{attempt.pk}/result/"


def test_from_the_result_to_the_weakest_concept_and_a_card(enter, attempt, lesson, screen):
    page = enter(result(attempt), **screen.options())
    expect(page.get_by_role("heading", level=1)).to_have_text("Scoring your answers")
    check(page)
    scoring.score(attempt.pk)
    expect(page.get_by_role("heading", level=1)).to_contain_text("44 %")
    expect(page.get_by_role("heading", level=1)).to_contain_text("not passed")
    check(page)
    weakest = page.locator(".concept-bar").first
    name = lesson.concepts.all()[1].name
    expect(weakest).to_contain_text(name)
    expect(weakest).to_contain_text("0 of 5")
    weakest.get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_url(re.compile(f"{steps.LESSON}.*#b-"))
    comes_into_view(page, page.evaluate("location.hash"))
    page.go_back()
    page.get_by_role("link", name="Review 5 mistakes").click()
    expect(page.locator(".answered")).to_have_count(5)
    check(page)
    wrong = page.locator(".answered", has_text="What holds?").filter(has_text="mitosis")
    wrong.get_by_role("button", name=re.compile("^Make a card")).click()
    expect(wrong.get_by_role("link", name=re.compile("^In your cards"))).to_be_focused()
    check(page)
    wrong.get_by_role("link", name=re.compile("^In your cards")).click()
    expect(page.locator("#own-cards")).to_contain_text("What holds?")
    page.locator("#own-cards summary").click()
    expect(page.locator("#own-cards")).to_contain_text("mitosis")
    check(page)
    page.get_by_role("button", name="Remove this card").click()
    expect(page.locator("#own-cards")).to_have_count(0)
    assert not OwnCard.objects.exists()


def test_a_problem_is_reported_from_the_result(enter, attempt, screen):
    scoring.score(attempt.pk)
    page = enter(result(attempt), **screen.options())
    page.get_by_text("Report a problem").first.click()
    page.get_by_label("What is wrong with this question?").first.fill("Two answers are right.")
    page.get_by_role("button", name="Send report").click()
    expect(page.locator(".answered__problem").first).to_contain_text("Waiting for an answer")
    assert ProblemReport.objects.get().text == "Two answers are right."
    check(page)


def test_the_second_at_which_it_is_said_plays(enter, attempt, lesson):
    scoring.score(attempt.pk)
    page = enter(result(attempt))
    link = page.get_by_role("link", name=re.compile(r"^Hear it at")).first
    at = link.get_attribute("href").partition("#t=")[2].split(",")[0]
    link.click()
    expect(page).to_have_url(re.compile(f"/listen/#t={at}"))


def test_practice_by_keyboard_from_question_to_summary(enter, lesson, questions, screen):
    page = enter(f"{steps.LESSON}test/", **screen.options())
    check(page)
    page.get_by_role("button", name="Start practice").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/**")
    round_ = Attempt.objects.get(purpose="practice")
    page.goto(f"{page.url.split('/attempts/')[0]}/attempts/{round_.pk}/q/{slot_of(round_, questions, 'truefalse')}/")
    page.get_by_role("radio", name="True").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Check").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".judged__verdict")).to_be_focused()
    expect(page.locator(".judged__verdict")).to_have_text("Right")
    check(page)
    page.keyboard.press("n")
    expect(page.locator("form#answer, .judged")).to_be_visible()
    page.goto(f"{page.url.split('/attempts/')[0]}/attempts/{round_.pk}/finish/")
    page.get_by_role("button", name="End practice").click()
    scoring.score(round_.pk)
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 9 right")
    expect(page.get_by_role("button", name=re.compile("^Practise the 8 mistakes again"))).to_be_visible()
    check(page)


def slot_of(attempt, questions, kind) -> int:
    pk = next(question.pk for question in questions if question.kind == kind)
    return next(slot["slot"] for slot in attempt.form["slots"] if slot["question"] == pk)


def test_without_script_result_card_report_and_practice_work(enter, attempt, questions, lesson):
    page = enter(result(attempt), java_script_enabled=False)
    scoring.score(attempt.pk)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("44 %")
    page.get_by_role("button", name=re.compile("^Make a card")).first.click()
    expect(page).to_have_url(re.compile(r"/result/#q-\d+$"))
    expect(page.get_by_role("link", name=re.compile("^In your cards"))).to_have_count(1)
    page.get_by_text("Report a problem").first.click()
    page.get_by_label("What is wrong with this question?").first.fill("Unclear.")
    page.get_by_role("button", name="Send report").first.click()
    expect(page.get_by_text("You reported a problem")).to_be_visible()
    page.goto(f"{page.url.split('/attempts/')[0]}{steps.LESSON}test/")
    page.get_by_role("button", name="Start practice").click()
    round_ = Attempt.objects.get(purpose="practice")
    page.goto(f"{page.url.split('/attempts/')[0]}/attempts/{round_.pk}/q/{slot_of(round_, questions, 'short')}/")
    page.get_by_label("Your answer").fill("meiosis")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 9")
    expect(page.locator(".judged__verdict")).to_have_text("Wrong")
