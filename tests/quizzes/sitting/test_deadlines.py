"""A test ends when the server's clock says so: limit × closing time × extra time × personal times (R6, R7, A19)."""

from datetime import UTC, datetime, timedelta

import pytest

from quizzes import accommodating, closing, deadlines, sitting
from quizzes.models import Accommodation, Attempt
from tests import factories

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


# limit, closes (minutes from the start) · what the learner was granted · ends (minutes from the start)
TABLE = [
    (None, None, {}, None),
    (30, None, {}, 30),
    (None, 45, {}, 45),
    (30, 45, {}, 30),
    (30, 4, {}, 4),
    (30, 30, {}, 30),
    (30, None, {"extra_percent": 25}, 37.5),
    (30, None, {"extra_minutes": 10}, 40),
    (30, None, {"extra_percent": 25, "extra_minutes": 10}, 47.5),
    (1, None, {"extra_percent": 25}, 1.25),
    (30, 32, {"extra_percent": 25}, 32),
    (30, 32, {"extra_percent": 25, "closes_at": 60}, 37.5),
    (30, 32, {"closes_at": 60}, 30),
    (30, None, {"closes_at": 10}, 10),
    (None, 45, {"extra_percent": 100}, 45),
    (None, 45, {"closes_at": 90}, 90),
    (None, None, {"extra_minutes": 10}, None),
    (600, 60, {"extra_percent": 300}, 60),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "closes", "granted", "ends"), TABLE)
@pytest.mark.parametrize("whole_course", [False, True])
def test_the_deadline_is_exact(cast, limit, closes, granted, ends, whole_course):
    test = factories.mock_test(
        cast.course,
        [factories.question(cast.course)],
        minutes=limit,
        closes_at=None if closes is None else after(closes),
    )
    if granted:
        moments = {"closes_at": after(granted["closes_at"])} if "closes_at" in granted else {}
        Accommodation.objects.create(
            course=cast.course,
            test=None if whole_course else test,
            learner=cast.enrolled,
            reason="Dyslexia",
            **granted | moments,
        )
        # What others were granted changes nothing.
        Accommodation.objects.create(course=cast.course, learner=cast.other, reason="Broken arm", extra_percent=300)
    attempt = sitting.start(cast.enrolled, test, at=NOON)
    attempt.refresh_from_db()
    assert attempt.deadline == (None if ends is None else after(ends))
    standing = sitting.may_start(cast.enrolled, test, NOON)
    assert standing.deadline == attempt.deadline


@pytest.mark.django_db
def test_of_two_grants_the_better_counts(cast):
    test = factories.mock_test(cast.course, minutes=60, attempts_allowed=1, closes_at=after(500))
    rows = {"course": cast.course, "learner": cast.enrolled, "reason": "As agreed"}
    Accommodation.objects.create(**rows, extra_percent=50, extra_attempts=2, closes_at=after(900))
    Accommodation.objects.create(**rows, test=test, extra_percent=25, extra_minutes=5, closes_at=after(700))
    terms = accommodating.terms(cast.enrolled, test)
    assert (terms.limit, terms.attempts, terms.closes_at) == (timedelta(minutes=95), 3, after(700))
    assert accommodating.terms(cast.other, test).limit == timedelta(minutes=60)
    assert accommodating.last_closing(test) == after(900)


@pytest.mark.django_db
def test_a_start_shortly_before_closing_is_told_so(cast):
    test = factories.mock_test(cast.course, [factories.question(cast.course)], minutes=30, closes_at=after(30))
    assert not sitting.may_start(cast.enrolled, test, NOON).is_cut_short(NOON)
    late = sitting.may_start(cast.enrolled, test, after(26))
    assert (late.is_cut_short(after(26)), late.deadline - after(26)) == (True, timedelta(minutes=4))


@pytest.mark.parametrize(
    ("seconds", "is_over", "left"),
    [(-60, False, 60_000), (-0.0005, False, 0), (0, False, 0), (9.999, False, 0), (10, True, 0), (86400, True, 0)],
)
def test_what_a_slow_network_delays_still_counts(seconds, is_over, left):
    at = NOON + timedelta(seconds=seconds)
    assert (deadlines.is_over(NOON, at), deadlines.remaining_ms(NOON, at)) == (is_over, left)
    assert deadlines.is_over(None, at) is False
    assert deadlines.remaining_ms(None, at) is None


@pytest.mark.django_db
class TestWhoLooksFirstCloses:
    @pytest.fixture
    def attempt(self, cast) -> Attempt:
        test = factories.mock_test(cast.course, [factories.question(cast.course)], minutes=30)
        return sitting.start(cast.enrolled, test, at=NOON)

    def closed(self, attempt: Attempt) -> tuple:
        attempt.refresh_from_db()
        return attempt.state, attempt.finished_at, attempt.closed_by

    BY_TIME = ("submitted", after(30), "time")

    def test_a_read(self, cast, attempt):
        at = after(30) + deadlines.GRACE
        assert sitting.find(cast.enrolled, attempt.pk, at - timedelta(milliseconds=1)).is_open
        assert sitting.find(cast.enrolled, attempt.pk, at).state == "submitted"
        assert self.closed(attempt) == self.BY_TIME

    def test_a_save(self, cast, attempt):
        sitting.save(attempt.pk, cast.enrolled, [sitting.Item(1, 1, "o1")], at=after(67))
        assert self.closed(attempt) == self.BY_TIME

    def test_a_submission(self, attempt):
        assert sitting.submit(attempt, at=after(67)) is False
        assert (attempt.state, attempt.finished_at, attempt.closed_by) == self.BY_TIME
        assert self.closed(attempt) == self.BY_TIME

    def test_another_start(self, cast, attempt):
        assert sitting.start(cast.enrolled, attempt.test, at=after(67)).pk != attempt.pk
        assert self.closed(attempt) == self.BY_TIME

    def test_the_clock_that_runs_every_half_minute(self, attempt, client):
        assert closing.close_overdue(after(30)) == 0
        assert closing.close_overdue(after(31)) == 1
        assert closing.close_overdue(after(31)) == 0
        assert self.closed(attempt) == self.BY_TIME
        assert [event.what for event in attempt.events.all()] == ["started", "timed_out"]

    def test_a_submission_within_the_grace_ends_at_the_deadline(self, attempt):
        assert sitting.submit(attempt, at=after(30) + timedelta(seconds=8)) is True
        assert self.closed(attempt) == ("submitted", after(30), "learner")

    def test_a_clock_that_was_set_back_gives_no_negative_time(self, attempt):
        assert sitting.submit(attempt, at=NOON - timedelta(hours=2)) is True
        assert self.closed(attempt) == ("submitted", NOON, "learner")

    def test_more_time_meanwhile_keeps_it_open(self, attempt):
        Attempt.objects.filter(pk=attempt.pk).update(deadline=after(60))
        assert closing.close_overdue(after(31)) == 0
        assert sitting.submit(attempt, at=after(50)) is True
