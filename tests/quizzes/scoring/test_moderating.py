"""What an instructor may do to an attempt, and the trail that it leaves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from jobs.models import Job
from quizzes import moderating, scoring, standing
from quizzes.models import Answer, Attempt, AttemptEvent, LateAnswer, Score
from tests import factories
from tests.quizzes.scoring import sat

pytestmark = pytest.mark.django_db
WHY = "The fire alarm rang."


@pytest.fixture
def exam(cast):
    return factories.mock_test(cast.course, sat.choices(cast.course, 4), pass_percent=50)


@pytest.fixture
def attempt(cast, exam):
    return sat.sit(cast.enrolled, exam, ["a", "b", None, None])


def trail(attempt):
    return list(attempt.events.exclude(what__in=["started", "submitted"]).values_list("what", "by", "reason"))


def test_a_voided_attempt_keeps_its_score_and_counts_for_nothing(cast, exam, attempt):
    moderating.void(attempt, cast.instructor, WHY)
    assert (attempt.state, Score.objects.count()) == ("voided", 1)
    assert standing.counted(cast.enrolled, [exam]) == {}
    assert trail(attempt) == [("voided", cast.instructor.pk, WHY)]
    with pytest.raises(moderating.Refused, match="voided already"):
        moderating.void(attempt, cast.instructor, WHY)


def test_an_open_attempt_is_closed_by_voiding_it(cast, exam):
    attempt = factories.open_attempt(cast.enrolled, exam)
    moderating.void(attempt, cast.instructor, WHY)
    assert (attempt.state, attempt.closed_by) == ("voided", "instructor")
    moderating.restore(attempt, cast.instructor, "It was the wrong one.")
    assert attempt.state == "submitted"
    assert scoring.score(attempt.pk)


def test_a_restored_attempt_counts_again_by_the_keys_of_now(cast, exam, attempt):
    moderating.void(attempt, cast.instructor, WHY)
    questions = [slot.question for slot in exam.sections.get().slots.all()]
    sat.corrected(cast.instructor, questions[1], sat.key("b"))
    moderating.restore(attempt, cast.instructor, "It was a drill.")
    assert (attempt.state, attempt.score.share_ppm) == ("scored", 500_000)
    assert [what for what, _by, _reason in trail(attempt)] == ["voided", "restored"]


def test_voiding_what_is_being_scored_wins_over_the_scorer(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, ["a"], scored=False)
    moderating.void(attempt, cast.instructor, WHY)
    assert scoring.score(attempt.pk) is False
    assert not Score.objects.exists()


def test_a_reopened_attempt_goes_on_and_is_scored_anew(cast, exam, attempt):
    moderating.reopen(attempt, cast.instructor, WHY, 10)
    assert (attempt.state, attempt.finished_at, attempt.closed_by) == ("open", None, "")
    assert timedelta(minutes=9) < attempt.deadline - now() <= timedelta(minutes=10)
    assert not Score.objects.exists()
    assert set(attempt.answers.values_list("graded", flat=True)) == {None}
    event = AttemptEvent.objects.get(what="reopened")
    assert event.data["score"]["share_ppm"] == 250_000
    Answer.objects.filter(attempt=attempt, value="b").update(value="a")
    Attempt.objects.filter(pk=attempt.pk).update(state="submitted")
    assert scoring.score(attempt.pk)
    assert Score.objects.get().share_ppm == 500_000


def test_nothing_is_reopened_beside_an_open_attempt(cast, exam, attempt):
    factories.open_attempt(cast.enrolled, exam)
    with pytest.raises(moderating.Refused, match="another attempt open"):
        moderating.reopen(attempt, cast.instructor, WHY, 10)
    attempt.refresh_from_db()
    assert (attempt.state, Score.objects.count()) == ("scored", 1)


def test_rescoring_gives_the_same_as_scoring_from_scratch(cast, attempt):
    before = sat.scores()
    Score.objects.update(sum_ppm=7, marks_ppm=7, share_ppm=7)
    job = moderating.rescore(attempt, cast.instructor, "It looks odd.")
    assert attempt.state == "submitted"
    sat.done(job)
    assert sat.scores() == before
    assert trail(attempt) == [("rescored", cast.instructor.pk, "It looks odd.")]


def test_what_failed_is_scored_again(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, ["a"], scored=False)
    Job.objects.filter(kind=scoring.SCORE).update(state="failed", error="It took too long.")
    sat.done(moderating.rescore(attempt, cast.instructor, "The question is mended."))
    assert Score.objects.get().sum_ppm == 1_000_000


@pytest.fixture
def late(attempt):
    slot = attempt.answers.get(value="b").slot
    return LateAnswer.objects.create(attempt=attempt, slot=slot, rev=5, value="a", received_at=now())


def test_an_accepted_late_answer_counts(cast, attempt, late):
    sat.done(moderating.accept_late(late, cast.instructor, "The network was down."))
    answer = attempt.answers.get(slot=late.slot)
    assert (answer.value, answer.rev) == ("a", 5)
    assert Score.objects.get().share_ppm == 500_000
    assert trail(attempt) == [("late_accepted", cast.instructor.pk, "The network was down.")]
    with pytest.raises(moderating.Refused, match="accepted already"):
        moderating.accept_late(late, cast.instructor, WHY)
    attempt.refresh_from_db()
    assert attempt.state == "scored"


def test_a_late_answer_to_what_was_never_touched_counts_too(cast, attempt):
    slot = attempt.answers.filter(value__isnull=True).first().slot
    late = LateAnswer.objects.create(attempt=attempt, slot=slot, rev=1, value="a", received_at=now())
    sat.done(moderating.accept_late(late, cast.instructor, WHY))
    assert Score.objects.get().share_ppm == 500_000


def test_a_late_answer_is_not_accepted_while_the_attempt_is_being_scored(cast, attempt, late):
    moderating.rescore(attempt, cast.instructor, WHY)
    with pytest.raises(moderating.Refused, match="once the attempt is scored"):
        moderating.accept_late(late, cast.instructor, WHY)
    late.refresh_from_db()
    assert late.accepted_at is None


@pytest.mark.parametrize("act", ["void", "restore", "reopen", "rescore"])
def test_every_act_wants_a_right_and_a_reason(cast, attempt, act):
    for who in (cast.enrolled, cast.outsider, cast.staff):
        with pytest.raises(PermissionDenied):
            getattr(moderating, act)(attempt, who, WHY)
    with pytest.raises(moderating.Refused, match="Say why"):
        getattr(moderating, act)(attempt, cast.instructor, "  ")
    assert trail(attempt) == []


# --- Which attempt counts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "share", "passed"),
    [("best", 750_000, True), ("last", 250_000, False), ("first", 500_000, True), ("mean", 500_000, True)],
)
def test_which_attempt_counts(cast, exam, counts, share, passed, django_assert_max_num_queries):
    exam.counts = counts
    exam.save()
    for given in ("aabb", "aaab", "abbb"):
        sat.sit(cast.enrolled, exam, list(given))
    other = factories.mock_test(cast.course, sat.choices(cast.course, 1))
    with django_assert_max_num_queries(2):
        results = standing.counted(cast.enrolled, [exam, other])
    assert list(results) == [exam.pk]
    result = results[exam.pk]
    assert (result.share_ppm, result.passed, result.attempts, result.best_ppm) == (share, passed, 3, 750_000)
    assert (result.attempt_id is None) == (counts == "mean")
    assert standing.counted(cast.other, [exam]) == {}
