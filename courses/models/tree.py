from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..covers import CoverField
from .publishing import Publishable, PublishableQuerySet, published_q

if TYPE_CHECKING:
    from accounts.models import User

# Addresses a lesson can never have: they are pages of the course (design.md, address map).
RESERVED_LESSON_SLUGS = {"glossary", "enrollment", "join", "cover", "progress", "tests"}


class Level(models.TextChoices):
    BEGINNER = "beginner", _("Beginner")
    INTERMEDIATE = "intermediate", _("Intermediate")
    ADVANCED = "advanced", _("Advanced")


class Track(models.Model):
    slug = models.SlugField(_("address"), unique=True)
    title = models.CharField(_("title"), max_length=60)
    promise = models.CharField(_("promise"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("track")
        verbose_name_plural = _("tracks")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("courses:track", args=[self.slug])


class CourseQuerySet(PublishableQuerySet):
    def taught_by(self, user: "User") -> Self:
        return self.filter(teachings__user=user)

    def visible_to(self, user: "User | None") -> Self:
        """Published courses; drafts and archived ones too for those who edit them."""
        if user is None:
            return self.published()
        if user.is_superuser:
            return self.all()
        return self.filter(published_q() | Q(pk__in=user.teachings.values("course")))

    def editable_by(self, user: "User") -> Self:
        if not user.is_active:
            return self.none()
        return self.all() if user.is_superuser else self.filter(pk__in=user.teachings.values("course"))


class Course(Publishable):
    track = models.ForeignKey(Track, models.PROTECT, related_name="courses", verbose_name=_("track"))
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=120)
    promise = models.CharField(
        _("promise"), max_length=300, help_text=_("One or two sentences: what the learner gains.")
    )
    level = models.CharField(_("level"), max_length=12, choices=Level)
    language = models.CharField(_("language"), max_length=12, default="en", help_text=_("A code such as en or de."))
    outcomes = models.JSONField(
        _("outcomes"), default=list, blank=True, help_text=_("What learners can do afterwards: a list of sentences.")
    )
    cover = CoverField(_("cover"), blank=True, help_text=_("Empty: a cover is drawn from the address."))
    seats = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, help_text=_("Empty: unlimited. 0: enrolment is closed.")
    )
    seats_taken = models.PositiveIntegerField(_("seats taken"), default=0, editable=False)
    instructors: models.ManyToManyField = models.ManyToManyField(
        "accounts.User", through="courses.Teaching", related_name="taught_courses", verbose_name=_("instructors")
    )
    # Kept by `recount`: the catalogue filters and sorts by them at any size.
    minutes = models.PositiveIntegerField(default=0, editable=False)
    lesson_count = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(default=timezone.now, editable=False)
    _stored_slug: str | None

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        indexes = [
            models.Index(fields=["archived_at", "track", "published_at"], name="course_by_track"),
            models.Index(fields=["archived_at", "published_at"], name="course_by_date"),
            models.Index(fields=["revised_at"], name="course_by_revision"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        course = super().from_db(db, field_names, values)
        course._stored_slug = course.__dict__.get("slug")
        return course

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.revised_at = timezone.now()
        super().save(*args, **kwargs)
        before, self._stored_slug = getattr(self, "_stored_slug", None), self.slug
        if before and before != self.slug:
            self.past_addresses.model.objects.filter(slug=self.slug).delete()
            self.past_addresses.model.objects.update_or_create(slug=before, defaults={"course": self})
        revised(pk=self.pk)

    def get_absolute_url(self) -> str:
        return reverse("study:course", args=[self.slug])

    @property
    def seats_left(self) -> int | None:
        """None: unlimited."""
        return None if self.seats is None else max(self.seats - self.seats_taken, 0)

    @classmethod
    def recount(cls, course_id: int) -> None:
        """Count the listed lessons again and stamp the course as revised: pages made from it are made anew.

        `save` and `delete` of chapters and lessons call it; so must whoever changes rows in bulk.
        """
        listed = Lesson.objects.filter(course_id=course_id, archived_at=None, published_at__isnull=False)
        figures = listed.aggregate(lesson_count=Count("pk"), minutes=Sum("minutes", default=0))
        cls.objects.filter(pk=course_id).update(revised_at=timezone.now(), **figures)
        revised(pk=course_id)

    def can_be_edited_by(self, user: "User | None") -> bool:
        # Who teaches holds the key to the admin (`teaching`): for everybody else this costs no query.
        return user is not None and user.is_staff and Course.objects.editable_by(user).filter(pk=self.pk).exists()


class Chapter(models.Model):
    course = models.ForeignKey(Course, models.CASCADE, related_name="chapters", verbose_name=_("course"))
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="chapter_slug_unique")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Course.recount(self.course_id)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        Course.recount(self.course_id)
        return deleted


class LessonQuerySet(PublishableQuerySet):
    def published(self, at: Any = None) -> Self:
        """Published, in a published course."""
        return super().published(at).filter(published_q(at, "course__"))

    def visible_to(self, user: "User | None") -> Self:
        if user is None:
            return self.published()
        if user.is_superuser:
            return self.all()
        return self.filter(
            Q(published_q(), published_q(prefix="course__")) | Q(course__in=user.teachings.values("course"))
        )

    def editable_by(self, user: "User") -> Self:
        return self.filter(course__in=Course.objects.editable_by(user))

    def in_order(self) -> Self:
        return self.order_by("chapter__position", "chapter_id", "position", "pk")


class Lesson(Publishable):
    # The course is the chapter's; it is kept here too because a lesson's address hangs on it.
    course = models.ForeignKey(Course, models.CASCADE, related_name="lessons", editable=False)
    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="lessons", verbose_name=_("chapter"))
    slug = models.SlugField(_("address"), max_length=80)
    title = models.CharField(_("title"), max_length=120)
    objective = models.CharField(
        _("objective"), max_length=300, help_text=_("One sentence: what the learner can do afterwards.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), help_text=_("Time to read it."), validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    revised_at = models.DateTimeField(default=timezone.now, editable=False)
    _stored_slug: str | None

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "slug"],
                name="lesson_slug_unique",
                violation_error_message=_("Another lesson of this course has this address."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        lesson = super().from_db(db, field_names, values)
        lesson._stored_slug = lesson.__dict__.get("slug")
        return lesson

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.course_id = self.chapter.course_id
        self.revised_at = timezone.now()
        super().save(*args, **kwargs)
        Course.recount(self.course_id)
        before, self._stored_slug = getattr(self, "_stored_slug", None), self.slug
        if before and before != self.slug:
            addresses = self.past_addresses.model.objects.filter(course_id=self.course_id)
            addresses.filter(slug=self.slug).delete()
            addresses.update_or_create(slug=before, course_id=self.course_id, defaults={"lesson": self})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        Course.recount(self.course_id)
        return deleted

    @classmethod
    def revise(cls, lesson_id: int) -> None:
        """Stamp a lesson, and its course, as revised: one of its parts changed."""
        now = timezone.now()
        cls.objects.filter(pk=lesson_id).update(revised_at=now)
        Course.objects.filter(lessons=lesson_id).update(revised_at=now)
        revised(lessons=lesson_id)

    def get_absolute_url(self) -> str:
        return reverse("study:lesson", args=[self.course.slug, self.slug])


def revised(**which: int) -> None:
    """What follows from a course's new revision: search learns of it."""
    # Imported here because search is made of the models in this module.
    from .. import search

    search.touch(**which)
