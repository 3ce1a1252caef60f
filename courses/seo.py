"""What search engines and social sites are told: schema.org data, pictures, the site map."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.templatetags.static import static
from django.urls import reverse

from . import covers
from .models import Course, Lesson, Track

SCHEMA = "https://schema.org"
PROVIDER = {"@type": "Organization", "name": "Fivefold", "url": settings.BASE_URL + "/"}


def website() -> dict[str, Any]:
    """Data for the home page; names the search page as the site's search."""
    return {
        "@context": SCHEMA,
        "@type": "WebSite",
        "name": "Fivefold",
        "url": absolute("/"),
        "potentialAction": {
            "@type": "SearchAction",
            "target": absolute(reverse("courses:search")) + "?q={search_term_string}",
            "query-input": "required name=search_term_string",
        },
    }


def course(course: Course, lessons: Iterable[Any] = ()) -> dict[str, Any]:
    """Data for a course page. lessons: the open ones, in order, each with `title` and `url`."""
    parts = [{"@type": "LearningResource", "name": lesson.title, "url": absolute(lesson.url)} for lesson in lessons]
    return {
        "@context": SCHEMA,
        "@type": "Course",
        "name": course.title,
        "description": course.promise,
        "url": absolute(course.get_absolute_url()),
        "image": image(course),
        "inLanguage": course.language,
        "educationalLevel": str(course.get_level_display()),
        "teaches": list(course.outcomes),
        "isAccessibleForFree": True,
        "dateModified": course.revised_at.isoformat(),
        "provider": PROVIDER,
        "offers": {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "EUR"},
        "hasCourseInstance": {
            "@type": "CourseInstance",
            "courseMode": "Online",
            "courseWorkload": f"PT{max(course.minutes, 1)}M",
        },
        "hasPart": parts,
    }


def lesson(lesson: Lesson) -> dict[str, Any]:
    """Data for a lesson's page."""
    of_course = lesson.course
    return {
        "@context": SCHEMA,
        "@type": "LearningResource",
        "name": lesson.title,
        "description": lesson.objective,
        "url": absolute(lesson.get_absolute_url()),
        "image": image(of_course),
        "inLanguage": of_course.language,
        "educationalLevel": str(of_course.get_level_display()),
        "learningResourceType": "lesson",
        "teaches": lesson.objective,
        "timeRequired": f"PT{lesson.minutes}M",
        "isAccessibleForFree": True,
        "dateModified": lesson.revised_at.isoformat(),
        "provider": PROVIDER,
        "isPartOf": {
            "@type": "Course",
            "name": of_course.title,
            "description": of_course.promise,
            "url": absolute(of_course.get_absolute_url()),
            "provider": PROVIDER,
        },
    }


def image(course: Course | None = None) -> str:
    """The picture that stands for a course, or for the site, where a link to it is shared."""
    if course and course.cover:
        return absolute(covers.address(course.cover.name, 800))
    return absolute(static("img/social.png"))


def absolute(path: str) -> str:
    """`path` at the address the site is known by, whatever name this request came in under."""
    return settings.BASE_URL + path


class PublicSitemap(Sitemap):
    limit = 5000

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.BASE_URL.partition("://")[0]

    def get_domain(self, site: Any = None) -> str:
        return settings.BASE_URL.partition("://")[2]


class PlaceSitemap(PublicSitemap):
    def items(self) -> list[str]:
        return [reverse("courses:home"), *(track.get_absolute_url() for track in Track.objects.all())]

    def location(self, item: str) -> str:
        return item


class CourseSitemap(PublicSitemap):
    def items(self) -> QuerySet[Course]:
        return Course.objects.published().only("slug", "revised_at").order_by("pk")

    def lastmod(self, item: Course) -> datetime:
        return item.revised_at

    # Django's own would build every row to find the newest.
    def get_latest_lastmod(self) -> datetime | None:
        newest: datetime | None = self.items().aggregate(newest=Max("revised_at"))["newest"]
        return newest


class LessonSitemap(PublicSitemap):
    def items(self) -> QuerySet[Lesson]:
        fields = ("slug", "revised_at", "course__slug")
        return Lesson.objects.published().select_related("course").only(*fields).order_by("pk")

    def lastmod(self, item: Lesson) -> datetime:
        return item.revised_at

    def get_latest_lastmod(self) -> datetime | None:
        newest: datetime | None = self.items().aggregate(newest=Max("revised_at"))["newest"]
        return newest


SITEMAPS: dict[str, Any] = {
    "places": PlaceSitemap,
    "courses": CourseSitemap,
    "lessons": LessonSitemap,
}
