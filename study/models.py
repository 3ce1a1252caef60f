import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lessons.models import Block

if TYPE_CHECKING:
    from accounts.models import User


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Notes are private: to their writer only."""
        return self.filter(learner=user)


class Note(models.Model):
    """A learner's private note on a paragraph, its highlight, or both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes")
    # Null once the lesson itself is deleted: the note and its quote stay the learner's.
    block = models.ForeignKey(Block, models.SET_NULL, null=True, related_name="notes")
    quote = models.TextField(_("paragraph"), help_text=_("its words when the note was made"))
    body = models.TextField(_("note"), blank=True, max_length=10_000)
    is_highlighted = models.BooleanField(_("highlighted"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at"]
        constraints = [models.UniqueConstraint(fields=["learner", "block"], name="one_note_a_paragraph")]

    def __str__(self) -> str:
        return self.body[:60] or self.quote[:60]
