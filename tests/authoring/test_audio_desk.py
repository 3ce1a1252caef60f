"""The desk's pages about a lesson's audio: how it stands, making it, recordings, times, what is published."""

import json
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from courses.models import Lesson
from jobs.models import Job
from lessons.models import LessonAudio, Speaker, Voicing
from media.models import Asset, Source, State, Upload
from tests import factories
from tests.authoring.adminforms import course_page, episode_page, filled, lesson_page
from tests.authoring.texts import wav
from tests.jobs.work import run_all

PART = "conversation"


@pytest.fixture
def author(cast, client: Client) -> Client:
    client.force_login(cast.instructor)
    return client


def page(lesson: Lesson, name: str = "", *more: object) -> str:
    return reverse(f"admin:courses_lesson_audio{name}", args=[lesson.pk, *more])


def act(client: Client, lesson: Lesson, do: str, part: str = PART):
    return client.post(page(lesson, "_part", part), {"do": do}, follow=True)


def words(answer) -> str:
    return unescape(answer.content.decode())


def sent(client: Client, lesson: Lesson, data: bytes = b"", name: str = "talk.wav"):
    file = SimpleUploadedFile(name, data or wav())
    return client.post(page(lesson, "_recording", PART), {"recording": file}, follow=True)


# --- Text and speech ---


def test_saving_a_published_lesson_has_its_audio_made(cast, author) -> None:
    author.post(lesson_page(cast.lesson), filled(author, lesson_page(cast.lesson)))
    assert {row.part: row.asset.state for row in cast.lesson.audio.all()} == {
        "conversation": State.WAITING,
        "audiobook": State.WAITING,
    }
    assert Job.objects.filter(kind="media.speak", asked_by=cast.instructor).count() == 2


def test_saving_a_draft_waits_for_its_author_to_ask(cast, author) -> None:
    Lesson.objects.filter(pk=cast.lesson.pk).update(published_at=None)
    author.post(lesson_page(cast.lesson), filled(author, lesson_page(cast.lesson)))
    assert not Job.objects.exists()
    assert "made in the background" in words(act(author, cast.lesson, "make"))
    assert Job.objects.filter(kind="media.speak").exists()


def test_a_changed_turn_is_spoken_again(cast, author) -> None:
    audio = factories.ready_audio(cast.lesson)
    before = audio.asset.words
    episode = cast.lesson.episodes.get()
    data = filled(author, episode_page(episode)) | {"turns-0-text": "What has happened?"}
    assert author.post(episode_page(episode), data).status_code == 302
    audio.asset.refresh_from_db()
    assert audio.asset.words != before
    assert audio.asset.state == State.WAITING
    assert "waiting for its turn" in words(author.get(page(cast.lesson))).lower()


def test_publishing_has_the_audio_made(cast, author) -> None:
    Lesson.objects.filter(pk=cast.lesson.pk).update(published_at=None)
    chosen = {"action": "publish", "_selected_action": [cast.lesson.pk]}
    author.post(reverse("admin:courses_lesson_changelist"), chosen)
    assert Job.objects.filter(kind="media.speak").count() == 2


def test_stopping_leaves_what_plays(cast, author) -> None:
    audio = factories.ready_audio(cast.lesson)
    Asset.objects.filter(pk=audio.asset_id).update(script={})
    act(author, cast.lesson, "make")
    job = Job.objects.get(subject=f"media.asset:{audio.asset_id}")
    assert "goes on playing" in words(act(author, cast.lesson, "stop"))
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert Asset.objects.get(pk=audio.asset_id).take == audio.asset.take
    assert "Try again" in words(author.get(page(cast.lesson)))


def test_the_page_shows_how_it_sounds(cast, author) -> None:
    factories.ready_audio(cast.lesson)
    html = words(author.get(page(cast.lesson)))
    assert "<audio controls" in html
    assert "0:10" in html
    assert "-16.0 LUFS" in html
    assert '<path d="M0.5' in html
    assert "Older than the text" in html  # the factory's digest is of nothing
    assert "Nora (Teacher)" in html


def test_what_could_not_be_said_leads_to_its_turn(cast, author) -> None:
    audio = factories.ready_audio(cast.lesson)
    second = list(audio.asset.words.lines)[1]
    said = [{"line": 1, "key": second.key, "text": "→", "words": "No voice says “→”."}]
    Asset.objects.filter(pk=audio.asset_id).update(unspoken=said)
    html = words(author.get(page(cast.lesson)))
    assert f'<a href="{episode_page(cast.lesson.episodes.get())}#turns-1">→</a> No voice says “→”.' in html


def test_progress_is_asked_for_until_there_is_something_to_hear(cast, author) -> None:
    act(author, cast.lesson, "make")
    part = page(cast.lesson, "_part", PART)
    going = author.get(part, headers={"HX-Request": "true"})
    assert f'hx-get="{part}?after=2"' in words(going)
    assert "HX-Retarget" not in going
    Job.objects.all().delete()
    ended = author.get(part, headers={"HX-Request": "true"})
    assert ended["HX-Retarget"] == "#audio-conversation"
    assert "hx-get" not in words(ended)


