"""What the player asks and reports, as JSON."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from enrollment import seats
from lessons import blocks, listening, reading
from lessons.models import Bookmark, Listening, Playback
from study.models import Note
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def audio(cast):
    return factories.ready_audio(cast.lesson, seconds=600)


@pytest.fixture
def learner(cast, client):
    client.force_login(cast.enrolled)
    return client


def route(cast, name, *more):
    first = [cast.course.slug] if name in ("queue", "rate") else [cast.course.slug, cast.lesson.slug]
    return reverse(f"study:{name}", args=[*first, *more])


@pytest.fixture
def visit(time_machine):
    """The token of a page that has been open for an hour."""
    now = timezone.now()
    time_machine.move_to(now - timedelta(hours=1))
    token = reading.visit_token()
    time_machine.move_to(now)
    return token


def report(of_audio, opened, **fields):
    times = {"visit": opened, "elapsed": 3_500_000, "wall": 3_500_000}
    known = {"audio": of_audio.pk, "take": str(of_audio.asset.take_id), "device": "phone", "seq": 1, "is_playing": True}
    return known | times | {"heard": [[0, 30]], "place": 30} | fields


def send(client, cast, *reports, name="heard"):
    return client.post(route(cast, name), {"reports": list(reports)}, "application/json")


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 403), ("learner", 403), ("enrolled", 200), ("instructor", 200), ("outsider", 403), ("staff", 403)],
)
def test_audio_is_for_the_enrolled_and_for_editors(cast, client, audio, who, status):
    if cast[who]:
        client.force_login(cast[who])
    for name in ("audio", "queue"):
        answer = client.get(route(cast, name))
        assert (answer.status_code, answer["Content-Type"].endswith("json")) == (status, True)
        assert "no-store" in answer["Cache-Control"]


def test_the_player_gets_all_it_needs(cast, learner, audio):
    data = learner.get(route(cast, "audio")).json()
    (track,) = data["tracks"]
    key = track["cues"][0]["key"]
    assert blocks.of(cast.lesson).words[key][0] == "conversation"
    assert track["cues"][0] == {
        "start": 0.0, "end": 299.6, "line": 0, "key": key, "text": "What happened?", "at": 0, "speaker": "Nora",
        "approximate": False, "words": [],
    }  # fmt: skip
    assert (track["audio"], track["take"], track["seconds"]) == (audio.pk, str(audio.asset.take_id), 600)
    assert (track["place"], track["heard"], track["percent"], track["bookmarks"]) == (None, [], 0, [])
    assert track["title"] == "Classroom conversation"
    assert (data["rate"], bool(data["visit"])) == (1, True)


def test_its_sources_play(cast, learner, tmp_path):
    (tmp_path / "file").write_bytes(b"Bytes, if not a sound.")
    factories.ready_audio(cast.lesson, file=tmp_path / "file")
    (source,) = learner.get(route(cast, "audio")).json()["tracks"][0]["sources"]
    answer = learner.get(source["src"], headers={"Range": "bytes=0-4"})
    assert (answer.status_code, answer.getvalue(), source["bytes"]) == (206, b"Bytes", 22)
    seats.leave(cast.enrolled, cast.course)
    assert learner.get(source["src"]).status_code == 403


def test_an_editor_hears_and_leaves_no_evidence(cast, client, audio, visit):
    client.force_login(cast.instructor)
    data = client.get(route(cast, "audio")).json()
    assert (len(data["tracks"]), data["visit"]) == (1, "")
    assert send(client, cast, report(audio, visit)).status_code == 403
    assert not Listening.objects.exists()


def test_what_was_heard_comes_back(cast, learner, audio, visit):
    first = report(audio, visit)
    second = report(audio, visit, seq=2, heard=[[30, 40], [100, 130.04]], place=130.04, elapsed=3_580_000)
    answer = send(learner, cast, second, first).json()
    assert (answer["accepted"], answer["refused"]) == ([1, 2], [])
    place = answer["places"][str(audio.pk)]
    assert (place["seconds"], place["device"], place["is_other"]) == (130.04, "phone", False)
    assert (place["heard_seconds"], place["percent"]) == (70, 12)
    (track,) = learner.get(route(cast, "audio")).json()["tracks"]
    assert track["heard"] == [[0, 40], [100, 130]]
    assert track["place"]["resume"] == 130.04
    (queued,) = learner.get(route(cast, "queue")).json()["tracks"]
    assert (queued["percent"], queued["place"]["seconds"]) == (12, 130.04)


def test_the_place_of_another_device_is_told(cast, learner, audio, visit):
    send(learner, cast, report(audio, visit, device="laptop", heard=[[300, 330]], place=330, elapsed=3_590_000))
    place = send(learner, cast, report(audio, visit)).json()["places"][str(audio.pk)]
    assert (place["seconds"], place["device"], place["is_other"]) == (330, "laptop", True)


def test_after_a_pause_it_begins_a_little_earlier(cast, learner, audio, visit):
    send(learner, cast, report(audio, visit, elapsed=0, wall=10_000))
    assert learner.get(route(cast, "audio")).json()["tracks"][0]["place"]["resume"] == 27
    send(learner, cast, report(audio, visit, seq=2, heard=[[590, 600]], place=600))
    assert learner.get(route(cast, "audio")).json()["tracks"][0]["place"]["resume"] == 0


def test_where_reading_stopped_is_told_when_it_is_newer(cast, learner, audio, visit):
    key = audio.asset.words.sections[0].lines[1].key
    reading.record(cast.enrolled, cast.lesson, place=reading.Place(key, timezone.now() - timedelta(minutes=30)))
    (track,) = learner.get(route(cast, "audio")).json()["tracks"]
    assert (track["reading"]["key"], track["reading"]["seconds"]) == (key, 300)
    send(learner, cast, report(audio, visit))
    (track,) = learner.get(route(cast, "audio")).json()["tracks"]
    assert track["reading"] is None


def test_the_next_lesson_of_the_queue_may_report_here_too_but_no_other_course(cast, learner, audio, visit):
    after = factories.ready_audio(factories.full_lesson(cast.course), seconds=600)
    foreign = factories.ready_audio(factories.full_lesson(), seconds=600)
    reports = [report(one, visit, seq=seq) for seq, one in enumerate((audio, after, foreign))]
    answer = send(learner, cast, *reports).json()
    assert (set(answer["places"]), answer["accepted"]) == ({str(audio.pk), str(after.pk)}, [0, 1, 2])
    assert [one["seq"] for one in answer["refused"]] == [2]
    assert set(Listening.objects.values_list("audio", flat=True)) == {audio.pk, after.pk}


@pytest.mark.parametrize(
    "fields",
    [
        {"visit": "forged"},
        {"take": "00000000-0000-0000-0000-000000000000"},
        {"audio": 987654},
        {"heard": [[0, 9999]]},
        {"heard": [[9, 3]]},
        {"place": 9999},
    ],
)
def test_a_report_that_can_never_count_is_settled_and_does_not_block_the_rest(cast, learner, audio, visit, fields):
    answer = send(learner, cast, report(audio, visit, **fields), report(audio, visit, seq=2)).json()
    assert answer["accepted"] == [1, 2]
    assert [one["seq"] for one in answer["refused"]] == [1]
    assert answer["refused"][0]["reason"]
    assert Listening.objects.get().heard == [[0, 30]]


def test_reports_of_a_page_that_was_open_for_too_long_are_settled_also_when_there_are_no_others(cast, learner, audio):
    answer = send(learner, cast, report(audio, "forged"), report(audio, "forged", seq=2)).json()
    assert (answer["accepted"], answer["places"]) == ([1, 2], {})
    assert [one["seq"] for one in answer["refused"]] == [1, 2]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"{}",
        b'{"reports": 1}',
        b'{"reports": [1]}',
        b'{"reports": [{}]}',
        b"[" * 100_000,
        b'{"reports": [{"heard": [[0, NaN]]}]}',
        b'{"reports": [{"heard": [[0, 1e999]]}]}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_report_is_refused_in_json(cast, learner, audio, body):
    answer = learner.post(route(cast, "heard"), body, "application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert not Listening.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"device": ""}, {"device": "x" * 41}, {"device": "a b"}, {"device": "\0"}, {"seq": -1}, {"seq": 2**60},
        {"heard": [[0]]}, {"heard": [[0, 1, 2]]}, {"heard": [[0, 1]] * 501}, {"elapsed": -1}, {"elapsed": 1e300},
        {"wall": 1e300}, {"visit": "x" * 300}, {"is_playing": "perhaps"}, {"place": "there"}, {"audio": 0},
    ],
)  # fmt: skip
def test_a_report_out_of_shape_is_refused(cast, learner, audio, visit, fields):
    answer = send(learner, cast, report(audio, visit, **fields))
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_too_many_reports_at_once_are_refused(cast, learner, audio, visit):
    assert send(learner, cast, *[report(audio, visit, seq=seq) for seq in range(201)]).status_code == 400


def test_after_leaving_nothing_is_kept_and_on_return_everything_is_there(cast, learner, audio, visit):
    send(learner, cast, report(audio, visit))
    seats.leave(cast.enrolled, cast.course)
    assert send(learner, cast, report(audio, visit, seq=2, heard=[[0, 99]])).status_code == 403
    seats.enroll(cast.enrolled, cast.course)
    assert learner.get(route(cast, "audio")).json()["tracks"][0]["heard"] == [[0, 30]]


def test_an_outbox_of_two_hundred_reports_is_one_write(cast, learner, audio, visit, django_assert_max_num_queries):
    reports = [report(audio, visit, seq=seq, heard=[[seq, seq + 1]], place=seq + 1) for seq in range(200)]
    send(learner, cast, report(audio, visit))  # paragraphs get their names, rows are made
    with django_assert_max_num_queries(14):
        assert len(send(learner, cast, *reports).json()["accepted"]) == 200
    assert Listening.objects.get().heard == [[0, 200]]


def test_the_speed_is_remembered_for_the_course(cast, learner, audio):
    for sent, kept in ((1.25, 1.25), (1.27, 1.25)):
        answer = learner.post(route(cast, "rate"), {"rate": sent}, "application/json")
        assert answer.json() == {"rate": kept}
    assert learner.get(route(cast, "audio")).json()["rate"] == 1.25
    for sent in (0.4, 3.1, "fast", None):
        assert learner.post(route(cast, "rate"), {"rate": sent}, "application/json").status_code == 400
    assert Playback.objects.count() == 1


def test_a_bookmark_is_made_once_shown_and_removed(cast, learner, audio):
    sent = {"audio": audio.pk, "seconds": 310}
    made = learner.post(route(cast, "bookmarks"), sent, "application/json")
    again = learner.post(route(cast, "bookmarks"), sent, "application/json")
    assert (made.status_code, again.status_code, made.json()) == (201, 200, again.json())
    (track,) = learner.get(route(cast, "audio")).json()["tracks"]
    assert track["bookmarks"] == [made.json()]
    assert (made.json()["seconds"], made.json()["words"]) == (310, "It got slower.")
    address = route(cast, "bookmark", made.json()["id"])
    assert [learner.delete(address).status_code for _ in range(2)] == [204, 204]
    assert not Bookmark.objects.exists()


def test_nobody_removes_another_s_bookmark(cast, client, audio):
    client.force_login(cast.other)
    mark = Bookmark.objects.create(learner=cast.enrolled, audio=audio, seconds=1)
    client.delete(route(cast, "bookmark", mark.pk))
    assert client.post(route(cast, "bookmark_note", mark.pk)).status_code == 404
    assert Bookmark.objects.exists()


def test_a_bookmark_becomes_a_note_and_what_was_noted_stays(cast, learner, audio):
    sent = {"audio": audio.pk, "seconds": 310}
    mark = learner.post(route(cast, "bookmarks"), sent, "application/json").json()
    for _ in range(2):
        assert learner.post(route(cast, "bookmark_note", mark["id"])).json()["body"] == "It got slower."
    Note.objects.update(body="Why?")
    for _ in range(2):
        assert learner.post(route(cast, "bookmark_note", mark["id"])).status_code == 200
    assert (Note.objects.get().body, Note.objects.get().block.key) == ("Why?\nIt got slower.", mark["key"])


def test_a_bookmark_of_words_that_are_gone_becomes_no_note(cast, learner, audio):
    mark = Bookmark.objects.create(learner=cast.enrolled, audio=audio, seconds=1)
    assert learner.post(route(cast, "bookmark_note", mark.pk)).status_code == 404


def test_the_course_and_its_lessons_know_how_much_was_heard(cast, learner, audio, visit):
    send(learner, cast, report(audio, visit, heard=[[0, 300]]))
    data = json.loads(learner.get(f"/api/v1/courses/{cast.course.slug}/").content)
    assert data["own"]["percent_heard"] == 50
    assert data["chapters"][0]["lessons"][0]["percent_heard"] == 50
    assert listening.resume(cast.enrolled, cast.course).seconds == 30


def test_two_parts_count_by_their_length(cast, learner, audio, visit):
    factories.ready_audio(cast.lesson, "audiobook", seconds=200)
    send(learner, cast, report(audio, visit, heard=[[0, 599.5]]))
    assert listening.of_lessons(cast.enrolled, [cast.lesson.pk]) == {cast.lesson.pk: (600, 800)}
