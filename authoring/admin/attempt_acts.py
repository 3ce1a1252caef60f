"""What may be done to an attempt, and marking by hand. Every act has a reason and stays in the attempt's history."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import rights
from courses.models import Course
from lib import markup
from quizzes import marking, moderating
from quizzes.models import Answer, Attempt, LateAnswer, MockTest

from .acting import ReasonForm, user_of

State = Attempt.State


class MinutesForm(ReasonForm):
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=24 * 60, initial=15)
    field_order = ["minutes", "reason"]


@dataclass
class Act:
    """name: as in the address. does: what it calls."""

    name: str
    words: Any
    help: Any
    states: tuple[str, ...]
    does: Callable[[Attempt, Any, dict[str, Any]], Any]
    form: type[ReasonForm] = ReasonForm
    is_grave: bool = False
    bound: ReasonForm | None = field(default=None)


ACTS = [
    Act(
        "time",
        gettext_lazy("Give more time"),
        gettext_lazy("The learner sees the new end at once."),
        (State.OPEN,),
        lambda attempt, by, data: moderating.extend(attempt, by, data["reason"], data["minutes"]),
        MinutesForm,
    ),
    Act(
        "reopen",
        gettext_lazy("Reopen"),
        gettext_lazy("The learner goes on where it ended. The score is earned anew."),
        (State.SUBMITTED, State.SCORED, State.VOIDED),
        lambda attempt, by, data: moderating.reopen(attempt, by, data["reason"], data["minutes"]),
        MinutesForm,
    ),
    Act(
        "rescore",
        gettext_lazy("Score again"),
        gettext_lazy("From its answers, by the keys of now."),
        (State.SUBMITTED, State.SCORED),
        lambda attempt, by, data: moderating.rescore(attempt, by, data["reason"]),
    ),
    Act(
        "restore",
        gettext_lazy("Let it count again"),
        gettext_lazy("It is no longer voided."),
        (State.VOIDED,),
        lambda attempt, by, data: moderating.restore(attempt, by, data["reason"]),
    ),
    Act(
        "void",
        gettext_lazy("Void"),
        gettext_lazy("It counts for nothing; its answers are kept, and it can be taken back."),
        (State.OPEN, State.SUBMITTED, State.SCORED),
        lambda attempt, by, data: moderating.void(attempt, by, data["reason"]),
        is_grave=True,
    ),
]


def acts_for(attempt: Attempt, refused: tuple[str, ReasonForm] | None = None) -> list[Act]:
    """The acts that its state allows, each with its form; `refused`: the one that came back with errors."""
    found = []
    for act in ACTS:
        if attempt.state not in act.states or (act.name == "time" and attempt.deadline is None):
            continue
        if act.name == "reopen" and attempt.purpose != Attempt.Purpose.MOCK:
            continue
        bound = refused[1] if refused and refused[0] == act.name else act.form(prefix=act.name)
        found.append(Act(**{**vars(act), "bound": bound}))
    return found


class MarkForm(forms.Form):
    """A level for each criterion of the rubric; without a rubric a share in per cent."""

    comment = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("The learner reads it with the result."),
    )

    def __init__(self, rubric: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"label_suffix": ""})
        self.rubric = rubric
        fields: dict[str, forms.Field] = {}
        for number, row in enumerate(rubric):
            levels = [(str(level), str(level)) for level in row["levels"]]
            fields[f"level-{number}"] = forms.TypedChoiceField(
                label=row["title"], choices=levels, coerce=_level, widget=forms.RadioSelect
            )
        if not rubric:
            fields["percent"] = forms.IntegerField(
                label=_("Earned, in per cent"), min_value=0, max_value=100, help_text=_("0 for nothing, 100 for all.")
            )
        self.fields = fields | self.fields

    def levels(self) -> dict[str, Any]:
        return {row["id"]: self.cleaned_data[f"level-{number}"] for number, row in enumerate(self.rubric)}


def _level(value: str) -> int | float:
    number = float(value)
    return int(number) if number.is_integer() else number


class AttemptActs(rights.CourseRights):
    def get_urls(self) -> list[URLPattern]:
        views: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("marking/", self.marking, "marking"),
            ("marking/<int:answer_id>/", self.mark_one, "mark"),
            ("<uuid:object_id>/acts/<slug:act>/", self.act, "act"),
            ("<uuid:object_id>/late/<int:late_id>/", self.late, "late"),
        ]
        guarded = [
            path(route, self.admin_site.admin_view(view), name=f"quizzes_attempt_{name}") for route, view, name in views
        ]
        return [*guarded, *super().get_urls()]

    def show(self, request: HttpRequest, attempt: Attempt, status: int = 200, refused: Any = None) -> HttpResponse:
        raise NotImplementedError

    # --- Acts ---

    def act(self, request: HttpRequest, object_id: Any, act: str) -> HttpResponse:
        attempt: Any = self.get_object(request, unquote(str(object_id)))
        known = {each.name: each for each in ACTS}
        if act not in known:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = known[act].form(request.POST, prefix=act)
        if not form.is_valid():
            return self.show(request, attempt, 422, (act, form))
        try:
            known[act].does(attempt, user_of(request), form.cleaned_data)
        except moderating.Refused as error:
            form.add_error(None, error.sentence)
            return self.show(request, attempt, 422, (act, form))
        return self._done(request, attempt, f"{known[act].words}: {form.cleaned_data['reason']}")

    def late(self, request: HttpRequest, object_id: Any, late_id: int) -> HttpResponse:
        """Accepts an answer that came too late."""
        attempt: Any = self.get_object(request, unquote(str(object_id)))
        late = LateAnswer.objects.select_related("attempt__course").filter(attempt=attempt, pk=late_id).first()
        if late is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = ReasonForm(request.POST, prefix=f"late-{late.pk}")
        if not form.is_valid():
            self.message_user(request, _("Say why the late answer is accepted. Nothing was changed."), messages.ERROR)
            return self.show(request, attempt, 422)
        try:
            moderating.accept_late(late, user_of(request), form.cleaned_data["reason"])
        except moderating.Refused as error:
            self.message_user(request, error.sentence, messages.ERROR)
            return self.show(request, attempt, 422)
        said = _("The late answer to question %(slot)d is accepted: %(reason)s")
        return self._done(request, attempt, said % {"slot": late.slot, "reason": form.cleaned_data["reason"]})

    def _done(self, request: HttpRequest, attempt: Attempt, said: str) -> HttpResponse:
        self.log_change(request, attempt, said)
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:quizzes_attempt_change", attempt.pk)

    # --- Marking, without names ---

    def marking(self, request: HttpRequest) -> HttpResponse:
        """On to the answer that waits longest; ?test= narrows it to one test."""
        waiting = self._waiting(request)
        first = waiting.first()
        if first is not None:
            return redirect(_marking(first, request))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Mark answers"),
            "trail": [(reverse("admin:quizzes_attempt_changelist"), _("Attempts"))],
        }
        return TemplateResponse(request, "admin/quizzes/marking_done.html", context)

    def mark_one(self, request: HttpRequest, answer_id: int) -> HttpResponse:
        answer = self._answer(request, answer_id)
        key = answer.version.revision.key if answer.version.revision else {}
        rubric = key.get("rubric", []) if answer.version.question.kind == "essay" else []
        form = MarkForm(rubric, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                self._mark(form, answer, request)
            except marking.Refused as error:
                form.add_error(None, error.sentence)
            else:
                self.message_user(request, _("Marked. Here is the next one."), messages.SUCCESS)
                return redirect(_with_test(reverse("admin:quizzes_attempt_marking"), request))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Mark an answer"),
            "trail": [(reverse("admin:quizzes_attempt_changelist"), _("Attempts"))],
            "answer": answer,
            "alias": marking.alias(answer),
            "form": form,
            "stem": markup.joined(answer.version.stem),
            "sample": markup.joined(key.get("sample", "")) if key.get("sample") else "",
            "text": answer.value if isinstance(answer.value, str) else "",
            "words": len(str(answer.value or "").split()),
            "waiting": self._waiting(request).count(),
        }
        return TemplateResponse(request, "admin/quizzes/marking.html", context, status=422 if form.errors else 200)

    def _mark(self, form: MarkForm, answer: Answer, request: HttpRequest) -> None:
        comment, by = form.cleaned_data["comment"], user_of(request)
        if form.rubric:
            marking.mark(answer, form.levels(), comment, by)
        else:
            marking.mark(answer, None, comment, by, share_ppm=form.cleaned_data["percent"] * 10_000)

    def _courses(self, request: HttpRequest) -> Any:
        return rights.own(Course.objects.all(), request, "pk")

    def _waiting(self, request: HttpRequest) -> Any:
        if not rights.is_author(request):
            raise PermissionDenied
        rows = marking.waiting(self._courses(request))
        wanted = request.GET.get("test", "")
        if not wanted:
            return rows
        tests = rights.own(MockTest.objects.all(), request, "course")
        if not (wanted.isdecimal() and len(wanted) < 19 and tests.filter(pk=int(wanted)).exists()):
            raise Http404
        return rows.filter(attempt__test=int(wanted))

    def _answer(self, request: HttpRequest, answer_id: int) -> Answer:
        """One that is to be marked, or was; of one's own courses."""
        if not rights.is_author(request):
            raise PermissionDenied
        answers = Answer.objects.filter(attempt__course__in=self._courses(request), graded__state="manual")
        answers = answers.filter(attempt__purpose=Attempt.Purpose.MOCK).exclude(attempt__state=Attempt.State.OPEN)
        found = answers.select_related("version__question", "version__revision", "attempt").filter(pk=answer_id).first()
        if found is None:
            raise Http404
        return found


def _marking(answer: Answer, request: HttpRequest) -> str:
    return _with_test(reverse("admin:quizzes_attempt_mark", args=[answer.pk]), request)


def _with_test(address: str, request: HttpRequest) -> str:
    wanted = request.GET.get("test", "")
    return f"{address}?test={wanted}" if wanted.isdecimal() else address
