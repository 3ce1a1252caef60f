"""Writing lessons in the admin: what is saved and what is refused."""

import pytest
from django.urls import reverse

from courses.models import Chapter, Course, Lesson
from flashcards.models import Card
from lessons.models import Concept, Reading, Speaker, Summary, Turn
from tests import factories
from tests.authoring.adminforms import add_row, course_page, episode_page, errors, filled, lesson_page

LESSON_ADD = "/admin/courses/lesson/add/"


@pytest.fixture
def author(cast, client):
    """The browser of the course's instructor."""
    client.force_login(cast.instructor)
    return client


# --- A lesson ---


def new_lesson(author, cast, **changes):
    data = filled(
        author,
        LESSON_ADD,
        chapter=cast.lesson.chapter_id,
        title="Queues",
        slug="queues",
        objective="Pass work from one thread to another.",
        minutes="12",
    )
    return data | changes


def test_an_instructor_writes_a_lesson_with_every_part_and_learners_see_it(cast, author, client):
    data = new_lesson(author, cast)
    for number, tier in enumerate(("basic", "medium", "detailed")):
        assert data[f"summaries-{number}-tier"] == tier
        data[f"summaries-{number}-body"] = f"The {tier} text.\r\n\r\nA second paragraph."
    data = add_row(data, "concepts", name="Queue", description="A line of work.")
    data = add_row(data, "concepts", name="Worker", description="Takes from the line.")
    data = add_row(data, "examples", title="A bakery", body="Orders wait in a line.")
    data = add_row(data, "memory_aids", kind="rhyme", body="First in, first out, that is what it is about.")
    data = add_row(data, "episodes", title="The line at the door")
    data = add_row(data, "chunks", title="Lines", explanation="Why a line helps.", excerpt="Lines.", analogy="A shop.")
    data = add_row(data, "cards", kind="term", front="Queue", back="A line of work.")
    data = add_row(data, "cards", kind="cloze", front="First in, {{first out}}.", back="")
    answer = author.post(LESSON_ADD, data | {"_publish": "1"})
    lesson = Lesson.objects.get(slug="queues")
    assert answer.url == lesson_page(lesson)

    assert [(one.tier, one.position) for one in lesson.summaries.all()] == [
        ("basic", 0),
        ("medium", 1),
        ("detailed", 2),
    ]
    assert lesson.summaries.first().body == "The basic text.\n\nA second paragraph."
    assert [one.name for one in lesson.concepts.all()] == ["Queue", "Worker"]
    assert lesson.examples.get().title == "A bakery"
    assert lesson.memory_aids.get().kind == "rhyme"
    assert lesson.chunks.get().analogy == "A shop."
    assert [one.kind for one in lesson.cards.all()] == ["term", "cloze"]
    assert lesson.position > cast.lesson.position

    episode = lesson.episodes.get()
    speaker = cast.course.cast.first()
    data = add_row(filled(author, episode_page(episode)), "turns", speaker=speaker.pk, text="Who is next?")
    assert author.post(episode_page(episode), data).status_code == 302
    assert episode.turns.get().text == "Who is next?"

    assert lesson in Lesson.objects.published()
    client.force_login(cast.enrolled)
    html = client.get(lesson.get_absolute_url()).content.decode()
    assert "A second paragraph." in html
    assert "Orders wait in a line." in html


def test_a_new_lesson_is_a_draft_until_it_is_published(cast, author):
    author.post(LESSON_ADD, new_lesson(author, cast) | {"_continue": "1"})
    lesson = Lesson.objects.get(slug="queues")
    assert lesson.state == "draft"
    author.post(lesson_page(lesson), filled(author, lesson_page(lesson)) | {"_publish": "1"})
    lesson.refresh_from_db()
    assert lesson.state == "published"


def test_a_saved_page_changes_only_what_was_changed(cast, author):
    before = {model: list(model.objects.values()) for model in (Summary, Concept, Card)}
    data = filled(author, lesson_page(cast.lesson), title="Threads, renamed")
    assert author.post(lesson_page(cast.lesson), data).status_code == 302
    cast.lesson.refresh_from_db()
    assert cast.lesson.title == "Threads, renamed"
    assert before == {model: list(model.objects.values()) for model in (Summary, Concept, Card)}


