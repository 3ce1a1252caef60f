"""Questions and mock tests in a course folder: what goes in, what stays of attempts, and what is told."""

from io import BytesIO

import pytest

from authoring import apply, archive, folder, plan, stored, tree
from authoring.problems import CourseFolderError
from courses.models import Chapter, Course, Lesson
from quizzes.models import Answer, Attempt, KeyRevision, MarksRules, MockTest, Question, QuestionVersion, Section, Slot
from tests import factories
from tests.authoring import texts
from tests.authoring.texts import LESSON

pytestmark = pytest.mark.django_db

MOCK = """
## Mock test

- minutes: 15
- attempts: 3
- pass: 70 %
- marks: jee

```gift
// [concept:Lock] [difficulty:easy]
::Who:: Who holds it? {
	=One thread
	~Two threads#Then it were no lock.
	####One at a time.
}

::Really:: Threads overlap waiting. {TRUE}
```
"""
FINAL = """\
---
title: Final
minutes: 60
published: 2026-01-05T08:00:00Z
---

Good luck.

## Warm up

- draw 2 from threads, concept: Lock, easy
- question: Who (2 points)

```gift
::Own:: How many? {#3:0.1}
```
"""
TESTED = LESSON + MOCK


def files(lesson: str = TESTED, **more: str) -> tree.Tree:
    return texts.folder(lesson, **{"tests/final.md": FINAL} | more)


def load(found: tree.Tree) -> plan.Plan:
    return apply.apply(plan.checked(found, "concurrency"))


def planned(found: tree.Tree) -> plan.Plan:
    return plan.plan(plan.checked(found, "concurrency"))


def rows(done: plan.Plan) -> list[tuple]:
    return [(change.action.value, change.what, change.name, change.details) for change in done.changes]


def problems(found: tree.Tree) -> str:
    with pytest.raises(CourseFolderError) as caught:
        plan.checked(found, "concurrency")
    return str(caught.value)


def everything() -> dict[str, list]:
    models = (Question, QuestionVersion, KeyRevision, MockTest, Section, Slot, Lesson)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def sit(title: str = "Final") -> Answer:
    """Somebody sits the test, and holds its fixed questions. Returns the first answer."""
    test = MockTest.objects.get(title=title)
    held = list(Slot.objects.filter(section__test=test, question__isnull=False).select_related("question"))
    lines = [
        {"slot": place, "question": slot.question_id, "version": slot.question.current_id}
        for place, slot in enumerate(held)
    ]
    attempt = Attempt.objects.create(
        learner=factories.UserFactory(),
        course=test.course,
        test=test,
        rules=MarksRules.objects.create(digest=title, data={}),
        form={"sections": [""], "slots": lines},
        started_at=factories.LONG_AGO,
    )
    for place, slot in enumerate(held):
        Answer.objects.create(attempt=attempt, slot=place, version=slot.question.current, weight_ppm=1_000_000)
    return attempt.answers.first()


# --- In and out -----------------------------------------------------------------------------------------------------


def test_a_lesson_s_block_is_its_bank_and_its_test() -> None:
    done = load(files())
    added = [
        (change.what, change.name, change.place) for change in done.changes if change.what in ("questions", "tests")
    ]
    assert added == [
        ("questions", "Who", "threads"),
        ("questions", "Really", "threads"),
        ("questions", "Own", ""),
        ("tests", "Threads", "threads"),
        ("tests", "Final", ""),
    ]
    lesson = Lesson.objects.get(slug="threads")
    who = lesson.questions.get(name="Who")
    assert (who.kind, who.concept.name, who.difficulty) == ("single", "Lock", 1)
    assert (who.current.number, who.current.revision.number, who.current.explanation) == (1, 1, "One at a time.")
    test = lesson.mock_tests.get()
    assert (test.slug, test.title, test.minutes, test.attempts_allowed, test.pass_percent, test.preset) == (
        "threads",
        "Threads",
        15,
        3,
        70,
        "jee",
    )
    assert test.published_at == lesson.published_at
    assert [slot.question.name for slot in test.sections.get().slots.all()] == ["Who", "Really"]


def test_a_test_of_the_course_draws_asks_and_has_questions_of_its_own() -> None:
    load(files())
    test = MockTest.objects.get(slug="final")
    assert (test.lesson, test.chapter, test.introduction) == (None, None, "Good luck.")
    drawn, asked, own = test.sections.get(title="Warm up").slots.all()
    lesson = Lesson.objects.get(slug="threads")
    concept = lesson.concepts.get(name="Lock")
    assert drawn.pool == {"lessons": [lesson.pk], "concepts": [concept.pk], "difficulties": [1]}
    assert (drawn.draw, asked.question.name, asked.points, own.question.name) == (2, "Who", 2, "Own")
    assert own.question.lesson is None


def test_draw_makes_the_block_a_pool() -> None:
    load(files(TESTED.replace("- minutes: 15", "- draw: 1\n- title: Quick check\n- address: quick")))
    test = MockTest.objects.get(slug="quick")
    slot = test.sections.get().slots.get()
    assert (test.title, slot.draw, slot.pool) == ("Quick check", 1, {"lessons": [test.lesson_id]})


