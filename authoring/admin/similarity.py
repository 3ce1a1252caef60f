"""Attempts more alike than chance explains: for people to look at. It proves nothing and changes no score."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.rights import CourseRights
from quizzes.models import Attempt, PairFlag

from .question_filters import Filter

APART = gettext_lazy("started %(minutes)d minutes apart")


class SeenFilter(Filter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("new", _("Not looked at")), ("seen", _("Looked at"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        wanted = self.value()
        return queryset.filter(seen_at__isnull=wanted == "new") if wanted in {"new", "seen"} else queryset


class TestFilter(Filter):
    title = gettext_lazy("mock test")
    parameter_name = "test"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(self.value() or "", _("This test"))] if self.value() else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(test=self.number()) if self.value() else queryset


class SeenForm(forms.ModelForm):
    class Meta:
        model = PairFlag
        fields = ["note"]
        labels = {"note": gettext_lazy("Note")}
        help_texts = {"note": gettext_lazy("What you found, for other editors of the course. Learners never see it.")}

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"].strip()
        if not note:
            raise forms.ValidationError(_("Write in a few words what you found."))
        return note


@admin.register(PairFlag)
class PairFlagAdmin(CourseRights):
    way_to_course = "test__course"
    form = SeenForm
    change_list_template = "admin/quizzes/pair_list.html"
    change_form_template = "admin/quizzes/pair_form.html"
    list_display = ["pair", "test", "strength", "alike", "alike_wrong", "apart", "seen"]
    list_display_links = ["pair"]
    list_filter = [SeenFilter, TestFilter]
    search_fields = ["test__title", "first__learner__email", "second__learner__email", "note"]
    ordering = ["-z", "pk"]
    fields = ["test", "first_link", "second_link", "strength", "alike", "alike_wrong", "apart", "at", "note", "seen_at"]
    readonly_fields = [
        "test",
        "first_link",
        "second_link",
        "strength",
        "alike",
        "alike_wrong",
        "apart",
        "at",
        "seen_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows.select_related("test__course", "first__learner", "second__learner")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        obj.seen_at = now()
        obj.save(update_fields=["note", "seen_at"])

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        test = reverse("admin:quizzes_mocktest_change", args=[obj.test_id])
        rows = reverse("admin:quizzes_pairflag_changelist", query={"test": obj.test_id})
        return [(test, str(obj.test)), (rows, _("Similar attempts"))]

    @admin.display(description=gettext_lazy("attempts of"))
    def pair(self, obj: PairFlag) -> str:
        return f"{obj.first.learner} – {obj.second.learner}"

    @admin.display(description=gettext_lazy("beyond chance"), ordering="z")
    def strength(self, obj: PairFlag) -> str:
        return f"{obj.z:.1f} σ"

    @admin.display(description=gettext_lazy("in time"))
    def apart(self, obj: PairFlag) -> str:
        minutes = abs((obj.first.started_at - obj.second.started_at).total_seconds()) / 60
        return str(APART) % {"minutes": round(minutes)}

    @admin.display(description=gettext_lazy("looked at"), ordering="seen_at", boolean=True)
    def seen(self, obj: PairFlag) -> bool:
        return obj.seen_at is not None

    @admin.display(description=gettext_lazy("one attempt"))
    def first_link(self, obj: PairFlag) -> SafeString:
        return _link(obj.first)

    @admin.display(description=gettext_lazy("the other"))
    def second_link(self, obj: PairFlag) -> SafeString:
        return _link(obj.second)


def _link(attempt: Attempt) -> SafeString:
    address = reverse("admin:quizzes_attempt_change", args=[attempt.pk])
    return format_html('<a href="{}">{}</a>', address, attempt.learner)
