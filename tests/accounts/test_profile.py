import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

pytestmark = pytest.mark.django_db

TYPED = {
    "display_name": "Ada L.",
    "time_zone": "Europe/Berlin",
    "locale": "en",
    "theme": "dark",
    "tier": "detailed",
    "text_size": "l",
    "reading_font": "atkinson",
    "playback_rate": "1.25",
    "shortcuts_on": "on",
}


@pytest.fixture
def signed_in(client, learner):
    client.force_login(learner)
    return client


def test_a_visitor_is_sent_to_log_in(client):
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_all_of_a_profile_is_saved(signed_in, learner):
    answer = signed_in.post("/account/", TYPED)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    learner.refresh_from_db()
    assert {name: str(getattr(learner, name)) for name in TYPED} == TYPED | {"shortcuts_on": "True"}
    assert "Saved." in signed_in.get("/account/").content.decode()


def test_the_page_wears_what_was_chosen(signed_in):
    signed_in.post("/account/", TYPED)
    page = signed_in.get("/account/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-text-size="l"' in page
    assert 'data-font="atkinson"' in page


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("time_zone", "Mars/Olympus", "Mars/Olympus” is not a time zone"),
        ("time_zone", "../etc/passwd", "is not a time zone"),
        ("playback_rate", "9", "less than or equal to 3"),
        ("theme", "pink", "Select a valid choice"),
        ("locale", "tlh", "Select a valid choice"),
        ("display_name", "x" * 81, "at most 80 characters"),
    ],
)
def test_a_wrong_value_comes_back_beside_its_field(signed_in, learner, field, value, message):
    answer = signed_in.post("/account/", TYPED | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert f'id="id_{field}_error"' in page
    if field != "display_name":
        assert 'value="Ada L."' in page
    learner.refresh_from_db()
    assert learner.display_name == "Ada"


def test_a_refused_name_does_not_show_in_the_bar(signed_in):
    page = signed_in.post("/account/", TYPED | {"display_name": "Nobody", "theme": "pink"}).content.decode()
    assert "Account of Ada" in page


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_time_zone_is_found_by_its_city(signed_in, learner, typed, stored):
    signed_in.post("/account/", TYPED | {"time_zone": typed})
    learner.refresh_from_db()
    assert learner.time_zone == stored


def test_time_zones_are_offered_but_never_as_a_long_select(signed_in):
    page = signed_in.get("/account/").content.decode()
    assert 'list="time-zones"' in page
    assert '<option value="Asia/Kolkata">' in page
    assert "Etc/GMT" not in page


def test_pages_count_in_the_learners_own_time(signed_in, learner):
    learner.time_zone = "Asia/Tokyo"
    learner.save()
    signed_in.get("/account/")
    try:
        assert str(timezone.get_current_timezone()) == "Asia/Tokyo"
    finally:
        timezone.deactivate()


def test_only_what_changed_is_written(signed_in, learner):
    signed_in.get("/account/")
    User.objects.filter(pk=learner.pk).update(is_staff=True)
    signed_in.post("/account/", TYPED | {"is_staff": "", "is_superuser": "on", "email": "new@example.org"})
    learner.refresh_from_db()
    assert (learner.is_staff, learner.is_superuser, learner.email) == (True, False, "ada@example.org")


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("theme", "dark", "dark"),
        ("tier", "basic", "basic"),
        ("text_size", "xl", "xl"),
        ("reading_font", "sans", "sans"),
        ("playback_rate", "1.5", "1.50"),
        ("shortcuts_on", "false", "False"),
        ("time_zone", "Europe/Paris", "Europe/Paris"),
    ],
)
def test_a_switch_on_another_page_stores_one_preference(signed_in, learner, name, value, stored):
    assert signed_in.post("/account/preference/", {name: value}).status_code == 204
    learner.refresh_from_db()
    assert str(getattr(learner, name)) == stored


@pytest.mark.parametrize(
    "data", [{"theme": "pink"}, {"is_staff": "on"}, {"email": "x@example.org"}, {"display_name": "x"}, {}]
)
def test_other_names_and_values_are_no_preferences(signed_in, learner, data):
    before = User.objects.filter(pk=learner.pk).values().get()
    answer = signed_in.post("/account/preference/", data)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert User.objects.filter(pk=learner.pk).values().get() == before


def test_a_switch_without_javascript_comes_back_to_its_page(signed_in):
    answer = signed_in.post("/account/preference/", {"tier": "basic", "next": "/courses/a/b/"})
    assert (answer.status_code, answer["Location"]) == (302, "/courses/a/b/")
    answer = signed_in.post("/account/preference/", {"tier": "basic", "next": "//evil.example"})
    assert answer["Location"] == "/"


def test_a_preference_is_never_changed_by_a_link(signed_in):
    assert signed_in.get(reverse("accounts:preference"), {"theme": "dark"}).status_code == 405


def test_a_visitor_has_no_stored_preferences(client):
    assert client.post("/account/preference/", {"theme": "dark"}).status_code == 302


def test_the_profile_costs_few_queries(signed_in, django_assert_max_num_queries):
    signed_in.get("/account/")
    with django_assert_max_num_queries(4):
        signed_in.get("/account/")
