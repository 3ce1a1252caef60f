"""People and enrolments in the admin: for superusers; a roster for instructors."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import REPORTING_GROUP, User
from courses.models import Course
from enrollment.models import Enrollment
from tests import factories
from tests.authoring.adminforms import filled

PEOPLE = "/admin/accounts/user/"
ENROLMENTS = "/admin/enrollment/enrollment/"


def page_of(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


@pytest.fixture
def boss(cast, client):
    client.force_login(cast.superuser)
    return client


# --- People ---


def test_a_new_account_can_log_in(cast, boss, client):
    data = {"email": "New.Person@example.org", "display_name": "New", "password": "three plain words"}
    assert boss.post(f"{PEOPLE}add/", data).status_code == 302
    client.logout()
    client.post(reverse("account_login"), {"login": "new.person@example.org", "password": "three plain words"})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="new.person@example.org").pk)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "ENROLLED@example.org"}, "already"),
        ({"password": "short"}, "at least 8"),
        ({"password": "new.person@example.org"}, "too similar"),
    ],
)
def test_a_new_account_that_cannot_be_is_refused(boss, changes, words):
    data = {"email": "new.person@example.org", "display_name": "New", "password": "three plain words"}
    answer = boss.post(f"{PEOPLE}add/", data | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_no_page_shows_a_hash_or_a_secret(cast, boss):
    for address in (PEOPLE, page_of(cast.enrolled), f"{page_of(cast.enrolled)[:-7]}password/"):
        html = boss.get(address).content.decode()
        assert cast.enrolled.password not in html
        assert "md5$" not in html


def test_pages_of_packages_are_not_registered():
    ours = {"accounts", "courses", "enrollment", "jobs", "lessons", "quizzes"}
    assert {model._meta.app_label for model in admin.site._registry} == ours


def test_the_key_to_the_admin_follows_the_rights(cast, boss):
    page = page_of(cast.learner)
    group = Group.objects.get(name=REPORTING_GROUP)
    boss.post(page, filled(boss, page) | {"groups": [group.pk]})
    cast.learner.refresh_from_db()
    assert cast.learner.is_staff
    assert cast.learner.is_reporting
    boss.post(page, {key: value for key, value in filled(boss, page).items() if key != "groups"})
    cast.learner.refresh_from_db()
    assert not cast.learner.is_staff


def test_the_flag_itself_cannot_be_forged(cast, boss):
    page = page_of(cast.learner)
    boss.post(page, filled(boss, page) | {"is_staff": "on", "password": "md5$forged", "user_permissions": ["1"]})
    before = cast.learner.password
    cast.learner.refresh_from_db()
    assert not cast.learner.is_staff
    assert cast.learner.password == before
    assert not cast.learner.user_permissions.exists()


def test_a_changed_address_is_the_only_one_that_opens_the_account(cast, boss):
    EmailAddress.objects.create(user=cast.learner, email=cast.learner.email, primary=True, verified=True)
    page = page_of(cast.learner)
    assert boss.post(page, filled(boss, page, email="moved@example.org")).status_code == 302
    assert [(one.email, one.primary) for one in cast.learner.emailaddress_set.all()] == [("moved@example.org", True)]


def test_superusers_cannot_lock_themselves_out(cast, boss):
    page = page_of(cast.superuser)
    boss.post(page, {key: value for key, value in filled(boss, page).items() if not key.startswith("is_")})
    cast.superuser.refresh_from_db()
    assert cast.superuser.is_active
    assert cast.superuser.is_superuser


def test_a_closed_account_is_out_at_once(cast, boss, client):
    page = page_of(cast.enrolled)
    boss.post(page, {key: value for key, value in filled(boss, page).items() if key != "is_active"})
    client.force_login(cast.enrolled)
    assert client.get(reverse("study:learn")).status_code == 302


def test_a_password_is_set_and_ends_the_sign_ins(cast, boss, client):
    client_of_learner = type(client)()
    client_of_learner.force_login(cast.learner)
    address = reverse("admin:accounts_user_password", args=[cast.learner.pk])
    assert boss.get(address).status_code == 200
    assert boss.post(address, {"password": "password"}).status_code == 422
    assert boss.post(address, {"password": "three plain words"}).status_code == 302
    cast.learner.refresh_from_db()
    assert cast.learner.check_password("three plain words")
    assert client_of_learner.get(reverse("study:learn")).status_code == 302
    history = boss.get(reverse("admin:accounts_user_history", args=[cast.learner.pk])).content.decode()
    assert "A new password was set" in history
    assert "three plain words" not in history


@pytest.mark.parametrize(("role", "status"), [("visitor", 302), ("learner", 403), ("instructor", 403), ("staff", 403)])
def test_only_superusers_set_passwords(cast, client, role, status):
    if cast[role]:
        client.force_login(cast[role])
    address = reverse("admin:accounts_user_password", args=[cast.superuser.pk])
    assert client.get(address).status_code == status
    assert client.post(address, {"password": "three plain words"}).status_code == status
    cast.superuser.refresh_from_db()
    assert cast.superuser.check_password(factories.PASSWORD)


@pytest.mark.parametrize(
    ("role", "found"),
    [("instructor", {"instructor", "outsider"}), ("reporting", {"staff"}), ("superuser", {"superuser"})],
)
def test_people_are_found_by_role(cast, boss, role, found):
    rows = boss.get(f"{PEOPLE}?role={role}").context_data["cl"].result_list
    assert {one.email.partition("@")[0] for one in rows} == found


def test_changing_ones_own_password_is_done_where_everybody_does_it(cast, boss):
    assert boss.get(reverse("admin:password_change")).url == reverse("account_change_password")


def test_logging_out_of_the_admin_leads_home(cast, boss):
    assert boss.post(reverse("admin:logout")).url == reverse("courses:home")
    assert "_auth_user_id" not in boss.session


# --- Enrolments ---


def enrol(boss, user: User, course: Course):
    return boss.post(f"{ENROLMENTS}add/", {"learner": user.pk, "course": course.pk})


def test_enrolling_somebody_takes_a_seat(cast, boss):
    assert enrol(boss, cast.learner, cast.course).status_code == 302
    assert Enrollment.objects.active().filter(learner=cast.learner, course=cast.course).exists()
    cast.course.refresh_from_db()
    assert cast.course.seats_taken == 3


@pytest.mark.parametrize(
    ("role", "seats", "words"),
    [
        ("enrolled", None, "enrolled already"),
        ("learner", 2, "No seat is free"),
        ("learner", 0, "takes nobody in"),
        ("instructor", None, "teaches the course"),
    ],
)
def test_an_enrolment_that_cannot_be_says_why(cast, boss, role, seats, words):
    Course.objects.filter(pk=cast.course.pk).update(seats=seats)
    answer = enrol(boss, cast[role], cast.course)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    cast.course.refresh_from_db()
    assert cast.course.seats_taken == 2


def test_ending_gives_seats_back_keeps_the_rows_and_can_be_undone(cast, boss):
    rows = Enrollment.objects.filter(course=cast.course)
    answer = boss.post(ENROLMENTS, {"action": "end", "_selected_action": [one.pk for one in rows]}, follow=True)
    assert "Ended 2 enrolments" in answer.content.decode()
    cast.course.refresh_from_db()
    assert (rows.count(), rows.active().count(), cast.course.seats_taken) == (2, 0, 0)
    assert enrol(boss, cast.enrolled, cast.course).status_code == 302
    cast.course.refresh_from_db()
    assert (rows.count(), rows.active().count(), cast.course.seats_taken) == (2, 1, 1)


def test_an_instructor_reads_the_roster_and_changes_nothing(cast, client):
    client.force_login(cast.instructor)
    html = client.get(ENROLMENTS).content.decode()
    assert "enrolled@example.org" in html
    enrolled = Enrollment.objects.get(learner=cast.enrolled)
    page = reverse("admin:enrollment_enrollment_change", args=[enrolled.pk])
    assert "enrolled@example.org" in client.get(page).content.decode()
    assert client.post(page, {"learner": cast.learner.pk}).status_code == 403
    assert "/admin/accounts/" not in client.get(page).content.decode()
