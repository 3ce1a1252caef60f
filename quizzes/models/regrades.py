"""Corrections of keys: what was decided, and what it changed for whom. Enough to take it back exactly."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .attempts import Attempt
from .questions import QuestionVersion


class RegradeRun(models.Model):
    class Policy(models.TextChoices):
        NEW = "new", _("Only the new key counts")
        BOTH = "both", _("The old and the new key count")
        VOID = "void", _("Everybody gets full marks for it")
        DROP = "drop", _("It is taken out of the total")

    class State(models.TextChoices):
        DRY = "dry", _("Dry run")
        ASKED = "asked", _("Being applied")
        APPLIED = "applied", _("Applied")
        REVERTED = "reverted", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # [{"version": id, "before": revision id, "after": revision id}]: several keys may be corrected together.
    changes = models.JSONField(default=list)
    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="regrades")  # the first of them
    policy = models.CharField(_("policy"), max_length=4, choices=Policy)
    lowers_nobody = models.BooleanField(_("nobody's score falls"), default=False)
    state = models.CharField(max_length=8, choices=State, default=State.DRY)
    # {"attempts", "up", "down", "to_pass", "to_fail", "mean_before", "mean_after"}; of the dry run, then as applied.
    forecast = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True)
    reverted_at = models.DateTimeField(null=True)
    reverted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")

    def __str__(self) -> str:
        return f"{self.version_id} {self.policy}"


class RegradeChange(models.Model):
    """The journal: one attempt's score before and after."""

    # Rows are copied from scores, a hundred thousand at a time: checking each for what cannot be would take as long as
    # all the rest of a regrade.
    run = models.ForeignKey(RegradeRun, models.CASCADE, related_name="journal", db_index=False, db_constraint=False)
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="regrades", db_constraint=False)
    sum_before = models.BigIntegerField()
    sum_after = models.BigIntegerField()
    possible_before = models.BigIntegerField()
    possible_after = models.BigIntegerField()
    floor_before = models.BigIntegerField(null=True)
    floor_after = models.BigIntegerField(null=True)
    marks_before = models.BigIntegerField()
    marks_after = models.BigIntegerField()
    share_before = models.IntegerField()
    share_after = models.IntegerField()
    passed_before = models.BooleanField(null=True)
    passed_after = models.BooleanField(null=True)
    told_at = models.DateTimeField(null=True)  # when the learner was sent a notice

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "attempt"], name="regrade_journal_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.attempt_id}"
