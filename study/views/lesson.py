"""A lesson's pages, one per mode."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Tier, User
from accounts.people import TIER_COOKIE, person
from courses import seo
from courses.addresses import get_lesson
from courses.models import Lesson
from lessons import reading
from lib import pages, splicing
from lib.http import render_part, wants_part

from .. import articles, outline, own_cards, sound, standing, testing
from ..models import Note

MODE_LABELS = {"read": _("Read"), "listen": _("Listen"), "recall": _("Recall"), "test": _("Test")}
MODES_KEPT_SECONDS = 60  # a lesson's revision does not tell of its questions and tests
TIER_COOKIE_AGE = 365 * 24 * 3600  # seconds


@login_not_required
@require_safe
def read(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    user = person(request)
    found = get_lesson(course, lesson, user)
    tier = wanted_tier(request, user)
    response = page(request, found, user, "read", tier)
    return _remember_tier(request, response, user)


@login_not_required
@require_safe
def listen(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    user = person(request)
    return page(request, get_lesson(course, lesson, user), user, "listen")


@login_not_required
@require_safe
def recall(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    user = person(request)
    return page(request, get_lesson(course, lesson, user), user, "recall")


def wanted_tier(request: HttpRequest, user: User | None) -> str:
    """The tier asked for in the address, else the remembered one, else medium; never an unknown one."""
    asked = request.GET.get("tier", "")
    if asked in Tier.values:
        return asked
    remembered = user.tier if user else request.COOKIES.get(TIER_COOKIE, "")
    return remembered if remembered in Tier.values else Tier.MEDIUM


def _remember_tier(request: HttpRequest, response: HttpResponse, user: User | None) -> HttpResponse:
    """Visitors carry the tier they chose in a cookie. (The signed-in keep it by `accounts:preference`.)"""
    asked = request.GET.get("tier", "")
    if user is None and asked in Tier.values and request.COOKIES.get(TIER_COOKIE) != asked:
        response.set_cookie(TIER_COOKIE, asked, max_age=TIER_COOKIE_AGE, samesite="Lax")
        # A reply that sets a cookie is for one browser only.
        response["Cache-Control"] = "private, no-store"
    return response


def page(request: HttpRequest, lesson: Lesson, user: User | None, mode: str, tier: str = "") -> HttpResponse:
    def make() -> HttpResponse:
        if mode == "read" and wants_part(request):
            return _summary(request, lesson, tier)
        return _whole(request, lesson, user, mode, tier)

    if user is not None:
        return make()
    return pages.for_visitors(request, f"lesson:{revision(lesson)}:{mode}:{tier}", make)


def revision(lesson: Lesson) -> str:
    return f"{lesson.pk}:{lesson.revised_at.timestamp()}:{lesson.course.revised_at.timestamp()}"


def _summary(request: HttpRequest, lesson: Lesson, tier: str) -> HttpResponse:
    """Only the summary, for the tier switch."""
    article = articles.read(lesson, tier, only_summary=True)
    context = {"lesson": lesson, "article": article, "address": lesson.get_absolute_url()}
    return render_part(request, "study/read.html", "study/_summary.html", context)


def _whole(request: HttpRequest, lesson: Lesson, user: User | None, mode: str, tier: str) -> HttpResponse:
    course = lesson.course
    is_editor = course.can_be_edited_by(user)
    tree = outline.of(course, with_drafts=is_editor)
    stands = standing.in_course(user, course, tree)
    before, after, number = tree.around(lesson.pk)
    context: dict[str, Any] = {
        "course": course,
        "lesson": lesson,
        "mode": mode,
        "modes": _modes(lesson, mode),
        "outline": tree,
        "standing": stands,
        "mine": stands.lessons.get(lesson.pk),
        "is_editor": is_editor,
        "before": before,
        "after": after,
        "number": number,
        "tier": tier,
        "body": splicing.PLACE,
        "crumbs": [
            (course.track.title, course.track.get_absolute_url()),
            (course.title, course.get_absolute_url()),
            (lesson.title, ""),
        ],
        "place": "learn" if stands.is_enrolled else "explore",
        "canonical": seo.absolute(request.path),
        "social_image": seo.image(course),
        "structured": seo.lesson(lesson),
    }
    if user and stands.is_enrolled:
        context |= {"visit": reading.visit_token(), "notes": _notes(user, lesson)}
    if mode == "listen":
        context |= sound.on_page(lesson, user, is_enrolled=stands.is_enrolled, is_editor=is_editor)
    elif mode == "recall" and user:
        context["own_cards"] = own_cards.of_lesson(user, lesson)
    elif mode == "test":
        context |= testing.on_page(lesson, user, is_enrolled=stands.is_enrolled, is_editor=is_editor)
    frame = render_to_string(f"study/{mode}.html", context, request)
    article = _article(lesson, mode, tier, enrolled=stands.is_enrolled)
    # A visitor's page is kept and compressed as a whole (lib.pages).
    return splicing.page(request, frame, article) if user else splicing.plain(frame, article)


def _notes(user: User, lesson: Lesson) -> list[Note]:
    """In the order of the text."""
    notes = list(Note.objects.visible_to(user).filter(block__lesson=lesson).select_related("block"))
    for note in notes:
        if note.block:
            note.block.lesson = lesson  # known here: its address needs no further query
    return sorted(notes, key=lambda note: note.block.position if note.block else 0)


def _modes(lesson: Lesson, current: str) -> list[dict[str, Any]]:
    cache = caches["pages"]
    name = f"modes:{revision(lesson)}"
    names = cache.get(name)
    if names is None:
        names = articles.modes(lesson)
        cache.set(name, names, MODES_KEPT_SECONDS)
    slugs = [lesson.course.slug, lesson.slug]
    return [
        {
            "name": mode,
            "label": MODE_LABELS[mode],
            "url": reverse("study:lesson" if mode == "read" else f"study:{mode}", args=slugs),
            "is_current": mode == current,
        }
        for mode in names
    ]


COMPOSERS: dict[str, Callable[[Lesson, str], Any]] = {
    "read": articles.read,
    "listen": lambda lesson, tier: articles.listen(lesson),
    "recall": lambda lesson, tier: articles.recall(lesson),
    "test": lambda lesson, tier: testing.sample(lesson),
}


def _article(lesson: Lesson, mode: str, tier: str, *, enrolled: bool) -> splicing.Article:
    """The texts of a page, the same for everybody who is enrolled and for everybody who is not."""
    cache = caches["pages"]
    name = f"article:{revision(lesson)}:{mode}:{tier}:{enrolled}"
    article: splicing.Article | None = cache.get(name)
    if article is None:
        context = {
            "lesson": lesson,
            "course": lesson.course,
            "article": COMPOSERS[mode](lesson, tier),
            "address": lesson.get_absolute_url(),
            "enrolled": enrolled,
            "can_note": enrolled,
        }
        article = splicing.Article.made_of(render_to_string(f"study/_{mode}.html", context))
        cache.set(name, article, MODES_KEPT_SECONDS if mode == "test" else DEFAULT_TIMEOUT)
    return article
