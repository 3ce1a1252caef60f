"""What one can hear: all of one's courses, and one course from beginning to end."""

from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.people import signed_in
from courses.addresses import get_course
from enrollment import seats
from enrollment.models import Enrollment
from lessons import listening

from .. import sound


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The courses one is enrolled in, as far as they can be heard; the one heard last comes first."""
    user = signed_in(request)
    enrollments = Enrollment.objects.active().held_by(user).select_related("course__track")
    rows = [sound.shelf(user, enrollment.course) for enrollment in enrollments if enrollment.course.is_published]
    rows.sort(key=lambda row: row["resume"].at.timestamp() if row["resume"] else 0, reverse=True)
    return render(request, "study/listening.html", {"place": "listen", "rows": rows})


@require_safe
def queue(request: HttpRequest, course: str) -> HttpResponse:
    """Everything to hear in a course, in order, each with what was heard of it."""
    user = signed_in(request)
    found = get_course(course, user)
    is_enrolled = seats.is_enrolled(user, found)
    if not is_enrolled and not found.can_be_edited_by(user):
        raise PermissionDenied(
            _("Enrol in this course first: audio is for enrolled learners. The text is open to everyone.")
        )
    row = sound.shelf(user, found)
    context = row | {
        "place": "listen",
        "lessons": [(lesson, list(those)) for lesson, those in groupby(row["tracks"], key=lambda one: one[0].lesson)],
        "is_enrolled": is_enrolled,
        "player": sound.Player(found, None, listening.rate(user, found), is_enrolled) if row["tracks"] else None,
        "crumbs": [(_("Listen"), reverse("study:library")), (found.title, "")],
    }
    return render(request, "study/queue.html", context)
