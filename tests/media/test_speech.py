"""A script becomes sound: when each sentence is heard, and what is told to the author."""

import wave
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from media import speech
from media.scripts import Line, Script, Section
from media.speech import CannotSpeak, wording
from media.timeline import dump_cues, load_cues
from tests.media import talking
from tests.media.talking import script


@pytest.fixture(autouse=True)
def talker(settings, tmp_path):
    return talking.set_up(settings, tmp_path)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "speech.wav"


def samples(path):
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float) / 32768


def render(asked, out):
    return speech.render(asked, out, lambda share: None)


def is_loud(sound, start, end):
    return np.abs(sound[int(start * 24_000) : int(end * 24_000)]).max() > 0.02


def test_every_sentence_is_heard_exactly_when_its_cue_says(out):
    spoken = render(script("Good morning. Today we wait.", "Why?"), out)
    sound = samples(out)
    assert spoken.seconds == pytest.approx(len(sound) / 24_000, abs=0.001)
    assert [cue.text for cue in spoken.cues] == ["Good morning.", "Today we wait.", "Why?"]
    assert [(cue.line, cue.at) for cue in spoken.cues] == [(0, 0), (0, 14), (1, 0)]
    for cue in spoken.cues:
        assert is_loud(sound, cue.start, cue.start + 0.03)
        assert is_loud(sound, cue.end - 0.03, cue.end)
        assert not is_loud(sound, cue.start - 0.1, cue.start - 0.01)
        assert not is_loud(sound, cue.end + 0.01, cue.end + 0.1)


def test_words_have_the_engines_times(out):
    spoken = render(script("Good old morning."), out)
    (cue,) = spoken.cues
    assert [cue.text[word.at : word.at + word.length] for word in cue.words] == ["Good", "old", "morning."]
    assert [round(word.start - cue.start, 2) for word in cue.words] == [0.0, 0.25, 0.45]
    assert spoken.is_exact


def test_an_engine_without_times_gets_them_by_length(settings, tmp_path, out):
    talking.set_up(settings, tmp_path, "Deaf")
    spoken = render(script("A considerable word."), out)
    (cue,) = spoken.cues
    lengths = [word.end - word.start for word in cue.words]
    assert not spoken.is_exact
    assert lengths[1] > lengths[2] > lengths[0] > 0
    assert cue.words[-1].end == pytest.approx(cue.end)


def test_pauses_between_lines_and_sections_are_as_asked(out):
    lines = (Line("One one."), Line("Two two."))
    asked = Script("en", (Section("A", lines), Section("B", (Line("Three."),))), pause=0.8)
    spoken = render(asked, out)
    gaps = [later.start - earlier.end for earlier, later in pairwise(spoken.cues)]
    assert gaps == [pytest.approx(0.8, abs=0.08), pytest.approx(1.2, abs=0.08)]
    assert [chapter.title for chapter in spoken.chapters] == ["A", "B"]
    assert spoken.chapters[0].start == 0
    assert spoken.cues[1].end < spoken.chapters[1].start <= spoken.cues[2].start


def test_a_section_of_which_nothing_is_heard_is_no_chapter(out):
    asked = Script("en", (Section("A", (Line("🎉"),)), Section("B", (Line("Two."),)), Section("C")))
    spoken = render(asked, out)
    assert [(chapter.title, chapter.start) for chapter in spoken.chapters] == [("B", 0.0)]


def test_what_cannot_be_said_is_told_and_the_rest_is_heard(talker, out):
    spoken = render(script("Press → and 日本語 now 🎉🎉!", "", "🎉 ✨", "Goodbye."), out)
    assert [(loss["line"], loss["text"]) for loss in spoken.unspoken] == [
        (0, "日本語"),
        (0, "🎉🎉"),
        (1, ""),
        (2, "🎉 ✨"),
    ]
    assert "Add “日本語” to the pronunciation" in spoken.unspoken[0]["words"]
    assert [sentence for _, sentence in talker.heard] == ["Press to and now!", "Goodbye."]
    assert {cue.line for cue in spoken.cues} == {0, 3}


def test_unspoken_tells_the_same_without_speaking(talker, out):
    asked = script("Press → and 日本語 now 🎉!", "", "🎉")
    told = speech.unspoken(asked)
    assert not talker.heard
    assert told == render(asked, out).unspoken


def test_a_loss_names_its_paragraph():
    asked = Script("en", (Section("A", (Line("Well."), Line("Now 🎉.", key="p7"))),))
    assert [(loss["line"], loss["key"]) for loss in speech.unspoken(asked)] == [(1, "p7")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Wait <break time="3s"/> here.', "Wait here."),
        ("<speak>Hello <prosody rate='x-slow'>you</prosody>.</speak>", "Hello you."),
        ("A <div> is a box.", "A <div> is a box."),
        ("Write [this](/həlˈO/) down.".replace("ə", "e").replace("ˈ", "'"), "Write [this] (/hel'O/) down."),
        ("a\x01b\x00 \u200bc\u202e", "ab c"),
        ("x = 12345678901234", "x = 1 2 3 4 5 6 7 8 9 0 1 2 3 4"),
        ("Łódź, Ærø, naïve, ﬁne", "Lodz, Aero, naive, fine"),
        ("If α ≤ β² then ½.", "If alpha is at most beta squared then one half."),
        ("key " + "k" * 90, "key " + "k" * 40 + " " + "k" * 40 + " " + "k" * 10),
    ],
)
def test_nothing_in_a_text_is_a_command_to_the_engine(talker, out, text, said):
    render(script(text), out)
    assert " ".join(sentence for _, sentence in talker.heard) == said


