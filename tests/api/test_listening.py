"""Audio, evidence, speed and bookmarks in the API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enrollment import seats
from lessons import reading
from lessons.models import Bookmark, Listening, Playback
from media.models import Asset
from tests import factories

pytestmark = pytest.mark.django_db
WHO = [("visitor", 401), ("learner", 403), ("enrolled", 200), ("instructor", 403), ("outsider", 403), ("staff", 403)]


@pytest.fixture
def audio(cast):
    return factories.ready_audio(cast.lesson, seconds=600)


@pytest.fixture
def visit(time_machine):
    """The token of an hour ago."""
    now = timezone.now()
    time_machine.move_to(now - timedelta(hours=1))
    token = reading.visit_token()
    time_machine.move_to(now)
    return token


def lesson(cast, name):
    return f"/api/v1/courses/{cast.course.slug}/lessons/{cast.lesson.slug}/{name}/"


def report(of_audio, opened, **fields):
    known = {"audio": of_audio.pk, "take": str(of_audio.asset.take_id), "device": "app", "seq": 1, "is_playing": True}
    return known | {"visit": opened, "elapsed": 3_500_000, "heard": [[0, 30]], "place": 30} | fields


# --- Audio ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["visitor", "learner", "outsider", "staff"])
def test_everybody_learns_what_there_is_and_gets_the_sample(cast, api, audio, who):
    data = api(who).get(lesson(cast, "audio")).json()
    (part,) = data["parts"]
    assert part == {
        "part": "conversation", "title": "Classroom conversation", "state": "ready", "can_be_heard": True,
        "seconds": 600,
    }  # fmt: skip
    assert (data["tracks"], data["rate"], data["visit"]) == ([], None, "")
    assert data["sample"]["seconds"] == 90
    assert "/audio/samples/" in data["sample"]["src"]
    assert data["sample"]["src"].startswith("http")


@pytest.mark.parametrize("who", ["enrolled", "instructor", "superuser"])
def test_the_enrolled_and_editors_get_all_of_it(cast, api, audio, who):
    data = api(who).get(lesson(cast, "audio")).json()
    (track,) = data["tracks"]
    assert (track["audio"], track["take"], track["percent"]) == (audio.pk, str(audio.asset.take_id), 0)
    assert [cue["text"] for cue in track["cues"]] == ["What happened?", "It got slower."]
    assert track["sources"][0]["src"].startswith("http")
    assert bool(data["visit"]) == (who == "enrolled")


def test_audio_that_is_being_made_is_told(cast, api, audio):
    Asset.objects.update(take=None, state="speaking")
    data = api("enrolled").get(lesson(cast, "audio")).json()
    assert data["parts"][0] | {"title": ""} == {
        "part": "conversation", "title": "", "state": "speaking", "can_be_heard": False, "seconds": None,
    }  # fmt: skip
    assert (data["tracks"], data["sample"]) == ([], None)


# --- Evidence -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "status"), WHO)
def test_only_the_enrolled_leave_evidence(cast, api, audio, visit, who, status):
    assert api(who).get(lesson(cast, "listening")).status_code == status
    answer = api(who).put(lesson(cast, "listening"), {"reports": [report(audio, visit)]})
    assert answer.status_code == status
    assert Listening.objects.count() == (who == "enrolled")


def test_what_was_heard_is_kept_and_found_again(cast, api, audio, visit):
    client = api("enrolled")
    answer = client.put(lesson(cast, "listening"), {"reports": [report(audio, visit)]}).json()
    assert (answer["accepted"], answer["refused"]) == ([1], [])
    (track,) = answer["tracks"]
    assert (track["heard"], track["heard_seconds"], track["percent"]) == ([[0, 30]], 30, 5)
    assert (track["place"]["seconds"], track["place"]["device"]) == (30, "app")
    assert client.get(lesson(cast, "listening")).json()["tracks"] == answer["tracks"]
    assert api("other").get(lesson(cast, "listening")).json()["tracks"][0]["heard"] == []


def test_a_program_says_when_by_its_own_clock_however_wrong(cast, api, audio, visit):
    wrong = timezone.now() - timedelta(days=400)
    late = report(audio, visit, heard=[[100, 130]], place=130, seq=2, at=(wrong - timedelta(minutes=5)).isoformat())
    early = report(audio, visit, at=(wrong - timedelta(minutes=30)).isoformat())
    for one in (late, early):
        del one["elapsed"]
    answer = api("enrolled").put(lesson(cast, "listening"), {"sent_at": wrong.isoformat(), "reports": [late, early]})
    (track,) = answer.json()["tracks"]
    assert (track["heard"], track["place"]["seconds"]) == ([[0, 30], [100, 130]], 130)
    minutes_ago = (timezone.now() - Listening.objects.get().place_at) / timedelta(minutes=1)
    assert minutes_ago == pytest.approx(5, abs=0.5)


@pytest.mark.parametrize(
    "fields",
    [{"sent_at": "2001-01-01T00:00:00Z"}, {"at": "2001-01-01T00:00:00Z"}, {}],
)
def test_a_report_without_a_time_is_refused(cast, api, audio, visit, fields):
    one = report(audio, visit)
    del one["elapsed"]
    sent = {"reports": [one | {name: fields[name] for name in fields if name == "at"}]}
    sent |= {name: fields[name] for name in fields if name == "sent_at"}
    answer = api("enrolled").put(lesson(cast, "listening"), sent)
    assert answer.status_code == 400
    assert "elapsed" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_times_at_the_ends_of_the_calendar_do_no_harm(cast, api, audio, visit, at):
    one = report(audio, visit, at=at)
    del one["elapsed"]
    for sent_at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        answer = api("enrolled").put(lesson(cast, "listening"), {"sent_at": sent_at, "reports": [one]})
        assert answer.status_code == 200


@pytest.mark.parametrize("body", [[], 7, "text", {}, {"reports": {}}, {"reports": [[]]}, {"reports": [{"heard": 1}]}])
def test_what_is_no_report_is_refused(cast, api, body):
    answer = api("enrolled").put(lesson(cast, "listening"), body)
    assert (answer.status_code, bool(answer.json()["errors"])) == (400, True)


# --- Speed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "status"), WHO)
def test_the_speed_is_the_enrolled_s_own(cast, api, who, status):
    address = f"/api/v1/courses/{cast.course.slug}/playback/"
    assert api(who).put(address, {"rate": 1.5}).status_code == status
    assert api(who).get(address).status_code == status
    assert Playback.objects.count() == (who == "enrolled")
    assert api("other").get(address).json() == {"rate": 1.0}


@pytest.mark.parametrize("rate", [0.49, 3.01, "fast", None, True, []])
def test_a_speed_that_is_none_is_refused(cast, api, rate):
    answer = api("enrolled").put(f"/api/v1/courses/{cast.course.slug}/playback/", {"rate": rate})
    assert answer.status_code == (200 if rate is True else 400)  # 1.0, to a reader of JSON


# --- Bookmarks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "status"), WHO)
def test_only_the_enrolled_make_bookmarks(cast, api, audio, who, status):
    answer = api(who).post("/api/v1/bookmarks/", {"audio": audio.pk, "seconds": 5})
    assert answer.status_code == (201 if status == 200 else status)
    assert Bookmark.objects.count() == (who == "enrolled")


def test_a_bookmark_is_made_once_and_is_its_maker_s_alone(cast, api, audio):
    client = api("enrolled")
    made = client.post("/api/v1/bookmarks/", {"audio": audio.pk, "seconds": 310})
    again = client.post("/api/v1/bookmarks/", {"audio": audio.pk, "seconds": 310})
    assert (made.status_code, again.status_code, made.json()) == (201, 200, again.json())
    assert (made.json()["words"], made.json()["seconds"]) == ("It got slower.", 310)
    address = made["Location"]
    assert client.get(address).json() == made.json()
    assert api("other").get(address).status_code == api("other").delete(address).status_code == 404
    assert [client.delete(address).status_code for _ in range(2)] == [204, 404]


def test_bookmarks_are_listed_newest_first_by_course_and_lesson(cast, api, audio):
    client = api("enrolled")
    for seconds in (50, 5):
        client.post("/api/v1/bookmarks/", {"audio": audio.pk, "seconds": seconds})
    for query in ("", f"?course={cast.course.slug}&lesson={cast.lesson.slug}"):
        found = client.get(f"/api/v1/bookmarks/{query}").json()["results"]
        assert [one["seconds"] for one in found] == [5, 50]
    assert client.get("/api/v1/bookmarks/?course=elsewhere").json()["results"] == []
    assert api("other").get("/api/v1/bookmarks/").json()["results"] == []


def test_audio_of_a_draft_cannot_be_bookmarked(cast, api):
    hidden = factories.ready_audio(factories.full_lesson(cast.course, published_at=None))
    answer = api("enrolled").post("/api/v1/bookmarks/", {"audio": hidden.pk, "seconds": 5})
    assert answer.status_code == 404


# --- Cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["audio", "listening"])
def test_ten_bookmarks_and_a_long_course_cost_what_one_costs(cast, api, audio, name):
    client = api("enrolled")

    def queries():
        client.get(lesson(cast, name))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(lesson(cast, name)).status_code == 200
        return len(captured)

    client.post("/api/v1/bookmarks/", {"audio": audio.pk, "seconds": 1})
    few = queries()
    for number in range(2, 12):
        client.post("/api/v1/bookmarks/", {"audio": audio.pk, "seconds": number})
        factories.ready_audio(factories.full_lesson(cast.course))
    assert queries() == few <= 12


def test_who_left_hears_and_keeps_nothing_more(cast, api, audio, visit):
    seats.leave(cast.enrolled, cast.course)
    client = api("enrolled")
    assert client.get(lesson(cast, "audio")).json()["tracks"] == []
    assert client.put(lesson(cast, "listening"), {"reports": [report(audio, visit)]}).status_code == 403
