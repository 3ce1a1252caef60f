"""Mock tests: what is drawn, under which rules, and for whom they bend."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import Chapter, Course, Lesson
from courses.models.publishing import Publishable, PublishableQuerySet, published_q
from lessons.texts import MarkdownField

from .questions import Question

if TYPE_CHECKING:
    from accounts.models import User


class MockTestQuerySet(PublishableQuerySet):
    def published(self, at: datetime | None = None) -> Self:
        """Published, in a published course (and lesson, if it belongs to one)."""
        return self.filter(_open_to_all(at))

    def visible_to(self, user: "User | None") -> Self:
        """What is published; drafts too for those who edit the course."""
        if user is None:
            return self.published()
        if user.is_superuser:
            return self.all()
        return self.filter(_open_to_all() | Q(course__in=user.teachings.values("course")))

    def editable_by(self, user: "User") -> Self:
        return self.filter(course__in=Course.objects.editable_by(user))


def _open_to_all(at: datetime | None = None) -> Q:
    lesson = Q(lesson=None) | published_q(at, "lesson__")
    return Q(published_q(at), published_q(at, "course__"), lesson)


class MockTest(Publishable):
    """A test of a lesson, of a chapter, or (without either) of the whole course."""

    class Way(models.TextChoices):
        FIXED = "fixed", _("The same length for everybody")
        ADAPTIVE = "adaptive", _("Adaptive: each question follows from the answers before")

    class Counts(models.TextChoices):
        BEST = "best", _("The best attempt")
        LAST = "last", _("The last attempt")
        FIRST = "first", _("The first attempt")
        MEAN = "mean", _("The mean of all attempts")

    class Preset(models.TextChoices):
        PLAIN = "plain", _("1 for right, 0 for wrong")
        JEE = "jee", _("+4 / −1 (JEE Main, NEET)")
        GATE_ONE = "gate1", _("−1/3 for wrong (GATE, UPSC)")
        GATE_TWO = "gate2", _("−2/3 for wrong (GATE)")
        FORMULA = "formula", _("−1/(options − 1) for wrong")
        OWN = "own", _("Own rules")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="mock_tests", verbose_name=_("course"))
    chapter = models.ForeignKey(
        Chapter, models.SET_NULL, null=True, blank=True, related_name="mock_tests", verbose_name=_("chapter")
    )
    lesson = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, blank=True, related_name="mock_tests", verbose_name=_("lesson")
    )
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    introduction = MarkdownField(_("introduction"), blank=True, max_length=5_000)
    way = models.CharField(_("way"), max_length=8, choices=Way, default=Way.FIXED)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("Empty: no time limit."), validators=[MinValueValidator(1)]
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts"),
        null=True,
        blank=True,
        help_text=_("Empty: as often as one likes."),
        validators=[MinValueValidator(1)],
    )
    wait_hours = models.PositiveSmallIntegerField(
        _("hours between attempts"), default=0, help_text=_("0: the next attempt may begin at once.")
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark"),
        null=True,
        blank=True,
        help_text=_("Per cent. Empty: nobody passes or fails. An adaptive test has none."),
        validators=[MaxValueValidator(100)],
    )
    preset = models.CharField(_("marks"), max_length=8, choices=Preset, default=Preset.PLAIN)
    # Of a question's points; read when the preset is "own".
    right_marks = models.DecimalField(_("right"), max_digits=5, decimal_places=2, default=1)
    wrong_marks = models.DecimalField(_("wrong"), max_digits=5, decimal_places=2, default=0)
    blank_marks = models.DecimalField(_("blank"), max_digits=5, decimal_places=2, default=0)
    floor = models.CharField(
        _("never below zero"),
        max_length=8,
        default="test",
        choices=[("question", _("in a question")), ("test", _("in the whole test")), ("none", _("may fall below"))],
    )
    with_certainty = models.BooleanField(
        _("certainty"), default=False, help_text=_("Learners say how sure they are; marks follow from both.")
    )
    shuffle_questions = models.BooleanField(_("shuffle questions"), default=True)
    shuffle_options = models.BooleanField(_("shuffle options"), default=True)
    counts = models.CharField(_("which attempt counts"), max_length=5, choices=Counts, default=Counts.BEST)
    # Moment → what is shown then; see quizzes.reviewing. Empty: its default.
    review = models.JSONField(_("what learners see, and when"), default=dict, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    revised_at = models.DateTimeField(auto_now=True)

    objects = MockTestQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("mock test")
        verbose_name_plural = _("mock tests")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "slug"],
                name="mock_test_slug_unique",
                violation_error_message=_("Another mock test of this course has this address."),
            ),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=models.F("opens_at")),
                name="mock_test_closes_after_it_opens",
                violation_error_message=_("It closes before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("study:mock_test", args=[self.course.slug, self.slug])

    @property
    def is_adaptive(self) -> bool:
        return self.way == self.Way.ADAPTIVE

    @property
    def pass_mark(self) -> int | None:
        """In per cent. An adaptive test has none: whoever takes it has about half of the questions right."""
        return None if self.is_adaptive else self.pass_percent


class Section(models.Model):
    test = models.ForeignKey(MockTest, models.CASCADE, related_name="sections", verbose_name=_("mock test"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return self.title or _("Section %(number)d") % {"number": self.position}


class Slot(models.Model):
    """One fixed question, or `draw` questions from a pool."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    question = models.ForeignKey(
        Question, models.CASCADE, null=True, blank=True, related_name="slots", verbose_name=_("question")
    )
    # {"lessons": [id], "chapters": [id], "concepts": [id], "difficulties": [1..3], "kinds": [...], "tags": [...]};
    # what is missing or empty does not narrow the pool, which is the course's questions.
    pool = models.JSONField(_("pool"), null=True, blank=True)
    draw = models.PositiveSmallIntegerField(_("how many"), default=1, validators=[MinValueValidator(1)])
    points = models.DecimalField(
        _("points each"), max_digits=5, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.CheckConstraint(
                condition=Q(question=None, pool__isnull=False) | Q(question__isnull=False, pool__isnull=True),
                name="slot_is_fixed_or_drawn",
                violation_error_message=_("Choose a question, or say what to draw from."),
            )
        ]

    def __str__(self) -> str:
        return str(self.question) if self.question_id else _("Pool: draw %(number)d") % {"number": self.draw}


class Accommodation(models.Model):
    """What is different for one learner, in one test or (without a test) in all tests of the course."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="accommodations", verbose_name=_("course"))
    test = models.ForeignKey(
        MockTest,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="accommodations",
        verbose_name=_("mock test"),
        help_text=_("Empty: all tests of the course."),
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="accommodations", verbose_name=_("learner")
    )
    extra_percent = models.PositiveSmallIntegerField(
        _("extra time"),
        default=0,
        help_text=_("Per cent of the time limit, up to 300."),
        validators=[MaxValueValidator(300)],
    )
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"), default=0)
    extra_attempts = models.PositiveSmallIntegerField(_("extra attempts"), default=0)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True, help_text=_("Instead of the test's own time."))
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True, help_text=_("Instead of the test's own time."))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        constraints = [
            models.UniqueConstraint(fields=["test", "learner"], name="accommodation_of_a_test"),
            models.UniqueConstraint(
                fields=["course", "learner"], condition=Q(test=None), name="accommodation_of_a_course"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.learner} · {self.test or self.course}"
