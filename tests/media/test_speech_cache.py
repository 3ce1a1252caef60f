"""One changed turn is the only one that is spoken again; nothing ever depends on what was kept."""

import os

import pytest

from media import speech
from media.scripts import Line, Script, Section
from media.speech import cache
from tests.media import talking
from tests.media.talking import script

TURNS = [f"This is turn number {number}. It has two sentences." for number in range(12)]


@pytest.fixture
def talker(settings, tmp_path):
    return talking.set_up(settings, tmp_path)


@pytest.fixture
def heard(talker, tmp_path):
    """Render, and return the sentences that were spoken for it."""

    def heard(asked):
        talker.heard.clear()
        heard.spoken = speech.render(asked, tmp_path / "out.wav", lambda share: None)
        return [sentence for _, sentence in talker.heard]

    return heard


def entries():
    return [path for path in cache.folder().glob("*/*") if path.is_file()]


def test_one_changed_turn_is_the_only_one_spoken_again(heard, tmp_path):
    assert len(heard(script(*TURNS))) == 24
    assert heard(script(*TURNS)) == []
    assert heard(script(*TURNS[:5], "A new turn.", *TURNS[6:])) == ["A new turn."]


def test_what_is_kept_gives_the_same_sound_and_times(heard, tmp_path):
    heard(script(*TURNS))
    first, sound = heard.spoken, (tmp_path / "out.wav").read_bytes()
    heard(script(*TURNS))
    assert heard.spoken == first
    assert (tmp_path / "out.wav").read_bytes() == sound


def test_turns_may_change_places(heard):
    heard(script(*TURNS))
    assert heard(script(*reversed(TURNS), pause=1.0)) == []


def test_what_was_left_out_is_told_every_time(talker, heard):
    talker.problems["Two."] = ValueError("no")
    heard(script("One. Two."))
    told = heard.spoken.unspoken
    assert [loss["text"] for loss in told] == ["Two."]
    assert heard(script("One. Two.")) == []
    assert heard.spoken.unspoken == told


def test_another_voice_or_version_speaks_again(talker, heard):
    turn = TURNS[0]
    assert heard(script(turn))
    assert heard(Script("en", (Section("A", (Line(turn, voice="bert"),)),)))
    talker.version = "2"
    assert heard(script(turn))


def test_only_the_entries_of_the_lexicon_that_are_used_matter(heard):
    heard(script("A cache here.", "Nothing here."))
    assert heard(script("A cache here.", "Nothing here.", lexicon={"mutex": "mew tex"})) == []
    assert heard(script("A cache here.", "Nothing here.", lexicon={"cache": "cash"})) == ["A cash here."]


@pytest.mark.parametrize("damage", [b"", b"x", b"fivefold speech 1\n", None])
def test_a_damaged_entry_is_made_anew(heard, tmp_path, damage):
    heard(script(TURNS[0]))
    sound = (tmp_path / "out.wav").read_bytes()
    (path,) = entries()
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(bytes(data) if damage is None else damage)
    assert len(heard(script(TURNS[0]))) == 2
    assert (tmp_path / "out.wav").read_bytes() == sound
    assert heard(script(TURNS[0])) == []


def test_an_entry_of_another_shape_is_made_anew(heard, talker):
    heard(script(TURNS[0]))
    (path,) = entries()
    cache.put(path.name, cache.Entry(b'{"sentences": [[1]]}', b""))
    assert len(heard(script(TURNS[0]))) == 2


def test_a_folder_that_cannot_be_written_costs_only_time(heard, tmp_path, settings):
    (tmp_path / "file").write_text("in the way")
    settings.SPOKEN_CACHE = tmp_path / "file" / "spoken"
    assert len(heard(script(TURNS[0]))) == 2
    assert len(heard(script(TURNS[0]))) == 2


def test_the_oldest_go_when_there_is_no_room(heard, settings):
    heard(script(*TURNS))
    paths = entries()
    for age, path in enumerate(paths):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    assert sum(path.stat().st_size for path in paths) > 1024 * 1024
    settings.SPOKEN_CACHE_MB = 1
    cache.trim()
    left = entries()
    assert 0 < sum(path.stat().st_size for path in left) <= 1024 * 1024
    assert set(left) == set(paths[: len(left)])


def test_the_cache_can_be_switched_off(heard, settings):
    settings.SPOKEN_CACHE_MB = 0
    assert len(heard(script(TURNS[0]))) == 2
    assert len(heard(script(TURNS[0]))) == 2
    assert entries() == []


def test_no_piece_of_a_write_is_left(talker, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    cache.put("0" * 64, cache.Entry(b"{}", b"sound"))
    assert entries() == []
    assert cache.get("0" * 64) is None
