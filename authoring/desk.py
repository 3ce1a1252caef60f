"""The admin as a whole: which pages it has, in which order, and who gets in."""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

# What stands on the first page. The rest is reached from these pages.
SECTIONS = [
    ("courses", _("Courses"), ["Course", "Lesson", "Episode", "Track"]),
    ("tests", _("Questions and tests"), ["Question", "MockTest", "Attempt", "ProblemReport"]),
    ("people", _("People"), ["Enrollment", "User"]),
    ("work", _("Background work"), ["Job"]),
]


class AdminConfig(DjangoAdminConfig):
    default_site = "authoring.desk.AdminSite"


class Suggestions(AutocompleteJsonView):
    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        page: Any = self.model_admin
        return super().serialize_result(obj, to_field_name) | {"text": page.choice_label(obj)}


class AdminSite(admin.AdminSite):
    site_header = _("Fivefold desk")
    site_title = _("Fivefold desk")
    index_title = _("What would you like to work on?")
    empty_value_display = "–"
    enable_nav_sidebar = False  # a few places: they stand in the bar, and forms have the width

    def register(
        self, model_or_iterable: Any, admin_class: type[admin.ModelAdmin] | None = None, **options: Any
    ) -> None:
        """Only pages with our rights. Those that packages bring along would show second factors, tokens and sessions,
        and ask permissions that nobody here has."""
        from lib.desk.pages import DeskAdmin

        if admin_class is not None and issubclass(admin_class, DeskAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """Whoever is signed in and has no key gets 403 at once, not by way of a log-in page."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def get_urls(self) -> list[Any]:
        """Without the detour to an object's page: it tells the address of anything to anybody on staff."""
        return [route for route in super().get_urls() if getattr(route, "name", "") != "view_on_site"]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Suggestions.as_view(admin_site=self)(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("accounts:profile")

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """For who is signed in already; visitors were sent to the site's own door (accounts/apps.py). A form here
        would let anybody on staff try other people's passwords without our limits and without second factor."""
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        response = super().logout(request, extra_context)
        return response if response.status_code == 405 else redirect("courses:home")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        if app_label:
            return super().get_app_list(request, app_label)
        apps = self._build_app_dict(request).values()
        found = {model["object_name"]: model for app in apps for model in app["models"]}
        return list(_sections(found))


def _sections(found: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for label, name, models in SECTIONS:
        if pages := [found[model] for model in models if model in found]:
            yield {"name": name, "app_label": label, "app_url": "", "has_module_perms": True, "models": pages}
