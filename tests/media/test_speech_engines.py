"""The engines that come with the project, as they really sound; the others around a model that is made up."""

import json
import os
import time

import numpy as np
import pytest

from media import speech
from media.scripts import Line, Script, Section
from media.speech import CannotSpeak, onnx, phonemes, sound
from media.speech.adapters.espeak import ESpeak
from media.speech.adapters.hibari import Hibari
from media.speech.adapters.kokoro import Kokoro
from media.speech.adapters.piper import Piper, numbered
from media.speech.resampling import resample

SENTENCE = "A thread waits, 40% of the time, for created_at in PostgreSQL."


def nothing():
    pass


def say(engine, text, language="en", voice=""):
    voices = engine.voices(language)
    return engine.synthesize(text, next((v for v in voices if v.id == voice), voices[0]), beat=nothing)


def pitch(said):
    """Fundamental frequency of the loudest part, by autocorrelation."""
    blocks = sound.loudness(said.pcm)
    at = max(0, int(np.argmax(blocks)) * sound.BLOCK - 600)
    piece = said.pcm[at : at + 2400]
    alike = np.correlate(piece, piece, "full")[len(piece) - 1 :]
    lags = np.arange(said.rate // 400, said.rate // 80)
    return said.rate / lags[np.argmax(alike[lags])]


def assert_words_lie_in_the_voice(said, words):
    begin, end = (place / said.rate for place in sound.voiced(said.pcm))
    assert [span.text for span in said.words][: len(words)] == words
    assert all(one.end <= other.start + 0.05 for one, other in zip(said.words, said.words[1:], strict=False))
    assert said.words[0].start == pytest.approx(begin, abs=0.12)
    assert said.words[-1].start < end


# --- hibari ---------------------------------------------------------------------------------------------------------


def test_hibari_speaks_with_times_and_always_the_same():
    engine = Hibari()
    said = say(engine, SENTENCE)
    assert 3 < len(said.pcm) / said.rate < 8
    assert_words_lie_in_the_voice(said, ["A", "thread", "waits"])
    assert np.array_equal(said.pcm, say(engine, SENTENCE).pcm)


def test_hibaris_voices_differ_in_pitch_and_not_in_pace():
    said = {voice: say(Hibari(), SENTENCE, voice=voice) for voice in ("teacher", "student", "student2", "heart")}
    seconds = [len(each.pcm) / each.rate for each in said.values()]
    assert max(seconds) < 1.25 * min(seconds)
    assert pitch(said["student2"]) < pitch(said["teacher"]) < pitch(said["student"])


@pytest.mark.parametrize("text", ["1234567890 " * 40, "a-" * 190, "x" * 390, "[a](/b/)", "((((", "'''", "..."])
def test_hibari_says_odd_texts_soon_or_nothing(text, settings, tmp_path):
    settings.SPOKEN_CACHE_MB = 0
    begun = time.process_time()
    try:
        speech.render(Script("en", (Section("A", (Line(text),)),)), tmp_path / "out.wav", lambda share: None)
    except CannotSpeak:
        assert not any(letter.isalnum() for letter in text)
    assert time.process_time() - begun < 30  # the limit for bad input; before words were cut, minutes


def test_long_texts_are_said_in_runs():
    tokens = [phonemes.Token("word", "wɜɹd", True)] * 100 + [phonemes.Token("long", "ə" * 900, False)]
    runs = phonemes.runs(tokens)
    assert all(sum(len(token.sounds) + token.space for token in run) <= phonemes.SOUNDS_LIMIT for run in runs)
    assert "".join(token.sounds for run in runs for token in run) == "".join(token.sounds for token in tokens)


# --- eSpeak NG ------------------------------------------------------------------------------------------------------


@pytest.fixture
def espeak():
    engine = ESpeak()
    yield engine
    engine.child.end()


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("fr", "Bonjour à tous.", ["Bonjour", "à", "tous"]),
        ("ru", "Привет, мир.", ["Привет", "мир"]),
        ("en-GB", "In 2024 it was 40%.", ["In", "2024", "it"]),
        ("de", "Zehn Straßen.", ["Zehn", "Straßen"]),
    ],
)
def test_espeak_speaks_other_languages_with_times(espeak, language, text, words):
    assert_words_lie_in_the_voice(say(espeak, text, language), words)


