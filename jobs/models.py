import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Queue(models.TextChoices):
    MEDIA = "media", _("Media")
    SPEECH = "speech", _("Speech")
    SCORING = "scoring", _("Scoring")
    BULK = "bulk", _("Bulk work")


ACTIVE = (State.WAITING, State.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> Self:
        return self.filter(state__in=ACTIVE)

    def visible_to(self, user: PermissionsMixin) -> Self:
        """One's own; all of them for superusers."""
        return self.all() if user.is_superuser else self.filter(asked_by=user)


class Job(models.Model):
    """One piece of background work. The row is the truth; a message to a worker only wakes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60, help_text=_("such as media.encode"))
    subject = models.CharField(
        _("subject"), max_length=120, help_text=_("what it is about; a kind has one active job for a subject")
    )
    queue = models.CharField(_("queue"), max_length=10, choices=Queue)
    payload = models.JSONField(_("payload"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Who runs it now, and until when that is believed.
    token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(_("due"))
    offered_at = models.DateTimeField(null=True, editable=False, help_text=_("when a worker was last woken for it"))
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, help_text=_("0 to 100"))
    message = models.CharField(_("message"), max_length=200, blank=True)
    error = models.TextField(_("error"), blank=True, help_text=_("a sentence a person can act on"))
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("asked by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(state__in=["waiting", "running"]), name="one_active_job"
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="job_due"),
            models.Index(fields=["state", "lease_until"], name="job_leases"),
            models.Index(fields=["state", "finished_at"], name="job_ended"),
            models.Index(fields=["subject", "-created_at"], name="job_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.subject}"

    def can_be_changed_by(self, user: PermissionsMixin) -> bool:
        """Cancelled, or tried again."""
        return user.is_superuser or (self.asked_by_id is not None and self.asked_by_id == user.pk)

    @property
    def can_be_retried(self) -> bool:
        return self.state in (State.FAILED, State.CANCELLED)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE
