"""The site, and beside it addresses where each thing that can go wrong does, for people and for programs."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path
from django.views.decorators.http import require_POST

from accounts import limits
from config import urls
from config.urls import handler400, handler403, handler404, handler429, handler500
from lib.errors import Gone

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

RAISED = {
    "unreadable": BadRequest("secret detail"),
    "suspicious": SuspiciousOperation("secret detail"),
    "closed": PermissionDenied("secret detail"),
    "missing": Http404("secret detail"),
    "gone": Gone("secret detail"),
    "broken": RuntimeError("secret detail"),
}


@login_not_required
def fail(request: HttpRequest, how: str) -> HttpResponse:
    if how == "hasty":
        return limits.refusal(request, 90)
    if how == "mistaken":
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
    raise RAISED[how]


@login_not_required
@require_POST
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("taken")


@login_not_required
def careless(request: HttpRequest) -> HttpResponse:
    """What no page of ours may be: a text written into a page as it came, and into attributes."""
    text, script = request.GET["text"], static("vendor/htmx.js")
    fields = f'<p title="{text}">x</p><input value="{text}"><input value=\'{text}\'>'
    return HttpResponse(f"<!DOCTYPE html><title>x</title><script src={script}></script>{text}{fields}")


urlpatterns = [
    path("careless/", careless),
    path("fails/form/", form),
    path("fails/<str:how>/", fail),
    path("api/fails/form/", form),
    path("api/fails/<str:how>/", fail),
    *urls.urlpatterns,
]