@pytest.mark.parametrize(
    ("language", "speaks", "not_"),
    [
        ("en", "aé5", "日ж→🎉"),
        ("ru", "жa", "日α"),
        ("zh", "日a", "жか"),
        ("ja", "か", "日"),
        ("hi", "नि", "ж"),
        ("el", "αώ", "ж"),
    ],
)
def test_espeak_knows_what_it_would_drop(espeak, language, speaks, not_):
    assert all(espeak.speaks(letter, language) for letter in speaks)
    assert not any(espeak.speaks(letter, language) for letter in not_)


def test_espeak_obeys_nothing_in_a_text(espeak):
    plain = say(espeak, "speak slow")
    for text in ("[[sp'i:k]] slow", '<prosody rate="x-slow">speak slow</prosody>'):
        assert len(say(espeak, text).pcm) > len(plain.pcm)  # said letter by letter, not obeyed


def test_espeak_is_started_again_after_its_end(espeak):
    first = say(espeak, "Once more.")
    os.kill(espeak.child.process.pid, 9)
    assert np.array_equal(say(espeak, "Once more.").pcm, first.pcm)


def test_a_stop_kills_the_child(espeak):
    class Stopped(Exception):
        pass

    def stop():
        raise Stopped

    say(espeak, "Once.")
    process = espeak.child.process
    os.kill(process.pid, 19)  # it hangs
    with pytest.raises(Stopped):
        espeak.synthesize("Twice.", espeak.voices("en")[0], beat=stop)
    assert process.poll() is not None


def test_a_child_that_hangs_is_given_up(espeak, monkeypatch):
    monkeypatch.setattr("media.speech.adapters.espeak.PATIENCE", 0.3)
    monkeypatch.setattr("media.speech.adapters.espeak.CHILD", os.devnull)
    with pytest.raises(CannotSpeak, match=r"stopped at “Never.”"):
        say(espeak, "Never.")
    assert espeak.child.process is None


# --- Kokoro and Piper: their files are not here ---------------------------------------------------------------------


class MadeUp:
    """Stands where a loaded model would: each sound takes two units of length."""

    def __init__(self, frame, **inputs):
        self.frame, self.inputs, self.tells_lengths = frame, inputs, True
        self.given = {}

    def run(self, values):
        self.given = values
        count = next(value.shape[1] for value in values.values() if value.dtype == np.int64 and value.ndim == 2)
        pcm = 0.3 * np.sin(np.arange(count * 2 * self.frame) / 20)
        return [pcm.astype(np.float32), np.full((1, count), 2)]


def on_the_shelf(monkeypatch, model):
    monkeypatch.setattr(onnx.shelf, "model", lambda path, lengths: model)
    return model


@pytest.fixture
def kokoro(settings, tmp_path):
    model, styles = tmp_path / "kokoro.onnx", tmp_path / "voices"
    model.write_bytes(b"no model")
    styles.mkdir()
    for number, name in enumerate(("af_heart", "bm_fable", "am_adam", "zf_other")):
        np.full((510, 1, 256), number, "<f4").tofile(styles / f"{name}.bin")
    settings.KOKORO_MODEL, settings.KOKORO_VOICES = str(model), str(styles)
    return Kokoro()


def test_kokoro_needs_both_files(settings, kokoro):
    assert kokoro.available()
    settings.KOKORO_MODEL = ""
    assert not kokoro.available()
    assert kokoro.voices("en") == []


def test_kokoros_voices_are_its_english_files(kokoro):
    voices = [(voice.id, voice.lang, voice.gender) for voice in kokoro.voices("en")]
    assert voices == [("af_heart", "en-US", "female"), ("bm_fable", "en-GB", "male"), ("am_adam", "en-US", "male")]
    assert kokoro.voices("de") == []


def test_kokoro_is_given_sounds_and_the_voices_style(kokoro, monkeypatch):
    model = on_the_shelf(monkeypatch, MadeUp(600, input_ids="tensor(int64)", style="", speed="tensor(float)"))
    said = say(kokoro, "Hello there.", voice="am_adam")
    assert model.given["input_ids"][0, 0] == model.given["input_ids"][0, -1] == 0
    assert model.given["style"].shape == (1, 256)
    assert (model.given["style"] == 2).all()
    assert [span.text for span in said.words] == ["Hello", "there"]
    count = model.given["input_ids"].shape[1]
    assert len(said.pcm) == count * 2 * 600
    assert said.words[0].start == pytest.approx(2 * 600 / 24_000 - phonemes.EARLY)


