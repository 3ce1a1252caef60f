"""The pages about one question: seen as a learner sees it, and its key corrected."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from courses.rights import CourseRights
from lib import markup
from quizzes import grading, presenting, regrading, reviewing
from quizzes.models import Answer, Question, QuestionVersion, RegradeRun
from study import reasons

from .acting import user_of
from .key_forms import KeyEditor, with_right_option
from .question_fields import percent

MOST_MARKDOWN = 20_000  # characters shown as they will look
MOST_GIVEN = 8  # answers listed as most frequent
MILLION = 1_000_000
SIGNS = {"right": "ok", "partial": "now", "wrong": "warn", "invalid": "warn", "blank": "off", "manual": "off"}


class QuestionPages(CourseRights):
    def get_urls(self) -> list[URLPattern]:
        views: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("<int:object_id>/preview/", self.preview, "preview"),
            ("<int:object_id>/regrade/", self.regrade, "regrade"),
            ("markdown/", self.markdown, "markdown"),
        ]
        guarded = [
            path(route, self.admin_site.admin_view(view), name=f"quizzes_question_{name}")
            for route, view, name in views
        ]
        return [*guarded, *super().get_urls()]

    def tools(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        return [
            (reverse("admin:quizzes_question_preview", args=[obj.pk]), _("Preview and try")),
            (reverse("admin:quizzes_question_regrade", args=[obj.pk]), _("Regrade")),
            (reverse("admin:quizzes_question_board", query={"course": obj.course_id}), _("Item health")),
            (reverse("admin:quizzes_question_history", args=[obj.pk]), _("History")),
        ]

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        course = reverse("admin:courses_course_change", args=[obj.course_id])
        questions = reverse("admin:quizzes_question_changelist", query={"course": obj.course_id})
        return [(course, str(obj.course)), (questions, _("Questions"))]

    # --- Markdown as it will look ---

    def markdown(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        text = request.POST.get("text", "")[:MOST_MARKDOWN]
        return TemplateResponse(request, "admin/quizzes/_markdown.html", {"html": markup.joined(text)})

    # --- As a learner sees it ---

    def preview(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """POST: what would this answer earn? Nothing is kept."""
        question = self._question(request, object_id)
        version = self._version(request, question)
        slot: dict[str, Any] = {"slot": 1, "order": None}
        context: dict[str, Any] = {}
        answer = Answer(slot=1, version=version, weight_ppm=MILLION)
        if request.method == "POST":
            answer.value = presenting.read(version, slot, request.POST)
            context = tried(version, answer.value)
        shown = presenting.question(version, slot, answer)
        shown.unreadable = context.get("unreadable", "")
        context |= {
            "q": shown,
            "question": question,
            "version": version,
            "versions": question.versions.order_by("-number"),
            "explanation": markup.joined(version.explanation),
            "title": _("Preview"),
        }
        status = 422 if context.get("refused") else 200
        return TemplateResponse(request, "admin/quizzes/preview.html", context, status=status)

    # --- Another key ---

    def regrade(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Asks for the key and the policy; the dry run says what would happen, and nothing is changed by it."""
        question = self._question(request, object_id)
        version = self._version(request, question)
        if version.revision is None:
            raise Http404
        if request.method == "POST":
            editor = KeyEditor(version, request.POST)
            if editor.is_valid():
                run = self._dry_run(request, editor)
                return redirect("admin:quizzes_regraderun_change", run.pk)
        else:
            editor = KeyEditor(version, proposed=with_right_option(version, request.GET.get("right", "")))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Regrade"),
            "original": question,
            "question": question,
            "trail": [*self.trail(request, question), (_page(question), str(question))],
            "version": version,
            "versions": question.versions.order_by("-number"),
            "editor": editor,
            "is_proposed": "right" in request.GET,
            "stem": markup.joined(version.stem),
            "given": _given(version),
            "runs": RegradeRun.objects.filter(version__question=question).select_related("by")[:10],
        }
        status = 422 if editor.has_errors else 200
        return TemplateResponse(request, "admin/quizzes/regrade.html", context, status=status)

    def _dry_run(self, request: HttpRequest, editor: KeyEditor) -> RegradeRun:
        chosen = editor.policy.cleaned_data
        run: RegradeRun = regrading.dry_run(
            editor.version,
            editor.key,
            policy=chosen["policy"],
            lowers_nobody=chosen["lowers_nobody"],
            by=user_of(request),
            reason=chosen["reason"],
        )
        return run

    # --- Finding things ---

    def _question(self, request: HttpRequest, object_id: int) -> Question:
        found = self.get_object(request, unquote(str(object_id)))
        assert isinstance(found, Question)
        return found

    def _version(self, request: HttpRequest, question: Question) -> QuestionVersion:
        """The one asked for by its number, else the current one."""
        number = request.GET.get("version", "")
        versions = question.versions.select_related("question", "revision", "audio__take")
        if number:
            versions = versions.filter(number=int(number) if number.isdecimal() and len(number) < 9 else 0)
        else:
            versions = versions.filter(pk=question.current_id or 0)
        found = versions.first()
        if found is None:
            raise Http404
        return found


def tried(version: QuestionVersion, response: Any) -> dict[str, Any]:
    """What `response` would earn by the key that counts now, and why."""
    assert version.revision is not None
    kind = str(version.question.kind)
    try:
        grading.refuse(response)
    except grading.Refused as error:
        return {"refused": str(error), "unreadable": str(error)}
    revision = version.revision
    text = grading.canonical(kind, version.body, response)
    grade = grading.grade_revision(kind, version.body, revision.key, revision.also, revision.is_void, text)
    return {
        "grade": grade,
        "why": reasons.sentences(grade.why, reviewing.EVERYTHING),
        "sign": SIGNS.get(str(grade.state), "off"),
        "earned": percent(grade.ppm / MILLION),
        "unreadable": grading.unreadable(kind, version.body, response) or "",
    }


def _given(version: QuestionVersion) -> list[dict[str, Any]]:
    """The answers given most often, with what they earn now."""
    rows = version.graded.annotate(times=Count("answers")).filter(times__gt=0).order_by("-times", "pk")[:MOST_GIVEN]
    texts = {"true": _("True"), "false": _("False")}
    texts |= {option["id"]: markup.plain(option["text"]) for option in version.body.get("options", [])}
    return [
        {
            "text": texts.get(str(row.text).strip('"'), row.text) or _("Left blank"),
            "times": row.times,
            "earned": percent(row.score_ppm / MILLION),
        }
        for row in rows
    ]


def _page(question: Question) -> str:
    return reverse("admin:quizzes_question_change", args=[question.pk])
