"""Many at once in a test: 500 learners begin one of 40 questions within five seconds, 200 answer it.

They come when they come, whether or not the server keeps up (so a slow answer makes the next ones wait). Everything
runs on this machine: server, database and learners share its cores. The floor is a view with as many statements and a
short answer, asked for in the same rhythm in the same round. The milliseconds are what was promised: of the best round,
as other work on the machine only adds to them. The ratios are what can be compared: medians over rounds.
"""

import json
import os
import random
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connections

from accounts import signins
from accounts.models import User
from courses.models import Course, Track
from enrollment.models import Enrollment
from quizzes import sitting
from quizzes.models import Answer, Attempt, KeyRevision, MockTest, Question, QuestionVersion, Section, Slot

from .harness import Bar, Client, p95, server

QUESTIONS = 40
STARTING, WITHIN = 500, 5.0  # learners; seconds
SAVING, EVERY = 200, 3.0  # learners; seconds from one answer of a learner to the next
TOKEN = "0123456789abcdef" * 2
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
SEED = 4
ROUNDS = 3
# Session and user are read besides.
LIKE_START, LIKE_SAVE = "/bare/7/2/", "/bare/1/2/"  # rows read, rows written


def measure(*, quick: bool) -> list[Bar]:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    learners = STARTING // 5 if quick else STARTING
    within = WITHIN / 5 if quick else WITHIN
    test = a_test()
    cookies = signed_in(people(test.course, learners + SAVING // 2))
    saving = cookies[-SAVING // 2 :] if quick else cookies[:SAVING]
    seconds = 4.0 if quick else 15.0
    everybody = len({user.pk for user, _cookie in [*cookies[:learners], *saving]})
    starts, saves = Rounds("starts"), Rounds("saves")
    with server() as port:
        warm(port, test, cookies)
        for _round in range(2 if quick else ROUNDS):
            Attempt.objects.filter(test=test).delete()
            connections.close_all()
            starts.add(*starts_of(port, test, cookies[:learners], within))
            begun = attempts_of(test, saving)
            connections.close_all()
            saves.add(*saves_of(port, saving, begun, seconds))
    kept = Answer.objects.filter(attempt__in=begun.values(), rev__gt=0).count()
    sent = len(saves.sides[-1][1].times)
    return [
        Bar(f"{learners} starts in {within:.0f} s: p95, ms", starts.best, "<=", 300),
        Bar("start: p95 / bare", starts.p95_ratio, "<=", 6),
        Bar("start: median / bare", starts.ratio, "<=", 3),
        Bar(f"{len(saving)} saving: p95, ms", saves.best, "<=", 150),
        Bar("save: p95 / bare", saves.p95_ratio, "<=", 3),
        Bar("save: median / bare", saves.ratio, "<=", 3),
        Bar("errors", starts.errors + saves.errors, "<=", 0),
        Bar("answers kept / acknowledged", kept / sent, ">=", 1),
        Bar("attempts begun / learners", Attempt.objects.filter(test=test).count() / everybody, "<=", 1),
    ]


class Rounds:
    """Of one kind of request and of its floor, in turn."""

    def __init__(self, name: str) -> None:
        self.name, self.sides = name, list[tuple[Side, Side]]()

    def add(self, floor: "Side", ours: "Side") -> None:
        self.sides.append((floor, ours))
        print(f"{len(ours.times)} {self.name}: {ours}; bare: {floor}; load {os.getloadavg()[0]:.1f}")

    @property
    def best(self) -> float:
        return min(ours.p95 for _floor, ours in self.sides)

    @property
    def p95_ratio(self) -> float:
        return statistics.median(ours.p95 / floor.p95 for floor, ours in self.sides)

    @property
    def ratio(self) -> float:
        return statistics.median(ours.median / floor.median for floor, ours in self.sides)

    @property
    def errors(self) -> int:
        return sum(floor.errors + ours.errors for floor, ours in self.sides)


# --- What there is --------------------------------------------------------------------------------------------------


def a_test() -> MockTest:
    course = Course.objects.create(
        track=Track.objects.get(slug="technology"), slug="bench", title="Bench", published_at=LONG_AGO
    )
    test = MockTest.objects.create(course=course, slug="final", title="Final", minutes=60, published_at=LONG_AGO)
    section = Section.objects.create(test=test)
    for number in range(QUESTIONS):
        question = Question.objects.create(course=course, kind="single", name=f"Question {number}")
        options = [{"id": f"o{number}{letter}", "text": f"Option {letter}"} for letter in "abcd"]
        version = QuestionVersion.objects.create(
            question=question, number=1, stem=f"What holds in case {number}?", body={"options": options}
        )
        key = {"options": {one["id"]: int(one is options[0]) for one in options}, "feedback": {}, "misconceptions": {}}
        version.revision = KeyRevision.objects.create(version=version, number=1, key=key)
        version.save()
        Question.objects.filter(pk=question.pk).update(current=version)
        Slot.objects.create(section=section, position=number, question=question)
    return test


def people(course: Course, count: int) -> list[User]:
    made = User.objects.bulk_create(User(email=f"bench{number}@example.org") for number in range(count))
    Enrollment.objects.bulk_create(Enrollment(learner=user, course=course) for user in made)
    return made


def signed_in(users: Sequence[User]) -> list[tuple[User, str]]:
    """Each with the cookies of a browser that has been here for a moment."""
    found = []
    for user in users:
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[signins.STARTED] = session[signins.USED] = time.time()
        session.create()
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        found.append((user, cookie))
    return found


def attempts_of(test: MockTest, cookies: Sequence[tuple[User, str]]) -> dict[int, object]:
    """User → attempt; those who did not begin in the race begin now."""
    return {user.pk: sitting.start(user, test).pk for user, _cookie in cookies}


# --- What happens ---------------------------------------------------------------------------------------------------


class Side:
    """What one rhythm of requests met with."""

    def __init__(self) -> None:
        self.times: list[float] = []  # milliseconds, from the moment when each should have gone out
        self.errors = 0

    @property
    def p95(self) -> float:
        return p95(sorted(self.times))

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    def __str__(self) -> str:
        times = sorted(self.times)
        return f"median {self.median:.0f} ms, p95 {self.p95:.0f} ms, longest {times[-1]:.0f} ms"


def get(path: str, cookie: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()


def post(path: str, cookie: str, body: str = "", kind: str = "application/json") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nX-CSRFToken: {TOKEN}\r\n"
    return f"{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def in_rhythm(port: int, asking: Sequence[tuple[float, Sequence[bytes], float]], expected: int) -> Side:
    """asking: of each learner when the first request goes out (seconds from now), the requests, and how far apart."""
    side, lock = Side(), threading.Lock()
    begin = time.perf_counter() + 0.5

    def run(offset: float, requests: Sequence[bytes], apart: float) -> None:
        client = None
        for number, request in enumerate(requests):
            due = begin + offset + number * apart
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                # Not before: a connection on which nothing comes yet would keep one of the server's threads waiting.
                client = client or Client(port, "/")
                client.requests = [request]
                status = client.ask()
            except OSError:
                status = 0
            with lock:
                side.times.append((time.perf_counter() - due) * 1000)
                side.errors += status != expected
        if client:
            client.connection.close()

    threads = [threading.Thread(target=run, args=one) for one in asking]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return side


def warm(port: int, test: MockTest, cookies: Sequence[tuple[User, str]]) -> None:
    """Both workers have seen every kind of request, by learners who count in nothing."""
    for _user, cookie in cookies[-20:]:
        for request in (get(LIKE_START, cookie), get(LIKE_SAVE, cookie), post(start_path(test), cookie)):
            client = Client(port, "/")
            client.requests = [request]
            client.ask()
            client.connection.close()


def start_path(test: MockTest) -> str:
    return f"/courses/{test.course.slug}/tests/{test.slug}/attempts/"


def starts_of(port: int, test: MockTest, cookies: Sequence[tuple[User, str]], within: float) -> tuple[Side, Side]:
    def rhythm(request: Callable[[str], bytes]) -> list[tuple[float, Sequence[bytes], float]]:
        return [
            (number * within / len(cookies), [request(cookie)], 0.0) for number, (_user, cookie) in enumerate(cookies)
        ]

    floor = in_rhythm(port, rhythm(lambda cookie: get(LIKE_START, cookie)), 200)
    return floor, in_rhythm(port, rhythm(lambda cookie: post(start_path(test), cookie)), 302)


def saves_of(
    port: int, cookies: Sequence[tuple[User, str]], begun: dict[int, object], seconds: float
) -> tuple[Side, Side]:
    chance = random.Random(SEED)
    offsets = [chance.uniform(0, EVERY) for _one in cookies]
    times = max(1, int(seconds / EVERY))

    def rhythm(requests: Callable[[User, str], Sequence[bytes]]) -> list[tuple[float, Sequence[bytes], float]]:
        pairs = zip(offsets, cookies, strict=True)
        return [(offset, requests(user, cookie), EVERY) for offset, (user, cookie) in pairs]

    def saves(user: User, cookie: str) -> list[bytes]:
        path = f"/attempts/{begun[user.pk]}/answers/"
        return [post(path, cookie, answer(slot, chance)) for slot in chance.sample(range(1, QUESTIONS + 1), times)]

    floor = in_rhythm(port, rhythm(lambda _user, cookie: [get(LIKE_SAVE, cookie)] * times), 200)
    return floor, in_rhythm(port, rhythm(saves), 200)


def answer(slot: int, chance: random.Random) -> str:
    value = {"slot": slot, "rev": 1, "value": f"o{slot - 1}{chance.choice('abcd')}", "seconds": 9}
    return json.dumps({"tab": "bench", "answers": [value]})
