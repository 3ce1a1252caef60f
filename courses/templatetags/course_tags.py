from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from courses import covers, filters
from courses.models import Course
from lib import snippets
from lib.cover import cover_svg

register = template.Library()
register.filter("duration", filters.duration)
register.filter("language_name", filters.language_name)
register.simple_tag(snippets.marked)
register.simple_tag(snippets.snippet)


@register.simple_tag
def course_cover(course: Course, size: str = "", loading: str = "lazy") -> SafeString:
    """The cover somebody uploaded, else the one drawn from the address. size: "small" is a square for rows."""
    if not course.cover:
        return cover_svg(course.slug, course.track.slug, size)
    classes, width, height = ("cover cover--small", 96, 96) if size == "small" else ("cover", 640, 400)
    return format_html(
        '<img class="{}" src="{}" width="{}" height="{}" alt="" loading="{}" decoding="async">',
        classes,
        covers.address(course.cover.name, 192 if size == "small" else 800),
        width,
        height,
        loading,
    )
