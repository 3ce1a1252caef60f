"""The gate: who asked for a course before signing in is enrolled the moment they are in."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from accounts.adapter import AccountAdapter as BaseAdapter
from accounts.models import User
from courses.models import Course

from . import seats


class AccountAdapter(BaseAdapter):
    def post_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse:
        """Every way in ends here (log-in, sign-up, mail code), and all of them are POSTs."""
        response = super().post_login(request, user, **kwargs)
        course = course_behind(response.get("Location", ""))
        if course and seats.enroll(user, course) is seats.Outcome.ENROLLED:
            tell_enrolled(request, course)
        return response


def tell_enrolled(request: HttpRequest, course: Course) -> None:
    messages.success(request, _("You are enrolled in %(course)s.") % {"course": course.title})


def course_behind(address: str) -> Course | None:
    """The published course whose gate (`enrollment:join`) stands at `address`, if one does."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    if match.view_name != "enrollment:join":
        return None
    return Course.objects.published().filter(slug=match.kwargs["course"]).first()
