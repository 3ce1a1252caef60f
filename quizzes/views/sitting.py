"""The pages on which a test is sat: one question each, and the end.

They work as plain forms: every button saves first. The script (static/js/attempt.js) does the same without leaving the
page. Nothing here reads a key, a grade or an explanation.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.people import signed_in

from .. import presenting, sheets, sitting
from ..models import Answer, Attempt

FINISH, NEXT = "finish", "next"
DONE = 303  # after a POST: go on with GET


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: UUID, n: int) -> HttpResponse:
    user = signed_in(request)
    attempt = _own(user, pk)
    if not attempt.is_open:
        return redirect("study:result", pk=pk)
    if n not in sheets.numbers(attempt):
        raise Http404(_("This test has no such question."))
    if sheets.is_adaptive(attempt) and n != len(attempt.form["slots"]):
        # There is no way back: what was answered has decided what came after it.
        return redirect("quizzes:question", pk=pk, n=len(attempt.form["slots"]))
    if request.method == "POST":
        return _keep(request, user, attempt, n)
    answers = sheets.answers(attempt)
    if sheets.is_practice(attempt) and (answer := answers.get(n)) and answer.graded_id:
        return redirect("study:check", pk=pk, n=n)
    return _page(request, user, attempt, n, answers)


@never_cache
@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All questions, so that a test goes on where the connection does not."""
    user = signed_in(request)
    attempt = _own(user, pk)
    if not attempt.is_open or sheets.is_practice(attempt) or sheets.is_adaptive(attempt):
        raise Http404(_("There is nothing to keep of this test."))
    context = {"attempt": attempt, "sheets": sheets.all_of(attempt, user)}
    return render(request, "quizzes/paper.html", context)


@never_cache
@require_safe
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was answered, before it is submitted."""
    attempt = _own(signed_in(request), pk)
    if not attempt.is_open:
        return redirect("study:result", pk=pk)
    answers = sheets.answers(attempt)
    summary = sheets.summary(attempt, answers)
    heading = _("End of the round") if sheets.is_practice(attempt) else _("Before you submit")
    more = {"part": "quizzes/_finish.html", "heading": heading, "summary": summary, "back": summary.back}
    return render(request, "quizzes/attempt.html", _frame(attempt, answers, 0) | more)


@never_cache
@require_POST
def submission(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Submit: once in effect, however often it is asked for."""
    attempt = _own(signed_in(request), pk)
    sitting.submit(attempt)
    return redirect("study:result", pk=pk)


def _own(user: User, pk: UUID) -> Attempt:
    try:
        return sitting.find(user, pk)
    except Attempt.DoesNotExist as error:
        raise Http404(_("There is no such test of yours.")) from error


def _page(request: HttpRequest, user: User, attempt: Attempt, n: int, answers: dict[int, Answer]) -> HttpResponse:
    sheet = sheets.one(attempt, n, user, answers.get(n))
    context = _frame(attempt, answers, n) | {"one": sheet, "heading": sheet.heading, "part": "quizzes/_question.html"}
    if sheets.is_practice(attempt):
        count = len(attempt.form["slots"])
        context |= {"part": "quizzes/_practice.html", "q": sheet.q, "count": count}
    return render(request, "quizzes/attempt.html", context)


def _frame(attempt: Attempt, answers: dict[int, Answer], number: int) -> dict[str, Any]:
    """What stands around the question. number: of the one shown; 0: none."""
    remaining = sitting.remaining_ms(attempt.deadline, now())
    is_practice, is_adaptive = sheets.is_practice(attempt), sheets.is_adaptive(attempt)
    return {
        "attempt": attempt,
        "title": sheets.title(attempt),
        "number": number,
        "total": len(attempt.form["slots"]),
        "groups": [] if is_practice or is_adaptive else sheets.groups(attempt, answers),
        "is_practice": is_practice,
        "is_adaptive": is_adaptive,
        "remaining_ms": remaining,
        "minutes_left": None if remaining is None else -(-remaining // 60_000),
    }


# --- Without script -------------------------------------------------------------------------------------------------


def _keep(request: HttpRequest, user: User, attempt: Attempt, n: int) -> HttpResponse:
    """Save what the form holds, then go where its button leads."""
    line, kept = attempt.form["slots"][n - 1], sheets.answers(attempt).get(n)
    version = sheets.version(line["version"])
    value = None if "clear" in request.POST else presenting.read(version, line, request.POST)
    item = sitting.Item(
        slot=n,
        rev=(kept.rev if kept else 0) + 1,
        value=value,
        certainty=_certainty(request),
        is_flagged=request.POST["flag"] == "1" if "flag" in request.POST else bool(kept and kept.is_flagged),
        seconds=kept.seconds if kept else 0,
    )
    stays = False
    if _differs(item, kept):
        saved = sitting.save(attempt.pk, user, [item])
        if saved.state != Attempt.State.OPEN:
            return redirect("study:result", pk=attempt.pk)
        if refusal := saved.refused.get(n):
            messages.error(request, refusal)
        if presenting.has_ties(version, request.POST):
            messages.warning(request, _("Two items had the same place. Look at the order below, then go on."))
            stays = True
        # Said once: who goes on all the same is told again at the end.
        stays = stays or n in saved.unreadable or n in saved.refused
    return _onward(attempt, n, "" if stays else request.POST.get("go", ""))


def _certainty(request: HttpRequest) -> int | None:
    sent = request.POST.get("certainty", "")
    return int(sent) if sent in {"1", "2", "3"} else None


def _differs(item: sitting.Item, kept: Answer | None) -> bool:
    before = (kept.value, kept.certainty, kept.is_flagged) if kept else (None, None, False)
    return (item.value, item.certainty, item.is_flagged) != before


def _onward(attempt: Attempt, n: int, go: str) -> HttpResponse:
    if go == NEXT and sheets.is_adaptive(attempt):
        line = sitting.next_item(attempt)
        go = str(line["slot"]) if line else FINISH
    if go == FINISH:
        to = redirect("quizzes:finish", pk=attempt.pk)
    else:
        to = redirect("quizzes:question", pk=attempt.pk, n=int(go) if go.isdecimal() and len(go) < 5 else n)
    to.status_code = DONE
    return to
