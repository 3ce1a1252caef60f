"""The pronunciation of a course: which words it changes, and what stays."""

import pytest

from media import speech
from media.speech.lexicon import Lexicon
from tests.media import talking
from tests.media.talking import script


def said(text, **entries):
    return "".join(text[begin:end] if said is None else said for begin, end, said in Lexicon(entries).runs(text))


@pytest.mark.parametrize(
    ("text", "entries", "expected"),
    [
        ("a cache, Cache, CACHE, caches", {"cache": "cash"}, "a cash, cash, cash, caches"),
        ("SQL sql Sql SQLite", {"SQL": "sequel"}, "sequel sql Sql SQLite"),
        ("iOS and ios", {"iOS": "eye O S"}, "eye O S and ios"),
        ("Nora, nora's NORA", {"Nora": "Noor-ah"}, "Noor-ah, Noor-ah's Noor-ah"),
        ("a→b → c", {"→": " goes to "}, "a goes to b  goes to  c"),
        ("C++ or C", {"C++": "see plus plus"}, "see plus plus or C"),
        ("SQL  Server, SQL", {"SQL": "sequel", "SQL Server": "the server"}, "the server, sequel"),
        ("über Über", {"Über": "oober"}, "oober oober"),
        ("(.*) and a.c abc", {"a.c": "dotted", "(.*)": "anything"}, "anything and dotted abc"),
        ("ab", {"a": "b", "b": "a"}, "ab"),
        ("a b", {"a": "b", "b": "a"}, "b a"),
        ("🎉 here", {"🎉": ""}, " here"),
        ("İstanbul ıstanbul", {"istanbul": "the city"}, "the city the city"),
        ("Nora nora NORA", {"Nora": "one", "nora": "two"}, "one two one"),
        ("text", {"": "x", "  ": "y"}, "text"),
        ("text", {}, "text"),
    ],
)
def test_whole_words_and_signs_are_replaced_once(text, entries, expected):
    assert said(text, **entries) == expected


@pytest.fixture
def talker(settings, tmp_path):
    return talking.set_up(settings, tmp_path)


def test_the_engine_hears_the_entry_and_the_cue_shows_the_text(talker, tmp_path):
    asked = script("PostgreSQL is 🎉 fast.", lexicon={"postgresql": "post gres", "🎉": "really", "fast": "[x](/y/)"})
    spoken = speech.render(asked, tmp_path / "out.wav", lambda share: None)
    assert talker.heard == [("anna", "post gres is really [x] (/y/).")]
    (cue,) = spoken.cues
    assert cue.text == "PostgreSQL is 🎉 fast."
    shown = [cue.text[word.at : word.at + word.length] for word in cue.words]
    assert shown == ["PostgreSQL", "is", "🎉", "fast."]
    first, second = cue.words[:2]
    assert first.end - first.start == pytest.approx(len("post gres") * talking.A_CHARACTER, abs=0.06)
    assert second.start >= first.end
    assert spoken.unspoken == []


def test_an_entry_that_cannot_be_said_is_told(talker):
    told = speech.unspoken(script("Well done.", lexicon={"done": "完"}))
    assert [loss["text"] for loss in told] == ["完"]
