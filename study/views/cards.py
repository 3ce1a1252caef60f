"""A learner's own cards."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.people import signed_in
from courses.addresses import get_lesson
from flashcards.models import OwnCard
from lib.http import see_other


@require_POST
def remove(request: HttpRequest, course: str, lesson: str, pk: UUID) -> HttpResponse:
    """Remove one of one's own cards; it may be gone already."""
    user = signed_in(request)
    found = get_lesson(course, lesson, user)
    removed, _by_model = OwnCard.objects.visible_to(user).filter(lesson=found, pk=pk).delete()
    if removed:
        messages.success(request, _("The card is removed."))
    return see_other(request, reverse("study:recall", args=[found.course.slug, found.slug]))
