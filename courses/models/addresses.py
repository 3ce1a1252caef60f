from django.db import models

from .tree import Course, Lesson


class CourseAddress(models.Model):
    """A slug a course had before: links to it go on working."""

    slug = models.SlugField(max_length=80, unique=True)
    course = models.ForeignKey(Course, models.CASCADE, related_name="past_addresses")

    def __str__(self) -> str:
        return self.slug


class LessonAddress(models.Model):
    """A slug a lesson had before, within its course."""

    slug = models.SlugField(max_length=80)
    course = models.ForeignKey(Course, models.CASCADE, related_name="past_lesson_addresses")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="past_addresses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "slug"], name="past_lesson_slug_unique")]

    def __str__(self) -> str:
        return self.slug
