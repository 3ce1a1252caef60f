"""Where files lie: whole or not at all, and gone when nobody needs them."""

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from media import files, sweeping, uploads
from media.models import Asset, Rendition, Source, Take, Upload
from tests import factories

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3)


@pytest.fixture
def local(tmp_path):
    file = tmp_path / "made"
    file.write_bytes(b"sound")
    return file


def test_what_is_kept_is_there_whole_and_its_source_is_gone(local):
    name = files.audio_name(uuid4(), "d" * 64, "m4a")
    files.keep(local, name)
    assert name.endswith("/dddddddddddddddd.m4a")
    assert not local.exists()
    with files.local(name) as path:
        assert path.read_bytes() == b"sound"


def test_keeping_across_disks_leaves_nothing_half_written(local, monkeypatch):
    name = files.audio_name(uuid4(), "e" * 64, "m4a")

    def break_off(source, target, length):
        target.write(b"sou")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.shutil, "copyfileobj", break_off)
    monkeypatch.setattr(files, "same_disk", lambda one, two: False)
    with pytest.raises(OSError, match="No space"):
        files.keep(local, name)
    folder = files.path(name).parent
    assert list(folder.iterdir()) == []
    assert local.read_bytes() == b"sound"


def test_keeping_across_disks_keeps(local, monkeypatch):
    name = files.audio_name(uuid4(), "f" * 64, "m4a")
    monkeypatch.setattr(files, "same_disk", lambda one, two: False)
    files.keep(local, name)
    assert files.path(name).read_bytes() == b"sound"
    assert not local.exists()
    assert [one.name for one in files.path(name).parent.iterdir()] == [name.rpartition("/")[2]]


def test_a_missing_file_is_said_so():
    with pytest.raises(FileNotFoundError), files.local("audio/none/none.m4a"):
        pass
    files.delete("audio/none/none.m4a")
    files.delete("")
    assert not files.exists("")


def test_deleting_the_last_file_takes_the_folder_along(local):
    name = files.recording_name(uuid4(), "a" * 64)
    files.keep(local, name)
    files.delete(name)
    assert not files.path(name).parent.exists()


def test_a_workspace_is_private_empty_and_gone_afterwards():
    with files.workspace("7") as folder:
        (folder / "left").write_text("x")
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
    folder.mkdir()
    (folder / "of a crash").write_text("x")

    def fail():
        with files.workspace("7") as again:
            assert list(again.iterdir()) == []
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not folder.exists()


def test_names_cannot_leave_the_folder():
    from django.core.exceptions import SuspiciousOperation

    with pytest.raises(SuspiciousOperation):
        files.path("../secret.key")


# --- Sweeping -------------------------------------------------------------------------------------------------------


def aged(path, by=LATER):
    at = (timezone.now() - by).timestamp()
    os.utime(path, (at, at))


def kept(folder, asset, content=b"x"):
    name = f"{folder}/{asset}/{uuid4().hex}"
    path = files.path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_files_without_rows_go_after_a_day_and_no_others(tmp_path):
    asset = Asset.objects.create(title="x", source=Source.UPLOAD)
    used = kept("recordings", asset.pk)
    Asset.objects.filter(pk=asset.pk).update(recording=f"recordings/{asset.pk}/{used.name}")
    orphans = [kept(folder, asset.pk) for folder in ("recordings", "audio", "speech")]
    young = kept("audio", asset.pk)
    for path in (used, *orphans):
        aged(path)
    assert sweeping.sweep().orphans == 3
    assert used.exists()
    assert young.exists()
    assert not any(path.exists() for path in orphans)
    assert sweeping.sweep().orphans == 0


def test_the_files_of_a_replaced_take_go_a_day_later_and_its_row_stays(tmp_path):
    file = tmp_path / "made.m4a"
    file.write_bytes(b"sound")
    audio = factories.ready_audio(factories.full_lesson(), file=file)
    old = audio.asset.take
    names = list(old.renditions.values_list("name", flat=True))
    new = factories.take_of(audio.asset, audio.asset.words, file=file)
    sweeping.sweep()
    assert all(files.exists(name) for name in names), "players still have its address"
    Take.objects.filter(pk=new.pk).update(made_at=timezone.now() - LATER)
    for rendition in new.renditions.all():
        aged(files.path(rendition.name))
    assert sweeping.sweep().renditions == 2
    assert not any(files.exists(name) for name in names)
    assert Take.objects.filter(pk=old.pk).exists()
    assert all(files.exists(one.name) for one in Rendition.objects.filter(take=new))


def test_a_file_that_two_takes_share_stays(tmp_path):
    file = tmp_path / "made.m4a"
    file.write_bytes(b"sound")
    audio = factories.ready_audio(factories.full_lesson(), file=file)
    old = audio.asset.take
    new = factories.take_of(audio.asset, audio.asset.words, file=file)
    shared = new.renditions.get(purpose="full").name
    old.renditions.filter(purpose="full").update(name=shared)
    Take.objects.filter(pk=new.pk).update(made_at=timezone.now() - LATER)
    sweeping.sweep()
    assert files.exists(shared)


def test_uploads_that_were_given_up_go_after_two_days():
    asset = Asset.objects.create(title="x")
    upload, going = uploads.begin(asset, "a.wav", 100), uploads.begin(asset, "b.wav", 100)
    Upload.objects.update(begun_at=timezone.now() - LATER)
    given_up = settings.MEDIA_ROOT / "uploads" / str(upload.pk)
    aged(given_up)
    stray = settings.MEDIA_ROOT / "uploads" / str(uuid4())
    stray.write_bytes(b"x")
    aged(stray)
    swept = sweeping.sweep()
    assert (swept.uploads, swept.leftovers) == (1, 1)
    assert list(Upload.objects.all()) == [going]
    assert not given_up.exists()
    assert not stray.exists()


def test_what_crashed_work_left_goes_and_what_is_being_worked_on_stays():
    work = files.folder("work")
    old, busy = work / "job-old", work / "job-busy"
    for folder in (old, busy):
        folder.mkdir()
        (folder / "in").write_bytes(b"x")
        aged(folder / "in")
        aged(folder)
    (busy / "out").write_bytes(b"x")
    aged(busy)
    assert sweeping.sweep().leftovers == 1
    assert not old.exists()
    assert busy.exists()
