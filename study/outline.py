"""A course's chapters and lessons as its pages list them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.core.cache import caches
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from courses.models import Course, Lesson, State
from courses.models.publishing import published_q

KEPT_SECONDS = 60  # bounds how late a scheduled lesson appears


@dataclass(frozen=True)
class Row:
    pk: int
    slug: str
    title: str
    objective: str
    minutes: int
    state: State
    published_at: datetime | None
    revised_at: datetime
    url: str

    @property
    def is_open(self) -> bool:
        return self.state is not State.SCHEDULED


@dataclass(frozen=True)
class Chapter:
    title: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Outline:
    chapters: Sequence[Chapter]

    def __iter__(self) -> Iterator[Chapter]:
        return iter(self.chapters)

    @property
    def rows(self) -> list[Row]:
        return [row for chapter in self.chapters for row in chapter.rows]

    @property
    def open_rows(self) -> list[Row]:
        return [row for row in self.rows if row.is_open]

    def around(self, lesson_pk: int) -> tuple[Row | None, Row | None, int]:
        """The open lessons before and after this one, and its number (from 1; 0 if it is not listed)."""
        rows = self.open_rows
        number = next((number for number, row in enumerate(rows) if row.pk == lesson_pk), None)
        if number is None:
            return None, None, 0
        before = rows[number - 1] if number else None
        after = rows[number + 1] if number + 1 < len(rows) else None
        return before, after, number + 1


def of(course: Course, *, with_drafts: bool = False) -> Outline:
    """Published and announced lessons; for those who edit the course drafts too."""
    if with_drafts:
        return _load(course, with_drafts=True)
    name = f"outline:{course.pk}:{course.revised_at.timestamp()}"
    cache = caches["pages"]
    outline = cache.get(name)
    if outline is None:
        outline = _load(course, with_drafts=False)
        cache.set(name, outline, KEPT_SECONDS)
    return outline


def _load(course: Course, *, with_drafts: bool) -> Outline:
    now = timezone.now()
    lessons = Lesson.objects.filter(course=course).select_related("chapter").in_order()
    if not with_drafts:
        lessons = lessons.filter(published_q(now) | Q(archived_at=None, published_at__gt=now))
    return Outline(
        [
            Chapter(chapter.title, [_row(lesson, course, now) for lesson in of_chapter])
            for chapter, of_chapter in groupby(lessons, key=lambda lesson: lesson.chapter)
        ]
    )


def _row(lesson: Lesson, course: Course, now: datetime) -> Row:
    return Row(
        pk=lesson.pk,
        slug=lesson.slug,
        title=lesson.title,
        objective=lesson.objective,
        minutes=lesson.minutes,
        state=lesson.state_at(now),
        published_at=lesson.published_at,
        revised_at=lesson.revised_at,
        url=reverse("study:lesson", args=[course.slug, lesson.slug]),
    )
