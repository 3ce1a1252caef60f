"""What the page reports while somebody reads."""

from django.core import signing
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.people import signed_in
from courses.addresses import get_lesson
from courses.models import Lesson
from enrollment import seats
from lessons import blocks, progress, reading
from lib.http import safe_next

from .. import outline
from .lesson import wanted_tier

LONGEST_REPORT = 2_000  # block keys


@require_POST
def place(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Keep the paragraph the learner is at and those just read.

    Form fields: visit (token of the page), elapsed (ms since it was made), key (may be empty), read (keys, by comma).
    """
    user = signed_in(request)
    found = _lesson_to_study(user, course, lesson)
    try:
        at = reading.moment_of(request.POST.get("visit", ""), int(request.POST.get("elapsed", "0") or 0))
    except (signing.BadSignature, ValueError, OverflowError) as error:
        raise BadRequest(_("This page is too old to keep your place. Reload it.")) from error
    key = request.POST.get("key", "")
    where = reading.Place(key, at) if key else None
    read = request.POST.get("read", "").split(",")[:LONGEST_REPORT]
    reading.record(user, found, read=read, place=where)
    return HttpResponse(status=204)


@require_POST
def completion(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """ "Mark read and continue": everything on the Read page as it stands now counts as read."""
    user = signed_in(request)
    found = _lesson_to_study(user, course, lesson)
    keys = progress.keys_of_page(blocks.of(found).words, wanted_tier(request, user))
    reading.record(user, found, read=keys, finished_at=timezone.now())
    after = outline.of(found.course).around(found.pk)[1]
    fallback = after.url if after else reverse("study:course", args=[found.course.slug])
    return redirect(safe_next(request, fallback))


def _lesson_to_study(user: User, course: str, lesson: str) -> Lesson:
    found = get_lesson(course, lesson, user)
    if not seats.is_enrolled(user, found.course):
        raise PermissionDenied(_("Enrol in this course first: then your place and progress are kept."))
    return found
