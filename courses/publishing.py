"""Publishing and archiving courses and lessons, several at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .models import Course, Publishable, PublishableQuerySet
from .models.tree import revised


def publish(rows: PublishableQuerySet, *, at: datetime | None = None) -> list[Publishable]:
    """Publish the drafts and scheduled ones among `rows` now; returns them. Archived ones stay archived."""
    at = at or timezone.now()
    waiting = Q(published_at=None) | Q(published_at__gt=at)
    return _stamp(rows.filter(waiting, archived_at=None), published_at=at)


def archive(rows: PublishableQuerySet, *, at: datetime | None = None) -> list[Publishable]:
    """Take `rows` out of the catalogue; returns those that were in it or on their way."""
    return _stamp(rows.filter(archived_at=None), archived_at=at or timezone.now())


def unarchive(rows: PublishableQuerySet) -> list[Publishable]:
    """Bring archived ones among `rows` back to where they were; returns them."""
    return _stamp(rows.filter(archived_at__isnull=False), archived_at=None)


@transaction.atomic
def _stamp(rows: PublishableQuerySet, **moments: datetime | None) -> list[Publishable]:
    found = list(rows)
    changes = moments | {"revised_at": timezone.now()}
    rows.model._default_manager.filter(pk__in=[row.pk for row in found]).update(**changes)
    for row in found:
        for name, value in changes.items():
            setattr(row, name, value)
    if rows.model is Course:
        for row in found:
            revised(pk=row.pk)
    else:
        for course_id in {row.course_id for row in found}:
            Course.recount(course_id)
    return found
