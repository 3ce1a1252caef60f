"""The cast with everything that an address can name, and a way to ask as anybody and see what was written."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.timezone import now
from knox.models import AuthToken
from PIL import Image

from accounts import tokens
from accounts.models import User
from courses import covers
from courses.models import Lesson
from enrollment.models import Enrollment
from flashcards.models import OwnCard
from jobs.models import Job
from lessons import blocks, bookmarks, feed_cover, feeds, reading
from lessons.models import Block
from media import delivery, uploads
from media.models import Rendition
from quizzes import scoring, sitting
from quizzes.models import LateAnswer
from study.models import Note
from tests import factories
from tests.cast import Cast

ROLES = ("visitor", "learner", "enrolled", "other", "instructor", "outsider", "staff", "superuser")
WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?|ALTER TABLE|DROP TABLE)\s+"?(\w+)', re.I)
FOR_SCRIPTS = re.compile(r"/(?:heard|rate|bookmarks|answers|tab)/$")
# What reading may write, and why. Everything else changes by POST, PUT, PATCH and DELETE only.
MAY_CHANGE = {
    "django_session": "what a sign-in remembers from one request to the next",
    "usersessions_usersession": "when and where a sign-in was last used",
    "cache_entries": "counts of limits",
    "lessons_block": "names of paragraphs, given when a revised lesson is first shown",
    "lessons_blockmap": "the same names in one row",
    "lessons_feed": "when and by which app a podcast feed was last used",
    "account_emailaddress": "the row django-allauth keeps beside an address, made on first sight",
}


@dataclass(frozen=True)
class Scene:
    cast: Cast
    names: dict[str, str]  # what to put into an address, by the name of the route's parameter
    cookies: dict[str, str]  # role → session; a visitor has none


def build(cast: Cast) -> Scene:
    """Published and unpublished things, and one of everything that belongs to `enrolled` alone."""
    draft_course = factories.CourseFactory(slug="draft-course", published_at=None)
    draft = factories.full_lesson(course=draft_course, slug="draft-lesson", published_at=None)
    factories.TeachingFactory(course=draft_course, user=cast.instructor)
    cookies = {role: sign_in(cast[role]) for role in ROLES if cast[role]}
    return Scene(cast, names(cast, draft), cookies)


def names(cast: Cast, draft: Lesson) -> dict[str, str]:
    noted, free, *_rest = blocks.of(cast.lesson).words
    block = Block.objects.get(key=noted)
    note = Note.objects.create(learner=cast.enrolled, block=block, quote=block.text, body="Mine alone.")
    tokens.create(cast.enrolled, "Reader", timedelta(days=30))
    enrollment = Enrollment.objects.get(learner=cast.enrolled, course=cast.course)
    return {
        "course": cast.course.slug,
        "lesson": cast.lesson.slug,
        "track": cast.course.track.slug,
        "section": "courses",
        "name": a_cover(),
        "draft_course": draft.course.slug,
        "draft_lesson": draft.slug,
        "draft_key": next(iter(blocks.of(draft).words)),
        "noted": noted,
        "free": free,
        "key": noted,
        "visit": reading.visit_token(),
        "note": str(note.pk),
        "own_card": str(own_card(cast).pk),
        "enrollment": str(enrollment.pk),
        "token": AuthToken.objects.get(user=cast.enrolled).token_key,
        "session": str(UserSession.objects.get(user=cast.enrolled).pk),
        "person": str(cast.enrolled.pk),
        "job": str(a_job(cast.enrolled).pk),
        "nobody": str(uuid4()),
        **sounds(cast, enrollment),
        **sittings(cast),
        **marking(cast),
    }


def own_card(cast: Cast) -> OwnCard:
    return OwnCard.objects.create(learner=cast.enrolled, lesson=cast.lesson, front="Mine?", back="Mine alone.")


def sittings(cast: Cast) -> dict[str, str]:
    """Attempts of `enrolled` at three tests, and a round of practice, each with questions of its own."""
    asked = [factories.question(cast.course) for _number in range(3)]
    practised = factories.question(cast.course, lesson=cast.lesson)
    test = factories.mock_test(cast.course, asked[:1], slug="open-test", minutes=30)
    seen = factories.question(cast.course, lesson=cast.lesson)
    closed = factories.mock_test(cast.course, [seen], slug="closed-test")
    adaptive = factories.mock_test(cast.course, asked[1:], slug="adaptive-test", way="adaptive")
    draft = factories.mock_test(cast.course, asked[:1], slug="draft-test", published_at=None)
    practice = sitting.practise(cast.enrolled, cast.lesson, only=[practised.pk])
    sitting.save(practice.pk, cast.enrolled, [sitting.Item(1, 1, "nobody")])
    attempts = {name: sitting.start(cast.enrolled, one) for name, one in (("open", test), ("closed", closed))}
    sitting.submit(attempts["closed"])
    scoring.score(attempts["closed"].pk)
    return {
        "test": test.slug,
        "draft_test": draft.slug,
        "attempt": str(attempts["open"].pk),
        "closed_attempt": str(attempts["closed"].pk),
        "adaptive_attempt": str(sitting.start(cast.enrolled, adaptive).pk),
        "practice_attempt": str(practice.pk),
    }


def marking(cast: Cast) -> dict[str, str]:
    """A closed attempt of `other` with an essay to mark and an answer that came late, and its question."""
    essay = factories.question(cast.course, "essay")
    attempt = sitting.start(cast.other, factories.mock_test(cast.course, [essay], slug="essay-test"))
    sitting.save(attempt.pk, cast.other, [sitting.Item(1, 1, "Locks make threads wait.")], "tab")
    sitting.submit(attempt)
    scoring.score(attempt.pk)
    late = LateAnswer.objects.create(attempt=attempt, slot=1, rev=2, value="More.", received_at=now())
    return {
        "question_id": str(essay.pk),
        "essay_attempt": str(attempt.pk),
        "answer_id": str(attempt.answers.get().pk),
        "late_id": str(late.pk),
        "act": "void",
    }


def sounds(cast: Cast, enrollment: Enrollment) -> dict[str, str]:
    """Something to hear in the lesson: signed addresses of it, and feeds of `enrolled`, one of them ended."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "file")
        file.write_bytes(b"Not a sound, but bytes.")
        audio = factories.ready_audio(cast.lesson, file=file)
    mark, _is_new = bookmarks.add(cast.enrolled, audio, 2.0)
    full, sample = (Rendition.objects.get(take__asset=audio.asset, purpose=purpose) for purpose in ("full", "sample"))
    return {
        "audio": str(audio.pk),
        "lesson_id": str(cast.lesson.pk),
        "part": audio.part,
        "silent_part": "audiobook",
        "upload": str(uploads.begin(audio.asset, "talk.mp3", 10).pk),
        "bookmark": str(mark.pk),
        "signed": delivery.address(full, bearer=f"enrollment:{enrollment.pk}").split("/")[2],
        "ended_signed": delivery.address(full, bearer=f"enrollment:{uuid4()}").split("/")[2],
        "rendition": str(sample.pk),
        "digest": feed_cover.digest(cast.course),
        "ended_feed_token": feeds.create(enrollment),
        "feed_token": feeds.create(enrollment),
    }


