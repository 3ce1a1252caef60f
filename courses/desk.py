"""Pieces of admin pages about courses and what is published: filters, columns, actions, buttons."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lib.desk.pages import listed

from . import publishing, rights
from .models import Course, Publishable, State

MOST_COURSES = 20  # as links beside a list; more are found by search
SIGNS = {State.DRAFT: "warn", State.SCHEDULED: "now", State.PUBLISHED: "ok", State.ARCHIVED: "off"}


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.in_state(self.value()) if self.value() in State.values else queryset


class CourseFilter(admin.SimpleListFilter):
    """The courses one edits while they are few; else only the one that a link asked for."""

    title = gettext_lazy("course")
    parameter_name = "course"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        courses = rights.own(Course.objects.all(), request, "pk")
        few = list(courses.values_list("pk", "title")[: MOST_COURSES + 1])
        if len(few) > MOST_COURSES:
            few = list(courses.filter(pk=self._wanted()).values_list("pk", "title"))
        return [(str(pk), title) for pk, title in few]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(course=self._wanted()) if self.value() else queryset

    def _wanted(self) -> int:
        """0 for what is no number: no course has it."""
        value = self.value() or ""
        return int(value) if value.isdecimal() and len(value) < 19 else 0


class PublishableAdmin(rights.CourseRights):
    """A page for something with the states draft, scheduled, published and archived."""

    actions = ["publish", "archive", "unarchive"]

    @admin.display(description=gettext_lazy("state"), ordering="published_at")
    def state_word(self, obj: Publishable) -> SafeString:
        state = obj.state
        return format_html('<span class="desk-state desk-state--{}">{}</span>', SIGNS[state], state.label)

    @admin.display(description=gettext_lazy("changed"), ordering="revised_at")
    def revised(self, obj: Any) -> str:
        return date_format(localtime(obj.revised_at), "SHORT_DATE_FORMAT")

    @admin.display(description=gettext_lazy("page"))
    def page(self, obj: Any) -> SafeString:
        return format_html('<a class="nowrap" href="{}">{}</a>', obj.get_absolute_url(), _("View as learner"))

    # --- Actions on a list ---

    @admin.action(description=gettext_lazy("Publish now"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        chosen = queryset.count()
        changed = publishing.publish(queryset)
        text = ngettext("Published %(names)s.", "Published %(count)d: %(names)s.", len(changed))
        self._tell(request, text, changed, chosen)

    @admin.action(description=gettext_lazy("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: Any) -> None:
        chosen = queryset.count()
        changed = publishing.archive(queryset)
        text = ngettext("Archived %(names)s.", "Archived %(count)d: %(names)s.", len(changed))
        self._tell(request, text, changed, chosen)

    @admin.action(description=gettext_lazy("Bring back from the archive"), permissions=["change"])
    def unarchive(self, request: HttpRequest, queryset: Any) -> None:
        chosen = queryset.count()
        changed = publishing.unarchive(queryset)
        text = ngettext("Brought back %(names)s.", "Brought back %(count)d: %(names)s.", len(changed))
        self._tell(request, text, changed, chosen)

    def _tell(self, request: HttpRequest, text: str, changed: Sequence[Publishable], chosen: int) -> None:
        """Say, now and in each one's history, what was done to how many of the `chosen`."""
        if changed:
            text %= {"count": len(changed), "names": listed(changed)}
            LogEntry.objects.log_actions(request.user.pk, changed, CHANGE, change_message=text)  # type: ignore[arg-type]
            self.message_user(request, text, messages.SUCCESS)
        if left := chosen - len(changed):
            words = ngettext(
                "%(count)d was left as it is: its state does not call for this.",
                "%(count)d were left as they are: their state does not call for this.",
                left,
            )
            self.message_user(request, words % {"count": left}, messages.INFO)

    # --- The button on a page ---

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        context["can_publish"] = obj is None or obj.state in {State.DRAFT, State.SCHEDULED}
        return super().render_change_form(request, context, **kwargs)

    def response_add(self, request: HttpRequest, obj: Model, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._published(request, obj) or super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        return self._published(request, obj) or super().response_change(request, obj)

    def _published(self, request: HttpRequest, obj: Model) -> HttpResponse | None:
        if "_publish" not in request.POST:
            return None
        self.publish(request, self.get_queryset(request).filter(pk=obj.pk))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", obj.pk)
