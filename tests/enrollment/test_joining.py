"""Enrolling: through the gate as a visitor, by one button as a learner; full, closed and own courses."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from courses.models import Course
from enrollment import seats
from enrollment.models import Enrollment
from tests import factories

BLOCK = "/courses/pools/sizes/listen/#b-abc"
JOIN = f"/courses/pools/join/?next={quote(BLOCK)}"


@pytest.fixture
def course(db):
    lesson = factories.LessonFactory(slug="sizes", chapter__course__slug="pools", chapter__course__title="Worker pools")
    return lesson.course


@pytest.fixture
def learner(db):
    return factories.UserFactory(email="ada@example.org")


def is_enrolled(course, email="ada@example.org"):
    return Enrollment.objects.active().filter(course=course, learner__email=email).exists()


def follow(client, response):
    """Redirects as a browser takes them; returns the last address, fragment included."""
    address = ""
    while response.status_code in (302, 303):
        address = response["Location"]
        response = client.get(address)
    assert response.status_code == 200
    return address


def test_a_visitor_signs_up_and_stands_enrolled_at_the_very_block(client, course):
    sign_up = client.get(JOIN)["Location"]
    assert sign_up == f"/account/signup/?next={quote(JOIN, safe='')}"
    page = client.get(sign_up).content.decode()
    assert f'name="next" value="{JOIN}"' in page
    assert f"/account/login/?next={quote(JOIN, safe='')}" in page, "who has an account keeps the way too"
    form = {"email": "new@example.org", "password1": factories.PASSWORD, "next": JOIN}
    response = client.post("/account/signup/", form)
    assert is_enrolled(course, "new@example.org")
    assert follow(client, response) == BLOCK


def test_a_visitor_with_an_account_logs_in_and_stands_at_the_very_block(client, course, learner):
    response = client.post("/account/login/", {"login": learner.email, "password": factories.PASSWORD, "next": JOIN})
    assert is_enrolled(course)
    assert follow(client, response) == BLOCK


def test_signing_in_elsewhere_enrols_nobody(client, course, learner):
    for address in (BLOCK, "/learn/", "/courses/pools/", "/courses/nowhere/join/", "/courses/pools/enrollment/"):
        client.logout()
        client.post("/account/login/", {"login": learner.email, "password": factories.PASSWORD, "next": address})
    assert not Enrollment.objects.exists()


def test_one_click_enrols_and_goes_on(client, course, learner):
    client.force_login(learner)
    page = client.get(JOIN).content.decode()
    assert "Enrol in Worker pools" in page
    assert f'name="next" value="{BLOCK}"' in page
    assert not Enrollment.objects.exists(), "asking is not enrolling"
    response = client.post(reverse("enrollment:enrollment", args=["pools"]), {"next": BLOCK})
    assert (response.status_code, response["Location"]) == (303, BLOCK)
    assert is_enrolled(course)
    assert "You are enrolled in Worker pools." in client.get("/courses/pools/").content.decode()


def test_a_double_click_is_one_enrolment(client, course, learner):
    client.force_login(learner)
    for _click in range(2):
        assert client.post("/courses/pools/enrollment/", {"next": BLOCK}).status_code == 303
    assert Enrollment.objects.count() == 1
    course.refresh_from_db()
    assert course.seats_taken == 1
    assert client.get(JOIN)["Location"] == BLOCK


@pytest.mark.parametrize(
    ("where", "header", "value"),
    [
        ("http://testserver/courses/pools/", "HX-Redirect", BLOCK),
        # The same page at another block: going there would load nothing.
        ("http://testserver/courses/pools/sizes/listen/?tier=basic", "HX-Refresh", "true"),
    ],
)
def test_htmx_is_sent_on_too(client, course, learner, where, header, value):
    client.force_login(learner)
    headers = {"HX-Request": "true", "HX-Current-URL": where}
    response = client.post("/courses/pools/enrollment/", {"next": BLOCK}, headers=headers)
    assert response.headers[header] == value
    assert is_enrolled(course)


FULL, CLOSED = {"seats": 3, "seats_taken": 3}, {"seats": 0}


@pytest.mark.parametrize(("state", "words"), [(FULL, "No seats left"), (CLOSED, "Enrolment is closed")])
def test_without_a_seat_it_says_so_and_offers_reading_on(client, course, learner, state, words):
    Course.objects.filter(pk=course.pk).update(**state)
    for who in (None, learner):
        if who:
            client.force_login(who)
        html = client.get(JOIN).content.decode()
        assert words in html
        assert "Reading stays free" in html
        assert f'href="{BLOCK}"' in html
        assert '<form class="gate__actions"' not in html
    refused = client.post("/courses/pools/enrollment/", {"next": BLOCK})
    assert refused.status_code == 409
    assert words in refused.content.decode()
    part = client.post("/courses/pools/enrollment/", {"next": BLOCK}, headers={"HX-Request": "true"})
    assert part.status_code == 409
    assert part.content.decode().lstrip().startswith("<section")
    assert not Enrollment.objects.exists()


def test_seats_gone_while_signing_up_are_told_on_arrival(client, course):
    Course.objects.filter(pk=course.pk).update(**FULL)
    form = {"email": "new@example.org", "password1": factories.PASSWORD, "next": JOIN}
    response = client.get(client.post("/account/signup/", form)["Location"])
    assert "No seats left" in response.content.decode()
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize(
    ("who", "get", "post"),
    [
        ("visitor", 302, 303),
        ("learner", 200, 303),
        ("enrolled", 302, 303),
        ("other", 302, 303),
        ("instructor", 302, 403),
        ("outsider", 200, 303),
        ("staff", 200, 303),
        ("superuser", 200, 303),
    ],
)
def test_what_each_role_gets(cast, client, who, get, post):
    if cast[who]:
        client.force_login(cast[who])
    before = Enrollment.objects.count()
    assert client.get(reverse("enrollment:join", args=[cast.course.slug])).status_code == get
    response = client.post(reverse("enrollment:enrollment", args=[cast.course.slug]))
    assert response.status_code == post
    enrols = who in ("learner", "outsider", "staff", "superuser")
    assert Enrollment.objects.count() == before + enrols
    if who == "instructor":
        assert "This is your own course" in response.content.decode()
    if who == "visitor":
        assert response["Location"].startswith(f"/courses/{cast.course.slug}/join/")


@pytest.mark.parametrize("state", [{"published_at": None}, {"archived_at": factories.LONG_AGO}])
def test_hidden_courses_cannot_be_joined(client, course, learner, state):
    Course.objects.filter(pk=course.pk).update(**state)
    assert client.get(JOIN).status_code == 404
    client.post("/account/login/", {"login": learner.email, "password": factories.PASSWORD, "next": JOIN})
    assert client.get(JOIN).status_code == 404
    assert client.post("/courses/pools/enrollment/").status_code == 404
    assert not Enrollment.objects.exists()


AWAY = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "///evil.example",
    "http:evil",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "/\t/evil.example",
    "\x00//evil.example",
]


@pytest.mark.parametrize("address", AWAY)
def test_nobody_is_sent_to_another_site(client, course, learner, address):
    client.force_login(learner)
    assert client.post("/courses/pools/enrollment/", {"next": address})["Location"] == "/courses/pools/"
    assert client.get("/courses/pools/join/", {"next": address})["Location"] == "/courses/pools/"


def test_encoded_slashes_stay_a_path(client, course, learner):
    client.force_login(learner)
    response = client.post("/courses/pools/enrollment/", {"next": "/%2F%2Fevil.example"})
    assert response["Location"] == "/%2F%2Fevil.example"


def test_a_get_enrols_nobody_and_a_post_needs_the_token(course, learner, client):
    client.force_login(learner)
    response = client.get("/courses/pools/enrollment/", {"next": BLOCK})
    assert (response.status_code, response["Location"]) == (303, f"/courses/pools/join/?next={quote(BLOCK, safe='')}")
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(learner)
    assert strict.post("/courses/pools/enrollment/").status_code == 403
    assert not Enrollment.objects.exists()


def test_returning_finds_the_same_row(course, learner):
    seats.enroll(learner, course)
    row = Enrollment.objects.get()
    seats.leave(learner, course)
    assert seats.enroll(learner, course) is seats.Outcome.ENROLLED
    assert Enrollment.objects.get().pk == row.pk
