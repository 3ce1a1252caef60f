"""What stands beside a lesson at the desk: its questions and mock tests, which are published along with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.desk import SIGNS, PublishableAdmin
from courses.models import Lesson
from lib.desk.pages import listed
from quizzes.models import MockTest, Question

from . import pools


@dataclass(frozen=True)
class Beside:
    """The questions and tests of a lesson, with where to see and write more."""

    questions: int
    tests: list[tuple[MockTest, str, str]]  # with address and sign of its state
    to_questions: str
    to_new_question: str
    to_import: str
    to_new_test: str


def beside(lesson: Lesson) -> Beside:
    whose = {"course": lesson.course_id, "lesson": lesson.pk}
    tests = MockTest.objects.filter(lesson=lesson).order_by("position", "pk")
    new = {"title": lesson.title[:120], "slug": f"{lesson.slug[:75]}-test"}
    return Beside(
        questions=Question.objects.active().filter(lesson=lesson).count(),
        tests=[(test, reverse("admin:quizzes_mocktest_change", args=[test.pk]), SIGNS[test.state]) for test in tests],
        to_questions=reverse("admin:quizzes_question_changelist", query=whose),
        to_new_question=reverse("admin:quizzes_question_add", query=whose),
        to_import=reverse("admin:quizzes_question_import", query=whose),
        to_new_test=reverse("admin:quizzes_mocktest_add", query=whose | new),
    )


class LessonTests(PublishableAdmin):
    """Mixed into the page of lessons, before what decides whether a lesson may be published."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if isinstance(lesson := kwargs.get("obj"), Lesson):
            context["beside"] = beside(lesson)
        return super().render_change_form(request, context, **kwargs)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "published_at" in form.changed_data:
            self._bring_tests(request, {form.instance.pk: form.initial.get("published_at")})

    @admin.action(description=gettext_lazy("Publish now"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: Any) -> None:
        before = dict(queryset.values_list("pk", "published_at"))
        super().publish(request, queryset)
        self._bring_tests(request, before)

    def _bring_tests(self, request: HttpRequest, before: dict[int, datetime | None]) -> None:
        """Publish, with lessons that have just been published or are to be at a moment, their tests that wait for it.

        before: lesson → when it was to appear until now.
        """
        at = now()
        lessons = Lesson.objects.filter(pk__in=before, archived_at=None, published_at__isnull=False)
        for lesson in lessons.select_related("course"):
            was = before[lesson.pk]
            if lesson.published_at != was and (was is None or was > at):
                brought, reasons = bring_tests(lesson, was)
                self._tell_tests(request, lesson, brought, reasons)

    def _tell_tests(self, request: HttpRequest, lesson: Lesson, brought: list[MockTest], reasons: list[str]) -> None:
        for reason in reasons:
            self.message_user(request, reason, messages.WARNING)
        if not brought:
            return
        words = _("Its mock test is published with it: %(tests)s.")
        if not lesson.is_published:
            words = _("Its mock test appears at the same moment: %(tests)s.")
        said = words % {"tests": listed(brought)}
        LogEntry.objects.log_actions(request.user.pk, brought, CHANGE, change_message=said)  # type: ignore[arg-type]
        self.message_user(request, said, messages.SUCCESS)


def bring_tests(lesson: Lesson, was: datetime | None) -> tuple[list[MockTest], list[str]]:
    """Publish with `lesson` its drafts among tests, and those that were to appear when it was to.

    Returns the tests that appear, and a sentence for each that cannot.
    """
    waiting = Q(published_at=None) if was is None else Q(published_at=None) | Q(published_at=was)
    brought, reasons = [], []
    for test in MockTest.objects.filter(waiting, lesson=lesson, archived_at=None).select_related("course"):
        if reason := pools.obstacle(test, lesson.published_at):
            reasons.append(reason)
        else:
            test.published_at = lesson.published_at
            test.save(update_fields=["published_at", "revised_at"])
            brought.append(test)
    return brought, reasons
