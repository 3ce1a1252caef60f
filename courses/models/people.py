from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .tree import Course


class Teaching(models.Model):
    """Names an instructor on a course: the only source of the right to edit it."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="teachings", verbose_name=_("course"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="teachings", verbose_name=_("instructor")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("instructor")
        verbose_name_plural = _("instructors")
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="teaches_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.course}"
