"""Importing a course folder: rows keep their identity, evidence is never lost, and twice is once."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from authoring import apply, folder, plan, stored
from authoring.plan import Action
from authoring.tree import Tree
from courses.models import Chapter, Course, Lesson
from flashcards.models import Card
from lessons.models import Block, Concept, Episode, Example, Reading, Speaker, Summary, Turn
from study.models import Note
from tests import factories
from tests.authoring import texts
from tests.authoring.texts import COURSE, LESSON

pytestmark = pytest.mark.django_db


def load(files: Tree) -> plan.Plan:
    return apply.apply(plan.checked(files, "concurrency"))


def rows(done: plan.Plan) -> list[tuple]:
    return [(change.action.value, change.what, change.name, change.details) for change in done.changes]


def everything() -> dict[str, list]:
    models = (Course, Chapter, Lesson, Speaker, Episode, Turn, Summary, Concept, Example, Card)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_new_course_is_there_with_all_its_parts() -> None:
    done = load(texts.folder())
    assert [(change.action, change.what) for change in done.changes] == [
        (Action.ADDED, "course"),
        (Action.ADDED, "chapter"),
        (Action.ADDED, "lesson"),
    ]
    course = Course.objects.get(slug="concurrency")
    lesson = course.lessons.get()
    assert (course.title, course.track.slug, course.lesson_count, course.minutes) == (
        "Concurrency",
        "technology",
        1,
        20,
    )
    assert lesson.published_at == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert [(turn.speaker.name, turn.text) for turn in Turn.objects.filter(episode__lesson=lesson)] == [
        ("Nora", "What happened?"),
        ("Ben", "It got slower."),
    ]
    assert [(card.kind, card.concept and card.concept.name) for card in lesson.cards.all()] == [
        ("term", "Lock"),
        ("question", None),
        ("cloze", "Waiting"),
    ]


def test_the_same_folder_twice_changes_nothing() -> None:
    load(texts.folder())
    before = everything()
    assert load(texts.folder()).is_empty
    assert everything() == before


def test_a_dry_run_says_what_an_import_does_and_writes_nothing() -> None:
    load(texts.folder())
    before = everything()
    lesson = LESSON.replace("minutes: 20", "minutes: 25").replace("What happened?", "What went wrong?")
    lesson = lesson.replace("**Waiting**: Time", "**Idling**: Time").replace("(concept: Waiting)", "(concept: Idling)")
    course = plan.checked(texts.folder(lesson, COURSE.replace("Make slow", "Get slow")), "concurrency")
    planned = plan.plan(course)
    assert everything() == before
    assert rows(planned) == [
        ("changed", "course", "Concurrency", ("promise",)),
        ("changed", "lesson", "Threads", ("minutes",)),
        ("added", "concepts", "Idling", ()),
        ("removed", "concepts", "Waiting", ()),
        ("changed", "episodes", "It got slower", ("turns",)),
        ("changed", "cards", "Threads overlap {{waiting}}.", ("concept",)),
    ]
    assert apply.apply(course) == planned
    assert plan.plan(course).is_empty
    assert Card.objects.get(kind="cloze").concept == Concept.objects.get(name="Idling")


def test_rows_that_can_be_known_again_stay_the_same_rows() -> None:
    load(texts.folder())
    ids = {model: set(model.objects.values_list("pk", flat=True)) for model in (Lesson, Episode, Turn, Concept, Card)}
    moved = LESSON.replace("It got slower\n", "It got much slower\n").replace("**Ben:** It", "**Ben:** Well, it")
    head, cards = moved.split("## Flashcards\n\n")
    cards = "".join(reversed(cards.splitlines(keepends=True))).replace("What only one thread holds.", "One holds it.")
    files = texts.folder(f"{head}## Flashcards\n\n{cards}")
    files["02-second/chapter.yaml"] = b"title: Second\n"
    files["02-second/07-threads.md"] = files.pop("01-start/01-threads.md")
    done = load(files)
    assert ("changed", "lesson", "Threads", ("chapter", "position")) in rows(done)
    assert ("changed", "episodes", "It got much slower", ("title", "turns")) in rows(done)
    assert {model: set(model.objects.values_list("pk", flat=True)) for model in ids} == ids
    assert [card.kind for card in Card.objects.order_by("position")] == ["cloze", "question", "term"]
    assert Lesson.objects.get().chapter.slug == "second"


def test_a_changed_part_revises_its_lesson_and_the_course_and_no_other_lesson() -> None:
    files = texts.folder(**{"01-start/02-locks.md": LESSON})
    load(files)
    before = dict(Lesson.objects.values_list("slug", "revised_at"))
    course_before = Course.objects.get().revised_at
    load(files | {"01-start/02-locks.md": LESSON.replace("A kitchen", "A bathroom").encode()})
    after = dict(Lesson.objects.values_list("slug", "revised_at"))
    assert after["threads"] == before["threads"]
    assert after["locks"] > before["locks"]
    assert Course.objects.get().revised_at > course_before


def test_a_lesson_that_nobody_has_worked_with_is_removed_with_its_chapter() -> None:
    load(texts.folder(**{"02-more/chapter.yaml": "title: More\n", "02-more/01-locks.md": LESSON}))
    done = load(texts.folder())
    assert rows(done) == [("removed", "lesson", "Threads", ()), ("removed", "chapter", "More", ())]
    assert [lesson.slug for lesson in Lesson.objects.all()] == ["threads"]
    assert Chapter.objects.count() == 1


@pytest.mark.parametrize("evidence", ["reading", "note"])
def test_a_lesson_that_learners_have_worked_with_is_archived_and_stays_so(evidence: str) -> None:
    course = COURSE + "- name: Zoe\n  role: student\n"
    files = texts.folder(course=course)
    files["01-more/chapter.yaml"] = b"title: More\n"
    files["01-more/01-locks.md"] = LESSON.replace("**Ben:**", "**Zoe:**").encode()
    files["02-start/chapter.yaml"] = files.pop("01-start/chapter.yaml")
    files["02-start/01-threads.md"] = files.pop("01-start/01-threads.md")
    load(files)
    lesson = Lesson.objects.get(slug="locks")
    learner = factories.UserFactory()
    if evidence == "reading":
        Reading.objects.create(learner=learner, lesson=lesson)
    else:
        block = Block.objects.create(lesson=lesson, key="k", part="x", source="x", position=0, text="x", words=1)
        Note.objects.create(learner=learner, block=block, quote="x")
    done = load(texts.folder())
    assert ("archived", "lesson", "Threads", ()) in rows(done)
    assert not any(change.action is Action.REMOVED for change in done.changes)
    lesson.refresh_from_db()
    assert lesson.archived_at
    assert {speaker.name for speaker in Speaker.objects.all()} == {"Nora", "Ben", "Zoe"}
    before = everything()
    assert load(texts.folder()).is_empty
    assert everything() == before
    assert ("changed", "lesson", "Threads", ("archived_at",)) in rows(load(files))
    lesson.refresh_from_db()
    assert lesson.archived_at is None


def test_who_no_longer_speaks_leaves_the_cast() -> None:
    load(texts.folder(course=COURSE + "- name: Zoe\n  role: student\n"))
    assert rows(load(texts.folder())) == [("removed", "speaker", "Zoe", ())]
    assert Speaker.objects.count() == 2


def test_instructors_are_named_by_the_folder_and_left_alone_when_it_names_none() -> None:
    nora, ben = factories.UserFactory(email="nora@example.org"), factories.UserFactory(email="ben@example.org")
    load(texts.folder(course=COURSE + "instructors:\n- Nora@Example.org\n- ben@example.org\n"))
    course = Course.objects.get()
    assert [teaching.user for teaching in course.teachings.all()] == [nora, ben]
    nora.refresh_from_db()
    assert nora.is_staff
    assert load(texts.folder()).is_empty
    load(texts.folder(course=COURSE + "instructors:\n- ben@example.org\n"))
    nora.refresh_from_db()
    assert [teaching.user for teaching in course.teachings.all()] == [ben]
    assert not nora.is_staff
    load(texts.folder(course=COURSE + "instructors: []\n"))
    assert not course.teachings.exists()


def test_a_cover_goes_in_and_out_and_away(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    picture = BytesIO()
    Image.new("RGB", (8, 6), "teal").save(picture, "PNG", optimize=True)
    files = texts.folder(**{"cover.png": picture.getvalue()})
    load(files)
    course = Course.objects.get()
    with Image.open(course.cover) as shown:
        assert shown.size == (8, 6)
    first = folder.write(stored.read(course).text)
    assert load(files).is_empty
    assert load(first).is_empty
    assert rows(load(texts.folder())) == [("changed", "course", "Concurrency", ("cover",))]
    assert not Course.objects.get().cover


def test_an_import_takes_as_many_queries_for_many_lessons_as_for_one(django_assert_max_num_queries) -> None:
    many = {f"01-start/{number:02d}-lesson-{number}.md": LESSON for number in range(2, 40)}
    course = plan.checked(texts.folder(**many), "concurrency")
    with django_assert_max_num_queries(60):
        apply.apply(course)
    with django_assert_max_num_queries(22):
        assert apply.apply(course).is_empty


def test_nothing_is_left_of_an_import_that_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(course_id: int) -> None:
        raise RuntimeError

    monkeypatch.setattr(Course, "recount", break_off)
    with pytest.raises(RuntimeError):
        load(texts.folder())
    assert not any(everything().values())
