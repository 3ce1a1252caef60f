"""What a lesson holds, as typed rows (design.md section 2)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Tier
from courses.models import Course, Lesson

from ..texts import MarkdownField


class Part(models.Model):
    """Something that belongs to a lesson; changing it revises the lesson."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Lesson.revise(self.owning_lesson_id())

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        lesson_id = self.owning_lesson_id()
        deleted = super().delete(*args, **kwargs)
        Lesson.revise(lesson_id)
        return deleted

    def owning_lesson_id(self) -> int:
        return self.lesson_id  # type: ignore[attr-defined]


class Summary(Part):
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="summaries", verbose_name=_("lesson"))
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    body = MarkdownField(_("text"), headings_from=3)

    class Meta(Part.Meta):
        verbose_name = _("summary")
        verbose_name_plural = _("summaries")
        constraints = [models.UniqueConstraint(fields=["lesson", "tier"], name="one_summary_a_tier")]

    def __str__(self) -> str:
        return self.get_tier_display()


class Concept(Part):
    """A named idea of a lesson: the spine that ties text, cards, questions and progress together."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="concepts", verbose_name=_("lesson"))
    name = models.CharField(_("name"), max_length=100)
    description = MarkdownField(_("description"), headings_from=4)

    class Meta(Part.Meta):
        verbose_name = _("key concept")
        verbose_name_plural = _("key concepts")
        constraints = [models.UniqueConstraint(fields=["lesson", "name"], name="concept_name_unique")]

    def __str__(self) -> str:
        return self.name


class Example(Part):
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="examples", verbose_name=_("lesson"))
    title = models.CharField(_("title"), max_length=120)
    body = MarkdownField(_("text"), headings_from=4)

    class Meta(Part.Meta):
        verbose_name = _("example")
        verbose_name_plural = _("examples")

    def __str__(self) -> str:
        return self.title


class MemoryAid(Part):
    class Kind(models.TextChoices):
        RHYME = "rhyme", _("Rhyme")
        STORY = "story", _("Story")
        ACRONYM = "acronym", _("Acronym")
        VISUAL = "visual", _("Visual")

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="memory_aids", verbose_name=_("lesson"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    body = MarkdownField(_("text"), headings_from=4)

    class Meta(Part.Meta):
        verbose_name = _("memory aid")
        verbose_name_plural = _("memory aids")

    def __str__(self) -> str:
        return self.get_kind_display()


class Role(models.TextChoices):
    TEACHER = "teacher", _("Teacher")
    STUDENT = "student", _("Student")


class Speaker(models.Model):
    """One of a course's cast: who speaks in its conversations."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="cast", verbose_name=_("course"))
    name = models.CharField(_("name"), max_length=40)
    role = models.CharField(_("role"), max_length=8, choices=Role)
    voice = models.CharField(
        _("voice"), max_length=60, blank=True, help_text=_("Empty: the speech engine's voice for the role.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("speaker")
        verbose_name_plural = _("cast")
        constraints = [models.UniqueConstraint(fields=["course", "name"], name="speaker_name_unique")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        Course.recount(self.course_id)


class Episode(Part):
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="episodes", verbose_name=_("lesson"))
    title = models.CharField(_("title"), max_length=120)

    class Meta(Part.Meta):
        verbose_name = _("episode")
        verbose_name_plural = _("episodes")

    def __str__(self) -> str:
        return self.title


class Turn(Part):
    """One speaker's words."""

    episode = models.ForeignKey(Episode, models.CASCADE, related_name="turns", verbose_name=_("episode"))
    # Nobody who has spoken is deleted, except together with what was said.
    speaker = models.ForeignKey(Speaker, models.RESTRICT, related_name="turns", verbose_name=_("speaker"))
    text = MarkdownField(_("text"), headings_from=4)

    class Meta(Part.Meta):
        verbose_name = _("turn")
        verbose_name_plural = _("turns")

    def __str__(self) -> str:
        return f"{self.speaker}: {self.text[:60]}"

    def owning_lesson_id(self) -> int:
        return self.episode.lesson_id


class Chunk(Part):
    """One piece of the audiobook."""

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="chunks", verbose_name=_("lesson"))
    title = models.CharField(_("title"), max_length=120)
    excerpt = MarkdownField(_("excerpt"), blank=True, headings_from=4)
    explanation = MarkdownField(_("explanation"), headings_from=4)
    analogy = MarkdownField(_("analogy"), blank=True, headings_from=4)

    class Meta(Part.Meta):
        verbose_name = _("audiobook chunk")
        verbose_name_plural = _("audiobook")

    def __str__(self) -> str:
        return self.title
