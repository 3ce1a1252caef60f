"""A course as the database holds it: as `CourseText`, with the rows behind it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, Any

from django.db.models import Model, Q

from courses.models import Chapter, Course, Lesson
from flashcards.models import Card
from lessons.models import (
    Chunk,
    Concept,
    Episode,
    Example,
    LessonAudio,
    MemoryAid,
    Speaker,
    Summary,
    Turn,
    Voicing,
)
from media import files
from media.models import Asset, Source
from quizzes.models import Attempt
from study.models import Note

from . import asked, cover, recordings, stored_tests
from .lesson_text import TIERS
from .recordings import AudioFile
from .stored_tests import StoredTests
from .texts import (
    DEFAULT_CAST,
    AidText,
    CardText,
    ChapterText,
    ChunkText,
    ConceptText,
    CourseText,
    EpisodeText,
    ExampleText,
    LessonText,
    RecordingText,
    SpeakerText,
    SummaryText,
    TurnText,
    normal,
    one_line,
)


@dataclass(frozen=True)
class Kind:
    """A kind of part of a lesson.

    name: of the attribute of `LessonText`. values: the columns that the text's fields fill, as they are.
    key: what makes two texts the same thing, edited. has_place: one whose key has changed is known by its place.
    """

    name: str
    model: type[Model]
    values: Callable[[Any], dict[str, Any]]
    key: Callable[[Any], Hashable]
    has_place: bool


# In the order they are written: a card names a concept.
KINDS = (
    Kind("summaries", Summary, vars, lambda text: text.tier, False),
    Kind("concepts", Concept, vars, lambda text: text.name, False),
    Kind("examples", Example, vars, lambda text: text.title, True),
    Kind("memory_aids", MemoryAid, vars, lambda text: (text.kind, text.body), True),
    Kind("episodes", Episode, lambda text: {"title": text.title}, lambda text: text.title, True),
    Kind("chunks", Chunk, vars, lambda text: text.title, True),
    Kind("cards", Card, lambda text: without(vars(text), "concept"), lambda text: (text.kind, text.front), False),
)
TURNS = Kind("turns", Turn, lambda text: {"text": text.text}, lambda text: (text.speaker, text.text), True)


def without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


@dataclass
class Stored:
    course: Course
    text: CourseText
    chapters: dict[str, Chapter]
    lessons: dict[str, Lesson]
    speakers: dict[str, Speaker]
    # (lesson, name of the kind) → rows, in the order of the lesson's texts; for turns (episode, "turns").
    parts: dict[tuple[int, str], list[Any]] = field(default_factory=dict)
    voicing: Voicing | None = None
    # lesson → what can be heard of it, recordings and speech
    audio: dict[int, list[LessonAudio]] = field(default_factory=dict)
    asked: StoredTests = field(default_factory=StoredTests)

    def rows(self, owner: Model, kind: Kind) -> list[Any]:
        return self.parts.get((owner.pk, kind.name), [])


def read(course: Course, beside: CourseText | None = None) -> Stored:
    """Twenty queries, whatever the size.

    beside: the course to compare with. What it does not name keeps its position and takes no place of the others.
    """
    chapters = list(course.chapters.order_by("position", "pk"))
    lessons = list(course.lessons.select_related("chapter").in_order())
    speakers = list(course.cast.order_by("position", "pk"))
    parts: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for kind in KINDS:
        row: Any
        for row in kind.model._default_manager.filter(lesson__course=course).order_by("position", "pk"):
            parts[row.lesson_id, kind.name].append(row)
    for rows in (rows for (_owner, name), rows in parts.items() if name == "summaries"):
        rows.sort(key=lambda row: list(TIERS.values()).index(row.tier))
    for turn in Turn.objects.filter(episode__lesson__course=course).order_by("position", "pk"):
        parts[turn.episode_id, TURNS.name].append(turn)
    stored = Stored(
        course,
        CourseText(course.slug, "", "", "", ""),
        {chapter.slug: chapter for chapter in chapters},
        {lesson.slug: lesson for lesson in lessons},
        {one_line(speaker.name): speaker for speaker in speakers},
        dict(parts),
        Voicing.objects.filter(course=course).first(),
        _audio(course),
        stored_tests.read(course, chapters, lessons, _concepts(lessons, parts)),
    )
    stored.text = _course_text(stored, chapters, lessons, speakers, beside)
    return stored


def _concepts(lessons: Iterable[Lesson], parts: dict[tuple[int, str], list[Any]]) -> Iterable[Concept]:
    return (concept for lesson in lessons for concept in parts.get((lesson.pk, "concepts"), []))


def _audio(course: Course) -> dict[int, list[LessonAudio]]:
    found: dict[int, list[LessonAudio]] = defaultdict(list)
    for audio in LessonAudio.objects.filter(lesson__course=course).select_related("asset"):
        found[audio.lesson_id].append(audio)
    return dict(found)


def _course_text(
    stored: Stored,
    chapters: Sequence[Chapter],
    lessons: Sequence[Lesson],
    speakers: Sequence[Speaker],
    beside: CourseText | None,
) -> CourseText:
    course = stored.course
    named: set[str] | None = None
    if beside:
        named = {chapter.slug for chapter in beside.chapters}
        named |= {lesson.slug for chapter in beside.chapters for lesson in chapter.lessons}
    names = {speaker.pk: one_line(speaker.name) for speaker in speakers}
    recorded = _Recorded(stored, lessons, named)
    emails = course.teachings.order_by("position", "pk").values_list("user__email", flat=True)
    below: dict[int, list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        below[lesson.chapter_id].append(lesson)

    tests = list(stored.asked.tests.values())

    def lesson_texts(rows: Sequence[Lesson]) -> tuple[LessonText, ...]:
        placed = zip(rows, places(rows, named), strict=True)
        texts = (
            replace(
                _lesson_text(stored, lesson, place, names),
                recordings=recorded.of(lesson),
                questions=stored.asked.of_lesson(lesson.slug),
            )
            for lesson, place in placed
        )
        return tuple(asked.in_files(text, tests) for text in texts)

    text = CourseText(
        slug=course.slug,
        title=one_line(course.title),
        track=course.track.slug,
        level=course.level,
        promise=one_line(course.promise),
        language=one_line(course.language),
        outcomes=tuple(filter(None, (one_line(str(outcome)) for outcome in course.outcomes))),
        instructors=tuple(email.lower() for email in emails) or None,
        seats=course.seats,
        cast=tuple(SpeakerText(one_line(row.name), row.role, one_line(row.voice)) for row in speakers) or DEFAULT_CAST,
        **_sound(stored.voicing),
        published_at=course.published_at,
        archived_at=course.archived_at,
        chapters=tuple(
            ChapterText(chapter.slug, place, one_line(chapter.title), lesson_texts(below[chapter.pk]))
            for chapter, place in zip(chapters, places(chapters, named), strict=True)
        ),
        cover=cover.read(course),
        recordings=recorded.files,
    )
    own = sorted(stored.asked.of_lesson(""), key=lambda draft: draft.name)
    return replace(text, tests=tuple(sorted(tests, key=lambda test: test.slug)), questions=tuple(own))


def _sound(voicing: Voicing | None) -> dict[str, Any]:
    if voicing is None:
        return {}
    spoken = {one_line(word): one_line(spoken) for word, spoken in voicing.pronunciation.items()}
    return {
        "narrator": one_line(voicing.narrator),
        "speech": one_line(voicing.engine),
        "pause": round(voicing.pause, 2),
        "audio_format": voicing.format,
        "pronunciation": tuple(sorted((word, said) for word, said in spoken.items() if word and said)),
    }


class _Recorded:
    """The recordings of a course under names that a folder can have, each once."""

    def __init__(self, stored: Stored, lessons: Sequence[Lesson], named: Collection[str] | None) -> None:
        self.files: dict[str, AudioFile] = {}
        self._texts: dict[int, tuple[RecordingText, ...]] = {}
        # Lessons that the folder does not name take no name from those that it does.
        for lesson in sorted(lessons, key=lambda lesson: named is not None and lesson.slug not in named):
            rows = {row.part: row.asset for row in stored.audio.get(lesson.pk, [])}
            texts = (self._text(part, rows[part]) for part in recordings.PARTS if part in rows)
            self._texts[lesson.pk] = tuple(text for text in texts if text)

    def of(self, lesson: Lesson) -> tuple[RecordingText, ...]:
        return self._texts[lesson.pk]

    def _text(self, part: str, asset: Asset) -> RecordingText | None:
        # A lost file is no reason to keep the rest of the course from its author.
        if asset.source != Source.UPLOAD or not files.exists(asset.recording):
            return None
        name = recordings.fitting(asset.recording_name, {name.casefold() for name in self.files})
        self.files[name] = AudioFile(asset.recording_digest, asset.recording_bytes, partial(_opened, asset.recording))
        return RecordingText(part, name, asset.recording_digest)


def places(rows: Sequence[Any], named: Collection[str] | None) -> list[int]:
    """The positions of chapters or lessons in order; those named are counted anew from 1 if two share one."""
    counted = [row for row in rows if named is None or row.slug in named]
    if len({row.position for row in counted}) == len(counted):
        return [row.position for row in rows]
    return [counted.index(row) + 1 if row in counted else row.position for row in rows]


def _lesson_text(stored: Stored, lesson: Lesson, place: int, names: dict[int, str]) -> LessonText:
    def rows(name: str) -> list[Any]:
        return stored.parts.get((lesson.pk, name), [])

    def turns(episode: Episode) -> Iterable[TurnText]:
        return (TurnText(names[turn.speaker_id], normal(turn.text)) for turn in stored.rows(episode, TURNS))

    concepts = {concept.pk: one_line(concept.name) for concept in rows("concepts")}
    return LessonText(
        slug=lesson.slug,
        position=place,
        title=one_line(lesson.title),
        objective=one_line(lesson.objective),
        minutes=lesson.minutes,
        published_at=lesson.published_at,
        archived_at=lesson.archived_at,
        episodes=tuple(EpisodeText(one_line(row.title), tuple(turns(row))) for row in rows("episodes")),
        summaries=tuple(SummaryText(row.tier, normal(row.body)) for row in rows("summaries")),
        chunks=tuple(
            ChunkText(one_line(row.title), normal(row.excerpt), normal(row.explanation), normal(row.analogy))
            for row in rows("chunks")
        ),
        concepts=tuple(ConceptText(one_line(row.name), normal(row.description)) for row in rows("concepts")),
        examples=tuple(ExampleText(one_line(row.title), normal(row.body)) for row in rows("examples")),
        memory_aids=tuple(AidText(row.kind, normal(row.body)) for row in rows("memory_aids")),
        cards=tuple(
            CardText(row.kind, normal(row.front), normal(row.back), concepts.get(row.concept_id, ""))
            for row in rows("cards")
        ),
    )


def _opened(name: str) -> IO[bytes]:
    return files.storage().open(name, "rb")


def with_evidence(lessons: Iterable[Lesson]) -> set[int]:
    """Ids of those lessons that learners have read in, heard, been tested on or written notes on."""
    ids = [lesson.pk for lesson in lessons]
    if not ids:
        return set()
    read = Lesson.objects.filter(pk__in=ids, readings__isnull=False).values_list("pk", flat=True)
    heard = Lesson.objects.filter(pk__in=ids, audio__listenings__isnull=False).values_list("pk", flat=True)
    noted = Note.objects.filter(block__lesson__in=ids).values_list("block__lesson", flat=True)
    sat = Attempt.objects.filter(Q(lesson__in=ids) | Q(test__lesson__in=ids)).values_list("lesson", "test__lesson")
    return {pk for pk in (*read, *heard, *noted, *(pk for both in sat for pk in both)) if pk}
