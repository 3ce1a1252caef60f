"""Attempts at tests: what was answered, what happened, and acts that need a reason."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.desk import CourseFilter
from lib import markup
from quizzes import reviewing
from quizzes.models import Answer, Attempt, LateAnswer, QuestionVersion
from study import reasons

from .attempt_acts import AttemptActs, acts_for
from .question_fields import percent
from .question_filters import Filter
from .similarity import TestFilter

MILLION = 1_000_000
SIGNS = {"open": "now", "submitted": "now", "scored": "ok", "voided": "off"}
WORDS = {
    "right": gettext_lazy("right"),
    "partial": gettext_lazy("partly right"),
    "wrong": gettext_lazy("wrong"),
    "invalid": gettext_lazy("cannot be read"),
    "blank": gettext_lazy("left blank"),
    "manual": gettext_lazy("marked by hand"),
}
VERDICTS = {"right": "ok", "partial": "now", "wrong": "warn", "invalid": "warn", "blank": "off", "manual": "now"}


class NeedsFilter(Filter):
    title = gettext_lazy("waits for you")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        return [("mark", _("Answers to mark")), ("late", _("Late answers"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "mark":
                return queryset.filter(score__is_provisional=True, purpose=Attempt.Purpose.MOCK)
            case "late":
                return queryset.filter(Exists(LateAnswer.objects.filter(attempt=OuterRef("pk"), accepted_at=None)))
        return queryset


@admin.register(Attempt)
class AttemptAdmin(AttemptActs):
    """Read only, but for the acts: an attempt is somebody's work."""

    change_list_template = "admin/quizzes/attempt_list.html"
    list_display = ["learner", "email", "what", "number", "state_word", "share", "passed", "started_at", "lasted"]
    list_filter = ["state", NeedsFilter, "purpose", CourseFilter, TestFilter]
    search_fields = ["learner__email", "learner__display_name", "test__title", "lesson__title"]
    ordering = ["-started_at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("learner", "course", "test", "lesson", "score")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # void it: what was answered is kept

    # --- One attempt ---

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        attempt: Any = self.get_object(request, unquote(object_id))
        return self.show(request, attempt)

    def show(self, request: HttpRequest, attempt: Attempt, status: int = 200, refused: Any = None) -> HttpResponse:
        # What is answered in an open attempt is nobody's business but the learner's.
        lines = [] if attempt.is_open else answers_of(attempt)
        late = [] if attempt.is_open else late_of(attempt, lines)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": str(attempt.learner),
            "original": attempt,
            "attempt": attempt,
            "score": getattr(attempt, "score", None),
            "trail": self.trail(request, attempt),
            "lines": lines,
            "late": late,
            "events": attempt.events.select_related("by"),
            "acts": acts_for(attempt, refused),
            "sign": SIGNS[attempt.state],
        }
        return TemplateResponse(request, "admin/quizzes/attempt.html", context, status=status)

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        course = reverse("admin:courses_course_change", args=[obj.course_id])
        query = {"test": obj.test_id} if obj.test_id else {"course": obj.course_id}
        return [(course, str(obj.course)), (reverse("admin:quizzes_attempt_changelist", query=query), _("Attempts"))]

    # --- Columns ---

    @admin.display(description=gettext_lazy("e-mail address"), ordering="learner__email")
    def email(self, obj: Attempt) -> str:
        return obj.learner.email

    @admin.display(description=gettext_lazy("test"), ordering="test__title")
    def what(self, obj: Attempt) -> str:
        return str(obj.test or obj.lesson or obj.course)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, obj: Attempt) -> SafeString:
        is_waiting = hasattr(obj, "score") and obj.score.is_provisional
        words = _("To be marked") if is_waiting else obj.get_state_display()
        sign = "warn" if is_waiting else SIGNS[obj.state]
        return format_html('<span class="desk-state desk-state--{}">{}</span>', sign, words)

    @admin.display(description=gettext_lazy("score"), ordering="score__share_ppm")
    def share(self, obj: Attempt) -> str | None:
        return percent(obj.score.share_ppm / MILLION) if hasattr(obj, "score") else None

    @admin.display(description=gettext_lazy("passed"), ordering="score__passed", boolean=True)
    def passed(self, obj: Attempt) -> bool | None:
        return obj.score.passed if hasattr(obj, "score") else None

    @admin.display(description=gettext_lazy("minutes"))
    def lasted(self, obj: Attempt) -> str | None:
        if obj.finished_at is None:
            return None
        return str(round((obj.finished_at - obj.started_at).total_seconds() / 60))


# --- What was answered ----------------------------------------------------------------------------------------------


def answers_of(attempt: Attempt) -> list[dict[str, Any]]:
    """A line for each slot of the form, in its order."""
    known = {
        answer.slot: answer
        for answer in Answer.objects.filter(attempt=attempt).select_related("graded", "marked_by").order_by("slot")
    }
    slots = attempt.form.get("slots", [])
    versions = QuestionVersion.objects.select_related("question").in_bulk([slot["version"] for slot in slots])
    return [
        _line(attempt, slot, versions[slot["version"]], known.get(slot["slot"]))
        for slot in slots
        if slot["version"] in versions
    ]


def _line(attempt: Attempt, slot: dict[str, Any], version: QuestionVersion, answer: Answer | None) -> dict[str, Any]:
    is_mock = attempt.purpose == Attempt.Purpose.MOCK  # nobody marks practice
    graded = answer.graded if answer else None
    state = graded.state if graded else "blank"
    earned = None
    if answer is not None:
        earned = answer.marked_ppm if answer.marked_ppm is not None else graded.score_ppm if graded else None
    return {
        "slot": slot["slot"],
        "version": version,
        "question": version.question,
        "answer": answer,
        "word": WORDS.get(state, state),
        "sign": VERDICTS.get(state, "off"),
        "earned": percent(earned / MILLION) if earned is not None else "–",
        "points": slot.get("weight", MILLION) / MILLION,
        "waits": is_mock and state == "manual" and answer is not None and answer.marked_ppm is None,
        "said": said(answer.value if answer else None, version.body),
        "why": reasons.sentences([one for one in graded.why if one[0] != "blank"], reviewing.EVERYTHING)
        if graded
        else [],
    }


def late_of(attempt: Attempt, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = {line["slot"]: line for line in lines}
    return [
        {"late": late, "text": said(late.value, shown[late.slot]["version"].body if late.slot in shown else {})}
        for late in attempt.late_answers.order_by("slot", "rev")
    ]


def said(value: Any, body: dict[str, Any]) -> str:
    """An answer as one line of text."""
    texts = {each["id"]: each["text"] for name in ("options", "items", "left", "right") for each in body.get(name, [])}
    for gap in body.get("gaps", {}).values():
        texts |= {each["id"]: each["text"] for each in gap.get("options", [])}
    if isinstance(value, dict):
        return ", ".join(f"{_plain(key, texts)}: {_plain(each, texts)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(each, texts) for each in value)
    return _plain(value, texts) if value is not None else _("Left blank")


def _plain(value: Any, texts: dict[str, str]) -> str:
    return markup.plain(texts[value]) if isinstance(value, str) and value in texts else str(value)