def test_a_lesson_may_have_questions_for_practice_only() -> None:
    load(files(TESTED.replace("- minutes: 15", "- test: no")))
    assert Question.objects.filter(lesson__slug="threads").count() == 2
    assert not MockTest.objects.filter(lesson__slug="threads").exists()


def test_the_same_folder_twice_changes_nothing() -> None:
    load(files())
    before = everything()
    assert planned(files()).is_empty
    assert load(files()).is_empty
    assert everything() == before


def test_an_export_says_it_all_and_is_the_same_each_time() -> None:
    load(files())
    exported = folder.write(stored.read(Course.objects.get()).text)
    assert exported["tests/final.md"] == FINAL.encode()
    assert exported["01-start/01-threads.md"].decode().endswith(MOCK.replace("TRUE", "TRUE"))
    Course.objects.all().delete()
    load(exported)
    assert folder.write(stored.read(Course.objects.get()).text) == exported


def test_a_zip_carries_tests_too() -> None:
    packed = BytesIO()
    archive.write_into(packed, files(), "concurrency")
    slug, found = archive.read(packed)
    apply.apply(plan.checked(found, slug))
    assert MockTest.objects.count() == 2


def test_questions_of_no_test_have_a_file_of_their_own() -> None:
    load(files(**{"questions.gift": "::Spare:: Is it so? {FALSE}\n"}))
    assert Question.objects.get(name="Spare").lesson is None
    exported = folder.write(stored.read(Course.objects.get()).text)
    assert exported["questions.gift"] == b"::Spare:: Is it so? {FALSE}\n"


# --- Changes --------------------------------------------------------------------------------------------------------


def test_what_nobody_has_met_is_rewritten() -> None:
    load(files())
    version = Question.objects.get(name="Who").current
    done = load(files(TESTED.replace("::Who:: Who holds it?", "::Who:: Who has it?").replace("=One thread", "=One")))
    assert rows(done) == [("changed", "questions", "Who", ("stem", "body", "key"))]
    version.refresh_from_db()
    assert version.stem == "Who has it?"
    assert QuestionVersion.objects.filter(question__name="Who").count() == 1
    assert not done.warning


def test_other_words_of_what_an_attempt_holds_are_a_new_version() -> None:
    load(files())
    held = sit("Threads").version
    load(files(TESTED.replace("::Who:: Who holds it?", "::Who:: Who has it?")))
    held.refresh_from_db()
    question = Question.objects.get(name="Who")
    assert (held.stem, question.current.stem, question.current.number) == ("Who holds it?", "Who has it?", 2)
    assert planned(files(TESTED.replace("::Who:: Who holds it?", "::Who:: Who has it?"))).is_empty


def test_the_key_of_an_attempted_question_is_never_changed_silently() -> None:
    load(files())
    held = sit("Threads").version
    before = held.revision
    other = TESTED.replace("=One thread", "~One thread").replace("~Two threads", "=Two threads")
    done = planned(files(other))
    assert rows(done) == [("changed", "questions", "Who", ("key",))]
    assert "The key of 1 attempted question would change: use Regrade" in done.warning
    load(files(other))
    held.refresh_from_db()
    assert held.revision == before
    assert held.revisions.count() == 1
    assert Question.objects.get(name="Who").current.number == 2
    assert planned(files(other)).is_empty


def test_a_question_that_is_gone_is_retired_and_comes_back_as_itself() -> None:
    load(files())
    held = sit("Threads")
    question = Question.objects.get(name="Really")
    without = TESTED.replace("::Really:: Threads overlap waiting. {TRUE}\n", "")
    done = load(files(without))
    assert ("retired", "questions", "Really", ()) in rows(done)
    question.refresh_from_db()
    assert question.retired_at
    assert held.attempt.answers.filter(version__question=question).exists()
    assert load(files(without)).is_empty
    done = load(files())
    assert ("changed", "questions", "Really", ("retired",)) in rows(done)
    question.refresh_from_db()
    assert question.retired_at is None


def test_a_name_that_differs_only_in_case_is_the_same_question() -> None:
    load(files())
    number = Question.objects.get(name="Really").pk
    load(files(TESTED.replace("::Really::", "::really::")))
    assert Question.objects.get(name="really").pk == number


def test_a_kind_cannot_change_under_learners() -> None:
    load(files())
    sit("Threads")
    said = problems(files(TESTED.replace("Threads overlap waiting. {TRUE}", "Threads overlap? {=waiting}")))
    line = TESTED.split("\n").index("::Really:: Threads overlap waiting. {TRUE}") + 1
    assert f"01-start/01-threads.md:{line}: “Really” has been answered: its kind cannot change." in said


def test_a_test_that_somebody_sat_is_archived_and_others_are_deleted() -> None:
    load(files())
    sit("Final")
    done = load({path: data for path, data in files(LESSON).items() if path != "tests/final.md"})
    assert ("removed", "tests", "Threads", ()) in rows(done)
    assert ("archived", "tests", "Final", ()) in rows(done)
    assert MockTest.objects.get().archived_at
    assert planned({path: data for path, data in files(LESSON).items() if path != "tests/final.md"}).is_empty


