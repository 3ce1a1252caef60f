"""What a file really is: by decoding it, not by its name or its header."""

import pytest

from media.ffmpeg import Unusable, sniff
from media.ffmpeg.probe import clock, probe
from tests.media import sounds


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return sounds.write(tmp_path_factory.mktemp("sounds") / "original.wav", sounds.speech(12))


@pytest.mark.parametrize(
    ("name", "arguments", "container", "codec"),
    [
        ("a.wav", [], "wav", "pcm_s16le"),
        ("a.mp3", [], "mp3", "mp3"),
        ("a.m4a", [], "mp4", "aac"),
        ("a.mp4", ["-f", "mp4"], "mp4", "aac"),
        ("a.mov", ["-c:a", "alac"], "mp4", "alac"),
        ("a.aac", [], "aac", "aac"),
        ("a.flac", [], "flac", "flac"),
        ("a.ogg", ["-c:a", "libvorbis"], "ogg", "vorbis"),
        ("a.opus", ["-c:a", "libopus"], "ogg", "opus"),
        ("a.webm", ["-c:a", "libopus"], "matroska", "opus"),
        ("a.aiff", [], "aiff", "pcm_s16be"),
        ("a.caf", [], "caf", "pcm_s16be"),
        ("a.au", [], "au", "pcm_s16be"),
        ("a.w64", [], "w64", "pcm_s16le"),
        ("a.wv", [], "wavpack", "wavpack"),
        ("a.wma", [], "asf", "wmav2"),
        ("a.ac3", [], "ac3", "ac3"),
        ("a.ts", ["-c:a", "aac", "-f", "mpegts"], "mpegts", "aac"),
        ("a.mpg", ["-c:a", "mp2", "-f", "mpeg"], "mpeg", "mp2"),
        ("rf64.wav", ["-rf64", "always"], "wav", "pcm_s16le"),
    ],
)
def test_every_format_that_is_promised_is_read(original, tmp_path, name, arguments, container, codec):
    path = sounds.convert(original, tmp_path / name, *arguments)
    assert sniff.check(path) == container
    found = probe(path, lambda share: None)
    assert found.codec == codec
    assert found.seconds == pytest.approx(12, abs=0.15)
    assert found.loudness == pytest.approx(probe(original, lambda share: None).loudness, abs=0.5)


def test_loudness_and_peak_are_those_of_an_independent_meter(original):
    found, samples = probe(original, lambda share: None, filters="anull"), sounds.decode(original, 48_000)
    assert found.loudness == pytest.approx(sounds.loudness(samples), abs=0.2)
    assert found.peak == pytest.approx(sounds.true_peak(samples), abs=0.3)


def test_the_independent_meter_keeps_to_the_standard():
    """EBU Tech 3341, case 1: a sine of 1 kHz at -23 dBFS on both channels reads -23 LUFS; on one, 3 LU less."""
    import numpy as np

    sine = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * np.arange(20 * 48_000) / 48_000)
    assert sounds.loudness(sine) == pytest.approx(-26.0, abs=0.1)


def test_of_several_tracks_and_pictures_the_first_sound_counts(original, tmp_path):
    picture = tmp_path / "cover.png"
    sounds.ffmpeg("-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1", picture)
    path = tmp_path / "a.mp3"
    sounds.ffmpeg("-i", original, "-i", picture, "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "1", path)
    assert probe(path, lambda share: None).codec == "mp3"


def test_a_film_without_sound_is_refused(tmp_path):
    path = tmp_path / "film.mp4"
    sounds.ffmpeg("-f", "lavfi", "-i", "color=red:size=64x64:duration=1", path)
    sniff.check(path)
    with pytest.raises(Unusable, match="no sound in this file"):
        probe(path, lambda share: None)


def test_what_a_recorder_could_not_go_back_to_is_no_lie(original, tmp_path):
    """Streamed WAV files carry the largest size there is."""
    whole = bytearray(original.read_bytes())
    whole[4:8] = whole[40:44] = b"\xff\xff\xff\xff"
    path = tmp_path / "streamed.wav"
    path.write_bytes(whole)
    assert sniff.check(path) == "wav"
    assert probe(path, lambda share: None).seconds == pytest.approx(12, abs=0.05)


@pytest.mark.parametrize(("seconds", "told"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3725, "1:02:05")])
def test_times_are_told_as_clocks_do(seconds, told):
    assert clock(seconds) == told
