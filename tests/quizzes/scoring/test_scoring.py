"""A closed attempt gets one score, made of its frozen answers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs import running
from jobs.models import Job
from quizzes import closing, dictionary, reading, scoring, storing, totals
from quizzes.grading import marks
from quizzes.models import Answer, Attempt, GradedAnswer, KeyRevision, QuestionVersion, Score
from tests import factories
from tests.quizzes.samples import SAMPLES
from tests.quizzes.scoring import sat

pytestmark = pytest.mark.django_db
TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def queries(caught: CaptureQueriesContext) -> list[str]:
    """Without the bounds of transactions."""
    return [query["sql"] for query in caught.captured_queries if not query["sql"].startswith(TRANSACTION)]


@pytest.fixture
def exam(cast):
    return factories.mock_test(cast.course, sat.choices(cast.course, 4), pass_percent=50)


def test_a_score_is_the_sum_of_what_was_answered(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, ["a", "a", "b", None])
    score = attempt.score
    assert (score.sum_ppm, score.possible_ppm, score.share_ppm, score.passed) == (2_000_000, 4_000_000, 500_000, True)
    assert (attempt.state, score.test, score.is_provisional) == ("scored", exam, False)
    states = attempt.answers.values_list("graded__state", flat=True)
    assert sorted(states) == ["blank", "right", "right", "wrong"]


def test_what_was_never_touched_gets_a_row(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, [])
    assert attempt.answers.count() == 4
    assert set(attempt.answers.values_list("value", "rev", "graded__text", "graded__state")) == {(None, 0, "", "blank")}


def test_every_kind_is_scored_as_it_is_graded(cast):
    questions = [factories.question(cast.course, kind) for kind in SAMPLES]
    exam = factories.mock_test(cast.course, questions)
    attempt = sat.sit(cast.enrolled, exam, [sample.right for sample in SAMPLES.values()])
    essays = sum(kind == "essay" for kind in SAMPLES)
    assert attempt.score.sum_ppm == (len(SAMPLES) - essays) * 1_000_000
    assert attempt.score.is_provisional == bool(essays)
    assert sat.recounted(attempt)


def test_each_distinct_answer_is_one_row_of_the_dictionary(cast, exam):
    for user, given in zip(sat.people(4), ["aaaa", "aaab", "bbaa", "aaaa"], strict=True):
        sat.sit(user, exam, list(given))
    rows = GradedAnswer.objects.values_list("version", "text")
    assert len(rows) == len(set(rows)) == 7
    assert Answer.objects.filter(graded__isnull=False).count() == 16


def test_the_same_ticks_in_another_order_are_the_same_answer(cast):
    body = {"options": sat.OPTIONS}
    key = {"right": ["a", "b"], "rule": "all", "feedback": {}, "misconceptions": {}}
    exam = factories.mock_test(cast.course, [factories.question(cast.course, "multiple", body=body, key=key)])
    for user, given in zip(sat.people(2), (["a", "b"], ["b", "a"]), strict=True):
        sat.sit(user, exam, [given])
    assert GradedAnswer.objects.count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes the same with more, shorter statements")
@pytest.mark.parametrize("length", [5, 200])
@pytest.mark.parametrize("is_cold", [True, False])
def test_submitting_and_scoring_take_six_queries_however_long_the_test(cast, length, is_cold):
    exam = factories.mock_test(cast.course, sat.choices(cast.course, length))
    if not is_cold:
        sat.sit(cast.other, exam, ["a"] * length)
    attempt = factories.open_attempt(cast.enrolled, exam)
    sat.answer(attempt, ["a"] * length)
    attempt = Attempt.objects.get(pk=attempt.pk)
    with CaptureQueriesContext(connection) as caught:
        assert closing.submit(attempt)
        assert scoring.score(attempt.pk)
    assert len(queries(caught)) <= 6, queries(caught)


def test_scoring_again_changes_nothing(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, ["a", "b", None, None])
    before = Score.objects.values().get()
    assert scoring.score(attempt.pk) is False
    assert Score.objects.values().get() == before


def test_an_open_attempt_is_not_scored(cast, exam):
    attempt = factories.open_attempt(cast.enrolled, exam)
    assert scoring.score(attempt.pk) is False
    assert not Score.objects.exists()


def test_the_job_scores(cast, exam, woken):
    attempt = sat.sit(cast.enrolled, exam, ["a", "a", "a", "a"], scored=False)
    job = Job.objects.get(kind=scoring.SCORE)
    assert (job.subject, running.run(job.pk)) == (str(attempt.pk), "done")
    assert Score.objects.get().share_ppm == 1_000_000


def test_the_dictionary_counts_where_an_older_program_graded_otherwise(cast, exam):
    """Totals are sums of its rows, else a regrade would move them by the wrong amount."""
    sat.sit(cast.other, exam, ["a", "a", "a", "a"])
    GradedAnswer.objects.filter(text="a").update(score_ppm=250_000, state="partial")
    attempt = sat.sit(cast.enrolled, exam, ["a", "a", "a", "a"])
    assert attempt.score.sum_ppm == 1_000_000
    assert sat.recounted(attempt)


def test_both_ways_of_writing_write_the_same(cast, exam, monkeypatch):
    given = ["a", "b", None, "a"]
    at_once = sat.sit(cast.other, exam, given)
    monkeypatch.setattr(storing, "_at_once", lambda *_: (_ for _ in ()).throw(storing.Disagrees()))
    in_turn = sat.sit(cast.enrolled, exam, given)
    rows = [
        (
            Score.objects.values("sum_ppm", "possible_ppm", "marks_ppm", "share_ppm", "passed").get(attempt=one),
            sorted(one.answers.values_list("version", "weight_ppm", "graded", "rev", "seconds", "is_flagged")),
        )
        for one in (at_once, in_turn)
    ]
    assert rows[0] == rows[1]


def test_an_attempt_without_questions_has_a_score_of_nothing(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, [], scored=False)
    Attempt.objects.filter(pk=attempt.pk).update(form={"sections": [], "slots": []})
    assert scoring.score(attempt.pk)
    assert Score.objects.values_list("possible_ppm", "share_ppm").get() == (0, 0)


def test_the_version_that_was_shown_is_scored_by_its_own_key(cast, exam):
    """A17: other words are another version and touch no old attempt; a corrected key of the old version does."""
    question = exam.sections.get().slots.first().question
    old = sat.sit(cast.enrolled, exam, ["b", None, None, None])
    shown = sat.version(question)
    new = QuestionVersion.objects.create(question=question, number=2, stem="In other words?", body=sat.BODY)
    new.revision = KeyRevision.objects.create(version=new, number=1, key=sat.key("c"))
    new.save()
    question.current = new
    question.save()
    later = sat.sit(cast.other, exam, ["c", None, None, None])
    assert (old.score.sum_ppm, later.score.sum_ppm) == (0, 1_000_000)
    sat.corrected(cast.instructor, shown, sat.key("b"))
    old.score.refresh_from_db()
    later.score.refresh_from_db()
    assert (old.score.sum_ppm, later.score.sum_ppm) == (1_000_000, 1_000_000)
    assert old.answers.get(version=shown).version.stem != "In other words?"
    assert {slot["version"] for slot in old.form["slots"]} >= {shown.pk}
    # And the other way: the key of the new version touches nobody who was shown the old one.
    sat.corrected(cast.instructor, new, sat.key("b"))
    old.score.refresh_from_db()
    later.score.refresh_from_db()
    assert (old.score.sum_ppm, later.score.sum_ppm) == (1_000_000, 0)


# --- Rules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "given", "marks", "share"),
    [
        ({"preset": "jee", "floor": "test"}, "bbbb", 0, 0),
        ({"preset": "jee", "floor": "none"}, "bbbb", -4_000_000, 0),
        ({"preset": "jee", "floor": "question"}, "abbb", 4_000_000, 250_000),
        ({"preset": "jee", "floor": "test"}, "abbb", 1_000_000, 62_500),
        ({"preset": "gate2", "floor": "none"}, "aabb", 666_666, 166_666),
        ({"preset": "formula", "floor": "none"}, "abbb", 1, 0),
    ],
)
def test_marks_below_zero_and_their_floors(cast, settings, given, marks, share):
    exam = factories.mock_test(cast.course, sat.choices(cast.course, 4), pass_percent=25, **settings)
    score = sat.sit(cast.enrolled, exam, list(given)).score
    assert abs(score.marks_ppm - marks) <= 3
    assert abs(score.share_ppm - share) <= 1
    assert score.passed is (score.share_ppm >= 250_000)


def test_certainty_pays_and_costs(cast):
    exam = factories.mock_test(cast.course, sat.choices(cast.course, 4), with_certainty=True, floor="none")
    attempt = sat.sit(cast.enrolled, exam, ["a", "a", "b", "b"], certainty=[3, 1, 2, 3])
    assert (attempt.score.sum_ppm, attempt.score.possible_ppm) == (
        3_000_000 + 1_000_000 - 2_000_000 - 6_000_000,
        12_000_000,
    )
    assert attempt.score.share_ppm == 0


def test_the_rules_of_the_start_count_whatever_the_test_says_later(cast, exam):
    attempt = factories.open_attempt(cast.enrolled, exam)
    exam.preset, exam.pass_percent = "jee", 100
    exam.save()
    sat.answer(attempt, ["a", "a", "b", "b"])
    closing.submit(attempt)
    scoring.score(attempt.pk)
    assert (attempt.score.sum_ppm, attempt.score.passed) == (2_000_000, True)


@pytest.mark.parametrize(("right", "passed"), [(2, False), (3, True)])
def test_a_pass_mark_is_compared_exactly(cast, right, passed):
    exam = factories.mock_test(cast.course, sat.choices(cast.course, 4), pass_percent=75)
    assert sat.sit(cast.enrolled, exam, ["a"] * right).score.passed is passed


def test_a_void_question_gives_all_of_it_also_for_a_blank_and_a_dropped_one_counts_for_nothing(cast, exam):
    void, dropped = [slot.question for slot in exam.sections.get().slots.all()][:2]
    KeyRevision.objects.filter(version=void.current).update(is_void=True)
    KeyRevision.objects.filter(version=dropped.current).update(is_dropped=True)
    score = sat.sit(cast.enrolled, exam, [None, "a", "b", "a"]).score
    assert (score.sum_ppm, score.possible_ppm, score.share_ppm) == (2_000_000, 3_000_000, 666_666)


# --- Judging one answer ---------------------------------------------------------------------------------------------


def test_one_answer_is_judged_at_once(cast, exam):
    attempt = factories.open_attempt(cast.enrolled, exam)
    sat.answer(attempt, ["b"])
    answer = attempt.answers.get()
    assert scoring.judge(answer).state == "wrong"
    assert Answer.objects.get(pk=answer.pk).graded.state == "wrong"
    assert scoring.judge(answer).pk == GradedAnswer.objects.get().pk


def test_what_was_saved_while_it_was_judged_stays_unjudged(cast, exam):
    attempt = factories.open_attempt(cast.enrolled, exam)
    sat.answer(attempt, ["b"])
    answer = attempt.answers.get()
    Answer.objects.filter(pk=answer.pk).update(rev=2, value="a")
    scoring.judge(answer)
    assert Answer.objects.get(pk=answer.pk).graded is None


# --- Failing --------------------------------------------------------------------------------------------------------


def test_a_failed_job_is_told_to_the_learner_in_a_sentence(cast, exam):
    attempt = sat.sit(cast.enrolled, exam, [], scored=False)
    assert scoring.trouble(attempt) == ""
    Job.objects.filter(kind=scoring.SCORE).update(state="failed", error="It took too long.")
    assert scoring.trouble(attempt) == "It took too long."
    assert scoring.score(attempt.pk)
    attempt.refresh_from_db()
    assert scoring.trouble(attempt) == ""


def test_a_corrected_key_between_reading_and_writing_is_noticed(cast, exam, monkeypatch):
    attempt = sat.sit(cast.enrolled, exam, ["b", None, None, None], scored=False)
    question = exam.sections.get().slots.first().question
    seen = []

    def read(attempt_id):
        frozen = reading_before(attempt_id)
        if not seen:
            seen.append(frozen)
            sat.corrected(cast.instructor, question, sat.key("b"))
        return frozen

    reading_before = reading.read
    monkeypatch.setattr(reading, "read", read)
    assert scoring.score(attempt.pk)
    assert attempt.score.sum_ppm == 1_000_000
    assert sat.recounted(attempt)


def test_holding_a_key_that_was_corrected_is_refused(cast, exam):
    question = exam.sections.get().slots.first().question
    version = QuestionVersion.objects.select_related("question", "revision").get(pk=question.current_id)
    spec = dictionary.Spec.of(version)
    dictionary.hold([spec])
    sat.corrected(cast.instructor, question, sat.key("b"))
    with pytest.raises(dictionary.Stale):
        dictionary.hold([spec])


def test_the_totals_know_what_waits_for_a_person():
    rules = marks.PRACTICE
    written = totals.Line(0, "manual", [["manual", None]], 2_000_000)
    assert totals.total(rules, [written]) == totals.Totals(0, 2_000_000, 0, 0, None, True)
    marked = totals.Line(0, "manual", [["manual", None]], 2_000_000, marked_ppm=500_000)
    assert totals.total(rules, [marked]) == totals.Totals(1_000_000, 2_000_000, 1_000_000, 500_000, None, False)
