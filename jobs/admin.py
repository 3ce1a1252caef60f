from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lib.desk.pages import DeskAdmin, listed

from . import kinds, queue
from .models import Job, Queue, State


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(state=self.value()) if self.value() in State.values else queryset


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return list(Queue.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(queue=self.value()) if self.value() in Queue.values else queryset


@admin.register(Job)
class JobAdmin(DeskAdmin):
    """What runs, waits and failed, for superusers. Rows are made by what wants the work and ended by workers."""

    list_display = ["title", "subject", "state", "how_far", "asked_by", "created_at"]
    list_filter = [StateFilter, QueueFilter]
    list_select_related = ["asked_by"]
    search_fields = ["kind", "subject", "error"]
    actions = ["retry", "cancel"]
    fields = (
        "title",
        "kind",
        "subject",
        "queue",
        "state",
        "how_far",
        "attempts",
        "asked_by",
        "created_at",
        "due_at",
        "started_at",
        "finished_at",
        "payload",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # the sweeper deletes old ones

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return list(self.fields)

    def tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        return [(reverse("jobs:progress", args=[obj.pk]), _("Follow it"))]

    # --- Columns ---

    @admin.display(description=gettext_lazy("work"), ordering="kind")
    def title(self, obj: Job) -> str:
        return str(kinds.find_or_unknown(obj).title)

    @admin.display(description=gettext_lazy("how far"), ordering="progress")
    def how_far(self, obj: Job) -> str:
        if obj.state == State.RUNNING:
            return _("%(percent)d %%: %(message)s") % {"percent": obj.progress, "message": obj.message or "…"}
        return obj.error or obj.message or self.get_empty_value_display()

    # --- Actions ---

    @admin.action(description=gettext_lazy("Try again now"), permissions=["view"])
    def retry(self, request: HttpRequest, queryset: QuerySet) -> None:
        tried = self._each(queryset.exclude(state__in=[State.DONE, State.RUNNING]), lambda job: bool(queue.retry(job)))
        text = ngettext("Trying %(names)s again.", "Trying %(count)d again: %(names)s.", len(tried))
        self._tell(request, tried, text, _("Nothing to try again: these are done, or running."))

    @admin.action(description=gettext_lazy("Stop these"), permissions=["view"])
    def cancel(self, request: HttpRequest, queryset: QuerySet) -> None:
        stopped = self._each(queryset, queue.cancel)
        text = ngettext("Stopped %(names)s.", "Stopped %(count)d: %(names)s.", len(stopped))
        self._tell(request, stopped, text, _("Nothing to stop: these have ended already."))

    def _each(self, queryset: QuerySet, act: Callable[[Job], bool]) -> list[str]:
        return [f"{self.title(job)} ({job.subject})" for job in queryset if act(job)]

    def _tell(self, request: HttpRequest, names: list[str], text: str, nothing: str) -> None:
        if names:
            self.message_user(request, text % {"count": len(names), "names": listed(names)}, messages.SUCCESS)
        else:
            self.message_user(request, nothing, messages.INFO)
