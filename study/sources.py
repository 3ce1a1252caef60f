"""Where a question comes from: its concept, the paragraph that answers it, the second it is said, its cards."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import caches
from django.urls import reverse

from courses.models import Course, Lesson
from flashcards.models import Card
from lessons import blocks, places
from lessons.models import Concept, LessonAudio
from quizzes.models import Question

from . import articles

FIRST = LessonAudio.Part.CONVERSATION.value  # what a lesson's Listen page opens
KEPT_SECONDS = 60  # bounds how late new audio is known: a lesson's revision does not tell of it


@dataclass(frozen=True)
class Source:
    """Where to read, hear and practise what a question asks. Empty where there is nothing."""

    concept: str = ""
    lesson: str = ""
    read_url: str = ""
    hear_url: str = ""
    hear_at: float = 0.0  # seconds
    cards_url: str = ""
    cards: int = 0


NOWHERE = Source()


@dataclass(frozen=True)
class Sources:
    questions: Mapping[int, Source]
    concepts: Mapping[int, Source]


@dataclass(frozen=True)
class Sound:
    """One thing to hear: when each paragraph begins, and every sentence in small letters."""

    part: str
    keys: Mapping[str, float]
    sentences: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Ground:
    """All that one lesson has to point at."""

    paragraphs: Mapping[str, str]  # key → part of the lesson
    concepts: Mapping[int, str]  # concept → key of its first paragraph
    cards: Mapping[int, int]  # concept → how many
    sounds: Sequence[Sound]


def of(questions: Iterable[Question], course: Course, *, can_hear: bool, is_editor: bool = False) -> Sources:
    """As many queries for forty questions as for one.

    questions: with lesson and concept__lesson at hand. Lessons that are not public are pointed at for editors only.
    """
    found = list(questions)
    lessons = {lesson.pk: lesson for question in found if (lesson := lesson_of(question))}
    lessons |= {question.concept.lesson_id: question.concept.lesson for question in found if question.concept}
    open_ = {pk: lesson for pk, lesson in lessons.items() if is_editor or lesson.is_published}
    for lesson in open_.values():
        lesson.course = course
    finder = _Finder(open_, _grounds(open_), can_hear)
    concepts = {question.concept.pk: question.concept for question in found if question.concept}
    return Sources(
        {one.pk: finder.find(lesson_of(one), one.concept, one.source_key) for one in found},
        {pk: finder.find(concept.lesson, concept) for pk, concept in concepts.items()},
    )


def lesson_of(question: Question) -> Lesson | None:
    """Where a question belongs: to its own lesson, else to that of its concept."""
    return question.lesson or (question.concept.lesson if question.concept else None)


@dataclass(frozen=True)
class _Finder:
    lessons: Mapping[int, Lesson]
    grounds: Mapping[int, Ground]
    can_hear: bool

    def find(self, lesson: Lesson | None, concept: Concept | None, source_key: str = "") -> Source:
        if lesson is None or lesson.pk not in self.lessons:
            return NOWHERE
        ground = self.grounds[lesson.pk]
        url = reverse("study:lesson", args=[self.lessons[lesson.pk].course.slug, lesson.slug])
        key = source_key if source_key in ground.paragraphs else ""
        key = key or (ground.concepts.get(concept.pk, "") if concept else "")
        hear = _heard(ground, key, concept.name if concept else "") if self.can_hear else None
        cards = ground.cards.get(concept.pk, 0) if concept else 0
        return Source(
            concept=concept.name if concept else "",
            lesson=lesson.title,
            read_url=places.address(url, ground.paragraphs[key], key) if key else url,
            hear_url=f"{url}listen/#t={hear[1]:.0f}{'' if hear[0] == FIRST else f',{hear[0]}'}" if hear else "",
            hear_at=hear[1] if hear else 0.0,
            cards_url=f"{url}recall/#{articles.cards_anchor(concept.pk)}" if concept and cards else "",
            cards=cards,
        )


def _heard(ground: Ground, key: str, concept: str) -> tuple[str, float] | None:
    """Part and second: where the paragraph itself is said, else where the concept is first named."""
    for sound in ground.sounds:
        if key in sound.keys:
            return sound.part, sound.keys[key]
    if concept:
        named = re.compile(rf"\b{re.escape(concept.casefold())}")
        for sound in ground.sounds:
            for start, sentence in sound.sentences:
                if named.search(sentence):
                    return sound.part, start
    return None


# --- What lessons have ----------------------------------------------------------------------------------------------


def _grounds(lessons: Mapping[int, Lesson]) -> dict[int, Ground]:
    cache = caches["pages"]
    names = {f"ground:{lesson.pk}:{lesson.revised_at.timestamp()}": pk for pk, lesson in lessons.items()}
    found: dict[int, Ground] = {names[name]: ground for name, ground in cache.get_many(names).items()}
    missing = {pk: lesson for pk, lesson in lessons.items() if pk not in found}
    if missing:
        made = _made(missing)
        for name, pk in names.items():
            if pk in made:
                cache.set(name, made[pk], KEPT_SECONDS)
        found |= made
    return found


def _made(lessons: Mapping[int, Lesson]) -> dict[int, Ground]:
    maps = blocks.maps({pk: lesson.revised_at for pk, lesson in lessons.items()})
    cards: dict[int, dict[int, int]] = {pk: {} for pk in lessons}
    for lesson, concept in Card.objects.filter(lesson__in=lessons, concept__isnull=False).values_list(
        "lesson_id", "concept_id"
    ):
        if concept is not None:
            cards[lesson][concept] = cards[lesson].get(concept, 0) + 1
    sounds: dict[int, list[Sound]] = {pk: [] for pk in lessons}
    heard = LessonAudio.objects.filter(lesson__in=lessons, asset__take__isnull=False).exclude(asset__script={})
    for lesson, part, cues in heard.order_by("lesson", "-part").values_list("lesson_id", "part", "asset__take__cues"):
        sounds[lesson].append(_sound(part, cues or []))
    return {
        pk: Ground(
            {key: part for key, (part, _words) in maps[pk].words.items()},
            {
                int(source.partition(":")[2]): key
                for (source, index), key in maps[pk].keys.items()
                if source.startswith("concept:") and index == 0
            },
            cards[pk],
            sounds[pk],
        )
        for pk in lessons
    }


def _sound(part: str, cues: Sequence[Mapping]) -> Sound:
    keys: dict[str, float] = {}
    for cue in cues:
        if cue["key"]:
            keys.setdefault(cue["key"], cue["start"])
    return Sound(part, keys, [(cue["start"], cue["text"].casefold()) for cue in cues])
