"""A lesson's mode Test, and the page on which a mock test begins."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.people import person
from courses import seo
from courses.addresses import get_course, get_lesson
from courses.models import Course
from lib import markup, pages
from quizzes.models import MockTest

from .. import testing
from . import lesson as lessons


@login_not_required
@require_safe
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """The mode Test: practice, and the lesson's mock tests."""
    user = person(request)
    return lessons.page(request, get_lesson(course, lesson, user), user, "test")


@login_not_required
@require_safe
def mock_test(request: HttpRequest, course: str, test: str) -> HttpResponse:
    """What a test asks for, and the button that begins it."""
    user = person(request)
    found = get_course(course, user)
    wanted = get_object_or_404(
        MockTest.objects.visible_to(user).select_related("chapter", "lesson"), course=found, slug=test
    )
    wanted.course = found
    if user is not None:
        return render(request, "study/mock_test.html", _context(request, wanted, found, user))

    def make() -> HttpResponse:
        return render(request, "study/mock_test.html", _context(request, wanted, found, None))

    name = f"mock-test:{wanted.pk}:{wanted.revised_at.timestamp()}:{found.revised_at.timestamp()}"
    return pages.for_visitors(request, name, make)


def _context(request: HttpRequest, test: MockTest, course: Course, user: User | None) -> dict[str, Any]:
    facts = testing.facts([test], user)[0]
    is_enrolled = user is not None and facts.stands is not None and facts.stands.code != "not_enrolled"
    crumbs = [(course.track.title, course.track.get_absolute_url()), (course.title, course.get_absolute_url())]
    if test.lesson:
        test.lesson.course = course
        crumbs.append((test.lesson.title, test.lesson.get_absolute_url()))
    return {
        "course": course,
        "test": test,
        "facts": facts,
        "introduction": markup.joined(test.introduction) if test.introduction else "",
        "is_editor": course.can_be_edited_by(user),
        "is_enrolled": is_enrolled,
        "past": testing.past(user, test=test) if user else [],
        "crumbs": [*crumbs, (_("Mock test") if test.lesson else test.title, "")],
        "place": "learn" if is_enrolled else "explore",
        "canonical": seo.absolute(request.path),
        "address": request.path,
    }
