"""The published courses, listed and counted.

Whatever counts (tabs, choices, pages, which filter leaves out most) comes from one small table: how many courses
there are of each combination of track, level, length and language. One query makes it at any number of courses, and
it is kept for a moment.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.cache import caches
from django.core.paginator import Page
from django.db.models import Case, Count, Max, Q, Value, When

from lib.paging import Counted, nearest

from .filters import LENGTHS, Filters
from .models import Course, CourseQuerySet, Track

PAGE_SIZE = 20
KEPT_SECONDS = 60  # bounds how late a scheduled course appears


class Cell(NamedTuple):
    """So many courses are of this kind."""

    track: str
    level: str
    length: str
    language: str
    courses: int


class Overview(NamedTuple):
    tracks: Sequence[Track]
    cells: Sequence[Cell]

    def count(self, filters: Filters) -> int:
        return sum(cell.courses for cell in self.cells if filters.fit(cell))

    def track(self, slug: str) -> Track | None:
        return next((track for track in self.tracks if track.slug == slug), None)


def revision() -> str:
    """Changes with every course, chapter and lesson that changes."""
    newest = Course.objects.aggregate(newest=Max("revised_at"))["newest"]
    return str(newest.timestamp()) if newest else "none"


def overview(at_revision: str) -> Overview:
    cache, name = caches["pages"], f"catalogue:{at_revision}"
    kept = cache.get(name)
    if kept is None:
        kept = Overview(list(Track.objects.all()), _cells())
        cache.set(name, kept, KEPT_SECONDS)
    return kept


def page(filters: Filters, count: int, wanted: object) -> Page:
    """The courses that fit, newest first. count: how many there are, as `Overview.count` says."""
    return nearest(Counted(courses(filters).order_by("-published_at", "-pk"), PAGE_SIZE, count), wanted)


def courses(filters: Filters) -> CourseQuerySet:
    """The published courses that fit, with their tracks."""
    return Course.objects.published().filter(_condition(filters)).select_related("track")


def _cells() -> list[Cell]:
    lengths = [When(_between(name), then=Value(name)) for name in LENGTHS]
    rows = Course.objects.published().order_by().annotate(length=Case(*lengths, default=Value("")))
    grouped = rows.values_list("track__slug", "level", "length", "language").annotate(count=Count("pk"))
    return [Cell(*row) for row in grouped]


def _condition(filters: Filters) -> Q:
    condition = Q(track__slug=filters.track) if filters.track else Q()
    if filters.level:
        condition &= Q(level__in=filters.level)
    if filters.language:
        condition &= Q(language__in=filters.language)
    if filters.length:
        condition &= Q.create([_between(name) for name in filters.length], connector=Q.OR)
    return condition


def _between(length: str) -> Q:
    _label, shortest, longest = LENGTHS[length]
    return Q(minutes__gte=shortest, minutes__lte=longest)