def test_a_part_that_changes_stamps_lesson_and_course(cast, author):
    old_lesson, old_course = cast.lesson.revised_at, Course.objects.get(pk=cast.course.pk).revised_at
    data = filled(author, lesson_page(cast.lesson)) | {"cards-0-back": "Another answer."}
    author.post(lesson_page(cast.lesson), data)
    cast.lesson.refresh_from_db()
    cast.course.refresh_from_db()
    assert cast.lesson.cards.first().back == "Another answer."
    assert cast.lesson.revised_at > old_lesson
    assert cast.course.revised_at > old_course


def test_an_emptied_summary_is_refused_and_a_ticked_one_deleted(cast, author):
    page = lesson_page(cast.lesson)
    answer = author.post(page, filled(author, page) | {"summaries-0-body": ""})
    assert answer.status_code == 422
    assert author.post(page, filled(author, page) | {"summaries-0-DELETE": "on"}).status_code == 302
    assert [one.tier for one in cast.lesson.summaries.all()] == ["medium", "detailed"]
    # Its place stays open for another text.
    data = filled(author, page)
    assert data["summaries-2-tier"] == "basic"
    assert author.post(page, data | {"summaries-2-body": "Written anew."}).status_code == 302
    assert cast.lesson.summaries.get(tier="basic").body == "Written anew."


def test_new_rows_go_to_the_end_unless_they_say_where(cast, author):
    page = lesson_page(cast.lesson)
    data = add_row(filled(author, page), "concepts", name="Last", description="At the end.")
    data = add_row(data, "concepts", name="Very last", description="Behind it.")
    author.post(page, add_row(data, "concepts", name="First", description="In front.", position="0"))
    names = [one.name for one in cast.lesson.concepts.order_by("position")]
    assert names[-2:] == ["Last", "Very last"]
    assert names.index("First") < 2


def test_a_mistake_comes_back_beside_its_field_with_everything_typed(cast, author):
    page = lesson_page(cast.lesson)
    data = filled(author, page, title="Kept title") | {"cards-2-back": "A cloze has none", "examples-0-title": ""}
    answer = author.post(page, data)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "A cloze has no back" in html
    assert "Kept title" in html
    assert "A cloze has none" in html
    cast.lesson.refresh_from_db()
    assert cast.lesson.title != "Kept title"


def test_headings_of_the_page_are_refused_in_a_text(cast, author):
    page = lesson_page(cast.lesson)
    answer = author.post(page, filled(author, page) | {"summaries-0-body": "# Too high"})
    assert answer.status_code == 422
    assert "begin headings here with ###" in answer.content.decode()


@pytest.mark.parametrize(("slug", "words"), [("glossary", "Every course has a page"), ("threads", "Another lesson")])
def test_an_address_that_is_taken_is_refused(cast, author, slug, words):
    answer = author.post(LESSON_ADD, new_lesson(author, cast, slug=slug))
    assert answer.status_code == 422
    assert words in errors(answer)


def test_a_renamed_lesson_keeps_its_old_address(cast, author):
    page = lesson_page(cast.lesson)
    author.post(page, filled(author, page, slug="threads-and-more"))
    answer = author.get(reverse("study:lesson", args=[cast.course.slug, "threads"]))
    assert answer.status_code == 301


