"""The question bank: the list, and the form of one question."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import rights
from courses.desk import CourseFilter
from courses.models import Course
from lib.desk.pages import listed
from quizzes import bank
from quizzes.models import Answer, ItemFigures, Kind, Question, Slot

from .acting import user_of
from .board import BoardPages
from .exchange import ExchangePages
from .question_fields import percent
from .question_filters import (
    ConceptFilter,
    DiscriminationFilter,
    FacilityFilter,
    FlagFilter,
    LessonFilter,
    RetiredFilter,
)
from .question_forms import BeginForm, Editor
from .question_pages import QuestionPages


@admin.register(Question)
class QuestionAdmin(BoardPages, ExchangePages, QuestionPages):
    """The bank of one's courses."""

    list_display = ["name", "kind", "place", "difficulty", "facility", "discrimination", "answers", "used_in", "state"]
    list_filter = [
        RetiredFilter,
        CourseFilter,
        LessonFilter,
        ConceptFilter,
        "kind",
        "difficulty",
        FacilityFilter,
        DiscriminationFilter,
        FlagFilter,
    ]
    search_fields = ["name", "current__stem", "concept__name"]
    ordering = ["course__title", "course_id", "lesson__chapter__position", "lesson__position", "position", "pk"]
    actions = ["retire", "restore", "export_gift", "export_csv"]
    change_list_template = "admin/quizzes/question_list.html"

    # --- List ---

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        figures = ItemFigures.objects.filter(version=OuterRef("current")).order_by("-n", "-at")
        used = Slot.objects.filter(question=OuterRef("pk")).order_by().values("question")
        return (
            super()
            .get_queryset(request)
            .select_related("course", "lesson", "concept")
            .annotate(
                facility_of=Subquery(figures.values("facility")[:1]),
                discrimination_of=Subquery(figures.values("discrimination")[:1]),
                n_of=Subquery(figures.values("n")[:1]),
                flags_of=Subquery(figures.values("flags")[:1], output_field=JSONField()),
                used_of=Coalesce(Subquery(used.annotate(n=Count("section__test", distinct=True)).values("n")), 0),
            )
        )

    def choice_label(self, obj: Any) -> str:
        return f"{obj.name} · {obj.course.title}"

    @admin.display(description=gettext_lazy("key concept"), ordering="concept__name")
    def place(self, obj: Question) -> str:
        return str(obj.concept or obj.lesson or obj.course)

    @admin.display(description=gettext_lazy("facility"), ordering="facility_of")
    def facility(self, obj: Any) -> SafeString | None:
        return _figure(percent(obj.facility_of)) if obj.facility_of is not None else None

    @admin.display(description=gettext_lazy("discrimination"), ordering="discrimination_of")
    def discrimination(self, obj: Any) -> SafeString | None:
        return _figure(f"{obj.discrimination_of:.2f}") if obj.discrimination_of is not None else None

    @admin.display(description=gettext_lazy("answers"), ordering="n_of")
    def answers(self, obj: Any) -> SafeString | None:
        return _figure(obj.n_of) if obj.n_of else None

    @admin.display(description=gettext_lazy("in tests"), ordering="used_of")
    def used_in(self, obj: Any) -> SafeString:
        return _figure(obj.used_of)

    @admin.display(description=gettext_lazy("state"), ordering="retired_at")
    def state(self, obj: Any) -> SafeString:
        if obj.retired_at:
            sign, words = "off", _("Retired")
        elif obj.flags_of:
            sign, words = "warn", _("Look at it")
        else:
            sign, words = "ok", _("In use")
        return format_html('<span class="desk-state desk-state--{}">{}</span>', sign, words)

    # --- Actions on a list ---

    @admin.action(description=gettext_lazy("Retire: new attempts leave it out"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = [question for question in queryset if question.retired_at is None]
        Question.objects.filter(pk__in=[each.pk for each in chosen], retired_at=None).update(retired_at=now())
        text = ngettext("Retired %(names)s.", "Retired %(count)d: %(names)s.", len(chosen))
        self._tell(request, text, chosen, queryset.count())

    @admin.action(description=gettext_lazy("Bring back into use"), permissions=["change"])
    def restore(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = [question for question in queryset if question.retired_at is not None]
        total = queryset.count()
        Question.objects.filter(pk__in=[each.pk for each in chosen]).update(retired_at=None)
        text = ngettext("Brought back %(names)s.", "Brought back %(count)d: %(names)s.", len(chosen))
        self._tell(request, text, chosen, total)

    def _tell(self, request: HttpRequest, text: str, changed: list[Question], chosen: int) -> None:
        if changed:
            text %= {"count": len(changed), "names": listed(changed)}
            LogEntry.objects.log_actions(request.user.pk, changed, CHANGE, change_message=text)  # type: ignore[arg-type]
            self.message_user(request, text, messages.SUCCESS)
        else:
            self.message_user(request, _("Nothing to do: they are as you want them."), messages.INFO)

    def reason_to_keep(self, obj: Any) -> str:
        number = Answer.objects.filter(version__question=obj).values("attempt").distinct().count()
        # Somebody may have it before them and not have answered yet.
        if not number and not bank.held(obj.versions.values_list("pk", flat=True)):
            return ""
        number = max(number, 1)
        words = ngettext(
            "“%(question)s” stands in %(number)d attempt. Retire it instead: new attempts leave it out.",
            "“%(question)s” stands in %(number)d attempts. Retire it instead: new attempts leave it out.",
            number,
        )
        return words % {"question": obj, "number": number}

    # --- The form ---

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A form of our own: its rows are no rows of the database, and what is saved goes through the bank."""
        if object_id is None:
            return self._add(request)
        with transaction.atomic():
            question: Any = self.get_object(request, unquote(object_id))
            return self._edit(request, question)

    def _add(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        courses = rights.own(Course.objects.order_by("title"), request, "pk")
        begin = BeginForm(courses, request.GET if "kind" in request.GET else None, initial=request.GET.dict())
        if not begin.is_valid():
            context = self._context(request, None) | {"title": _("New question"), "form": begin}
            template = "admin/quizzes/question_begin.html"
            return TemplateResponse(request, template, context, status=422 if begin.is_bound else 200)
        with transaction.atomic():
            return self._edit(request, begin.question())

    def _edit(self, request: HttpRequest, question: Question) -> HttpResponse:
        if request.method == "POST" and not self.has_change_permission(request, question):
            raise PermissionDenied
        editor = Editor(question, request.POST if request.method == "POST" else None)
        if editor.is_bound and editor.is_valid():
            if question.pk and editor.changes_key_of_held():
                editor.problems.append(
                    _(
                        "Learners have answered this, so another key is a regrade: it says first whose score changes. "
                        "Nothing is saved yet. Put the key back and save your other changes, then choose Regrade."
                    )
                )
            else:
                return self._save(request, question, editor)
        context = self._context(request, question if question.pk else None) | {
            "title": Kind(question.kind).label,
            "question": question,
            "editor": editor,
            "is_held": bool(question.current and bank.is_held(question.current)),
            "versions": _versions(question) if question.pk else [],
        }
        status = 422 if editor.has_errors else 200
        return TemplateResponse(request, "admin/quizzes/question_form.html", context, status=status)

    def _save(self, request: HttpRequest, question: Question, editor: Editor) -> HttpResponse:
        user = user_of(request)
        if question.pk is None:
            saved = bank.add(question.course, editor.draft(), user)
            said = _("“%(question)s” is in the bank.") % {"question": saved}
            self.log_addition(request, saved, [{"added": {}}])
        else:
            before = question.current_id
            stored = Question.objects.get(pk=question.pk)  # the form has changed its own
            retired_at = stored.retired_at
            bank.revise(stored, editor.draft(), user)
            if retired_at:  # an import brings a question back into use; editing one does not
                Question.objects.filter(pk=stored.pk).update(retired_at=retired_at)
            saved = Question.objects.get(pk=question.pk)
            said = _("“%(question)s” is saved.") % {"question": saved}
            if before != saved.current_id:
                said += " " + _("Its words are a new version; attempts that began before keep the old one.")
            self.log_change(request, saved, said)
        self.message_user(request, said, messages.SUCCESS)
        return redirect(self._next(request, saved))

    def _next(self, request: HttpRequest, question: Question) -> str:
        if "_preview" in request.POST:
            return reverse("admin:quizzes_question_preview", args=[question.pk])
        if "_continue" in request.POST:
            return reverse("admin:quizzes_question_change", args=[question.pk])
        if "_addanother" in request.POST:
            same = {"course": question.course_id, "kind": question.kind, "lesson": question.lesson_id or ""}
            return reverse("admin:quizzes_question_add", query=same)
        return reverse("admin:quizzes_question_changelist", query={"course": question.course_id})

    def _context(self, request: HttpRequest, question: Question | None) -> dict[str, Any]:
        context = self.admin_site.each_context(request) | {"opts": self.opts, "original": question}
        if question is None:
            list_address = reverse("admin:quizzes_question_changelist")
            return context | {"trail": [(list_address, _("Questions"))], "tools": []}
        can_delete = self.has_delete_permission(request, question)
        return context | {
            "trail": self.trail(request, question),
            "tools": self.tools(request, question),
            "can_delete": can_delete,
        }

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        question: Any = super().get_object(request, object_id, from_field)
        if not isinstance(question, Question):
            raise Http404
        return question


def _figure(value: object) -> SafeString:
    return format_html('<span class="desk-number">{}</span>', value)


def _versions(question: Question) -> Any:
    return question.versions.select_related("created_by").prefetch_related("revisions__by").order_by("-number")
