"""What the script of an open test sends and asks, as JSON."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from rest_framework.exceptions import APIException

from accounts import signins
from accounts.models import User
from accounts.people import person
from lib import problems, scripts

from .. import deadlines, sitting
from ..models import Attempt
from ..serializers import AnswersSerializer, TabSerializer, items


class OtherTab(problems.Conflict):
    default_code = "other_tab"


@require_POST
@scripts.for_script
def answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what was answered. 200 is the promise that it is in its row, or among the late ones."""
    user = _learner(request)
    sent = scripts.read(AnswersSerializer, request)
    try:
        saved = sitting.save(pk, user, items(sent["answers"]), sent["tab"])
    except Attempt.DoesNotExist as error:
        raise _nowhere() from error
    except sitting.OtherTab as error:
        raise _other_tab() from error
    signins.hold(request.session, saved.remaining_ms)
    return JsonResponse(
        {
            "accepted": saved.accepted,
            "unreadable": saved.unreadable,
            "refused": saved.refused,
            "stale": saved.stale,
            "late": saved.late,
            "remaining_ms": saved.remaining_ms,
            "state": saved.state,
        },
        status=422 if saved.refused else 200,
    )


@require_safe
@scripts.for_script
def state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where the attempt stands, and what a page needs to go on after a log-in elsewhere: a fresh CSRF token (R12)."""
    user = _learner(request)
    attempt = _own(user, pk)
    if attempt.is_open:
        signins.hold(request.session, deadlines.remaining_ms(attempt.deadline, now()))
    return JsonResponse(standing(attempt) | {"csrf": get_token(request), "user": str(user.pk)})


@require_POST
@scripts.for_script
def tab(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go on in this tab; any other is told so when it saves next."""
    attempt = _own(_learner(request), pk)
    name = scripts.read(TabSerializer, request)["tab"]
    if not sitting.take_over(attempt, name):
        attempt.refresh_from_db(fields=["state"])
    return JsonResponse(standing(attempt))


def standing(attempt: Attempt) -> dict[str, Any]:
    """What the learner answered, without a word on whether it is right."""
    kept = attempt.answers.values("slot", "rev", "value", "certainty", "is_flagged", "seconds")
    return {
        "state": attempt.state,
        "tab": attempt.tab,
        "remaining_ms": deadlines.remaining_ms(attempt.deadline, now()) if attempt.is_open else 0,
        "answers": {
            row["slot"]: {
                "rev": row["rev"],
                "value": row["value"],
                "certainty": row["certainty"],
                "flagged": row["is_flagged"],
                "seconds": row["seconds"],
            }
            for row in kept
        },
    }


def _learner(request: HttpRequest) -> User:
    user = person(request)
    if user is None:
        raise SignedOut(_("You are signed out. Log in again: what you answered is kept, and is sent then."))
    return user


class SignedOut(APIException):
    """The script opens a log-in inside the page; what it could not send waits there."""

    status_code = 401
    default_code = "signed_out"


def _own(user: User, pk: UUID) -> Attempt:
    try:
        return sitting.find(user, pk)
    except Attempt.DoesNotExist as error:
        raise _nowhere() from error


def _nowhere() -> Http404:
    return Http404(_("There is no such test of yours."))


def _other_tab() -> OtherTab:
    return OtherTab(_("This test is open in another tab. Continue here, or go on there: nothing is lost."))
