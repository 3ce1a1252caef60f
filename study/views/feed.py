"""The page of a learner's private podcast feed of one course."""

from dataclasses import dataclass
from urllib.parse import quote

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people import signed_in
from courses.addresses import get_course
from courses.models import Course
from enrollment.models import Enrollment
from lessons import audio, feeds
from lessons.models import Feed
from lib.http import see_other
from media import delivery


@dataclass(frozen=True)
class Made:
    """A new address, shown this once."""

    address: str

    @property
    def picture(self) -> str:
        """As a QR code: the address of an image, which is the image itself."""
        return segno.make(self.address, error="m").svg_data_uri(border=4, light="white", scale=4)

    @property
    def apps(self) -> list[tuple[str, str]]:
        """Addresses that open an app and have it add the feed."""
        bare = self.address.partition("://")[2]
        return [
            ("Apple Podcasts", f"podcast://{bare}"),
            ("Pocket Casts", f"pktc://subscribe/{bare}"),
            ("Overcast", f"overcast://x-callback-url/add?url={quote(self.address, safe='')}"),
            ("AntennaPod", f"antennapod-subscribe://{bare}"),
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: HttpRequest, course: str) -> HttpResponse:
    """POST makes a new address in place of the one named by `replaces`, empty for none."""
    enrollment = _enrollment(request, course)
    current = feeds.of(enrollment)
    if request.method != "POST":
        return _page(request, enrollment, current)
    # A form sent a second time, by reloading the page it led to, must not take away the address just copied.
    if request.POST.get("replaces", "") != (str(current.pk) if current else ""):
        messages.info(request, _("Your feed has a new address already. Should you have lost it, replace it."))
        return see_other(request, _address(enrollment.course))
    made = Made(feeds.address(feeds.create(enrollment)))
    return _page(request, enrollment, feeds.of(enrollment), made)


@require_POST
def end(request: HttpRequest, course: str) -> HttpResponse:
    enrollment = _enrollment(request, course)
    if feeds.end(enrollment):
        messages.success(request, _("The feed has stopped. What apps have downloaded stays with them."))
    return see_other(request, _address(enrollment.course))


def _enrollment(request: HttpRequest, course: str) -> Enrollment:
    user = signed_in(request)
    found = get_course(course, user)
    enrollment = Enrollment.objects.active().held_by(user).filter(course=found).first()
    if enrollment is None:
        raise PermissionDenied(_("Enrol in this course first: feeds are for enrolled learners."))
    enrollment.course = found
    return enrollment


def _address(course: Course) -> str:
    return reverse("study:feed", args=[course.slug])


def _page(request: HttpRequest, enrollment: Enrollment, current: Feed | None, made: Made | None = None) -> HttpResponse:
    course = enrollment.course
    bearer = f"{audio.ENROLLED}:{enrollment.pk}"
    tracks = audio.tracks(course)
    context = {
        "place": "listen",
        "course": course,
        "feed": current,
        "made": made,
        "is_shared": current is not None and feeds.is_shared(current),
        "networks": feeds.networks_today(current) if current else 0,
        "episodes": [(track, delivery.address(track.rendition, bearer=bearer) + "?save") for track in tracks],
        "seconds": sum(track.seconds for track in tracks),
        "crumbs": [
            (course.track.title, course.track.get_absolute_url()),
            (course.title, course.get_absolute_url()),
            (_("Podcast feed"), ""),
        ],
    }
    return render(request, "study/feed.html", context)
