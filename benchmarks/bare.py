"""The floor: what any signed-in Django page costs. Session, user, five queries, a small template; our middleware.

And a request that asks for a job and does nothing else, and one that reads and writes so many rows.
"""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from courses.models import Course, Track
from enrollment.models import Enrollment
from jobs import queue

TEMPLATE = engines["django"].from_string(
    "<!DOCTYPE html><title>{{ track }}</title><h1>Hello {{ user }}</h1>"
    "<p>{{ courses }} courses, {{ enrolled }} enrolments</p>"
    "<ul>{% for course in latest %}<li>{{ course.title }}</li>{% endfor %}</ul><p>{{ first }}</p>"
)


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    context = {
        "user": request.user,
        "track": Track.objects.get(slug="technology"),
        "courses": Course.objects.filter(pk__lt=100).count(),
        "enrolled": Enrollment.objects.filter(learner=request.user).count(),
        "latest": list(Course.objects.order_by("pk")[:5]),
        "first": Course.objects.order_by("pk").first(),
    }
    return HttpResponse(TEMPLATE.render(context, request))


@login_not_required
def ask(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        queue.enqueue("bench.small", str(uuid.uuid4()))
    return HttpResponse("asked")


@login_not_required
def like(request: HttpRequest, reads: int, writes: int) -> HttpResponse:
    """As many statements as what it is compared with: single rows read, then one row written so often and committed."""
    user = request.user
    for number in range(reads):
        Enrollment.objects.filter(learner=user, pk__gt=number).first()
    with transaction.atomic():
        for _number in range(writes):
            Enrollment.objects.filter(learner=user).update(enrolled_at=F("enrolled_at"))
    return HttpResponse("done")


urlpatterns = [
    path("bare/", bare),
    path("bare/<int:reads>/<int:writes>/", like),
    path("ask/", ask),
    path("", include("config.urls")),
]
