"""A learner's own cards on the pages of a lesson."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.safestring import SafeString

from accounts.models import User
from courses.models import Lesson
from flashcards.models import OwnCard
from lib import markup
from quizzes import reviewing
from quizzes.models import Question


@dataclass(frozen=True)
class OwnFace:
    pk: UUID
    front: SafeString
    back: SafeString
    concept: str


def of_lesson(user: User, lesson: Lesson) -> Sequence[OwnFace]:
    """Without those of questions that a test asks which `user` is sitting: no page tells their answers meanwhile."""
    cards = list(OwnCard.objects.visible_to(user).filter(lesson=lesson).select_related("concept"))
    asked = reviewing.asked_now(user.pk, lesson.course_id) if cards else set()
    if asked:
        hidden = set(Question.objects.filter(pk__in=asked).values_list("public_id", flat=True))
        cards = [card for card in cards if card.source not in hidden]
    return [
        OwnFace(card.pk, markup.joined(card.front), markup.joined(card.back), card.concept.name if card.concept else "")
        for card in cards
    ]
