"""When the sentences of a recording are heard: found by the sound alone, and never claimed where they are not."""

import wave
from fractions import Fraction

import numpy as np
import pytest

from media import alignment, mfcc, warping
from media.scripts import Line, Script, Section
from media.speech import sound
from media.speech.adapters.hibari import Hibari
from media.speech.resampling import resample
from media.words import sentences

RATE = 16_000
TURNS = [
    ("Nora", "Let us begin with a kitchen. One cook prepares soup, salad and bread, all alone."),
    ("Ben", "So the soup waits while he cuts tomatoes? That sounds slow."),
    ("Nora", "It is slow. But most of the time the soup only simmers, and nobody has to watch it."),
    ("Ben", "Then he could cut tomatoes while it simmers. Is that what threads are?"),
    ("Nora", "Exactly. Waiting is not work. A program that waits for a disk can do something else meanwhile."),
    ("Ben", "My program computes prime numbers all day long. It never waits for anything."),
    ("Nora", "Then more cooks in the same kitchen will not help you. They fight over one knife."),
    ("Ben", "I would buy a second knife. Or rent a second kitchen across the street!"),
    ("Nora", "That second kitchen is a process. It has its own knives, and its own rent."),
]
SCRIPT = Script(
    "en",
    (
        Section("The kitchen", tuple(Line(text, who, role="teacher") for who, text in TURNS[:5])),
        Section("The knife", tuple(Line(text, who, role="teacher") for who, text in TURNS[5:])),
    ),
)
AD_LIB = "By the way, has anybody seen my keys this morning? I am sure I left them on the table near the door."
ANOTHER = [(who, " ".join(reversed(text.rstrip(".!?").split())) + ".") for who, text in reversed(TURNS)]


@pytest.fixture(scope="module")
def spoken():
    """sentence → its sound in a voice that the aligner does not use."""
    engine = Hibari()
    voices = {voice.id: voice for voice in engine.voices("en")}

    def say(number, text):
        voice = voices["student2" if number % 2 else "teacher"]
        said = engine.synthesize(text, voice, beat=lambda: None, speed=1.1)
        ratio = Fraction(RATE, said.rate)
        pcm = resample(said.pcm, ratio.numerator, ratio.denominator)
        begin, end = sound.voiced(pcm)
        return pcm[begin:end]

    texts = [text for _, text in [*TURNS, ("", AD_LIB), *ANOTHER]]
    return {part.text: say(number, part.text) for number, text in enumerate(texts) for part in sentences(text)}


