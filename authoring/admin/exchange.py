"""Questions in and out: a file is read, the plan is shown, and only then something changes."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rights
from courses.models import Course, Lesson
from quizzes import bank, exchange
from quizzes.exchange import aiken, gift, moodle, tables
from quizzes.models import Question

from .acting import user_of

MOST_BYTES = 2 * 1024 * 1024
SIGNS = {"added": "ok", "changed": "now", "same": "off", "duplicate": "warn"}
FORMATS: dict[str, Any] = {"gift": gift, "aiken": aiken, "moodle": moodle, "csv": tables}
NAMES = [("gift", "GIFT"), ("aiken", "Aiken"), ("moodle", "Moodle XML"), ("csv", "CSV")]
ENDINGS = {"gift": "gift", "xml": "moodle", "csv": "csv", "aiken": "aiken"}


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), required=False, help_text=gettext_lazy("At most 2 MB."))
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        widget=forms.Textarea({"rows": 12, "class": "markdown", "spellcheck": "false"}),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=[("", gettext_lazy("By the file’s name")), *NAMES], required=False
    )

    lesson = forms.ModelChoiceField(
        Lesson.objects.none(),
        label=gettext_lazy("Lesson"),
        required=False,
        empty_label=gettext_lazy("The whole course"),
        help_text=gettext_lazy("Where new questions belong that name no lesson themselves."),
    )
    field_order = ["lesson"]

    def __init__(self, course: Course | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        field: Any = self.fields["lesson"]
        field.queryset = Lesson.objects.filter(course=course).in_order()
        field.label_from_instance = lambda lesson: lesson.title

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        file = self.cleaned_data.get("file")
        if file is not None and file.size > MOST_BYTES:
            self.add_error("file", _("This file is larger than 2 MB. Divide it into parts."))
            return data
        if file is not None:
            try:
                self.cleaned_data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("This file is not text in UTF-8. Save it in that encoding, then try again."))
                return data
        if not (self.cleaned_data.get("text") or "").strip():
            self.add_error("text", _("Choose a file, or paste its text."))
        if not self.cleaned_data.get("format"):
            ending = file.name.rpartition(".")[2].lower() if file is not None else ""
            self.cleaned_data["format"] = ENDINGS.get(ending) or guessed(self.cleaned_data.get("text") or "")
        return data


def guessed(text: str) -> str:
    """The format that `text` looks like."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        return "moodle"
    if any(row.startswith("ANSWER:") for row in text.splitlines()):
        return "aiken"
    return "gift" if "{" in text else "csv"


class ExchangePages(rights.CourseRights):
    def get_urls(self) -> list[URLPattern]:
        view: Callable[..., HttpResponse] = self.import_page
        return [
            path("import/", self.admin_site.admin_view(view), name="quizzes_question_import"),
            *super().get_urls(),
        ]

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """?course=; POST do=plan shows what would happen, do=apply does it."""
        if not rights.is_author(request):
            raise PermissionDenied
        course = self._import_course(request)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Import questions"),
            "course": course,
            "courses": rights.own(Course.objects.order_by("title"), request, "pk")[:200],
            "trail": [(reverse("admin:quizzes_question_changelist"), _("Questions"))],
            "form": ImportForm(course, initial=request.GET.dict()),
        }
        status = 200
        if request.method == "POST" and course is not None:
            form = context["form"] = ImportForm(course, request.POST, request.FILES)
            if form.is_valid():
                plan = planned(course, form.cleaned_data)
                if request.POST.get("do") == "apply":
                    return self._apply(request, course, plan)
                context |= {"plan": plan, "rows": [(row, SIGNS[row.outcome]) for row in plan.rows]}
                context |= {name: form.cleaned_data[name] for name in ("text", "format", "lesson")}
            else:
                status = 422
        return TemplateResponse(request, "admin/quizzes/import.html", context, status=status)

    def _apply(self, request: HttpRequest, course: Course, plan: exchange.Plan) -> HttpResponse:
        done = exchange.apply(plan, user_of(request))
        count = len(done.added) + len(done.changed)
        words = ngettext("%(count)d question was written.", "%(count)d questions were written.", count)
        said = words % {"count": count}
        self.log_change(request, course, said)
        self.message_user(request, said, messages.SUCCESS)
        where = {"course": course.pk} | ({"lesson": plan.lesson.pk} if plan.lesson else {})
        return redirect(reverse("admin:quizzes_question_changelist", query=where))

    def _import_course(self, request: HttpRequest) -> Course | None:
        wanted = request.GET.get("course", "")
        if not wanted:
            return None
        courses = rights.own(Course.objects.all(), request, "pk")
        course = courses.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 19 else None
        if not isinstance(course, Course):
            raise Http404
        return course

    # --- Out ---

    @admin.action(description=gettext_lazy("Export as GIFT"), permissions=["view"])
    def export_gift(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return self._export(request, queryset, "gift", "text/plain")

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return self._export(request, queryset, "csv", "text/csv")

    def _export(self, request: HttpRequest, queryset: QuerySet, ending: str, content_type: str) -> HttpResponse | None:
        questions: list[Question] = list(queryset)
        courses = {question.course_id for question in questions}
        if len(courses) != 1:
            self.message_user(request, _("Choose questions of one course: names belong to a course."), messages.ERROR)
            return None
        course = questions[0].course
        drafts = bank.drafts_of(course, questions)
        response = HttpResponse(
            FORMATS[ending].write(list(drafts.values())), content_type=f"{content_type}; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{slugify(course.slug)}-questions.{ending}"'
        return response


def planned(course: Course, data: dict[str, Any]) -> exchange.Plan:
    drafts, problems = FORMATS[data["format"]].read(data["text"])
    return exchange.plan(course, drafts, lesson=data["lesson"], problems=problems)
