"""What nobody needs any more: graded answers that no attempt points at, and practice rounds begun long ago."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from .models import Answer, Attempt, GradedAnswer

KEEP_PRACTICE = timedelta(days=30)  # an open round that nobody has touched
AT_ONCE = 2_000  # rows deleted with one statement
Beat = Callable[[], None]


def sweep(beat: Beat, at: datetime | None = None) -> int:
    """Returns how many rows it deleted."""
    return _practice(beat, (at or now()) - KEEP_PRACTICE) + _answers(beat)


def _practice(beat: Beat, before: datetime) -> int:
    """Begun and left: a round that is closed is part of somebody's history and stays."""
    old = Attempt.objects.open().filter(
        purpose__in=[Attempt.Purpose.PRACTICE, Attempt.Purpose.PREVIEW], started_at__lt=before
    )
    idle = old.exclude(saved_at__gte=before).order_by("started_at")
    count = 0
    while pks := list(idle.values_list("pk", flat=True)[:AT_ONCE]):
        beat()
        # Somebody may have gone on with it at this very moment.
        count += (
            idle.model.objects.open()
            .filter(pk__in=pks)
            .exclude(saved_at__gte=before)
            .delete()[1]
            .get("quizzes.Attempt", 0)
        )
    return count


def _answers(beat: Beat) -> int:
    """Their learners are gone."""
    unused = GradedAnswer.objects.exclude(Exists(Answer.objects.filter(graded=OuterRef("pk"))))
    count, last = 0, 0
    while pks := list(unused.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        beat()
        last = pks[-1]
        try:
            with transaction.atomic():
                count += unused.filter(pk__in=pks)._raw_delete(using=DEFAULT_DB_ALIAS)
        except IntegrityError:
            # Somebody gave one of these answers at this moment: the database keeps all, and the next sweep looks again.
            continue
    return count
