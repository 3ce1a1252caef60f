"""A course, people and notes in which every field is hostile."""

from allauth.account.models import EmailAddress

from accounts.models import User
from courses.models import Chapter, Course, Lesson, Teaching, Track
from enrollment import seats
from flashcards.models import Card
from lessons import blocks
from lessons.models import Block, Chunk, Concept, Episode, Example, MemoryAid, Speaker, Summary, Turn
from study.models import Note
from tests import factories
from tests.guards.payloads import DRESSES, PAYLOADS, dressed, short

SLUG = "hostile"
WORST = ['"><img src=x onerror=alert(1)>', "</script><script>alert(1)</script>", "{{7*7}}<svg onload=alert(1)>"]


def plant() -> Lesson:
    """Everything published; returns the lesson that holds all parts."""
    track = Track.objects.get(slug="technology")
    Track.objects.filter(pk=track.pk).update(title=short(60)[0], promise=WORST[0])
    lesson = course_with_everything(track)
    more_courses(track)
    return lesson


def more_courses(track: Track) -> None:
    """A course for each short payload, so that lists show them all."""
    for number, payload in enumerate(short(120)):
        course = Course(
            track=track,
            slug=f"{SLUG}-{number}",
            title=payload,
            promise=PAYLOADS[-number][:300],
            outcomes=[payload, PAYLOADS[-number]],
            level="beginner",
            published_at=factories.LONG_AGO,
        )
        course.save()


def course_with_everything(track: Track) -> Lesson:
    course = factories.CourseFactory(
        track=track, slug=SLUG, title=WORST[0], promise=WORST[1], outcomes=PAYLOADS, language='en"><b'
    )
    chapters = Chapter.objects.bulk_create(
        Chapter(course=course, slug=f"c{number}", title=payload, position=number)
        for number, payload in enumerate(short(120)[:40])
    )
    Lesson.objects.bulk_create(
        Lesson(
            course=course,
            chapter=chapters[number % len(chapters)],
            slug=f"l{number}",
            title=payload,
            objective=PAYLOADS[-number][:300],
            minutes=5,
            published_at=factories.LONG_AGO,
        )
        for number, payload in enumerate(short(120))
    )
    lesson = Lesson.objects.get(course=course, slug="l0")
    Lesson.objects.filter(pk=lesson.pk).update(title=WORST[1], objective=WORST[0])
    texts(lesson)
    talk(lesson)
    cards(lesson)
    Course.recount(course.pk)
    Lesson.revise(lesson.pk)
    lesson.refresh_from_db()
    return lesson


def texts(lesson: Lesson) -> None:
    third = len(DRESSES) // 3
    dresses = {"basic": DRESSES[:third], "medium": DRESSES[third : 2 * third], "detailed": DRESSES[2 * third :]}
    Summary.objects.bulk_create(
        Summary(lesson=lesson, tier=tier, body=dressed(chosen)) for tier, chosen in dresses.items()
    )
    Concept.objects.bulk_create(Concept(lesson=lesson, name=text, description=text) for text in short(100))
    Example.objects.bulk_create(Example(lesson=lesson, title=text, body=text) for text in short(120))
    MemoryAid.objects.bulk_create(
        MemoryAid(lesson=lesson, kind=kind, body=dressed(["%s"])) for kind in MemoryAid.Kind.values
    )
    Chunk.objects.bulk_create(
        Chunk(lesson=lesson, title=text, excerpt=text, explanation=text, analogy=text) for text in short(120)
    )


def talk(lesson: Lesson) -> None:
    speakers = Speaker.objects.bulk_create(
        Speaker(course=lesson.course, name=text, role="teacher") for text in short(40)
    )
    episodes = Episode.objects.bulk_create(Episode(lesson=lesson, title=text) for text in short(120)[:20])
    Turn.objects.bulk_create(
        Turn(
            episode=episodes[number % len(episodes)],
            speaker=speakers[number % len(speakers)],
            text=text,
            position=number,
        )
        for number, text in enumerate(PAYLOADS)
    )


def cards(lesson: Lesson) -> None:
    concept = lesson.concepts.first()
    Card.objects.bulk_create(
        Card(lesson=lesson, kind=kind, front=front % text, back=back % text if back else "", concept=concept)
        for kind, front, back in (("term", "%s", "%s"), ("question", "%s", "%s"), ("cloze", "A {{%s}} z", ""))
        for text in PAYLOADS
        if "\n" not in text
    )


def people(lesson: Lesson) -> dict[str, User]:
    """A learner with notes everywhere, and a superuser; both with hostile names, among many others."""
    User.objects.bulk_create(
        User(email=f"hostile{number}@example.org", display_name=text) for number, text in enumerate(short(80))
    )
    learner = factories.UserFactory(email="learner@example.org", display_name=WORST[0])
    superuser = User.objects.create_superuser("root@example.org", factories.PASSWORD, display_name=WORST[1])
    Teaching.objects.create(course=lesson.course, user=User.objects.get(email="hostile0@example.org"))
    for user in [learner, *User.objects.filter(email__startswith="hostile")[1:30]]:
        seats.enroll(user, lesson.course)
    keys = list(blocks.of(lesson).words)
    found = {block.key: block for block in Block.objects.filter(lesson=lesson)}
    Note.objects.bulk_create(
        Note(learner=learner, block=found[key], quote=found[key].text, body=text)
        for key, text in zip(keys, PAYLOADS, strict=False)
    )
    EmailAddress.objects.create(user=learner, email='"<svg/onload=alert(1)>"@example.org')
    return {"learner": learner, "superuser": superuser}
