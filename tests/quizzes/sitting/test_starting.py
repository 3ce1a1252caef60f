"""Who may begin, and what is pinned for good when they do."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from enrollment import seats
from quizzes import closing, scoring, sitting
from quizzes.models import Accommodation, Attempt, Exposure, MarksRules, MockTest, QuestionVersion
from tests import factories
from tests.quizzes.samples import SAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def test(cast):
    return factories.mock_test(cast.course, [factories.question(cast.course, kind) for kind in SAMPLES], minutes=30)


def start_address(test) -> str:
    return f"/courses/{test.course.slug}/tests/{test.slug}/attempts/"


def test_a_second_click_leads_to_the_same_place(cast, test, client):
    client.force_login(cast.enrolled)
    first, second = client.post(start_address(test)), client.post(start_address(test))
    attempt = Attempt.objects.get()
    assert first["Location"] == second["Location"] == attempt.get_absolute_url()
    assert "no-store" in first["Cache-Control"]
    assert [event.what for event in attempt.events.all()] == ["started"]


def test_the_form_and_the_rules_stay_what_they_were(cast, test):
    attempt = sitting.start(cast.enrolled, test)
    before, rules = attempt.form, attempt.rules.data
    question = test.sections.get().slots.first().question
    new = QuestionVersion.objects.create(question=question, number=2, stem="Other words?", body=question.current.body)
    question.current = new
    question.save()
    test.preset, test.shuffle_questions = "jee", False
    test.save()
    again = sitting.start(cast.enrolled, test)
    assert (again.pk, again.form, again.rules.data) == (attempt.pk, before, rules)
    sitting.submit(again)
    later = sitting.start(cast.enrolled, test)
    assert later.rules.data != rules
    assert new.pk in {line["version"] for line in later.form["slots"]}


def test_equal_rules_are_one_row(cast, test):
    for user in (cast.enrolled, cast.other):
        sitting.start(user, test)
    assert MarksRules.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"opens_at": timedelta(hours=1)}, "not_open_yet"),
        ({"closes_at": timedelta(hours=-1)}, "closed"),
        ({"published_at": timedelta(hours=1)}, "not_published"),
        ({"archived_at": timedelta(hours=-1)}, "not_published"),
    ],
)
def test_reasons_are_sentences(cast, test, fields, code):
    at = now()
    for name, span in fields.items():
        setattr(test, name, at + span)
    test.save()
    standing = sitting.may_start(cast.enrolled, test, at)
    assert (standing.allowed, standing.code, standing.reason[-1]) == (False, code, ".")
    with pytest.raises(sitting.Refused) as refused:
        sitting.start(cast.enrolled, test, at=at)
    assert (refused.value.code, refused.value.sentence) == (code, standing.reason)


def test_own_times_count_instead_of_the_tests(cast, test):
    at = now()
    test.closes_at = at - timedelta(hours=1)
    test.save()
    Accommodation.objects.create(
        course=cast.course, test=test, learner=cast.enrolled, reason="Ill", closes_at=at + timedelta(hours=1)
    )
    assert sitting.may_start(cast.enrolled, test, at).allowed
    assert not sitting.may_start(cast.other, test, at).allowed


def test_attempts_are_counted_and_may_be_granted(cast, test):
    test.attempts_allowed = 2
    test.save()
    for left in (2, 1):
        assert sitting.may_start(cast.enrolled, test).attempts_left == left
        sitting.submit(sitting.start(cast.enrolled, test))
    assert sitting.may_start(cast.enrolled, test).code == "no_attempts_left"
    granted = Accommodation.objects.create(course=cast.course, learner=cast.enrolled, reason="Fire", extra_attempts=1)
    assert sitting.may_start(cast.enrolled, test).attempts_left == 1
    granted.delete()
    Attempt.objects.filter(number=1).update(state="voided")
    assert sitting.start(cast.enrolled, test).number == 3


def test_between_two_attempts_one_waits(cast, test):
    test.wait_hours = 24
    test.save()
    at = now()
    sitting.submit(sitting.start(cast.enrolled, test, at=at), at=at)
    standing = sitting.may_start(cast.enrolled, test, at + timedelta(hours=23))
    assert (standing.code, standing.wait_until) == ("wait", at + timedelta(hours=24))
    assert sitting.start(cast.enrolled, test, at=at + timedelta(hours=24)).number == 2


def test_a_test_without_questions_does_not_begin(cast, client):
    empty = factories.mock_test(cast.course)
    with pytest.raises(sitting.Refused, match="no questions"):
        sitting.start(cast.enrolled, empty)
    assert not Attempt.objects.exists()


def test_who_is_not_enrolled_is_refused(cast, test, client):
    for role in ("learner", "outsider", "staff"):
        client.force_login(cast[role])
        assert client.post(start_address(test)).status_code == 403, role
    assert not Attempt.objects.exists()


def test_editors_preview_and_it_counts_nowhere(cast, test):
    test.attempts_allowed, test.published_at, test.wait_hours = 1, None, 24
    test.save()
    for user in (cast.instructor, cast.superuser):
        for number in (1, 2):
            attempt = sitting.start(user, test)
            assert (attempt.purpose, attempt.number) == ("preview", number)
            sitting.submit(attempt)
    assert not Exposure.objects.exists()


class TestLeavers:
    """A removed learner begins nothing new, finishes what is open, and keeps what is closed."""

    @pytest.fixture
    def left(self, cast, test, client):
        attempts = sitting.start(cast.enrolled, test)
        sitting.submit(attempts)
        scoring.score(attempts.pk)
        running = sitting.start(cast.enrolled, test)
        seats.leave(cast.enrolled, cast.course)
        client.force_login(cast.enrolled)
        return attempts, running

    def test_an_open_attempt_may_be_finished(self, cast, left, client):
        _closed, running = left
        body = {"answers": [{"slot": 1, "rev": 1, "value": "true"}]}
        saved = client.post(f"/attempts/{running.pk}/answers/", body, "application/json")
        assert saved.json()["accepted"] == {"1": 1}
        assert client.post(f"/api/v1/attempts/{running.pk}/submission/").json()["state"] == "submitted"

    def test_results_are_kept(self, left, client):
        closed, _running = left
        assert client.get(f"/api/v1/attempts/{closed.pk}/result/").json()["state"] == "scored"

    def test_nothing_begins(self, cast, test, left, client):
        sitting.submit(left[1])
        assert client.post(start_address(test)).status_code == 403
        assert client.post(f"/courses/{cast.course.slug}/{cast.lesson.slug}/practice/").status_code == 403


class TestPractice:
    @pytest.fixture
    def questions(self, cast):
        return [factories.question(cast.course, kind, lesson=cast.lesson) for kind in SAMPLES]

    def test_a_round_is_untimed_and_goes_on_where_it_was(self, cast, questions):
        first = sitting.practise(cast.enrolled, cast.lesson)
        assert (first.purpose, first.deadline, first.test_id) == ("practice", None, None)
        assert {line["question"] for line in first.form["slots"]} == {one.pk for one in questions}
        assert sitting.practise(cast.enrolled, cast.lesson).pk == first.pk

    def test_a_round_with_given_questions_is_one_of_its_own(self, cast, questions):
        first = sitting.practise(cast.enrolled, cast.lesson)
        foreign = factories.question(factories.CourseFactory())
        again = sitting.practise(cast.enrolled, cast.lesson, only=[questions[0].pk, questions[3].pk, foreign.pk])
        first.refresh_from_db()
        assert (first.is_open, again.number) == (False, 2)
        assert {line["question"] for line in again.form["slots"]} == {questions[0].pk, questions[3].pk}

    def test_questions_of_a_draft_and_retired_ones_are_not_asked(self, cast, questions):
        draft = factories.LessonFactory(chapter=cast.lesson.chapter, published_at=None)
        hidden = factories.question(cast.course, lesson=draft)
        questions[0].retired_at = now()
        questions[0].save()
        attempt = sitting.practise(cast.enrolled, cast.lesson, only=[hidden.pk, questions[0].pk, questions[1].pk])
        assert [line["question"] for line in attempt.form["slots"]] == [questions[1].pk]

    def test_a_finals_questions_are_practised_by_those_only_who_were_shown_their_keys(self, cast, questions):
        kept = factories.question(cast.course)
        wanted = [kept.pk, questions[0].pk]
        final = factories.mock_test(cast.course, [kept], review={"after": ["marks"]})
        guessed = sitting.practise(cast.enrolled, cast.lesson, only=wanted)
        assert [line["question"] for line in guessed.form["slots"]] == [questions[0].pk]
        attempt = sitting.start(cast.enrolled, final)
        sitting.submit(attempt)
        assert scoring.score(attempt.pk)
        guessed = sitting.practise(cast.enrolled, cast.lesson, only=wanted)
        assert [line["question"] for line in guessed.form["slots"]] == [questions[0].pk]
        MockTest.objects.update(review={})
        again = sitting.practise(cast.enrolled, cast.lesson, only=wanted)
        assert {line["question"] for line in again.form["slots"]} == set(wanted)

    def test_unseen_questions_come_first(self, cast):
        pool = [factories.question(cast.course, lesson=cast.lesson) for _number in range(24)]
        seen = []
        for _round in range(2):
            attempt = sitting.practise(cast.enrolled, cast.lesson)
            seen += [line["question"] for line in attempt.form["slots"]]
            closing.submit(attempt)
        assert sorted(seen) == [one.pk for one in pool]

    def test_what_a_test_asks_now_is_not_practised_beside_it(self, cast, questions, client):
        test = factories.mock_test(cast.course, questions[:9])
        running = sitting.start(cast.enrolled, test)
        attempt = sitting.practise(cast.enrolled, cast.lesson)
        assert [line["question"] for line in attempt.form["slots"]] == [questions[9].pk]
        with pytest.raises(sitting.Refused, match="Finish it first"):
            sitting.practise(cast.enrolled, cast.lesson, only=[questions[0].pk])
        sitting.submit(running)
        again = sitting.practise(cast.enrolled, cast.lesson, only=[questions[0].pk])
        assert len(again.form["slots"]) == 1

    def test_a_lesson_without_questions_has_no_practice(self, cast, client):
        client.force_login(cast.enrolled)
        with pytest.raises(sitting.Refused, match="nothing to practise"):
            sitting.practise(cast.enrolled, cast.lesson)
