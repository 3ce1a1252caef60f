import pytest

from lessons import bookmarks
from lessons.models import Bookmark, LessonAudio
from media.scripts import Line, Script, Section
from tests import factories


@pytest.fixture
def learner(db):
    return factories.UserFactory()


@pytest.fixture
def audio(db):
    return fresh(factories.ready_audio(factories.full_lesson(), seconds=60))


def fresh(audio):
    return LessonAudio.objects.select_related("asset__take").get(pk=audio.pk)


def test_a_bookmark_knows_its_sentence_and_paragraph(audio, learner):
    kept, is_new = bookmarks.add(learner, audio, 31.23)
    assert (kept.seconds, kept.words, is_new) == (31.2, "It got slower.", True)
    assert kept.key == audio.asset.words.sections[0].lines[1].key


def test_the_same_place_twice_is_one_bookmark(audio, learner):
    first, _ = bookmarks.add(learner, audio, 10)
    again, is_new = bookmarks.add(learner, audio, 10.04)
    assert (first.pk, is_new) == (again.pk, False)
    assert bookmarks.add(factories.UserFactory(), audio, 10)[1]


def test_a_place_outside_is_the_nearest_within(audio, learner):
    assert bookmarks.add(learner, audio, -5)[0].seconds == 0
    assert bookmarks.add(learner, audio, 1e9)[0].seconds == 60


def test_nobody_keeps_more_than_makes_sense(audio, learner, monkeypatch):
    monkeypatch.setattr(bookmarks, "MOST", 2)
    for seconds in (1, 2):
        bookmarks.add(learner, audio, seconds)
    with pytest.raises(bookmarks.TooMany):
        bookmarks.add(learner, audio, 3)
    assert not bookmarks.add(learner, audio, 2)[1]


def test_a_bookmark_stays_at_its_words_in_a_new_take(audio, learner, django_assert_num_queries):
    for seconds in (31, 2):
        bookmarks.add(learner, audio, seconds)
    before = audio.asset.words
    (section,) = before.sections
    lines = (Line("Something comes first."), *section.lines)
    factories.take_of(audio.asset, Script("en", (Section(section.title, lines),)), seconds=90)
    audio = fresh(audio)
    with django_assert_num_queries(2):
        marks = bookmarks.of(learner, [audio])[audio.pk]
    assert [(mark.seconds, mark.words) for mark in marks] == [(32, "What happened?"), (61, "It got slower.")]
    assert [mark.seconds for mark in bookmarks.in_plays(list(Bookmark.objects.order_by("seconds")))] == [32, 61]
    kept, is_new = bookmarks.add(learner, audio, 31)
    assert (kept.words, kept.take_id, is_new) == ("What happened?", audio.asset.take_id, False)


def test_a_bookmark_goes_once(audio, learner):
    kept, _ = bookmarks.add(learner, audio, 5)
    assert not bookmarks.remove(factories.UserFactory(), kept.pk)
    assert bookmarks.remove(learner, kept.pk)
    assert not bookmarks.remove(learner, kept.pk)
