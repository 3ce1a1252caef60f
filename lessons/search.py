"""What search learns of lessons: each with all its words, and each key concept by itself."""

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.text import slugify

from courses.models import Course, Lesson
from courses.search import Document, Kind
from lib.markup import plain

from .models import Turn


def documents(course: Course, lessons: QuerySet[Lesson]) -> Iterator[Document]:
    lines = Prefetch("episodes__turns", Turn.objects.only("episode_id", "text"))
    parts = ("summaries", "concepts", "examples", "memory_aids", "chunks", "episodes", lines)
    for lesson in lessons.prefetch_related(*parts):
        address = reverse("study:lesson", args=[course.slug, lesson.slug])
        yield Document(Kind.LESSON, lesson.title, _body(lesson), address, lesson.pk)
        for concept in lesson.concepts.all():
            anchor = f"#concept-{slugify(concept.name) or concept.pk}"
            yield Document(Kind.CONCEPT, plain(concept.name), plain(concept.description), address + anchor, lesson.pk)


def _body(lesson: Lesson) -> str:
    """All texts of the lesson, the most telling first: a snippet shows the first place that fits."""
    texts = [lesson.objective]
    texts += [summary.body for summary in lesson.summaries.all()]
    texts += [text for concept in lesson.concepts.all() for text in (concept.name, concept.description)]
    texts += [text for example in lesson.examples.all() for text in (example.title, example.body)]
    texts += [aid.body for aid in lesson.memory_aids.all()]
    for chunk in lesson.chunks.all():
        texts += [chunk.title, chunk.excerpt, chunk.explanation, chunk.analogy]
    for episode in lesson.episodes.all():
        texts += [episode.title, *(turn.text for turn in episode.turns.all())]
    return "\n".join(filter(None, map(plain, texts)))
