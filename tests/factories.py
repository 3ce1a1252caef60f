"""The smallest valid objects; a test states only what matters to it."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from courses.models import Chapter, Course, Lesson, Teaching, Track
from enrollment import seats
from enrollment.models import Enrollment
from flashcards.models import Card
from lessons import audio
from lessons.models import Chunk, Concept, Episode, Example, LessonAudio, MemoryAid, Speaker, Summary, Turn
from media import files, timeline, words
from media.models import Asset, Rendition, State, Take
from media.scripts import Script
from quizzes import sitting
from quizzes.models import Attempt, KeyRevision, MockTest, Question, QuestionVersion, Section, Slot
from tests.quizzes.samples import SAMPLES

LONG_AGO = datetime(2026, 1, 5, 8, tzinfo=UTC)
PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


def track(slug: str) -> Track:
    """One of the three that migrations create. A test with real transactions empties every table, so made anew."""
    return Track.objects.get_or_create(slug=slug, defaults={"title": slug.title()})[0]


class CourseFactory(DjangoModelFactory):
    class Meta:
        model = Course

    track = factory.LazyFunction(lambda: track("technology"))
    slug = factory.Sequence(lambda n: f"course-{n}")
    title = factory.Sequence(lambda n: f"Course {n}")
    promise = "Learn to do it well."
    level = "beginner"
    published_at = LONG_AGO


class ChapterFactory(DjangoModelFactory):
    class Meta:
        model = Chapter

    course = factory.SubFactory(CourseFactory)
    slug = factory.Sequence(lambda n: f"chapter-{n}")
    title = factory.Sequence(lambda n: f"Chapter {n}")
    position = factory.Sequence(int)


class LessonFactory(DjangoModelFactory):
    class Meta:
        model = Lesson

    chapter = factory.SubFactory(ChapterFactory)
    slug = factory.Sequence(lambda n: f"lesson-{n}")
    title = factory.Sequence(lambda n: f"Lesson {n}")
    objective = "Do it well and say why."
    minutes = 20
    position = factory.Sequence(int)
    published_at = LONG_AGO


class SummaryFactory(DjangoModelFactory):
    class Meta:
        model = Summary

    lesson = factory.SubFactory(LessonFactory)
    tier = "medium"
    body = "Threads overlap waiting.\n\nProcesses overlap computing."


class ConceptFactory(DjangoModelFactory):
    class Meta:
        model = Concept

    lesson = factory.SubFactory(LessonFactory)
    name = factory.Sequence(lambda n: f"Concept {n}")
    description = "An idea worth a name."
    position = factory.Sequence(int)


class ExampleFactory(DjangoModelFactory):
    class Meta:
        model = Example

    lesson = factory.SubFactory(LessonFactory)
    title = factory.Sequence(lambda n: f"Example {n}")
    body = "Twenty downloads of one second take one second."


class MemoryAidFactory(DjangoModelFactory):
    class Meta:
        model = MemoryAid

    lesson = factory.SubFactory(LessonFactory)
    kind = "rhyme"
    body = "If it waits, a thread is great."


class SpeakerFactory(DjangoModelFactory):
    class Meta:
        model = Speaker
        django_get_or_create = ("course", "name")

    course = factory.SubFactory(CourseFactory)
    name = "Nora"
    role = "teacher"


class EpisodeFactory(DjangoModelFactory):
    class Meta:
        model = Episode

    lesson = factory.SubFactory(LessonFactory)
    title = factory.Sequence(lambda n: f"Episode {n}")


class TurnFactory(DjangoModelFactory):
    class Meta:
        model = Turn

    episode = factory.SubFactory(EpisodeFactory)
    speaker = factory.SubFactory(SpeakerFactory, course=factory.SelfAttribute("..episode.lesson.course"))
    text = "What happened?"
    position = factory.Sequence(int)


class ChunkFactory(DjangoModelFactory):
    class Meta:
        model = Chunk

    lesson = factory.SubFactory(LessonFactory)
    title = factory.Sequence(lambda n: f"Chunk {n}")
    excerpt = "Only one thread at a time."
    explanation = "While a thread waits it gives the lock away."
    analogy = "A kitchen with one knife."


class CardFactory(DjangoModelFactory):
    class Meta:
        model = Card

    lesson = factory.SubFactory(LessonFactory)
    kind = "term"
    front = factory.Sequence(lambda n: f"Term {n}")
    back = "What it means."
    position = factory.Sequence(int)


class EnrollmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrollment

    learner = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)


class TeachingFactory(DjangoModelFactory):
    class Meta:
        model = Teaching

    course = factory.SubFactory(CourseFactory)
    user = factory.SubFactory(UserFactory)


def full_lesson(course: Course | None = None, **fields: object) -> Lesson:
    """A lesson with every part, two concepts, three tiers and three kinds of cards."""
    chapter = ChapterFactory(course=course) if course else ChapterFactory()
    lesson = LessonFactory(chapter=chapter, **fields)
    for tier in ("basic", "medium", "detailed"):
        SummaryFactory(lesson=lesson, tier=tier, body=f"The {tier} text says Lock.\n\n### More\n\nAnd *more* of it.")
    lock = ConceptFactory(lesson=lesson, name="Lock")
    ConceptFactory(lesson=lesson, name="Waiting")
    ExampleFactory(lesson=lesson)
    for kind in ("rhyme", "story", "acronym", "visual"):
        MemoryAidFactory(lesson=lesson, kind=kind)
    episode = EpisodeFactory(lesson=lesson)
    TurnFactory(episode=episode, text="What happened?")
    TurnFactory(episode=episode, text="It got slower.", speaker__name="Ben", speaker__role="student")
    ChunkFactory(lesson=lesson)
    CardFactory(lesson=lesson, kind="term", front="Lock", back="What only one holder has.", concept=lock)
    CardFactory(lesson=lesson, kind="question", front="Who holds it?", back="One thread.")
    CardFactory(lesson=lesson, kind="cloze", front="Threads overlap {{waiting}}.", back="")
    return lesson


# --- Audio ----------------------------------------------------------------------------------------------------------

SENTENCE = 5.0  # seconds, in a take of `take_of`


def ready_audio(
    lesson: Lesson, part: str = "conversation", *, seconds: float = 0.0, file: Path | None = None
) -> LessonAudio:
    """Audio of one part that can be heard, as if it had been made: one sentence every five seconds, unless `seconds`
    says how long all of it is.

    file: a finished m4a to be served (it stays where it is); without one there are only the rows.
    """
    script = audio.scripts_of(lesson)[part]
    asset = Asset.objects.create(title=f"{lesson.title} · {part}", script=script.dumps(), state=State.READY)
    made = LessonAudio.objects.create(lesson=lesson, part=part, asset=asset)
    take_of(asset, script, seconds=seconds, file=file)
    return made


def take_of(asset: Asset, script: Script, *, seconds: float = 0.0, file: Path | None = None) -> Take:
    """A new take of an asset, which plays from now on."""
    said = [(number, line, one) for number, line in enumerate(script.lines) for one in words.sentences(line.text)]
    each = seconds / len(said) if seconds else SENTENCE
    cues = [
        timeline.Cue(at * each, (at + 1) * each - 0.4, number, one.text, one.at, line.speaker, line.key)
        for at, (number, line, one) in enumerate(said)
    ]
    digest = uuid4().hex
    take = Take.objects.create(
        asset=asset,
        digest=digest,
        seconds=len(said) * each,
        loudness=-16.0,
        peaks=bytes(range(0, 250, 5)) * 24,
        cues=timeline.dump_cues(cues),
        chapters=timeline.dump_chapters([timeline.Chapter(0.0, section.title) for section in script.sections[:1]]),
    )
    for purpose in Rendition.Purpose:
        _rendition(take, purpose, file)
    Asset.objects.filter(pk=asset.pk).update(take=take, state=State.READY)
    asset.refresh_from_db()
    return take


def _rendition(take: Take, purpose: str, file: Path | None) -> Rendition:
    data = file.read_bytes() if file else b""
    name = files.audio_name(take.asset_id, f"{take.digest[:12]}{purpose}", "m4a")
    if file:
        with files.workspace(uuid4()) as folder:
            (folder / "copy").write_bytes(data)
            files.keep(folder / "copy", name)
    return Rendition.objects.create(
        take=take,
        purpose=purpose,
        format="m4a",
        name=name,
        digest=hashlib.sha256(data or name.encode()).hexdigest(),
        bytes=len(data) or 1000,
        seconds=take.seconds if purpose == Rendition.Purpose.FULL else min(take.seconds, 90.0),
    )


# --- Questions and mock tests -----------------------------------------------------------------------------------------


def question(
    course: Course,
    kind: str = "single",
    *,
    stem: str | None = None,
    body: dict | None = None,
    key: dict | None = None,
    explanation: str | None = None,
    **fields: object,
) -> Question:
    """A question with its version 1 and key revision 1; what is not said is as in `samples.SAMPLES`."""
    sample = SAMPLES[kind]
    number = Question.objects.count() + 1
    made = Question.objects.create(
        course=course, kind=kind, **{"name": f"Question {number}", "position": number} | fields
    )
    version = QuestionVersion.objects.create(
        question=made,
        number=1,
        stem=sample.stem if stem is None else stem,
        body=sample.body if body is None else body,
        explanation=sample.explanation if explanation is None else explanation,
    )
    version.revision = KeyRevision.objects.create(version=version, number=1, key=sample.key if key is None else key)
    version.save(update_fields=["revision"])
    made.current = version
    made.save(update_fields=["current"])
    return made


def mock_test(course: Course, questions: Sequence[Question] = (), **fields: object) -> MockTest:
    """A published test with these questions as fixed slots of one section."""
    number = MockTest.objects.count() + 1
    default = {"slug": f"test-{number}", "title": f"Test {number}", "published_at": LONG_AGO}
    made = MockTest.objects.create(course=course, **default | fields)
    section = Section.objects.create(test=made)
    Slot.objects.bulk_create(
        [Slot(section=section, position=place, question=one) for place, one in enumerate(questions)]
    )
    return made


def enroll(user: User, course: Course) -> User:
    seats.enroll(user, course)
    return user


def open_attempt(user: User, test: MockTest, *, at: datetime | None = None) -> Attempt:
    """`user` is enrolled, and has begun."""
    return sitting.start(enroll(user, test.course), test, at=at)
