"""The bank: what is asked, what earns marks, and what every distinct answer earned."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Lesson
from lessons.models import Concept
from lessons.texts import MarkdownField
from media.models import Asset

if TYPE_CHECKING:
    from accounts.models import User

FULL = 1_000_000  # parts per million: shares and marks are integers, so that sums are exact


class Kind(models.TextChoices):
    SINGLE = "single", _("One right option")
    MULTIPLE = "multiple", _("Several right options")
    TRUE_FALSE = "truefalse", _("True or false")
    NUMERIC = "numeric", _("Number")
    SHORT = "short", _("Short text")
    CLOZE = "cloze", _("Gaps in a text")
    MATCHING = "matching", _("Matching pairs")
    ORDERING = "ordering", _("Order")
    FORMULA = "formula", _("Formula")
    ESSAY = "essay", _("Essay")


class Difficulty(models.IntegerChoices):
    EASY = 1, _("Easy")
    MEDIUM = 2, _("Medium")
    HARD = 3, _("Hard")


class QuestionQuerySet(models.QuerySet["Question"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def editable_by(self, user: "User") -> Self:
        return self.filter(course__in=Course.objects.editable_by(user))

    visible_to = editable_by  # the bank is seen by those who edit the course


class Question(models.Model):
    """A question of a course's bank. What is asked stands in its versions; `current` is the one new forms draw."""

    Kind = Kind
    Difficulty = Difficulty

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="questions", verbose_name=_("course"))
    lesson = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, blank=True, related_name="questions", verbose_name=_("lesson")
    )
    concept = models.ForeignKey(
        Concept, models.SET_NULL, null=True, blank=True, related_name="questions", verbose_name=_("key concept")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("Known in the course by it: an import finds the question again.")
    )
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), choices=Difficulty, default=Difficulty.MEDIUM)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    # The paragraph that answers it (lessons.Block.key): empty means the concept's own.
    source_key = models.CharField(_("paragraph"), max_length=12, blank=True)
    is_spoken = models.BooleanField(
        _("read aloud"), default=False, help_text=_("Learners can hear it. It is spoken again when its words change.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    current = models.ForeignKey(
        "QuestionVersion", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    # Of what is asked and its key, without white space and case: finds the same question imported twice.
    digest = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "name"],
                name="question_name_unique",
                violation_error_message=_("Another question of this course has this name."),
            )
        ]
        indexes = [models.Index(fields=["course", "retired_at", "concept"], name="question_by_concept")]

    def __str__(self) -> str:
        return self.name


class QuestionVersion(models.Model):
    """What learners were shown. Never changed once an attempt holds it: other words are a new version."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    stem = MarkdownField(_("question"), max_length=10_000)
    # By kind, without anything that tells the key: see quizzes.grading.
    body = models.JSONField(default=dict)
    explanation = MarkdownField(_("explanation"), blank=True, max_length=10_000)
    audio = models.ForeignKey(Asset, models.SET_NULL, null=True, blank=True, related_name="+")
    # The key that counts now. (Restricted, not protected: it may go together with its version.)
    revision = models.ForeignKey("KeyRevision", models.RESTRICT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["question", "number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="version_number_unique")]

    def __str__(self) -> str:
        return f"{self.question_id} v{self.number}"


class KeyRevision(models.Model):
    """What earns marks in one version. Rows are never changed; correcting a key adds one."""

    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    key = models.JSONField(default=dict)
    # Keys that count besides: an answer earns the most that any of them gives ("accept both").
    also = models.JSONField(default=list, blank=True)
    is_void = models.BooleanField(default=False, help_text=_("Everybody earns full marks, also for a blank."))
    is_dropped = models.BooleanField(default=False, help_text=_("It counts neither as earned nor as possible."))
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="revision_number_unique")]

    def __str__(self) -> str:
        return f"{self.version_id} key {self.number}"


class GradedAnswer(models.Model):
    """The dictionary: each distinct answer to a version is graded once, however many learners gave it.

    text: canonical (quizzes.grading.canonical); empty for a blank. An essay has one row for all, in state "manual".
    """

    version = models.ForeignKey(QuestionVersion, models.CASCADE, related_name="graded", db_index=False)
    digest = models.CharField(max_length=32)  # blake2b-128 of the text
    text = models.TextField()
    score_ppm = models.IntegerField()
    state = models.CharField(max_length=8)  # quizzes.grading.State
    why = models.JSONField(default=list)
    revision = models.ForeignKey(KeyRevision, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "digest"], name="graded_once")]

    def __str__(self) -> str:
        return self.text[:60]
