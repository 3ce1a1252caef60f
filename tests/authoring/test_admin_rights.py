"""Who gets what in the admin: every page of every registered model, for every role."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import ForeignKey
from django.test import Client
from django.urls import reverse

from accounts.models import User
from courses.models import Chapter, Course, Lesson, Track
from enrollment.models import Enrollment
from jobs.models import Job
from lessons.models import Episode
from quizzes.models import Accommodation, Attempt, MockTest, PairFlag, ProblemReport, Question, RegradeRun, Section
from tests import factories
from tests.authoring.tests_desk import ABOUT_TESTS
from tests.cast import Cast

ROLES = ("visitor", "learner", "enrolled", "instructor", "outsider", "staff", "superuser")

# Page → status for an instructor of the object's course, an instructor of another course, and a superuser. Of the
# others a visitor is sent to log in (302) and everybody else gets 403.
OPEN = {"changelist": (200, 200, 200), "change": (200, 404, 200), "history": (200, 404, 200)}
CLOSED = dict.fromkeys(("changelist", "add", "change", "delete", "history"), (403, 403, 200))
KEPT = {"add": (403, 403, 403), "delete": (403, 404, 403)}
MATRIX = {
    Course: OPEN | {"add": (403, 403, 200), "delete": (403, 404, 200)},
    Lesson: OPEN | {"add": (200, 200, 200), "delete": (200, 404, 200)},
    Chapter: OPEN | {"add": (403, 403, 403), "delete": (200, 404, 200)},
    Episode: OPEN | {"add": (403, 403, 403), "delete": (200, 404, 200)},
    Enrollment: OPEN | {"add": (403, 403, 200), "delete": (403, 404, 403)},
    Track: CLOSED,
    User: CLOSED | {"delete": (403, 403, 403)},
    Job: CLOSED | {"add": (403, 403, 403), "delete": (403, 403, 403)},
    Question: OPEN | {"add": (200, 200, 200), "delete": (200, 404, 200)},
    MockTest: OPEN | {"add": (200, 200, 200), "delete": (200, 404, 200)},
    Section: OPEN | {"add": (403, 403, 403), "delete": (200, 404, 200)},
    Accommodation: OPEN | {"add": (200, 200, 200), "delete": (200, 404, 200)},
    Attempt: OPEN | KEPT,
    RegradeRun: OPEN | KEPT,
    ProblemReport: OPEN | KEPT,
    PairFlag: OPEN | KEPT,
}
SECRET = "Canary of the other course"


def object_of(cast: Cast, model: type) -> object:
    if model in ABOUT_TESTS:
        return ABOUT_TESTS[model](cast)
    return {
        Course: cast.course,
        Lesson: cast.lesson,
        Chapter: cast.lesson.chapter,
        Episode: cast.lesson.episodes.first(),
        Enrollment: Enrollment.objects.get(learner=cast.enrolled),
        Track: cast.course.track,
        User: cast.enrolled,
        Job: Job.objects.get_or_create(kind="tests.desk", subject="desk", queue="bulk", due_at=factories.LONG_AGO)[0],
    }[model]


def enter(client: Client, user: User | None) -> None:
    if user:
        client.force_login(user)


def address(model: type, page: str, obj: object) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=[] if page in {"changelist", "add"} else [quote(obj.pk)])


def status_for(role: str, row: tuple[int, int, int]) -> int:
    known = dict(zip(("instructor", "outsider", "superuser"), row, strict=True))
    return known.get(role, 302 if role == "visitor" else 403)


def test_every_registered_model_has_a_row():
    assert set(admin.site._registry) == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", MATRIX, ids=lambda model: model.__name__)
def test_pages_open_as_the_matrix_says(cast, client, model, role):
    enter(client, cast[role])
    obj = object_of(cast, model)
    answers = {page: client.get(address(model, page, obj)).status_code for page in MATRIX[model]}
    assert answers == {page: status_for(role, row) for page, row in MATRIX[model].items()}


@pytest.mark.parametrize("role", ["visitor", "learner", "enrolled", "outsider", "staff"])
@pytest.mark.parametrize("model", MATRIX, ids=lambda model: model.__name__)
def test_writing_is_closed_where_reading_is(cast, client, model, role):
    enter(client, cast[role])
    obj = object_of(cast, model)
    for page in ("change", "delete"):
        answer = client.post(address(model, page, obj), {"post": "yes", "title": "Taken over", "slug": "taken-over"})
        # Instructors of other courses may never learn that the object exists.
        assert answer.status_code == status_for(role, MATRIX[model][page])
    before = str(obj)
    obj.refresh_from_db()
    assert str(obj) == before


@pytest.mark.parametrize(
    ("role", "status"),
    [("visitor", 302), ("learner", 403), ("instructor", 200), ("outsider", 200), ("staff", 200), ("superuser", 200)],
)
def test_who_gets_to_the_first_page(cast, client, role, status):
    enter(client, cast[role])
    assert client.get(reverse("admin:index")).status_code == status


def test_reporting_staff_see_a_first_page_with_nothing_to_edit(cast, client):
    client.force_login(cast.staff)
    html = client.get(reverse("admin:index")).content.decode()
    assert "nothing here for you to edit" in html
    assert "/admin/courses/" not in html


def test_a_closed_account_keeps_nobody_in(cast, client):
    client.force_login(cast.instructor)
    User.objects.filter(pk=cast.instructor.pk).update(is_active=False)
    assert client.get(reverse("admin:index")).status_code == 302


def test_who_no_longer_teaches_is_out_at_the_next_request(cast, client):
    client.force_login(cast.instructor)
    cast.instructor.teachings.all().delete()
    assert client.get(address(Course, "change", cast.course)).status_code == 403


# --- Nothing of another's course shows anywhere ---


@pytest.fixture
def secret(cast):
    Course.objects.filter(pk=cast.course.pk).update(title=SECRET)
    Lesson.objects.filter(pk=cast.lesson.pk).update(title=SECRET)
    Chapter.objects.filter(course=cast.course).update(title=SECRET)
    Episode.objects.filter(lesson=cast.lesson).update(title=SECRET)
    User.objects.filter(pk=cast.enrolled.pk).update(display_name=SECRET)
    return cast


@pytest.mark.parametrize("model", [Course, Lesson, Chapter, Episode, Enrollment], ids=lambda model: model.__name__)
@pytest.mark.parametrize("query", ["", "?q=Canary", "?course={course}", "?e=1", "?state=published"])
def test_lists_show_only_ones_own(secret, client, model, query):
    page = address(model, "changelist", None) + query.format(course=secret.course.pk)
    client.force_login(secret.outsider)
    assert SECRET not in client.get(page, follow=True).content.decode()
    client.force_login(secret.superuser)
    if query != "?course={course}" or model in {Lesson, Enrollment}:
        assert SECRET in client.get(page, follow=True).content.decode()


@pytest.mark.parametrize(
    ("role", "model", "query"),
    [
        ("outsider", Lesson, "course__teachings__user__email__startswith=i"),
        ("outsider", Enrollment, "learner__password__startswith=p"),
        ("superuser", User, "password__startswith=p"),
    ],
)
def test_a_list_cannot_be_asked_for_what_it_does_not_show(cast, client, role, model, query):
    client.force_login(cast[role])
    assert client.get(f"{address(model, 'changelist', None)}?{query}").status_code == 400


def suggestions(client: Client, field: ForeignKey, term: str = "") -> tuple[int, list[str]]:
    asked = {"app_label": field.model._meta.app_label, "model_name": field.model._meta.model_name}
    answer = client.get(reverse("admin:autocomplete"), asked | {"field_name": field.name, "term": term})
    return answer.status_code, [one["text"] for one in answer.json()["results"]] if answer.status_code == 200 else []


def foreign_keys() -> list[ForeignKey]:
    fields = (field for model in apps.get_models() for field in model._meta.get_fields())
    return [field for field in fields if isinstance(field, ForeignKey)]


def test_suggestions_come_from_ones_own_courses_whichever_field_asks(secret, client):
    client.force_login(secret.outsider)
    mine = {course.title for course in Course.objects.taught_by(secret.outsider)}
    for field in foreign_keys():
        status, texts = suggestions(client, field)
        assert status in {200, 403, 404}, field
        assert SECRET not in str(texts), field
        if field.remote_field.model is Course and status == 200:
            assert set(texts) == mine


@pytest.mark.parametrize(("role", "status"), [("visitor", 302), ("learner", 403), ("staff", 403)])
def test_suggestions_are_closed_to_who_edits_nothing(cast, client, role, status):
    enter(client, cast[role])
    assert {suggestions(client, field)[0] for field in foreign_keys()} == {status}


def test_people_are_suggested_to_superusers_only(cast, client):
    learner = Enrollment._meta.get_field("learner")
    client.force_login(cast.instructor)
    assert suggestions(client, learner, "example.org") == (403, [])
    client.force_login(cast.superuser)
    status, texts = suggestions(client, learner, "enrolled@")
    assert status == 200
    assert texts == [f"{cast.enrolled.display_name} (enrolled@example.org)"]


def test_chapters_are_suggested_with_the_name_of_their_course(cast, client):
    client.force_login(cast.instructor)
    texts = suggestions(client, Lesson._meta.get_field("chapter"))[1]
    assert texts == [f"{cast.course.title} · {cast.lesson.chapter.title}"]


def test_the_detour_to_an_objects_page_is_gone(cast, client):
    client.force_login(cast.outsider)
    assert client.get(f"/admin/r/1/{cast.course.pk}/").status_code == 404


def test_history_of_an_own_object_tells_what_was_changed(cast, client):
    client.force_login(cast.instructor)
    chosen = {"action": "archive", "_selected_action": [cast.course.pk]}
    client.post(address(Course, "changelist", None), chosen)
    assert "Archived" in client.get(address(Course, "history", cast.course)).content.decode()


# --- Actions ---


@pytest.mark.parametrize("action", ["publish", "archive", "unarchive", "delete_selected"])
def test_an_action_never_reaches_anothers_rows(cast, client, action):
    own = factories.full_lesson(course=cast.outsider.teachings.get().course)
    Lesson.objects.update(archived_at=None if action == "archive" else factories.LONG_AGO)
    if action == "publish":
        Lesson.objects.update(published_at=None, archived_at=None)
    before = Lesson.objects.values().get(pk=cast.lesson.pk)
    client.force_login(cast.outsider)
    chosen = {"action": action, "_selected_action": [own.pk, cast.lesson.pk], "post": "yes"}
    client.post(address(Lesson, "changelist", None), chosen)
    assert Lesson.objects.values().get(pk=cast.lesson.pk) == before
    changed = Lesson.objects.filter(pk=own.pk).values("published_at", "archived_at").first()
    expected = {
        "publish": ("published_at", True),
        "archive": ("archived_at", True),
        "unarchive": ("archived_at", False),
    }
    if action == "delete_selected":
        assert changed is None
    else:
        moment, is_set = expected[action]
        assert bool(changed[moment]) is is_set


def test_instructors_cannot_end_enrolments_by_a_forged_action(cast, client):
    client.force_login(cast.instructor)
    enrolled = Enrollment.objects.get(learner=cast.enrolled)
    client.post(address(Enrollment, "changelist", None), {"action": "end", "_selected_action": [enrolled.pk]})
    enrolled.refresh_from_db()
    assert enrolled.left_at is None


def test_instructors_cannot_name_instructors(cast, client):
    client.force_login(cast.instructor)
    html = client.get(address(Course, "change", cast.course)).content.decode()
    assert 'name="teachings-0-user"' not in html
    assert cast.instructor.email in html
