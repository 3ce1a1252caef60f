"""Correcting a key: everybody who gave the answer moves, and exactly as if it had been right from the beginning."""

import pytest

from quizzes import regrading
from quizzes.models import GradedAnswer, KeyRevision, RegradeChange, Score
from tests import factories
from tests.quizzes.scoring import sat

pytestmark = pytest.mark.django_db


@pytest.fixture
def test(cast):
    return factories.mock_test(cast.course, sat.choices(cast.course, 4), pass_percent=50)


@pytest.fixture
def first(test):
    """The question whose key is wrong: b is right."""
    return test.sections.get().slots.first().question


@pytest.fixture
def attempts(test):
    answers = [["a", "a", "b", "b"], ["b", "a", "b", "b"], ["b", "b", "b", "b"], [None, "a", "a", "b"]]
    return [sat.sit(user, test, given) for user, given in zip(sat.people(4), answers, strict=True)]


def shares():
    return list(Score.objects.order_by("attempt__learner").values_list("share_ppm", flat=True))


def test_a_dry_run_says_who_moves_and_changes_nothing(cast, first, attempts):
    before = sat.scores()
    run = regrading.dry_run(sat.version(first), sat.key("b"), "new", False, cast.instructor, "The book was wrong.")
    assert run.forecast == {
        "attempts": 3,
        "up": 2,
        "down": 1,
        "to_pass": 1,
        "to_fail": 1,
        "mean_before": 0.3125,
        "mean_after": 0.375,
    }
    assert sat.scores() == before
    assert KeyRevision.objects.filter(version=first.current).count() == 1


def test_the_new_key_counts_for_everybody(cast, first, attempts):
    assert shares() == [500_000, 250_000, 0, 500_000]
    run = sat.corrected(cast.instructor, first, sat.key("b"))
    assert shares() == [250_000, 500_000, 250_000, 500_000]
    assert run.counts == run.forecast
    assert all(sat.recounted(attempt) for attempt in attempts)
    assert list(Score.objects.order_by("attempt__learner").values_list("passed", flat=True)) == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("new", [250_000, 500_000, 250_000, 500_000]),
        ("both", [500_000, 500_000, 250_000, 500_000]),
        ("void", [500_000, 500_000, 250_000, 750_000]),
        ("drop", [333_333, 333_333, 0, 666_666]),
    ],
)
def test_each_policy(cast, first, attempts, policy, expected):
    before = sat.scores()
    run = sat.corrected(cast.instructor, first, sat.key("b"), policy)
    assert shares() == expected
    assert all(sat.recounted(attempt) for attempt in attempts)
    sat.reverted(run, cast.instructor)
    assert sat.scores() == before
    assert sat.version(first).revision.number == 1


@pytest.mark.parametrize("policy", ["new", "drop"])
def test_nobodys_score_falls_where_that_is_promised(cast, first, attempts, policy):
    before, sat_before = shares(), sat.scores()
    run = sat.corrected(cast.instructor, first, sat.key("b"), policy, lowers_nobody=True)
    assert all(now >= then for now, then in zip(shares(), before, strict=True))
    assert run.counts["down"] == run.counts["to_fail"] == 0
    assert all(sat.recounted(attempt) for attempt in attempts)
    sat.reverted(run, cast.instructor)
    assert sat.scores() == sat_before


def test_a_second_apply_writes_nothing(cast, first, attempts):
    twin = regrading.dry_run(sat.version(first), sat.key("b"), "new", False, cast.instructor, "Twice.")
    run = sat.corrected(cast.instructor, first, sat.key("b"))
    then, words = sat.scores(), list(GradedAnswer.objects.values_list("pk", "score_ppm", "revision").order_by("pk"))
    again = regrading.apply(run, cast.instructor)
    assert again.state == "done"
    sat.applied(twin, cast.instructor)
    assert twin.counts["attempts"] == 0
    assert sat.scores() == then
    assert list(GradedAnswer.objects.values_list("pk", "score_ppm", "revision").order_by("pk")) == words
    assert RegradeChange.objects.count() == 3
    assert KeyRevision.objects.filter(version=first.current).count() == 2


def test_an_old_dry_run_is_refused_once_the_key_has_changed(cast, first, attempts):
    stale = regrading.dry_run(sat.version(first), sat.key("c"), "new", False, cast.instructor, "Perhaps c.")
    sat.corrected(cast.instructor, first, sat.key("b"))
    then = sat.scores()
    job = regrading.apply(stale, cast.instructor)
    with pytest.raises(AssertionError, match="Make a new dry run"):
        sat.done(job)
    stale.refresh_from_db()
    assert (stale.state, sat.scores()) == ("dry", then)


def test_what_stands_below_a_later_correction_is_not_taken_back(cast, first, attempts):
    run = sat.corrected(cast.instructor, first, sat.key("b"))
    sat.corrected(cast.instructor, first, sat.key("c"))
    with pytest.raises(regrading.Refused, match="later correction"):
        regrading.revert(run, cast.instructor)


def test_several_keys_at_once(cast, test, attempts):
    before = sat.scores()
    questions = [slot.question for slot in test.sections.get().slots.all()][:3]
    changes = [(sat.version(question), sat.key("b")) for question in questions]
    run = sat.applied(regrading.dry_run(changes, None, "new", False, cast.instructor, "All."), cast.instructor)
    assert shares() == [250_000, 500_000, 750_000, 0]
    assert all(sat.recounted(attempt) for attempt in attempts)
    sat.reverted(run, cast.instructor)
    assert sat.scores() == before


def test_who_sits_the_test_later_is_scored_by_the_new_key_and_moves_back_with_all(cast, test, first, attempts):
    run = sat.corrected(cast.instructor, first, sat.key("b"))
    late = sat.sit(cast.enrolled, test, ["b", "b", "b", "b"])
    assert late.score.share_ppm == 250_000
    sat.reverted(run, cast.instructor)
    late.score.refresh_from_db()
    assert late.score.share_ppm == 0


@pytest.mark.parametrize(("who", "may"), [("instructor", True), ("superuser", True), ("outsider", False)])
def test_who_may_correct_a_key(cast, first, attempts, who, may):
    if may:
        sat.corrected(cast[who], first, sat.key("b"))
    else:
        with pytest.raises(regrading.PermissionDenied):
            sat.corrected(cast[who], first, sat.key("b"))
