"""What learners did with a lesson, tied to its blocks of text."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Lesson

from .. import places


class Block(models.Model):
    """One paragraph (list, table, …) of a lesson with a name that stays when the text is edited or moved.

    Rows follow the texts by `lessons.blocks.sync`. A retired block is gone from the page; it keeps its
    name, so that notes know what they were about and a restored text finds its readers again.
    """

    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="blocks")
    key = models.CharField(max_length=12, unique=True)
    part = models.CharField(max_length=20, help_text=_("such as summary-basic, concepts, conversation"))
    source = models.CharField(max_length=40, help_text=_("table and row the text comes from"))
    position = models.PositiveIntegerField()
    text = models.TextField(help_text=_("plain words, to know it again after an edit"))
    words = models.PositiveIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["lesson", "retired_at"], name="block_by_lesson")]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return places.address(self.lesson.get_absolute_url(), self.part, self.key)


class BlockMap(models.Model):
    """The blocks of a lesson as they stand on its pages, in one row: a page needs all of them at once."""

    lesson = models.OneToOneField(Lesson, models.CASCADE, primary_key=True, related_name="block_map")
    # The revision of the lesson that the entries were made from; None before the first time.
    revised_at = models.DateTimeField(null=True)
    entries = models.JSONField(
        default=list, help_text=_("[part, source, index in source, key, words] in reading order")
    )

    def __str__(self) -> str:
        return str(self.lesson)


class Reading(models.Model):
    """One learner's evidence of reading one lesson. Progress is computed from it, never stored."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="readings")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="readings")
    read_keys = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True, blank=True, help_text=_("when it was first marked as read"))
    place_key = models.CharField(max_length=12, blank=True)
    place_at = models.DateTimeField(null=True, blank=True)
    # Rises with each write: two tabs merge what they saw instead of overwriting each other.
    rev = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson"], name="one_reading_a_lesson")]
        indexes = [models.Index(fields=["learner", "-place_at"], name="reading_by_place")]

    def __str__(self) -> str:
        return f"{self.learner} · {self.lesson}"
