"""The waveform shows the loudest moment of each step, whatever the length."""

import itertools

import numpy as np
import pytest

from media import waveform
from media.ffmpeg import encode
from media.ffmpeg.probe import probe
from tests.media import sounds


def raw(path, samples):
    np.asarray(samples, "<i2").tofile(path)
    return path


def test_each_step_shows_its_loudest_sample(tmp_path):
    samples = np.zeros(1200 * 40, "<i2")
    samples[100 * 40 + 7] = -32768
    samples[600 * 40] = 16384
    samples[-1] = 8192
    peaks = waveform.peaks(raw(tmp_path / "wave", samples))
    assert len(peaks) == 1200
    assert {step: height for step, height in enumerate(peaks) if height} == {100: 255, 600: 128, 1199: 64}


@pytest.mark.parametrize("count", [1, 2, 1199, 1200, 1201, 8_191, 100_003])
def test_no_sample_is_left_out_and_none_counts_twice(tmp_path, count):
    """Against the plain way of saying it."""
    samples = np.random.default_rng(count).integers(-32768, 32768, count)
    steps = min(count, 1200)
    edges = [step * count // steps for step in range(steps + 1)]
    loudest = [max(abs(int(one)) for one in samples[a:b]) for a, b in itertools.pairwise(edges)]
    expected = [round(height * 255 / max(loudest)) for height in loudest]
    assert list(waveform.peaks(raw(tmp_path / "wave", samples))) == expected


def test_nothing_and_silence_have_no_height(tmp_path):
    assert waveform.peaks(raw(tmp_path / "none", [])) == b""
    assert set(waveform.peaks(raw(tmp_path / "still", [0] * 5000))) == {0}


def test_the_waveform_is_that_of_the_finished_file(tmp_path):
    """Against another decoding of the file that people hear, at full rate."""
    (tmp_path / "source").mkdir()
    source = sounds.write(tmp_path / "source" / "in", sounds.speech(40))
    made = encode.encode(source, tmp_path, "m4a", probe(source, print), lambda share: None, title="", chapters=[])
    shown = np.frombuffer(waveform.peaks(made.wave), np.uint8).astype(float)
    heard = np.abs(sounds.decode(made.path, 44_100))
    edges = np.arange(1201) * len(heard) // 1200
    actual = np.maximum.reduceat(heard, edges[:-1])
    actual *= 255 / actual.max()
    assert np.corrcoef(shown, actual)[0, 1] > 0.98
    assert np.abs(shown - actual).mean() < 6
