"""Keeping the entries as the courses are.

A course says when it was revised; its `SearchState` says which revision the entries show. Whoever revises a course
calls `touch`; once the change is committed, the course is indexed again if it still needs it. What a crash between
the two leaves behind is found by `manage.py reindex`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from django.core.cache import caches
from django.db import transaction
from django.db.models import F, Q, QuerySet

from ..models import Course, SearchEntry, SearchState, SearchWord
from . import documents
from .words import variants, vocabulary

LONGEST_TITLE = 200
LONGEST_BODY = 100_000  # characters; a lesson has a third of it
BATCH = 500
# A lesson is stamped before its transaction commits: one that took this long is still noticed.
LONGEST_WRITE = timedelta(minutes=10)


def touch(**which: int) -> None:
    """A course changed, named by its `pk` or by one of its `lessons`: index it after the commit.

    A failure there is logged, not raised: what the author saved is saved.
    """
    # A function of its own: Django names a failed one in its log, and a `partial` has no name.
    transaction.on_commit(lambda: refresh(**which), robust=True)


def refresh(**which: int) -> None:
    """Index the course unless its entries are up to date; many changes in one transaction cost one run."""
    if course := stale_courses().filter(**which).first():
        reindex(course)


def stale_courses() -> QuerySet[Course]:
    return Course.objects.exclude(search_state__revised_at=F("revised_at"))


def reindex(course: Course, *, everything: bool = False) -> None:
    """Make the entries of `course` anew: of the lessons revised since the last time, or of all."""
    with transaction.atomic():
        SearchState.objects.get_or_create(course=course)
        # Two runs for one course take turns. Read after the lock: the texts are at least as new as this stamp.
        state = SearchState.objects.select_for_update().get(course=course)
        course.refresh_from_db()
        itself = documents.course_itself(course)
        lessons, replaced = course.lessons.all(), course.search_entries.all()
        if state.revised_at and not everything and replaced.filter(**_marks(course, itself)).exists():
            lessons = lessons.filter(revised_at__gt=state.revised_at - LONGEST_WRITE)
            replaced = replaced.filter(Q(lesson=None) | Q(lesson__in=lessons))
        entries = [_entry(course, document) for document in [itself, *documents.of_lessons(course, lessons)]]
        replaced.delete()
        SearchEntry.objects.bulk_create(entries, batch_size=BATCH)
        learn(entries)
        state.revised_at = course.revised_at
        state.save(update_fields=["revised_at"])
        _forget()
        transaction.on_commit(_forget)


def _forget() -> None:
    """Other processes remember a search for a minute more; what is hidden meanwhile is never shown."""
    caches["searches"].clear()


def learn(entries: Iterable[SearchEntry]) -> None:
    """Add the words of `entries` to the vocabulary."""
    # In one order everywhere, so that two courses indexed at once cannot lock each other out.
    words = sorted(set().union(*(vocabulary(f"{entry.title} {entry.body}") for entry in entries)))
    for some in batched(words, BATCH):
        known = set(SearchWord.objects.filter(word__in=some).values_list("word", flat=True))
        new = [SearchWord(word=word) for word in some if word not in known]
        SearchWord.objects.bulk_create(new, ignore_conflicts=True)


def batched(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _marks(course: Course, itself: documents.Document) -> dict[str, str]:
    """What every entry of the course depends on. The course's own entry shows whether it changed."""
    return {"kind": itself.kind, "address": itself.address, "language": course.language}


def _entry(course: Course, document: documents.Document) -> SearchEntry:
    title = document.title[:LONGEST_TITLE]
    body = document.body[:LONGEST_BODY]
    return SearchEntry(
        course=course,
        lesson_id=document.lesson_id,
        kind=document.kind,
        language=course.language,
        title=title,
        body=body,
        variants=variants(f"{title} {body}"),
        address=document.address,
    )
