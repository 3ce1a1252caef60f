"""The doors of a test: where it begins, and where its address leads."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import signins
from accounts.people import signed_in
from courses.addresses import get_course, get_lesson

from .. import adaptivity, sitting
from ..models import Attempt


@require_POST
@never_cache
def start(request: HttpRequest, course: str, test: str) -> HttpResponse:
    """Begin, or go on with the attempt that is open: a second click leads to the same place."""
    user = signed_in(request)
    wanted = sitting.find_test(get_course(course, user), test, user)
    try:
        return redirect(sitting.start(user, wanted, preview="preview" in request.POST))
    except sitting.Refused as refusal:
        _told(request, refusal)
        return redirect(wanted)


@require_POST
@never_cache
def practice(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """A round of practice; `only`: ids of questions, such as those that were missed."""
    user = signed_in(request)
    found = get_lesson(course, lesson, user)
    only = [int(pk) for pk in request.POST.getlist("only") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    try:
        return redirect(sitting.practise(user, found, only=only or None))
    except sitting.Refused as refusal:
        _told(request, refusal)
        return redirect("study:test", course=found.course.slug, lesson=found.slug)


@require_safe
@never_cache
def attempt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """To where one left off, or to the result."""
    found = _own(request, pk)
    if not found.is_open:
        return redirect("study:result", pk=found.pk)
    signins.hold(request.session, sitting.remaining_ms(found.deadline, now()))
    return redirect("quizzes:question", pk=found.pk, n=place(found))


def place(attempt: Attempt) -> int:
    """The question saved last; the current one of an adaptive test."""
    if current := adaptivity.current_slot(attempt):
        return current
    last = attempt.answers.exclude(saved_at=None).order_by("-saved_at", "-slot").values_list("slot", flat=True).first()
    return last or 1


def _told(request: HttpRequest, refusal: sitting.Refused) -> None:
    if refusal.code == "not_enrolled":
        raise PermissionDenied(refusal.sentence)
    messages.error(request, refusal.sentence)


def _own(request: HttpRequest, pk: UUID) -> Attempt:
    try:
        return sitting.find(signed_in(request), pk)
    except Attempt.DoesNotExist as error:
        raise Http404(_("There is no such test of yours.")) from error
