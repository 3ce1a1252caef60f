import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course

if TYPE_CHECKING:
    from accounts.models import User


class EnrollmentQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(left_at=None)

    def held_by(self, user: "User") -> Self:
        return self.filter(learner=user)

    def visible_to(self, user: "User") -> Self:
        """One's own, those in courses one teaches, and all for staff."""
        if user.is_reporting:
            return self.all()
        return self.filter(models.Q(learner=user) | models.Q(course__in=user.teachings.values("course")))


class Enrollment(models.Model):
    """Ties a learner to a course. Leaving keeps the row, so that returning finds everything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="enrollments", verbose_name=_("learner")
    )
    course = models.ForeignKey(Course, models.PROTECT, related_name="enrollments", verbose_name=_("course"))
    enrolled_at = models.DateTimeField(_("enrolled"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["learner", "course"], name="enrolled_once")]
        indexes = [models.Index(fields=["course", "left_at"], name="enrollment_by_course")]

    def __str__(self) -> str:
        return f"{self.learner} · {self.course}"
