"""Joining and leaving a course."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.people import person
from courses.addresses import get_course
from courses.models import Course
from lib.http import render_part, safe_next, see_other

from . import gate, seats
from .models import Enrollment
from .seats import Outcome

STATUS = {Outcome.FULL: 409, Outcome.CLOSED: 409, Outcome.OWN_COURSE: 403}


@login_not_required
@require_safe
def join(request: HttpRequest, course: str) -> HttpResponse:
    """Where every gate leads. `?next=` says where to be afterwards, fragment included.

    A visitor signs up or logs in, comes back here enrolled (see `enrollment.gate`) and goes on to `next`.
    """
    user = person(request)
    found = get_course(course, user)
    back = safe_next(request, found.get_absolute_url())
    closed = seats.why_closed(found)
    if user is None and not closed:
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.get_full_path()})}")
    # Who teaches the course sees all of it and needs no seat.
    teaches = user is not None and user.teachings.filter(course=found).exists()
    if teaches or seats.is_enrolled(user, found):
        return redirect(back)
    return render(request, "enrollment/join.html", _context(found, back, closed))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enrollment(request: HttpRequest, course: str) -> HttpResponse:
    """POST enrols. Whoever comes here by GET, such as after signing in again, is asked first."""
    user = person(request)
    found = get_course(course, user)
    back = safe_next(request, found.get_absolute_url())
    if user is None or request.method != "POST":
        return see_other(request, f"{reverse('enrollment:join', args=[found.slug])}?{urlencode({'next': back})}")
    outcome = seats.enroll(user, found)
    if outcome in STATUS:
        context = _context(found, back, outcome)
        return render_part(request, "enrollment/join.html", "enrollment/_join.html", context, status=STATUS[outcome])
    if outcome is Outcome.ENROLLED:
        gate.tell_enrolled(request, found)
    return see_other(request, back)


@require_http_methods(["GET", "HEAD", "POST"])
def departure(request: HttpRequest, course: str) -> HttpResponse:
    """Leaving: asks first and names what is kept."""
    user = person(request)
    assert user, "LoginRequiredMiddleware lets nobody else in"
    found = get_course(course, user, among=_known_to(user))
    if request.method != "POST":
        if not seats.is_enrolled(user, found):
            return redirect(_course_page(found, user))
        return render(request, "enrollment/departure.html", {"course": found, "crumbs": _crumbs(found, _("Leave"))})
    if seats.leave(user, found):
        messages.success(
            request, _("You have left %(course)s. Everything you did there is kept.") % {"course": found.title}
        )
    return see_other(request, _course_page(found, user))


def _known_to(user: User) -> Any:
    """Courses one sees, and those one ever enrolled in: an archived course can be left too."""
    mine = Enrollment.objects.held_by(user).values("course")
    return Course.objects.filter(Q(pk__in=Course.objects.visible_to(user).values("pk")) | Q(pk__in=mine))


def _course_page(course: Course, user: User) -> str:
    is_visible = Course.objects.visible_to(user).filter(pk=course.pk).exists()
    return course.get_absolute_url() if is_visible else reverse("study:learn")


def _context(course: Course, back: str, outcome: Outcome | None) -> dict[str, Any]:
    return {"course": course, "next": back, "outcome": outcome, "crumbs": _crumbs(course, _("Enrol"))}


def _crumbs(course: Course, title: str) -> list[tuple[str, str]]:
    return [
        (course.track.title, course.track.get_absolute_url()),
        (course.title, course.get_absolute_url()),
        (title, ""),
    ]
