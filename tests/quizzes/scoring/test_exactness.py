"""Whatever is corrected, and in whichever order: totals are what scoring from scratch gives, and go back exactly."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes import marking, regrading, scoring
from quizzes.models import Attempt, KeyRevision, QuestionVersion, RegradeRun
from tests import factories
from tests.quizzes.scoring import sat

pytestmark = pytest.mark.django_db
LENGTH = 4

answers = st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=LENGTH, max_size=LENGTH)
sure = st.lists(st.sampled_from([None, 1, 2, 3]), min_size=LENGTH, max_size=LENGTH)
keys = st.builds(sat.key, st.sampled_from("abcd"), c=st.sampled_from([0.0, 0.3333333, 0.5]))
exams = st.fixed_dictionaries(
    {
        "preset": st.sampled_from(["plain", "jee", "gate1", "gate2", "formula"]),
        "floor": st.sampled_from(["question", "test", "none"]),
        "with_certainty": st.booleans(),
        "pass_percent": st.sampled_from([None, 33, 50]),
    }
)
corrections = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, LENGTH - 1), keys), min_size=1, max_size=3, unique_by=lambda one: one[0]),
        st.sampled_from(RegradeRun.Policy.values),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
)
WEIGHTS = (1, "0.33", "2.5", 1)  # thirds do not divide evenly: what is rounded is rounded the same way each time


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exam=exams, sat_by=st.lists(st.tuples(answers, sure), min_size=1, max_size=4), corrections=corrections)
def test_totals_equal_those_from_scratch_and_go_back_exactly(cast, exam, sat_by, corrections):
    test = factories.mock_test(cast.course, sat.choices(cast.course, LENGTH), **exam)
    slots = list(test.sections.get().slots.all())
    for slot, points in zip(slots, WEIGHTS, strict=True):
        slot.points = points
        slot.save()
    attempts = [
        sat.sit(user, test, given, certainty=certainty)
        for user, (given, certainty) in zip(sat.people(len(sat_by)), sat_by, strict=True)
    ]
    before = mine(attempts)
    stack = []
    for changed, policy, lowers_nobody in corrections:
        then = mine(attempts)
        changes = [(sat.version(slots[place].question), key) for place, key in changed]
        run = regrading.dry_run(changes, None, policy, lowers_nobody, cast.superuser, "Wrong.")
        run = sat.applied(run, cast.superuser)
        stack.append(run)
        now = mine(attempts)
        assert run.counts["attempts"] == sum(moves(then[pk], now[pk]) for pk in now)
        assert run.counts["up"] == sum(now[pk][4] > then[pk][4] for pk in now)
        assert run.counts["down"] == sum(now[pk][4] < then[pk][4] for pk in now)
        if lowers_nobody:
            assert run.counts["down"] == 0
        assert all(sat.recounted(attempt) for attempt in attempts)
    # From scratch, as if everybody were scored today.
    corrected = mine(attempts)
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).update(state="submitted")
    assert all(scoring.score(attempt.pk) for attempt in attempts)
    assert mine(attempts) == corrected
    for run in reversed(stack):
        sat.reverted(run, cast.superuser)
    assert mine(attempts) == before


def mine(attempts):
    ids = {str(attempt.pk) for attempt in attempts}
    return {pk: score for pk, score in sat.scores().items() if pk in ids}


def moves(then, now):
    return (then[3], then[4]) != (now[3], now[4])


def test_a_revert_finds_the_sums_of_those_who_were_marked_meanwhile(cast):
    exam = factories.mock_test(cast.course, sat.choices(cast.course, 2))
    attempt = sat.sit(cast.enrolled, exam, ["b", "b"])
    first, second = [slot.question for slot in exam.sections.get().slots.all()]
    run = sat.corrected(cast.instructor, first, sat.key("b"))
    answer = attempt.answers.get(version=second.current)
    marking.mark(answer, None, "Both hold.", cast.instructor, share_ppm=500_000)
    sat.reverted(run, cast.instructor)
    attempt.score.refresh_from_db()
    assert attempt.score.sum_ppm == 500_000
    assert sat.recounted(attempt)


def test_the_key_goes_back_to_the_same_revision(cast):
    exam = factories.mock_test(cast.course, sat.choices(cast.course, 1))
    sat.sit(cast.enrolled, exam, ["b"])
    question = exam.sections.get().slots.get().question
    before = QuestionVersion.objects.get(question=question).revision_id
    run = sat.corrected(cast.instructor, question, sat.key("b"))
    assert QuestionVersion.objects.get(question=question).revision_id != before
    sat.reverted(run, cast.instructor)
    assert QuestionVersion.objects.get(question=question).revision_id == before
    assert list(KeyRevision.objects.filter(version__question=question).values_list("number", flat=True)) == [1, 2]
