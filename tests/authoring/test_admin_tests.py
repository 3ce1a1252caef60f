"""Building and looking after mock tests at the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from quizzes.models import Accommodation, Attempt, MockTest, Section, Slot
from tests import factories
from tests.authoring.adminforms import add_row, filled
from tests.authoring.tests_desk import mock_test, queries, question


@pytest.fixture
def author(cast, client):
    client.force_login(cast.instructor)
    return client


def page(test: MockTest) -> str:
    return reverse("admin:quizzes_mocktest_change", args=[test.pk])


def section_page(section: Section) -> str:
    return reverse("admin:quizzes_section_change", args=[section.pk])


def test_a_test_is_begun_and_leads_to_the_questions_of_its_first_section(cast, author):
    address = reverse("admin:quizzes_mocktest_add")
    answer = author.post(address, {"course": cast.course.pk, "title": "Final", "slug": "final"})
    made = MockTest.objects.get(slug="final")
    assert answer.status_code == 302
    assert answer["Location"] == section_page(made.sections.get())
    assert made.published_at is None


def test_nobody_begins_a_test_in_anothers_course(cast, author):
    other = cast.outsider.teachings.get().course
    answer = author.post(reverse("admin:quizzes_mocktest_add"), {"course": other.pk, "title": "Final", "slug": "final"})
    assert answer.status_code == 422
    assert not MockTest.objects.filter(slug="final").exists()


def test_a_test_saved_as_it_stands_stays_as_it_is(cast, author):
    test = mock_test(cast, review={"after": ["response", "marks"], "closed": ["response"]}, minutes=20)
    before = MockTest.objects.values().get(pk=test.pk)
    assert author.post(page(test), filled(author, page(test)) | boxes(test)).status_code == 302
    after = MockTest.objects.values().get(pk=test.pk)
    assert {name: value for name, value in after.items() if name != "revised_at"} == {
        name: value for name, value in before.items() if name != "revised_at"
    }


def boxes(test: MockTest) -> dict[str, str]:
    """The ticked boxes of the review table."""
    shown = test.review or {}
    return {f"review-{moment}-{thing}": "on" for moment, things in shown.items() for thing in things}


def test_what_learners_see_is_chosen_by_moment_and_the_defaults_are_not_stored(cast, author):
    test = mock_test(cast)
    things = ["verdict", "marks", "key", "feedback", "explanation", "cohort"]
    everything = {f"review-{moment}-{thing}": "on" for moment in ("after", "closed") for thing in things}
    data = {name: value for name, value in filled(author, page(test)).items() if not name.startswith("review")}
    author.post(page(test), data | everything)
    test.refresh_from_db()
    assert test.review == {}
    data = {name: value for name, value in filled(author, page(test)).items() if not name.startswith("review")}
    author.post(page(test), data | {"review-closed-key": "on"})
    test.refresh_from_db()
    assert test.review == {"after": ["response"], "closed": ["response", "key"]}


def test_closing_before_opening_is_refused_at_the_field(cast, author):
    test = mock_test(cast)
    at = now()
    data = filled(author, page(test))
    for name, moment in (("opens_at", at), ("closes_at", at - timedelta(days=1))):
        data |= {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": "12:00:00"}
    answer = author.post(page(test), data)
    assert answer.status_code == 422
    assert "It closes before it opens." in answer.content.decode()


def test_a_fixed_question_and_a_pool_are_chosen_for_a_section(cast, author):
    section = mock_test(cast, ()).sections.get()
    asked = question(cast)
    data = filled(author, section_page(section))
    data = add_row(data, "slots", question=asked.name, draw=1, points="2")
    data = add_row(data, "slots", draw=3, points="1", pool_difficulties=["2"], pool_kinds=["single"], tags="a, b")
    assert author.post(section_page(section), data).status_code == 302
    fixed, drawn = section.slots.order_by("position")
    assert (fixed.question, fixed.pool, fixed.points) == (asked, None, 2)
    assert drawn.question is None
    assert drawn.pool == {"difficulties": [2], "kinds": ["single"], "tags": ["a", "b"]}
    assert drawn.draw == 3


def test_a_slot_asks_questions_of_its_own_course_only(cast, author):
    section = mock_test(cast, ()).sections.get()
    strange = factories.question(cast.outsider.teachings.get().course)
    data = add_row(filled(author, section_page(section)), "slots", question=strange.name, draw=1, points="1")
    assert author.post(section_page(section), data).status_code == 422
    assert not section.slots.exists()


def test_questions_are_found_by_name_among_any_number(cast, author):
    section = mock_test(cast, ("single",)).sections.get()
    for _number in range(3):
        question(cast)
    retired = question(cast, retired_at=now())
    answer = author.get(section_page(section))
    names = [each.name for each in answer.context_data["questions"]]
    assert len(names) == 4
    assert retired.name not in names
    assert answer.content.decode().count(f'<option value="{names[0]}">') == 1  # for all rows together
    data = add_row(filled(author, section_page(section)), "slots", question="No such name", draw=1, points="1")
    refused = author.post(section_page(section), data)
    assert refused.status_code == 422
    assert "There is nothing called “No such name” here." in refused.content.decode()


def test_the_page_says_what_a_pool_holds_and_when_it_is_too_small(cast, author):
    test = mock_test(cast, ())
    for _number in range(3):
        question(cast)
    Slot.objects.create(section=test.sections.get(), pool={"kinds": ["single"]}, draw=2)
    answer = author.get(page(test))
    (held,) = answer.context_data["holdings"]
    assert (held.holds, held.is_short) == (3, False)
    assert held.spread is not None
    assert answer.context_data["obstacles"] == []
    Slot.objects.update(draw=4)
    assert "from a pool of 3 questions" in author.get(page(test)).content.decode()


@pytest.mark.parametrize("way", ["form", "action"])
def test_a_test_without_questions_is_not_published(cast, author, way):
    test = mock_test(cast, (), published_at=None)
    if way == "form":
        answer = author.post(page(test), filled(author, page(test)) | {"_publish": "1"}, follow=True)
    else:
        chosen = {"action": "publish", "_selected_action": [test.pk]}
        answer = author.post(reverse("admin:quizzes_mocktest_changelist"), chosen, follow=True)
    test.refresh_from_db()
    assert test.published_at is None
    assert "is not published" in answer.content.decode()


def test_a_test_that_asks_something_is_published(cast, author):
    test = mock_test(cast, published_at=None)
    author.post(page(test), filled(author, page(test)) | {"_publish": "1"})
    test.refresh_from_db()
    assert test.published_at


def test_an_adaptive_test_says_how_many_answers_are_missing(cast, author):
    test = mock_test(cast, ("single", "short"), way="adaptive")
    (words,) = author.get(page(test)).context_data["obstacles"]
    assert "0 of 2" in words
    assert "200 more answers" in words


def test_the_preview_is_an_attempt_that_counts_for_nothing(cast, author):
    test = mock_test(cast, published_at=None)
    answer = author.post(page(test), filled(author, page(test)) | {"_preview": "1"})
    attempt = Attempt.objects.get(test=test)
    assert (attempt.purpose, attempt.learner) == ("preview", cast.instructor)
    assert answer["Location"] == attempt.get_absolute_url()


def test_a_test_that_was_taken_is_archived_and_not_deleted(cast, author):
    test = mock_test(cast)
    factories.open_attempt(cast.enrolled, test)
    address = reverse("admin:quizzes_mocktest_delete", args=[test.pk])
    assert "Archive it instead" in author.get(address).content.decode()
    author.post(address, {"post": "yes"})
    assert MockTest.objects.filter(pk=test.pk).exists()


# --- Accommodations ---


def grant(cast, author, **changes):
    data = {"course": cast.course.pk, "email": cast.enrolled.email, "extra_percent": 25, "extra_minutes": 0}
    data |= {"extra_attempts": 0, "reason": "A certificate."}
    return author.post(reverse("admin:quizzes_accommodation_add"), data | changes)


def test_an_accommodation_is_granted_with_a_reason_and_remembers_by_whom(cast, author):
    assert grant(cast, author).status_code == 302
    made = Accommodation.objects.get()
    assert (made.learner, made.by, made.extra_percent, made.test) == (cast.enrolled, cast.instructor, 25, None)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "This field is required"),
        ({"extra_percent": 0}, "Say what is different"),
        ({"extra_percent": 301}, "less than or equal to 300"),
        ({"email": "learner@example.org"}, "Nobody with this address is enrolled"),
        ({"email": "nobody@example.org"}, "Nobody with this address is enrolled"),
    ],
)
def test_an_accommodation_wants_a_reason_a_difference_and_somebody_enrolled(cast, author, changes, words):
    answer = grant(cast, author, **changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Accommodation.objects.exists()


def test_there_is_one_accommodation_for_a_learner_and_a_course(cast, author):
    grant(cast, author)
    answer = grant(cast, author)
    assert answer.status_code == 422
    assert "There is one for this learner already" in answer.content.decode()


def test_nothing_is_granted_in_anothers_course_or_test(cast, author):
    other = cast.outsider.teachings.get().course
    assert grant(cast, author, course=other.pk).status_code == 422
    assert grant(cast, author, test=factories.mock_test(other).pk).status_code == 422
    assert not Accommodation.objects.exists()


def test_a_section_with_many_slots_opens_and_saves_with_the_queries_of_one_with_few(cast, author):
    def slots(number: int) -> str:
        test = mock_test(cast, ("single",) * number)
        Slot.objects.create(section=test.sections.get(), pool={}, draw=1, position=90)
        return section_page(test.sections.get())

    few, many = slots(2), slots(12)
    author.get(few)
    assert queries(lambda: author.get(many)) == queries(lambda: author.get(few))
    few_data, many_data = filled(author, few), filled(author, many)
    assert queries(lambda: author.post(many, many_data)) == queries(lambda: author.post(few, few_data))
