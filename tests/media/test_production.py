"""From wanting audio to hearing it: every state, and every change on the way."""

import subprocess

import pytest

from jobs import queue
from jobs.models import Job
from jobs.models import State as JobState
from media import alignment, files, making, production
from media.models import Asset, Format, Rendition, Source, State, Take
from media.timeline import Chapter, Cue
from tests.jobs.work import run_all
from tests.media import sounds
from tests.media.assets import WORDS, make, recorded, say, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folder")]


# --- What goes well -------------------------------------------------------------------------------------------------


def test_a_script_becomes_audio_in_two_jobs(asset):
    job = production.request(asset)
    assert (job.kind, asset.state) == ("media.speak", State.WAITING)
    run_all("speech")
    asset.refresh_from_db()
    assert asset.state == State.ENCODING
    assert production.job_of(asset).kind == "media.encode"
    run_all("media")
    asset.refresh_from_db()
    assert (asset.state, asset.error) == (State.READY, "")
    assert production.job_of(asset).state == JobState.DONE


def test_a_take_holds_all_that_is_known(asset):
    take = make(asset).take
    assert take.digest == production.wanted(asset)
    assert take.seconds == pytest.approx(0.4 * 11, abs=0.1)
    assert take.loudness == pytest.approx(-16, abs=1)
    assert len(bytes(take.peaks)) == 1200
    assert [(cue.text, cue.key, cue.line) for cue in take.sentences()] == [(WORDS, "k0", 0), ("And then?", "k1", 1)]
    assert [chapter.title for chapter in take.sections()] == ["Part 0", "Part 1"]
    assert all(0 <= cue.start <= cue.end <= take.seconds for cue in take.sentences())


def test_the_files_are_what_their_rows_say(asset):
    take = make(asset).take
    for rendition in take.renditions.all():
        with files.local(rendition.name) as path:
            content = path.read_bytes()
            assert len(sounds.decode(path, 8_000)) / 8_000 == pytest.approx(rendition.seconds, abs=0.06)
        assert len(content) == rendition.bytes
        assert run_sha(content) == rendition.digest
        assert rendition.name == files.audio_name(asset.pk, rendition.digest, "m4a")
    assert {rendition.purpose for rendition in take.renditions.all()} == {"full", "sample"}


def run_sha(content: bytes) -> str:
    return subprocess.run(["sha256sum"], input=content, capture_output=True, check=True).stdout.decode().split()[0]


