import pytest

from lessons import blocks
from lessons.models import Reading

pytestmark = pytest.mark.django_db


def address(cast):
    return f"/api/v1/courses/{cast.course.slug}/lessons/{cast.lesson.slug}/place/"


@pytest.fixture
def keys(cast):
    return list(blocks.of(cast.lesson).words)


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 401), ("learner", 403), ("enrolled", 200), ("instructor", 403), ("outsider", 403), ("staff", 403)],
)
def test_only_the_enrolled_have_a_place(cast, api, keys, who, status):
    assert api(who).get(address(cast)).status_code == status
    assert api(who).put(address(cast), {"key": keys[0]}).status_code == status
    assert Reading.objects.count() == (who == "enrolled")


def test_a_place_is_kept_and_found_again(cast, api, keys):
    client = api("enrolled")
    assert client.get(address(cast)).json()["key"] is None
    kept = client.put(address(cast), {"key": keys[1], "read": keys[:2]}).json()
    assert (kept["key"], kept["read"]) == (keys[1], keys[:2])
    assert 0 < kept["percent"] < 100
    assert kept["url"].endswith(f"#b-{keys[1]}")
    assert client.get(address(cast)).json() == kept


def test_what_was_read_only_grows(cast, api, keys):
    client = api("enrolled")
    client.put(address(cast), {"read": keys[:2]})
    kept = client.put(address(cast), {"read": [keys[3]]}).json()
    assert kept["read"] == [*keys[:2], keys[3]]
    assert kept["key"] is None


def test_unknown_blocks_are_left_out_but_no_place(cast, api, keys):
    client = api("enrolled")
    assert client.put(address(cast), {"read": ["nonsense", keys[0]]}).json()["read"] == [keys[0]]
    answer = client.put(address(cast), {"key": "nonsense"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "key")


@pytest.mark.parametrize(
    "body",
    [
        {"key": "x" * 13},
        {"key": "\0"},
        {"key": None},
        {"read": ["a"] * 2001},
        {"read": "abc"},
        {"read": [{}]},
        [],
        "text",
        7,
    ],
)
def test_a_report_that_makes_no_sense_is_refused(cast, api, body):
    answer = api("enrolled").put(address(cast), body)
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_two_learners_have_two_places(cast, api, keys):
    api("enrolled").put(address(cast), {"key": keys[2], "read": keys})
    assert api("other").get(address(cast)).json()["read"] == []
