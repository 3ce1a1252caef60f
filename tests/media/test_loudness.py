"""Every voice is brought to -16 LUFS, no peak above -1 dB, judged by an independent meter."""

import pytest

from media.ffmpeg import encode, loudness
from media.ffmpeg.loudness import Plan
from media.ffmpeg.probe import probe
from tests.media import sounds


def made(tmp_path, samples, file_format="m4a", rate=sounds.RATE):
    (tmp_path / "source").mkdir()
    source = sounds.write(tmp_path / "source" / "in", samples, rate)
    measured = probe(source, lambda share: None)
    return encode.encode(source, tmp_path, file_format, measured, lambda share: None, title="", chapters=[])


@pytest.mark.parametrize(
    ("level", "crest", "file_format"),
    [(0.25, 1, "m4a"), (0.25, 1, "mp3"), (0.06, 1, "m4a"), (1.0, 1, "m4a"), (0.5, 6, "m4a"), (0.9, 8, "mp3")],
)
def test_loudness_and_peaks_are_right(tmp_path, level, crest, file_format):
    result = made(tmp_path, sounds.speech(40, level=level, crest=crest), file_format)
    heard = sounds.decode(result.path, 48_000)
    assert sounds.loudness(heard) == pytest.approx(-16, abs=1)
    assert sounds.true_peak(heard) <= -1
    assert result.heard.loudness == pytest.approx(sounds.loudness(heard), abs=0.2)


def test_wide_sound_is_compressed_first(tmp_path):
    assert made(tmp_path, sounds.speech(30, level=0.5, crest=8)).plan.levelling is not None


def test_two_channels_become_one_without_getting_louder(tmp_path):
    import numpy as np

    voice = sounds.speech(20)
    result = made(tmp_path, np.stack([voice, voice], axis=1))
    assert sounds.loudness(sounds.decode(result.path, 48_000)) == pytest.approx(-16, abs=1)


def test_noise_is_not_lifted_without_end(tmp_path):
    """-50 LUFS would need 34 dB; there is nothing but noise to be gained from it."""
    result = made(tmp_path, sounds.speech(20, level=0.008))
    assert result.heard.loudness < -30


@pytest.mark.parametrize(
    ("measured", "plan"),
    [
        ((-16.0, -3.0), Plan(gain=0.0)),
        ((-20.0, -6.0), Plan(gain=4.0)),
        ((-8.0, 0.0), Plan(gain=-8.0)),
        ((-40.0, -25.0), Plan(gain=20.0)),  # clamped
        ((-31.5, -5.5), Plan(levelling=11.5)),  # 26 dB from loudness to peak
        ((-60.0, -30.0), Plan(levelling=20.0)),
    ],
)
def test_the_first_plan_follows_from_what_was_measured(measured, plan):
    assert loudness.first(*measured) == plan


@pytest.mark.parametrize(
    ("heard", "change"),
    [
        ((-16.4, -1.1), None),
        ((-15.4, -2.0), None),
        ((-17.0, -2.0), {"gain": 6.3}),
        ((-16.0, 0.2), {"limit": 0.75 * 10 ** (-1.5 / 20)}),
        ((-16.0, 40.0), {"limit": loudness.LEAST_LIMIT}),
    ],
)
def test_a_result_that_is_off_changes_the_plan(heard, change):
    changed = loudness.better(Plan(gain=5.0), *heard)
    if change is None:
        assert changed is None
    else:
        assert vars(changed) == pytest.approx(vars(Plan(gain=5.0)) | change)


def test_what_cannot_be_bettered_is_left_alone():
    assert loudness.better(Plan(gain=loudness.MOST_GAIN), -30.0, -5.0) is None
