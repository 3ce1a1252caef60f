"""A learner's own pages: what goes on, and all notes."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.people import signed_in
from enrollment.models import Enrollment

from .. import outline, sound, standing, testing
from ..models import Note

NOTES_A_PAGE = 50


@require_safe
def learn(request: HttpRequest) -> HttpResponse:
    """The courses one is enrolled in, each with its progress and the place to go on."""
    user = signed_in(request)
    enrollments = Enrollment.objects.active().held_by(user).select_related("course__track")
    rows = []
    for enrollment in enrollments:
        course = enrollment.course
        if course.is_published:
            rows.append((course, standing.in_course(user, course, outline.of(course))))
    rows.sort(key=lambda row: _last_visit(row[1]), reverse=True)
    context = {
        "place": "learn",
        "rows": rows,
        "sitting": testing.sitting_now(user),
        "listening": sound.newest(user, [course for course, _standing in rows]),
        "closed": [enrollment.course for enrollment in enrollments if not enrollment.course.is_published],
        "results": testing.latest(user),
        "notes": Note.objects.visible_to(user).select_related("block__lesson__course")[:3],
    }
    return render(request, "study/learn.html", context)


def _last_visit(stands: standing.Standing) -> float:
    places = [one.reading.place_at for one in stands.lessons.values() if one.reading and one.reading.place_at]
    return max(places).timestamp() if places else stands.enrollment.enrolled_at.timestamp()  # type: ignore[union-attr]


@require_safe
def all_notes(request: HttpRequest) -> HttpResponse:
    notes = Note.objects.visible_to(signed_in(request)).select_related("block__lesson__course")
    page = Paginator(notes, NOTES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "study/notes.html", {"page": page, "place": "learn"})
