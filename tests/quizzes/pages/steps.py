"""Where things are on the pages of a test."""

from quizzes.models import Attempt


def page_of(attempt: Attempt, number: int = 1) -> str:
    return f"/attempts/{attempt.pk}/q/{number}/"