def sign_in(user: User) -> str:
    """By the door people use, so that the sign-in is as fresh and as complete as theirs."""
    client = Client()
    answer = client.post("/account/login/", {"login": user.email, "password": factories.PASSWORD})
    assert answer.status_code == 302, f"{user} could not sign in"
    client.post(
        "/account/reauthenticate/", {"password": factories.PASSWORD}
    )  # "Is it you?", asked before dangerous pages
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def a_cover() -> str:
    picture = BytesIO()
    Image.new("RGB", (32, 18), "teal").save(picture, "PNG")
    return covers.keep(ContentFile(picture.getvalue())).removeprefix(f"{covers.FOLDER}/")


def a_job(user: User) -> Job:
    return Job.objects.create(kind="scene.work", subject="scene", queue="bulk", due_at=now(), asked_by=user)


# --- Asking ---------------------------------------------------------------------------------------------------------


class QuickClient(Client):
    """Without the copies of every template's context that tests of pages look into: they take most of the time."""

    def request(self, **request: Any) -> Any:
        answer = self.handler(self._base_environ(**request))
        self.cookies.update(answer.cookies)
        return answer


def client_of(scene: Scene, role: str, **options: Any) -> Client:
    client = QuickClient(**options)
    if role in scene.cookies:
        client.cookies[settings.SESSION_COOKIE_NAME] = scene.cookies[role]
    return client


def ask(scene: Scene, role: str, verb: str, address: str, body: Any = None, **headers: Any) -> HttpResponse:
    client = client_of(scene, role)
    return send(client, verb, address, body, **headers)


def send(client: Client, verb: str, address: str, body: Any = None, **headers: Any) -> HttpResponse:
    """`body` goes as JSON to the API and to what only scripts ask, and as a form everywhere else."""
    if address.startswith("/api/") or FOR_SCRIPTS.search(address):
        answer = client.generic(verb, address, json.dumps(body or {}), "application/json", headers=headers)
    elif verb == "POST":
        answer = client.post(address, body or {}, headers=headers)
    else:
        answer = client.generic(verb, address, headers=headers)
    if answer.streaming:
        for close in answer._resource_closers:  # the test client forgets a file that HEAD does not read
            close()
    return answer


@contextmanager
def writes() -> Iterator[list[str]]:
    """The tables that are written meanwhile, of those that a reader may not change."""
    touched: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        match = WRITE.match(str(sql))
        if match and match[1] not in MAY_CHANGE:
            touched.append(match[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield touched


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written meanwhile is taken back. For tests that run in a transaction."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
