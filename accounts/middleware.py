"""What surrounds every request of a person: how long a sign-in lasts, whose zone and language, which doors."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

from . import second_factor, signins
from .people import person

GetResponse = Callable[[HttpRequest], HttpResponse]


class SignInMiddleware:
    """Ends sign-ins that have lasted or rested too long, and clears the browser whenever one ends."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if user := person(request):
            if signins.is_over(request.session, user):
                logout(request)
                messages.info(request, _("You were away for a while. Log in again to go on."))
            else:
                signins.note_use(request)
        response = self.get_response(request)
        if getattr(request, "has_signed_out", False):
            # A shared computer keeps neither pages nor answers of whoever used it before.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class PersonMiddleware:
    """Times and words in the learner's own zone and language; pages made for one person are stored by nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        if user:
            timezone.activate(ZoneInfo(user.time_zone))
        else:
            timezone.deactivate()
        with translation.override(user.locale if user else settings.LANGUAGE_CODE):
            response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        is_for_one = user or person(request) or sets_cookie(request, response)
        if is_for_one and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


def sets_cookie(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a cookie goes along: here, or added on the way out by Django's guards of forms and sessions."""
    return bool(response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or request.session.modified)


class SecondFactorMiddleware:
    """Leads who may write lessons or read reports to set up a second factor before those doors open."""

    GUARDED = {"admin", "reports"}
    ALWAYS_OPEN = {"login", "logout"}

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.app_name not in self.GUARDED or match.url_name in self.ALWAYS_OPEN:
            return None
        user = person(request)
        if not user or not second_factor.is_missing(user):
            return None
        messages.info(request, _("Your role needs a second factor. Set it up once, then go on."))
        return redirect("mfa_activate_totp")


class FormStatusMiddleware:
    """Gives the pages of django-allauth our statuses: 422 for a form that comes back, 429 for too many tries."""

    TOO_MANY = {"too_many_login_attempts", "rate_limited"}

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        form = (getattr(response, "context_data", None) or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and form is not None and form.errors:
            codes = {error["code"] for errors in form.errors.get_json_data().values() for error in errors}
            response.status_code = 429 if codes & self.TOO_MANY else 422
        return response
