"""Who moved is told once, in a plain mail."""

import pytest
from django.core import mail
from django.core.mail import get_connection

from jobs import running
from jobs.models import Job
from quizzes import notices
from quizzes.models import Attempt, RegradeChange
from tests import factories
from tests.quizzes.scoring import sat

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(cast):
    return factories.mock_test(cast.course, sat.choices(cast.course, 4), title="Threads & locks", pass_percent=50)


@pytest.fixture
def run(cast, exam):
    """Corrected: `enrolled` moves up, `other` stays."""
    sat.sit(cast.enrolled, exam, ["b", "a", None, None])
    sat.sit(cast.other, exam, ["c", "a", "a", "a"])
    question = exam.sections.get().slots.first().question
    return sat.corrected(cast.instructor, question, sat.key("b"))


def send():
    for job in Job.objects.filter(kind=notices.NOTICES).active():
        assert running.run(job.pk) == "done"


def test_who_moved_gets_one_mail_with_both_scores_and_the_way_to_the_result(cast, run, settings):
    send()
    (sent,) = mail.outbox
    assert sent.to == ["enrolled@example.org"]
    assert sent.subject == "Your score in “Threads & locks” was corrected"
    assert "Your score was 25.0 % and is 50.0 % now. You have passed." in sent.body
    attempt = Attempt.objects.get(learner=cast.enrolled)
    assert f"{settings.BASE_URL}/attempts/{attempt.pk}/result/" in sent.body


def test_sending_again_sends_nothing(run):
    assert notices.send(run.pk, lambda share: None) == 1
    assert notices.send(run.pk, lambda share: None) == 0
    assert len(mail.outbox) == 1


def test_a_mail_that_fails_is_sent_by_the_next_attempt(run, monkeypatch):
    backend = type(get_connection())
    monkeypatch.setattr(backend, "send_messages", lambda *_: (_ for _ in ()).throw(ConnectionRefusedError))
    with pytest.raises(ConnectionRefusedError):
        notices.send(run.pk, lambda share: None)
    assert RegradeChange.objects.filter(told_at=None).count() == 1
    monkeypatch.undo()
    assert notices.send(run.pk, lambda share: None) == 1


def test_who_does_not_move_is_not_told(cast, exam):
    sat.sit(cast.enrolled, exam, ["b", "a", None, None])
    question = exam.sections.get().slots.first().question
    sat.corrected(cast.instructor, question, sat.key("c"))
    send()
    assert mail.outbox == []


def test_a_voided_attempt_and_a_closed_account_are_not_told(cast, exam, run):
    Attempt.objects.update(state="voided")
    assert notices.send(run.pk, lambda share: None) == 0
    Attempt.objects.update(state="scored")
    cast.enrolled.is_active = False
    cast.enrolled.save()
    assert notices.send(run.pk, lambda share: None) == 0


def test_who_was_told_is_told_that_it_was_taken_back(cast, run):
    send()
    sat.reverted(run, cast.instructor)
    send()
    assert [sent.to for sent in mail.outbox] == [["enrolled@example.org"]] * 2
    assert "has been taken back" in mail.outbox[1].body
    assert "Your score is 25.0 % again." in mail.outbox[1].body


def test_who_was_not_told_hears_nothing_of_what_was_taken_back(cast, run):
    sat.reverted(run, cast.instructor)
    send()
    assert mail.outbox == []
