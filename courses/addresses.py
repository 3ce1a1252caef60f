"""Finding courses and lessons by the slugs in an address, also by slugs they had before.

A view calls `get_course(slug, person(request))` and needs to know nothing else: what the person may not see
is Http404, and a past slug raises `lib.answers.Moved`, which the middleware answers with a permanent redirect to the
same page, query string kept. For that, the route's parameters must be called `course` and `lesson`.
"""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import User
from lib.answers import Moved

from .models import Course, CourseQuerySet, Lesson, LessonQuerySet


def get_course(slug: str, user: User | None, among: CourseQuerySet | None = None) -> Course:
    """The course at `slug`, with its track.

    among: where to look, such as a queryset with prefetches; default: what `user` may see.
    """
    everything = Course.objects.all() if among is None else among
    found = _first(everything.select_related("track").filter(slug=slug))
    # What is published everybody may see; only for the rest it matters who asks.
    if found and found.is_published:
        return found
    courses = Course.objects.visible_to(user) if among is None else among
    if found and courses.filter(pk=found.pk).exists():
        return found
    if course := courses.filter(past_addresses__slug=slug).first():
        raise Moved(course=course.slug)
    raise Http404(_("No course has this address."))


def get_lesson(course_slug: str, slug: str, user: User | None, among: LessonQuerySet | None = None) -> Lesson:
    """The lesson at these two slugs, with its chapter, course and track; one query when nothing moved."""
    everything = Lesson.objects.all() if among is None else among
    everything = everything.select_related("chapter", "course__track")
    found = _first(everything.filter(course__slug=course_slug, slug=slug))
    if found and found.is_published and found.course.is_published:
        return found
    lessons = Lesson.objects.visible_to(user) if among is None else among
    if found and lessons.filter(pk=found.pk).exists():
        return found
    if lesson := _moved_lesson(lessons.select_related("course"), course_slug, slug):
        raise Moved(course=lesson.course.slug, lesson=lesson.slug)
    raise Http404(_("No lesson has this address."))


def _moved_lesson(lessons: LessonQuerySet, course_slug: str, slug: str) -> Lesson | None:
    """Either slug, or both, may be an old one: one redirect puts right what is."""
    course = Course.objects.filter(slug=course_slug).first()
    course = course or Course.objects.filter(past_addresses__slug=course_slug).first()
    if course is None:
        return None
    of_course = lessons.filter(course=course, slug=slug).first()
    return of_course or lessons.filter(past_addresses__slug=slug, past_addresses__course=course).first()


def _first(rows: Any) -> Any:
    """The one row, or None; without the ordering that `first` adds."""
    return next(iter(rows[:1]), None)
