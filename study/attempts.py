"""What pages call an attempt, and where it belongs."""

from django.urls import reverse
from django.utils.translation import gettext as _

from quizzes.models import Attempt


def title(attempt: Attempt) -> str:
    if attempt.test:
        return attempt.test.title
    return _("Practice: %(lesson)s") % {"lesson": attempt.lesson} if attempt.lesson else _("Practice")


def back(attempt: Attempt) -> str:
    """Address of the page one began at. Wants test, lesson and course selected."""
    slug = attempt.course.slug
    if attempt.test:
        return reverse("study:mock_test", args=[slug, attempt.test.slug])
    if attempt.lesson:
        return reverse("study:test", args=[slug, attempt.lesson.slug])
    return reverse("study:course", args=[slug])


def crumbs(attempt: Attempt) -> list[tuple[str, str]]:
    course = attempt.course
    return [(course.title, course.get_absolute_url()), (title(attempt), back(attempt)), (_("Result"), "")]