def test_nothing_but_the_audio_is_left(asset, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make(asset)
    assert stored() == sorted(Rendition.objects.values_list("name", flat=True))


def test_mp3_is_made_where_it_is_wanted(asset):
    asset.format = Format.MP3
    asset.save()
    take = make(asset).take
    assert {rendition.format for rendition in take.renditions.all()} == {"mp3"}


def test_a_recording_gets_its_times_by_listening(asset, monkeypatch):
    heard = []

    def align(path, script, beat):
        heard.append(sounds.decode(path, 16_000))
        return alignment_like(script)

    monkeypatch.setattr(alignment, "align", align)
    take = make(recorded(asset, sounds.speech(9))).take
    assert len(heard[0]) == 9 * 16_000
    assert take.seconds == pytest.approx(9, abs=0.05)
    assert [cue.start for cue in take.sentences()] == [1.0, 5.0]


def alignment_like(script):
    cues = [Cue(1.0, 4.0, 0, WORDS, key="k0"), Cue(5.0, 99.0, 1, "And then?", key="k1")]
    return cues, [Chapter(0.0, "Part 0"), Chapter(5.0, "Part 1")]


def test_no_cue_ends_behind_the_audio(asset, monkeypatch):
    monkeypatch.setattr(alignment, "align", lambda path, script, beat: alignment_like(script))
    take = make(recorded(asset, sounds.speech(9))).take
    assert take.sentences()[-1].end == pytest.approx(take.seconds, abs=0.001)


def test_times_that_cannot_be_found_are_guessed_and_marked(asset, monkeypatch, caplog):
    def align(path, script, beat):
        raise ValueError("no idea")

    monkeypatch.setattr(alignment, "align", align)
    take = make(recorded(asset, sounds.speech(9))).take
    cues = take.sentences()
    assert [cue.text for cue in cues] == [WORDS, "And then?"]
    assert all(cue.is_approximate for cue in cues)
    assert (cues[0].start, cues[0].end, cues[1].end) == pytest.approx((0, cues[1].start, 9), abs=0.02)
    assert [chapter.start for chapter in take.sections()] == [0, cues[1].start]
    assert "guessed" in caplog.text


def test_a_recording_without_words_has_no_times(asset):
    asset.script = {}
    take = make(recorded(asset, sounds.speech(5))).take
    assert (take.cues, take.chapters) == ([], [])


def test_progress_is_one_way_over_both_jobs(asset, monkeypatch):
    told: list[tuple[str, float]] = []
    monkeypatch.setattr(
        "jobs.running.Work.beat", lambda work, progress=None, message=None: told.append((work.job.kind, progress))
    )
    make(asset)
    shares = [share for _kind, share in told]
    assert shares == sorted(shares)
    assert all(share <= 50 for kind, share in told if kind == "media.speak")
    assert all(50 <= share <= 100 for kind, share in told if kind == "media.encode")


# --- Nothing to do, and something else to do ------------------------------------------------------------------------


def test_what_is_there_is_not_made_again(asset, voice):
    make(asset)
    assert production.request(asset) is None
    assert run_all() == 0
    assert len(voice.scripts) == 1


def test_another_version_of_the_voice_is_another_audio(asset, voice):
    first = make(asset).take
    voice.version = "2"
    assert make(asset).take != first


def test_without_words_there_is_nothing_to_make(voice):
    asset = Asset.objects.create(title="Silence")
    assert production.request(asset) is None
    assert asset.state == State.EMPTY


def test_asking_twice_is_asking_once(asset, voice):
    assert production.request(asset) == production.request(asset)
    run_all()
    assert len(voice.scripts) == Take.objects.count() == 1


def test_a_change_while_it_waits_is_what_is_made(asset, voice):
    production.request(asset)
    say(asset, "Something else.")
    run_all()
    assert [line.text for line in voice.scripts[0].lines] == ["Something else."]
    assert Take.objects.count() == 1


def test_a_change_while_it_is_spoken_wins(asset, voice):
    def change():
        voice.meanwhile = lambda: None
        say(Asset.objects.get(pk=asset.pk), "Something else.")

    voice.meanwhile = change
    make(asset)
    assert [cue.text for cue in asset.take.sentences()] == ["Something else."]
    assert asset.state == State.READY
    assert Take.objects.count() == 1


def test_a_change_while_it_is_encoded_wins(asset, monkeypatch):
    def change(path):
        monkeypatch.undo_peaks()
        say(Asset.objects.get(pk=asset.pk), "Something else.")
        return b""

    real = making.waveform.peaks
    monkeypatch.undo_peaks = lambda: monkeypatch.setattr(making.waveform, "peaks", real)
    monkeypatch.setattr(making.waveform, "peaks", change)
    make(asset)
    assert [cue.text for cue in asset.take.sentences()] == ["Something else."]
    assert (asset.state, Take.objects.count()) == (State.READY, 1)


def test_a_change_that_is_taken_back_leaves_the_take(asset, voice):
    first = make(asset).take
    voice.meanwhile = lambda: say(Asset.objects.get(pk=asset.pk), WORDS, "And then?")
    say(asset, "Something else.")
    run_all()
    asset.refresh_from_db()
    assert (asset.take, asset.state) == (first, State.READY)


def test_back_from_a_recording_to_speech_while_it_waits(asset):
    production.request(recorded(asset, sounds.speech(5)))
    asset.source = Source.SCRIPT
    asset.save()
    make(asset)
    assert asset.take.seconds == pytest.approx(4.4, abs=0.1)


def test_from_speech_to_a_recording_while_it_waits(asset):
    production.request(asset)
    make(recorded(asset, sounds.speech(5)))
    assert asset.take.seconds == pytest.approx(5, abs=0.1)
    assert Take.objects.count() == 1


def test_an_asset_that_is_gone_is_no_fault(asset):
    production.request(asset)
    asset.delete()
    assert run_all() == 1
    assert Job.objects.get().state == JobState.DONE


def test_speech_that_is_there_is_not_spoken_again(asset, voice, monkeypatch):
    """A worker that dies while encoding costs no second speech."""
    production.request(asset)
    run_all("speech")
    queue.cancel(production.job_of(asset))
    make(asset)
    assert (len(voice.scripts), asset.state) == (1, State.READY)


def test_speech_that_was_lost_is_spoken_again_once(asset, voice):
    production.request(asset)
    run_all("speech")
    files.delete(production.speech_name(asset, production.wanted(asset), "wav"))
    run_all()
    asset.refresh_from_db()
    assert (len(voice.scripts), asset.state) == (2, State.READY)


def test_workers_without_a_storage_in_common_are_told_so(asset, monkeypatch):
    """Each would speak, and none would find it."""
    monkeypatch.setattr(files, "keep", lambda local, name: None)
    make(asset)
    assert asset.state == State.FAILED
    assert "share one storage" in asset.error


# --- The sample -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "ends", "until"),
    [
        (600, [], 90),
        (600, [40, 74, 80, 88, 95], 88.25),
        (600, [40, 70, 95], 90),
        (600, [89.9], 90),
        (60, [], 30),
        (60, [24, 27, 40], 27.25),
        (1, [], 0.5),
    ],
)
def test_a_sample_ends_with_a_sentence_where_it_can(seconds, ends, until):
    cues = [Cue(end - 3, end, number, "") for number, end in enumerate(ends)]
    end, fade = making.sample_end(cues, seconds)
    assert end == until
    assert 0 < fade <= end / 2