def test_kokoros_voices_may_be_one_archive(kokoro, settings, tmp_path, monkeypatch):
    np.savez(tmp_path / "voices.npz", af_sky=np.zeros((510, 1, 256), np.float32))
    settings.KOKORO_VOICES = str(tmp_path / "voices.npz")
    on_the_shelf(monkeypatch, MadeUp(600, tokens="tensor(int64)", style="", speed="tensor(int32)"))
    assert [voice.id for voice in kokoro.voices("en")] == ["af_sky"]
    assert say(kokoro, "Hello.").words


def test_a_file_that_is_no_model_is_told(kokoro):
    with pytest.raises(CannotSpeak, match=r"kokoro\.onnx cannot be loaded"):
        say(kokoro, "Hello.")


PHONEMES = {sound: [number] for number, sound in enumerate("_^$ həloʊˈ.")}


@pytest.fixture
def piper(settings, tmp_path):
    def voice(name, **about):
        (tmp_path / f"{name}.onnx").write_bytes(b"no model")
        text = {"audio": {"sample_rate": 22_050}, "phoneme_id_map": PHONEMES, **about}
        (tmp_path / f"{name}.onnx.json").write_text(json.dumps(text))

    voice("en_US-joe-medium", language={"code": "en_US"})
    voice("en_GB-alan", espeak={"voice": "en-gb-x-rp"})
    voice("de_DE-thorsten", language={"code": "de_DE"})
    (tmp_path / "alone.onnx").write_bytes(b"")
    (tmp_path / "broken.onnx").write_bytes(b"")
    (tmp_path / "broken.onnx.json").write_text("{")
    settings.PIPER_VOICES = str(tmp_path)
    return Piper()


def test_pipers_voices_are_the_complete_english_files(piper, settings):
    found = {voice.id: voice.lang for voice in piper.voices("en")}
    assert found == {"en_GB-alan": "en-GB", "en_US-joe-medium": "en-US"}
    assert piper.available()
    settings.PIPER_VOICES = ""
    assert not piper.available()


def test_piper_is_given_a_pad_after_every_sound():
    tokens = [phonemes.Token("hello", "həlˈO", False), phonemes.Token(".", ".", False)]
    ids, owners = numbered(tokens, PHONEMES)
    assert ids == [1, 0, 4, 0, 5, 0, 6, 0, 9, 0, 7, 0, 8, 0, 10, 0, 2]
    assert owners == [-1, -1, *[0] * 12, 1, 1, -1]


def test_piper_speaks_with_times(piper, monkeypatch):
    model = on_the_shelf(monkeypatch, MadeUp(256, input="tensor(int64)", input_lengths="", scales="", sid=""))
    said = say(piper, "Hello.", voice="en_US-joe-medium")
    assert model.given["input_lengths"] == [model.given["input"].shape[1]]
    assert model.given["sid"] == [0]
    assert said.rate == 22_050
    assert [span.text for span in said.words] == ["Hello"]
    assert said.words[0].end < len(said.pcm) / said.rate


# --- What they share ------------------------------------------------------------------------------------------------


def test_one_more_output_is_asked_of_a_model_by_its_bytes():
    assert onnx.extra_output("/Clip") == b"\x3a\x09\x62\x07\x0a\x05/Clip"
    assert onnx.extra_output("x" * 130).startswith(b"\x3a\x88\x01\x62\x85\x01\x0a\x82\x01xx")


@pytest.mark.parametrize(("up", "down"), [(160, 147), (43, 50), (28, 25), (50, 41), (2, 3), (1, 1)])
@pytest.mark.parametrize("hertz", [110, 3000])
def test_resampling_keeps_the_tone_and_the_time(up, down, hertz):
    rate = 22_050
    tone = np.sin(2 * np.pi * hertz * np.arange(rate) / rate).astype(np.float32)
    changed = resample(tone, up, down)
    expected = np.sin(2 * np.pi * hertz * np.arange(len(changed)) / (rate * up / down))
    assert len(changed) == -(-rate * up // down)
    middle = slice(1000, -1000)
    assert np.abs(changed[middle] - expected[middle]).max() < 1e-3


def test_resampling_lets_nothing_through_that_would_fold():
    rate = 24_000
    high = np.sin(2 * np.pi * 11_000 * np.arange(rate) / rate).astype(np.float32)
    assert np.abs(resample(high, 2, 3)[500:-500]).max() < 1e-3
    assert len(resample(np.zeros(0, np.float32), 2, 3)) == 0
