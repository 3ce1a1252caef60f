"""Tests being sat: the pinned form, every answer, what came late, and the score."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Lesson

from .mock_tests import MockTest
from .questions import GradedAnswer, QuestionVersion

if TYPE_CHECKING:
    from accounts.models import User


class MarksRules(models.Model):
    """How fractions become marks: settings of a test as they were when an attempt began. Rows are never changed.

    data: see quizzes.grading.marks.
    """

    digest = models.CharField(max_length=32, unique=True)
    data = models.JSONField()

    def __str__(self) -> str:
        return self.digest


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def open(self) -> Self:
        return self.filter(state=Attempt.State.OPEN)

    def closed(self) -> Self:
        return self.exclude(state=Attempt.State.OPEN)

    def taken_by(self, user: "User") -> Self:
        return self.filter(learner=user)

    def visible_to(self, user: "User") -> Self:
        """One's own, and those closed in the courses one edits."""
        return self.filter(Q(learner=user) | Q(~Q(state="open"), course__in=Course.objects.editable_by(user)))


class Attempt(models.Model):
    class Purpose(models.TextChoices):
        MOCK = "mock", _("Mock test")
        PRACTICE = "practice", _("Practice")
        PREVIEW = "preview", _("Preview")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SUBMITTED = "submitted", _("Being scored")
        SCORED = "scored", _("Scored")
        VOIDED = "voided", _("Voided")

    class ClosedBy(models.TextChoices):
        LEARNER = "learner", _("Submitted")
        TIME = "time", _("Time was up")
        INSTRUCTOR = "instructor", _("Closed by an instructor")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="attempts", verbose_name=_("learner")
    )
    course = models.ForeignKey(Course, models.CASCADE, related_name="attempts", verbose_name=_("course"))
    test = models.ForeignKey(
        MockTest, models.CASCADE, null=True, blank=True, related_name="attempts", verbose_name=_("mock test")
    )
    # Of a practice round.
    lesson = models.ForeignKey(Lesson, models.CASCADE, null=True, blank=True, related_name="attempts")
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose, default=Purpose.MOCK)
    number = models.PositiveIntegerField(_("number"), default=1)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    # {"sections": [title], "slots": [{"slot": 1…, "section": 0…, "question": id, "version": id, "weight": ppm,
    # "order": …}]}: resolved once, so that it is the same after a restart; see quizzes.drawing.
    form = models.JSONField(default=dict)
    rules = models.ForeignKey(MarksRules, models.PROTECT, related_name="+")
    seed = models.BigIntegerField(default=0)
    # A person's extra time and so on, as it was at the start: {"extra_percent": 25, …}.
    terms = models.JSONField(default=dict, blank=True)
    tab = models.CharField(max_length=40, blank=True)  # the browser tab that may write
    started_at = models.DateTimeField(_("started"))
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)  # without grace
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    closed_by = models.CharField(max_length=10, choices=ClosedBy, blank=True)
    saved_at = models.DateTimeField(_("last saved"), null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(fields=["test", "learner", "purpose", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(
                fields=["test", "learner", "purpose"], condition=Q(state="open"), name="one_open_attempt"
            ),
            models.UniqueConstraint(
                fields=["lesson", "learner", "purpose"], condition=Q(state="open", test=None), name="one_open_practice"
            ),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(state="open"), name="attempt_overdue"),
            models.Index(fields=["learner", "-started_at"], name="attempt_by_learner"),
            models.Index(fields=["course", "-started_at"], name="attempt_by_course"),
        ]

    def __str__(self) -> str:
        return f"{self.learner} · {self.test or self.lesson} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("quizzes:attempt", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Answer(models.Model):
    """What a learner answered in one slot. While the attempt is open it changes by rising `rev` only."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers", db_index=False)
    slot = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, models.RESTRICT, related_name="+", db_index=False)
    weight_ppm = models.IntegerField()
    rev = models.PositiveIntegerField(default=0)
    value = models.JSONField(null=True)  # None: blank
    certainty = models.PositiveSmallIntegerField(null=True)
    is_flagged = models.BooleanField(default=False)
    seconds = models.PositiveIntegerField(default=0, help_text=_("on the question, as the browser counted"))
    saved_at = models.DateTimeField(null=True)
    # Set by scoring.
    graded = models.ForeignKey(GradedAnswer, models.RESTRICT, null=True, related_name="answers")
    # What a person gave instead (an essay, an accepted answer), as a share.
    marked_ppm = models.IntegerField(null=True)
    marking = models.JSONField(null=True, blank=True)  # {"levels": {criterion: level}, "comment": "…"}
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    marked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["slot"]
        constraints = [models.UniqueConstraint(fields=["attempt", "slot"], name="one_answer_a_slot")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.slot}"


class LateAnswer(models.Model):
    """An answer that came after the deadline and its grace: kept, unscored, for the instructor to see."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="late_answers", db_index=False)
    slot = models.PositiveSmallIntegerField()
    rev = models.PositiveIntegerField()
    value = models.JSONField(null=True)
    received_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["attempt", "slot", "rev"]
        verbose_name = _("late answer")
        verbose_name_plural = _("late answers")
        constraints = [models.UniqueConstraint(fields=["attempt", "slot", "rev"], name="late_answer_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.slot} r{self.rev}"


class AttemptEvent(models.Model):
    """What was done to an attempt, by whom and why: the audit trail. Rows are never changed."""

    class What(models.TextChoices):
        STARTED = "started", _("Started")
        TAKEN_OVER = "taken_over", _("Continued in another tab")
        SUBMITTED = "submitted", _("Submitted")
        TIMED_OUT = "timed_out", _("Closed: time was up")
        EXTENDED = "extended", _("Given more time")
        VOIDED = "voided", _("Voided")
        RESTORED = "restored", _("No longer voided")
        REOPENED = "reopened", _("Reopened")
        RESCORED = "rescored", _("Scored again")
        LATE_ACCEPTED = "late_accepted", _("Late answer accepted")
        MARKED = "marked", _("Marked by hand")

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="events")
    what = models.CharField(max_length=16, choices=What)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"


class Score(models.Model):
    """What a closed attempt earned. All marks in millionths of a point."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, primary_key=True, related_name="score")
    # Kept here too: a test's distribution is read from this table alone. None where the score counts for nobody's
    # standing: practice, a preview, a voided attempt.
    test = models.ForeignKey(MockTest, models.CASCADE, null=True, related_name="scores", db_index=False)
    # The attempt's, here for regrades: attempts carry their forms and are large.
    rules = models.ForeignKey(MarksRules, models.PROTECT, related_name="+", db_index=False)
    sum_ppm = models.BigIntegerField()  # of all answers, as it may fall below zero
    possible_ppm = models.BigIntegerField()
    floor_ppm = models.BigIntegerField(null=True)  # a regrade that lowers nobody keeps at least this
    marks_ppm = models.BigIntegerField()  # what counts
    share_ppm = models.IntegerField()  # marks / possible, 0 to 1,000,000
    passed = models.BooleanField(null=True)
    is_provisional = models.BooleanField(default=False)  # an answer waits to be marked by hand
    ability = models.FloatField(null=True)
    ability_error = models.FloatField(null=True)
    scored_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["test", "share_ppm"], name="score_by_test")]

    def __str__(self) -> str:
        return f"{self.share_ppm / 10_000:.1f} %"
