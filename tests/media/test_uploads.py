"""Recordings on their way here: in pieces, again after a break, never more than was promised."""

import errno
import hashlib
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import UnreadablePostError

from jobs.models import Job
from media import files, uploads
from media.models import Asset, Source, Upload
from tests import factories

pytestmark = pytest.mark.django_db
SOUND = bytes(range(256)) * 400


@pytest.fixture
def asset():
    return Asset.objects.create(title="Threads")


@pytest.fixture
def user():
    return factories.UserFactory()


def part_of(upload):
    return files.folder("uploads") / str(upload.pk)


def whole(asset):
    upload = uploads.begin(asset, "talk.wav", len(SOUND))
    uploads.append(upload, 0, io.BytesIO(SOUND))
    return upload


def test_pieces_become_the_recording_and_are_made_audible(asset, user):
    upload = uploads.begin(asset, "My talk.wav", len(SOUND))
    assert uploads.append(upload, 0, io.BytesIO(SOUND[:1000])) == 1000
    assert uploads.append(upload, 1000, io.BytesIO(SOUND[1000:])) == len(SOUND)
    uploads.finish(upload, user)
    asset.refresh_from_db()
    digest = hashlib.sha256(SOUND).hexdigest()
    assert (asset.source, asset.recording_digest, asset.recording_bytes) == (Source.UPLOAD, digest, len(SOUND))
    assert asset.recording_name == "My talk.wav"
    with files.local(asset.recording) as path:
        assert path.read_bytes() == SOUND
    assert not Upload.objects.exists()
    assert not part_of(upload).exists()
    job = Job.objects.get()
    assert (job.kind, job.asked_by) == ("media.encode", user)


def test_who_comes_back_goes_on_where_it_stopped(asset, user):
    class Broken:
        """Half of it, then the line is cut."""

        def __init__(self):
            self.blocks = [SOUND[:5000]]

        def read(self, size):
            if self.blocks:
                return self.blocks.pop()
            raise UnreadablePostError("the browser went away")

    upload = uploads.begin(asset, "talk.wav", len(SOUND))
    with pytest.raises(UnreadablePostError):
        uploads.append(upload, 0, Broken())
    again = Upload.objects.get(pk=upload.pk)
    assert again.received == 5000
    with pytest.raises(uploads.WrongOffset) as told:
        uploads.append(again, 0, io.BytesIO(SOUND))
    assert told.value.offset == 5000
    assert "5000 bytes" in str(told.value)
    uploads.append(again, 5000, io.BytesIO(SOUND[5000:]))
    assert uploads.finish(again, user).recording_digest == hashlib.sha256(SOUND).hexdigest()


@pytest.mark.parametrize("offset", [-1, 1, 999, 10**12])
def test_a_piece_from_elsewhere_is_told_where_to_begin(asset, offset):
    upload = uploads.begin(asset, "talk.wav", len(SOUND))
    with pytest.raises(uploads.WrongOffset) as told:
        uploads.append(upload, offset, io.BytesIO(SOUND))
    assert told.value.offset == 0
    assert part_of(upload).stat().st_size == 0


def test_a_piece_that_comes_twice_is_there_once(asset, user):
    upload = uploads.begin(asset, "talk.wav", len(SOUND))
    stale = Upload.objects.get(pk=upload.pk)
    uploads.append(upload, 0, io.BytesIO(SOUND[:1000]))
    with pytest.raises(uploads.WrongOffset):
        uploads.append(stale, 0, io.BytesIO(SOUND[:1000]))
    uploads.append(stale, 1000, io.BytesIO(SOUND[1000:]))
    assert uploads.finish(upload, user).recording_digest == hashlib.sha256(SOUND).hexdigest()


def test_a_crash_between_bytes_and_row_loses_only_that_piece(asset, user):
    upload = uploads.begin(asset, "talk.wav", len(SOUND))
    uploads.append(upload, 0, io.BytesIO(SOUND[:1000]))
    with part_of(upload).open("ab") as file:
        file.write(b"written, but never told to the row" * len(SOUND))
    uploads.append(upload, 1000, io.BytesIO(SOUND[1000:]))
    assert uploads.finish(upload, user).recording_digest == hashlib.sha256(SOUND).hexdigest()


def test_pieces_that_were_lost_are_asked_for_again(asset):
    upload = uploads.begin(asset, "talk.wav", len(SOUND))
    uploads.append(upload, 0, io.BytesIO(SOUND[:1000]))
    part_of(upload).unlink()
    with pytest.raises(uploads.WrongOffset) as told:
        uploads.append(upload, 1000, io.BytesIO(SOUND[1000:]))
    assert told.value.offset == 0


def test_two_pieces_do_not_mix(asset):
    upload = uploads.begin(asset, "talk.wav", len(SOUND))

    class Meanwhile:
        """Another request comes while this one is sending."""

        def __init__(self):
            self.blocks = [b"", SOUND[:1000]]

        def read(self, size):
            with pytest.raises(uploads.Refused, match="just arriving"):
                uploads.append(Upload.objects.get(pk=upload.pk), 0, io.BytesIO(SOUND))
            return self.blocks.pop()

    assert uploads.append(upload, 0, Meanwhile()) == 1000
    assert part_of(upload).read_bytes() == SOUND[:1000]