def test_on_the_page_of_the_lesson_there_is_no_form_within_the_form(cast, author) -> None:
    factories.ready_audio(cast.lesson)
    html = words(author.get(lesson_page(cast.lesson)))
    assert "<audio controls" in html
    assert html.count("<form") == 2  # the lesson's own, and the one that logs out
    brief = words(author.get(page(cast.lesson, "_part", PART) + "?brief=1"))
    assert "<form" not in brief


# --- Recordings ---


def test_a_recording_comes_by_a_plain_form_and_goes_again(cast, author) -> None:
    assert "is being converted" in words(sent(author, cast.lesson))
    asset = LessonAudio.objects.get(lesson=cast.lesson, part=PART).asset
    assert (asset.source, asset.recording_name) == (Source.UPLOAD, "talk.wav")
    assert asset.words.lines  # its transcript
    assert Job.objects.get(kind="media.encode").asked_by == cast.instructor
    assert "is being spoken" in words(act(author, cast.lesson, "speech"))
    asset.refresh_from_db()
    assert (asset.source, asset.recording) == (Source.SCRIPT, "")


def test_an_empty_file_and_none_at_all_are_refused_with_a_sentence(cast, author) -> None:
    file = SimpleUploadedFile("talk.wav", b"")
    empty = author.post(page(cast.lesson, "_recording", PART), {"recording": file})
    assert empty.status_code == 422
    assert "empty" in words(empty)
    assert author.post(page(cast.lesson, "_recording", PART)).status_code == 422
    assert not LessonAudio.objects.exists()


def test_a_recording_too_large_is_refused(cast, author, settings) -> None:
    settings.AUDIO_UPLOAD_BYTES = 10
    assert "larger than 10" in words(sent(author, cast.lesson)).replace("\xa0", " ")


def begin(client: Client, lesson: Lesson, size: object, name: object = "talk.wav"):
    said = json.dumps({"name": name, "size": size})
    return client.post(page(lesson, "_pieces", PART), said, content_type="application/json")


def piece(client: Client, address: str, data: bytes, offset: object):
    return client.post(address, data, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)})


def test_a_recording_comes_in_pieces_and_goes_on_where_it_stopped(cast, author) -> None:
    data = wav("x" * 1000)
    begun = begin(author, cast.lesson, len(data))
    assert begun.status_code == 201
    address = begun.json()["address"]
    assert piece(author, address, data[:400], 0).json() == {"received": 400, "size": len(data)}
    early = author.post(address)
    assert (early.status_code, early.json()["received"]) == (409, 400)
    twice = piece(author, address, data[:400], 0)
    assert (twice.status_code, twice.json()["received"]) == (409, 400)
    assert author.get(address).json()["received"] == 400
    assert piece(author, address, data[400:], 400).json()["received"] == len(data)
    assert author.post(address).status_code == 200
    asset = Asset.objects.get(lesson_audio__lesson=cast.lesson, source=Source.UPLOAD)
    assert asset.recording_bytes == len(data)
    assert author.post(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "size"), [("a.wav", 0), ("a.wav", -1), ("a.wav", "9"), (7, 9), ("a.wav", 10**14), ("a", True)]
)
def test_pieces_that_make_no_sense_are_not_begun(cast, author, name: object, size: object) -> None:
    answer = begin(author, cast.lesson, size, name)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")
    assert not Upload.objects.exists()


@pytest.mark.parametrize("offset", ["", "x", "-1", "1e3", "9" * 40, "٣"])
def test_a_piece_says_where_it_belongs(cast, author, offset: str) -> None:
    address = begin(author, cast.lesson, 100).json()["address"]
    assert piece(author, address, b"x", offset.encode().decode("latin-1")).status_code in (409, 422)
    assert author.get(address).json()["received"] == 0


def test_another_lessons_upload_cannot_be_reached_by_this_ones_address(cast, author) -> None:
    address = begin(author, cast.lesson, 100).json()["address"]
    other = factories.full_lesson(course=cast.course)
    moved = address.replace(f"/lesson/{cast.lesson.pk}/", f"/lesson/{other.pk}/")
    assert author.get(moved).status_code == 404
    assert author.get(address.replace("/conversation/", "/audiobook/")).status_code == 404


# --- What is heard can be read ---


