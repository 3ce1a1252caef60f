"""The index follows the courses by itself, after the commit, and can be made anew."""

import pytest
from django.core.management import call_command

from courses import search
from courses.models import Course, Lesson, SearchEntry, SearchState
from tests import factories


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """`with commits():` is a transaction that ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def found(query):
    return {entry.title for entry in search.find(query).entries}


@pytest.fixture
def lesson(db, commits):
    with commits():
        return factories.full_lesson(slug="threads", title="Threads or processes?")


def test_what_is_written_is_found_after_the_commit(lesson, commits):
    assert found("kitchen") == {"Threads or processes?"}
    with commits():
        chunk = lesson.chunks.get()
        chunk.analogy = "A workshop with one hammer."
        chunk.save()
    assert found("hammer") == {"Threads or processes?"}
    assert found("kitchen") == set()


def test_a_new_card_and_a_removed_one_are_noticed(lesson, commits):
    with commits():
        factories.CardFactory(lesson=lesson, front="Semaphore")
    assert found("semaphore") == {"Semaphore"}
    with commits():
        lesson.cards.get(front="Semaphore").delete()
    assert found("semaphore") == set()


def test_renaming_moves_the_addresses(lesson, commits):
    with commits():
        course = Course.objects.get(pk=lesson.course_id)
        course.slug = "threads-at-work"
        course.save()
    addresses = set(SearchEntry.objects.values_list("address", flat=True))
    assert all(address.startswith("/courses/threads-at-work/") for address in addresses)
    with commits():
        fresh = Lesson.objects.get(pk=lesson.pk)
        fresh.slug = "which-one"
        fresh.save()
    assert SearchEntry.objects.get(kind="lesson").address == "/courses/threads-at-work/which-one/"


def test_only_lessons_that_changed_are_read_again(lesson, commits):
    with commits():
        factories.LessonFactory(chapter=lesson.chapter, title="Another")
    untouched = SearchEntry.objects.get(title="Another")
    Lesson.objects.filter(title="Another").update(revised_at=factories.LONG_AGO)
    with commits():
        factories.CardFactory(lesson=lesson, front="Semaphore")
    assert SearchEntry.objects.get(title="Another").pk == untouched.pk
    assert SearchEntry.objects.filter(kind="course").count() == 1


def test_a_deleted_lesson_and_course_are_gone(lesson, commits):
    with commits():
        Lesson.objects.get(pk=lesson.pk).delete()
    assert found("kitchen") == set()
    with commits():
        Course.objects.all().delete()
    assert not SearchEntry.objects.exists()


def test_many_changes_in_one_transaction_index_once(lesson, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for number in range(10):
            factories.CardFactory(lesson=lesson, front=f"Term {number}")
    runs = []
    for callback in callbacks:
        before = SearchState.objects.get().revised_at
        callback()
        runs.append(SearchState.objects.get().revised_at != before)
    assert runs.count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_a_failing_index_does_not_fail_the_save(monkeypatch, caplog):
    monkeypatch.setattr(search.index, "reindex", lambda course: 1 / 0)
    factories.CourseFactory(title="Saved all the same")
    assert Course.objects.filter(title="Saved all the same").exists()
    assert "ZeroDivisionError" in caplog.text


def test_reindex_does_what_is_stale_and_all_does_everything(lesson, commits, capsys):
    Course.objects.update(revised_at=factories.LONG_AGO)
    SearchEntry.objects.all().delete()
    call_command("reindex")
    assert "Indexed 1 courses." in capsys.readouterr().out
    call_command("reindex")
    assert "Indexed 0 courses." in capsys.readouterr().out
    call_command("reindex", "--all")
    assert "Indexed 1 courses." in capsys.readouterr().out
    assert found("kitchen") == {"Threads or processes?"}


def test_a_language_without_stems_is_matched_word_by_word(db):
    course = factories.CourseFactory(title="Preise und Grenzen", language="de")
    search.reindex(course)
    assert found("grenzen") == {"Preise und Grenzen"}
    assert found("Preise und") == {"Preise und Grenzen"}