def test_more_than_was_promised_is_refused_and_what_came_before_stays(asset):
    upload = uploads.begin(asset, "talk.wav", 1500)
    uploads.append(upload, 0, io.BytesIO(SOUND[:1000]))
    with pytest.raises(uploads.Refused, match="More arrived"):
        uploads.append(upload, 1000, io.BytesIO(SOUND))
    assert Upload.objects.get().received == 1000
    assert part_of(upload).stat().st_size == 1000


def test_it_is_not_finished_before_all_is_here(asset, user):
    upload = uploads.begin(asset, "talk.wav", len(SOUND))
    uploads.append(upload, 0, io.BytesIO(SOUND[:-1]))
    with pytest.raises(uploads.WrongOffset) as told:
        uploads.finish(upload, user)
    assert told.value.offset == len(SOUND) - 1
    asset.refresh_from_db()
    assert asset.recording == ""


def test_finishing_twice_makes_it_once(asset, user):
    upload = whole(asset)
    stale = Upload.objects.get(pk=upload.pk)
    uploads.finish(upload, user)
    with pytest.raises(uploads.Refused, match="has ended"):
        uploads.finish(stale, user)
    assert Job.objects.count() == 1
    assert not part_of(upload).exists()


@pytest.mark.parametrize("size", [0, -1])
def test_nothing_is_refused(asset, size):
    with pytest.raises(uploads.Refused, match="empty"):
        uploads.begin(asset, "talk.wav", size)


def test_too_much_is_refused_before_a_byte_is_sent(asset, settings):
    settings.AUDIO_UPLOAD_BYTES = 1024 * 1024
    with pytest.raises(uploads.Refused, match=r"larger than 1\.0.MB"):
        uploads.begin(asset, "talk.wav", 1024 * 1024 + 1)
    uploads.begin(asset, "talk.wav", 1024 * 1024)


def test_a_full_disk_is_told_before(asset, monkeypatch):
    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: type("Usage", (), {"free": files.RESERVE + 1000})())
    with pytest.raises(uploads.Refused, match="disk is too full"):
        uploads.begin(asset, "talk.wav", 1000)
    with pytest.raises(uploads.Refused, match="disk is too full"):
        uploads.take_whole(asset, SimpleUploadedFile("talk.wav", SOUND), None)
    uploads.begin(asset, "talk.wav", 400)


def test_what_others_are_still_sending_counts_as_taken(asset, monkeypatch):
    uploads.begin(asset, "talk.wav", 10_000)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: type("Usage", (), {"free": files.RESERVE + 11_000})())
    with pytest.raises(uploads.Refused, match="disk is too full"):
        uploads.begin(asset, "talk.wav", 1000)


def test_a_disk_that_fills_up_meanwhile_loses_only_that_piece(asset, monkeypatch):
    upload = uploads.begin(asset, "talk.wav", len(SOUND))
    uploads.append(upload, 0, io.BytesIO(SOUND[:1000]))

    class Full(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().read(500)

    with pytest.raises(uploads.Refused, match="disk is too full"):
        uploads.append(upload, 1000, Full(SOUND))
    assert Upload.objects.get().received == 1000
    assert part_of(upload).read_bytes() == SOUND[:1000]


def test_only_so_many_are_under_way_for_one_asset(asset):
    made = [uploads.begin(asset, f"{number}.wav", 10) for number in range(5)]
    assert set(Upload.objects.all()) == set(made[2:])
    assert not part_of(made[0]).exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("talk.wav", "talk.wav"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\talk.wav", "talk.wav"),
        ("a\nb\0c\x1b.wav", "abc.wav"),
        ("Ünïcödé 🎧.mp3", "Ünïcödé 🎧.mp3"),
        ("", "recording"),
        ("/", "recording"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_name_is_for_people_and_never_a_path(asset, name, kept):
    upload = uploads.begin(asset, name, 10)
    assert upload.name == kept
    assert part_of(upload).parent == files.folder("uploads")


# --- At once --------------------------------------------------------------------------------------------------------


def test_a_form_brings_it_whole(asset, user):
    uploads.take_whole(asset, SimpleUploadedFile("talk.wav", SOUND), user)
    asset.refresh_from_db()
    assert asset.recording_digest == hashlib.sha256(SOUND).hexdigest()
    assert Job.objects.get().kind == "media.encode"
    assert list(files.folder("uploads").glob("*.whole")) == []


def test_a_form_without_content_is_refused(asset):
    with pytest.raises(uploads.Refused, match="empty"):
        uploads.take_whole(asset, SimpleUploadedFile("talk.wav", b""), None)


def test_a_file_of_ours_stays_where_it_is(asset, user, tmp_path):
    file = tmp_path / "talk.wav"
    file.write_bytes(SOUND)
    uploads.take_file(asset, file, "talk.wav", user)
    assert file.read_bytes() == SOUND
    asset.refresh_from_db()
    assert files.exists(asset.recording)


def test_the_same_recording_again_is_no_new_work(asset, user):
    uploads.finish(whole(asset), user)
    Job.objects.all().delete()
    asset.refresh_from_db()
    name = asset.recording
    uploads.take_whole(asset, SimpleUploadedFile("again.wav", SOUND), user)
    asset.refresh_from_db()
    assert (asset.recording, asset.recording_name) == (name, "again.wav")
    assert Path(files.path(name)).read_bytes() == SOUND