def test_a_lesson_somebody_has_begun_is_archived_instead_of_deleted(cast, author):
    Reading.objects.create(learner=cast.enrolled, lesson=cast.lesson, read_keys=["abc"])
    address = reverse("admin:courses_lesson_delete", args=[cast.lesson.pk])
    answer = author.get(address)
    assert "1 learner has begun" in answer.content.decode()
    author.post(address, {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [cast.lesson.pk], "post": "yes"}
    author.post(reverse("admin:courses_lesson_changelist"), chosen)
    assert Lesson.objects.filter(pk=cast.lesson.pk).exists()


def test_deleting_a_lesson_recounts_the_course(cast, author):
    assert Course.objects.get(pk=cast.course.pk).lesson_count == 1
    chosen = {"action": "delete_selected", "_selected_action": [cast.lesson.pk], "post": "yes"}
    author.post(reverse("admin:courses_lesson_changelist"), chosen)
    assert not Lesson.objects.filter(pk=cast.lesson.pk).exists()
    assert Course.objects.get(pk=cast.course.pk).lesson_count == 0


# --- Forged choices ---


@pytest.fixture
def foreign():
    """A lesson of a course that the cast has nothing to do with."""
    return factories.full_lesson()


def test_a_forged_chapter_is_refused(cast, author, foreign):
    answer = author.post(LESSON_ADD, new_lesson(author, cast, chapter=foreign.chapter_id))
    assert answer.status_code == 422
    page = lesson_page(cast.lesson)
    answer = author.post(page, filled(author, page, chapter=foreign.chapter_id))
    assert answer.status_code == 422
    assert not Lesson.objects.filter(chapter=foreign.chapter_id).exclude(pk=foreign.pk).exists()


def test_a_lesson_does_not_move_to_another_of_ones_courses(cast, author):
    second = factories.ChapterFactory()
    factories.TeachingFactory(course=second.course, user=cast.instructor)
    page = lesson_page(cast.lesson)
    assert author.post(page, filled(author, page, chapter=second.pk)).status_code == 422


def test_a_forged_concept_is_refused(cast, author, foreign):
    page = lesson_page(cast.lesson)
    answer = author.post(page, filled(author, page) | {"cards-0-concept": foreign.concepts.first().pk})
    assert answer.status_code == 422
    assert not Card.objects.filter(lesson=cast.lesson, concept__lesson=foreign).exists()


def test_a_forged_speaker_is_refused(cast, author, foreign):
    page = episode_page(cast.lesson.episodes.get())
    other = Speaker.objects.filter(course=foreign.course).first()
    answer = author.post(page, filled(author, page) | {"turns-0-speaker": other.pk})
    assert answer.status_code == 422
    assert not Turn.objects.filter(episode__lesson=cast.lesson, speaker=other).exists()


@pytest.mark.parametrize("prefix", ["cards", "concepts", "summaries"])
def test_a_forged_row_of_another_lesson_is_refused(cast, author, foreign, prefix):
    page = lesson_page(cast.lesson)
    target = getattr(foreign, prefix).first()
    before = str(target), target.lesson_id
    answer = author.post(page, filled(author, page) | {f"{prefix}-0-id": target.pk})
    assert answer.status_code == 422
    target.refresh_from_db()
    assert (str(target), target.lesson_id) == before


# --- Two editors ---


def test_the_second_of_two_editors_is_warned_once_and_loses_nothing(cast, author):
    page = lesson_page(cast.lesson)
    mine = filled(author, page, title="Mine")
    author.post(page, filled(author, page, title="Theirs"))
    answer = author.post(page, mine)
    assert answer.status_code == 422
    assert "Somebody changed this while you had it open" in answer.content.decode()
    assert 'value="Mine"' in answer.content.decode()
    cast.lesson.refresh_from_db()
    assert cast.lesson.title == "Theirs"
    again = mine | {"opened_version": answer.context_data["adminform"].form["opened_version"].value()}
    assert author.post(page, again).status_code == 302
    cast.lesson.refresh_from_db()
    assert cast.lesson.title == "Mine"


def test_a_row_that_the_other_editor_deleted_is_told_not_lost(cast, author):
    page = lesson_page(cast.lesson)
    mine = filled(author, page) | {"cards-0-back": "My new answer"}
    cast.lesson.cards.first().delete()
    answer = author.post(page, mine)
    assert answer.status_code == 422
    assert "My new answer" in answer.content.decode()
    again = mine | {"opened_version": answer.context_data["adminform"].form["opened_version"].value()}
    answer = author.post(page, again)
    assert answer.status_code == 422
    assert "This was deleted meanwhile" in errors(answer)
    assert author.post(page, again | {"cards-0-DELETE": "on"}).status_code == 302


def test_a_lesson_that_changes_does_not_warn_the_editor_of_its_course(cast, author):
    page = course_page(cast.course)
    mine = filled(author, page, title="A better title")
    Lesson.revise(cast.lesson.pk)
    assert author.post(page, mine).status_code == 302
    Chapter.objects.filter(course=cast.course).update(title="Renamed by somebody")
    assert author.post(page, mine).status_code == 422


def test_an_episode_warns_of_turns_that_changed(cast, author):
    episode = cast.lesson.episodes.get()
    page = episode_page(episode)
    mine = filled(author, page)
    turn = episode.turns.first()
    turn.text = "Changed by somebody."
    turn.save()
    assert author.post(page, mine).status_code == 422
