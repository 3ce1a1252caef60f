"""What learners say is wrong with questions: a queue to be answered."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.rights import CourseRights
from quizzes.models import ProblemReport

from .acting import user_of
from .question_filters import Filter

SIGNS = {"open": "warn", "fixed": "ok", "kept": "off"}


class CourseOfReport(Filter):
    """Only the course that a link asks for: one sees one's own in any case."""

    title = gettext_lazy("course")
    parameter_name = "course"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(self.value() or "", _("This course"))] if self.value() else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(version__question__course=self.number()) if self.value() else queryset


class AnswerForm(forms.ModelForm):
    state = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        choices=[
            (ProblemReport.State.FIXED, gettext_lazy("It was right, and is corrected")),
            (ProblemReport.State.KEPT, gettext_lazy("The question stays as it is")),
        ],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = ProblemReport
        fields = ["state", "reply"]
        widgets = {"reply": forms.Textarea}
        help_texts = {"reply": gettext_lazy("The learner reads this.")}

    def clean_reply(self) -> str:
        reply: str = self.cleaned_data["reply"].strip()
        if not reply:
            raise forms.ValidationError(_("Write a sentence to the learner who reported it."))
        return reply


@admin.register(ProblemReport)
class ProblemReportAdmin(CourseRights):
    way_to_course = "version__question__course"
    form = AnswerForm
    list_display = ["said", "question", "course", "learner", "state_word", "at"]
    list_filter = ["state", CourseOfReport]
    search_fields = ["text", "reply", "version__question__name"]
    ordering = ["-state", "-at"]  # "open" is the last word of the three: what waits stands on top
    fields = ["question_link", "said_in_full", "given", "person", "at", "state", "reply", "answered"]
    readonly_fields = ["question_link", "said_in_full", "given", "person", "at", "answered"]
    rows = {"reply": 5}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows.select_related("version__question__course", "learner", "answered_by", "attempt")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # learners begin it, from a result

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # whoever reported it finds the answer there

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        obj.answered_by = user_of(request)
        obj.answered_at = now()
        obj.save(update_fields=["state", "reply", "answered_by", "answered_at"])

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        waiting = self.get_queryset(request).filter(state=ProblemReport.State.OPEN).count()
        if waiting:
            self.message_user(request, _("Still waiting for an answer: %(n)d.") % {"n": waiting}, messages.INFO)
        return super().response_post_save_change(request, obj)

    def tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        question, query = obj.version.question_id, {"version": obj.version.number}
        return [
            (reverse("admin:quizzes_question_change", args=[question]), _("Edit the question")),
            (reverse("admin:quizzes_question_preview", args=[question], query=query), _("Preview")),
            (reverse("admin:quizzes_question_regrade", args=[question], query=query), _("Regrade")),
        ]

    @admin.display(description=gettext_lazy("what is wrong"), ordering="text")
    def said(self, obj: ProblemReport) -> str:
        return Truncator(obj.text).chars(80)

    @admin.display(description=gettext_lazy("what is wrong"))
    def said_in_full(self, obj: ProblemReport) -> str:
        return obj.text

    @admin.display(description=gettext_lazy("question"), ordering="version__question__name")
    def question(self, obj: ProblemReport) -> str:
        return str(obj.version.question)

    @admin.display(description=gettext_lazy("question"))
    def question_link(self, obj: ProblemReport) -> SafeString:
        address = reverse("admin:quizzes_question_change", args=[obj.version.question_id])
        return format_html('<a href="{}">{}</a>', address, obj.version.question)

    # A name, not a link: the pages of people are not open to instructors.
    @admin.display(description=gettext_lazy("learner"))
    def person(self, obj: ProblemReport) -> str:
        return str(obj.learner)

    @admin.display(description=gettext_lazy("course"))
    def course(self, obj: ProblemReport) -> str:
        return str(obj.version.question.course)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, obj: ProblemReport) -> SafeString:
        sign = SIGNS.get(obj.state, "off")
        return format_html('<span class="desk-state desk-state--{}">{}</span>', sign, obj.get_state_display())

    @admin.display(description=gettext_lazy("in the attempt"))
    def given(self, obj: ProblemReport) -> SafeString:
        address = reverse("admin:quizzes_attempt_change", args=[obj.attempt_id])
        words = _("Question %(slot)d") % {"slot": obj.slot}
        return format_html('<a href="{}#slot-{}">{}</a>', address, obj.slot, words)

    @admin.display(description=gettext_lazy("answered"))
    def answered(self, obj: ProblemReport) -> str:
        if obj.answered_at is None:
            return _("Not yet")
        return f"{obj.answered_by} · {date_format(localtime(obj.answered_at), 'SHORT_DATETIME_FORMAT')}"
