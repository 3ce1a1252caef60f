from django.db import models
from django.utils.translation import gettext_lazy as _

from .tree import Course, Lesson


class SearchEntry(models.Model):
    """One thing that search can find: made by `courses.search.reindex`, never edited.

    The engines keep their own index beside each row, see `courses/search/`.
    """

    class Kind(models.TextChoices):
        COURSE = "course", _("Course")
        LESSON = "lesson", _("Lesson")
        CONCEPT = "concept", _("Key concept")
        TERM = "term", _("Term")

    course = models.ForeignKey(Course, models.CASCADE, related_name="search_entries")
    lesson = models.ForeignKey(Lesson, models.CASCADE, null=True, related_name="search_entries")
    kind = models.CharField(max_length=8, choices=Kind)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    # Words with accents once more without them, for engines that tell "café" from "cafe".
    variants = models.TextField(blank=True)
    address = models.CharField(max_length=400)

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self) -> str:
        return self.title


class SearchState(models.Model):
    """Which revision of a course the search entries show."""

    course = models.OneToOneField(Course, models.CASCADE, primary_key=True, related_name="search_state")
    revised_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.course)


class SearchWord(models.Model):
    """A word that some entry holds: what a mistyped word may have meant."""

    word = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.word
