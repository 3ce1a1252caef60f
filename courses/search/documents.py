"""What search knows: documents, and the sources that make them for a course."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..models import Course, Lesson, SearchEntry

Kind = SearchEntry.Kind
KIND_LABELS = {Kind.COURSE: _("Courses"), Kind.LESSON: _("Lessons"), Kind.CONCEPT: _("Concepts"), Kind.TERM: _("Terms")}


@dataclass(frozen=True)
class Document:
    """One thing to be found.

    body: plain text, no markup. address: path on this site, with fragment. lesson_id: the lesson that must be
    published for this to be found; None when the course alone decides.
    """

    kind: Kind
    title: str
    body: str
    address: str
    lesson_id: int | None = None


# Makes the documents of these lessons of the course; those of the course itself come from `course_itself` alone.
Source = Callable[[Course, QuerySet[Lesson]], Iterable[Document]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source, once; called from `AppConfig.ready`."""
    if source not in _sources:
        _sources.append(source)


def of_lessons(course: Course, lessons: QuerySet[Lesson]) -> Iterator[Document]:
    for source in _sources:
        yield from source(course, lessons)


def course_itself(course: Course) -> Document:
    body = [course.promise, *course.outcomes, *course.chapters.values_list("title", flat=True)]
    address = reverse("study:course", args=[course.slug])
    return Document(Kind.COURSE, course.title, "\n".join(map(str, body)), address)
