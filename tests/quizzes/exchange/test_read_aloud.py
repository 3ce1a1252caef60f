"""A question that is read aloud: its audio follows its words, and only those who sit it hear it."""

from dataclasses import replace

import pytest

from jobs.models import Job
from media.models import Asset
from quizzes import bank
from quizzes.exchange import gift
from tests import factories

pytestmark = pytest.mark.django_db
SPOKEN = "// [spoken:yes]\n::Net:: What is *left* of 12 after 5? {#7}\n"


@pytest.fixture
def question(cast):
    (draft,), problems = gift.read(SPOKEN)
    assert not problems
    return bank.add(cast.course, replace(draft, lesson=cast.lesson.slug), cast.instructor)


def words(question):
    return [line.text for line in question.current.audio.words.lines]


def test_its_words_are_spoken_without_marks(question):
    assert words(question) == ["What is left of 12 after 5?"]
    assert Job.objects.filter(kind="media.speak", subject__contains=str(question.current.audio_id)).exists()


def test_other_words_are_spoken_anew_and_the_same_are_not(question):
    bank.revise(question, replace(bank.draft_of(question), difficulty=3))
    assert Asset.objects.count() == 1
    Job.objects.all().delete()
    question = bank.revise(question, replace(bank.draft_of(question), stem="What remains of 12 less 5?"))
    assert words(question) == ["What remains of 12 less 5?"]
    assert Job.objects.filter(kind="media.speak").count() == 1


def test_a_version_that_is_held_keeps_its_own_audio(question, cast):
    test = factories.mock_test(cast.course, [question])
    factories.open_attempt(cast.enrolled, test)
    old = question.current
    question = bank.revise(question, replace(bank.draft_of(question), stem="What remains of 12 less 5?"))
    old.refresh_from_db()
    assert question.current_id != old.pk
    assert old.audio_id not in (None, question.current.audio_id)


def test_it_can_fall_silent_again(question):
    question = bank.revise(question, replace(bank.draft_of(question), is_spoken=False))
    assert question.current.audio is None


def test_a_learner_who_sits_it_hears_it(question, cast, client):
    factories.take_of(question.current.audio, question.current.audio.words)
    attempt = factories.open_attempt(cast.enrolled, factories.mock_test(cast.course, [question]))
    client.force_login(cast.enrolled)
    page = client.get(f"/attempts/{attempt.pk}/q/1/").content.decode()
    assert page.count("<audio") == 1
    assert '<source src="/audio/' in page