def test_tags_are_told():
    (loss,) = speech.unspoken(script('Wait <break time="3s"/> here.'))
    assert loss["text"] == '<break time="3s"/>'
    assert "Remove it" in loss["words"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Script(), "no words"),
        (script("", "  "), "no words"),
        (script("🎉", "日本語"), "None of the script"),
        (script("Short.", "x" * 5001), "5001 characters"),
        (script(*["word " * 900] * 56), "50400 words"),
        (Script("tlh", (Section("A", (Line("nuqneH"),)),)), "“tlh”"),
    ],
)
def test_what_cannot_be_spoken_at_all_is_refused_with_a_sentence(talker, out, asked, words):
    with pytest.raises(CannotSpeak, match=words):
        render(asked, out)
    assert not talker.heard
    assert list(out.parent.glob("speech*")) == []


def test_what_would_be_too_long_to_convert_is_not_spoken_to_its_end(talker, settings, out):
    settings.AUDIO_LONGEST = 3
    with pytest.raises(CannotSpeak, match="longer than"):
        render(script(*[f"These are words of turn {number}." for number in range(40)]), out)
    assert 0 < len(talker.heard) < 20
    assert not out.exists()


def test_a_sentence_the_engine_stumbles_over_is_left_out_and_told(talker, out):
    talker.problems["Two."] = ValueError("no")
    talker.silent.add("Three.")
    spoken = render(script("One. Two. Three. Four."), out)
    assert [cue.text for cue in spoken.cues] == ["One.", "Four."]
    assert [loss["text"] for loss in spoken.unspoken] == ["Two.", "Three."]


@pytest.mark.parametrize("problem", [CannotSpeak("The engine is gone."), OSError(28, "No space"), RuntimeError("stop")])
def test_a_dead_engine_leaves_no_file(talker, out, problem):
    talker.problems["Two."] = problem
    with pytest.raises(type(problem)):
        render(script("One.", "Two."), out)
    assert list(out.parent.glob("speech*")) == []


def test_work_can_be_stopped_between_sentences(talker, out):
    class Stopped(Exception):
        pass

    def beat(share):
        if len(talker.heard) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        speech.render(script("One. Two. Three. Four."), out, beat)
    assert len(talker.heard) == 2
    assert list(out.parent.glob("speech*")) == []


def test_progress_grows_to_the_whole(out):
    told = []
    speech.render(script(*["A sentence. Another one."] * 5), out, told.append)
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] == 1


def test_no_peak_is_cut_off_and_all_voices_are_equally_loud(talker, settings, out):
    levels = []
    for number, loudness in enumerate((0.03, 0.3, 3.0)):
        talker.loudness = loudness
        render(script(f"Number {number} speaks."), out)
        sound = samples(out)
        assert np.abs(sound).max() < 0.96
        levels.append(np.sqrt(np.mean(sound[np.abs(sound) > 0.01] ** 2)))
    assert max(levels) < 1.2 * min(levels)


def test_the_same_script_gives_the_same_bytes(settings, out):
    asked = script("Good morning.", "Why?")
    render(asked, out)
    first = out.read_bytes()
    settings.SPOKEN_CACHE_MB = 0
    render(asked, out)
    assert out.read_bytes() == first


TEXTS = st.lists(
    st.one_of(
        st.text(max_size=60), st.sampled_from(["One. Two words! 3.5 % of it", "🎉", "", "e.g. this → that", "a\nb"])
    ),
    min_size=1,
    max_size=6,
)


@effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.sampled_from(["Talker", "Deaf"]), st.floats(0, 3))
def test_times_never_go_back_nor_beyond_the_end(settings, tmp_path, texts, engine, pause):
    talking.set_up(settings, tmp_path, engine)
    lines = tuple(Line(text, key=str(number)) for number, text in enumerate(texts))
    asked = Script("en", (Section("A", lines[:2]), Section("B", lines[2:])), pause=pause)
    try:
        spoken = render(asked, tmp_path / "any.wav")
    except CannotSpeak:
        assert not any(letter.isascii() and letter.isalnum() for text in texts for letter in wording._plainer(text))
        return
    at = 0.0
    for cue in spoken.cues:
        assert at <= cue.start < cue.end <= spoken.seconds
        assert lines[cue.line].text[cue.at : cue.at + len(cue.text)] == cue.text
        assert cue.key == str(cue.line)
        inside = cue.start
        for word in cue.words:
            assert inside <= word.start <= word.end <= cue.end + 1e-9
            assert cue.text[word.at : word.at + word.length].split() == [cue.text[word.at : word.at + word.length]]
            inside = word.end
        at = cue.end
    starts = [chapter.start for chapter in spoken.chapters]
    assert starts == sorted(set(starts))
    assert load_cues(dump_cues(spoken.cues))
    heard = {cue.line for cue in spoken.cues}
    told = {loss["line"] for loss in spoken.unspoken}
    assert heard | told == set(range(len(lines)))
