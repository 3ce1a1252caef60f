"""Bringing questions into a bank: what is new, changed, the same or there already; twice changes nothing."""

import pytest

from courses.models import Course
from quizzes import bank
from quizzes.exchange import Plan, apply, gift, plan
from quizzes.models import Answer, Attempt, GradedAnswer, KeyRevision, MarksRules, Question, QuestionVersion
from tests import factories

pytestmark = pytest.mark.django_db

WHO = "::Who:: Who holds it? {=One ~Two ~Three}\n"
REALLY = "::Really:: Is it so? {T}\n"


@pytest.fixture
def course() -> Course:
    return factories.full_lesson(slug="threads").course


def load(course: Course, text: str, **options: object) -> Plan:
    found, problems = gift.read(text)
    return apply(plan(course, found, problems=problems, **options))  # type: ignore[arg-type]


def everything() -> dict[str, list]:
    models = (Question, QuestionVersion, KeyRevision)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def answered(question: Question) -> Answer:
    line = {"slot": 1, "section": 0, "question": question.pk, "version": question.current_id, "weight": 1_000_000}
    attempt = Attempt.objects.create(
        learner=factories.UserFactory(),
        course=question.course,
        rules=MarksRules.objects.create(digest=question.name, data={}),
        form={"sections": [""], "slots": [line]},
        started_at=factories.LONG_AGO,
    )
    return Answer.objects.create(attempt=attempt, slot=1, version=question.current, weight_ppm=1_000_000)


def test_new_questions_are_added_with_version_and_key(course: Course) -> None:
    user = factories.UserFactory()
    found, problems = gift.read(WHO + "\n" + REALLY)
    lesson = course.lessons.get()
    done = apply(plan(course, found, lesson=lesson, problems=problems), by=user)
    assert [row.draft.name for row in done.added] == ["Who", "Really"]
    who, really = Question.objects.order_by("position")
    assert (who.lesson, who.kind, who.current.stem, who.current.created_by) == (lesson, "single", "Who holds it?", user)
    assert really.current.revision.key["options"] == {"true": 1, "false": 0}
    assert bank.draft_of(who) == done.added[0].draft


def test_a_second_import_changes_nothing(course: Course) -> None:
    load(course, WHO + "\n" + REALLY)
    before = everything()
    done = load(course, WHO.replace("::Who::", "::who::") + "\n" + REALLY)
    assert (len(done.same), done.is_empty) == (2, True)
    assert everything() == before


def test_a_preview_writes_nothing(course: Course) -> None:
    found, _problems = gift.read(WHO)
    assert len(plan(course, found).added) == 1
    assert not Question.objects.exists()


def test_the_same_question_under_another_name_is_told_and_left_out(course: Course) -> None:
    load(course, WHO)
    again = "::Other:: who  HOLDS it? {~three =one ~two}\n\n::New:: New? {T}\n\n::New again:: new? {T}\n"
    done = load(course, again)
    assert [(row.draft.name, row.existing) for row in done.duplicates] == [("Other", "Who"), ("New again", "New")]
    assert [row.draft.name for row in done.added] == ["New"]


def test_what_has_another_key_is_no_duplicate(course: Course) -> None:
    load(course, WHO)
    assert len(load(course, "::Other:: Who holds it? {~One =Two ~Three}\n").added) == 1


def test_words_that_nobody_has_met_are_rewritten(course: Course) -> None:
    load(course, WHO)
    version = QuestionVersion.objects.get()
    GradedAnswer.objects.create(
        version=version, digest="x", text="x", score_ppm=0, state="wrong", revision=version.revision
    )
    done = load(course, WHO.replace("Three", "Nobody"))
    assert done.changed[0].details == ("body", "key")
    assert not done.changed[0].is_new_version
    version.refresh_from_db()
    assert version.body["options"][2]["text"] == "Nobody"
    assert set(version.revision.key["options"]) == {row["id"] for row in version.body["options"]}
    assert not GradedAnswer.objects.exists()


