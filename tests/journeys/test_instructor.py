"""An instructor writes a lesson in the admin, and a learner reads it."""

import pytest
from playwright.sync_api import Page, expect

from courses.models import Lesson
from tests import factories
from tests.cast import Cast
from tests.journeys import steps
from tests.journeys.watch import check

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

TITLE = "Queues and workers"


def test_an_instructor_adds_a_lesson_and_a_learner_reads_it(live_server, cast, open_browser):
    desk = open_browser(viewport={"width": 1280, "height": 900})
    steps.log_in(desk, live_server.url, cast.instructor.email, factories.PASSWORD, then="/admin/")
    check(desk)
    describe_the_lesson(desk, cast)
    write_its_texts(desk)
    write_what_is_said(desk, cast)
    publish(desk)
    learner = open_browser(viewport={"width": 390, "height": 844}, color_scheme="dark")
    steps.log_in(learner, live_server.url, cast.enrolled.email, factories.PASSWORD)
    read_it(learner, live_server.url + cast.course.get_absolute_url())


def describe_the_lesson(desk: Page, cast: Cast) -> None:
    desk.get_by_role("link", name="Lessons", exact=True).first.click()
    check(desk)
    desk.get_by_role("link", name="Add lesson").click()
    desk.click(".field-chapter .select2-selection")
    check(desk)
    desk.fill(".select2-search__field", cast.lesson.chapter.title)
    desk.locator(".select2-results__option--highlighted", has_text=cast.lesson.chapter.title).click()
    desk.fill("[name=title]", TITLE)
    desk.fill("[name=objective]", "Hand work over without losing any.")
    desk.fill("[name=minutes]", "12")
    save_and_go_on(desk)
    assert not Lesson.objects.get(title=TITLE).is_published


def write_its_texts(desk: Page) -> None:
    unfold(desk, "summaries")
    desk.fill("[name=summaries-1-body]", "A **queue** holds work until a worker is free.")
    unfold(desk, "concepts")
    add_row(desk, "concepts")
    desk.fill("[name=concepts-0-name]", "Queue")
    desk.fill("[name=concepts-0-description]", "A line in which work waits its turn.")
    unfold(desk, "cards")
    add_row(desk, "cards")
    desk.fill("[name=cards-0-front]", "Queue")
    desk.fill("[name=cards-0-back]", "A line of work.")
    unfold(desk, "episodes")
    add_row(desk, "episodes")
    desk.fill("[name=episodes-0-title]", "At the counter")
    check(desk)
    save_and_go_on(desk)


def write_what_is_said(desk: Page, cast: Cast) -> None:
    unfold(desk, "episodes")
    desk.get_by_role("link", name="Write it").click()
    for number, words in enumerate(["Who is next?", "Whoever came first."]):
        add_row(desk, "turns")
        desk.select_option(f"[name=turns-{number}-speaker]", index=1 + number)
        desk.fill(f"[name=turns-{number}-text]", words)
    check(desk)
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(TITLE)


def publish(desk: Page) -> None:
    published = desk.locator(".field-published_at")
    published.get_by_role("link", name="Today").click()
    desk.fill("[name=published_at_1]", "00:00:00")
    save_and_go_on(desk)
    assert Lesson.objects.get(title=TITLE).is_published


def unfold(desk: Page, part: str) -> None:
    group = desk.locator(f"#{part}-group details")
    if group.get_attribute("open") is None:
        group.locator("summary").click()


def add_row(desk: Page, part: str) -> None:
    desk.locator(f"#{part}-group .add-row a").click()


def save_and_go_on(desk: Page) -> None:
    desk.get_by_role("button", name="Save and go on editing").click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    expect(desk.locator(".errornote")).to_have_count(0)
    check(desk)


def read_it(learner: Page, course: str) -> None:
    learner.goto(course)
    learner.get_by_role("link", name=TITLE).click()
    expect(learner.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(learner.locator("#summary")).to_contain_text("holds work until a worker is free")
    learner.locator(".term", has_text="queue").first.click()
    expect(learner.locator(":popover-open")).to_contain_text("A line of work.")
    check(learner)
    learner.locator(".modes").get_by_role("link", name="Listen").click()
    expect(learner.locator(".turn__text").last).to_contain_text("Whoever came first.")
    check(learner)
