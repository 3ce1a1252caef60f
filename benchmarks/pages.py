"""Reading pages, each against a bare signed-in Django page on the same server and database."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client as TestClient
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from courses.models import Chapter, Course, Lesson, Track
from enrollment import seats
from lessons.models import Concept, Summary

from .harness import Bar, in_turn, server

DEMO = Path(settings.ROOT) / "demo" / "python-concurrency"
CLIENTS = (1, 8, 32)
SUBJECTS = [
    "python",
    "sql",
    "cloud",
    "pricing",
    "layout",
    "typography",
    "negotiation",
    "testing",
    "networks",
    "statistics",
    "colour",
    "contracts",
]
SKILLS = ["basics", "patterns", "practice", "safety", "speed", "design", "review", "planning", "reporting", "teamwork"]
LESSONS_A_COURSE = 12
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


def measure(*, quick: bool) -> list[Bar]:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("import_course", str(DEMO), verbosity=0)
    lesson = Lesson.objects.get(slug="threads-or-processes")
    fill(300 if quick else 5_000)
    cookie = sign_in(lesson.course)
    page = lesson.get_absolute_url()
    searches = [f"/search/?q={word}" for word in ("threads", "pricing+basics", "lock", "networks", "multiprocesing")]
    catalogue = ["/", "/tracks/technology/", "/?level=beginner", "/tracks/design/?length=medium&page=3"]
    queries = count_queries(page, catalogue)
    connections.close_all()
    rounds, seconds = (3, 1.0) if quick else (5, 2.5)
    floor = ("/bare/", cookie)
    bars = []
    with server() as port:
        in_turn(port, (page, ""), floor, 8, 1, 1.0)  # both workers have seen the pages
        in_turn(port, (page, cookie), floor, 8, 1, 1.0)
        for clients in CLIENTS:
            anonymous, _ = in_turn(port, (page, ""), floor, clients, rounds, seconds)
            signed_in, _ = in_turn(port, (page, cookie), floor, clients, rounds, seconds)
            _, listing = in_turn(port, (catalogue, ""), floor, clients, rounds, seconds)
            _, finding = in_turn(port, (searches, ""), floor, clients, rounds, seconds)
            bars += [
                Bar(f"lesson, visitor, {clients} clients: rate / bare", anonymous, ">=", 0.9),
                Bar(f"lesson, enrolled, {clients} clients: rate / bare", signed_in, ">=", 0.4),
                Bar(f"catalogue, {clients} clients: p95 / bare", listing, "<=", 3),
                Bar(f"search, {clients} clients: p95 / bare", finding, "<=", 3),
            ]
    return bars + queries


def fill(courses: int) -> None:
    """A catalogue of `courses` with twelve lessons each, indexed for search."""
    made = make_courses(courses)
    chapters = Chapter.objects.bulk_create([Chapter(course=course, slug="all", title="All") for course in made], 500)
    lessons = make_lessons(chapters)
    Summary.objects.bulk_create(
        [
            Summary(lesson=lesson, tier="medium", body=f"{lesson.title}: what it is, when it helps, how to measure it.")
            for lesson in lessons
        ],
        batch_size=1000,
    )
    Concept.objects.bulk_create(
        [Concept(lesson=one, name=f"Idea {one.pk}", description="An idea worth a name.") for one in lessons[::12]],
        batch_size=1000,
    )
    call_command("reindex", verbosity=0)


def make_courses(count: int) -> list[Course]:
    tracks = list(Track.objects.all())
    levels = ("beginner", "intermediate", "advanced")
    made = [
        Course(
            track=tracks[number % len(tracks)],
            slug=f"course-{number}",
            title=f"{SUBJECTS[number % 12].title()} {SKILLS[number // 12 % 10]} {number}",
            promise=f"Learn {SUBJECTS[number % 12]} {SKILLS[number // 12 % 10]} that holds in daily work.",
            level=levels[number % 3],
            published_at=LONG_AGO,
            lesson_count=LESSONS_A_COURSE,
            minutes=20 + number % 300,
        )
        for number in range(count)
    ]
    return Course.objects.bulk_create(made, batch_size=500)


def make_lessons(chapters: list[Chapter]) -> list[Lesson]:
    made = [
        Lesson(
            course_id=chapter.course_id,
            chapter=chapter,
            slug=f"lesson-{number}",
            title=f"{SKILLS[number % 10].title()} of {SUBJECTS[(chapter.pk + number) % 12]}",
            objective="Do it well and say why.",
            minutes=20,
            position=number,
            published_at=LONG_AGO,
        )
        for chapter in chapters
        for number in range(LESSONS_A_COURSE)
    ]
    return Lesson.objects.bulk_create(made, batch_size=1000)


def sign_in(course: Course) -> str:
    """The cookie of a learner who is enrolled."""
    learner = User.objects.create_user("bench@example.org", "x")
    seats.enroll(learner, course)
    client = TestClient()
    client.force_login(learner)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def count_queries(page: str, catalogue: list[str]) -> list[Bar]:
    client = TestClient(HTTP_HOST="127.0.0.1")

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            if client.get(path).status_code != 200:
                raise RuntimeError(f"{path} did not answer 200")
        return len(captured)

    queries(page)  # names the paragraphs, once for ever
    caches["pages"].clear()
    cold, warm = queries(page), queries(page)
    caches["pages"].clear()
    listing = max(queries(path) for path in catalogue)
    return [
        Bar("lesson, visitor: queries cold", cold, "<=", 12),
        Bar("lesson, visitor: queries warm", warm, "<=", 3),
        Bar("catalogue: queries", listing, "<=", 6),
    ]
