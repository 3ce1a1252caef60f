"""Item health: which questions do harm, worst first, and what to do about each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from courses import rights
from courses.models import Course
from jobs.models import Job
from lib import markup
from quizzes import figures
from quizzes.models import Calibration, ItemFigures, MockTest, TestFigures

from .acting import user_of
from .question_fields import percent

MOST_ROWS = 100
MOST_TESTS = 200
FEW = 30  # answers below which figures say little
SELDOM = 0.02  # share of choices below which an option is one that nobody takes


@dataclass
class OptionLine:
    text: str
    share: str
    fifths: list[str]  # shares in the five groups of learners, weakest first
    bars: list[int]  # the same in per cent
    rest: str  # correlation with the rest of the test
    is_right: bool
    is_seldom: bool
    is_proposed: bool = False


@dataclass
class HealthLine:
    row: ItemFigures
    flags: list[str]  # sentences
    proposed: str = ""  # id of the option that ought to be right
    options: list[OptionLine] = field(default_factory=list)

    @property
    def facility(self) -> str:
        return percent(self.row.facility) if self.row.facility is not None else "–"

    @property
    def discrimination(self) -> str:
        return f"{self.row.discrimination:.2f}" if self.row.discrimination is not None else "–"

    @property
    def seconds(self) -> str:
        return f"{self.row.median_seconds:.0f}" if self.row.median_seconds is not None else "–"

    @property
    def few(self) -> bool:
        return self.row.n < FEW

    @property
    def regrade(self) -> str:
        query = {"version": self.row.version.number}
        if self.proposed:
            query["right"] = self.proposed  # type: ignore[assignment]
        return reverse("admin:quizzes_question_regrade", args=[self.row.version.question_id], query=query)


class BoardPages(rights.CourseRights):
    def get_urls(self) -> list[URLPattern]:
        view: Callable[..., HttpResponse] = self.board
        return [
            path("board/", self.admin_site.admin_view(view), name="quizzes_question_board"),
            *super().get_urls(),
        ]

    def board(self, request: HttpRequest) -> HttpResponse:
        """?course= or ?test=; without them the courses to choose from. POST: compute now."""
        if not rights.is_author(request):
            raise PermissionDenied
        test, course = self._test(request), self._course(request)
        course = test.course if test else course
        if course is None:
            return self._courses(request)
        tests = [test] if test else list(MockTest.objects.filter(course=course)[:MOST_TESTS])
        if request.method == "POST":
            return self._compute(request, course, test, tests)
        rows = ItemFigures.objects.filter(test__in=tests).select_related("version__question", "version__revision")
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Item health"),
            "course": course,
            "test": test,
            "trail": _trail(course, test),
            "lines": [line(row) for row in _worst(rows)],
            "tests": _figures(tests),
            "calibration": Calibration.objects.filter(course=course).first(),
            "jobs": [job for job in _jobs(course, tests) if job.is_active],
            "few": FEW,
        }
        return TemplateResponse(request, "admin/quizzes/board.html", context)

    def _courses(self, request: HttpRequest) -> HttpResponse:
        courses = rights.own(Course.objects.order_by("title"), request, "pk")[:MOST_TESTS]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Item health"),
            "trail": [(reverse("admin:quizzes_question_changelist"), _("Questions"))],
            "courses": courses,
        }
        return TemplateResponse(request, "admin/quizzes/board_courses.html", context)

    def _compute(self, request: HttpRequest, course: Course, test: MockTest | None, tests: list[MockTest]) -> Any:
        for each in tests:
            figures.ask(each, asked_by=user_of(request))
        text = _("The figures are being computed anew in the background. This page shows them once they are there.")
        self.message_user(request, text, messages.SUCCESS)
        asked = {"test": test.pk} if test else {"course": course.pk}
        return redirect(reverse("admin:quizzes_question_board", query=asked))

    def _course(self, request: HttpRequest) -> Course | None:
        if not (wanted := request.GET.get("course", "")):
            return None
        return _found(rights.own(Course.objects.all(), request, "pk"), wanted)

    def _test(self, request: HttpRequest) -> MockTest | None:
        if not (wanted := request.GET.get("test", "")):
            return None
        return _found(rights.own(MockTest.objects.select_related("course"), request, "course"), wanted)


def _found(rows: QuerySet, wanted: str) -> Any:
    found = rows.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 19 else None
    if found is None:
        raise Http404
    return found


def _worst(rows: QuerySet) -> Iterable[ItemFigures]:
    """Of the versions that are asked now and of those before them, the harmful first."""
    return rows.order_by("-harm", F("discrimination").asc(nulls_last=True), "pk")[:MOST_ROWS]


def _figures(tests: list[MockTest]) -> list[tuple[MockTest, TestFigures | None]]:
    known = {row.test_id: row for row in TestFigures.objects.filter(test__in=tests)}
    return [(test, known.get(test.pk)) for test in tests]


def _jobs(course: Course, tests: list[MockTest]) -> QuerySet:
    subjects = [str(test.pk) for test in tests]
    return Job.objects.filter(kind=figures.FIGURES, subject__in=subjects).order_by("-created_at")[:MOST_TESTS]


def _trail(course: Course, test: MockTest | None) -> list[tuple[str, str]]:
    trail = [
        (reverse("admin:courses_course_change", args=[course.pk]), str(course)),
        (reverse("admin:quizzes_question_changelist", query={"course": course.pk}), _("Questions")),
    ]
    return [*trail, (reverse("admin:quizzes_mocktest_change", args=[test.pk]), str(test))] if test else trail


# --- A row in plain words -------------------------------------------------------------------------------------------


def line(row: ItemFigures) -> HealthLine:
    texts = _texts(row)
    proposed = next((str(flag.get("proposed") or "") for flag in row.flags if flag.get("code") == "bad_key"), "")
    return HealthLine(
        row=row,
        flags=[sentence(flag, texts) for flag in row.flags],
        proposed=proposed,
        options=[_option(each, texts, _right(row), proposed) for each in row.options],
    )


def _texts(row: ItemFigures) -> dict[str, str]:
    body = row.version.body
    texts = {"true": _("True"), "false": _("False")}
    return texts | {str(each["id"]): markup.plain(each["text"]) for each in body.get("options", [])}


def _right(row: ItemFigures) -> set[str]:
    key = row.version.revision.key if row.version.revision else {}
    if "right" in key:
        return set(key["right"])
    return {name for name, share in key.get("options", {}).items() if share >= 1}


def _option(each: Mapping[str, Any], texts: Mapping[str, str], right: set[str], proposed: str) -> OptionLine:
    name, share = str(each.get("id", "")), float(each.get("share") or 0)
    fifths = [float(value or 0) for value in each.get("fifths") or []]
    rest = each.get("rest")
    return OptionLine(
        text=texts.get(name, name) or _("Left blank"),
        share=percent(share),
        fifths=[percent(value) for value in fifths],
        bars=[round(100 * value) for value in fifths],
        rest=f"{rest:.2f}" if isinstance(rest, int | float) else "–",
        is_right=name in right,
        is_seldom=share < SELDOM,
        is_proposed=bool(proposed) and name == proposed,
    )


def sentence(flag: Mapping[str, Any], texts: Mapping[str, str] | None = None) -> str:
    """What a flag of quizzes.statistics.health says, in plain words."""
    option = str(flag.get("proposed") or flag.get("option") or flag.get("id") or "")
    name = (texts or {}).get(option, option)
    words = {
        "bad_key": _("The key looks wrong: those who do well elsewhere choose “%(option)s”."),
        "never_chosen": _("Nobody chooses “%(option)s”: it could be replaced or dropped."),
        "negative_discrimination": _(
            "Those who do well elsewhere have it wrong. Is the key right, and the wording clear?"
        ),
        "over_exposed": _("Adaptive attempts show it too often: it may be known by now."),
        "too_easy": _("Too easy: nearly everybody has it right, so it tells little."),
        "too_hard": _("Too hard: hardly anybody has it right. Is it clear, and was it taught?"),
        "low_discrimination": _("Hardly tells those who know it from those who do not."),
        "slow": _("Takes much longer than the others."),
        "rapid": _("Many answer faster than they can read: they guess."),
        "drift": _("Its difficulty has moved since the last calibration. Has it become known?"),
    }
    code = str(flag.get("code", ""))
    return words.get(code, code.replace("_", " ")) % {"option": name}
