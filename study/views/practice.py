"""Practice: an answer is judged at once, and says where to read on."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.people import signed_in
from lib.http import render_part, see_other, wants_part
from quizzes import grading, presenting, reviewing, scoring, sheets, sitting
from quizzes.models import Answer, Attempt

from .. import results
from .results import ProblemForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: UUID, n: int) -> HttpResponse:
    """POST judges what the form holds; GET shows what was judged before."""
    user = signed_in(request)
    attempt = _own(user, pk)
    if not attempt.is_open:
        return redirect("study:result", pk=pk)
    if attempt.purpose != Attempt.Purpose.PRACTICE or n not in sheets.numbers(attempt):
        raise Http404(_("This is not a question to practise."))
    kept = sheets.answers(attempt)
    known = kept.get(n)
    checked = {slot for slot, row in kept.items() if row.graded_id}
    if n in checked:
        return _judged(request, attempt, results.answers(attempt).get(slot=n), checked)
    if request.method != "POST":
        return redirect("quizzes:question", pk=pk, n=n)
    if told := _keep(request, user, attempt, n, known):
        return _again(request, user, attempt, n, told)
    answer = results.answers(attempt).get(slot=n)
    scoring.judge(answer)
    if wants_part(request):
        return _judged(request, attempt, answer, checked | {n}, is_new=True)
    return see_other(request, reverse("study:check", args=[pk, n]))


def _own(user: User, pk: UUID) -> Attempt:
    try:
        return sitting.find(user, pk)
    except Attempt.DoesNotExist as error:
        raise Http404(_("There is no such practice of yours.")) from error


def _keep(request: HttpRequest, user: User, attempt: Attempt, n: int, known: Answer | None) -> str:
    """Save the answer. Returns what is wrong with it: then it is not judged."""
    line = attempt.form["slots"][n - 1]
    version = sheets.version(line["version"])
    value = presenting.read(version, line, request.POST)
    try:
        grading.refuse(value)
    except grading.Refused as refusal:
        return str(refusal)
    if sentence := grading.unreadable(version.question.kind, version.body, value):
        return str(sentence)
    if not sheets.is_answered(Answer(value=value)):
        return _("Answer first: a guess teaches more than a look at the solution.")
    item = sitting.Item(slot=n, rev=(known.rev if known else 0) + 1, value=value)
    saved = sitting.save(attempt.pk, user, [item])
    return saved.refused.get(n, "") or saved.unreadable.get(n, "")


def _again(request: HttpRequest, user: User, attempt: Attempt, n: int, told: str) -> HttpResponse:
    """The question once more, with what was sent and why it cannot be judged."""
    sheet = sheets.one(attempt, n, user, None)
    line = attempt.form["slots"][n - 1]
    version = sheets.version(line["version"])
    value = presenting.read(version, line, request.POST)
    q = presenting.question(version, line, Answer(slot=n, value=value))
    q.unreadable, q.audio = told, sheet.q.audio
    context = _frame(attempt, n) | {"q": q, "one": sheet, "heading": sheet.heading, "part": "quizzes/_practice.html"}
    return render_part(request, "quizzes/attempt.html", "quizzes/_practice.html", context, status=422)


def _judged(
    request: HttpRequest, attempt: Attempt, answer: Answer, checked: set[int], *, is_new: bool = False
) -> HttpResponse:
    """answer: of `results.answers`; checked: slots, this one among them; is_new: nobody can have reported it yet."""
    n = answer.slot
    one = results.of_answer(attempt, answer, reviewing.visible(attempt, answer=answer), is_new=is_new)
    ahead = [number for number in sheets.numbers(attempt) if number not in checked]
    context = _frame(attempt, n) | {
        "one": one,
        "is_own": True,
        "course": attempt.course,
        "part": "study/_judged.html",
        "heading": _("Question %(number)d of %(total)d") % {"number": n, "total": len(attempt.form["slots"])},
        "following": next((number for number in ahead if number > n), ahead[0] if ahead else None),
        "done": len(checked),
        "form": ProblemForm(auto_id=False),
        "return": reverse("study:check", args=[attempt.pk, n]),
    }
    part = "study/_judged.html"
    return (
        render_part(request, "study/judged.html", part, context)
        if request.method == "POST"
        else render(request, "study/judged.html", context)
    )


def _frame(attempt: Attempt, n: int) -> dict[str, Any]:
    """What the page of a practice question needs around it; see quizzes.views.sitting."""
    total = len(attempt.form["slots"])
    return {
        "attempt": attempt,
        "title": sheets.title(attempt),
        "number": n,
        "count": total,
        "total": total,
        "groups": [],
        "is_practice": True,
        "is_adaptive": False,
        "remaining_ms": None,
        "minutes_left": None,
    }
