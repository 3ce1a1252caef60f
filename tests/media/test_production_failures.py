"""Making audio goes wrong in every way we know: it is told in a sentence, and what was there before plays on."""

import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.models import State as JobState
from jobs.running import Work
from media import files, production, speech
from media.ffmpeg import Unusable, encode, run
from media.models import Asset, State, Take
from tests.jobs.work import run_all
from tests.media import sounds
from tests.media.assets import make, recorded, script, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


@pytest.fixture
def playing(asset) -> Asset:
    """It has a take, and something else is wanted now."""
    make(asset)
    asset.script = script("Something else.").dumps()
    asset.save(update_fields=["script"])
    return asset


def still_plays(asset: Asset, take: Take) -> bool:
    asset.refresh_from_db()
    with files.local(take.renditions.get(purpose="full").name) as path:
        return asset.take == take and len(sounds.decode(path, 8_000)) > 8_000


def test_what_cannot_be_said_is_told_and_the_old_take_plays(playing, voice):
    take, voice.problem = playing.take, speech.CannotSpeak("No voice speaks this language.")
    make(playing)
    assert (playing.state, playing.error) == (State.FAILED, "No voice speaks this language.")
    assert still_plays(playing, take)
    assert production.job_of(playing).state == JobState.FAILED


def test_a_dead_engine_is_tried_again_then_told(playing, voice):
    take, voice.problem = playing.take, RuntimeError("the engine crashed")
    production.request(playing)
    for _attempt in range(3):
        run_all(allow_faults=True)
        wait_is_over()
    assert still_plays(playing, take)
    assert playing.state == State.FAILED
    assert playing.error.endswith(".")
    assert len(voice.scripts) == 4


def test_a_refused_recording_is_told_and_the_old_take_plays(playing):
    take = playing.take
    make(recorded(playing, sounds.speech(5) * 0))
    assert playing.state == State.FAILED
    assert "silent" in playing.error
    assert still_plays(playing, take)


def test_a_failure_is_forgotten_when_it_works_again(asset, voice):
    voice.problem = speech.CannotSpeak("No.")
    assert make(asset).state == State.FAILED
    voice.problem = None
    assert (make(asset).state, asset.error) == (State.READY, "")


@pytest.mark.parametrize("kind", ["media.speak", "media.encode"])
def test_stopping_what_waits_is_at_once(playing, kind):
    take = playing.take
    production.request(playing)
    if kind == "media.encode":
        run_all("speech")
    production.stop(playing)
    assert (playing.state, playing.error) == (State.CANCELLED, "")
    assert run_all() == 0
    assert still_plays(playing, take)


def test_stopping_what_runs_ends_the_child(playing, monkeypatch):
    """Stopped in the middle of the encoding, as another process would do it."""
    monkeypatch.setattr("jobs.running.WRITE_EVERY", 0.0)
    children = watch_children(monkeypatch)
    real = encode.arguments

    def slowly(*given):
        production.stop(Asset.objects.get(pk=playing.pk))
        return ["-re", *real(*given)]

    monkeypatch.setattr(encode, "arguments", slowly)
    take = playing.take
    make(playing)
    assert playing.state == State.CANCELLED
    assert still_plays(playing, take)
    assert all(child.poll() is not None for child in children)
    assert not list(files.folder("work").iterdir())


def watch_children(monkeypatch) -> list[subprocess.Popen]:
    children: list[subprocess.Popen] = []
    real = subprocess.Popen

    def started(*arguments, **options):
        children.append(real(*arguments, **options))
        return children[-1]

    monkeypatch.setattr(run.subprocess, "Popen", started)
    return children


def wait_is_over() -> None:
    """What waits for its next attempt is due."""
    Job.objects.filter(state=JobState.WAITING).update(due_at=timezone.now())


def test_a_killed_child_is_tried_again(playing, monkeypatch):
    kills = [True]
    real = encode.encode

    def killed(*given, **named):
        if kills:
            kills.clear()
            raise run.Gone("ffmpeg was ended by signal 9")
        return real(*given, **named)

    monkeypatch.setattr(encode, "encode", killed)
    take = playing.take
    production.request(playing)
    run_all(allow_faults=True)
    assert still_plays(playing, take)
    wait_is_over()
    run_all()
    playing.refresh_from_db()
    assert (playing.state, playing.take == take) == (State.READY, False)


@pytest.mark.parametrize("step", ["speech", "encoding"])
def test_a_full_disk_is_found_out_before(playing, monkeypatch, step):
    monkeypatch.setattr(files, "has_room", lambda wanted: False)
    take = playing.take
    if step == "encoding":
        recorded(playing, sounds.speech(5))
    make(playing)
    assert playing.state == State.FAILED
    assert "disk is full" in playing.error
    assert still_plays(playing, take)


def test_a_disk_that_fills_up_meanwhile_is_told(playing, monkeypatch):
    def full(local, name):
        raise OSError(28, "No space left on device")

    before = stored()
    monkeypatch.setattr(files, "keep", full)
    take = playing.take
    make(playing)
    assert "disk is full" in playing.error
    assert still_plays(playing, take)
    assert stored() == before


def test_nothing_half_written_is_left_when_encoding_fails(playing, monkeypatch):
    before = [name for name in stored() if not name.startswith("speech/")]

    def broken(*given):
        raise Unusable("It broke.")

    monkeypatch.setattr(encode, "sample", broken)
    make(playing)
    assert playing.error == "It broke."
    assert [name for name in stored() if not name.startswith("speech/")] == before


def test_an_old_failure_does_not_hide_what_is_newer(playing, voice):
    """A job for the old wish fails while one for the new wish waits."""
    production.request(playing)
    stale = Job(kind="media.encode", subject=production.subject(playing.pk))
    production.lost(Work(stale, timedelta(minutes=1)), "It broke.")
    playing.refresh_from_db()
    assert (playing.state, playing.error) == (State.WAITING, "")
