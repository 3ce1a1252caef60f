"""The result of an attempt, and what learners do with it: make cards, report problems."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people import signed_in
from lib.http import render_part, safe_next, see_other, wants_part
from quizzes import closing, reviewing, scoring
from quizzes.models import Answer, Attempt, ProblemReport

from .. import attempts, making_cards, results

POLLS = (1, 2, 4)  # seconds until the page asks again whether the score is there; then it stops


class ProblemForm(forms.ModelForm):
    class Meta:
        model = ProblemReport
        fields = ("text",)
        labels = {"text": gettext_lazy("What is wrong with this question?")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


@require_safe
@never_cache
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = signed_in(request)
    attempt = _closed(user, pk)
    if attempt is None:
        return redirect("quizzes:attempt", pk=pk)
    return _page(request, attempt, user, polls=0)


@require_safe
@never_cache
def score(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The result, asked for until it is there; `n`: how often that was before."""
    user = signed_in(request)
    attempt = _closed(user, pk)
    if attempt is None:
        return redirect("quizzes:attempt", pk=pk)
    asked = request.GET.get("n", "0")
    return _page(request, attempt, user, polls=int(asked) if asked in ("1", "2", "3") else 0)


def _closed(user: User, pk: UUID) -> Attempt | None:
    """The attempt, as the page wants it; None when it is one's own and still open."""
    found = results.attempts(user).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such result, or it is not yours."))
    if found.is_open and closing.close_overdue(among=Attempt.objects.filter(pk=pk)):
        found = results.attempts(user).get(pk=pk)
    return None if found.is_open else found


def _page(request: HttpRequest, attempt: Attempt, user: User, *, polls: int) -> HttpResponse:
    is_waiting = attempt.state == Attempt.State.SUBMITTED
    context: dict[str, Any] = {
        "attempt": attempt,
        "course": attempt.course,
        "title": attempts.title(attempt),
        "back": attempts.back(attempt),
        "is_waiting": is_waiting,
        "place": "learn",
        "crumbs": attempts.crumbs(attempt),
    }
    if is_waiting:
        wait = POLLS[polls] if polls < len(POLLS) else None
        context |= {"trouble": scoring.trouble(attempt), "wait": wait, "polls": polls + 1}
    else:
        found = results.of(attempt, user)
        context |= {"result": found, "form": ProblemForm(auto_id=False), "return": request.path}
        context["is_own"] = found.is_own
        context |= _selection(request, found)
    return render_part(request, "study/result.html", "study/_result.html", context)


def _selection(request: HttpRequest, found: results.Result) -> dict[str, Any]:
    """`?show=mistakes` lists only those; without any the choice falls away."""
    only = request.GET.get("show") == "mistakes" and bool(found.mistakes)
    return {"only_mistakes": only, "listed": found.mistakes if only else found.questions}


# --- What learners do with a question -------------------------------------------------------------------------------


@require_POST
def card(request: HttpRequest, pk: UUID, n: int) -> HttpResponse:
    """Make a card of a question for oneself, once its answer may be seen."""
    user = signed_in(request)
    attempt, answer = _own_answer(user, pk, n)
    if not reviewing.may_see(attempt, "key", answer=answer):
        raise Http404(_("The answer of this question is not shown yet."))
    made = making_cards.make(user, attempt, answer)
    if made is None:
        raise Http404(_("This question belongs to no lesson that could keep a card."))
    context = {"attempt": attempt, "number": n, "card": made, "course": attempt.course, "just": True}
    return _answer(request, attempt, n, "study/_card_made.html", context)


@require_POST
def problem(request: HttpRequest, pk: UUID, n: int) -> HttpResponse:
    """Tell the instructors that something is wrong with a question; once a question of an attempt."""
    user = signed_in(request)
    attempt, answer = _own_answer(user, pk, n)
    if attempt.is_open and answer.graded_id is None:
        raise Http404(_("Problems can be reported once the question is judged."))
    form = ProblemForm(request.POST, auto_id=False)
    report, status = None, 200
    if form.is_valid():
        about = {"version_id": answer.version_id, "learner": user, "text": form.cleaned_data["text"]}
        report, _is_new = ProblemReport.objects.get_or_create(attempt=attempt, slot=n, defaults=about)
    else:
        status = 422
    context = {"attempt": attempt, "number": n, "report": report, "form": form, "is_own": True, "just": True}
    if status == 422 and not wants_part(request):
        return render_part(request, "study/problem.html", "study/_problem.html", context, status=status)
    return _answer(request, attempt, n, "study/_problem.html", context, status)


def _own_answer(user: User, pk: UUID, n: int) -> tuple[Attempt, Answer]:
    """Of a closed attempt, or of an open round of practice."""
    mine = Attempt.objects.taken_by(user).select_related("test__lesson", "lesson", "course", "learner")
    attempt = get_object_or_404(mine, pk=pk)
    if attempt.is_open and attempt.purpose != Attempt.Purpose.PRACTICE:
        raise Http404(_("This test is still going on."))
    with_all = ("version__question__concept__lesson", "version__question__lesson", "version__revision")
    return attempt, get_object_or_404(Answer.objects.filter(attempt=attempt).select_related(*with_all), slot=n)


def _answer(
    request: HttpRequest, attempt: Attempt, n: int, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The part, or without script back to the question on the page one came from."""
    if wants_part(request):
        return render_part(request, part, part, context, status=status)
    name, args = ("study:check", [attempt.pk, n]) if attempt.is_open else ("study:result", [attempt.pk])
    return see_other(request, safe_next(request, f"{reverse(name, args=args)}#q-{n}"))
