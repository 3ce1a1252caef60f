from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


class PublishableQuerySet(models.QuerySet):
    def published(self, at: datetime | None = None) -> Self:
        return self.filter(published_q(at))

    def in_state(self, state: str, at: datetime | None = None) -> Self:
        at = at or timezone.now()
        return self.filter(
            {
                State.DRAFT: Q(archived_at=None, published_at=None),
                State.SCHEDULED: Q(archived_at=None, published_at__gt=at),
                State.PUBLISHED: published_q(at),
                State.ARCHIVED: Q(archived_at__isnull=False),
            }[State(state)]
        )


def published_q(at: datetime | None = None, prefix: str = "") -> Q:
    """Condition "is published at `at`", for rows reached through `prefix` (such as "course__")."""
    return Q(**{f"{prefix}archived_at": None, f"{prefix}published_at__lte": at or timezone.now()})


class Publishable(models.Model):
    published_at = models.DateTimeField(
        _("published"), null=True, blank=True, help_text=_("Empty: a draft. Ahead of now: appears at that moment.")
    )
    archived_at = models.DateTimeField(
        _("archived"),
        null=True,
        blank=True,
        help_text=_("Taken out of the catalogue; everything learners did is kept."),
    )

    class Meta:
        abstract = True

    def state_at(self, at: datetime) -> State:
        if self.archived_at:
            return State.ARCHIVED
        if not self.published_at:
            return State.DRAFT
        return State.SCHEDULED if self.published_at > at else State.PUBLISHED

    @property
    def state(self) -> State:
        return self.state_at(timezone.now())

    @property
    def is_published(self) -> bool:
        return self.state is State.PUBLISHED
