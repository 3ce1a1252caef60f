"""Corrections of keys: what a dry run says, applying it, and taking it back."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.rights import CourseRights
from jobs.models import Job
from quizzes import regrading
from quizzes.models import RegradeChange, RegradeRun

from .acting import user_of
from .question_fields import percent

MOST_MOVES = 50  # learners shown; the figures above count everybody
SIGNS = {"dry": "off", "asked": "now", "applied": "ok", "reverted": "warn"}
FIGURES = {
    "attempts": gettext_lazy("Scores that move"),
    "up": gettext_lazy("Scores that rise"),
    "down": gettext_lazy("Scores that fall"),
    "to_pass": gettext_lazy("From failed to passed"),
    "to_fail": gettext_lazy("From passed to failed"),
    "mean_before": gettext_lazy("Mean before"),
    "mean_after": gettext_lazy("Mean after"),
}


@admin.register(RegradeRun)
class RegradeRunAdmin(CourseRights):
    way_to_course = "version__question__course"
    list_display = ["question", "course", "policy", "state_word", "moved", "by", "asked_at"]
    list_filter = ["state", "policy"]
    search_fields = ["version__question__name", "reason"]
    ordering = ["-asked_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("version__question__course", "by", "reverted_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # it begins on the page of its question

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was decided about scores is kept

    # --- One run ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.progress)
        return [path("<uuid:object_id>/progress/", view, name="quizzes_regraderun_progress"), *super().get_urls()]

    def progress(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """How the work stands, a part that asks again; for everybody who may edit the course, whoever asked for it."""
        run: Any = self.get_object(request, unquote(str(object_id)))
        job = _job(run)
        if job is None:
            raise Http404
        url = reverse("admin:quizzes_regraderun_progress", args=[run.pk])
        response = render(request, "jobs/_progress.html", {"job": job, "url": url})
        if not job.is_active:
            response["HX-Refresh"] = "true"  # the page says what has changed
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        run: Any = self.get_object(request, unquote(object_id))
        if request.method == "POST":
            return self._act(request, run)
        job = _job(run)
        moves = RegradeChange.objects.filter(run=run).select_related("attempt__learner").order_by("-share_after", "pk")
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Regrade"),
            "original": run,
            "run": run,
            "question": run.version.question,
            "trail": self.trail(request, run),
            "forecast": figures_of(run.forecast),
            "counts": figures_of(run.counts),
            "changes_nothing": not any(run.forecast.get(name) for name in ("up", "down", "to_pass", "to_fail")),
            "job": job if job and (job.is_active or job.state == "failed") else None,
            "progress_url": reverse("admin:quizzes_regraderun_progress", args=[run.pk]),
            "moves": [_move(row) for row in moves[:MOST_MOVES]],
            "more": max(0, moves.count() - MOST_MOVES),
        }
        return TemplateResponse(request, "admin/quizzes/regrade_run.html", context)

    def _act(self, request: HttpRequest, run: RegradeRun) -> HttpResponse:
        wanted = request.POST.get("do")
        try:
            if wanted == "apply":
                regrading.apply(run, user_of(request))
                said = _("The new key is being applied. Learners whose score changes are told.")
            elif wanted == "revert":
                regrading.revert(run, user_of(request))
                said = _("The correction is being taken back: every score becomes what it was before.")
            else:
                return redirect("admin:quizzes_regraderun_change", run.pk)
        except regrading.Refused as error:
            self.message_user(request, error.sentence, messages.ERROR)
        else:
            self.log_change(request, run, said)
            self.log_change(request, run.version.question, said)
            self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:quizzes_regraderun_change", run.pk)

    def trail(self, request: HttpRequest, obj: Any) -> list[tuple[str, str]]:
        question = obj.version.question
        return [
            (reverse("admin:courses_course_change", args=[question.course_id]), str(question.course)),
            (reverse("admin:quizzes_question_change", args=[question.pk]), str(question)),
            (reverse("admin:quizzes_question_regrade", args=[question.pk]), _("Regrade")),
        ]

    # --- Columns ---

    @admin.display(description=gettext_lazy("question"), ordering="version__question__name")
    def question(self, obj: RegradeRun) -> str:
        return str(obj.version.question)

    @admin.display(description=gettext_lazy("course"))
    def course(self, obj: RegradeRun) -> str:
        return str(obj.version.question.course)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, obj: RegradeRun) -> SafeString:
        sign = SIGNS.get(obj.state, "off")
        return format_html('<span class="desk-state desk-state--{}">{}</span>', sign, obj.get_state_display())

    @admin.display(description=gettext_lazy("scores moved"))
    def moved(self, obj: RegradeRun) -> int | None:
        counts = obj.counts or obj.forecast
        return int(counts.get("up", 0)) + int(counts.get("down", 0)) if counts else None


def _job(run: RegradeRun) -> Job | None:
    return Job.objects.filter(kind=regrading.REGRADE, subject=str(run.pk)).order_by("-created_at").first()


def figures_of(counts: dict[str, Any]) -> list[tuple[Any, str]]:
    """The figures of a run as (words, value)."""
    return [(words, _written(name, counts[name])) for name, words in FIGURES.items() if counts.get(name) is not None]


def _written(name: str, value: Any) -> str:
    return percent(float(value)) if name.startswith("mean") else str(value)


def _move(row: RegradeChange) -> dict[str, Any]:
    return {
        "attempt": row.attempt,
        "before": percent(row.share_before / 1_000_000),
        "after": percent(row.share_after / 1_000_000),
        "passed_before": row.passed_before,
        "passed_after": row.passed_after,
    }
