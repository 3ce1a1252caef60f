"""The file that people hear: format, length, chapters, and the sample for visitors."""

import json
import re

import pytest

from media.ffmpeg import encode, loudness
from media.ffmpeg.probe import probe
from media.timeline import Chapter
from tests.media import sounds

TITLES = ["Plain", "Semi;colon = # \\ back", "Two\nlines\0", "Ünïcode 日本 🎧", "'quoted' \"twice\"", ""]


def nothing(share: float) -> None:
    pass


@pytest.fixture
def source(tmp_path):
    (tmp_path / "source").mkdir()
    return sounds.write(tmp_path / "source" / "in", sounds.speech(30))


def encoded(source, file_format="m4a", *, title="A lesson", chapters=(), beat=nothing):
    return encode.encode(
        source, source.parent.parent, file_format, probe(source, nothing), beat, title=title, chapters=chapters
    )


@pytest.mark.parametrize(("file_format", "codec"), [("m4a", "aac"), ("mp3", "mp3")])
def test_one_channel_of_64_kilobits_without_a_changed_length(source, file_format, codec):
    made = encoded(source, file_format)
    text = said(made.path)
    assert re.search(rf"Audio: {codec}.*, 44100 Hz, mono", text)
    assert made.path.stat().st_size * 8 / 30 == pytest.approx(64_000, rel=0.12)
    assert len(sounds.decode(made.path, 44_100)) == pytest.approx(30 * 44_100, abs=2)


def test_the_index_of_an_m4a_file_comes_first(source):
    content = encoded(source).path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("file_format", ["m4a", "mp3"])
def test_chapters_are_read_back_whatever_their_titles_hold(source, file_format):
    chapters = [Chapter(number * 4.5, title) for number, title in enumerate(TITLES)]
    path = encoded(source, file_format, title="A = B; #1", chapters=chapters).path
    meta = sounds.ffmpeg("-i", path, "-f", "ffmetadata", "-").decode()
    starts = [int(start) / int(base) for base, start in re.findall(r"TIMEBASE=1/(\d+)\nSTART=(\d+)", meta)]
    assert starts == pytest.approx([0, 4.5, 9, 13.5, 18, 22.5], abs=0.03)
    titles = [re.sub(r"\\(.)", r"\1", one) for one in re.findall(r"^title=(.*)$", meta, re.MULTILINE)]
    assert titles[0] == "A = B; #1"
    assert titles[1:6] == ["Plain", "Semi;colon = # \\ back", "Two lines", "Ünïcode 日本 🎧", "'quoted' \"twice\""]


def said(path) -> str:
    import subprocess

    return subprocess.run([sounds.program(), "-hide_banner", "-i", path], capture_output=True, text=True).stderr


def test_nothing_of_the_uploaded_file_but_its_sound_is_kept(source, tmp_path):
    tagged = tmp_path / "tagged.mp3"
    sounds.ffmpeg("-i", source, "-metadata", "artist=Somebody", "-metadata", "comment=at home", tagged)
    source.write_bytes(tagged.read_bytes())
    content = encoded(source).path.read_bytes()
    assert b"Somebody" not in content
    assert b"at home" not in content


def test_the_same_sound_becomes_the_same_bytes(source):
    first = encoded(source).path.read_bytes()
    assert encoded(source).path.read_bytes() == first


def test_progress_never_goes_back(source):
    shares: list[float] = []
    loud = sounds.speech(30, level=0.5, crest=8)
    sounds.write(source, loud)
    encoded(source, beat=shares.append)
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


def test_a_sample_is_the_beginning_and_fades_out(source, tmp_path):
    made = encoded(source)
    path = encode.sample(source, tmp_path, "m4a", made.plan, 10, 1.5, nothing)
    whole, part = sounds.decode(made.path, 8_000), sounds.decode(path, 8_000)
    assert len(part) == pytest.approx(80_000, abs=400)
    assert abs(part[-80:]).max() < 0.05 * abs(part).max()
    # Encoders differ a little at the cut; before the fade both are the same sound.
    assert abs(whole[8_000:60_000] - part[8_000:60_000]).max() < 0.05


def test_plain_sound_is_for_programs_of_ours(source, tmp_path):
    import wave

    encode.plain(source, tmp_path / "plain.wav", 16_000, 30, nothing)
    with wave.open(str(tmp_path / "plain.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        assert file.getnframes() == pytest.approx(30 * 16_000, abs=1)


def test_the_limits_grow_with_the_length():
    short, long = encode.limits(60), encode.limits(3 * 60 * 60)
    assert long.largest > 3 * 60 * 60 * 16_000  # the raw samples for the waveform are the largest file
    assert short.largest < 20_000_000
    assert long.processor > 3 * 60 * 60 * 0.012 * 5


def test_a_plan_says_what_ffmpeg_is_told():
    plan = loudness.Plan(levelling=1.5, gain=-2, limit=0.7)
    assert json.dumps(plan.filters).count("volume=") == 2
    assert "alimiter=limit=0.700" in plan.filters
