import pytest

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


def test_one_reads_ones_own_profile(cast, api):
    mine = api("learner").get(ME).json()
    assert (mine["email"], mine["tier"], mine["playback_rate"]) == ("learner@example.org", "medium", 1.0)
    assert not {"password", "is_staff", "is_superuser", "id"} & mine.keys()


def test_only_what_is_sent_changes(cast, api):
    changed = api("learner").patch(ME, {"tier": "basic", "playback_rate": 1.25, "time_zone": "Europe/Berlin"}).json()
    assert (changed["tier"], changed["playback_rate"], changed["time_zone"]) == ("basic", 1.25, "Europe/Berlin")
    cast.learner.refresh_from_db()
    assert (cast.learner.tier, cast.learner.theme) == ("basic", "system")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tier", "huge"),
        ("time_zone", "Mars/Base"),
        ("time_zone", "../../etc/passwd"),
        ("locale", "xx"),
        ("playback_rate", 9),
        ("playback_rate", "NaN"),
        ("playback_rate", 0.1),
        ("display_name", "x" * 81),
        ("display_name", "a\0b"),
        ("display_name", None),
        ("shortcuts_on", "perhaps"),
        ("theme", {"dark": True}),
    ],
)
def test_a_value_that_makes_no_sense_is_named(cast, api, field, value):
    answer = api("learner").patch(ME, {field: value})
    assert (answer.status_code, {error["field"] for error in answer.json()["errors"]}) == (400, {field})


def test_visitors_have_no_profile(api):
    assert api().get(ME).status_code == 401
    assert api().patch(ME, {}).status_code == 401