@pytest.fixture
def record(spoken, tmp_path, settings):
    """Write a recording of the turns. Returns its path and (line, place) → (start, end)."""
    settings.SPEECH_ENGINES = ["media.speech.adapters.hibari.Hibari"]
    settings.SPOKEN_CACHE = tmp_path / "spoken"

    def record(turns=None, missing=(), ad_lib_before=-1, noise=0.002):
        chance = np.random.default_rng(7)
        pieces, truth, at = [], {}, 0

        def add(piece):
            nonlocal at
            pieces.append(piece)
            at += len(piece)

        add(np.zeros(RATE))
        for number, (_, text) in enumerate(turns or TURNS):
            if number == ad_lib_before:
                for part in sentences(AD_LIB):
                    add(spoken[part.text])
                    add(np.zeros(RATE // 3))
            if number in missing:
                continue
            for part in sentences(text):
                piece = spoken[part.text]
                truth[number, part.at] = (at / RATE, (at + len(piece)) / RATE)
                add(piece)
                add(np.zeros(int(RATE * chance.choice([0.15, 0.4, 1.5]))))
        whole = np.concatenate(pieces)
        whole = whole / np.abs(whole).max() * 0.7 + chance.standard_normal(len(whole)) * noise
        path = tmp_path / "recording.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(sound.to_16_bits(whole).tobytes())
        return path, truth

    return record


def align(path, script=SCRIPT, beat=lambda share: None):
    return alignment.align(path, script, beat)


def assert_in_order(cues, path):
    with wave.open(str(path)) as file:
        seconds = file.getnframes() / RATE
    at = 0.0
    for cue in cues:
        assert at <= cue.start <= cue.end <= seconds
        for word in cue.words:
            assert cue.start <= word.start <= word.end <= cue.end + 1e-9
        at = cue.end
    assert [(cue.line, cue.at, cue.text) for cue in cues] == [
        (number, part.at, part.text) for number, (_, text) in enumerate(TURNS) for part in sentences(text)
    ]


@pytest.mark.parametrize("noise", [0.0, 0.002, 0.03])
def test_sentences_of_another_voice_with_other_pauses_are_found(record, noise):
    path, truth = record(noise=noise)
    cues, chapters = align(path)
    assert_in_order(cues, path)
    sure = [cue for cue in cues if not cue.is_approximate]
    assert len(sure) >= 0.9 * len(cues)
    assert_heard(sure, truth)
    assert [chapter.title for chapter in chapters] == ["The kitchen", "The knife"]
    assert chapters[1].start == pytest.approx(truth[5, 0][0], abs=0.3)
    assert sure[0].words


def assert_heard(sure, truth):
    for cue in sure:
        start, end = truth[cue.line, cue.at]
        assert cue.start == pytest.approx(start, abs=0.3), cue.text
        assert cue.end == pytest.approx(end, abs=0.3), cue.text


def test_a_turn_that_was_not_spoken_is_only_a_guess(record):
    path, truth = record(missing={4})
    cues, _ = align(path)
    assert_in_order(cues, path)
    assert all(cue.is_approximate for cue in cues if cue.line == 4)
    sure = [cue for cue in cues if not cue.is_approximate]
    assert len(sure) >= 0.7 * len(truth)
    assert_heard(sure, truth)


def test_words_that_are_not_in_the_script_disturb_only_their_neighbours(record):
    path, truth = record(ad_lib_before=3)
    cues, _ = align(path)
    assert_in_order(cues, path)
    sure = [cue for cue in cues if not cue.is_approximate]
    assert len(sure) >= 0.8 * len(cues)
    assert_heard(sure, truth)


def test_a_recording_of_another_text_is_all_guesses(record):
    path, _ = record(turns=ANOTHER)
    cues, chapters = align(path)
    assert_in_order(cues, path)
    assert all(cue.is_approximate for cue in cues)
    assert len(chapters) == 2


@pytest.mark.parametrize("samples", [0, 10, RATE // 10, RATE * 3])
def test_a_recording_of_silence_is_all_guesses(record, tmp_path, samples):
    path = tmp_path / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(bytes(2 * samples))
    cues, _ = align(path)
    assert_in_order(cues, path)
    assert all(cue.is_approximate for cue in cues)


def test_a_language_that_nobody_speaks_is_all_guesses(record):
    path, _ = record()
    script = Script("tlh", SCRIPT.sections)
    cues, _ = align(path, script)
    assert_in_order(cues, path)
    assert all(cue.is_approximate for cue in cues)


def test_a_line_that_nobody_can_say_gets_the_gap(record):
    path, truth = record()
    first, *others = SCRIPT.lines
    cues, _ = align(path, Script("en", (Section("A", (first, Line("🎉"), *others)),)))
    (guess,) = [cue for cue in cues if cue.text == "🎉"]
    assert guess.is_approximate
    assert truth[0, 29][1] - 0.3 < guess.start <= guess.end < truth[1, 0][0] + 0.3


def test_work_can_be_stopped_and_leaves_nothing(record, tmp_path):
    class Stopped(Exception):
        pass

    path, _ = record()
    shares = []

    def beat(share):
        shares.append(share)
        if share > 0.6:
            raise Stopped

    with pytest.raises(Stopped):
        align(path, beat=beat)
    assert shares == sorted(shares)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["recording.wav"]


def test_the_band_holds_the_memory(monkeypatch):
    """Half an hour: a byte for each place in the band, some rows besides."""
    rows = 45_000
    beats = []

    def beat(share):
        beats.append(share)
        if len(beats) > 3:
            raise InterruptedError

    made = []
    empty = np.empty
    monkeypatch.setattr(warping.np, "empty", lambda shape, kind: made.append(shape) or empty(shape, kind))
    features = np.zeros((rows, 26), np.float32)
    with pytest.raises(InterruptedError):
        warping.warp(features, features[:-500], np.ones(rows - 500, bool), beat)
    (shape,) = made
    assert shape[0] * shape[1] < 150e6


def test_a_warp_of_the_same_is_the_diagonal():
    chance = np.random.default_rng(1).standard_normal((300, 26)).astype(np.float32)
    path = warping.warp(chance, chance, np.ones(300, bool), lambda share: None)
    assert (path.first == np.arange(300)).all()
    assert (path.last == np.arange(300)).all()
    assert path.unlike.max() < 0.01


def test_a_warp_finds_what_was_inserted():
    chance = np.random.default_rng(1).standard_normal((300, 26)).astype(np.float32)
    longer = np.concatenate([chance[:100], np.repeat(chance[99:100], 50, axis=0), chance[100:]])
    path = warping.warp(chance, longer, np.ones(350, bool), lambda share: None)
    assert (path.first[:100] == np.arange(100)).all()
    assert path.last[99] == 149
    assert (path.first[100:] == np.arange(150, 350)).all()


def test_features_do_not_depend_on_where_a_block_ends(tmp_path, monkeypatch):
    path = tmp_path / "noise.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(sound.to_16_bits(np.random.default_rng(1).standard_normal(RATE * 5) * 0.1).tobytes())
    whole = mfcc.bands(path, lambda share: None)
    monkeypatch.setattr(mfcc, "BLOCK", 17)
    assert np.allclose(mfcc.bands(path, lambda share: None), whole, atol=1e-4)
