"""A course's own pages."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.people import person
from courses import seo
from courses.addresses import get_course
from courses.models import Course, Lesson
from flashcards import faces
from flashcards.models import Card
from lib import markup, pages

from .. import articles, outline, sound, standing, testing


@login_not_required
@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    """What the course is, its outline, and what enrolment adds."""
    user = person(request)
    found = get_course(course, user)

    def make() -> HttpResponse:
        is_editor = found.can_be_edited_by(user)
        tree = outline.of(found, with_drafts=is_editor)
        stands = standing.in_course(user, found, tree)
        context = {
            "course": found,
            "outline": tree,
            "standing": stands,
            "sound": sound.of_course(found, user, is_enrolled=stands.is_enrolled),
            "is_editor": is_editor,
            "instructors": list(found.instructors.order_by("teachings__position")),
            "first": next(iter(tree.open_rows), None),
            "terms": _terms(found, user).count(),
            "tests": testing.of_course(found, user),
            "crumbs": [(found.track.title, found.track.get_absolute_url()), (found.title, "")],
            "place": "explore",
            "canonical": seo.absolute(request.path),
            "social_image": seo.image(found),
            "structured": seo.course(found, tree.open_rows),
        }
        return render(request, "study/course.html", context)

    if user is not None:
        return make()
    return pages.for_visitors(request, f"course:{found.pk}:{found.revised_at.timestamp()}:{found.seats_left}", make)


@login_not_required
@require_safe
def glossary(request: HttpRequest, course: str) -> HttpResponse:
    """All terms of the course, A to Z; `?q=` keeps those that contain it."""
    user = person(request)
    found = get_course(course, user)
    wanted = request.GET.get("q", "").strip()[:100]

    def make() -> HttpResponse:
        letters = _letters(found, user, wanted)
        context = {
            "course": found,
            "letters": letters,
            "q": wanted,
            "crumbs": [
                (found.track.title, found.track.get_absolute_url()),
                (found.title, found.get_absolute_url()),
                (_("Glossary"), ""),
            ],
            "canonical": seo.absolute(request.path),
        }
        return render(request, "study/glossary.html", context)

    if user is not None or wanted:
        return make()
    return pages.for_visitors(request, f"glossary:{found.pk}:{found.revised_at.timestamp()}", make)


def _terms(course: Course, user: User | None):  # type: ignore[no-untyped-def]
    lessons = Lesson.objects.visible_to(user).filter(course=course)
    return Card.objects.filter(lesson__in=lessons, kind=Card.Kind.TERM)


def _letters(course: Course, user: User | None, wanted: str) -> list[tuple[str, list[dict]]]:
    """(letter, entries) from A to Z; what begins with no letter stands first under "#"."""
    entries = []
    for card in _terms(course, user).select_related("lesson"):
        words = markup.plain(card.front)
        if wanted.casefold() in f"{words} {card.back}".casefold():
            entries.append(
                {
                    "words": words,
                    "front": faces.front(card),
                    "back": faces.back(card),
                    "anchor": articles.anchor(card),
                    "lesson": card.lesson,
                    "url": reverse("study:lesson", args=[course.slug, card.lesson.slug]),
                }
            )
    entries.sort(key=lambda entry: (_letter(entry["words"]), entry["words"].casefold()))
    for _anchor, twins in groupby(
        sorted(entries, key=lambda entry: entry["anchor"]), key=lambda entry: entry["anchor"]
    ):
        for number, twin in enumerate(list(twins)[1:], 2):
            twin["anchor"] += f"-{number}"
    return [(letter, list(rows)) for letter, rows in groupby(entries, key=lambda entry: _letter(entry["words"]))]


def _letter(words: str) -> str:
    first = words[:1].upper()
    return first if first.isalpha() else "#"
