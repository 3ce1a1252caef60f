"""How a job stands, and the two things one can do about it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lib.http import render_part, safe_next, see_other

from . import queue
from .models import Job

LONGEST_PAUSE = 8  # seconds between two looks; before that 1, 2, 4
PAUSES = (1, 2, 4, LONGEST_PAUSE)


@require_safe
@never_cache
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A page, and the part in any page that asks again by itself."""
    job = _job(request, pk)
    response = render_part(request, "jobs/progress.html", "jobs/_progress.html", {"job": job})
    if not job.is_active:
        # A page that shows what was made may wait for it: hx-trigger="job:ended from:body".
        response["HX-Trigger"] = "job:ended"
    return response


@require_POST
def cancellation(request: HttpRequest, pk: UUID) -> HttpResponse:
    job = _job(request, pk)
    queue.cancel(job)
    return _back(request, job)


@require_POST
def attempt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try again."""
    return _back(request, queue.retry(_job(request, pk)))


def pause(request: HttpRequest) -> int:
    """Seconds until the next look, as the last one said: work that takes long is looked at less often."""
    said = request.GET.get("after", "")
    return int(said) if said in map(str, PAUSES) else PAUSES[0]


def _job(request: HttpRequest, pk: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]


def _back(request: HttpRequest, job: Job) -> HttpResponse:
    return see_other(request, safe_next(request, reverse("jobs:progress", args=[job.pk])))
