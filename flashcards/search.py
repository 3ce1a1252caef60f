"""What search learns of cards: the terms, which stand in the course's glossary."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import slugify

from courses.models import Course, Lesson
from courses.search import Document, Kind
from lib.markup import plain

from .models import Card


def documents(course: Course, lessons: QuerySet[Lesson]) -> Iterator[Document]:
    glossary = reverse("study:glossary", args=[course.slug])
    for card in Card.objects.filter(lesson__in=lessons, kind=Card.Kind.TERM):
        term = plain(card.front)
        yield Document(Kind.TERM, term, plain(card.back), f"{glossary}#term-{slugify(term) or card.pk}", card.lesson_id)
