"""Who speaks: engines by setting, language and script; voices by name, role and difference."""

import pytest

from media import speech
from media.scripts import Line, Script, Section
from media.speech import CannotSpeak, choosing
from media.speech.adapters.hibari import Hibari
from tests.media import talking


def talk(*lines, language="en", engine=""):
    return Script(language, (Section("A", tuple(lines)),), engine)


def by(speaker, role="student", voice=""):
    return Line("Some words.", speaker, voice, role)


def cast(asked):
    return {speaker: voice.id for (speaker, _, _), voice in choosing.casting(asked).items()}


@pytest.fixture
def talker(settings, tmp_path):
    return talking.set_up(settings, tmp_path, "Talker", "Deaf", "Absent")


@pytest.fixture
def bundled(settings):
    settings.SPEECH_ENGINES = ["media.speech.adapters.hibari.Hibari", "media.speech.adapters.espeak.ESpeak"]


def test_only_engines_that_are_set_up_speak(talker):
    assert [engine.id for engine in speech.engines()] == ["talker", "deaf"]


def test_the_script_names_its_engine(talker):
    assert choosing.engine_of(talk(engine="deaf")).id == "deaf"


@pytest.mark.parametrize("engine", ["", "absent", "unheard-of"])
def test_else_the_first_of_the_setting_speaks(talker, engine):
    assert choosing.engine_of(talk(engine=engine)).id == "talker"


def test_the_language_decides(bundled):
    assert choosing.engine_of(talk(language="en-GB")).id == "hibari"
    assert choosing.engine_of(talk(language="fr")).id == "espeak"
    assert choosing.engine_of(talk(language="pt-BR", engine="hibari")).id == "espeak"
    assert {voice.engine for voice in speech.voices("en")} == {"hibari", "espeak"}
    assert {voice.engine for voice in speech.voices("en", "espeak")} == {"espeak"}
    assert speech.voices("tlh") == []


def test_nobody_speaks_an_unknown_language(bundled):
    with pytest.raises(CannotSpeak, match="“tlh”"):
        choosing.engine_of(talk(language="tlh"))


def test_each_role_has_its_voice(talker):
    lines = [by("Nora", "teacher"), by("Ben"), by("Amara", "student2"), by("", "narrator")]
    assert cast(talk(*lines)) == {"Nora": "anna", "Ben": "bert", "Amara": "carl", "": "dora"}


def test_a_named_voice_stays_and_nobody_else_gets_it(talker):
    lines = [by("Nora", "teacher"), by("Ben", voice="anna"), by("Amara", voice="gone")]
    assert cast(talk(*lines)) == {"Nora": "dora", "Ben": "anna", "Amara": "bert"}


def test_more_speakers_than_voices_share(talker):
    heard = cast(talk(*(by(f"Student {number}") for number in range(6))))
    assert len(heard) == 6
    assert len(set(heard.values())) == 4


def test_a_voice_of_another_engine_can_be_named(bundled):
    heard = cast(talk(by("Nora", "teacher"), by("Ben", voice="espeak-en-us+m3")))
    assert heard == {"Nora": "teacher", "Ben": "espeak-en-us+m3"}


def test_a_narrator_alone_has_the_clearest_voice(bundled):
    assert cast(talk(by("", "narrator"))) == {"": "heart"}


@pytest.mark.parametrize(
    "roles", [("narrator", "student"), ("student", "narrator"), ("narrator", "student", "teacher")]
)
def test_voices_that_sound_alike_are_never_in_one_conversation(bundled, roles):
    heard = set(cast(talk(*(by(role, role) for role in roles))).values())
    assert not {"heart", "student"} <= heard
    assert len(heard) == len(roles)


def test_the_recipe_changes_with_what_would_be_heard(talker):
    asked = talk(by("Nora", "teacher"), by("Ben"))
    before = speech.recipe(asked)
    assert speech.recipe(asked) == before
    assert speech.recipe(talk(by("Nora", "teacher"), by("Ben", voice="carl"))) != before
    talker.version = "2"
    assert speech.recipe(asked) != before


def test_a_recipe_for_a_language_nobody_speaks_is_no_error(talker):
    assert speech.recipe(talk(by("Nora"), language="fr")) == "silent"


def test_choosing_loads_no_model(bundled, monkeypatch):
    def load(*args):
        raise AssertionError("loaded")

    monkeypatch.setattr("media.speech.onnx.load", load)
    monkeypatch.setattr("media.speech.phonemes._stage", load)
    asked = talk(by("Nora", "teacher"), Line("日本語 and words.", "Ben"))
    assert speech.recipe(asked)
    assert [loss["text"] for loss in speech.unspoken(asked)] == ["日本語"]
    assert len(Hibari().voices("en")) == 4
