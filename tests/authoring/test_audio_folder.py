"""Recordings, voices and pronunciation in a course folder: what goes in comes out, what is wrong is told."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from authoring import apply, archive, folder, limits, plan, recordings, stored, tree
from authoring.problems import CourseFolderError
from courses.models import Course, Lesson
from jobs.models import Job
from lessons.models import Episode, LessonAudio, Listening, Speaker, Voicing
from media import files
from media.models import Asset, Source
from tests import factories
from tests.authoring import texts
from tests.authoring.texts import COURSE, LESSON, RECORDED, wav

pytestmark = pytest.mark.django_db

SOUNDING = COURSE.replace("  role: student\n", "  role: student\n  voice: student2\n") + (
    "narrator: teacher\nspeech: hibari\npause: 0.8\naudio_format: mp3\npronunciation:\n  GIL: gill\n  SQL: sequel\n"
)


def recorded(lesson: str = RECORDED, **more: str | bytes) -> tree.Tree:
    return texts.folder(lesson, **{"audio/threads.wav": wav()} | more)


def load(files: tree.Tree) -> Course:
    apply.apply(plan.checked(files, "concurrency"))
    return Course.objects.get(slug="concurrency")


def exported(course: Course) -> tree.Tree:
    return folder.write(stored.read(course).text)


def problems(files: tree.Tree) -> str:
    with pytest.raises(CourseFolderError) as caught:
        plan.checked(files, "concurrency")
    return str(caught.value)


# --- In and out ---


def test_a_recording_goes_in_and_out_with_the_same_bytes(tmp_path: Path) -> None:
    course = load(recorded())
    row = LessonAudio.objects.get(part="conversation")
    assert (row.asset.source, row.asset.recording_name) == (Source.UPLOAD, "threads.wav")
    with files.local(row.asset.recording) as kept:
        assert kept.read_bytes() == wav()
    tree.write_disk(exported(course), tmp_path / "concurrency")
    assert (tmp_path / "concurrency/audio/threads.wav").read_bytes() == wav()
    again = plan.checked(tree.read_disk(tmp_path / "concurrency"), "concurrency")
    assert plan.plan(again).is_empty
    assert folder.write(again) == exported(course)


def test_voices_and_pronunciation_go_in_and_out() -> None:
    course = load(texts.folder(course=SOUNDING))
    voicing = Voicing.objects.get(course=course)
    assert (voicing.narrator, voicing.engine, voicing.pause, voicing.format) == ("teacher", "hibari", 0.8, "mp3")
    assert voicing.pronunciation == {"GIL": "gill", "SQL": "sequel"}
    assert Speaker.objects.get(name="Ben").voice == "student2"
    assert plan.plan(plan.checked(exported(course), "concurrency")).is_empty
    assert load(texts.folder()).voicing.pronunciation == {}


def test_a_course_that_says_nothing_about_sound_has_no_row_for_it() -> None:
    load(texts.folder())
    assert not Voicing.objects.exists()


def test_a_second_import_wants_nothing() -> None:
    load(recorded())
    before = (list(Asset.objects.values()), Job.objects.count())
    load(recorded())
    assert (list(Asset.objects.values()), Job.objects.count()) == before


def test_what_is_public_is_spoken_and_a_draft_is_not() -> None:
    public = COURSE + "published: 2026-01-05T08:00:00Z\n"
    load(texts.folder(LESSON.replace("published: 2026-01-05T08:00:00Z\n", ""), course=public))
    assert not Job.objects.exists()
    load(texts.folder(LESSON, course=public))
    assert {row.part for row in LessonAudio.objects.all()} == {"conversation", "audiobook"}
    assert list(Job.objects.values_list("kind", flat=True)) == ["media.speak", "media.speak"]


def test_another_recording_takes_the_place_of_the_first() -> None:
    load(recorded())
    asset = Asset.objects.get(source=Source.UPLOAD)
    load(recorded(**{"audio/threads.wav": wav("Again")}))
    asset.refresh_from_db()
    assert asset.recording_digest == texts.sound(wav("Again")).digest
    assert files.exists(asset.recording)


def test_a_recording_that_is_taken_away_gives_way_to_speech() -> None:
    load(recorded())
    load(texts.folder())
    asset = LessonAudio.objects.get(part="conversation").asset
    assert (asset.source, asset.recording) == (Source.SCRIPT, "")


def test_a_renamed_recording_is_not_made_again() -> None:
    load(recorded())
    count = Job.objects.count()
    renamed = RECORDED.replace("threads.wav", "talk.wav")
    load(texts.folder(renamed, **{"audio/talk.wav": wav()}))
    assert Asset.objects.get(source=Source.UPLOAD).recording_name == "talk.wav"
    assert Job.objects.count() == count


def test_names_from_elsewhere_become_names_of_a_folder() -> None:
    course = load(recorded())
    other = factories.full_lesson(course=course)
    Asset.objects.filter(source=Source.UPLOAD).update(recording_name="../Ünit 1: “Threads”.WAV")
    first = Asset.objects.get(source=Source.UPLOAD)
    second = Asset.objects.create(
        title="x",
        source=Source.UPLOAD,
        recording=first.recording,
        recording_digest=first.recording_digest,
        recording_bytes=first.recording_bytes,
        recording_name="../Ünit 1: “Threads”.wav",
    )
    LessonAudio.objects.create(lesson=other, part="conversation", asset=second)
    names = {path.casefold() for path in exported(course) if recordings.is_recording(path)}
    assert names == {"audio/ünit-1-threads-.wav", "audio/ünit-1-threads--2.wav"}


def test_a_lost_file_does_not_keep_the_rest_of_the_course() -> None:
    course = load(recorded())
    files.delete(Asset.objects.get(source=Source.UPLOAD).recording)
    assert not [path for path in exported(course) if recordings.is_recording(path)]


def test_a_full_disk_is_told_and_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "has_room", lambda wanted: False)
    with pytest.raises(CourseFolderError, match="disk is too full"):
        load(recorded())
    assert not Course.objects.exists()


def test_audio_goes_with_its_lesson_unless_somebody_has_heard_it() -> None:
    load(recorded())
    lesson = Lesson.objects.get()
    row = lesson.audio.get(part="conversation")
    Listening.objects.create(learner=factories.UserFactory(), audio=row)
    emptied = texts.folder(**{"01-start/02-other.md": LESSON})
    del emptied["01-start/01-threads.md"]
    load(emptied)
    lesson.refresh_from_db()
    assert lesson.archived_at
    lesson.delete()
    assert not Asset.objects.filter(pk=row.asset_id).exists()


# --- What is wrong ---


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (lambda: texts.folder(RECORDED), "01-start/01-threads.md:6: There is no file “audio/threads.wav”"),
        (lambda: texts.folder(**{"audio/x.wav": wav()}), "audio/x.wav: No lesson names this recording."),
        (lambda: recorded(**{"audio/threads.wav": b"<html>"}), "audio/threads.wav: This is no audio file"),
        (lambda: recorded(**{"audio/threads.wav": b""}), "audio/threads.wav: This file is empty."),
        (lambda: recorded(**{"audio/notes.txt": b"x"}), "audio/notes.txt: A recording cannot have this name."),
        (lambda: recorded(RECORDED.replace("  conv", "  conversation: audio/a.wav\n  conv")), "is here twice"),
        (lambda: recorded(RECORDED.replace("conversation:", "rhyme:")), "“rhyme” is not a part to be heard."),
        (lambda: texts.folder(RECORDED.replace("\n  conversation: ", " ")), "“audio” must name parts"),
        (
            lambda: recorded(RECORDED + "\n", **{"01-start/02-b.md": RECORDED}),
            "01-start/02-b.md:6: threads has this recording already.",
        ),
        (
            lambda: recorded(RECORDED[: RECORDED.index("## Conv")] + RECORDED[RECORDED.index("## Summary") :]),
            "There is a recording and nothing to read with it. Write “## Conversation”",
        ),
        (lambda: texts.folder(course=COURSE + "narrator: nobody\n"), "No voice “nobody” speaks “en” here."),
        (lambda: texts.folder(course=COURSE + "speech: loud\n"), "There is no speech engine “loud” here."),
        (
            lambda: texts.folder(course=COURSE.replace("role: teacher", "role: teacher\n  voice: nobody")),
            "course.yaml:8: No voice “nobody”",
        ),
        (lambda: texts.folder(course=COURSE + "pause: 7\n"), "“pause” must be a number."),
        (lambda: texts.folder(course=COURSE + "pause: nan\n"), "“pause” must be a number."),
        (lambda: texts.folder(course=COURSE + "audio_format: wma\n"), "“wma” is not a format."),
        (lambda: texts.folder(course=COURSE + "pronunciation: loud\n"), "must be a list of pairs"),
        (lambda: texts.folder(course=COURSE + "pronunciation:\n  SQL: " + "x" * 201), "is too long"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(files, said: str) -> None:
    assert said in problems(files())


def test_a_draft_may_be_recorded_before_it_is_written() -> None:
    draft = RECORDED[: RECORDED.index("## Conv")] + RECORDED[RECORDED.index("## Summary") :]
    course = load(recorded(draft.replace("published: 2026-01-05T08:00:00Z\n", "")))
    assert not Episode.objects.exists()
    assert "audio/threads.wav" in exported(course)


# --- Archives ---


def test_a_zip_carries_recordings_and_lets_go_of_its_copies() -> None:
    packed = BytesIO()
    archive.write_into(packed, recorded(), "concurrency")
    slug, found = archive.read(packed)
    assert (slug, found) == ("concurrency", recorded())
    sound = found["audio/threads.wav"]
    assert isinstance(sound, recordings.AudioFile)
    place = Path(sound.open.__self__.path)  # type: ignore[attr-defined]
    assert place.read_bytes() == wav()
    del sound, found
    assert not place.exists()


def test_recordings_are_counted_apart_from_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOTAL_BYTES", 5_000)
    packed = BytesIO()
    archive.write_into(packed, recorded(**{"audio/threads.wav": wav("x" * 20_000)}), "c")
    archive.read(packed)
    monkeypatch.setattr(limits, "RECORDINGS_BYTES", 10_000)
    with pytest.raises(CourseFolderError, match="too large together"):
        archive.read(packed)


def test_a_recording_too_large_is_refused_while_it_unpacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(limits, "RECORDING_BYTES", 1_000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    packed = BytesIO()
    with ZipFile(packed, "w") as zipped:
        zipped.writestr("c/course.yaml", COURSE)
        zipped.writestr("c/audio/x.wav", wav("x" * 2_000))
    with pytest.raises(CourseFolderError, match=r"audio/x.wav: This file is too large. .* export it as m4a"):
        archive.read(packed)
    assert not list(tmp_path.iterdir())
