import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser, Page, StorageState, expect

from accounts.models import User
from courses.models import Course, Lesson
from lessons import audio
from lessons.models import LessonAudio
from quizzes.models import Attempt
from tests import factories
from tests.journeys import papers, steps
from tests.journeys.hearing import EMAIL, LENGTH, LISTEN
from tests.journeys.site import Site
from tests.journeys.watch import watch
from tests.media import sounds

expect.set_options(timeout=15_000)  # ms: machines that run tests are busy


@dataclass(frozen=True)
class Screen:
    width: int
    height: int
    scheme: str
    is_touched: bool

    def options(self) -> dict[str, Any]:
        return {
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": self.scheme,
            "has_touch": self.is_touched,
        }


PHONE_DARK = Screen(390, 844, "dark", True)
DESK_LIGHT = Screen(1280, 900, "light", False)


@pytest.fixture(params=[PHONE_DARK, DESK_LIGHT], ids=["phone in the dark", "desk by daylight"])
def screen(request: pytest.FixtureRequest) -> Screen:
    return request.param


@pytest.fixture
def open_browser(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A watched page in a browser of its own: nothing kept from any other. Takes the options of a context."""
    contexts = []

    def begin(**options: Any) -> Page:
        contexts.append(browser.new_context(**options))
        return watch(contexts[-1].new_page())

    yield begin
    for context in contexts:
        context.close()


@pytest.fixture
def concurrency(transactional_db: None) -> Course:
    """The demo course about concurrency, as its folder tells it."""
    call_command("import_course", settings.ROOT / "demo/python-concurrency", verbosity=0)
    return Course.objects.get(slug="python-concurrency")


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An m4a as the platform makes them."""
    folder = tmp_path_factory.mktemp("sound")
    wav = sounds.write(folder / "voice.wav", sounds.speech(LENGTH))
    return sounds.convert(wav, folder / "voice.m4a", "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart")


@pytest.fixture
def audible(concurrency: Course, sound: Path) -> Course:
    """The course about concurrency; its first two lessons can be heard."""
    for lesson in Lesson.objects.filter(course=concurrency).in_order()[:2]:
        for part in LessonAudio.Part.values:
            if known := LessonAudio.objects.filter(lesson=lesson, part=part).first():
                factories.take_of(known.asset, audio.scripts_of(lesson)[part], seconds=LENGTH, file=sound)
            else:
                factories.ready_audio(lesson, part, seconds=LENGTH, file=sound)
    return concurrency


@pytest.fixture
def listener(audible: Course) -> User:
    user: User = factories.UserFactory(email=EMAIL)
    user.set_password(steps.PASSWORD)
    user.save()
    factories.EnrollmentFactory(learner=user, course=audible)
    return user


@pytest.fixture
def enter(open_browser: Callable[..., Page], live_server: Any, listener: User) -> Callable[..., Page]:
    """A browser of their own for the learner, at an address."""

    def at(address: str = LISTEN, **options: Any) -> Page:
        page = open_browser(**(DESK_LIGHT.options() | options))
        steps.log_in(page, live_server.url, EMAIL)
        page.goto(live_server.url + address)
        return page

    return at


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy with the demo as script/server runs it: SQLite in a fresh folder, joined and hashed static files."""
    folder = tmp_path_factory.mktemp("site")
    running = Site(folder / "data")
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def enrolled_state(site: Site, browser: Browser) -> StorageState:
    """The cookies of the demo's learner, enrolled in the course about concurrency: for pages of their own browsers."""
    context = browser.new_context()
    page = context.new_page()
    steps.log_in(page, site.url, *site.sign_in("learner"))
    page.goto(f"{site.url}/courses/python-concurrency/join/")
    page.get_by_role("button", name="Enrol for free").click()
    page.wait_for_url("**/courses/python-concurrency/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def attempt(transactional_db: None) -> Attempt:
    """A mock test of ten questions, begun a moment ago by SITTER."""
    test = papers.mock_test(factories.CourseFactory(slug="concurrency", title="Concurrency"))
    learner: User = factories.UserFactory(email=papers.SITTER)
    learner.set_password(steps.PASSWORD)
    learner.save()
    return factories.open_attempt(learner, test)


@pytest.fixture
def sit(open_browser: Callable[..., Page], live_server: Any, attempt: Attempt) -> Callable[..., Page]:
    """The page of a question in a browser of its own, its learner signed in."""

    def at(number: int = 1, **options: Any) -> Page:
        page = open_browser(**(DESK_LIGHT.options() | options))
        steps.log_in(page, live_server.url, papers.SITTER)
        page.goto(live_server.url + papers.address(attempt, number))
        papers.ready(page)
        return page

    return at
