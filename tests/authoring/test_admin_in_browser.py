"""The admin in a real browser under the real policy: its scripts work and nothing is blocked."""

import pytest
from django.urls import reverse

from courses.models import Lesson
from media.models import Asset, Source
from tests import factories
from tests.authoring.texts import wav
from tests.axe import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def enter(page, live_server, cast):
    """Signs somebody in; whatever the console complains about fails the test."""
    complaints, expected = [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def sign_in(role: str, *breaks: str):
        expected.extend(breaks)
        page.goto(f"{live_server.url}/account/login/?next=/admin/")
        page.fill("[name=login]", cast[role].email)
        page.fill("[name=password]", factories.PASSWORD)
        page.get_by_role("button", name="Log in").last.click()
        page.wait_for_url("**/admin/")
        return page

    yield sign_in
    assert [text for text in complaints if not any(each in text for each in expected)] == []


def test_an_instructor_writes_a_lesson_with_the_admins_scripts(enter, cast, live_server):
    page = enter("instructor")
    page.goto(f"{live_server.url}/admin/courses/lesson/add/")
    page.click(".field-chapter .select2-selection")
    page.fill(".select2-search__field", cast.lesson.chapter.title)
    page.locator(".select2-results__option--highlighted", has_text=cast.lesson.chapter.title).click()
    page.locator("[name=title]").press_sequentially("Queues and workers")
    assert page.input_value("[name=slug]") == "queues-and-workers"
    page.fill("[name=objective]", "Pass work on.")
    page.fill("[name=minutes]", "12")
    published = page.locator(".field-published_at")
    published.locator(".date-icon").click()
    page.locator(".calendarbox").first.get_by_text("Today").click()
    assert page.input_value("[name=published_at_0]")
    published.get_by_role("link", name="Now").first.click()
    page.click("#summaries-group summary")
    page.fill("[name=summaries-1-body]", "Work waits in a line.")
    page.click("#cards-group summary")
    page.click("#cards-group .add-row a")
    page.fill("[name=cards-0-front]", "Queue")
    page.fill("[name=cards-0-back]", "A line of work.")
    page.get_by_role("button", name="Save and go on editing").click()
    page.wait_for_url("**/change/")
    lesson = Lesson.objects.get(slug="queues-and-workers")
    assert lesson.summaries.get().tier == "medium"
    assert lesson.cards.get().back == "A line of work."
    page.click("#cards-group summary")
    page.check("[name=cards-0-DELETE]")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/courses/lesson/")
    assert not lesson.cards.exists()


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_fits_and_nothing_is_blocked(enter, cast, live_server, width):
    page = enter("superuser")
    page.set_viewport_size({"width": width, "height": 800})
    objects = [cast.course, cast.lesson, cast.lesson.episodes.first(), cast.enrolled, cast.course.track]
    addresses = [reverse("admin:index"), reverse("admin:courses_course_add"), reverse("admin:accounts_user_add")]
    for obj in objects:
        name = f"admin:{obj._meta.app_label}_{obj._meta.model_name}"
        addresses += [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[obj.pk])]
        addresses += [reverse(f"{name}_history", args=[obj.pk])]
    factories.ready_audio(cast.lesson)
    addresses += [reverse("admin:courses_lesson_audio", args=[cast.lesson.pk])]
    addresses += [reverse("admin:courses_lesson_audio_times", args=[cast.lesson.pk, "conversation"])]
    addresses += [reverse("admin:courses_lesson_delete", args=[cast.lesson.pk])]
    addresses += [reverse("admin:accounts_user_password", args=[cast.learner.pk])]
    for address in addresses:
        answer = page.goto(live_server.url + address, wait_until="networkidle")
        assert answer.status == 200, address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_recording_goes_on_after_the_connection_broke_and_after_a_reload(enter, cast, live_server, tmp_path):
    page = enter("instructor", "503")
    address = live_server.url + reverse("admin:courses_lesson_audio", args=[cast.lesson.pk])
    file = tmp_path / "talk.wav"
    file.write_bytes(wav("x" * 9_000_000))
    pieces = "**/conversation/pieces/*-*/"
    offsets = []

    def note(route):
        offset = route.request.headers.get("upload-offset")
        offsets.append(offset)
        # The second piece breaks once: the module waits a second and sends it again.
        if offsets.count(offset) == 1 and len(offsets) == 2:
            return route.fulfill(status=503)
        # The third is on its way when the author closes the page.
        return route.abort("aborted") if stuck and offset == "8388608" else route.continue_()

    stuck = True
    page.route(pieces, note)
    page.goto(address)
    page.set_input_files("#recording-conversation", file)
    page.locator("recording-upload").first.get_by_role("button", name="Upload").click()
    page.get_by_text("The connection is gone").wait_for()
    while "8388608" not in offsets:
        page.wait_for_timeout(50)
    assert offsets[:3] == ["0", "4194304", "4194304"]
    stuck = False
    page.goto(address)
    offsets[:] = ["", "", ""]
    page.set_input_files("#recording-conversation", file)
    with page.expect_navigation():
        page.locator("recording-upload").first.get_by_role("button", name="Upload").click()
    page.get_by_text("The recording is here").wait_for()
    assert "0" not in offsets
    asset = Asset.objects.get(source=Source.UPLOAD)
    assert (asset.recording_bytes, asset.recording_name) == (file.stat().st_size, "talk.wav")
    assert findings(page) == []