def test_a_recording_without_text_is_not_published(cast, author) -> None:
    lesson = factories.LessonFactory(chapter=cast.lesson.chapter, published_at=None)
    sent(author, lesson)
    chosen = {"action": "publish", "_selected_action": [lesson.pk]}
    listed = author.post(reverse("admin:courses_lesson_changelist"), chosen, follow=True)
    assert "no text to read with it (Classroom conversation)" in words(listed)
    data = filled(author, lesson_page(lesson)) | {"published_at_0": "2026-01-05", "published_at_1": "08:00:00"}
    assert "no text to read with it" in words(author.post(lesson_page(lesson), data, follow=True))
    pressed = filled(author, lesson_page(lesson)) | {"_publish": "1"}
    assert "no text to read with it" in words(author.post(lesson_page(lesson), pressed, follow=True))
    lesson.refresh_from_db()
    assert lesson.published_at is None
    factories.TurnFactory(episode__lesson=lesson)
    author.post(lesson_page(lesson), filled(author, lesson_page(lesson)) | {"_publish": "1"})
    lesson.refresh_from_db()
    assert lesson.published_at


# --- Times ---


def times(client: Client, lesson: Lesson, change) -> object:
    address = page(lesson, "_times", PART)
    form = client.get(address).context_data["form"]
    data = {name: form.initial[name] for name in ("take", "text")}
    return client.post(address, data | {"text": change(data["text"])}, follow=True)


def test_times_are_corrected_and_no_longer_doubted(cast, author) -> None:
    take = factories.ready_audio(cast.lesson).asset.take
    take.cues[1]["is_approximate"] = True
    take.save()
    assert "only approximate" in words(author.get(page(cast.lesson)))
    text = author.get(page(cast.lesson, "_times", PART)).context_data["form"].initial["text"]
    assert text.count("NOTE approximate") == 1
    times(author, cast.lesson, lambda text: text.replace("05.000", "05.500").replace("09.600", "09.000"))
    take.refresh_from_db()
    first, second = take.sentences()
    assert (first.start, first.end) == (0, 4.6)
    assert (second.start, second.end, second.is_approximate) == (5.5, 9, False)
    assert second.text == "It got slower."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("00:00:05.000", "00:00:03.000"), "before the sentence above it has ended"),
        (lambda text: text.replace("00:00:09.600", "00:00:11.000"), "ends after the audio, which is 00:00:10.000 long"),
        (lambda text: text.replace("00:00:09.600", "00:00:05.000"), "ends before it begins"),
        (lambda text: text.replace("00:00:09.600", "9,6"), "these are no times"),
        (lambda text: text[: text.index("2\n")], "There is 1 sentence with times, and 2 are spoken."),
        (lambda text: "\u0000 --> \u202e", "no times"),
    ],
)
def test_times_that_cannot_be_are_refused(cast, author, change, said: str) -> None:
    take = factories.ready_audio(cast.lesson).asset.take
    before = take.cues
    answer = times(author, cast.lesson, change)
    assert answer.status_code == 422
    assert said in words(answer) or "Null characters" in words(answer)
    take.refresh_from_db()
    assert take.cues == before


def test_times_of_a_take_that_was_replaced_are_not_taken(cast, author) -> None:
    audio = factories.ready_audio(cast.lesson)
    address = page(cast.lesson, "_times", PART)
    data = author.get(address).context_data["form"].initial
    new = factories.take_of(audio.asset, audio.asset.words)
    answer = author.post(address, data)
    assert answer.status_code == 422
    assert "made anew" in words(answer)
    assert new.sentences()


# --- How a course sounds ---


def test_voices_of_a_course_are_chosen_and_its_lessons_follow(cast, author) -> None:
    address = course_page(cast.course)
    data = filled(author, address)
    named = {"voicing-0-narrator": "student", "voicing-0-pause": "0.8", "voicing-0-format": "mp3"}
    data |= named | {"voicing-0-pronunciation": "SQL = sequel\n\nGIL = gill"}
    assert author.post(address, data).status_code == 302
    voicing = Voicing.objects.get(course=cast.course)
    assert (voicing.narrator, voicing.pause, voicing.format) == ("student", 0.8, "mp3")
    assert voicing.pronunciation == {"GIL": "gill", "SQL": "sequel"}
    assert Job.objects.get().kind == "authoring.sound"
    run_all("bulk")
    asset = cast.lesson.audio.get(part=PART).asset
    assert asset.words.lexicon == {"GIL": "gill", "SQL": "sequel"}


def test_a_voice_that_is_not_set_up_here_stays(cast, author) -> None:
    Speaker.objects.filter(course=cast.course, name="Nora").update(voice="far-away")
    address = course_page(cast.course)
    assert "far-away, not set up here" in words(author.get(address))
    assert author.post(address, filled(author, address)).status_code == 302
    assert Speaker.objects.get(course=cast.course, name="Nora").voice == "far-away"
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [("SQL", "Line 1"), ("a = b\n= c", "Line 2"), ("a = b\na = c", "here twice"), ("x" * 61 + " = y", "too long")],
)
def test_pronunciation_that_makes_no_sense_is_told(cast, author, text: str, said: str) -> None:
    address = course_page(cast.course)
    answer = author.post(address, filled(author, address) | {"voicing-0-pronunciation": text})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Voicing.objects.exists()
