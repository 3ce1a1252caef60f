"""What can be heard of a lesson, who heard how much of it, and feeds for podcast apps."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Lesson
from enrollment.models import Enrollment
from media.models import Asset, Format, Take

if TYPE_CHECKING:
    from accounts.models import User

SLOWEST, FASTEST = 0.5, 3.0  # playback rates


class Voicing(models.Model):
    """How a course sounds."""

    course = models.OneToOneField(
        Course, models.CASCADE, primary_key=True, related_name="voicing", verbose_name=_("course")
    )
    engine = models.CharField(
        _("speech engine"), max_length=20, blank=True, help_text=_("Empty: the best that speaks the language.")
    )
    narrator = models.CharField(
        _("narrator's voice"),
        max_length=60,
        blank=True,
        help_text=_("Reads the audiobook. Empty: the engine's choice."),
    )
    pause = models.FloatField(
        _("pause"),
        default=0.45,
        validators=[MinValueValidator(0), MaxValueValidator(5)],
        help_text=_("between two turns, in seconds"),
    )
    format = models.CharField(_("format"), max_length=4, choices=Format, default=Format.M4A)
    pronunciation = models.JSONField(
        _("pronunciation"), default=dict, blank=True, help_text=_("word → how to say it, in plain letters")
    )

    class Meta:
        verbose_name = _("sound of a course")
        verbose_name_plural = _("sound of courses")

    def __str__(self) -> str:
        return str(self.course)


class LessonAudio(models.Model):
    """One of the two things to hear in a lesson."""

    class Part(models.TextChoices):
        CONVERSATION = "conversation", _("Classroom conversation")
        AUDIOBOOK = "audiobook", _("Audiobook")

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="audio", verbose_name=_("lesson"))
    part = models.CharField(_("part"), max_length=12, choices=Part)
    asset = models.OneToOneField(Asset, models.PROTECT, related_name="lesson_audio", verbose_name=_("audio"))

    class Meta:
        # Alphabetical by luck is not by design: the conversation comes first.
        ordering = ["-part"]
        verbose_name = _("audio of a lesson")
        verbose_name_plural = _("audio of lessons")
        constraints = [models.UniqueConstraint(fields=["lesson", "part"], name="one_audio_a_part")]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.get_part_display()}"


class Listening(models.Model):
    """One learner's evidence of hearing one audio. Progress is computed from it, never stored."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="listenings")
    audio = models.ForeignKey(LessonAudio, models.CASCADE, related_name="listenings")
    # Seconds below are of this take; a new take carries them over by its cues.
    take = models.ForeignKey(Take, models.SET_NULL, null=True, related_name="+")
    heard = models.JSONField(default=list, help_text=_("[start, end] in seconds, apart and in order"))
    place = models.FloatField(default=0, help_text=_("in seconds"))
    place_at = models.DateTimeField(null=True, blank=True, help_text=_("when it was really there"))
    place_device = models.CharField(max_length=40, blank=True)
    # device → number of its newest report that moved the place: one that comes twice, or late, is known.
    devices = models.JSONField(default=dict)
    # [start, end] of real time (seconds since 1970) in which it can have been heard: nobody hears an hour in a second.
    clock = models.JSONField(default=list)
    # Rises with each write: two devices merge instead of overwriting each other.
    rev = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "audio"], name="one_listening_an_audio")]
        indexes = [models.Index(fields=["learner", "-place_at"], name="listening_by_place")]

    def __str__(self) -> str:
        return f"{self.learner} · {self.audio}"


class Playback(models.Model):
    """How a learner likes to hear a course."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="playbacks")
    course = models.ForeignKey(Course, models.CASCADE, related_name="playbacks")
    rate = models.DecimalField(
        max_digits=3, decimal_places=2, validators=[MinValueValidator(SLOWEST), MaxValueValidator(FASTEST)]
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "course"], name="one_rate_a_course")]

    def __str__(self) -> str:
        return f"{self.learner} · {self.course}: {self.rate}"


class Bookmark(models.Model):
    """A place in an audio that a learner wants to find again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmarks")
    audio = models.ForeignKey(LessonAudio, models.CASCADE, related_name="bookmarks")
    seconds = models.FloatField()
    take = models.ForeignKey(Take, models.SET_NULL, null=True, related_name="+")
    key = models.CharField(max_length=12, blank=True, help_text=_("of the paragraph that is heard there"))
    words = models.CharField(max_length=300, blank=True, help_text=_("the sentence that is heard there"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seconds"]
        constraints = [models.UniqueConstraint(fields=["learner", "audio", "seconds"], name="one_bookmark_a_place")]

    def __str__(self) -> str:
        return f"{self.audio} · {self.seconds:.0f} s"


class FeedQuerySet(models.QuerySet["Feed"]):
    def active(self) -> Self:
        """Leaving the course ends a feed, and coming back does not bring it back."""
        return self.filter(ended_at=None, enrollment__left_at=None, created_at__gte=models.F("enrollment__enrolled_at"))

    def visible_to(self, user: "User") -> Self:
        return self.filter(enrollment__learner=user)


class Feed(models.Model):
    """The address of a private podcast feed. Only the hash of its token is kept; an ended one stays to answer 410."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=6, help_text=_("last letters of the token: to tell one address from another"))
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.CharField(max_length=60, blank=True, help_text=_("name of the app"))
    # Hashes of the networks that asked today: {"on": "2026-11-23", "seen": [...]}
    networks = models.JSONField(default=dict)

    objects = FeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"], condition=models.Q(ended_at=None), name="one_feed_an_enrollment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrollment} …{self.ending}"

    @property
    def is_active(self) -> bool:
        """As `FeedQuerySet.active`; for a row whose enrolment is at hand."""
        enrollment = self.enrollment
        return not self.ended_at and not enrollment.left_at and self.created_at >= enrollment.enrolled_at
