import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Lesson
from lessons.models import Concept, Part
from lessons.texts import MarkdownField

if TYPE_CHECKING:
    from accounts.models import User


class Card(Part):
    class Kind(models.TextChoices):
        TERM = "term", _("Term")
        QUESTION = "question", _("Question")
        CLOZE = "cloze", _("Cloze")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="cards", verbose_name=_("lesson"))
    concept = models.ForeignKey(
        Concept, models.SET_NULL, null=True, blank=True, related_name="cards", verbose_name=_("key concept")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TERM)
    front = MarkdownField(_("front"), max_length=500, help_text=_("A cloze hides words in {{double braces}}."))
    back = MarkdownField(_("back"), blank=True, help_text=_("Empty for a cloze."))

    class Meta(Part.Meta):
        verbose_name = _("card")
        verbose_name_plural = _("flashcards")
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "kind", "front"],
                name="card_front_unique",
                violation_error_message=_("This lesson has a card with the same front."),
            )
        ]

    def __str__(self) -> str:
        return self.front[:80]

    def clean(self) -> None:
        super().clean()
        if self.kind == self.Kind.CLOZE:
            if "{{" not in self.front or "}}" not in self.front:
                raise ValidationError({"front": _("Put the words to hide in {{double braces}}.")})
            if self.back:
                raise ValidationError({"back": _("A cloze has no back: its front is the whole sentence.")})
        elif not self.back:
            raise ValidationError({"back": _("Write the answer.")})
        if self.concept_id and self.concept and self.concept.lesson_id != self.lesson_id:
            raise ValidationError({"concept": _("Choose a concept of this lesson.")})


class OwnCardQuerySet(models.QuerySet["OwnCard"]):
    def visible_to(self, user: "User") -> Self:
        """Own cards are private: to their maker only."""
        return self.filter(learner=user)


class OwnCard(models.Model):
    """A learner's own card in a lesson, such as one made from a question that went wrong."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="own_cards")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="own_cards")
    concept = models.ForeignKey(Concept, models.SET_NULL, null=True, blank=True, related_name="own_cards")
    front = models.TextField(_("front"), help_text=_("Markdown, as it was when the card was made"))
    back = models.TextField(_("back"))
    # The question it was made from (quizzes.Question.public_id). Only its name: cards know nothing of quizzes.
    source = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OwnCardQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("own card")
        verbose_name_plural = _("own cards")
        constraints = [models.UniqueConstraint(fields=["learner", "source"], name="one_card_a_question")]
        indexes = [models.Index(fields=["learner", "lesson"], name="own_card_by_lesson")]

    def __str__(self) -> str:
        return self.front[:80]
