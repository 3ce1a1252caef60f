"""Mail to learners whose score was corrected: one each, also when it is sent twice or interrupted."""

import logging
import uuid
from collections.abc import Callable
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import override

from jobs import queue
from jobs.models import Job

from .models import Attempt, RegradeChange, RegradeRun

NOTICES = "quizzes.notices"  # the kind of job; its subject is the run's id
Beat = Callable[[float], None]

log = logging.getLogger(__name__)


def ask(run: RegradeRun) -> Job:
    return queue.enqueue(NOTICES, str(run.pk))


def untold(run: RegradeRun) -> QuerySet[RegradeChange]:
    """Those who see another score or another verdict than before; practice and previews are nobody's result.

    Of a run that was taken back: those who had been told of it.
    """
    changed = (
        ~Q(share_before=F("share_after")) | ~Q(marks_before=F("marks_after")) | ~Q(passed_before=F("passed_after"))
    )
    is_undone = run.state == RegradeRun.State.REVERTED
    return RegradeChange.objects.filter(
        changed,
        Q(told_at__lt=run.reverted_at) if is_undone else Q(told_at=None),
        run=run,
        attempt__purpose=Attempt.Purpose.MOCK,
        attempt__state=Attempt.State.SCORED,
        attempt__learner__is_active=True,
    )


def send(run_id: uuid.UUID, beat: Beat) -> int:
    """Returns how many were told."""
    run = RegradeRun.objects.get(pk=run_id)
    waiting = list(untold(run).values_list("pk", flat=True))
    told = 0
    for count, pk in enumerate(waiting):
        beat(100 * count / len(waiting))
        # It may be taken back while we write.
        run.refresh_from_db(fields=["state", "reverted_at"])
        told += tell(run, pk)
    return told


def tell(run: RegradeRun, pk: int) -> bool:
    """Claimed before it is sent, and outside of transactions: a mail server takes its time. Killed in between, we would
    rather not say it than say it twice; a mail that cannot be sent is left to the next attempt."""
    at = now()
    before = RegradeChange.objects.values_list("told_at", flat=True).get(pk=pk)
    if not RegradeChange.objects.filter(pk__in=untold(run).filter(pk=pk).values("pk")).update(told_at=at):
        return False
    related = ("run", "attempt__learner", "attempt__test", "attempt__score")
    change = RegradeChange.objects.select_related(*related).get(pk=pk)
    try:
        send_mail(*_words(change), None, [change.attempt.learner.email])
    except SMTPRecipientsRefused:
        # This address takes no mail; the result page says the same.
        log.warning("The notice about attempt %s was refused", change.attempt_id)
    except Exception:
        RegradeChange.objects.filter(pk=pk, told_at=at).update(told_at=before)
        raise
    return True


def _words(change: RegradeChange) -> tuple[str, str]:
    """Subject and text."""
    attempt = change.attempt
    context = {
        "test": attempt.test,
        "is_undone": change.run.state == RegradeRun.State.REVERTED,
        "before": change.share_before / 10_000,
        "after": attempt.score.share_ppm / 10_000,
        "passed": attempt.score.passed,
        "address": settings.BASE_URL + reverse("study:result", args=[attempt.pk]),
    }
    with override(attempt.learner.locale):
        subject = render_to_string("quizzes/mail/corrected_subject.txt", context)
        return " ".join(subject.split()), render_to_string("quizzes/mail/corrected.txt", context)