def test_a_lesson_that_was_sat_is_archived_not_deleted() -> None:
    load(files(**{"01-start/02-more.md": LESSON.replace("title: Threads", "title: More")}))
    sit("Threads")
    found = files(**{"01-start/02-more.md": LESSON.replace("title: Threads", "title: More")})
    found = {path: data for path, data in found.items() if path not in ("01-start/01-threads.md", "tests/final.md")}
    load(found)
    assert Lesson.objects.get(slug="threads").archived_at
    assert MockTest.objects.get(lesson__slug="threads").attempts.count() == 1


def test_pages_follow_when_questions_and_tests_change() -> None:
    load(files())
    before = Lesson.objects.get(), Course.objects.get()
    load(files(TESTED.replace("- minutes: 15", "- minutes: 20")))
    assert Lesson.objects.get().revised_at > before[0].revised_at
    load(files(TESTED.replace("- minutes: 15", "- minutes: 20"), **{"tests/final.md": FINAL.replace("60", "90")}))
    assert Course.objects.get().revised_at > before[1].revised_at


def test_a_test_moves_with_its_chapter_and_lesson() -> None:
    load(files(**{"tests/final.md": FINAL.replace("minutes: 60", "chapter: start\nminutes: 60")}))
    assert MockTest.objects.get(slug="final").chapter == Chapter.objects.get()


# --- What is wrong --------------------------------------------------------------------------------------------------

BLOCK = TESTED.index("```gift")
FIRST = TESTED[:BLOCK].count("\n") + 2  # the line behind ```gift


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[concept:Lock]", "[concept:Locks]"), f":{FIRST + 1}: “Locks” is not a key concept here. Write one of: Lock"),
        (("=One thread", "=One {thread}"), f":{FIRST + 2}: A question has one pair of braces"),
        (("{TRUE}", ""), f":{FIRST + 7}: This text asks nothing."),
        (("::Really::", "::Who::"), f":{FIRST + 7}: The question in line {FIRST + 1} has the same name."),
        (("[difficulty:easy]", "[difficulty:mild]"), f":{FIRST}: “mild” is no difficulty."),
        (("[difficulty:easy]", "[colour:red]"), f":{FIRST}: There is no key “colour”."),
        (("=One thread", "~One thread"), f":{FIRST + 1}: Mark one option as right."),
        (("- pass: 70 %", "- pass: most"), ":58: “pass” must be a share of the marks."),
        (("- marks: jee", "- marks: lots"), ":59: “lots” are no marks."),
        (("- minutes: 15", "- minutes: soon"), ":56: “minutes” must be a whole number."),
        (("- minutes: 15", "- hours: 1"), ":56: There is no key “hours”."),
        (("- minutes: 15", "minutes: 15"), ":56: This text belongs to nothing."),
        (("```gift", "```python"), f":{FIRST - 1}: This code is no block of questions."),
    ],
)
def test_what_is_wrong_in_a_lesson_is_told_with_its_line(change: tuple[str, str], said: str) -> None:
    assert f"01-start/01-threads.md{said}" in problems(files(TESTED.replace(*change)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("from threads", "from thread"), "tests/final.md:11: There is nothing called “thread” to draw from."),
        (("question: Who", "question: Whose"), "tests/final.md:12: There is no question “Whose” in this course."),
        (("question: Who (2 points)", "question: Own"), "“Own” is asked twice in this test."),
        (("- draw 2 from", "- take 2 of"), "tests/final.md:11: This line asks nothing."),
        (("title: Final", "name: Final"), "“title” is missing"),
        (("minutes: 60", "chapter: end"), "tests/final.md:3: There is no chapter “end”."),
        (("::Own::", "::Who::"), "tests/final.md:15: “Who” is the name of a question in 01-start/01-threads.md"),
        (("{#3:0.1}", "{#three}"), "tests/final.md:15: “three” is no number."),
        (("---\ntitle", "title"), "tests/final.md:1: The front matter is missing."),
        (("## Warm up", "Warm up"), "a test"),
    ],
)
def test_what_is_wrong_in_a_test_is_told_with_its_line(change: tuple[str, str], said: str) -> None:
    if said == "a test":
        # Without sections all of it is introduction.
        assert load(files(**{"tests/final.md": FINAL.replace(*change).replace("question: Who (2", "(2")}))
    else:
        assert said in problems(files(**{"tests/final.md": FINAL.replace(*change)}))


def test_two_tests_cannot_have_one_address() -> None:
    said = problems({**files(), "tests/threads.md": FINAL.replace("::Own::", "::Other::").encode()})
    assert "tests/threads.md: The mock test of threads has the same address" in said


def test_files_that_are_no_tests_are_refused() -> None:
    assert "tests/final.txt: This file has no place" in problems(files(**{"tests/final.txt": "x"}))
    assert "tests/a/b.md: This file has no place" in problems(files(**{"tests/a/b.md": FINAL}))