def test_attempts_keep_words_and_key(course: Course) -> None:
    load(course, WHO)
    question = Question.objects.get()
    answer = answered(question)
    key = answer.version.revision
    done = load(course, WHO.replace("=One ~Two", "~One =Two"))
    assert (done.changed[0].is_new_version, done.changed[0].is_rekeyed) == (True, True)
    assert "use Regrade" in done.warning
    answer.version.refresh_from_db()
    question.refresh_from_db()
    assert answer.version.revision == key
    assert question.current.number == 2
    assert load(course, WHO.replace("=One ~Two", "~One =Two")).is_empty


def test_what_an_open_attempt_shows_stays_before_anything_is_saved(course: Course) -> None:
    load(course, WHO)
    question = Question.objects.get()
    line = {"slot": 1, "question": question.pk, "version": question.current_id}
    Attempt.objects.create(
        learner=factories.UserFactory(),
        course=course,
        form={"slots": [line]},
        rules=MarksRules.objects.create(digest="x", data={}),
        started_at=factories.LONG_AGO,
    )
    assert bank.is_held(question.current)
    assert load(course, WHO.replace("Three", "Nobody")).changed[0].is_new_version
    assert QuestionVersion.objects.count() == 2


def test_a_kind_cannot_change_under_learners(course: Course) -> None:
    load(course, WHO)
    answered(Question.objects.get())
    done = load(course, "::Who:: Who holds it? {=One}\n")
    assert "its kind cannot change" in done.problems[0].sentence
    assert done.is_empty
    with pytest.raises(bank.Refused):
        bank.revise(Question.objects.get(), gift.read("::Who:: Who? {=One}\n")[0][0])


def test_what_a_file_does_not_say_stays(course: Course) -> None:
    load(course, "// [concept:Lock] [difficulty:hard] [tag:exam]\n" + WHO, lesson=course.lessons.get())
    done = load(course, WHO)
    assert len(done.same) == 1


def test_concepts_are_known_by_name_and_by_category(course: Course) -> None:
    load(
        course,
        f"// [concept:lock]\n{WHO}\n$CATEGORY: $course$/top/Waiting\n\n{REALLY}\n$CATEGORY: Week 2\n\n::C:: c {{T}}\n",
    )
    named = {
        question.name: (question.concept and question.concept.name, question.tags)
        for question in Question.objects.all()
    }
    assert named == {"Who": ("Lock", []), "Really": ("Waiting", []), "C": (None, ["Week 2"])}
    done = load(course, "// [concept:Nothing]\n::D:: d {T}\n")
    assert "“Nothing” is not a key concept here. Write one of: Lock, Waiting." in done.problems[0].sentence


def test_what_cannot_be_graded_is_told_and_the_rest_goes_in(course: Course) -> None:
    done = load(course, WHO + "\n::Bad:: Which? {~a ~b}\n\n::Worse:: Which {\n")
    assert [problem.line for problem in done.problems] == [3, 5]
    assert [row.draft.name for row in done.added] == ["Who"]


def test_a_question_out_of_use_comes_back(course: Course) -> None:
    load(course, WHO)
    bank.retire(course, [Question.objects.get().pk])
    done = load(course, WHO)
    assert done.changed[0].details == ("retired",)
    assert Question.objects.get().retired_at is None


def test_pages_of_the_lesson_follow(course: Course) -> None:
    lesson = course.lessons.get()
    load(course, WHO, lesson=lesson)
    before = lesson.revised_at
    lesson.refresh_from_db()
    assert lesson.revised_at > before


def test_it_takes_as_many_queries_for_many_questions_as_for_few(course: Course, django_assert_max_num_queries) -> None:
    text = "\n".join(f"::Q{number}:: What is {number}? {{#{number}}}\n" for number in range(400))
    found, _problems = gift.read(text)
    with django_assert_max_num_queries(26):
        apply(plan(course, found))  # the course and its lesson follow in six of them
    answered(Question.objects.get(name="Q7"))
    found, _problems = gift.read(text.replace("What is", "How much is"))
    with django_assert_max_num_queries(46):
        done = apply(plan(course, found))
    assert (len(done.changed), QuestionVersion.objects.count()) == (400, 401)
    with django_assert_max_num_queries(18):
        assert apply(plan(course, found)).is_empty
