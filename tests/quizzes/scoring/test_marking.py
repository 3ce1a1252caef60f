"""Essays are marked by people: by rubric, without a name, and the score follows."""

import pytest
from django.core.exceptions import PermissionDenied

from quizzes import marking, scoring
from quizzes.models import AttemptEvent
from tests import factories
from tests.quizzes.scoring import sat

pytestmark = pytest.mark.django_db

RUBRIC = [
    {"id": "idea", "title": "The idea", "levels": [0, 1, 2, 4], "weight": 1},
    {"id": "words", "title": "The words", "levels": [0, 1, 2], "weight": 2},
]


@pytest.fixture
def exam(cast):
    essay = factories.question(
        cast.course, "essay", body={"words": 300}, key={"rubric": RUBRIC, "sample": "Secretly so."}
    )
    return factories.mock_test(cast.course, [essay, sat.choice(cast.course)], pass_percent=60)


@pytest.fixture
def attempt(cast, exam):
    return sat.sit(cast.enrolled, exam, ["Threads overlap waiting.", "a"])


def essay_of(attempt):
    return attempt.answers.get(graded__state="manual")


def test_an_essay_waits_and_the_score_says_so(cast, attempt):
    assert (attempt.score.share_ppm, attempt.score.is_provisional, attempt.score.passed) == (500_000, True, False)
    (answer,) = marking.waiting([cast.course])
    assert answer == essay_of(attempt)
    assert "enrolled" not in marking.alias(answer)


def test_all_essays_share_one_row_of_the_dictionary_and_their_words_are_not_in_it(cast, exam, attempt):
    other = sat.sit(cast.other, exam, ["Something else.", None])
    assert essay_of(attempt).graded == essay_of(other).graded
    assert "Threads" not in essay_of(attempt).graded.text


def test_a_blank_essay_waits_for_nobody(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, [None, "a"])
    assert (attempt.score.is_provisional, attempt.score.share_ppm) == (False, 500_000)
    assert not marking.waiting([cast.course])


def test_levels_become_marks(cast, attempt):
    marking.mark(essay_of(attempt), {"idea": 2, "words": 1}, "Good, but short.", cast.instructor)
    attempt.score.refresh_from_db()
    assert (attempt.score.sum_ppm, attempt.score.share_ppm) == (1_500_000, 750_000)
    assert (attempt.score.is_provisional, attempt.score.passed) == (False, True)
    answer = essay_of(attempt)
    assert answer.marking == {"levels": {"idea": 2, "words": 1}, "comment": "Good, but short."}
    assert (answer.marked_by, answer.marked_ppm) == (cast.instructor, 500_000)
    assert sat.recounted(attempt)
    event = AttemptEvent.objects.get(what="marked")
    assert (event.by, event.data["after"]) == (cast.instructor, 500_000)


def test_marking_again_replaces_the_marks(cast, attempt):
    marking.mark(essay_of(attempt), {"idea": 2, "words": 1}, "", cast.instructor)
    marking.mark(essay_of(attempt), {"idea": 4, "words": 2}, "", cast.instructor)
    attempt.score.refresh_from_db()
    assert attempt.score.share_ppm == 1_000_000


@pytest.mark.parametrize("levels", [{}, {"idea": 2}, {"idea": 3, "words": 1}, {"idea": 2, "words": 1, "style": 1}])
def test_levels_that_are_not_those_of_the_rubric_are_refused(cast, attempt, levels):
    with pytest.raises(marking.Refused, match="each criterion"):
        marking.mark(essay_of(attempt), levels, "", cast.instructor)
    assert essay_of(attempt).marked_ppm is None


def test_any_answer_may_be_given_a_share(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, [None, "b"])
    answer = attempt.answers.get(graded__state="wrong")
    marking.mark(answer, None, "Your reading was possible, too.", cast.instructor, share_ppm=1_000_000)
    attempt.score.refresh_from_db()
    assert attempt.score.share_ppm == 500_000
    assert sat.recounted(attempt)


def test_marks_survive_rescoring_and_a_regrade_except_void(cast, exam, attempt):
    marking.mark(essay_of(attempt), {"idea": 2, "words": 1}, "", cast.instructor)
    marking.rescore(attempt, cast.instructor, "To be sure.")
    assert scoring.score(attempt.pk)
    attempt.score.refresh_from_db()
    assert attempt.score.sum_ppm == 1_500_000
    question = exam.sections.get().slots.first().question
    before = sat.scores()
    run = sat.corrected(cast.instructor, question, None, "void")
    attempt.score.refresh_from_db()
    assert (attempt.score.sum_ppm, attempt.score.is_provisional) == (2_000_000, False)
    sat.reverted(run, cast.instructor)
    assert sat.scores() == before


@pytest.mark.parametrize("policy", ["void", "drop"])
def test_an_essay_that_is_voided_or_dropped_waits_for_nobody(cast, exam, attempt, policy):
    question = exam.sections.get().slots.first().question
    before = sat.scores()
    run = sat.corrected(cast.instructor, question, None, policy)
    attempt.score.refresh_from_db()
    assert (attempt.score.share_ppm, attempt.score.is_provisional) == (1_000_000, False)
    assert not marking.waiting([cast.course])
    assert sat.recounted(attempt)
    sat.reverted(run, cast.instructor)
    assert sat.scores() == before


def test_who_does_not_edit_the_course_marks_nothing(cast, attempt):
    for who in (cast.outsider, cast.enrolled, cast.staff):
        with pytest.raises(PermissionDenied):
            marking.mark(essay_of(attempt), {"idea": 2, "words": 1}, "", who)


def test_what_is_being_scored_is_not_marked(cast, attempt):
    marking.rescore(attempt, cast.instructor, "To be sure.")
    with pytest.raises(marking.Refused, match="being scored"):
        marking.mark(essay_of(attempt), {"idea": 2, "words": 1}, "", cast.instructor)
    assert essay_of(attempt).marked_ppm is None
