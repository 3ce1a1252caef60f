import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course

from .attempts import Attempt
from .questions import QuestionVersion

if TYPE_CHECKING:
    from accounts.models import User


class ProblemReportQuerySet(models.QuerySet["ProblemReport"]):
    def editable_by(self, user: "User") -> Self:
        return self.filter(version__question__course__in=Course.objects.editable_by(user))

    def visible_to(self, user: "User") -> Self:
        """One's own, and those about the questions of courses one edits."""
        return self.filter(Q(learner=user) | Q(version__question__course__in=Course.objects.editable_by(user)))


class ProblemReport(models.Model):
    """A learner says that something is wrong with a question; an instructor answers."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        FIXED = "fixed", _("Corrected")
        KEPT = "kept", _("Looked at; it stays as it is")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="problem_reports")
    slot = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="problem_reports")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="problem_reports")
    text = models.TextField(_("what is wrong"), max_length=2_000)
    state = models.CharField(_("state"), max_length=5, choices=State, default=State.OPEN)
    reply = models.TextField(_("reply"), blank=True, max_length=2_000)
    at = models.DateTimeField(_("reported"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ProblemReportQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("problem report")
        verbose_name_plural = _("problem reports")
        constraints = [models.UniqueConstraint(fields=["attempt", "slot"], name="one_report_a_slot")]

    def __str__(self) -> str:
        return self.text[:60]
